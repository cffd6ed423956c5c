"""Every pack text that was ever in force. A text is never changed: a new one is a new version."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.rulebook.models_proposals import PackProposal
from qingyuan.rulebook.models_regulations import Decision, Regulation

__all__ = ["Decision", "PackProposal", "PackVersion", "Regulation"]


class PackVersion(models.Model):
    """One text of one pack, from a day on. `in_force_from` null: since before anybody knows."""

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("有效")
        WITHDRAWN = "withdrawn", _("已撤回")

    pack = models.CharField(_("政策包"), max_length=64)
    unit_path = models.CharField(_("适用区划"), max_length=32, blank=True)
    text = models.TextField(_("全文"), help_text=_("各文件原文，规范 JSON"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    in_force_from = models.DateField(_("施行日"), null=True)
    recorded_at = models.DateTimeField(_("载入时间"))
    loaded_by = models.CharField(_("载入人"), max_length=64)
    shipped = models.BooleanField(_("随系统发布"), default=False)
    status = models.CharField(_("状态"), max_length=16, choices=Status, default=Status.IN_FORCE)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        verbose_name = _("政策包版本")
        indexes = [models.Index(fields=["pack", "in_force_from"])]

    def __str__(self) -> str:
        return f"{self.pack} {self.in_force_from or '—'} {self.sha256[:12]}"
