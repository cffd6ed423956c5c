"""Plans that were filed. A plan filed again after a refusal is a new row with the next number; nothing is deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit


class PlanState(models.TextChoices):
    """Where a plan stands. The values are stored."""

    FILED = "filed", _("已报送，待审核")
    APPROVED = "approved", _("审核通过")
    REFUSED = "refused", _("退回")


class SubordinatePlan(models.Model):
    """实施方案: of a unit (its government or committee), or of a department (`body`). `root_path` is the unit whose
    scheme asks for it and who decides on it; `filer` is the key of the register's line."""

    root_path = models.CharField(max_length=32)
    filer = models.CharField(max_length=48)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("区划"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    number = models.PositiveSmallIntegerField(_("次"), default=1)
    title = models.CharField(_("名称"), max_length=200)
    sha256 = models.CharField(_("文件"), max_length=64)
    issued_on = models.DateField(_("印发日期"))
    filed_on = models.DateField(_("报送日期"))
    parts = models.JSONField(_("组成部分"), default=list)
    state = models.CharField(_("状态"), max_length=16, choices=PlanState, default=PlanState.FILED)
    reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    decided_on = models.DateField(_("审核日期"), null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    filed_by = models.CharField(max_length=64)
    filed_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("实施方案")
        constraints = [
            models.UniqueConstraint(name="plan_numbered_once", fields=["root_path", "filer", "number"]),
            models.CheckConstraint(
                name="plan_decided_has_a_day",
                condition=Q(state=PlanState.FILED, decided_on=None) | ~Q(state=PlanState.FILED) & ~Q(decided_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title
