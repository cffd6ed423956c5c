"""What is found against an outlet, and its stays on the problem list. Everything else of this room hangs on a stay.

A finding of a rule is a lead: it comes and goes with the facts until the competent body confirms or dismisses it. What
was confirmed stays until the round ends; nothing is deleted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.words import Cause, FindingState, Outcome


class Round(models.Model):
    """One stay of an outlet on 问题排污口清单. A reopened outlet has a second one.

    `pack` names the packs under which it was listed, the nation's first. `key` is the one press that listed it.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="rounds", db_index=False, verbose_name=_("排污口"))
    number = models.PositiveSmallIntegerField(_("第几轮"))
    cause = models.CharField(_("列入原因"), max_length=16, choices=Cause)
    reopened_from = models.CharField(_("重新整治前的阶段"), max_length=24, blank=True)
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    pack = models.CharField(_("所依据的政策包"), max_length=255, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    listed_on = models.DateField(_("列入日期"))
    listed_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    ended_on = models.DateField(_("结束日期"), null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("去向"), max_length=16, choices=Outcome, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("整治轮次")
        constraints = [
            models.UniqueConstraint(name="round_number_of_outlet", fields=["outlet", "number"]),
            models.UniqueConstraint(name="outlet_has_one_open_round", fields=["outlet"], condition=Q(ended_on=None)),
            models.CheckConstraint(
                name="round_ended_has_an_outcome",
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id}#{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether the outlet still is on the list."""
        return self.ended_on is None


class Finding(models.Model):
    """问题 of an outlet: found by a rule of its packs (`rule`), or stated by an officer (`rule` empty).

    `kind` is a key of the packs' table of problem kinds; `facts` what the rule was judged on. `basis_sha256`: the paper
    it was confirmed on. A rule that no longer holds withdraws its lead or its dismissal; a confirmed finding stays
    until its round ends (`settled_on`).
    """

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="findings", db_index=False, verbose_name=_("排污口")
    )
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="findings", verbose_name=_("整治轮次"))
    kind = models.CharField(_("问题类别"), max_length=32)
    rule = models.CharField(_("规则"), max_length=80, blank=True)
    origin = models.CharField(_("政策包"), max_length=40, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    text = models.CharField(_("问题"), max_length=500)
    facts = models.JSONField(_("所据事实"), default=dict)
    state = models.CharField(_("状态"), max_length=16, choices=FindingState, default=FindingState.LEAD)
    found_on = models.DateField(_("发现日期"))
    found_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    basis_sha256 = models.CharField(_("依据"), max_length=64, blank=True)
    decided_on = models.DateField(_("认定日期"), null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    settled_on = models.DateField(_("了结日期"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("问题")
        indexes = [
            models.Index(fields=["outlet"], name="finding_outlet"),
            # 待核查线索: those that nobody has looked at, the longest waiting first; and one by one per kind.
            models.Index(
                fields=["found_on", "id"], name="finding_waiting", condition=Q(state="lead", withdrawn_at=None)
            ),
            models.Index(fields=["kind", "id"], name="finding_kind", condition=Q(withdrawn_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="rule_finds_an_outlet_once",
                fields=["outlet", "rule"],
                condition=Q(withdrawn_at=None) & ~Q(rule=""),
            ),
            models.CheckConstraint(
                name="finding_decided_says_when",
                condition=Q(state="lead", decided_on=None) | (~Q(state="lead") & Q(decided_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind}"


class Watch(models.Model):
    """借道排污监管: an outlet that more units use than its scheme allows for one outlet, from month to month."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="watches", db_index=False)
    since = models.DateField(_("列入监管日期"))
    checked_on = models.DateField(_("最近核对日期"))
    units = models.PositiveSmallIntegerField(_("排污单位数"), null=True)
    reason = models.CharField(_("原因"), max_length=200)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    ended_on = models.DateField(_("移出日期"), null=True)

    class Meta:
        verbose_name = _("借道排污监管")
        constraints = [
            models.UniqueConstraint(name="outlet_is_watched_once", fields=["outlet"], condition=Q(ended_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.since}"


# Django finds the tables of a room in `models`; these build on what stands above.
from qingyuan.stages.remediation import models_closure, models_plans, models_records, models_works  # noqa: E402

__all__ = [
    "Finding",
    "Round",
    "Watch",
    "models_closure",
    "models_plans",
    "models_records",
    "models_works",
]
