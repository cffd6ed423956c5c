import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("survey", "0002_leads")]

    operations = [
        migrations.CreateModel(
            name="FieldDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=64, unique=True, verbose_name="设备编号")),
                ("label", models.CharField(blank=True, max_length=120, verbose_name="设备")),
                ("officer_id", models.CharField(max_length=64)),
                ("officer_name", models.CharField(max_length=64, verbose_name="使用人")),
                ("unit_path", models.CharField(blank=True, max_length=16)),
                ("clock_offset_s", models.IntegerField(default=0, verbose_name="时钟差（s）")),
                ("keeps", models.BooleanField(null=True, verbose_name="浏览器承诺长期保存")),
                ("form_version", models.CharField(blank=True, max_length=16, verbose_name="表单版本")),
                ("first_seen", models.DateTimeField(verbose_name="首次联系")),
                ("last_seen", models.DateTimeField(verbose_name="最近联系")),
                ("rescued_at", models.DateTimeField(null=True, verbose_name="救援文件接收时间")),
            ],
            options={
                "verbose_name": "现场设备",
                "indexes": [models.Index(fields=["unit_path", "-last_seen"], name="survey_device_unit")],
            },
        ),
        migrations.CreateModel(
            name="FieldRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.UUIDField(unique=True)),
                ("outlet_version", models.PositiveIntegerField(null=True)),
                ("unit_path", models.CharField(blank=True, max_length=16)),
                ("officer_id", models.CharField(max_length=64)),
                ("officer_name", models.CharField(max_length=64, verbose_name="填写人")),
                ("form_version", models.CharField(blank=True, max_length=16, verbose_name="表单版本")),
                ("fields", models.JSONField(default=dict, verbose_name="内容")),
                ("aside", models.JSONField(default=dict, verbose_name="另存的内容")),
                ("photos", models.JSONField(default=dict, verbose_name="照片")),
                ("conflicts", models.JSONField(default=list, verbose_name="各设备说法不一")),
                ("findings", models.JSONField(default=list, verbose_name="发现的问题")),
                (
                    "state",
                    models.CharField(
                        choices=[("stored", "已上传"), ("accepted", "已入库"), ("needs_you", "待您处理")],
                        default="stored",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("overruled", models.JSONField(default=list)),
                ("occurred_at", models.DateTimeField(verbose_name="现场时间")),
                ("recorded_at", models.DateTimeField(verbose_name="收到时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="survey.campaign"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="survey.fielddevice",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="records", to="survey.lead"
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
                    "segment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="survey.segment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.unit",
                        verbose_name="行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "现场记录",
            },
        ),
        migrations.CreateModel(
            name="FieldPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("filed", models.BooleanField(default=False, verbose_name="已归入档案")),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photo_rows", to="survey.fieldrecord"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场照片",
            },
        ),
        migrations.CreateModel(
            name="FieldRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.CharField(max_length=64, unique=True)),
                ("base", models.JSONField(default=list)),
                ("settles", models.JSONField(default=list)),
                ("fields", models.JSONField(default=dict)),
                ("form_version", models.CharField(blank=True, max_length=16)),
                ("content", models.CharField(max_length=64)),
                ("officer_id", models.CharField(max_length=64)),
                ("officer_name", models.CharField(max_length=64, verbose_name="填写人")),
                ("sent_by", models.CharField(max_length=64)),
                ("said_at", models.DateTimeField(verbose_name="手机时间")),
                ("occurred_at", models.DateTimeField(verbose_name="校正后的时间")),
                ("recorded_at", models.DateTimeField(verbose_name="收到时间")),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="survey.fielddevice",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="survey.fieldrecord"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场记录的一次保存",
            },
        ),
        migrations.CreateModel(
            name="FieldUpload",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("received", models.PositiveIntegerField(default=0, verbose_name="已收到（字节）")),
                ("sent_by", models.CharField(max_length=64)),
                ("begun_at", models.DateTimeField(verbose_name="开始时间")),
                ("done_at", models.DateTimeField(null=True, verbose_name="收齐时间")),
            ],
            options={
                "verbose_name": "照片上传",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size"))), name="survey_upload_within_size"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8, verbose_name="种类")),
                ("item", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="内容")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填写中"),
                            ("saved", "已存本机"),
                            ("uploaded", "已上传"),
                            ("needs_you", "待您处理"),
                        ],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateTimeField(null=True, verbose_name="自")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holdings", to="survey.fielddevice"
                    ),
                ),
            ],
            options={
                "verbose_name": "设备留存",
                "constraints": [models.UniqueConstraint(fields=("device", "kind", "item"), name="survey_holding_once")],
            },
        ),
        migrations.AddIndex(
            model_name="fieldrecord",
            index=models.Index(fields=["unit_path", "state", "-recorded_at"], name="survey_record_unit"),
        ),
        migrations.AddIndex(
            model_name="fieldrecord",
            index=models.Index(fields=["campaign", "-recorded_at"], name="survey_record_campaign"),
        ),
        migrations.AddIndex(
            model_name="fieldrecord",
            index=models.Index(fields=["outlet"], name="survey_record_outlet"),
        ),
        migrations.AddIndex(
            model_name="fieldphoto",
            index=models.Index(fields=["sha256"], name="survey_photo_content"),
        ),
        migrations.AddConstraint(
            model_name="fieldphoto",
            constraint=models.UniqueConstraint(fields=("record", "sha256"), name="survey_photo_once"),
        ),
    ]
