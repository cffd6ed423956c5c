"""The one place where an outlet changes stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction

from qingyuan.core import lifecycle
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import BITS, IN_REGISTER, Milestone, Move, Paper, Stage
from qingyuan.core.refusal import NotFound, StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.library.models import File
from qingyuan.registry import guards, rules, standings, tallies
from qingyuan.registry.entered import Entered
from qingyuan.registry.models import FiledPaper, MilestoneRecord, Outlet, Placement

MILESTONE_COLUMNS = ("outlet_id", "milestone", "reached", "day", "move", "recorded_at")
PLACEMENT_COLUMNS = ("outlet_id", "aspect", "value", "day", "recorded_at")
PAPER_COLUMNS = ("outlet_id", "kind", "sha256", "title", "day", "round", "filed_by", "filed_at")


@dataclass(frozen=True, slots=True)
class Advance:
    """One move of one outlet, as it was read. `papers` are filed with the move: kind → content hash in the library.

    `sets` are other columns the move fixes (party, type); `placements` the dated aspects that go with them.
    """

    outlet: Outlet
    move: Move
    on: date
    papers: Mapping[Paper, str] = field(default_factory=dict)
    sets: Mapping[str, object] = field(default_factory=dict)
    placements: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)


def advance(outlet: Outlet, move: Move, *, on: date, by: Actor, at: datetime, **more: Mapping) -> Outlet:
    """One move: a batch of one."""
    advance_many([Advance(outlet, move, on, **more)], by=by, at=at)
    return outlet


@transaction.atomic
def advance_many(batch: Sequence[Advance], *, by: Actor, at: datetime) -> None:
    """Make moves and write milestones, papers, tallies and the ledger in one transaction; the outlets handed in are
    left as they now stand. Several moves of one outlet are made in order. Law: the same as one by one.

    Permission is the caller's affair (the room's guards); the table and the papers hold whoever calls.

    Raises
    ------
    Refused
        The table, the papers or the dates do not allow a move: nothing at all was written.
    StaleRecord
        An outlet changed since it was read.
    NotFound
        A paper is not in the library.
    """
    check_filed({sha256 for one in batch for sha256 in one.papers.values()})
    first = {one.outlet.pk: (one.outlet, one.outlet.version, tallies.seen(one.outlet)) for one in reversed(batch)}
    filed = _papers_by_outlet([one.outlet for one in batch])
    milestones: list[tuple] = []
    placements: list[tuple] = []
    papers: list[tuple] = []
    drafts: list[ledger.Draft] = []
    policy_in = rules.policies()
    for one in batch:
        outlet = first[one.outlet.pk][0]
        policy = policy_in(outlet.unit_path, one.on)
        clause = rules.clause_of(one.move, policy=policy)
        on_file = filed.setdefault((outlet.pk, outlet.round), set())
        require(guards.withdrawn(outlet))
        require(guards.not_yet(one.on, at))
        require(guards.not_direct(outlet, one.move))
        require(guards.in_order(outlet, one.on))
        stage = Stage(outlet.stage)
        require(lifecycle.refusal(one.move, stage=stage, papers=on_file | set(one.papers), clause=clause))
        on_file |= set(one.papers)
        papers += _paper_rows(outlet, one, by=by, at=at)
        milestones += _milestone_rows(outlet, one, at=at)
        placements += [(outlet.pk, aspect, value, one.on, at) for aspect, value in _placed(outlet, one).items()]
        drafts.append(_draft(outlet, one, clause=clause, pack=rules.pack_of(policy)))
        _apply(outlet, one, at=at)
    rows.insert(MilestoneRecord, MILESTONE_COLUMNS, milestones)
    rows.insert(Placement, PLACEMENT_COLUMNS, placements)
    rows.insert(FiledPaper, PAPER_COLUMNS, papers)
    _write(first, sets={name for one in batch for name in one.sets})
    standings.refresh(list(first), at=at)
    tallies.change((before, tallies.seen(outlet)) for outlet, _version, before in first.values())
    ledger.record_many(drafts, by=by, at=at)
    for one in batch:
        if one.outlet is not first[one.outlet.pk][0]:
            one.outlet.refresh_from_db()


def check_filed(hashes: set[str]) -> None:
    """Every content named must be in the library.

    Raises
    ------
    NotFound
    """
    missing = hashes - set(File.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    if missing:
        raise NotFound("file", sorted(missing)[0])


def _papers_by_outlet(outlets: Iterable[Outlet]) -> dict[tuple[int, int], set[Paper]]:
    found: dict[tuple[int, int], set[Paper]] = {}
    ids = list({outlet.pk for outlet in outlets})
    for start in range(0, len(ids), 500):
        filed = FiledPaper.objects.filter(outlet_id__in=ids[start : start + 500])
        for outlet_id, kind, turn in filed.values_list("outlet_id", "kind", "round"):
            found.setdefault((outlet_id, turn), set()).add(Paper(kind))
    return found


def _paper_rows(outlet: Outlet, one: Advance, *, by: Actor, at: datetime) -> list[tuple]:
    turn = outlet.round + (one.move is Move.REOPEN)
    return [
        (outlet.pk, kind.value, sha256, lifecycle.PAPERS[kind], one.on, turn, by.id, at)
        for kind, sha256 in one.papers.items()
    ]


def _milestone_rows(outlet: Outlet, one: Advance, *, at: datetime) -> list[tuple]:
    reaches = lifecycle.reached_by(one.move, mask=outlet.milestones)
    withdraws = [milestone for milestone in _withdrawn(one.move) if outlet.milestones & BITS[milestone]]
    return [(outlet.pk, milestone.value, True, one.on, one.move.value, at) for milestone in _ordered(reaches)] + [
        (outlet.pk, milestone.value, False, one.on, one.move.value, at) for milestone in withdraws
    ]


def _withdrawn(move: Move) -> list[Milestone]:
    return _ordered(lifecycle.TRANSITIONS[move].withdraws)


def _placed(outlet: Outlet, one: Advance) -> Mapping[str, str]:
    """What the move states; for a lead or an application that enters the register, everything that is counted of it."""
    if outlet.in_register or lifecycle.TRANSITIONS[one.move].target not in IN_REGISTER:
        return one.placements
    return aspects_of(outlet) | dict(one.placements)


def aspects_of(outlet: Outlet | Entered) -> dict[str, str]:
    """The dated aspects of an outlet as they stand on its record; what is empty need not be stated."""
    aspects = {
        "unit": outlet.unit_path,
        "managing": outlet.managing_path,
        "body": str(outlet.managing_body_id or ""),
        "water": str(outlet.water_id or ""),
        "type": outlet.type_key,
        "counted": "1" if outlet.counted else "0",
    }
    unsaid = {"body": "", "water": "", "type": "", "counted": "1"}
    return {aspect: value for aspect, value in aspects.items() if unsaid.get(aspect) != value}


def _ordered(milestones: Iterable[Milestone]) -> list[Milestone]:
    return sorted(milestones, key=lambda milestone: BITS[milestone])


def _draft(outlet: Outlet, one: Advance, *, clause: str, pack: str) -> ledger.Draft:
    target = lifecycle.TRANSITIONS[one.move].target
    said: dict[str, tuple[object, object]] = {"stage": (outlet.stage, str(target))}
    said |= {name: (getattr(outlet, name), value) for name, value in one.sets.items()}
    return ledger.Draft(
        "outlet",
        str(outlet.pk),
        f"outlet.{one.move}",
        one.on,
        changes={name: (old, new) for name, (old, new) in said.items() if old != new},
        details=one.details,
        clause=clause,
        pack=pack,
        evidence=tuple(one.papers.values()),
    )


def _apply(outlet: Outlet, one: Advance, *, at: datetime) -> None:
    """The record in hand after the move."""
    transition = lifecycle.TRANSITIONS[one.move]
    reached = lifecycle.mask_of(lifecycle.reached_by(one.move, mask=outlet.milestones))
    outlet.milestones = (outlet.milestones & ~lifecycle.mask_of(transition.withdraws)) | reached
    outlet.stage = str(transition.target)
    outlet.stage_since = one.on
    outlet.in_register = transition.target in IN_REGISTER
    outlet.round += one.move is Move.REOPEN
    outlet.changed_at = at
    outlet.version += 1
    for name, value in one.sets.items():
        setattr(outlet, name, value)


def _write(first: Mapping[int, tuple[Outlet, int, object]], *, sets: set[str]) -> None:
    """Update every outlet where its version still is the one that was read; one short count and nothing holds."""
    names = ["stage", "stage_since", "milestones", "in_register", "round", "changed_at", "version", *sorted(sets)]
    fields = [rows.column_of(Outlet, name) for name in names]
    listed = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    values = [
        (
            *(field.get_db_prep_save(getattr(outlet, field.attname), connection) for field in fields),
            outlet.pk,
            version,
        )
        for outlet, version, _before in first.values()
    ]
    with connection.cursor() as cursor:
        written = 0
        for value in values:
            cursor.execute(f"UPDATE registry_outlet SET {listed} WHERE id = %s AND version = %s", value)  # noqa: S608
            written += cursor.rowcount
    if written != len(first):
        raise StaleRecord(", ".join(str(outlet) for outlet, _version, _before in list(first.values())[:3]))
