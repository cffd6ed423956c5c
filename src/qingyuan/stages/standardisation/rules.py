"""What the packs say about codes and signboards: who codes, which letters, which numbers, what stands on a board."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Q

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Row
from qingyuan.core.access import Actor, Grant, Permission, Role
from qingyuan.core.classification import tree_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Resolved
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of, is_within, path_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of

__all__ = [
    "Authority",
    "Letters",
    "authority",
    "basin_of",
    "basins",
    "clause_of",
    "county_of",
    "letters_of",
    "may_code",
    "pack_of",
    "policy_of",
    "serial_basin",
]

CODES = "coding.issue"
"""The duty tag of who names and codes."""
COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who names and codes in a place: as the scheme writes it, the rows that say function and seat, and the clause."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    home: str
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class Letters:
    """The type letters of an outlet, and how they are known."""

    letters: str
    clause: str
    status: str


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""


def county_of(unit_path: str) -> Unit | None:
    """The county, or the county-level place, a path lies in."""
    above = Unit.objects.filter(path__in=ancestors_of(unit_path), kind="division", level__lte=Level.COUNTY)
    found = above.order_by("-level").first()
    return found if found is not None and found.level == Level.COUNTY else None


def authority(policy: Policy) -> Authority:
    """Who names and codes (新绛 三(六), 大同 三(七), 吉林 二(七)); where the scheme is silent the inherited default."""
    named = policy.parameters["coding.authority"]
    rows = naming.with_duty(policy, [CODES])
    listed = policy.parameters.get("organisations")
    if rows and listed is not None:
        return Authority(_texts(named.value), tuple(rows), _home(listed), named.clause, named.status)
    default = cast("tuple[Row, ...]", policy.value("coding.default_authority", ()))
    return Authority(_texts(named.value), default, "", named.clause, named.status)


def may_code(actor: Actor, outlet: Outlet, who: Authority) -> bool:
    """Whether one of the actor's bodies is who codes there: the function, at a seat the scheme names, over the
    outlet."""
    return any(_fits(grant, outlet, who) for grant in actor.holding(Permission.CODE_ISSUE))


def _fits(grant: Grant, outlet: Outlet, who: Authority) -> bool:
    if grant.role is Role.CONSOLE:
        return True
    seat = grant.seat_path
    above = is_within(outlet.unit_path, seat) or ("Z" in seat and is_within(outlet.managing_path, seat))
    if not above or not is_within(seat, who.home):
        return False
    return any(row.get("function") in grant.functions and _seated(seat, row) for row in who.rows)


def _seated(seat: str, row: Row) -> bool:
    words = _texts(row.get("seat"))
    if not words:
        return True
    fitting = Q(pk__in=[])
    for word in words:
        fitting |= naming.SEATS[word]
    return Unit.objects.filter(fitting, path=seat).exists()


def _home(listed: Resolved) -> str:
    return path_of(listed.origin.split("-")[0])


def letters_of(outlet: Outlet, policy: Policy) -> Letters | None:
    """The type letters: those of the special kind where the table has it, else of the first level (大同 附件2). None
    while the outlet has no type."""
    special = policy.parameters.get("coding.special_codes")
    rows = cast("Iterable[Mapping[str, str]]", special.value or ()) if special else ()
    if outlet.special_kind and special:
        found = next((row["letters"] for row in rows if row["kind"] == outlet.special_kind), "")
        if found:
            return Letters(found, special.clause, special.status)
    top = tree_of(policy).top_of(outlet.type_key) if outlet.type_key else None
    codes = policy.parameters.get("coding.type_codes")
    if top is None or not top.code or codes is None:
        return None
    return Letters(top.code, codes.clause, codes.status)


def basins(policy: Policy) -> Mapping[str, str]:
    """Basin letters → the name of the water system, from the table that may be edited."""
    rows = cast("Iterable[Mapping[str, str]]", policy.value("coding.basins", ()))
    return {row["letters"]: row["name"] for row in rows}


def basin_of(outlet: Outlet, policy: Policy) -> str:
    """The basin letters proposed for an outlet: those of its water's code, else the place's own; empty for neither."""
    if outlet.water is not None and re.match(r"[A-Z]{2}", outlet.water.code):
        return outlet.water.code[:2]
    return str(policy.value("coding.default_basin", "") or "")


def serial_basin(policy: Policy, basin: str) -> str:
    """What the serials of a county are counted under: "" for the county as a whole, else the basin."""
    return "" if policy.value("coding.serial_scope", COUNTY) == COUNTY else basin


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(cast("Iterable[str]", value or ()))
