"""Entering outlets in the register: found by a survey, brought in from a register under way, or as a lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core import lifecycle
from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import Milestone, Move, Paper, Stage
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.standing import Statement, spans
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
    Course,
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

_NONE: Mapping[Any, Any] = MappingProxyType({})
_MARKS = attrgetter("unit_path", "managing_path", "managing_body_id", "water_id", "type_key", "counted")


class NewOutlet(NamedTuple):
    """An outlet to be entered on a day. `fields` are descriptive columns of Outlet by name.

    `move` is REGISTER (stage surveyed), REPORT_LEAD (candidate) or BRING_IN (`stage` and, where known, the day of each
    milestone as the source register states them). `type_proposed` and `party_proposed` are kept as proposals.
    `is_survey_record`: what the scheme asks of a survey and is not there makes it 待补充 (`unit_unknown`: the
    discharger is said to be unknown). `apart_reason` says why it is not an outlet that stands near.
    """

    name: str
    unit: Unit
    on: date
    papers: Mapping[Paper, str] = _NONE
    move: Move = Move.REGISTER
    stage: Stage | None = None
    milestones: Mapping[Milestone, date] = _NONE
    managing_unit: Unit | None = None
    managing_body: Body | None = None
    water: Water | None = None
    type_key: str = ""
    party: Body | None = None
    position: tuple[Decimal, Decimal] | None = None
    fields: Mapping[str, object] = _NONE
    type_proposed: tuple[str, str] | None = None
    party_proposed: str = ""
    details: Mapping[str, object] = _NONE
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
    direct = new._replace(move=Move.REGISTER, fields={**new.fields, "is_direct": True})
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
    courses = [course_of(new) for new in batch]
    _check(batch, courses, policy_in, by=by, at=at)
    flags = tallies.flags_of_waters({new.water.id for new in batch if new.water}, on=local_day(at))
    ids = rows.reserve_ids(Outlet, len(batch))
    records = [
        record_of(new, pk, flags, policy_in, by=by, at=at, course=course)
        for pk, new, course in zip(ids, batch, courses, strict=True)
    ]
    put_on_the_map(records)
    pairs = list(zip(records, batch, strict=True))
    rows.insert(Outlet, COLUMNS, [record.row for record in records])
    placements = _placements(pairs, at=at)
    milestones = [
        (record.id, milestone, True, day, course.words[0], at)
        for record, course in zip(records, courses, strict=True)
        for milestone, day in course.words[2]
    ]
    rows.insert(Placement, PLACEMENT_COLUMNS, placements)
    rows.insert(MilestoneRecord, MILESTONE_COLUMNS, milestones)
    rows.insert(FiledPaper, PAPER_COLUMNS, _papers(pairs, by=by, at=at))
    _open_standings(pairs, placements, milestones, at=at)
    _propose(pairs, by=by, at=at)
    _hold_responsible(pairs, at=at)
    names.index([names.spelling(record) for record in records])
    zones.place(records, on=local_day(at))
    tallies.change((None, tallies.seen(record)) for record in records)
    ledger.record_many(_drafts(records, batch, courses, policy_in), by=by, at=at, begins=True)
    return records


def _check(
    batch: Sequence[NewOutlet], courses: Sequence[Course], policy_in: PolicyIn, *, by: Actor, at: datetime
) -> None:
    """Each question once for a batch: rows of a unit that enter alike are answered alike."""
    check_filed({sha256 for new in batch for sha256 in new.papers.values()})
    permitted: set[tuple[str, Move]] = set()
    allowed: set[tuple[str, int, date, tuple[Paper, ...]]] = set()
    for new, course in zip(batch, courses, strict=True):
        latest = max(new.on, *new.milestones.values()) if new.milestones else new.on
        asked = (new.unit.path, id(course), latest, tuple(new.papers))
        if asked in allowed:
            continue
        move = course.move
        if (new.unit.path, move) not in permitted:
            if move is Move.BRING_IN:
                require(guards.bring_in(unit=new.unit, by=by, on=new.on, at=at))
            else:
                require(guards.register(unit=new.unit, name=new.name, by=by, on=new.on, at=at))
            permitted.add((new.unit.path, move))
        require(guards.not_yet(latest, at))
        clause = rules.clause_of(move, policy=policy_in(new.unit.path, new.on))
        require(lifecycle.refusal(move, stage=None, papers=frozenset(new.papers), clause=clause))
        allowed.add(asked)


def _placements(pairs: Sequence[tuple[Entered, NewOutlet]], *, at: datetime) -> list[tuple]:
    """What is stated of each outlet in the register; what is counted alike states the same."""
    found: list[tuple] = []
    alike: dict[tuple, tuple[tuple[str, str], ...]] = {}
    for record, new in pairs:
        if record.in_register:
            if (said := alike.get(marks := _MARKS(record))) is None:
                said = alike[marks] = tuple(aspects_of(record).items())
            outlet_id, day = record.id, began(new)
            found += [(outlet_id, aspect, value, day, at) for aspect, value in said]
    return found


def _papers(pairs: Sequence[tuple[Entered, NewOutlet]], *, by: Actor, at: datetime) -> list[tuple]:
    kinds = {kind: (kind.value, lifecycle.PAPERS[kind]) for _record, new in pairs for kind in new.papers}
    found: list[tuple] = []
    for record, new in pairs:
        for kind, sha256 in new.papers.items():
            word, title = kinds[kind]
            found.append((record.id, word, sha256, title, new.on, 0, by.id, at))
    return found


def _open_standings(
    pairs: Sequence[tuple[Entered, NewOutlet]],
    placements: Sequence[tuple],
    milestones: Sequence[tuple],
    *,
    at: datetime,
) -> None:
    """New outlets have no intervals to close: where all is stated of one day theirs is the record as it stands, else it
    follows from the statements in hand."""
    standings.open_new(
        (
            (record.id, new.on, (*_MARKS(record), record.milestones))
            for record, new in pairs
            if record.in_register and not new.milestones
        ),
        at=at,
    )
    dated = {record.id for record, new in pairs if new.milestones}
    if not dated:
        return
    statements: dict[int, list] = {}
    for order, (outlet_id, aspect, value, day, recorded_at) in enumerate(placements):
        if outlet_id in dated:
            statements.setdefault(outlet_id, []).append(Statement(aspect, value, day, recorded_at, order))
    for order, (outlet_id, milestone, reached, day, _move, recorded_at) in enumerate(milestones):
        if outlet_id in dated:
            statement = standings.milestone_statement(milestone, reached, day, recorded_at, order)
            statements.setdefault(outlet_id, []).append(statement)
    standings.open_spans([(outlet_id, span) for outlet_id, said in statements.items() for span in spans(said)], at=at)


def _propose(pairs: Sequence[tuple[Outlet | Entered, NewOutlet]], *, by: Actor, at: datetime) -> None:
    columns = ("outlet_id", "about", "value", "text", "origin", "reasons", "proposed_by", "proposed_at", "decision")
    proposed: list[tuple[object, ...]] = []
    for outlet, new in pairs:
        if new.type_proposed:
            key, text = new.type_proposed
            proposed.append((outlet.id, "type", key, text, "file", {}, by.id, at, "open"))
        if new.party_proposed:
            proposed.append((outlet.id, "party", "", new.party_proposed, "file", {}, by.id, at, "open"))
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


def _drafts(
    records: Sequence[Entered], batch: Sequence[NewOutlet], courses: Sequence[Course], policy_in: PolicyIn
) -> list[ledger.Draft]:
    """What the ledger says of each; the clause and the packs are asked once for those that enter alike."""
    found: list[ledger.Draft] = []
    alike: dict[tuple[int, int], tuple[str, str, str, Mapping[str, object]]] = {}
    for outlet, new, course in zip(records, batch, courses, strict=True):
        policy = policy_in(new.unit.path, new.on)
        key = (id(policy), id(course))
        if (under := alike.get(key)) is None:
            told = {"milestones": {word: day.isoformat() for word, day in course.words[2]}}
            brought = told if course.move is Move.BRING_IN else _NONE
            under = (
                f"outlet.{course.words[0]}",
                rules.clause_of(course.move, policy=policy),
                rules.pack_of(policy),
                brought,
            )
            alike[key] = under
        act, clause, pack, brought = under
        said = {"name": outlet.name, "unit": new.unit.code, "stage": outlet.stage, **new.fields}
        if new.water:
            said["water"] = new.water.code
        if new.position:
            said["longitude_deg"], said["latitude_deg"] = outlet.longitude_deg, outlet.latitude_deg
        changes = {name: (None, value) for name, value in said.items() if value not in ("", None)}
        details = {**new.details, **brought}
        if new.apart_reason:
            details["apart"] = new.apart_reason
        evidence = tuple(new.papers.values())
        found.append(ledger.Draft("outlet", str(outlet.id), act, new.on, changes, details, clause, pack, evidence))
    return found
