"""Entering outlets in the register: found by a survey, brought in from a register under way, or as a lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core import lifecycle
from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.geometry import morton_key
from qingyuan.core.lifecycle import IN_REGISTER, Milestone, Move, Paper, Stage
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import require
from qingyuan.core.standing import Statement, spans
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.places.models import Unit, Water
from qingyuan.registry import guards, names, rules, standings, tallies, zones
from qingyuan.registry.actions.moving import (
    MILESTONE_COLUMNS,
    PAPER_COLUMNS,
    PLACEMENT_COLUMNS,
    aspects_of,
    check_filed,
)
from qingyuan.registry.models import FiledPaper, MilestoneRecord, Outlet, Placement, Proposal, Responsibility

PolicyIn = Callable[[str, date], Policy]
COLUMNS = tuple(column.attname for column in Outlet._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class NewOutlet:
    """An outlet to be entered on a day. `fields` are descriptive columns of Outlet by name.

    `move` is REGISTER (stage surveyed), REPORT_LEAD (candidate) or BRING_IN (`stage` and, where known, the day of each
    milestone as the source register states them). `type_proposed` and `party_proposed` are kept as proposals.
    """

    name: str
    unit: Unit
    on: date
    papers: Mapping[Paper, str] = field(default_factory=dict)
    move: Move = Move.REGISTER
    stage: Stage | None = None
    milestones: Mapping[Milestone, date] = field(default_factory=dict)
    managing_unit: Unit | None = None
    managing_body: Body | None = None
    water: Water | None = None
    type_key: str = ""
    party: Body | None = None
    position: tuple[Decimal, Decimal] | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    type_proposed: tuple[str, str] | None = None
    party_proposed: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    is_demo: bool = False


def register(new: NewOutlet, *, by: Actor, at: datetime) -> Outlet:
    """排查登记: enter one outlet. A discharge that does not reach the water directly stays a lead (济源 三(一)).

    Raises
    ------
    Refused
    """
    return register_many([new], by=by, at=at)[0]


def bring_in(new: NewOutlet, *, by: Actor, at: datetime) -> Outlet:
    """带入在办台账: enter one outlet at the stage its source register states.

    Raises
    ------
    Refused
    """
    return register_many([new], by=by, at=at)[0]


@transaction.atomic
def register_many(batch: Sequence[NewOutlet], *, by: Actor, at: datetime) -> list[Outlet]:
    """Enter outlets, with their milestones, papers, proposals, tallies and ledger entries, in one transaction.

    Raises
    ------
    Refused
        The first reason against any of them: nothing at all was written.
    NotFound
        A paper is not in the library.
    """
    policy_in = rules.policies()
    _check(batch, policy_in, by=by, at=at)
    flags = tallies.flags_of_waters([new.water.pk for new in batch if new.water], on=local_day(at))
    ids = rows.reserve_ids(Outlet, len(batch))
    outlets = [_outlet(new, pk, flags, policy_in, by=by, at=at) for pk, new in zip(ids, batch, strict=True)]
    pairs = list(zip(outlets, batch, strict=True))
    rows.insert(Outlet, COLUMNS, [[getattr(outlet, column) for column in COLUMNS] for outlet in outlets])
    placements = [row for outlet, new in pairs for row in _placements(outlet, new, at=at)]
    milestones = [row for outlet, new in pairs for row in _milestones(outlet, new, at=at)]
    rows.insert(Placement, PLACEMENT_COLUMNS, placements)
    rows.insert(MilestoneRecord, MILESTONE_COLUMNS, milestones)
    rows.insert(
        FiledPaper,
        PAPER_COLUMNS,
        [
            (outlet.pk, kind.value, sha256, lifecycle.PAPERS[kind], new.on, 0, by.id, at)
            for outlet, new in pairs
            for kind, sha256 in new.papers.items()
        ],
    )
    _open_standings(placements, milestones, at=at)
    _propose(pairs, by=by, at=at)
    _hold_responsible(pairs, at=at)
    names.index(outlets)
    zones.place(outlets, on=local_day(at))
    tallies.change((None, tallies.seen(outlet)) for outlet in outlets)
    ledger.record_many([_draft(outlet, new, policy_in) for outlet, new in pairs], by=by, at=at)
    return outlets


def _check(batch: Sequence[NewOutlet], policy_in: PolicyIn, *, by: Actor, at: datetime) -> None:
    check_filed({sha256 for new in batch for sha256 in new.papers.values()})
    permitted: set[tuple[str, Move]] = set()
    for new in batch:
        move = move_of(new)
        if (new.unit.path, move) not in permitted:
            if move is Move.BRING_IN:
                require(guards.bring_in(unit=new.unit, by=by, on=new.on, at=at))
            else:
                require(guards.register(unit=new.unit, name=new.name, by=by, on=new.on, at=at))
            permitted.add((new.unit.path, move))
        require(guards.not_yet(max([new.on, *new.milestones.values()]), at))
        clause = rules.clause_of(move, policy=policy_in(new.unit.path, new.on))
        require(lifecycle.refusal(move, stage=None, papers=frozenset(new.papers), clause=clause))


def move_of(new: NewOutlet) -> Move:
    """The move that enters it: what does not reach the water directly is only a lead (济源 三(一))."""
    return new.move if new.fields.get("is_direct", True) else Move.REPORT_LEAD


def stage_of(new: NewOutlet) -> Stage:
    """The stage it enters at."""
    move = move_of(new)
    if move is Move.BRING_IN:
        return new.stage or Stage.SURVEYED
    return lifecycle.TRANSITIONS[move].target or Stage.SURVEYED


def milestones_of(new: NewOutlet) -> dict[Milestone, date]:
    """What it has reached, and when: what the stage implies, at the stated days where stated."""
    move, stage = move_of(new), stage_of(new)
    if move is not Move.BRING_IN:
        return dict.fromkeys(lifecycle.TRANSITIONS[move].reaches, new.on)
    implied = dict.fromkeys(lifecycle.IMPLIED.get(stage, ()), new.on)
    if new.party is None:  # a stage alone does not make anybody responsible, nor give a type
        implied.pop(Milestone.PARTY_FIXED, None)
    if not new.type_key:
        implied.pop(Milestone.CLASSIFIED, None)
    return {**implied, **new.milestones, Milestone.BROUGHT_IN: new.on}


def _outlet(
    new: NewOutlet, pk: int, flags: Mapping[int, int], policy_in: PolicyIn, *, by: Actor, at: datetime
) -> Outlet:
    stage = stage_of(new)
    managing = new.managing_unit or new.unit
    longitude, latitude = new.position or (None, None)
    outlet = Outlet(
        pk=pk,
        name=new.name.strip(),
        unit_id=new.unit.pk,
        unit_path=new.unit.path,
        managing_unit_id=managing.pk,
        managing_path=managing.path,
        managing_body=new.managing_body,
        water_id=new.water.pk if new.water else None,
        water_path=new.water.path if new.water else "",
        water_flags=flags.get(new.water.pk, 0) if new.water else 0,
        stage=stage.value,
        stage_since=new.on,
        milestones=lifecycle.mask_of(milestones_of(new)),
        in_register=stage in IN_REGISTER,
        type_key=new.type_key,
        party=new.party,
        longitude_deg=longitude,
        latitude_deg=latitude,
        mkey=morton_key(float(longitude), float(latitude)) if longitude is not None and latitude is not None else None,
        registered_by=by.id,
        registered_at=at,
        changed_at=at,
        is_demo=new.is_demo,
        version=1,
    )
    for name, value in new.fields.items():
        setattr(outlet, name, value)
    outlet.counted = rules.counted(policy_in(new.unit.path, new.on), outlet.special_kind)
    return outlet


def _placements(outlet: Outlet, new: NewOutlet, *, at: datetime) -> list[tuple]:
    if not outlet.in_register:
        return []
    began = min([new.on, *new.milestones.values()])
    return [(outlet.pk, aspect, value, began, at) for aspect, value in aspects_of(outlet).items()]


def _milestones(outlet: Outlet, new: NewOutlet, *, at: datetime) -> list[tuple]:
    return [
        (outlet.pk, milestone.value, True, day, move_of(new).value, at)
        for milestone, day in sorted(milestones_of(new).items(), key=lambda item: lifecycle.BITS[item[0]])
    ]


def _open_standings(placements: Sequence[tuple], milestones: Sequence[tuple], *, at: datetime) -> None:
    """New outlets have no intervals to close: write theirs straight from the statements in hand."""
    statements: dict[int, list] = {}
    for order, (outlet_id, aspect, value, day, recorded_at) in enumerate(placements):
        statements.setdefault(outlet_id, []).append(Statement(aspect, value, day, recorded_at, order))
    for order, (outlet_id, milestone, reached, day, _move, recorded_at) in enumerate(milestones):
        statement = standings.milestone_statement(milestone, reached, day, recorded_at, order)
        statements.setdefault(outlet_id, []).append(statement)
    standings.open_spans([(outlet_id, span) for outlet_id, said in statements.items() for span in spans(said)], at=at)


def _propose(pairs: Sequence[tuple[Outlet, NewOutlet]], *, by: Actor, at: datetime) -> None:
    columns = ("outlet_id", "about", "value", "text", "origin", "reasons", "proposed_by", "proposed_at", "decision")
    proposed: list[tuple[object, ...]] = []
    for outlet, new in pairs:
        if new.type_proposed:
            key, text = new.type_proposed
            proposed.append((outlet.pk, "type", key, text, "file", {}, by.id, at, "open"))
        if new.party_proposed:
            proposed.append((outlet.pk, "party", "", new.party_proposed, "file", {}, by.id, at, "open"))
    rows.insert(Proposal, (*columns, "clause"), [(*row, "") for row in proposed])


def _hold_responsible(pairs: Sequence[tuple[Outlet, NewOutlet]], *, at: datetime) -> None:
    rows.insert(
        Responsibility,
        ("outlet_id", "body_id", "basis", "note", "from_day", "recorded_at"),
        [
            (
                outlet.pk,
                new.party.pk,
                "tracing",
                "",
                new.milestones.get(Milestone.PARTY_FIXED, new.on),
                at,
            )
            for outlet, new in pairs
            if new.party is not None
        ],
    )


def _draft(outlet: Outlet, new: NewOutlet, policy_in: PolicyIn) -> ledger.Draft:
    move = move_of(new)
    policy = policy_in(new.unit.path, new.on)
    said = {"name": outlet.name, "unit": new.unit.code, "stage": outlet.stage, **new.fields}
    if new.water:
        said["water"] = new.water.code
    if new.position:
        said |= {"longitude_deg": outlet.longitude_deg, "latitude_deg": outlet.latitude_deg}
    return ledger.Draft(
        "outlet",
        str(outlet.pk),
        f"outlet.{move}",
        new.on,
        changes={name: (None, value) for name, value in said.items() if value not in ("", None)},
        details={**new.details, **({"milestones": _stated(new)} if move is Move.BRING_IN else {})},
        clause=rules.clause_of(move, policy=policy),
        pack=rules.pack_of(policy),
        evidence=tuple(new.papers.values()),
    )


def _stated(new: NewOutlet) -> dict[str, str]:
    return {milestone.value: day.isoformat() for milestone, day in milestones_of(new).items()}
