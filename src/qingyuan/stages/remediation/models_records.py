"""专项台账: what a scheme has registered of outlets of one type, beside their plans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.registry.models import Outlet


class TypeRecord(models.Model):
    """One record of a kind that the pack describes (remediation.records). `values` by the keys of its fields; a field
    that is absent is not known. `due` is set when what was found has the water leave the sewer within a limit."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+", verbose_name=_("排污口"))
    kind = models.CharField(_("台账"), max_length=32)
    title = models.CharField(_("名称"), max_length=32, blank=True)
    values = models.JSONField(_("内容"), default=dict)
    is_complete = models.BooleanField(_("齐全"), default=False)
    due = models.DateField(_("限期"), null=True)
    done_on = models.DateField(_("退出日期"), null=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    saved_by = models.CharField(max_length=64)
    saved_on = models.DateField(_("登记日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("专项台账")
        constraints = [models.UniqueConstraint(name="type_record_once", fields=["outlet", "kind", "title"])]
        indexes = [models.Index(fields=["due"], name="type_record_open", condition=Q(done_on=None, due__isnull=False))]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind} {self.title}"
