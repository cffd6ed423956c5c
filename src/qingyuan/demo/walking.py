"""Walk the planned lives through the register's own actions, session by session, in the order they were recorded.

Work of a week is recorded on its Friday; what was found or reported late is recorded when it became known. Surveyor,
clerk and reviewer are three people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.coding import Code
from qingyuan.core.lifecycle import TRANSITIONS, Move, Paper
from qingyuan.demo import acts
from qingyuan.demo.lives import Life, Step
from qingyuan.demo.papers import Papers
from qingyuan.demo.people import Bodies, Staff
from qingyuan.demo.remediating import Remediating
from qingyuan.demo.schemes import Scheme
from qingyuan.registry import actions
from qingyuan.registry.actions import Advance
from qingyuan.registry.models import Outlet
from qingyuan.rulebook.queries import policy_for

BY_CLERK = frozenset({Move.OPEN_TRACING, Move.DRAFT_PLAN, Move.START_WORKS, Move.REPORT_DONE, Move.ENTER_TRANSITION})


@dataclass(frozen=True, slots=True)
class Recorded:
    """A step with the instant it was recorded."""

    at: datetime
    life: Life
    step: Step


@dataclass(slots=True)
class Walk:
    """One place being walked: its people, its papers, the serials of codes given so far."""

    scheme: Scheme
    staff: Staff
    papers: Papers
    bodies: Bodies
    lives: Sequence[Life]
    serials: Counter[str] = field(default_factory=Counter)
    rooms: Remediating = field(init=False)

    def __post_init__(self) -> None:
        self.rooms = Remediating(self)
        self.rooms.choose()

    def run(self) -> None:
        """Everything, in the order it was recorded."""
        for at, found in groupby(schedule(self.lives), key=lambda one: one.at):
            with transaction.atomic():
                self._session(list(found), at)

    def _session(self, found: list[Recorded], at: datetime) -> None:
        new = [one for one in found if one.life.outlet is None]
        for one, outlet in zip(new, self._enter(new, at), strict=True):
            one.life.outlet = outlet
        rest = [one for one in found if one not in new]
        for one in rest:
            if one.step.act in acts.SINGLE:
                acts.SINGLE[one.step.act](self, one.life, one.step, at)
        moves = [
            one
            for one in rest
            if one.step.act not in acts.SINGLE
            and not (self.rooms.takes(one.life, one.step) and self.rooms.do(one.life, one.step, at))
        ]
        for by in (self.staff.surveyor, self.staff.clerk, self.staff.reviewer):
            batch = [
                self._advance(one, Move(one.step.act), by=by, at=at)
                for one in moves
                if self.actor_for(Move(one.step.act)) is by
            ]
            if batch:
                actions.advance_many(batch, by=by, at=at)
        for one in moves:
            self.rooms.follow(one.life, one.step)

    def _enter(self, new: list[Recorded], at: datetime) -> list[Outlet]:
        made: dict[int, Outlet] = {}
        for by, ones in groupby(
            sorted(new, key=lambda one: one.step.act == Move.BRING_IN),
            key=lambda one: self.staff.clerk if one.step.act == Move.BRING_IN else self.staff.surveyor,
        ):
            part = list(ones)
            batch = [acts.new_outlet(self, one.life, one.step, by=by, at=at) for one in part]
            for one, outlet in zip(part, actions.register_many(batch, by=by, at=at), strict=True):
                made[one.life.number] = outlet
        return [made[one.life.number] for one in new]

    def actor_for(self, move: Move) -> Actor:
        """Who records a move."""
        if move is Move.REGISTER:
            return self.staff.surveyor
        return self.staff.clerk if move in BY_CLERK else self.staff.reviewer

    def _advance(self, one: Recorded, move: Move, *, by: Actor, at: datetime) -> Advance:
        outlet = one.life.outlet
        assert outlet is not None
        sets: dict[str, object] = {}
        if move is Move.VERIFY:
            sets["verified_by"] = by.id
        elif move is Move.MERGE:
            sets["merged_into"] = acts.neighbour(self, one.life)
        elif move is Move.STANDARDISE and not outlet.national_code:
            sets["national_code"] = self.next_code(one.life, outlet.type_key, one.step.on)
        papers = self.papers_for(move, one.step.on, by=by, at=at)
        return Advance(outlet, move, one.step.on, papers, sets=sets)

    def papers_for(self, move: Move, on: date, *, by: Actor, at: datetime) -> dict[Paper, str]:
        """The papers the table asks for."""
        wanted = sorted(TRANSITIONS[move].papers)
        return self.papers.of(wanted, on=on, by=by, at=at)

    def next_code(self, life: Life, type_key: str, on: date) -> str:
        """The next national code of the county (HJ 1235)."""
        stretch = life.spot.stretch
        tree = tree_of(policy_for(stretch.county.path, on=on))
        top = tree.top_of(type_key or life.kind.key)
        self.serials[stretch.county.code] += 1
        serial = self.serials[stretch.county.code]
        return str(Code(stretch.water.code[:2], stretch.county.code, serial, top.code if top else "QT"))


def schedule(lives: Iterable[Life]) -> list[Recorded]:
    """Every step with its instant: the Friday of its week, never before an earlier step of the same outlet."""
    found = []
    for life in lives:
        last: datetime | None = None
        for step in life.steps:
            at = max(friday(step.on), life.known_from or friday(step.on), step.recorded or friday(step.on))
            if last is not None and at <= last:
                at = last + timedelta(minutes=5)
            found.append(Recorded(at, life, step))
            last = at
    return sorted(found, key=lambda one: (one.at, one.life.number))


def friday(on: date) -> datetime:
    """Four in the afternoon, Beijing time, on the Friday of a day's week or the next."""
    return datetime.combine(on + timedelta((4 - on.weekday()) % 7), time(8), UTC)
