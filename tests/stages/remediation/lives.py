"""Outlets on their way through remediation, walked by the real actions."""

from __future__ import annotations

from datetime import date, timedelta

from qingyuan.core.lifecycle import Stage
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation.models import Finding, Round
from tests import build


def classified(where: Unit, *, type_key: str = "GY.enterprise", on: date = build.DAY, **more: object) -> Outlet:
    """An outlet whose party and type are fixed and about which nobody has decided."""
    return build.outlet(where, stage=Stage.CLASSIFIED, type_key=type_key, on=on, **more)


def fact(outlet: Outlet, name: str, value: object, *, on: date | None = None) -> None:
    """A fact about an outlet, entered with a paper, and what the rules make of it."""
    from qingyuan.registry import actions as registry

    day = on or outlet.stage_since
    registry.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name=name,
        value=value,
        source="测试核查",
        on=day,
        by=build.VERIFIER,
        at=build.recorded(day),
        sha256=build.paper(),
    )
    actions.refresh_one(outlet, on=day, at=build.recorded(day))


def lead(outlet: Outlet, kind: str) -> Finding:
    """The open lead of a kind against an outlet."""
    return next(one for one in queries.findings_of(outlet) if one.kind == kind and one.state == "lead")


def problem(outlet: Outlet, *, fact_name: str = "borrowed_discharge", on: date | None = None) -> Round:
    """An outlet that is classified, put on the problem list for a fact that a rule finds; its stay there."""
    day = on or outlet.stage_since
    fact(outlet, fact_name, True, on=day)
    found = [one for one in queries.findings_of(outlet) if fact_name in one.facts]
    made = actions.list_as_problem(
        outlet, findings=found, on=day, by=build.VERIFIER, at=build.recorded(day), reason="经研判属实"
    )
    outlet.refresh_from_db()
    return made


def later(day: date, days: int = 1) -> date:
    """A day after another."""
    return day + timedelta(days=days)
