import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("survey", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("remote_sensing", "遥感影像"),
                            ("prior_list", "历次排查成果"),
                            ("permit", "排污许可"),
                            ("complaint", "投诉举报"),
                            ("chief_patrol", "河湖长巡查"),
                            ("ranking", "漏查研判"),
                            ("field", "现场排查"),
                            ("hand", "人工录入"),
                        ],
                        max_length=16,
                        verbose_name="来源",
                    ),
                ),
                ("origin", models.CharField(blank=True, max_length=200, verbose_name="出处")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="年份")),
                ("unit_path", models.CharField(max_length=16)),
                ("filename", models.CharField(blank=True, max_length=255, verbose_name="文件")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("reported_by", models.CharField(max_length=64)),
                ("reported_on", models.DateField(verbose_name="日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_batches",
                        to="survey.campaign",
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
                "verbose_name": "线索批次",
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("remote_sensing", "遥感影像"),
                            ("prior_list", "历次排查成果"),
                            ("permit", "排污许可"),
                            ("complaint", "投诉举报"),
                            ("chief_patrol", "河湖长巡查"),
                            ("ranking", "漏查研判"),
                            ("field", "现场排查"),
                            ("hand", "人工录入"),
                        ],
                        max_length=16,
                        verbose_name="来源",
                    ),
                ),
                ("source_ref", models.CharField(blank=True, max_length=128, verbose_name="来源编号")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="年份")),
                ("name", models.CharField(max_length=128, verbose_name="名称")),
                ("code", models.CharField(blank=True, max_length=32, verbose_name="编码")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("unit_path", models.CharField(max_length=16)),
                ("bank", models.CharField(blank=True, max_length=16, verbose_name="岸别")),
                ("position_given", models.CharField(blank=True, max_length=120, verbose_name="坐标原文")),
                ("datum", models.CharField(default="cgcs2000", max_length=16, verbose_name="坐标系")),
                (
                    "longitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="经度（°，CGCS2000）"),
                ),
                (
                    "latitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="纬度（°，CGCS2000）"),
                ),
                ("mkey", models.BigIntegerField(null=True)),
                ("along_m", models.PositiveIntegerField(null=True, verbose_name="沿河里程（m）")),
                ("river_m", models.PositiveIntegerField(null=True, verbose_name="距河（m）")),
                ("photo_sha256", models.CharField(blank=True, max_length=64, verbose_name="影像")),
                ("techniques", models.JSONField(default=list, verbose_name="技术手段")),
                ("found_level", models.PositiveSmallIntegerField(default=1, verbose_name="发现级次")),
                ("score", models.FloatField(null=True, verbose_name="研判得分")),
                ("reasons", models.JSONField(default=list, verbose_name="研判理由")),
                ("findings", models.JSONField(default=list, verbose_name="核对发现")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待核"),
                            ("outlet", "是排污口"),
                            ("not_outlet", "不是排污口"),
                            ("duplicate", "重复线索"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("due", models.DateField(null=True, verbose_name="核实期限")),
                ("ended_on", models.DateField(null=True, verbose_name="处置日期")),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_level", models.PositiveSmallIntegerField(null=True, verbose_name="确认级次")),
                ("why", models.CharField(blank=True, max_length=16, verbose_name="情形")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="处置理由")),
                ("previous", models.JSONField(default=dict)),
                ("reported_by", models.CharField(max_length=64)),
                ("reported_on", models.DateField(verbose_name="发现日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="survey.campaign",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.outlet",
                        verbose_name="排污口",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.outlet",
                        verbose_name="与之重复的排污口",
                    ),
                ),
                (
                    "same_lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="survey.lead",
                        verbose_name="与之重复的线索",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="survey.segment",
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
                (
                    "water",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.water",
                        verbose_name="水体",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="survey.leadbatch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "线索",
            },
        ),
        migrations.CreateModel(
            name="Hint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("permit", "排污许可证载明的排放口"),
                            ("sewer_end", "污水管网末端"),
                            ("complaint", "投诉举报地点"),
                            ("load_gap", "断面污染负荷缺口"),
                            ("unwalked", "尚未走到的岸线"),
                        ],
                        max_length=16,
                        verbose_name="依据类别",
                    ),
                ),
                ("unit_path", models.CharField(max_length=16)),
                ("text", models.CharField(max_length=200, verbose_name="说明")),
                (
                    "longitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="经度（°，CGCS2000）"),
                ),
                (
                    "latitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="纬度（°，CGCS2000）"),
                ),
                ("along_m", models.PositiveIntegerField(null=True, verbose_name="沿河里程（m）")),
                ("until_m", models.PositiveIntegerField(null=True, verbose_name="至（m）")),
                ("share", models.FloatField(null=True, verbose_name="缺口比例")),
                ("sha256", models.CharField(max_length=64, verbose_name="依据材料")),
                ("day", models.DateField(verbose_name="日期")),
                ("entered_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("retracted_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示")),
                ("key", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="行政区划",
                    ),
                ),
                (
                    "water",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.water",
                        verbose_name="水体",
                    ),
                ),
            ],
            options={
                "verbose_name": "研判依据",
                "indexes": [models.Index(fields=["unit_path", "kind"], name="survey_hint_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__isnull", True), models.Q(("share__gte", 0), ("share__lte", 1)), _connector="OR"
                        ),
                        name="survey_hint_share_is_a_share",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="leadbatch",
            index=models.Index(fields=["unit_path", "-id"], name="survey_lead_batch_unit"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["unit_path", "state", "id"], name="survey_lead_unit"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["campaign", "state"], name="survey_lead_campaign"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["mkey"], name="survey_lead_place"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["state", "due"], name="survey_lead_due"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("photo_sha256", ""), _negated=True),
                fields=["photo_sha256"],
                name="survey_lead_photo",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("code", ""), _negated=True), fields=["code"], name="survey_lead_code"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["name"], name="survey_lead_name"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_on__isnull", False)),
                    _connector="OR",
                ),
                name="survey_lead_ended_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "duplicate"), _negated=True),
                    ("same_as__isnull", False),
                    ("same_lead__isnull", False),
                    _connector="OR",
                ),
                name="survey_lead_duplicate_of_something",
            ),
        ),
    ]
