from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PackProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pack", models.CharField(blank=True, max_length=64, verbose_name="政策包")),
                ("unit_path", models.CharField(blank=True, max_length=32, verbose_name="适用区划")),
                ("unit_code", models.CharField(max_length=16, verbose_name="区划代码")),
                ("unit_name", models.CharField(max_length=64, verbose_name="区划")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                ("setting", models.CharField(blank=True, max_length=120, verbose_name="单项参数")),
                ("text", models.TextField(verbose_name="全文")),
                ("sha256", models.CharField(max_length=64, verbose_name="校验值")),
                ("against", models.CharField(blank=True, max_length=64, verbose_name="对照版本")),
                ("faults", models.JSONField(default=list, verbose_name="问题")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "检查未通过"),
                            ("waiting", "待审定"),
                            ("approved", "已审定"),
                            ("rejected", "已退回"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("wanted_from", models.DateField(null=True, verbose_name="拟施行日")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("proposed_by", models.CharField(max_length=64)),
                ("proposer", models.CharField(max_length=64, verbose_name="提交人")),
                ("proposed_at", models.DateTimeField(verbose_name="提交时间")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decider", models.CharField(blank=True, max_length=64, verbose_name="审定人")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                ("decision", models.CharField(blank=True, max_length=500, verbose_name="审定意见")),
                ("in_force_from", models.DateField(null=True, verbose_name="施行日")),
                ("retroactive", models.BooleanField(default=False, verbose_name="追溯施行")),
            ],
            options={
                "verbose_name": "政策包提案",
                "indexes": [
                    models.Index(fields=["unit_path", "id"], name="pack_proposal_unit"),
                    models.Index(fields=["pack", "id"], name="pack_proposal_pack"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("pack", "sha256"), name="pack_text_waits_once"
                    )
                ],
            },
        ),
    ]
