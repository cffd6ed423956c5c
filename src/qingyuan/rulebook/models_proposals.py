"""A pack text that an officer hands in, and what became of it. A text never changes; another text is another
proposal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PackProposal(models.Model):
    """One text of one pack, handed in for one unit.

    `against` is the hash of the text that stood when it was handed in (empty: the unit had no pack); who approves it
    approves the difference to that text. `faults` are kept with a faulty text, which is never in force.
    """

    class State(models.TextChoices):
        FAULTY = "faulty", _("检查未通过")
        WAITING = "waiting", _("待审定")
        APPROVED = "approved", _("已审定")
        REJECTED = "rejected", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")

    pack = models.CharField(_("政策包"), max_length=64, blank=True)
    unit_path = models.CharField(_("适用区划"), max_length=32, blank=True)
    unit_code = models.CharField(_("区划代码"), max_length=16)
    unit_name = models.CharField(_("区划"), max_length=64)
    title = models.CharField(_("名称"), max_length=200, blank=True)
    setting = models.CharField(_("单项参数"), max_length=120, blank=True)
    text = models.TextField(_("全文"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    against = models.CharField(_("对照版本"), max_length=64, blank=True)
    faults = models.JSONField(_("问题"), default=list)
    state = models.CharField(_("状态"), max_length=16, choices=State)
    wanted_from = models.DateField(_("拟施行日"), null=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    proposed_by = models.CharField(max_length=64)
    proposer = models.CharField(_("提交人"), max_length=64)
    proposed_at = models.DateTimeField(_("提交时间"))
    decided_by = models.CharField(max_length=64, blank=True)
    decider = models.CharField(_("审定人"), max_length=64, blank=True)
    decided_at = models.DateTimeField(_("审定时间"), null=True)
    decision = models.CharField(_("审定意见"), max_length=500, blank=True)
    in_force_from = models.DateField(_("施行日"), null=True)
    retroactive = models.BooleanField(_("追溯施行"), default=False)

    class Meta:
        verbose_name = _("政策包提案")
        indexes = [
            models.Index(fields=["unit_path", "id"], name="pack_proposal_unit"),
            models.Index(fields=["pack", "id"], name="pack_proposal_pack"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="pack_text_waits_once", fields=["pack", "sha256"], condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack or self.unit_code} {self.sha256[:12]} {self.state}"
