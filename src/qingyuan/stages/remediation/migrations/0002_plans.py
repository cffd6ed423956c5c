import django.db.models.deletion
from django.db import migrations, models

import qingyuan


class Migration(migrations.Migration):
    dependencies = [
        ("remediation", "0001_initial"),
        ("bodies", "0002_correcting"),
        ("places", "0003_waters"),
        ("registry", "0011_speed"),
    ]

    operations = [
        migrations.CreateModel(
            name="AtOnce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("norm", models.CharField(max_length=200, verbose_name="技术规范")),
                ("text", models.TextField(verbose_name="整改情况")),
                ("before_sha256", models.CharField(max_length=64, verbose_name="整改前照片")),
                ("after_sha256", models.CharField(max_length=64, verbose_name="整改后照片")),
                ("done_on", models.DateField(verbose_name="完成日期")),
                ("done_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="at_once", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "立行立改",
            },
        ),
        migrations.CreateModel(
            name="FundingPackage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_path", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("collecting", "汇集中"),
                            ("applied", "已申报"),
                            ("accepted", "已入库"),
                            ("refused", "未入库"),
                        ],
                        default="collecting",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=16, verbose_name="资金来源")),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="金额（元）"),
                ),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("opened_by", models.CharField(max_length=64)),
                ("opened_on", models.DateField(verbose_name="建立日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金打包",
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("measure", models.CharField(max_length=32, verbose_name="措施")),
                ("zone_kind", models.CharField(max_length=24, verbose_name="区域类别")),
                ("legal_basis", models.CharField(max_length=300, verbose_name="法律依据")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("issued_on", models.DateField(verbose_name="决定日期")),
                ("paper_sha256", models.CharField(max_length=64, verbose_name="决定书")),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="决定机关",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "取缔决定",
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "拟定中"),
                            ("submitted", "待审定"),
                            ("approved", "已审定"),
                            ("returned", "已退回"),
                            ("superseded", "已被替代"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("unit_path", models.CharField(max_length=16)),
                (
                    "batch",
                    models.CharField(
                        choices=qingyuan.stages.remediation.words_plans.batches, max_length=16, verbose_name="整治批次"
                    ),
                ),
                ("measures", models.JSONField(default=list, verbose_name="整治措施")),
                ("due", models.DateField(null=True, verbose_name="完成期限")),
                (
                    "cost_yuan",
                    models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="投资概算（元）"),
                ),
                ("funding", models.CharField(blank=True, max_length=200, verbose_name="资金来源")),
                ("basis", models.CharField(blank=True, max_length=500, verbose_name="法律或技术依据")),
                ("receiving_works", models.CharField(blank=True, max_length=128, verbose_name="接纳的污水处理设施")),
                ("technology", models.CharField(blank=True, max_length=500, verbose_name="治理技术及理由")),
                ("livelihood_note", models.CharField(blank=True, max_length=1000, verbose_name="民生影响说明")),
                ("safety_note", models.CharField(blank=True, max_length=1000, verbose_name="安全有序措施")),
                (
                    "water_supply_note",
                    models.CharField(blank=True, max_length=1000, verbose_name="水生态环境和供水安全评估"),
                ),
                (
                    "flood_answer",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "可能影响"), ("no", "不影响")],
                        max_length=8,
                        verbose_name="防洪排涝、堤防安全",
                    ),
                ),
                ("flood_measure", models.CharField(blank=True, max_length=1000, verbose_name="消除隐患的措施")),
                ("water_opinion_sha256", models.CharField(blank=True, max_length=64, verbose_name="水行政部门意见")),
                ("legacy_case", models.CharField(blank=True, max_length=1000, verbose_name="历史遗留情况和处理决定")),
                ("deviation_reason", models.CharField(blank=True, max_length=1000, verbose_name="另作处理的理由")),
                ("merge_attempt", models.CharField(blank=True, max_length=1000, verbose_name="合并的经过和结果")),
                ("risk_note", models.CharField(blank=True, max_length=1000, verbose_name="集中开工风险说明")),
                ("programmes", models.JSONField(default=list, verbose_name="统筹结合的工程")),
                ("pack", models.CharField(blank=True, max_length=255, verbose_name="所依据的政策包")),
                ("pack_hash", models.CharField(blank=True, max_length=64)),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("drafted_by", models.CharField(max_length=64)),
                ("drafted_on", models.DateField(verbose_name="编制日期")),
                ("submitted_by", models.CharField(blank=True, max_length=64)),
                ("submitted_on", models.DateField(null=True, verbose_name="提交日期")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decided_on", models.DateField(null=True, verbose_name="审定日期")),
                ("decision_note", models.CharField(blank=True, max_length=500, verbose_name="审定意见")),
                ("paper_sha256", models.CharField(blank=True, max_length=64, verbose_name="方案文本")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("works_started_on", models.DateField(null=True, verbose_name="开工日期")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "responsible_body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="责任主体",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="remediation.round",
                    ),
                ),
                (
                    "target_outlet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.outlet",
                        verbose_name="并入",
                    ),
                ),
            ],
            options={
                "verbose_name": "整治方案",
            },
        ),
        migrations.CreateModel(
            name="PlanDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "duty",
                    models.CharField(
                        choices=qingyuan.stages.remediation.words_plans.duties, max_length=16, verbose_name="职责"
                    ),
                ),
                ("name", models.CharField(max_length=128, verbose_name="单位")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="remediation.plan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=200, verbose_name="内容")),
                ("starts_on", models.DateField(null=True, verbose_name="开始")),
                ("due", models.DateField(verbose_name="期限")),
                (
                    "length_m",
                    models.DecimalField(decimal_places=1, max_digits=10, null=True, verbose_name="改造长度（m）"),
                ),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="remediation.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "整治步骤",
                "ordering": ["plan", "number"],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_path", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=64, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("due", models.DateField(null=True, verbose_name="计划完成")),
                ("entered_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "统筹工程",
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("reason", models.CharField(max_length=1000, verbose_name="理由")),
                ("interim_measure", models.CharField(max_length=1000, verbose_name="过渡措施")),
                ("until", models.DateField(verbose_name="截止日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待审定"),
                            ("approved", "过渡期内"),
                            ("refused", "未同意"),
                            ("ended", "已结束"),
                        ],
                        default="asked",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("paper_sha256", models.CharField(max_length=64, verbose_name="申请材料")),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_on", models.DateField(verbose_name="申请日期")),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decided_on", models.DateField(null=True, verbose_name="审定日期")),
                ("decision_note", models.CharField(blank=True, max_length=500, verbose_name="审定意见")),
                ("ended_on", models.DateField(null=True, verbose_name="结束日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="remediation.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "过渡期",
            },
        ),
        migrations.CreateModel(
            name="YearPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_path", models.CharField(max_length=16)),
                ("year", models.PositiveSmallIntegerField(default=0, verbose_name="年度")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("text", models.TextField(blank=True, verbose_name="要点")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "拟定中"), ("approved", "已审定")],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("paper_sha256", models.CharField(blank=True, max_length=64, verbose_name="方案文本")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="条款")),
                ("drafted_by", models.CharField(max_length=64)),
                ("drafted_on", models.DateField(verbose_name="编制日期")),
                ("approved_by", models.CharField(blank=True, max_length=64)),
                ("approved_on", models.DateField(null=True, verbose_name="审定日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="责任区部门",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "区域整治方案",
            },
        ),
        migrations.CreateModel(
            name="FundedOutlet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_by", models.CharField(max_length=64)),
                ("added_on", models.DateField(verbose_name="列入日期")),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.outlet"
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlets",
                        to="remediation.fundingpackage",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("package", "outlet"), name="package_holds_an_outlet_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HardCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="难点")),
                ("since", models.DateField(verbose_name="列入日期")),
                ("listed_by", models.CharField(max_length=64)),
                ("ended_on", models.DateField(null=True, verbose_name="移出日期")),
                ("outcome", models.CharField(blank=True, max_length=500, verbose_name="解决情况")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hard_cases", to="remediation.round"
                    ),
                ),
            ],
            options={
                "verbose_name": "重点难点",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("round",), name="round_is_hard_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["state", "unit_path", "due"], name="plan_state_unit"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["unit_path", "batch"], name="plan_unit_batch"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="plan_version_once"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "submitted", "returned"))),
                fields=("round",),
                name="round_drafts_one_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")), fields=("round",), name="round_has_one_plan_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_yuan", None), ("cost_yuan__gte", 0), _connector="OR"),
                name="plan_cost_is_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="planstep",
            index=models.Index(condition=models.Q(("done_on", None)), fields=["due"], name="plan_step_open"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plan_step_once"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on", None), ("starts_on__lte", models.F("due")), _connector="OR"),
                name="plan_step_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(fields=("unit", "title"), name="programme_once_in_a_unit"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "approved"])),
                fields=("plan",),
                name="plan_has_one_transition",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("body", None)), fields=("unit", "year"), name="unit_plans_a_year_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="yearplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("body__isnull", False)), fields=("body", "year"), name="body_plans_a_year_once"
            ),
        ),
    ]
