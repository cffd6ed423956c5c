"""What phones send from the field, item by item, and what each device still holds.

A record is the merger of its revisions (core.merging): a revision is never changed and never deleted, so the record can
be made again from them at any time. Photos come in pieces by their content hash and stand in the library when whole.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet


class RecordState(models.TextChoices):
    """Where a record stands on this side of the line."""

    STORED = "stored", _("已上传")
    ACCEPTED = "accepted", _("已入库")
    NEEDS_YOU = "needs_you", _("待您处理")


class HoldingState(models.TextChoices):
    """How an item stands on the phone."""

    DRAFT = "draft", _("填写中")
    SAVED = "saved", _("已存本机")
    UPLOADED = "uploaded", _("已上传")
    NEEDS_YOU = "needs_you", _("待您处理")


class FieldDevice(models.Model):
    """A phone or tablet, as it names itself. `clock_offset_s` is what must be added to its clock to get the site's.

    What is open on it is what it said last (FieldHolding).
    """

    uid = models.CharField(_("设备编号"), max_length=64, unique=True)
    label = models.CharField(_("设备"), max_length=120, blank=True)
    officer_id = models.CharField(max_length=64)
    officer_name = models.CharField(_("使用人"), max_length=64)
    unit_path = models.CharField(max_length=16, blank=True)
    clock_offset_s = models.IntegerField(_("时钟差（s）"), default=0)
    keeps = models.BooleanField(_("浏览器承诺长期保存"), null=True)
    form_version = models.CharField(_("表单版本"), max_length=16, blank=True)
    first_seen = models.DateTimeField(_("首次联系"))
    last_seen = models.DateTimeField(_("最近联系"))
    rescued_at = models.DateTimeField(_("救援文件接收时间"), null=True)

    class Meta:
        verbose_name = _("现场设备")
        indexes = [models.Index(fields=["unit_path", "-last_seen"], name="survey_device_unit")]

    def __str__(self) -> str:
        return f"{self.label} {self.uid[:8]}"


class FieldHolding(models.Model):
    """An item a device says it still holds, as of its last contact."""

    device = models.ForeignKey(FieldDevice, models.CASCADE, related_name="holdings")
    kind = models.CharField(_("种类"), max_length=8)
    item = models.CharField(max_length=64)
    title = models.CharField(_("内容"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=HoldingState)
    since = models.DateTimeField(_("自"), null=True)

    class Meta:
        verbose_name = _("设备留存")
        constraints = [models.UniqueConstraint(fields=["device", "kind", "item"], name="survey_holding_once")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.kind} {self.item}"


class FieldRecord(models.Model):
    """现场记录. `fields` and `photos` are what its revisions say together; `aside` are answers no form knows any more.

    `photos` by hash: time, position, bearing, subject as the phone said them. `conflicts` name the fields two phones
    wrote apart from each other, with what each said. `outlet_version` is the outlet as this record left it: as long as
    nobody else touched it and nobody verified it, a later revision corrects it. `overruled` are the codes of findings
    that somebody decided to let pass.
    """

    client_id = models.UUIDField(unique=True)
    campaign = models.ForeignKey("survey.Campaign", models.PROTECT, null=True, related_name="+")
    segment = models.ForeignKey("survey.Segment", models.PROTECT, null=True, related_name="records")
    lead = models.ForeignKey("survey.Lead", models.PROTECT, null=True, related_name="records")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+", verbose_name=_("排污口"))
    outlet_version = models.PositiveIntegerField(null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16, blank=True)
    device = models.ForeignKey(FieldDevice, models.PROTECT, null=True, related_name="records")
    officer_id = models.CharField(max_length=64)
    officer_name = models.CharField(_("填写人"), max_length=64)
    form_version = models.CharField(_("表单版本"), max_length=16, blank=True)
    fields = models.JSONField(_("内容"), default=dict)
    aside = models.JSONField(_("另存的内容"), default=dict)
    photos = models.JSONField(_("照片"), default=dict)
    conflicts = models.JSONField(_("各设备说法不一"), default=list)
    findings = models.JSONField(_("发现的问题"), default=list)
    state = models.CharField(_("状态"), max_length=16, choices=RecordState, default=RecordState.STORED)
    overruled = models.JSONField(default=list)
    occurred_at = models.DateTimeField(_("现场时间"))
    recorded_at = models.DateTimeField(_("收到时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("现场记录")
        indexes = [
            models.Index(fields=["unit_path", "state", "-recorded_at"], name="survey_record_unit"),
            models.Index(fields=["campaign", "-recorded_at"], name="survey_record_campaign"),
            models.Index(fields=["outlet"], name="survey_record_outlet"),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class FieldRevision(models.Model):
    """One saving of a record as it came. `content` is its hash: the same revision with other content is another one."""

    record = models.ForeignKey(FieldRecord, models.PROTECT, related_name="revisions")
    revision = models.CharField(max_length=64, unique=True)
    base = models.JSONField(default=list)
    settles = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    form_version = models.CharField(max_length=16, blank=True)
    content = models.CharField(max_length=64)
    device = models.ForeignKey(FieldDevice, models.PROTECT, null=True, related_name="+")
    officer_id = models.CharField(max_length=64)
    officer_name = models.CharField(_("填写人"), max_length=64)
    sent_by = models.CharField(max_length=64)
    said_at = models.DateTimeField(_("手机时间"))
    occurred_at = models.DateTimeField(_("校正后的时间"))
    recorded_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("现场记录的一次保存")

    def __str__(self) -> str:
        return self.revision


class FieldPhoto(models.Model):
    """Where a photo is spoken of: one row for each record that has it. The same photo in two records is found here."""

    record = models.ForeignKey(FieldRecord, models.PROTECT, related_name="photo_rows")
    sha256 = models.CharField(max_length=64)
    filed = models.BooleanField(_("已归入档案"), default=False)

    class Meta:
        verbose_name = _("现场照片")
        constraints = [models.UniqueConstraint(fields=["record", "sha256"], name="survey_photo_once")]
        indexes = [models.Index(fields=["sha256"], name="survey_photo_content")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.sha256[:12]}"


class FieldUpload(models.Model):
    """A photo on its way: so many of its bytes lie in the site's home, the rest the phone sends on from there."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField(_("大小（字节）"))
    received = models.PositiveIntegerField(_("已收到（字节）"), default=0)
    sent_by = models.CharField(max_length=64)
    begun_at = models.DateTimeField(_("开始时间"))
    done_at = models.DateTimeField(_("收齐时间"), null=True)

    class Meta:
        verbose_name = _("照片上传")
        constraints = [models.CheckConstraint(name="survey_upload_within_size", condition=Q(received__lte=F("size")))]

    def __str__(self) -> str:
        return self.sha256[:12]
