"""Management rules of a place (制度库), and its own dated decisions where a scheme leaves something to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Regulation(models.Model):
    """制度文件: one version of one management rule. A new version supersedes the one before; none is deleted."""

    unit_path = models.CharField(_("适用区划"), max_length=32, blank=True)
    title = models.CharField(_("名称"), max_length=200)
    document_no = models.CharField(_("文号"), max_length=64, blank=True)
    issuer = models.CharField(_("发文单位"), max_length=128)
    issued = models.DateField(_("印发日期"))
    valid_to = models.DateField(_("有效期至"), null=True)
    number = models.PositiveSmallIntegerField(_("版本"), default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("代替")
    )
    superseded_on = models.DateField(_("被代替日期"), null=True)
    sha256 = models.CharField(_("文件"), max_length=64)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("制度文件")
        indexes = [models.Index(fields=["unit_path", "-issued"], name="regulation_unit")]
        constraints = [
            models.CheckConstraint(
                name="regulation_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_to__gte=F("issued"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """A dated decision of a unit on something its scheme leaves open: a pilot switched on, a day plans are due.

    `name` is the parameter it stands beside, with a key after # where several units or bodies are decided about. The
    latest from-day that has begun governs; of the same day the one recorded last.
    """

    unit_path = models.CharField(_("区划"), max_length=32)
    name = models.CharField(_("事项"), max_length=96)
    value = models.JSONField(_("决定"))
    from_day = models.DateField(_("自"))
    reason = models.CharField(_("依据和理由"), max_length=200, blank=True)
    decided_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("本地决定")
        indexes = [models.Index(fields=["name", "unit_path", "from_day"], name="decision_name_unit")]

    def __str__(self) -> str:
        return f"{self.unit_path} {self.name}={self.value}"
