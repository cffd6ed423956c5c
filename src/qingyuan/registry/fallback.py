"""兜底责任主体: who answers for an outlet where tracing ends 无法确定, as its scheme says for the place it lies in.

济源 the town or street office (where there is none the office of the development zone), 新绛 the town, 安阳 the
county government, 大同 the department of a 责任区, the zone's committee or the county government, 吉林 the local
government at a level that is set. The rows, seats and levels are pack data (`organisations`, duty party.fallback); how
a place is found is here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Named, Row
from qingyuan.core.functions import BodyFunction
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of
from qingyuan.registry import rules
from qingyuan.registry.models import Outlet

FALLBACK, DESIGNATE = "party.fallback", "party.designate"
LEVELS = {"city": Level.CITY, "county": Level.COUNTY, "town": Level.TOWN}


@dataclass(frozen=True, slots=True)
class Fallback:
    """Whom the scheme makes answer. `named` None: the place is not known closely enough (no town on record);
    `named.body` None: the body is not registered yet. `words`: as the scheme puts it."""

    named: Named | None
    words: tuple[str, ...]
    may_designate: bool
    clause: str
    designate_clause: str
    status: str


def fallback_of(outlet: Outlet, *, on: date) -> Fallback:
    """The fallback of one outlet on a day (济源 三(二)2, 安阳 二(一)2, 新绛 二(二), 大同 二(二), 吉林 二(五))."""
    policy = rules.policy_of(outlet.unit_path, on=on)
    said = policy.parameters.get("responsibility.fallback_party")
    designates = policy.parameters.get("responsibility.fallback_may_designate")
    return Fallback(
        named=_named(outlet, policy, on),
        words=tuple(cast("Iterable[str]", said.value or ())) if said else (),
        may_designate=bool(designates and designates.value),
        clause=said.clause if said else "",
        designate_clause=designates.clause if designates else "",
        status=said.status if said else "",
    )


def _named(outlet: Outlet, policy: Policy, on: date) -> Named | None:
    if policy.value("outlet.managing_department") and outlet.managing_body is not None:
        return Named(outlet.managing_body.name, outlet.managing_body.unit, outlet.managing_body)
    listed = cast("tuple[Row, ...]", policy.value("organisations", ()))
    if (zone := _zone_of(outlet)) is not None and (found := _at_zone(listed, FALLBACK, zone, on)):
        return found
    rows = [row for row in listed if FALLBACK in _duties(row) and row.get("seat") != "zone"]
    found = _local(rows, outlet, policy, on)
    if found is None and zone is not None:  # reading A-11: no town and no street office here
        found = _at_zone(listed, DESIGNATE, zone, on)
    return found


def _at_zone(rows: Iterable[Row], duty: str, zone: Unit, on: date) -> Named | None:
    row = next((row for row in rows if duty in _duties(row) and row.get("seat") == "zone"), None)
    if row is None:
        return None
    return naming.seated(str(row["function"]), [zone], name=str(row.get("each", row["name"])), on=on)[0]


def _local(rows: list[Row], outlet: Outlet, policy: Policy, on: date) -> Named | None:
    wanted = policy.value("responsibility.fallback_level")
    if not rows:  # a place whose scheme names nobody: the county's government by the national document
        rows = [{"name": "%s人民政府", "function": BodyFunction.GOVERNMENT.value, "seat": "county"}]
    for row in rows:
        seats = row.get("seat") or ()
        words = [seats] if isinstance(seats, str) else list(cast("Iterable[str]", seats))
        levels = [LEVELS[word] for word in ([wanted] if wanted in words else words) if word in LEVELS]
        unit = next(iter(_units(outlet, levels)), None)
        if unit is not None:
            name = str(row.get("each", row["name"]))
            return naming.seated(str(row["function"]), [unit], name=name, on=on)[0]
    return None


def _units(outlet: Outlet, levels: Iterable[int]) -> list[Unit]:
    """The units at or above the outlet of these levels, nearest first; a town may be on record by its name alone."""
    wanted = set(levels)
    above = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path), kind="division", level__in=wanted)
    found = list(above.order_by("-level"))
    if Level.TOWN in wanted and outlet.town_text and not any(one.level == Level.TOWN for one in found):
        named = Unit.objects.within(outlet.unit_path).standing()
        found = [*named.filter(level=Level.TOWN, kind="division", name=outlet.town_text)[:1], *found]
    return found


def _zone_of(outlet: Outlet) -> Unit | None:
    for unit in (outlet.managing_unit, outlet.unit):
        if unit.kind == "zone":
            return unit
    return None


def _duties(row: Row) -> tuple[str, ...]:
    return tuple(cast("Iterable[str]", row.get("duties", ())))
