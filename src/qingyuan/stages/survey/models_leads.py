"""线索: what somebody thinks may be an outlet, and what became of it.

The position stays as it was given beside its reading in CGCS2000. What was found about it on entry (`findings`) is kept
with it. Its record in the register stays a candidate until the lead ends as an outlet. Nothing is deleted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.places.models import Unit, Water
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.words_leads import HintKind, LeadSource, LeadState


class LeadBatch(models.Model):
    """One file or list of leads that was taken in. `year` of an earlier survey; `counts` of its rows by what became of
    them; `findings` are about its lines: [{row, code, text}, …]. `key` is the one press that took it in."""

    title = models.CharField(_("名称"), max_length=200)
    source = models.CharField(_("来源"), max_length=16, choices=LeadSource)
    origin = models.CharField(_("出处"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("年份"), null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    campaign = models.ForeignKey("survey.Campaign", models.PROTECT, null=True, related_name="lead_batches")
    filename = models.CharField(_("文件"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    reported_by = models.CharField(max_length=64)
    reported_on = models.DateField(_("日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    key = models.CharField(max_length=64, null=True, unique=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("线索批次")
        indexes = [models.Index(fields=["unit_path", "-id"], name="survey_lead_batch_unit")]

    def __str__(self) -> str:
        return self.title


class Lead(models.Model):
    """One suspected outlet. `key` is its name for machines and the one press that made it.

    `outlet` is its own record in the register, a candidate while it is open; `same_as` and `same_lead` are what it
    duplicates; `previous` is what undoing its ending needs. `along_m`: metres along its water's line.
    """

    key = models.CharField(max_length=64, unique=True)
    campaign = models.ForeignKey("survey.Campaign", models.PROTECT, null=True, related_name="leads")
    batch = models.ForeignKey(LeadBatch, models.PROTECT, null=True, related_name="leads", verbose_name=_("批次"))
    source = models.CharField(_("来源"), max_length=16, choices=LeadSource)
    source_ref = models.CharField(_("来源编号"), max_length=128, blank=True)
    year = models.PositiveSmallIntegerField(_("年份"), null=True)
    name = models.CharField(_("名称"), max_length=128)
    code = models.CharField(_("编码"), max_length=32, blank=True)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    water = models.ForeignKey(Water, models.PROTECT, null=True, related_name="+", verbose_name=_("水体"))
    segment = models.ForeignKey("survey.Segment", models.PROTECT, null=True, related_name="leads")
    bank = models.CharField(_("岸别"), max_length=16, blank=True)
    position_given = models.CharField(_("坐标原文"), max_length=120, blank=True)
    datum = models.CharField(_("坐标系"), max_length=16, default="cgcs2000")
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    mkey = models.BigIntegerField(null=True)
    along_m = models.PositiveIntegerField(_("沿河里程（m）"), null=True)
    river_m = models.PositiveIntegerField(_("距河（m）"), null=True)
    photo_sha256 = models.CharField(_("影像"), max_length=64, blank=True)
    techniques = models.JSONField(_("技术手段"), default=list)
    found_level = models.PositiveSmallIntegerField(_("发现级次"), default=1)
    score = models.FloatField(_("研判得分"), null=True)
    reasons = models.JSONField(_("研判理由"), default=list)
    findings = models.JSONField(_("核对发现"), default=list)

    state = models.CharField(_("状态"), max_length=16, choices=LeadState, default=LeadState.OPEN)
    due = models.DateField(_("核实期限"), null=True)
    ended_on = models.DateField(_("处置日期"), null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_level = models.PositiveSmallIntegerField(_("确认级次"), null=True)
    why = models.CharField(_("情形"), max_length=16, blank=True)
    reason = models.CharField(_("处置理由"), max_length=200, blank=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+", verbose_name=_("排污口"))
    same_as = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+", verbose_name=_("与之重复的排污口"))
    same_lead = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("与之重复的线索"))
    previous = models.JSONField(default=dict)
    reported_by = models.CharField(max_length=64)
    reported_on = models.DateField(_("发现日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("线索")
        indexes = [
            models.Index(fields=["unit_path", "state", "id"], name="survey_lead_unit"),
            models.Index(fields=["campaign", "state"], name="survey_lead_campaign"),
            models.Index(fields=["mkey"], name="survey_lead_place"),
            models.Index(fields=["state", "due"], name="survey_lead_due"),
            models.Index(fields=["photo_sha256"], name="survey_lead_photo", condition=~Q(photo_sha256="")),
            models.Index(fields=["code"], name="survey_lead_code", condition=~Q(code="")),
            models.Index(fields=["name"], name="survey_lead_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="survey_lead_ended_has_a_day",
                condition=Q(state=LeadState.OPEN, ended_on__isnull=True)
                | (~Q(state=LeadState.OPEN) & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="survey_lead_duplicate_of_something",
                condition=~Q(state=LeadState.DUPLICATE) | Q(same_as__isnull=False) | Q(same_lead__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hint(models.Model):
    """研判依据: a fact that speaks for a missed outlet near a point of a water, with the paper it rests on.

    `share` of a load gap: the part of the load between two sections that no known outlet explains, 0 to 1. `along_m` to
    `until_m` is the stretch of the water's line, one point for a place.
    """

    kind = models.CharField(_("依据类别"), max_length=16, choices=HintKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    water = models.ForeignKey(Water, models.PROTECT, null=True, related_name="+", verbose_name=_("水体"))
    text = models.CharField(_("说明"), max_length=200)
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    along_m = models.PositiveIntegerField(_("沿河里程（m）"), null=True)
    until_m = models.PositiveIntegerField(_("至（m）"), null=True)
    share = models.FloatField(_("缺口比例"), null=True)
    sha256 = models.CharField(_("依据材料"), max_length=64)
    day = models.DateField(_("日期"))
    entered_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    retracted_at = models.DateTimeField(_("撤回时间"), null=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("研判依据")
        indexes = [models.Index(fields=["unit_path", "kind"], name="survey_hint_unit")]
        constraints = [
            models.CheckConstraint(
                name="survey_hint_share_is_a_share", condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.text
