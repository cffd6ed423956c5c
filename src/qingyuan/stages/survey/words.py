"""The stored words of campaigns and segments and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignKind(models.TextChoices):
    """Who walks, and whether it is the first time."""

    SURVEY = "survey", _("排查")
    RESURVEY = "resurvey", _("再排查")
    TECHNICAL = "technical", _("省市技术排查")


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    DRAFTED = "drafted", _("拟定中")
    APPROVED = "approved", _("方案已审定")
    STARTED = "started", _("进行中")
    FINISHED = "finished", _("已完成")
    WITHDRAWN = "withdrawn", _("已撤销")


class Procedure(models.TextChoices):
    """The procedures a plan puts in order (吉林 二(四)1)."""

    SURVEY = "survey", _("排查")
    TRACING = "tracing", _("溯源")
    MONITORING = "monitoring", _("监测")
    CLASSIFICATION = "classification", _("分类")
    REMEDIATION = "remediation", _("整治")


class Bank(models.TextChoices):
    """Which bank a segment is, looking downstream."""

    LEFT = "left", _("左岸")
    RIGHT = "right", _("右岸")
    BOTH = "both", _("两岸")


class SurveyLevel(models.IntegerChoices):
    """The three levels of HJ 1232."""

    PAPERS = 1, _("一级：资料与遥感")
    WALK = 2, _("二级：徒步")
    HARD = 3, _("三级：攻坚")


class LevelResult(models.TextChoices):
    """What a level of a segment came to. `doubtful` asks for the next level."""

    FOUND = "found", _("发现排污口或线索")
    NONE = "none", _("未发现")
    DOUBTFUL = "doubtful", _("存疑，转下一级")
    NOT_NEEDED = "not_needed", _("无疑点，不需攻坚")


class LineSource(models.TextChoices):
    """Where the line of a segment comes from."""

    WATER = "water", _("水体河线")
    FILE = "file", _("官方文件")
    HAND = "hand", _("人工填报长度")


class FindingKind(models.TextChoices):
    """What a second team found against the first."""

    SAME = "same", _("一致")
    MISSED = "missed", _("漏查")
    WRONG = "wrong", _("有误")
