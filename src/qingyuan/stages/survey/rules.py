"""What the packs say about surveys, asked for one unit and day; whom a scheme has lead and support them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Named, Row
from qingyuan.core.access import Grant
from qingyuan.core.coverage import Limits
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import path_of
from qingyuan.registry.rules import pack_of, policy_of

__all__ = ["clause_of", "is_lead", "leads", "limits", "pack_of", "policy_of", "supporting", "techniques"]

LEADING = frozenset({"survey.lead", "survey.organise", "survey.execute"})
"""The duty tags of organisations that open and finish campaigns (requirements: survey.lead_roles)."""
SUPPORTING = frozenset({"survey.support", "technical_support"})


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""


def limits(policy: Policy) -> Limits:
    """What counts as walked here."""
    usual = Limits()
    return Limits(
        bank_m=_number(policy, "survey.bank_distance_m", usual.bank_m),
        leg_m=_number(policy, "survey.track_leg_m", usual.leg_m),
        leg_s=_number(policy, "survey.track_leg_s", usual.leg_s),
        speed_mps=_number(policy, "survey.track_speed_mps", usual.speed_mps),
        late_days=_number(policy, "survey.track_late_days", usual.late_days),
    )


def _number(policy: Policy, name: str, usual: float) -> float:
    found = policy.value(name)
    return float(found) if isinstance(found, int | float) else usual


def segment_m(policy: Policy) -> int:
    """How long a segment is when nobody says otherwise."""
    return int(_number(policy, "survey.segment_m", 2000))


def completeness(policy: Policy) -> float:
    """The share of the bank that must have been walked."""
    return _number(policy, "survey.completeness", 1.0)


def techniques(policy: Policy) -> tuple[str, ...]:
    """The technical means a scheme names."""
    return tuple(cast("Iterable[str]", policy.value("survey.techniques", ())))


def plan_procedures(policy: Policy) -> tuple[str, ...]:
    """The procedures a plan must put in order."""
    return tuple(cast("Iterable[str]", policy.value("survey.plan_procedures", ())))


# --- who leads, who supports


def is_lead(grant: Grant, policy: Policy) -> bool:
    """Whether a grant is that of a body the scheme has survey. Where a scheme names nobody, whoever may, does."""
    rows = naming.with_duty(policy, LEADING)
    return not rows or any(_fits(grant, row, policy) for row in rows)


def _fits(grant: Grant, row: Row, policy: Policy) -> bool:
    if str(row.get("function", "")) not in grant.functions:
        return False
    words = _words(row.get("seat"))
    if not words:
        return grant.seat_path == home(policy)
    seat = Unit.objects.filter(path=grant.seat_path).values_list("level", "kind").first()
    return seat is not None and any(_SEATS[word](*seat) for word in words if word in _SEATS)


_SEATS = {
    "city": lambda level, kind: level == Level.CITY and kind == "division",
    "county": lambda level, kind: level == Level.COUNTY and kind == "division",
    "town": lambda level, kind: level == Level.TOWN and kind == "division",
    "zone": lambda level, kind: kind == "zone",  # noqa: ARG005 (the same question of each word)
}


def home(policy: Policy) -> str:
    """The path of the unit whose pack names the organisations."""
    found = policy.parameters.get("organisations")
    return path_of(found.origin.split("-")[0]) if found else ""


def _words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(cast("Iterable[str]", value or ()))


def leads(policy: Policy, *, unit: Unit, on: date) -> list[Named]:
    """The bodies the scheme has survey in a unit."""
    names = [str(row["name"]) for row in naming.with_duty(policy, LEADING)]
    return naming.bodies_named(names, policy=policy, unit=unit, on=on)


def supporting(policy: Policy, *, unit: Unit, on: date) -> tuple[list[Named], str]:
    """The bodies the scheme has support a survey in a unit, and the clause that names them."""
    return naming.supporting(policy, "survey.support_roles", SUPPORTING, unit=unit, on=on)
