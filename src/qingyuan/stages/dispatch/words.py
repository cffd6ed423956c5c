"""The stored words of this room and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    """What sort of thing was handed out."""

    TASK = "task", _("交办任务")
    ISSUE = "issue", _("新情况新问题")
    DECISION = "decision", _("会议决定")
    GAP = "gap", _("无人监管")


class ItemStatus(models.TextChoices):
    """Where an item stands. Open, answered and returned follow from its parts; closed is a decision."""

    OPEN = "open", _("办理中")
    ANSWERED = "answered", _("已反馈")
    RETURNED = "returned", _("退回")
    CLOSED = "closed", _("已办结")


class PartKind(models.TextChoices):
    """Which part a body has in an item."""

    RESPONSIBLE = "responsible", _("责任单位")
    SUPPORTING = "supporting", _("配合单位")
    IMPLEMENTING = "implementing", _("落实单位")


class PartState(models.TextChoices):
    """Where one body stands with its part."""

    AWAITING = "awaiting", _("待反馈")
    ANSWERED = "answered", _("已反馈")
    RETURNED = "returned", _("退回")


ANSWERABLE = (PartKind.RESPONSIBLE, PartKind.IMPLEMENTING)
"""The parts that carry an item: their bodies must have fed back before it is closed, and they close it."""
AGED_FROM_THE_START = (ItemKind.ISSUE, ItemKind.GAP)
"""Kinds that grow old from the day they were raised; the others from the day they were due."""
