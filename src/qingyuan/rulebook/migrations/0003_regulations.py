import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0002_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_path", models.CharField(max_length=32, verbose_name="区划")),
                ("name", models.CharField(max_length=96, verbose_name="事项")),
                ("value", models.JSONField(verbose_name="决定")),
                ("from_day", models.DateField(verbose_name="自")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="依据和理由")),
                ("decided_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
            ],
            options={
                "verbose_name": "本地决定",
                "indexes": [models.Index(fields=["name", "unit_path", "from_day"], name="decision_name_unit")],
            },
        ),
        migrations.CreateModel(
            name="Regulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_path", models.CharField(blank=True, max_length=32, verbose_name="适用区划")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("document_no", models.CharField(blank=True, max_length=64, verbose_name="文号")),
                ("issuer", models.CharField(max_length=128, verbose_name="发文单位")),
                ("issued", models.DateField(verbose_name="印发日期")),
                ("valid_to", models.DateField(null=True, verbose_name="有效期至")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("superseded_on", models.DateField(null=True, verbose_name="被代替日期")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件")),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rulebook.regulation",
                        verbose_name="代替",
                    ),
                ),
            ],
            options={
                "verbose_name": "制度文件",
                "indexes": [models.Index(fields=["unit_path", "-issued"], name="regulation_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("issued")), _connector="OR"),
                        name="regulation_ends_after_it_begins",
                    )
                ],
            },
        ),
    ]
