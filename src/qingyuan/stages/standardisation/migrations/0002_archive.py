import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bodies", "0002_correcting"),
        ("registry", "0010_remediation"),
        ("standardisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Facility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sampling_point", "监测采样点"),
                            ("inspection_well", "检查井"),
                            ("video", "视频监控"),
                            ("flow", "流量或水质在线监测"),
                            ("gate", "出水口闸阀"),
                        ],
                        max_length=16,
                        verbose_name="设施",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=128, verbose_name="名称")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="位置")),
                (
                    "longitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="经度（°，CGCS2000）"),
                ),
                (
                    "latitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="纬度（°，CGCS2000）"),
                ),
                ("device_number", models.CharField(blank=True, max_length=64, verbose_name="设备编号或接入地址")),
                ("photo_sha256", models.CharField(blank=True, max_length=64, verbose_name="照片")),
                ("built_on", models.DateField(null=True, verbose_name="建成日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "待建"), ("in_use", "在用"), ("broken", "故障"), ("removed", "已拆除")],
                        default="in_use",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("is_open", models.BooleanField(null=True, verbose_name="闸阀开启")),
                ("filed_on", models.DateField(null=True, verbose_name="备案日期")),
                ("filing_sha256", models.CharField(blank=True, max_length=64, verbose_name="备案材料")),
                ("entered_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facilities",
                        to="registry.outlet",
                        verbose_name="排污口",
                    ),
                ),
            ],
            options={
                "verbose_name": "规范化设施",
            },
        ),
        migrations.CreateModel(
            name="FacilityEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("built", "登记"),
                            ("changed", "变更状态"),
                            ("opened", "开启"),
                            ("shut", "关闭"),
                            ("filed", "备案"),
                        ],
                        max_length=16,
                        verbose_name="事项",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[("planned", "待建"), ("in_use", "在用"), ("broken", "故障"), ("removed", "已拆除")],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="材料")),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="standardisation.facility",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ItemCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("item", models.CharField(max_length=40, verbose_name="项目")),
                ("round", models.PositiveSmallIntegerField(default=0)),
                (
                    "result",
                    models.CharField(
                        choices=[("done", "符合"), ("failed", "不符合"), ("waived", "豁免")],
                        max_length=16,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明或理由")),
                ("photo_sha256", models.CharField(blank=True, max_length=64, verbose_name="照片")),
                ("day", models.DateField(verbose_name="日期")),
                ("checked_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="item_checks", to="registry.outlet"
                    ),
                ),
            ],
            options={
                "verbose_name": "规范化核对",
            },
        ),
        migrations.CreateModel(
            name="SupervisionStart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chief", models.CharField(blank=True, max_length=64, verbose_name="河湖长职务")),
                ("day", models.DateField(verbose_name="日期")),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_starts",
                        to="registry.outlet",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                        verbose_name="监管单位",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ArchiveEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("survey", "survey"),
                            ("tracing", "tracing"),
                            ("party", "party"),
                            ("classification", "classification"),
                            ("plan", "plan"),
                            ("works", "works"),
                            ("acceptance", "acceptance"),
                            ("approval", "approval"),
                            ("permit", "permit"),
                            ("monitoring", "monitoring"),
                            ("inspection", "inspection"),
                            ("signboard", "signboard"),
                            ("code", "code"),
                            ("photos", "photos"),
                            ("timeline", "timeline"),
                        ],
                        max_length=24,
                        verbose_name="组成",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("paper", "材料"), ("not_applicable", "不适用")], max_length=16, verbose_name="类别"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="材料")),
                ("day", models.DateField(verbose_name="日期")),
                ("entered_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_by", models.CharField(blank=True, max_length=64)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_entries",
                        to="registry.outlet",
                    ),
                ),
            ],
            options={
                "verbose_name": "档案材料",
                "indexes": [models.Index(fields=["outlet", "section"], name="archive_entry_outlet")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "paper"), models.Q(("sha256", ""), _negated=True)),
                            models.Q(("kind", "not_applicable"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="archive_entry_has_paper_or_reason",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["outlet", "kind", "state"], name="facility_outlet"),
        ),
        migrations.AddIndex(
            model_name="itemcheck",
            index=models.Index(fields=["outlet", "item"], name="item_check_outlet"),
        ),
    ]
