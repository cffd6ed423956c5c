"""The stored words of works: kinds of evidence, what became of a piece, kinds of doubt; how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What a piece of evidence shows."""

    BEFORE = "before", _("整治前照片")
    AFTER = "after", _("整治后照片")
    WORKS = "works", _("施工过程")
    MONITORING = "monitoring", _("整治后监测")
    CLOSING_RECORD = "closing_record", _("拆除、关闭、封堵记录")
    MERGE_RECORD = "merge_record", _("合并接入记录")
    BRANCH_RECORD = "branch_record", _("支管清理记录")
    PERMIT_NOTE = "permit_note", _("排污许可证载明")
    ACCEPTANCE = "acceptance", _("验收现场照片")
    SUPPORT = "support", _("配合单位材料")
    OTHER = "other", _("其他材料")


PHOTOS = frozenset({EvidenceKind.BEFORE, EvidenceKind.AFTER, EvidenceKind.ACCEPTANCE})
"""Kinds that are photographs and nothing else."""
WITHIN_WORKS = frozenset({EvidenceKind.WORKS, EvidenceKind.AFTER, EvidenceKind.ACCEPTANCE})
"""Kinds that cannot be older than the works."""


class EvidenceState(models.TextChoices):
    """What is thought of a piece. What is suspected or rejected proves nothing."""

    OK = "ok", _("已收下")
    SUSPECTED = "suspected", _("有疑点")
    EXPLAINED = "explained", _("疑点已排除")
    REJECTED = "rejected", _("不予采信")


PROVING = (EvidenceState.OK, EvidenceState.EXPLAINED)


class DoubtKind(models.TextChoices):
    """What is doubted: 大同 四(十) names the first three."""

    HARM = "harm", _("损害群众切身利益")
    FALSIFICATION = "falsification", _("弄虚作假")
    PERFUNCTORY = "perfunctory", _("敷衍应付")
    UNCLEAR = "unclear", _("佐证不清")


class DoubtState(models.TextChoices):
    """Where a doubt stands."""

    OPEN = "open", _("待说明")
    EXPLAINED = "explained", _("待认定")
    DISMISSED = "dismissed", _("已排除")
    CONFIRMED = "confirmed", _("已认定")


UNDECIDED = (DoubtState.OPEN, DoubtState.EXPLAINED)
