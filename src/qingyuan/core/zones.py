"""The kinds of zone in which the clauses forbid, restrict or treat an outlet differently.

A point is in a zone, or not, or nobody can tell because the layer of that kind was never loaded for the place:
the three answers are True, False and None, and None is never read as "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _


class ZoneKind(StrEnum):
    """Kinds of zone named by the schemes. The values are stored."""

    DRINKING_WATER = "drinking_water"
    NATURE_PROTECTED = "nature_protected"
    NATURE_RESERVE = "nature_reserve"
    ECOLOGICAL_REDLINE = "ecological_redline"
    SPRING_BASIN = "spring_basin"
    PARK = "park"
    SEWER_NETWORK = "sewer_network"
    FUNCTIONAL_ZONE = "functional_zone"
    URBAN_FRINGE = "urban_fringe"
    PROVINCE_BUFFER = "province_buffer"
    OTHER_SPECIAL = "other_special"


class ProtectionLevel(StrEnum):
    """Levels of a drinking-water source protection zone."""

    NONE = ""
    FIRST = "first"
    SECOND = "second"
    QUASI = "quasi"


LABELS = {
    ZoneKind.DRINKING_WATER: _("饮用水水源保护区"),
    ZoneKind.NATURE_PROTECTED: _("自然保护地"),
    ZoneKind.NATURE_RESERVE: _("自然保护区"),
    ZoneKind.ECOLOGICAL_REDLINE: _("生态保护红线"),
    ZoneKind.SPRING_BASIN: _("泉域重点保护区"),
    ZoneKind.PARK: _("园区、开发区"),
    ZoneKind.SEWER_NETWORK: _("城镇污水收集管网覆盖范围"),
    ZoneKind.FUNCTIONAL_ZONE: _("水功能区"),
    ZoneKind.URBAN_FRINGE: _("城镇周边"),
    ZoneKind.PROVINCE_BUFFER: _("省界缓冲区"),
    ZoneKind.OTHER_SPECIAL: _("其他需要特殊保护的区域"),
    ProtectionLevel.NONE: "",
    ProtectionLevel.FIRST: _("一级保护区"),
    ProtectionLevel.SECOND: _("二级保护区"),
    ProtectionLevel.QUASI: _("准保护区"),
}

# The facts that say whether an outlet lies in a zone of a kind, where they are not simply in_zone_<kind>.
_FACTS = {
    ZoneKind.PARK: "in_park",
    ZoneKind.SEWER_NETWORK: "in_sewer_area",
    ZoneKind.URBAN_FRINGE: "near_town",
    ZoneKind.PROVINCE_BUFFER: "in_provincial_border_buffer",
}


def fact_of(kind: ZoneKind) -> str:
    """The name of the fact about lying in a zone of this kind."""
    return _FACTS.get(kind, f"in_zone_{kind}")


@dataclass(frozen=True, slots=True)
class ZoneFinding:
    """A fault found in a file of zones: `feature` counts from 1, `name` is the feature's own, `text` is for people."""

    feature: int
    name: str
    code: str
    text: str
