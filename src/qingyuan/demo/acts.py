"""What is recorded of one outlet at a time: its entry, the decisions of people, corrections, changes of unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.lifecycle import Milestone, Move, Paper, Stage
from qingyuan.demo.lives import Life, Step
from qingyuan.places.models import Level, Unit
from qingyuan.registry import actions
from qingyuan.registry.actions import NewOutlet
from qingyuan.registry.fallback import fallback_of
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of

if TYPE_CHECKING:
    from qingyuan.demo.walking import Walk


def new_outlet(walk: Walk, life: Life, step: Step, *, by: Actor, at: datetime) -> NewOutlet:
    """The outlet as its first entry states it."""
    move = Move(step.act)
    spot = life.spot
    unit = spot.village or spot.town
    fields = {
        **life.fields,
        "town_text": spot.town.name,
        "village_text": spot.village.name if spot.village else "",
        "source": "演示数据",
    }
    if not life.water_known:
        fields |= {"water_text": "无名沟（演示）", "missing": ["water"]}
    if not life.position_known:
        fields["missing"] = [*cast(list[str], fields.get("missing", [])), "position"]
    brought = move is Move.BRING_IN
    stage = cast(Stage | None, step.more.get("stage"))
    milestones = cast(dict[Milestone, date], step.more.get("milestones", {}))
    if Milestone.CODED in milestones:
        fields["national_code"] = walk.next_code(life, life.kind.key, step.on)
    typed = brought and Milestone.CLASSIFIED in milestones
    return NewOutlet(
        name=life.name,
        unit=unit,
        on=step.on,
        papers=walk.papers_for(move, step.on, by=by, at=at),
        move=move,
        stage=stage,
        milestones=milestones,
        managing_unit=cast(Unit | None, step.more.get("managing_unit")),
        managing_body=life.managing_body,
        water=spot.stretch.water if life.water_known else None,
        type_key=life.kind.key if typed else "",
        party=life.party if brought and Milestone.PARTY_FIXED in milestones else None,
        position=spot.position if life.position_known else None,
        fields=fields,
        type_proposed=life.type_proposed,
        party_proposed=life.party_proposed,
        is_demo=True,
    )


def _fix_party(walk: Walk, life: Life, step: Step, at: datetime) -> None:
    by = walk.staff.clerk
    outlet = _outlet(life)
    basis = "fallback" if life.party is None else ("applicant" if life.number % 4 == 0 else "tracing")
    body = life.party or _fallback(walk, life, step, at)
    papers = walk.papers_for(Move.FIX_PARTY, step.on, by=by, at=at)
    actions.fix_party(outlet, body=body, basis=basis, on=step.on, by=by, at=at, papers=papers)


def _fallback(walk: Walk, life: Life, step: Step, at: datetime) -> Body:
    """Nobody could be found: the body the scheme makes answer, registered the first time it is needed."""
    outlet = _outlet(life)
    for name, value in (("tracing_concluded", True), ("tracing_inconclusive", True)):
        actions.enter_fact(
            ("outlet", str(outlet.pk)),
            place=place_of(outlet),
            name=name,
            value=value,
            source="溯源记录（演示）",
            on=step.on,
            by=walk.staff.clerk,
            at=at,
        )
    named = fallback_of(outlet, on=step.on).named
    if named is None:
        return walk.bodies.town(life.spot.town)
    if named.body is not None:
        return named.body
    if named.unit.kind == "zone":
        return walk.bodies.bureau(named.unit, "管委会", F.ZONE_COMMITTEE)
    return walk.bodies.town(named.unit) if named.unit.level == Level.TOWN else walk.bodies.county(named.unit)


def _classify(walk: Walk, life: Life, step: Step, at: datetime) -> None:
    key = str(step.more.get("type_key", life.kind.key))
    reasons = "依据责任主体行业和排放特征（演示）"
    actions.classify(_outlet(life), type_key=key, on=step.on, by=walk.staff.reviewer, at=at, reasons=reasons)


def _correct(walk: Walk, life: Life, step: Step, at: datetime) -> None:
    values = cast(dict[str, object], step.more["values"])
    reason = str(step.more["reason"])
    actions.correct(_outlet(life), values=values, reason=reason, on=step.on, by=walk.staff.clerk, at=at)


def _change_unit(walk: Walk, life: Life, step: Step, at: datetime) -> None:
    by = walk.staff.reviewer
    papers = walk.papers.of([Paper.BOUNDARY_BASIS], on=step.on, by=by, at=at)
    unit = cast(Unit, step.more["unit"])
    actions.change_unit([_outlet(life)], unit=unit, on=step.on, papers=papers, by=by, at=at)


def _withdraw(walk: Walk, life: Life, _step: Step, at: datetime) -> None:
    reason = "重复登记（演示）"
    actions.withdraw_entries([_outlet(life)], reason=reason, by=walk.staff.reviewer, at=at)


def _propose(walk: Walk, life: Life, step: Step, at: datetime) -> None:
    key = str(step.more["type_key"])
    by = walk.staff.surveyor
    actions.propose_type(_outlet(life), type_key=key, reasons="现场排放特征（演示）", on=step.on, by=by, at=at)


SINGLE: dict[Move | str, Callable[[Walk, Life, Step, datetime], None]] = {
    Move.FIX_PARTY: _fix_party,
    Move.CLASSIFY: _classify,
    "reclassify": _classify,
    "correct": _correct,
    "change_unit": _change_unit,
    "withdraw": _withdraw,
    "propose": _propose,
}
"""Acts with an action of their own; every other act is a move made by advance_many."""


def neighbour(walk: Walk, life: Life) -> Outlet:
    """The outlet a merged one goes into: another of its county that stands, else of the place."""
    standing = [
        other
        for other in walk.lives
        if other is not life
        and other.outlet is not None
        and other.outlet.in_register
        and other.outlet.stage != "merged"
    ]
    near = [other for other in standing if other.spot.stretch.county == life.spot.stretch.county]
    return _outlet((near or standing)[0])


def _outlet(life: Life) -> Outlet:
    assert life.outlet is not None
    return life.outlet
