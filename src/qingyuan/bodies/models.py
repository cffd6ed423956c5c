"""Organisations. A government bureau, a town, an enterprise and a village are all one Body; what differs is a
function."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.core.functions import BODY_KINDS, FUNCTIONS
from qingyuan.places.models import Unit


def kinds() -> list[tuple[str, str]]:
    """Labels for the stored kinds."""
    return [(kind.value, str(_(label))) for kind, label in BODY_KINDS.items()]


def functions() -> list[tuple[str, str]]:
    """Labels for the stored functions."""
    return [(function.value, str(_(label))) for function, label in FUNCTIONS.items()]


class Body(models.Model):
    """单位. `unit` is where it sits (a bureau: the unit it serves); `parent` is whom it belongs to (隶属关系) and
    `supervising_body` the department in charge of its trade (主管部门); with `industry` they are its affiliation."""

    name = models.CharField(_("名称"), max_length=128)
    kind = models.CharField(_("单位性质"), max_length=16, choices=kinds)
    unit_type = models.CharField(_("排污单位类型"), max_length=64, blank=True)
    industry = models.CharField(_("行业类别"), max_length=64, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bodies", verbose_name=_("所在行政区划"))
    unit_path = models.CharField(max_length=16)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("隶属单位"))
    supervising_body = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supervised", verbose_name=_("主管部门")
    )
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    valid_from = models.DateField(_("成立日期"), null=True)
    valid_to = models.DateField(_("撤销日期"), null=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("单位")
        indexes = [
            models.Index(fields=["unit_path", "name"], name="body_unit_name"),
            models.Index(fields=["credit_code"], name="body_credit_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], name="body_credit_code_is_one_body", condition=~models.Q(credit_code="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BodyDuty(models.Model):
    """A function a body has from a day to a day (大同 的“住建”在甲县由城管局承担，等)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="duties")
    function = models.CharField(_("职能"), max_length=40, choices=functions)
    from_day = models.DateField(_("起"), null=True)
    to_day = models.DateField(_("止"), null=True)

    class Meta:
        indexes = [models.Index(fields=["function", "body"], name="body_duty_function")]

    def __str__(self) -> str:
        return f"{self.body_id} {self.function}"
