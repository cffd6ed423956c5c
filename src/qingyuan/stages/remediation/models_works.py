"""Works of a round: progress by step, evidence, doubts about it, and branch pipes that are to be cleared.

A piece of evidence is never taken away: what is wrong with it stands in `findings`, what a person made of it in
`state` and in its doubt.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.words_works import (
    UNDECIDED,
    DoubtKind,
    DoubtState,
    EvidenceKind,
    EvidenceState,
)


class StepReport(models.Model):
    """进度 of a step on a day, in percent. The last one stands; `key` is the one press."""

    step = models.ForeignKey("remediation.PlanStep", models.PROTECT, related_name="reports")
    key = models.CharField(max_length=64, null=True, unique=True)
    percent = models.PositiveSmallIntegerField(_("完成（%）"))
    text = models.CharField(_("进展"), max_length=500, blank=True)
    day = models.DateField(_("日期"))
    reported_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("整治进度")
        constraints = [
            models.CheckConstraint(name="step_report_percent", condition=Q(percent__gte=0, percent__lte=100))
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.percent}%"


class Evidence(models.Model):
    """佐证 of a round: one file for one purpose. Position in degrees CGCS2000 and bearing in degrees from north, as the
    camera says or, where it is silent, the uploader (`position_source`). `off_m`: from there to the outlet.

    `findings` is a list of {code, text, severity, params, clause}; `pair` of an after photo is its before photo.
    """

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="evidence", db_index=False)
    step = models.ForeignKey("remediation.PlanStep", models.PROTECT, null=True, related_name="evidence")
    kind = models.CharField(_("类别"), max_length=16, choices=EvidenceKind)
    measure = models.CharField(_("措施"), max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    title = models.CharField(_("名称"), max_length=200)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    is_photo = models.BooleanField(default=False)
    day = models.DateField(_("日期"))
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    position_source = models.CharField(_("位置来源"), max_length=8, blank=True)
    bearing_deg = models.DecimalField(_("拍摄方向（°）"), max_digits=4, decimal_places=1, null=True)
    off_m = models.PositiveIntegerField(_("距排污口（m）"), null=True)
    pair = models.ForeignKey("self", models.PROTECT, null=True, related_name="afters", verbose_name=_("对照照片"))
    findings = models.JSONField(_("发现"), default=list)
    state = models.CharField(_("状态"), max_length=16, choices=EvidenceState, default=EvidenceState.OK)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("提交单位"))
    added_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("佐证")
        constraints = [
            models.UniqueConstraint(
                name="evidence_shows_one_thing_once", fields=["round", "kind", "measure", "sha256"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.kind} {self.sha256[:8]}"

    @property
    def proves(self) -> bool:
        """Whether the piece counts: nothing is doubted, or the doubt was dispelled."""
        return self.state in (EvidenceState.OK, EvidenceState.EXPLAINED)


class Doubt(models.Model):
    """疑点: what speaks for harm to people, falsification or perfunctory work, until a person has decided.

    Raised by a piece of evidence (then one for each), or by an officer in words. `explanation` is whose duty the works
    are; who decides is neither he nor who explained.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="doubts", db_index=False, verbose_name=_("排污口"))
    unit_path = models.CharField(max_length=16)
    round = models.ForeignKey("remediation.Round", models.PROTECT, null=True, related_name="doubts")
    evidence = models.OneToOneField(Evidence, models.PROTECT, null=True, related_name="doubt")
    key = models.CharField(max_length=64, null=True, unique=True)
    kind = models.CharField(_("性质"), max_length=16, choices=DoubtKind)
    text = models.CharField(_("疑点"), max_length=1000)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=DoubtState, default=DoubtState.OPEN)
    raised_on = models.DateField(_("提出日期"))
    raised_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    due = models.DateField(_("说明期限"), null=True)
    explanation = models.CharField(_("说明"), max_length=1000, blank=True)
    explained_by = models.CharField(max_length=64, blank=True)
    explained_on = models.DateField(_("说明日期"), null=True)
    reason = models.CharField(_("认定理由"), max_length=1000, blank=True)
    paper_sha256 = models.CharField(_("认定材料"), max_length=64, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_on = models.DateField(_("认定日期"), null=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("疑点")
        indexes = [
            models.Index(fields=["outlet"], name="doubt_outlet"),
            models.Index(fields=["unit_path", "id"], name="doubt_unit_open", condition=Q(state__in=list(UNDECIDED))),
            models.Index(fields=["unit_path", "kind", "id"], name="doubt_unit_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state in UNDECIDED


class BranchPipe(models.Model):
    """支管、支线 that joins an outlet's channel: whose it is, whether it was joined against the rules, when cleared."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="branch_pipes", verbose_name=_("排污口"))
    key = models.CharField(max_length=64, null=True, unique=True)
    name = models.CharField(_("名称"), max_length=128)
    owner = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("接入单位"))
    owner_text = models.CharField(_("接入单位（原文）"), max_length=128, blank=True)
    is_illegal = models.BooleanField(_("违规接入"), default=True)
    found_on = models.DateField(_("发现日期"))
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    cleared_on = models.DateField(_("清理日期"), null=True)
    cleared_by = models.CharField(max_length=64, blank=True)
    how = models.CharField(_("清理情况"), max_length=500, blank=True)
    paper_sha256 = models.CharField(_("清理记录"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("支管")

    def __str__(self) -> str:
        return self.name

    @property
    def who(self) -> str:
        """Whose pipe it is, as far as known."""
        return self.owner.name if self.owner else self.owner_text
