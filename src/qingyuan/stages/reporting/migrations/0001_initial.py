import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bodies", "0001_initial"),
        ("places", "0002_official_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubordinatePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("root_path", models.CharField(max_length=32)),
                ("filer", models.CharField(max_length=48)),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="次")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件")),
                ("issued_on", models.DateField(verbose_name="印发日期")),
                ("filed_on", models.DateField(verbose_name="报送日期")),
                ("parts", models.JSONField(default=list, verbose_name="组成部分")),
                (
                    "state",
                    models.CharField(
                        choices=[("filed", "已报送，待审核"), ("approved", "审核通过"), ("refused", "退回")],
                        default="filed",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="退回理由")),
                ("decided_on", models.DateField(null=True, verbose_name="审核日期")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("filed_by", models.CharField(max_length=64)),
                ("filed_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="部门",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "实施方案",
                "constraints": [
                    models.UniqueConstraint(fields=("root_path", "filer", "number"), name="plan_numbered_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_on", None), ("state", "filed")),
                            models.Q(
                                models.Q(("state", "filed"), _negated=True),
                                models.Q(("decided_on", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="plan_decided_has_a_day",
                    ),
                ],
            },
        ),
    ]
