"""What the packs say of closure: how many levels, who acts at each, what is checked on the ground."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from qingyuan.core.access import Actor, Grant, Permission, Role
from qingyuan.core.lifecycle import ACCEPTED_LEVELS, BITS
from qingyuan.core.policy import Policy
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation.rules import clause_of, functions_said

ACCEPT, FILE = "accept", "file"
COUNTY = 6


@dataclass(frozen=True, slots=True)
class Level:
    """One level of 销号: its name in the scheme, whether it accepts or files, which bodies act, under which clause.
    `goes_up`: the next level is that of the body above who acts here."""

    number: int
    title: str
    act: str
    functions: frozenset[str]
    is_above: bool
    clause: str
    goes_up: bool = False


def levels(policy: Policy) -> tuple[Level, ...]:
    """The levels of a unit's scheme in order; at least one, at most as many as there are milestones."""
    titles = cast("Sequence[str]", policy.value("deregistration.levels", ()) or ())[: len(ACCEPTED_LEVELS)] or ("",)
    rows = {int(str(row["level"])): row for row in _rows(policy)}
    said = clause_of(policy, "deregistration.levels")
    clause = said or clause_of(policy, "deregistration.bodies")
    found = [_level(number, str(title), rows.get(number, {}), clause) for number, title in enumerate(titles, start=1)]
    follows = [*(level.is_above for level in found[1:]), False]
    return tuple(replace(level, goes_up=up) for level, up in zip(found, follows, strict=True))


def _rows(policy: Policy) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", policy.value("deregistration.bodies", ()) or ())


def _level(number: int, title: str, row: Mapping[str, object], clause: str) -> Level:
    act = str(row.get("act") or (ACCEPT if number == 1 else FILE))
    functions = cast("Collection[str]", row.get("functions") or ())
    above = str(row.get("seat") or ("own" if number == 1 else "above")) == "above"
    return Level(number, title, act, frozenset(functions), above, clause)


def last_level(outlet: Outlet, *, on: date) -> int:
    """The number of the level that counts."""
    return len(levels(policy_of(outlet.unit_path, on=on)))


def reached(outlet: Outlet) -> int:
    """How many levels an outlet has passed since it was last listed."""
    return sum(1 for milestone in ACCEPTED_LEVELS if outlet.milestones & BITS[milestone])


def is_done(outlet: Outlet, *, on: date) -> bool:
    """Whether the last level was reached: only then an outlet counts as remediated."""
    return reached(outlet) >= last_level(outlet, on=on)


def county_of(outlet: Outlet) -> str:
    """The path of the county an outlet lies in."""
    return outlet.unit_path[:COUNTY]


def above(path: str) -> str:
    """The path one level up: a county's city, a city's province; the nation has none above itself."""
    steps = ancestors_of(path, itself=False)
    return steps[-1] if steps else ""


def acting_grant(outlet: Outlet, level: Level, permission: Permission, *, by: Actor, seat: str = "") -> Grant | None:
    """The grant by which somebody may act at a level: of a body of the right function, seated where the level asks."""
    place = place_of(outlet)
    for grant in by.holding(permission):
        if not grant.reach.covers(place):
            continue
        if grant.role is Role.CONSOLE:
            return grant
        if level.functions and not level.functions & grant.functions:
            continue
        if level.is_above and grant.seat_path != seat:
            continue
        if is_topmost(grant, level):
            continue
        return grant
    return None


def is_topmost(grant: Grant, level: Level) -> bool:
    """Whether nobody stands above a body that could take what this level sends up: a bureau of a province."""
    return level.goes_up and bool(grant.seat_path) and not above(grant.seat_path)


def share(policy: Policy, parameter: str) -> Decimal:
    """A share as a decimal, 0 where nothing is set."""
    return Decimal(str(policy.value(parameter, 0) or 0))


def said_functions(level: Level) -> str:
    """The functions of a level in words."""
    return functions_said(sorted(level.functions))
