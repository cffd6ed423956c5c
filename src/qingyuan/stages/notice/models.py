"""Notices: one row for each officer who is told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.access.models import Officer
from qingyuan.bodies.models import Body
from qingyuan.stages.notice.kinds import LABELS, Kind


def kinds() -> list[tuple[str, str]]:
    """Labels for the stored kinds."""
    return [(kind.value, str(_(LABELS[kind]))) for kind in Kind]


class Notice(models.Model):
    """消息 to one officer. `key` says what it is told of, once for each officer; `body` is for whom he is told (none:
    in his own name); `link` names the page with its arguments; `about` is the record it speaks of."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="notices")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(_("类别"), max_length=32, choices=kinds)
    params = models.JSONField(default=dict)
    link_name = models.CharField(max_length=64, blank=True)
    link_args = models.JSONField(default=list)
    about_kind = models.CharField(max_length=32)
    about_id = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("消息")
        indexes = [
            models.Index(fields=["officer", "-id"], name="notice_of_officer"),
            models.Index(fields=["officer"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["read_at"], name="notice_read"),
        ]
        constraints = [models.UniqueConstraint(fields=["officer", "key"], name="notice_is_told_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
