"""What a water body is called, and the flags by which the schemes choose whose outlets count.

A flag is a dated statement about one water body ("is a main river"), kept in places; a target of a policy pack names
the flags it counts. Nothing here knows which river bears which flag.
"""

from __future__ import annotations

from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _


class WaterKind(StrEnum):
    """Kinds of water body (济源 三(一): 河流及沟渠塘坝等). The values are stored."""

    RIVER = "river"
    LAKE = "lake"
    RESERVOIR = "reservoir"
    DITCH = "ditch"
    POND = "pond"
    OTHER = "other"


class WaterFlagKind(StrEnum):
    """Groups of waters that targets and scopes are written about. The values are stored and stand in policy packs."""

    MAIN_RIVER = "main_river"
    KEY_LAKE = "key_lake"
    ASSESSED_SECTION = "assessed_section"
    FEN_HUI = "fen_hui"
    SONGLIAO_MAIN = "songliao_main"
    PIONEER = "pioneer"
    PROVINCE_EXTENSION = "province_extension"


class SectionLevel(StrEnum):
    """Who assesses a section."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"


class Status(StrEnum):
    """How sure a stated value is, as in policy packs."""

    READ = "read"
    INFERRED = "inferred"
    SECONDARY = "secondary"
    PROPOSED = "proposed"


LABELS = {
    WaterKind.RIVER: _("河流"),
    WaterKind.LAKE: _("湖泊"),
    WaterKind.RESERVOIR: _("水库"),
    WaterKind.DITCH: _("沟渠"),
    WaterKind.POND: _("塘坝"),
    WaterKind.OTHER: _("其他水体"),
    WaterFlagKind.MAIN_RIVER: _("主要河流"),
    WaterFlagKind.KEY_LAKE: _("重点湖库"),
    WaterFlagKind.ASSESSED_SECTION: _("国省考断面河流"),
    WaterFlagKind.FEN_HUI: _("汾河、浍河"),
    WaterFlagKind.SONGLIAO_MAIN: _("松花江、辽河流域干流及重要支流"),
    WaterFlagKind.PIONEER: _("两河一湖"),
    WaterFlagKind.PROVINCE_EXTENSION: _("全省扩展"),
    SectionLevel.NATIONAL: _("国控"),
    SectionLevel.PROVINCIAL: _("省控"),
    SectionLevel.CITY: _("市控"),
    Status.READ: _("原文"),
    Status.INFERRED: _("推断"),
    Status.SECONDARY: _("间接来源"),
    Status.PROPOSED: _("建议值"),
}

# 《流域干流及重要支流清单》 decides which waters bear this flag (吉林 一(三)).
FLAG_OF_THE_NAMED_LIST = WaterFlagKind.SONGLIAO_MAIN
