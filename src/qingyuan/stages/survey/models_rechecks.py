"""抽查复核: a sample of finished segments, drawn by a seed, walked again by a second team."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.models import Campaign, Segment, Team
from qingyuan.stages.survey.words import FindingKind


class Recheck(models.Model):
    """One sample of a campaign. With the seed and the numbers of the segments then closed it can be drawn again."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rechecks")
    team = models.ForeignKey(Team, models.PROTECT, related_name="rechecks", verbose_name=_("复核队伍"))
    seed = models.CharField(_("随机种子"), max_length=64)
    share = models.DecimalField(_("抽取比例"), max_digits=4, decimal_places=3)
    pool = models.JSONField(_("参与抽取的岸段号"), default=list)
    drawn_on = models.DateField(_("抽取日期"))
    drawn_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("抽查复核")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.drawn_on}"


class RecheckSegment(models.Model):
    """A drawn segment and when the second team had walked it."""

    recheck = models.ForeignKey(Recheck, models.PROTECT, related_name="segments")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="rechecks")
    done_on = models.DateField(_("复核日期"), null=True)
    done_by = models.CharField(max_length=64, blank=True)
    note = models.TextField(_("说明"), blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("复核岸段")
        constraints = [models.UniqueConstraint(fields=["recheck", "segment"], name="survey_recheck_segment_once")]

    def __str__(self) -> str:
        return f"{self.recheck_id} {self.segment_id}"


class RecheckFinding(models.Model):
    """One outlet as the second team saw it: the same, missed by the first team, or recorded wrongly (`field`)."""

    part = models.ForeignKey(RecheckSegment, models.PROTECT, related_name="findings")
    kind = models.CharField(_("结果"), max_length=8, choices=FindingKind)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+", verbose_name=_("排污口"))
    name = models.CharField(_("名称"), max_length=128)
    field = models.CharField(_("字段"), max_length=64, blank=True)
    first = models.CharField(_("首次排查"), max_length=200, blank=True)
    second = models.CharField(_("复核"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("复核发现")

    def __str__(self) -> str:
        return f"{self.part_id} {self.name}"
