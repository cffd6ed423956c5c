import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="is_program",
            field=models.BooleanField(default=False, verbose_name="程序账号"),
        ),
        migrations.CreateModel(
            name="ProgramToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=64, verbose_name="用途")),
                ("prefix", models.CharField(max_length=12, verbose_name="令牌前缀")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("from_day", models.DateField(verbose_name="起")),
                ("to_day", models.DateField(null=True, verbose_name="止")),
                ("last_used_day", models.DateField(null=True, verbose_name="最近使用")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="access.officer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_day__isnull", True), ("to_day__gt", models.F("from_day")), _connector="OR"),
                        name="token_ends_after_it_begins",
                    )
                ],
            },
        ),
    ]
