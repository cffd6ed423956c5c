"""What a survey record must say, and what stands near: the base number shall be complete and count nothing twice.

A record that lacks one of the scheme's items is kept as 待补充 with the item named, and cannot be verified: so it is in
no directory (济源 三(二)1, 安阳 二(一)1, 新绛 二(一), 大同 二(一), 吉林 二(四)2). Which items is pack data.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from qingyuan.core.access import Actor
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Water
from qingyuan.registry.duplicates import limits_at
from qingyuan.registry.models import Outlet
from qingyuan.registry.nearby import Neighbour, near
from qingyuan.registry.rules import policy_of

POSITION, DESTINATION, CHARACTER, UNIT_BASICS = "coordinates", "destination", "character", "unit_basics"
ITEMS: Mapping[str, str] = {
    POSITION: _("位置坐标"),
    DESTINATION: _("污水去向（受纳水体）"),
    CHARACTER: _("排放特征（排放方式）"),
    UNIT_BASICS: _("排污单位基本情况"),
}
"""The items a scheme may ask for. Of the dischargers it is enough to say that they are not known yet: that is what
tracing is for."""
SUPPLIED_BY: Mapping[str, tuple[str, ...]] = {
    DESTINATION: ("water", "water_text"),
    CHARACTER: ("discharge_pattern",),
    UNIT_BASICS: ("party",),
}
NAMED = 3


def items_asked(policy: Policy) -> tuple[str, ...]:
    """The items the scheme of a unit asks of a survey record."""
    listed = policy.value("survey.required_items", ())
    asked = [one for one in (listed if isinstance(listed, list | tuple) else ()) if one in ITEMS]
    if policy.value("survey.require_unit_basics", False):
        asked.append(UNIT_BASICS)
    return tuple(dict.fromkeys(asked))


def lacking(
    policy: Policy,
    *,
    water: Water | None,
    position: tuple[Decimal, Decimal] | None,
    fields: Mapping[str, object],
    knows_unit: bool,
) -> list[str]:
    """The items a survey record does not say. `knows_unit`: a discharger is named, or said to be unknown."""
    said = {
        POSITION: position is not None,
        DESTINATION: water is not None or bool(fields.get("water_text")),
        CHARACTER: bool(fields.get("discharge_pattern")),
        UNIT_BASICS: knows_unit,
    }
    return [item for item in items_asked(policy) if not said[item]]


def supplied(outlet: Outlet, item: str) -> dict[str, object]:
    """The column to write when an item an entry lacked is supplied; nothing when it did not lack it."""
    return {"missing": [one for one in outlet.missing if one != item]} if item in outlet.missing else {}


def incomplete(outlet: Outlet) -> Refusal | None:
    """Why the record cannot be verified yet: an item of the survey is not supplied."""
    open_items = [item for item in (DESTINATION, CHARACTER, UNIT_BASICS) if item in outlet.missing]
    if not open_items:
        return None
    resolved = policy_of(outlet.unit_path, on=outlet.stage_since).parameters.get("survey.required_items")
    names = "、".join(ITEMS[item] for item in open_items)
    text = _("排查记录待补充：%(items)s；补充后才能核实、列入名录。")
    return Refusal("registry.incomplete", text, {"items": names}, resolved.clause if resolved else "")


def standing_near(
    actor: Actor,
    position: tuple[Decimal, Decimal] | None,
    *,
    unit_path: str,
    water: Water | None,
    bank: str,
    on: date,
    without: Collection[int] = (),
) -> list[Neighbour]:
    """Outlets of the register on the same bank within the scheme's duplicate distance, the nearest first. A bank or a
    water that one of the two does not state may be the same."""
    if position is None:
        return []
    metres = limits_at(unit_path, on=on).distance_m
    found = near(actor, float(position[0]), float(position[1]), within_m=metres, limit=20)
    return [
        one
        for one in found
        if one.outlet.in_register
        and one.outlet.pk not in without
        and not (water and one.outlet.water_id and one.outlet.water_id != water.pk)
        and not (bank and one.outlet.bank and one.outlet.bank != bank)
    ]


def apart(neighbours: list[Neighbour], reason: str, *, unit_path: str, on: date) -> Refusal | None:
    """不重不漏 (大同 二(二)): a second outlet at one place is entered only with a reason why it is not the first."""
    if not neighbours or reason.strip():
        return None
    resolved = policy_of(unit_path, on=on).parameters.get("register.duplicate_distance_m")
    names = "、".join(f"{one.outlet.name}（{one.distance_m:.0f} m）" for one in neighbours[:NAMED])
    text = _("附近已有排污口：%(names)s。如是同一个，请打开该口补充；如不是，请填写不是同一个的理由。")
    return Refusal("registry.near_another", text, {"names": names}, resolved.clause if resolved else "")
