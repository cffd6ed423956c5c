"""销号: acceptance level by level, the filing one level up, the sealed pack, the look back and the relapse.

Nothing is deleted: an acceptance that was taken back is `void`, a returned filing stays beside the next one.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.words_closure import FilingState, LookResult, RelapseState, Source, Verdict


class Review(models.Model):
    """批量验收 of several outlets, or a plan of looks back: which took part, and which of them the draw chose.

    With the seed and the pool anybody draws the same again. `pool` and `drawn` hold ids of rounds.
    """

    key = models.CharField(max_length=64, null=True, unique=True)
    kind = models.CharField(max_length=16)
    unit_path = models.CharField(max_length=16)
    seed = models.CharField(_("随机种子"), max_length=64)
    share = models.DecimalField(_("抽取比例"), max_digits=4, decimal_places=3)
    pool = models.JSONField(_("参与抽取的轮次"), default=list)
    drawn = models.JSONField(_("抽中的轮次"), default=list)
    opened_on = models.DateField(_("抽取日期"))
    opened_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    ended_on = models.DateField(_("办结日期"), null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("批量验收")
        indexes = [models.Index(fields=["kind", "unit_path", "id"], name="review_unit")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SiteCheck(models.Model):
    """现场核查 before acceptance: who saw the works, when, whether they hold."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="site_checks")
    key = models.CharField(max_length=64, null=True, unique=True)
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="site_checks")
    passed = models.BooleanField(_("是否合格"))
    note = models.CharField(_("情况"), max_length=500)
    photo_sha256 = models.CharField(_("照片"), max_length=64, blank=True)
    checked_on = models.DateField(_("核查日期"))
    checked_by = models.CharField(max_length=64)
    checked_name = models.CharField(_("核查人"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    # Works that were returned are checked anew.
    is_void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("现场核查")

    def __str__(self) -> str:
        return f"{self.round_id} {self.checked_on}"


class Acceptance(models.Model):
    """验收 of one level. `seat_path`: the unit of the body that accepted; the filing goes one level above it."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="acceptances")
    key = models.CharField(max_length=64, null=True, unique=True)
    level = models.PositiveSmallIntegerField(_("层级"))
    title = models.CharField(_("层级名称"), max_length=64)
    verdict = models.CharField(_("结论"), max_length=16, choices=Verdict)
    reason = models.CharField(_("意见"), max_length=500, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("验收单位"))
    seat_path = models.CharField(max_length=16)
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="acceptances")
    site_check = models.ForeignKey(SiteCheck, models.PROTECT, null=True, related_name="+")
    paper_sha256 = models.CharField(_("验收记录"), max_length=64, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    decided_on = models.DateField(_("验收日期"))
    decided_by = models.CharField(max_length=64)
    decided_name = models.CharField(_("验收人"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    is_void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("验收")
        constraints = [
            models.UniqueConstraint(
                name="round_is_accepted_once_a_level",
                fields=["round", "level"],
                condition=Q(verdict="passed", is_void=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} L{self.level} {self.verdict}"


class Filing(models.Model):
    """备案: the proof handed to the ecology bureau one level up, and what it said."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="filings")
    key = models.CharField(max_length=64, null=True, unique=True)
    level = models.PositiveSmallIntegerField(_("层级"))
    title = models.CharField(_("层级名称"), max_length=64)
    state = models.CharField(_("状态"), max_length=16, choices=FilingState, default=FilingState.PENDING)
    unit_path = models.CharField(max_length=16)
    to_path = models.CharField(_("报往"), max_length=16)
    proof_sha256 = models.CharField(_("证明材料"), max_length=64)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    filed_on = models.DateField(_("报备日期"))
    filed_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    decided_on = models.DateField(_("办理日期"), null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("意见"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("销号备案")
        indexes = [models.Index(fields=["state", "to_path", "id"], name="filing_waiting")]
        constraints = [
            models.UniqueConstraint(
                name="round_has_one_pending_filing", fields=["round"], condition=Q(state=FilingState.PENDING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.state}"


class ClosingPack(models.Model):
    """销号封存包: everything that shows a round was closed rightly, in one sealed file of the library."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="packs")
    sha256 = models.CharField(_("封存包"), max_length=64)
    size_bytes = models.BigIntegerField(_("大小（字节）"))
    parts = models.PositiveIntegerField(_("文件数"))
    sealed_on = models.DateField(_("封存日期"))
    sealed_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("封存时间"))
    # What the round's chains had come to, and how many of these entries stood under an anchor: nothing new, no new
    # pack.
    entries = models.PositiveIntegerField(default=0)
    anchored = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("销号封存包")
        constraints = [models.UniqueConstraint(name="closing_pack_once", fields=["round", "sha256"])]

    def __str__(self) -> str:
        return f"{self.round_id} {self.sha256[:12]}"


class LookBack(models.Model):
    """回头看 of a closed round: planned by draw or by hand, with a day it is due."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="look_backs")
    key = models.CharField(max_length=64, null=True, unique=True)
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="look_backs")
    unit_path = models.CharField(max_length=16)
    reason = models.CharField(_("安排原因"), max_length=200, blank=True)
    planned_on = models.DateField(_("安排日期"))
    planned_by = models.CharField(max_length=64)
    due = models.DateField(_("期限"))
    result = models.CharField(_("结果"), max_length=16, choices=LookResult, blank=True)
    note = models.CharField(_("情况"), max_length=500, blank=True)
    paper_sha256 = models.CharField(_("核查记录"), max_length=64, blank=True)
    done_on = models.DateField(_("核查日期"), null=True)
    done_by = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("回头看")
        indexes = [models.Index(fields=["unit_path", "due"], name="look_back_due", condition=Q(result=""))]
        constraints = [
            models.UniqueConstraint(name="round_is_looked_at_once", fields=["round"], condition=Q(result="")),
            models.CheckConstraint(
                name="look_back_done_has_a_day",
                condition=Q(result="", done_on=None) | (~Q(result="") & Q(done_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.due}"


class Relapse(models.Model):
    """反弹: a fact with a paper about an outlet that was closed; confirmed by the bureau it reopens the outlet."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="relapses")
    key = models.CharField(max_length=64, null=True, unique=True)
    unit_path = models.CharField(max_length=16)
    source = models.CharField(_("来源"), max_length=16, choices=Source)
    text = models.CharField(_("情况"), max_length=500)
    paper_sha256 = models.CharField(_("材料"), max_length=64)
    happened_on = models.DateField(_("发生日期"))
    reported_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    state = models.CharField(_("状态"), max_length=16, choices=RelapseState, default=RelapseState.REPORTED)
    look_back = models.ForeignKey(LookBack, models.PROTECT, null=True, related_name="relapses")
    decided_on = models.DateField(_("核实日期"), null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("意见"), max_length=500, blank=True)
    # The stay on the list that it ended in, and the one that it began.
    closed_round = models.ForeignKey("remediation.Round", models.PROTECT, null=True, related_name="relapses")
    new_round = models.ForeignKey("remediation.Round", models.PROTECT, null=True, related_name="begun_by")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("反弹")
        indexes = [models.Index(fields=["unit_path", "state", "id"], name="relapse_unit")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.source}"
