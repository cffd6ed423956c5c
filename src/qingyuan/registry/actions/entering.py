"""Entering outlets in the register: found by a survey, brought in from a register under way, or as a lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core import lifecycle
from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import Milestone, Move, Paper, Stage
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.standing import END_OF_DAYS, Marks, Span, Statement, spans
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.places.models import Unit, Water
from qingyuan.registry import guards, names, rules, standings, surveyed, tallies, zones
from qingyuan.registry.actions.moving import (
    MILESTONE_COLUMNS,
    PAPER_COLUMNS,
    PLACEMENT_COLUMNS,
    Advance,
    advance_many,
    aspects_of,
    check_filed,
)
from qingyuan.registry.entered import (
    COLUMNS,
    Entered,
    PolicyIn,
    began,
    course_of,
    put_on_the_map,
    record_of,
)
from qingyuan.registry.models import FiledPaper, MilestoneRecord, Outlet, Placement, Proposal, Responsibility

LEAD_KEEPS = frozenset(
    {
        "id",
        "stage",
        "stage_since",
        "milestones",
        "in_register",
        "round",
        "changed_at",
        "version",
        "registered_at",
        "merged_into_id",
        "withdrawn_at",
        "verified_by",
        "is_demo",
    }
)
"""Columns that a lead's record keeps, or that the move sets, when it enters the register."""


@dataclass(frozen=True, slots=True)
class NewOutlet:
    """An outlet to be entered on a day. `fields` are descriptive columns of Outlet by name.

    `move` is REGISTER (stage surveyed), REPORT_LEAD (candidate) or BRING_IN (`stage` and, where known, the day of each
    milestone as the source register states them). `type_proposed` and `party_proposed` are kept as proposals.
    `is_survey_record`: what the scheme asks of a survey and is not there makes it 待补充 (`unit_unknown`: the
    discharger is said to be unknown). `apart_reason` says why it is not an outlet that stands near.
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
    is_survey_record: bool = False
    unit_unknown: bool = False
    apart_reason: str = ""


def register(new: NewOutlet, *, by: Actor, at: datetime) -> Outlet:
    """排查登记: enter one outlet. A discharge that does not reach the water directly stays a lead (济源 三(一)).

    Raises
    ------
    Refused
        Also where another outlet stands within the duplicate distance and nobody said why they are two (大同 二(二)).
    """
    if course_of(new).move is Move.REGISTER:
        require(near_another(new, by=by))
    return register_many([new], by=by, at=at)[0]


def near_another(new: NewOutlet, *, by: Actor, without: Collection[int] = ()) -> Refusal | None:
    """Why it may not be entered beside an outlet that stands there already, or None."""
    path, bank = new.unit.path, str(new.fields.get("bank") or "")
    beside = surveyed.standing_near(
        by, new.position, unit_path=path, water=new.water, bank=bank, on=new.on, without=without
    )
    return surveyed.apart(beside, new.apart_reason, unit_path=path, on=new.on)


@transaction.atomic
def register_lead(outlet: Outlet, new: NewOutlet, *, by: Actor, at: datetime) -> Outlet:
    """线索登记为排污口: a lead's record takes what the survey says of it and enters the register (T2).

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.register(unit=new.unit, name=new.name, by=by, on=new.on, at=at))
    require(near_another(new, by=by, without={outlet.pk}))
    policy = rules.policies()
    flags = tallies.flags_of_waters([new.water.pk] if new.water else [], on=local_day(at))
    direct = replace(new, move=Move.REGISTER, fields={**new.fields, "is_direct": True})
    told = record_of(direct, outlet.pk, flags, policy, by=by, at=at)
    put_on_the_map([told])
    sets = {
        column: value
        for column in COLUMNS
        if column not in LEAD_KEEPS and (value := getattr(told, column)) != getattr(outlet, column)
    }
    placements = {"water": "", "body": "", "type": "", "counted": "1"} | aspects_of(told)
    details = {**new.details, **({"apart": new.apart_reason} if new.apart_reason else {})}
    move = Advance(outlet, Move.REGISTER, new.on, new.papers, sets, placements, details)
    spelt = names.spelling(outlet)
    advance_many([move], by=by, at=at)
    _propose([(outlet, new)], by=by, at=at)
    names.reindex([outlet], were=[spelt])
    zones.place_again([outlet], on=local_day(at))
    return outlet


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
    return [record.outlet for record in enter_many(batch, by=by, at=at)]


@transaction.atomic(savepoint=False)
def enter_many(batch: Sequence[NewOutlet], *, by: Actor, at: datetime) -> list[Entered]:
    """`register_many` for thousands: the same register, and the bare records instead of instances. Refused inside an
    open transaction, all of that is taken back: there is no savepoint, which would cost more than the writing.

    Raises
    ------
    Refused, NotFound
    """
    policy_in = rules.policies()
    _check(batch, policy_in, by=by, at=at)
    flags = tallies.flags_of_waters([new.water.pk for new in batch if new.water], on=local_day(at))
    ids = rows.reserve_ids(Outlet, len(batch))
    records = [record_of(new, pk, flags, policy_in, by=by, at=at) for pk, new in zip(ids, batch, strict=True)]
    put_on_the_map(records)
    pairs = list(zip(records, batch, strict=True))
    rows.insert(Outlet, COLUMNS, [record.row for record in records])
    placements = [row for record, new in pairs for row in _placements(record, new, at=at)]
    milestones = [row for record, new in pairs for row in _milestones(record, new, at=at)]
    rows.insert(Placement, PLACEMENT_COLUMNS, placements)
    rows.insert(MilestoneRecord, MILESTONE_COLUMNS, milestones)
    rows.insert(
        FiledPaper,
        PAPER_COLUMNS,
        [
            (record.id, kind.value, sha256, lifecycle.PAPERS[kind], new.on, 0, by.id, at)
            for record, new in pairs
            for kind, sha256 in new.papers.items()
        ],
    )
    _open_standings(pairs, placements, milestones, at=at)
    _propose(pairs, by=by, at=at)
    _hold_responsible(pairs, at=at)
    names.index([names.spelling(record) for record in records])
    zones.place(records, on=local_day(at))
    tallies.change((None, tallies.seen(record)) for record in records)
    ledger.record_many([_draft(record, new, policy_in) for record, new in pairs], by=by, at=at, begins=True)
    return records


def _check(batch: Sequence[NewOutlet], policy_in: PolicyIn, *, by: Actor, at: datetime) -> None:
    check_filed({sha256 for new in batch for sha256 in new.papers.values()})
    permitted: set[tuple[str, Move]] = set()
    allowed: set[tuple[str, Move, date, frozenset[Paper]]] = set()
    for new in batch:
        move = course_of(new).move
        if (new.unit.path, move) not in permitted:
            if move is Move.BRING_IN:
                require(guards.bring_in(unit=new.unit, by=by, on=new.on, at=at))
            else:
                require(guards.register(unit=new.unit, name=new.name, by=by, on=new.on, at=at))
            permitted.add((new.unit.path, move))
        latest = max(new.on, *new.milestones.values()) if new.milestones else new.on
        asked = (new.unit.path, move, latest, frozenset(new.papers))
        if asked not in allowed:
            require(guards.not_yet(latest, at))
            clause = rules.clause_of(move, policy=policy_in(new.unit.path, new.on))
            require(lifecycle.refusal(move, stage=None, papers=asked[-1], clause=clause))
            allowed.add(asked)


def _placements(record: Entered, new: NewOutlet, *, at: datetime) -> list[tuple]:
    if not record.in_register:
        return []
    day = began(new)
    return [(record.id, aspect, value, day, at) for aspect, value in aspects_of(record).items()]


def _milestones(record: Entered, new: NewOutlet, *, at: datetime) -> list[tuple]:
    course = course_of(new)
    move = course.move.value
    return [(record.id, one.value, True, day, move, at) for one, day in course.reached.items()]


def _open_standings(
    pairs: Sequence[tuple[Entered, NewOutlet]],
    placements: Sequence[tuple],
    milestones: Sequence[tuple],
    *,
    at: datetime,
) -> None:
    """New outlets have no intervals to close: where all is stated of one day theirs is the record as it stands, else it
    follows from the statements in hand."""
    dated = {record.id for record, new in pairs if new.milestones}
    opening = [
        (record.id, Span(new.on, END_OF_DAYS, _marks(record)))
        for record, new in pairs
        if record.in_register and record.id not in dated
    ]
    statements: dict[int, list] = {}
    for order, (outlet_id, aspect, value, day, recorded_at) in enumerate(placements if dated else ()):
        if outlet_id in dated:
            statements.setdefault(outlet_id, []).append(Statement(aspect, value, day, recorded_at, order))
    for order, (outlet_id, milestone, reached, day, _move, recorded_at) in enumerate(milestones if dated else ()):
        if outlet_id in dated:
            statement = standings.milestone_statement(milestone, reached, day, recorded_at, order)
            statements.setdefault(outlet_id, []).append(statement)
    opening += [(outlet_id, span) for outlet_id, said in statements.items() for span in spans(said)]
    standings.open_spans(opening, at=at)


def _marks(record: Entered) -> Marks:
    return Marks(
        record.unit_path,
        record.managing_path,
        record.managing_body_id,
        record.water_id,
        record.type_key,
        record.counted,
        record.milestones,
    )


def _propose(pairs: Sequence[tuple[Outlet | Entered, NewOutlet]], *, by: Actor, at: datetime) -> None:
    columns = ("outlet_id", "about", "value", "text", "origin", "reasons", "proposed_by", "proposed_at", "decision")
    proposed: list[tuple[object, ...]] = []
    for outlet, new in pairs:
        if new.type_proposed:
            key, text = new.type_proposed
            proposed.append((outlet.pk, "type", key, text, "file", {}, by.id, at, "open"))
        if new.party_proposed:
            proposed.append((outlet.pk, "party", "", new.party_proposed, "file", {}, by.id, at, "open"))
    rows.insert(Proposal, (*columns, "clause"), [(*row, "") for row in proposed])


def _hold_responsible(pairs: Sequence[tuple[Entered, NewOutlet]], *, at: datetime) -> None:
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


def _draft(outlet: Entered, new: NewOutlet, policy_in: PolicyIn) -> ledger.Draft:
    move = course_of(new).move
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
        details={
            **new.details,
            **({"milestones": _stated(new)} if move is Move.BRING_IN else {}),
            **({"apart": new.apart_reason} if new.apart_reason else {}),
        },
        clause=rules.clause_of(move, policy=policy),
        pack=rules.pack_of(policy),
        evidence=tuple(new.papers.values()),
    )


def _stated(new: NewOutlet) -> dict[str, str]:
    return {milestone.value: day.isoformat() for milestone, day in course_of(new).reached.items()}
