import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bodies", "0002_correcting"),
        ("registry", "0011_speed"),
        ("remediation", "0003_works"),
    ]

    operations = [
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("level", models.PositiveSmallIntegerField(verbose_name="层级")),
                ("title", models.CharField(max_length=64, verbose_name="层级名称")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "待备案"), ("filed", "已备案"), ("returned", "退回")],
                        default="pending",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("unit_path", models.CharField(max_length=16)),
                ("to_path", models.CharField(max_length=16, verbose_name="报往")),
                ("proof_sha256", models.CharField(max_length=64, verbose_name="证明材料")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("filed_on", models.DateField(verbose_name="报备日期")),
                ("filed_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("decided_on", models.DateField(null=True, verbose_name="办理日期")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="filings", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "销号备案",
            },
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("unit_path", models.CharField(max_length=16)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="安排原因")),
                ("planned_on", models.DateField(verbose_name="安排日期")),
                ("planned_by", models.CharField(max_length=64)),
                ("due", models.DateField(verbose_name="期限")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("holds", "没有反弹"), ("relapse", "有反弹")],
                        max_length=16,
                        verbose_name="结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="情况")),
                ("paper_sha256", models.CharField(blank=True, max_length=64, verbose_name="核查记录")),
                ("done_on", models.DateField(null=True, verbose_name="核查日期")),
                ("done_by", models.CharField(blank=True, max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="look_backs", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "回头看",
            },
        ),
        migrations.CreateModel(
            name="Relapse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("unit_path", models.CharField(max_length=16)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("exceedance", "超标排放"),
                            ("complaint", "群众举报"),
                            ("case", "执法案件"),
                            ("patrol", "巡查发现"),
                            ("look_back", "回头看"),
                        ],
                        max_length=16,
                        verbose_name="来源",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="情况")),
                ("paper_sha256", models.CharField(max_length=64, verbose_name="材料")),
                ("happened_on", models.DateField(verbose_name="发生日期")),
                ("reported_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("reported", "待核实"), ("confirmed", "已确认反弹"), ("dismissed", "已排除")],
                        default="reported",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("decided_on", models.DateField(null=True, verbose_name="核实日期")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "closed_round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relapses",
                        to="remediation.round",
                    ),
                ),
                (
                    "look_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relapses",
                        to="remediation.lookback",
                    ),
                ),
                (
                    "new_round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="begun_by",
                        to="remediation.round",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relapses", to="registry.outlet"
                    ),
                ),
            ],
            options={
                "verbose_name": "反弹",
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("unit_path", models.CharField(max_length=16)),
                ("seed", models.CharField(max_length=64, verbose_name="随机种子")),
                ("share", models.DecimalField(decimal_places=3, max_digits=4, verbose_name="抽取比例")),
                ("pool", models.JSONField(default=list, verbose_name="参与抽取的轮次")),
                ("drawn", models.JSONField(default=list, verbose_name="抽中的轮次")),
                ("opened_on", models.DateField(verbose_name="抽取日期")),
                ("opened_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_on", models.DateField(null=True, verbose_name="办结日期")),
                ("version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "批量验收",
                "indexes": [models.Index(fields=["kind", "unit_path", "id"], name="review_unit")],
            },
        ),
        migrations.AddField(
            model_name="lookback",
            name="review",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="look_backs",
                to="remediation.review",
            ),
        ),
        migrations.CreateModel(
            name="SiteCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("passed", models.BooleanField(verbose_name="是否合格")),
                ("note", models.CharField(max_length=500, verbose_name="情况")),
                ("photo_sha256", models.CharField(blank=True, max_length=64, verbose_name="照片")),
                ("checked_on", models.DateField(verbose_name="核查日期")),
                ("checked_by", models.CharField(max_length=64)),
                ("checked_name", models.CharField(blank=True, max_length=64, verbose_name="核查人")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_void", models.BooleanField(default=False)),
                (
                    "review",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="site_checks",
                        to="remediation.review",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="site_checks", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场核查",
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("level", models.PositiveSmallIntegerField(verbose_name="层级")),
                ("title", models.CharField(max_length=64, verbose_name="层级名称")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("passed", "验收通过"), ("returned", "退回整改")], max_length=16, verbose_name="结论"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("seat_path", models.CharField(max_length=16)),
                ("paper_sha256", models.CharField(blank=True, max_length=64, verbose_name="验收记录")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("decided_on", models.DateField(verbose_name="验收日期")),
                ("decided_by", models.CharField(max_length=64)),
                ("decided_name", models.CharField(blank=True, max_length=64, verbose_name="验收人")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_void", models.BooleanField(default=False)),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="验收单位",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acceptances", to="remediation.round"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="remediation.review",
                    ),
                ),
                (
                    "site_check",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="remediation.sitecheck",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收",
            },
        ),
        migrations.CreateModel(
            name="ClosingPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="封存包")),
                ("size_bytes", models.BigIntegerField(verbose_name="大小（字节）")),
                ("parts", models.PositiveIntegerField(verbose_name="文件数")),
                ("sealed_on", models.DateField(verbose_name="封存日期")),
                ("sealed_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="封存时间")),
                ("entries", models.PositiveIntegerField(default=0)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "销号封存包",
                "constraints": [models.UniqueConstraint(fields=("round", "sha256"), name="closing_pack_once")],
            },
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(fields=["state", "to_path", "id"], name="filing_waiting"),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")), fields=("round",), name="round_has_one_pending_filing"
            ),
        ),
        migrations.AddIndex(
            model_name="relapse",
            index=models.Index(fields=["unit_path", "state", "id"], name="relapse_unit"),
        ),
        migrations.AddIndex(
            model_name="lookback",
            index=models.Index(condition=models.Q(("result", "")), fields=["unit_path", "due"], name="look_back_due"),
        ),
        migrations.AddConstraint(
            model_name="lookback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result", "")), fields=("round",), name="round_is_looked_at_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_on", None), ("result", "")),
                    models.Q(models.Q(("result", ""), _negated=True), ("done_on__isnull", False)),
                    _connector="OR",
                ),
                name="look_back_done_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_void", False), ("verdict", "passed")),
                fields=("round", "level"),
                name="round_is_accepted_once_a_level",
            ),
        ),
    ]
