"""Codes as they were issued, number ranges reserved offline, signboards. What a code says is core/coding.py; the code
that is in force stands on the outlet itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.words import CodeState, SegmentState, SignState


class Counter(models.Model):
    """The highest serial given in a county, and among the codes of one basin where the scheme counts so (`basin` ""
    else). Locked while numbers are taken, so that none is taken twice."""

    county = models.CharField(max_length=6)
    basin = models.CharField(max_length=2, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="code_counter_once", fields=["county", "basin"])]

    def __str__(self) -> str:
        return f"{self.basin}-{self.county} {self.last:04d}"


class Segment(models.Model):
    """号段: serials reserved for a team or an office that names outlets without a connection, `first` to `last`."""

    key = models.CharField(max_length=64, null=True, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("县（市、区）"))
    unit_path = models.CharField(max_length=16)
    county = models.CharField(max_length=6)
    basin = models.CharField(_("流域水系字母"), max_length=2)
    first = models.PositiveIntegerField(_("起"))
    last = models.PositiveIntegerField(_("止"))
    holder = models.CharField(_("使用单位或队伍"), max_length=128)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=SegmentState, default=SegmentState.OPEN)
    reserved_on = models.DateField(_("预留日期"))
    reserved_by = models.CharField(max_length=64)
    reserved_at = models.DateTimeField(_("登记时间"))
    closed_on = models.DateField(_("收回日期"), null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("号段")
        indexes = [models.Index(fields=["county", "state"], name="code_segment_county")]
        constraints = [
            models.CheckConstraint(name="code_segment_is_a_range", condition=Q(first__gte=1, last__gte=F("first"))),
            models.CheckConstraint(name="code_segment_fits", condition=Q(last__lte=9999)),
        ]

    def __str__(self) -> str:
        return f"{self.basin}-{self.county}-{self.first:04d}~{self.last:04d}"


class IssuedCode(models.Model):
    """One code that was issued, for ever: the text is unique over standing and voided ones."""

    text = models.CharField(_("编码"), max_length=24, unique=True)
    basin = models.CharField(max_length=2)
    county = models.CharField(max_length=6)
    serial = models.PositiveIntegerField(_("顺序码"))
    letters = models.CharField(_("类型代码"), max_length=2)
    branch = models.PositiveSmallIntegerField(_("支口"), default=0)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="issued_codes", verbose_name=_("排污口"))
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="codes", verbose_name=_("号段"))
    state = models.CharField(_("状态"), max_length=16, choices=CodeState, default=CodeState.STANDING)
    by_hand = models.BooleanField(_("手工填写"), default=False)
    doubts = models.JSONField(_("存疑"), default=list)
    clause = models.CharField(_("条款"), max_length=120, blank=True)
    issued_on = models.DateField(_("赋码日期"))
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("登记时间"))
    voided_on = models.DateField(_("注销日期"), null=True)
    voided_by = models.CharField(max_length=64, blank=True)
    void_reason = models.CharField(_("注销理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("编码")
        indexes = [models.Index(fields=["county", "serial"], name="issued_code_serial")]
        constraints = [
            models.UniqueConstraint(
                name="outlet_has_one_issued_code", fields=["outlet"], condition=Q(state=CodeState.STANDING)
            ),
            models.CheckConstraint(
                name="issued_code_voided_has_a_day",
                condition=Q(state=CodeState.STANDING, voided_on__isnull=True)
                | Q(state=CodeState.VOIDED, voided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Sign(models.Model):
    """标识牌 of an outlet: what was printed on it, its photograph, where it stands. One is in use at a time.

    `content` is what stands on the board, row by row, as it was designed; whether it is still true is asked each time.
    `photo_longitude_deg` and its neighbours say where and when the photograph of the erected board was taken.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="signs", verbose_name=_("排污口"))
    number = models.PositiveSmallIntegerField(_("第几块"), default=1)
    state = models.CharField(_("状态"), max_length=16, choices=SignState, default=SignState.DESIGNED)
    code = models.CharField(_("编码"), max_length=24)
    content = models.JSONField(default=list)
    look = models.JSONField(default=dict)
    clause = models.CharField(_("条款"), max_length=120, blank=True)
    erected_by = models.CharField(_("由谁树立"), max_length=200, blank=True)
    designed_on = models.DateField(_("设计日期"))
    designed_by = models.CharField(max_length=64)
    designed_at = models.DateTimeField(_("登记时间"))
    printed_on = models.DateField(_("制作日期"), null=True)
    erected_on = models.DateField(_("立牌日期"), null=True)
    photo_sha256 = models.CharField(_("照片"), max_length=64, blank=True)
    photo_taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    photo_longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    photo_latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    distance_m = models.FloatField(_("距排污口（m）"), null=True)
    distance_reason = models.CharField(_("距离说明"), max_length=200, blank=True)
    damaged_on = models.DateField(_("发现损坏日期"), null=True)
    damage = models.CharField(_("损坏情况"), max_length=200, blank=True)
    void_on = models.DateField(_("作废日期"), null=True)
    void_reason = models.CharField(_("作废理由"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("标识牌")
        indexes = [
            models.Index(fields=["state", "id"], name="sign_state"),
            models.Index(fields=["code"], name="sign_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="outlet_has_one_sign_in_use", fields=["outlet"], condition=~Q(state=SignState.VOID)
            ),
            models.UniqueConstraint(name="sign_number_once", fields=["outlet", "number"]),
            models.CheckConstraint(
                name="sign_up_has_a_photo",
                condition=~Q(state=SignState.ERECTED) | (~Q(photo_sha256="") & Q(erected_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    @property
    def is_up(self) -> bool:
        """Whether it stands, with its photograph."""
        return self.state == SignState.ERECTED


class Urging(models.Model):
    """敦促立牌: the party of a coded outlet was urged to erect the board (大同 三(七)). Once for each of its turns."""

    key = models.CharField(max_length=64, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="sign_urgings", verbose_name=_("排污口"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("责任主体"))
    turn = models.PositiveSmallIntegerField(_("第几次"), default=1)
    waiting_since = models.DateField(_("自"))
    clause = models.CharField(_("条款"), max_length=120, blank=True)
    urged_on = models.DateField(_("敦促日期"))
    urged_by = models.CharField(max_length=64)
    urged_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("立牌敦促")
        indexes = [models.Index(fields=["body", "-id"], name="sign_urging_body")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.turn}"


from qingyuan.stages.standardisation import models_archive  # noqa: E402 here Django finds the archive's models

__all__ = ["Counter", "IssuedCode", "Segment", "Sign", "Urging", "models_archive"]
