"""The stored words of this room and how they read on screen."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Why a case was opened."""

    UNCLEAR = "unclear", _("责任不清")
    SCOPE = "scope", _("方案规定全部溯源")
    NO_UNIT = "no_unit", _("没有对应的排污单位")
    DRY_FLOW = "dry_flow", _("旱天污水直排")
    OTHER = "other", _("其他")


class Conclusion(models.TextChoices):
    """What a case found. Empty while it is open."""

    DEFINITE = "definite", _("确定")
    INCONCLUSIVE = "inconclusive", _("无法确定")
    NOT_NEEDED = "not_needed", _("无需溯源")


class Part(models.TextChoices):
    """Which part a body has in a case."""

    LEAD = "lead", _("牵头单位")
    SUPPORTING = "supporting", _("配合单位")


class Confidence(models.TextChoices):
    """How far a step's result can be relied upon."""

    HIGH = "high", _("高")
    MEDIUM = "medium", _("中")
    LOW = "low", _("低")
    UNKNOWN = "unknown", _("不明")


class NodeKind(models.TextChoices):
    """What stands on the way of the water."""

    OUTLET = "outlet", _("排污口")
    WELL = "well", _("检查井")
    PIPE = "pipe", _("管道")
    DITCH = "ditch", _("沟渠")
    PUMP = "pump", _("泵站")
    BRANCH = "branch", _("支管接入点")
    DISCHARGER = "discharger", _("排污单位")
    OTHER = "other", _("其他")


MORE_METHODS: tuple[str, ...] = (
    "资料溯源",
    "人工排查",
    "管道内窥检测（CCTV）",
    "染色示踪",
    "探地雷达",
    "热红外",
    "水质指纹",
)
"""Methods offered behind those of the scheme and of its survey techniques. The list is open (等方式)."""
OTHER_METHOD = "其他"

SIGNS_OF_NOTHING: Mapping[str, bool] = {"": True, "无": True, "没有": True, "未见": True, "无异常": True}
"""Words that say no sign of sewage was seen."""
