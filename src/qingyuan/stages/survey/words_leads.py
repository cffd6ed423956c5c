"""The stored words of leads and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadSource(models.TextChoices):
    """Where a lead comes from."""

    REMOTE_SENSING = "remote_sensing", _("遥感影像")
    PRIOR_LIST = "prior_list", _("历次排查成果")
    PERMIT = "permit", _("排污许可")
    COMPLAINT = "complaint", _("投诉举报")
    CHIEF_PATROL = "chief_patrol", _("河湖长巡查")
    RANKING = "ranking", _("漏查研判")
    FIELD = "field", _("现场排查")
    HAND = "hand", _("人工录入")


class LeadState(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("待核")
    OUTLET = "outlet", _("是排污口")
    NOT_OUTLET = "not_outlet", _("不是排污口")
    DUPLICATE = "duplicate", _("重复线索")


class NotOutlet(models.TextChoices):
    """Why a lead is no outlet of a river."""

    NOTHING = "nothing", _("现场没有排口")
    NOT_DIRECT = "not_direct", _("非直接入河")
    CLEAN = "clean", _("不排放污水")
    GONE = "gone", _("已拆除或封堵")
    OTHER = "other", _("其他")


ENDINGS = (LeadState.OUTLET, LeadState.NOT_OUTLET, LeadState.DUPLICATE)
DATUMS = {"cgcs2000": "CGCS2000", "wgs84": "WGS-84", "gcj02": _("国测局 GCJ-02"), "bd09": _("百度 BD-09")}
"""What the giver of a point may say it refers to. WGS-84 and CGCS2000 differ by centimetres."""


class HintKind(models.TextChoices):
    """What makes one suspect that an outlet was missed somewhere."""

    PERMIT = "permit", _("排污许可证载明的排放口")
    SEWER_END = "sewer_end", _("污水管网末端")
    COMPLAINT = "complaint", _("投诉举报地点")
    LOAD_GAP = "load_gap", _("断面污染负荷缺口")
    UNWALKED = "unwalked", _("尚未走到的岸线")


ENTERED_HINTS = (HintKind.PERMIT, HintKind.SEWER_END, HintKind.COMPLAINT, HintKind.LOAD_GAP)
"""Those entered by hand with a paper; what was not walked is computed."""
