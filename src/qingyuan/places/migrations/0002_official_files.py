import django.db.models.deletion
import qingyuan.places.models_official
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficialFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=qingyuan.places.models_official.subjects, max_length=8, verbose_name="对象"
                    ),
                ),
                ("zone_kind", models.CharField(blank=True, max_length=32, verbose_name="类别")),
                ("filename", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64)),
                ("layer", models.CharField(blank=True, max_length=64, verbose_name="图层")),
                ("source", models.CharField(max_length=256, verbose_name="来源")),
                ("map_number", models.CharField(blank=True, max_length=64, verbose_name="审图号")),
                ("day", models.DateField(verbose_name="启用日期")),
                ("whole", models.BooleanField(default=True, verbose_name="完整")),
                ("notes", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=qingyuan.places.models_official.states,
                        default="staged",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("by_id", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=64, verbose_name="经办人")),
                ("staged_at", models.DateTimeField(verbose_name="上传时间")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="采用时间")),
                ("placed_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="所在行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "官方文件",
                "verbose_name_plural": "官方文件",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OfficialChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="要素")),
                ("code", models.CharField(blank=True, max_length=24, verbose_name="代码")),
                ("name", models.CharField(blank=True, max_length=128, verbose_name="名称")),
                (
                    "change",
                    models.CharField(
                        choices=qingyuan.places.models_official.changes, max_length=10, verbose_name="变化"
                    ),
                ),
                ("details", models.JSONField(default=list)),
                ("faults", models.JSONField(default=list)),
                ("values", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("target_id", models.BigIntegerField(null=True)),
                ("made_id", models.BigIntegerField(null=True)),
                ("geometry", models.BinaryField(null=True)),
                ("geometry_before", models.BinaryField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="places.officialfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "官方文件的变化",
                "verbose_name_plural": "官方文件的变化",
                "ordering": ["number", "pk"],
                "indexes": [models.Index(fields=["file", "change", "number"], name="official_change")],
            },
        ),
    ]
