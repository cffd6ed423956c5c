"""Facilities at outlets, what was found of the checklist, what is entered into an outlet's file by hand, and who takes
over its daily supervision. Nothing is deleted: a facility is removed, an entry withdrawn, with who and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core.archive import Section
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation.words_archive import (
    CheckResult,
    EntryKind,
    EventKind,
    FacilityKind,
    FacilityState,
)


class Facility(models.Model):
    """监测采样点、检查井、视频、流量、闸阀 of one outlet. Positions are CGCS2000 degrees."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="facilities", verbose_name=_("排污口"))
    key = models.CharField(max_length=64, null=True, unique=True)
    kind = models.CharField(_("设施"), max_length=16, choices=FacilityKind)
    name = models.CharField(_("名称"), max_length=128, blank=True)
    place = models.CharField(_("位置"), max_length=200, blank=True)
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    device_number = models.CharField(_("设备编号或接入地址"), max_length=64, blank=True)
    photo_sha256 = models.CharField(_("照片"), max_length=64, blank=True)
    built_on = models.DateField(_("建成日期"), null=True)
    state = models.CharField(_("状态"), max_length=16, choices=FacilityState, default=FacilityState.IN_USE)
    is_open = models.BooleanField(_("闸阀开启"), null=True)
    filed_on = models.DateField(_("备案日期"), null=True)
    filing_sha256 = models.CharField(_("备案材料"), max_length=64, blank=True)
    entered_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("规范化设施")
        indexes = [models.Index(fields=["outlet", "kind", "state"], name="facility_outlet")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind}"

    @property
    def counts(self) -> bool:
        """Whether the outlet has it: in use, a gate also filed (新绛 三(五))."""
        return self.state == FacilityState.IN_USE and (self.kind != FacilityKind.GATE or self.filed_on is not None)


class FacilityEvent(models.Model):
    """What happened with a facility on a day."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="events")
    kind = models.CharField(_("事项"), max_length=16, choices=EventKind)
    state = models.CharField(_("状态"), max_length=16, choices=FacilityState, blank=True)
    day = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    sha256 = models.CharField(_("材料"), max_length=64, blank=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.facility_id} {self.kind} {self.day}"


class ItemCheck(models.Model):
    """What somebody found of one item; the latest of the outlet's present round counts."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="item_checks")
    key = models.CharField(max_length=64, null=True, unique=True)
    item = models.CharField(_("项目"), max_length=40)
    round = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(_("结果"), max_length=16, choices=CheckResult)
    reason = models.CharField(_("说明或理由"), max_length=200, blank=True)
    photo_sha256 = models.CharField(_("照片"), max_length=64, blank=True)
    day = models.DateField(_("日期"))
    checked_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("规范化核对")
        indexes = [models.Index(fields=["outlet", "item"], name="item_check_outlet")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.item} {self.result}"


class ArchiveEntry(models.Model):
    """A paper put into a section by hand, or the statement that a section does not apply, with its reason."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="archive_entries")
    key = models.CharField(max_length=64, null=True, unique=True)
    section = models.CharField(_("组成"), max_length=24, choices=[(one.value, one.value) for one in Section])
    kind = models.CharField(_("类别"), max_length=16, choices=EntryKind)
    title = models.CharField(_("名称"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    sha256 = models.CharField(_("材料"), max_length=64, blank=True)
    day = models.DateField(_("日期"))
    entered_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("档案材料")
        indexes = [models.Index(fields=["outlet", "section"], name="archive_entry_outlet")]
        constraints = [
            models.CheckConstraint(
                name="archive_entry_has_paper_or_reason",
                condition=(Q(kind=EntryKind.PAPER) & ~Q(sha256=""))
                | (Q(kind=EntryKind.NOT_APPLICABLE) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.section}"


class SupervisionStart(models.Model):
    """纳入日常监管 (T20): who supervises, and which river chief stands above the water where the scheme asks it."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="supervision_starts")
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("监管单位"))
    chief = models.CharField(_("河湖长职务"), max_length=64, blank=True)
    day = models.DateField(_("日期"))
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.owner_id}"
