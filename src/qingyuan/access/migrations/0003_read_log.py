import qingyuan.access.models_reading
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0002_programs")]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor_id", models.CharField(max_length=64, verbose_name="人员")),
                ("program", models.CharField(blank=True, max_length=64, verbose_name="程序")),
                ("kind", models.CharField(choices=qingyuan.access.models_reading.kinds, max_length=16, verbose_name="事项")),
                ("subject", models.CharField(blank=True, max_length=96, verbose_name="对象")),
                ("unit_path", models.CharField(blank=True, max_length=16, verbose_name="区划")),
                ("asked", models.CharField(blank=True, max_length=500, verbose_name="条件")),
                ("rows", models.PositiveIntegerField(null=True, verbose_name="行数")),
                ("origin", models.CharField(blank=True, max_length=45, verbose_name="来源地址")),
                ("status", models.PositiveSmallIntegerField(default=200, verbose_name="结果")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["actor_id", "id"], name="reading_actor"),
                    models.Index(fields=["unit_path", "id"], name="reading_unit"),
                    models.Index(fields=["kind", "id"], name="reading_kind"),
                    models.Index(fields=["at"], name="reading_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, unique=True)),
                ("offset", models.BigIntegerField(default=0)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("torn", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
