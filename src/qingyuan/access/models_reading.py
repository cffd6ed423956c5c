"""The read log: who read or took away what is sensitive, when, and how much of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.core.reading import READ_KINDS


def kinds() -> list[tuple[str, str]]:
    """Labels for the stored kinds."""
    return [(kind.value, str(_(label))) for kind, label in READ_KINDS.items()]


class Reading(models.Model):
    """One reading (core.reading). Rows are added and never changed: the database refuses it."""

    at = models.DateTimeField(_("时间"))
    actor_id = models.CharField(_("人员"), max_length=64)
    program = models.CharField(_("程序"), max_length=64, blank=True)
    kind = models.CharField(_("事项"), max_length=16, choices=kinds)
    subject = models.CharField(_("对象"), max_length=96, blank=True)
    unit_path = models.CharField(_("区划"), max_length=16, blank=True)
    asked = models.CharField(_("条件"), max_length=500, blank=True)
    rows = models.PositiveIntegerField(_("行数"), null=True)
    origin = models.CharField(_("来源地址"), max_length=45, blank=True)
    status = models.PositiveSmallIntegerField(_("结果"), default=200)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "id"], name="reading_actor"),
            models.Index(fields=["unit_path", "id"], name="reading_unit"),
            models.Index(fields=["kind", "id"], name="reading_kind"),
            models.Index(fields=["at"], name="reading_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_id} {self.kind}"


class ReadingFile(models.Model):
    """How far a day's file has been taken in, and what it amounted to when it was closed."""

    name = models.CharField(max_length=160, unique=True)
    offset = models.BigIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    torn = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.offset}"
