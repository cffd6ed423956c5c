"""Laws of the scoreboard, over random histories made by the real actions and counted again by hand.

The rows behind a figure are as many as it says; parts add up to the total; tallies of today are standings of today;
every figure of any day as known at any time is what walking the dated records gives; reasons add up to the change.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, By, Part, Where
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Milestone, Move, Paper, Stage, moves_from
from qingyuan.core.waters import WaterFlagKind
from qingyuan.places import actions as places
from qingyuan.places.models import WaterFlag
from qingyuan.registry import actions, tallies
from qingyuan.registry.models import MilestoneRecord, Outlet, Placement
from tests import build
from tests.boards.build_progress import go

pytestmark = pytest.mark.django_db

START = date(2023, 5, 8)
PLACES = ("", "14", "1402", "140213", "140214", "140214100", "1402Z01")
UNITS = ("140200", "140213", "140213001", "140214", "140214100", "140825")
RIVERS = ("十里河", "口泉河", "御河")
ONE_WAY = (Move.REMEDIATE_AT_ONCE, Move.OPEN_TRACING, Move.ENTER_TRANSITION, Move.FILE_UPWARD)


@dataclass
class History:
    """A random history in the making: the dice, the day, and the instants at which something was recorded."""

    dice: random.Random
    day: date
    instants: list[datetime]

    @property
    def at(self) -> datetime:
        return self.instants[-1]

    def tick(self) -> None:
        self.day += timedelta(days=self.dice.randint(0, 9))
        at = max(build.recorded(self.day), self.instants[-1] + timedelta(seconds=1)) if self.instants else None
        self.instants.append(at or build.recorded(self.day))

    def past(self, earliest: date = START) -> date:
        """A day not before the earliest, often today."""
        spread = (self.day - earliest).days
        return (
            self.day if spread <= 0 or self.dice.random() < 0.5 else self.day - timedelta(self.dice.randint(0, spread))
        )

    def outlet(self) -> Outlet | None:
        found = list(Outlet.objects.filter(in_register=True).order_by("pk"))
        return self.dice.choice(found) if found else None


def register(h: History) -> None:
    on = h.past()
    zone = build.unit("1402Z01") if h.dice.random() < 0.3 else None
    river = h.dice.choice([*RIVERS, None])
    actions.register(
        build.new_outlet(
            build.unit(h.dice.choice(UNITS)),
            on=on,
            receiving=build.water(river) if river else None,
            position=None,
            managing_unit=zone,
        ),
        by=build.SURVEYOR,
        at=h.at,
    )


def bring_in(h: History) -> None:
    stage = h.dice.choice([Stage.VERIFIED, Stage.PROBLEM, Stage.ACCEPTED, Stage.RETAINED])
    new = actions.NewOutlet(
        name=f"带入{h.dice.random()}号排污口",
        unit=build.unit(h.dice.choice(UNITS)),
        on=h.day,
        move=Move.BRING_IN,
        stage=stage,
        milestones={Milestone.SURVEYED: h.past(), Milestone.VERIFIED: h.past()},
        papers=build.papers(Paper.SOURCE_REGISTER),
        water=build.water(h.dice.choice(RIVERS)),
    )
    actions.bring_in(new, by=build.SURVEYOR, at=h.at)


def advance(h: History) -> None:
    if (found := h.outlet()) is None:
        return
    moves = [move for move in moves_from(Stage(found.stage)) if move not in ONE_WAY]
    if found.stage in (Stage.ACCEPTED,) and h.dice.random() < 0.3:
        moves = [Move.FILE_UPWARD]
    if moves:
        go([found], [h.dice.choice(moves)], on=h.past(found.stage_since), at=h.at)


def hurry(h: History) -> None:
    """Several moves of one outlet on one day."""
    for _step in range(h.dice.randint(2, 6)):
        advance(h)


def change_unit(h: History) -> None:
    if found := h.outlet():
        said = Placement.objects.filter(outlet=found, aspect="unit", retracted_at=None).latest("day").day
        actions.change_unit(
            [found],
            unit=build.unit(h.dice.choice(UNITS)),
            on=h.past(said),
            papers=build.papers(Paper.BOUNDARY_BASIS),
            by=build.VERIFIER,
            at=h.at,
        )


def correct_water(h: History) -> None:
    if found := h.outlet():
        river = build.water(h.dice.choice(RIVERS))
        actions.correct(found, values={"water": river}, reason="测试", on=h.day, by=build.VERIFIER, at=h.at)


def correct_kind(h: History) -> None:
    if found := h.outlet():
        kind = h.dice.choice(["", "ditch_confluence"])
        actions.correct(found, values={"special_kind": kind}, reason="测试", on=h.day, by=build.VERIFIER, at=h.at)


def flag(h: History) -> None:
    river = build.water(h.dice.choice(RIVERS))
    kind = WaterFlagKind.ASSESSED_SECTION
    if WaterFlag.objects.filter(water=river, flag=kind, retracted_at=None, to_day=None).exists():
        places.clear_flag(river, kind, on=h.past(), source="测试", by=CONSOLE, at=h.at)
    else:
        places.set_flag(river, kind, from_day=h.past(), source="测试", by=CONSOLE, at=h.at)
    tallies.refresh_water_flags(on=h.day)


def withdraw(h: History) -> None:
    fresh = list(Outlet.objects.filter(version=1, in_register=True).order_by("pk"))
    if fresh and h.dice.random() < 0.5:
        actions.withdraw_entries([h.dice.choice(fresh)], reason="测试", by=CONSOLE, at=h.at)


def fold(h: History) -> None:
    tallies.fold()


ACTS: dict[Callable[[History], None], int] = {
    register: 5,
    bring_in: 2,
    advance: 12,
    hurry: 8,
    change_unit: 2,
    correct_water: 2,
    correct_kind: 1,
    flag: 1,
    withdraw: 1,
    fold: 1,
}


def history(seed: int, steps: int) -> History:
    made = History(random.Random(seed), START, [])
    made.tick()
    for _place in range(4):
        register(made)
    for _step in range(steps):
        made.tick()
        made.dice.choices(list(ACTS), list(ACTS.values()))[0](made)
    made.tick()
    return made


def seeds(first: int, *, quick: int, all_of_them: int = 25) -> list[object]:
    """A few histories always, many more with the slow laws."""
    slow = [pytest.param(first + number, marks=pytest.mark.slow) for number in range(quick, all_of_them)]
    return [*range(first, first + quick), *slow]


# --- counting by hand, from the dated records alone


def by_hand(asking: Asking) -> dict[int, dict[str, object]]:
    """Aspect → value of every outlet on the day as known: its latest dated record not retracted then."""
    known = asking.known_at or asking.at
    said: dict[int, list[tuple]] = {}
    for row in Placement.objects.all():
        said.setdefault(row.outlet_id, []).append((row, row.aspect, row.value))
    for row in MilestoneRecord.objects.all():
        said.setdefault(row.outlet_id, []).append((row, row.milestone, row.reached))
    stood: dict[int, dict[str, object]] = {}
    for outlet_id, rows in said.items():
        held = [
            (row.day, row.recorded_at, row.pk, aspect, value)
            for row, aspect, value in rows
            if row.day <= asking.as_of
            and row.recorded_at <= known
            and (row.retracted_at is None or row.retracted_at > known)
        ]
        values = {aspect: value for *_order, aspect, value in sorted(held, key=lambda one: one[:3])}
        if "unit" in values:
            stood[outlet_id] = values
    return stood


def assessed_by_hand(asking: Asking) -> set[str]:
    known = asking.known_at or asking.at
    return {
        str(row.water_id)
        for row in WaterFlag.objects.filter(flag="assessed_section")
        if (row.from_day is None or row.from_day <= asking.as_of)
        and (row.to_day is None or row.to_day > asking.as_of)
        and row.recorded_at <= known
        and (row.retracted_at is None or row.retracted_at > known)
    }


def figure_by_hand(where: str, key: str, asking: Asking) -> tuple[set[int], set[int]]:
    """The outlets of numerator and denominator of one of 大同's targets."""
    top, bottom = set(), set()
    rivers = assessed_by_hand(asking)
    aspect = "managing" if "Z" in where else "unit"
    for outlet_id, marks in by_hand(asking).items():
        if not str(marks[aspect]).startswith(where) or marks.get("counted") == "0":
            continue
        if key != "targets.remediation[2023-12-31]" and marks.get("water") not in rivers:
            continue
        need, got = ("verified", "party_fixed") if "tracing" in key else ("problem_listed", "accepted_1")
        if marks.get(need):
            bottom.add(outlet_id)
            if marks.get(got):
                top.add(outlet_id)
    return top, bottom


KEYS = (
    "targets.tracing[2023-12-31]",
    "targets.remediation[2023-12-31]",
    "targets.remediation[2024-12-31]",
)


def askings(h: History) -> list[Asking]:
    at = h.at + timedelta(hours=1)
    days = [START + timedelta(days=h.dice.randint(0, (h.day - START).days)) for _place in range(3)]
    found = [Asking(h.day, None, at), *(Asking(day, None, at) for day in days)]
    return found + [Asking(h.dice.choice(days), h.dice.choice(h.instants), at) for _place in range(3)]


def figures(where: str, asking: Asking) -> dict[str, tuple[int | None, int | None]]:
    # The whole country and the province have no scheme; they are asked as 大同 would be, by its parts.
    board = queries.scoreboard(Where(where), asking, actor=CONSOLE, parts=False)
    return {cell.target.key: (cell.figure.numerator, cell.figure.denominator) for cell in board.total.cells}


@pytest.mark.parametrize("seed", seeds(0, quick=3))
def test_a_figure_is_what_walking_the_records_gives_and_its_rows_are_as_many(seed):
    build.country()
    h = history(seed, 60)
    for asking in askings(h):
        for where in ("1402", "140213", "140214", "140214100", "1402Z01"):
            found = figures(where, asking)
            for key in KEYS:
                top, bottom = figure_by_hand(where, key, asking)
                assert found[key] == (len(top), len(bottom)), (where, key, asking)
                for part, ids in ((Part.NUMERATOR, top), (Part.DENOMINATOR, bottom), (Part.MISSING, bottom - top)):
                    page = queries.rows_behind(Where(where), key, part, asking, actor=CONSOLE, limit=500)
                    assert {row.outlet_id for row in page.rows} == ids


@pytest.mark.parametrize("seed", seeds(100, quick=2))
def test_parts_add_up_to_the_total_however_it_is_parted(seed):
    build.country()
    h = history(seed, 60)
    for asking in askings(h):
        for where in ("1402", "140214"):
            for by in By:
                board = queries.scoreboard(Where(where), asking, actor=CONSOLE, by=by)
                for place, cell in enumerate(board.total.cells):
                    if cell.figure.numerator is None or not board.parts:
                        continue
                    sums = [sum(getattr(line.cells[place].figure, side) for line in board.parts)
                            for side in ("numerator", "denominator")]  # fmt: skip
                    assert sums == [cell.figure.numerator, cell.figure.denominator], (where, by, asking)
                    for line in board.parts:
                        behind = (cell.target.key, Part.DENOMINATOR, asking)
                        page = queries.rows_behind(line.where, *behind, actor=CONSOLE, limit=500)
                        assert len(page.rows) == line.cells[place].figure.denominator


@pytest.mark.parametrize("seed", seeds(200, quick=3))
def test_the_tallies_are_the_standings_of_today(seed):
    build.country()
    h = history(seed, 60)
    now = Asking.today(h.at + timedelta(hours=1))
    as_recorded = Asking(now.as_of, now.at, now.at)
    for where in ("1402", "140213", "140214", "140214100", "1402Z01", "140825"):
        assert figures(where, now) == figures(where, as_recorded)
        one, other = (queries.scoreboard(Where(where), asked, actor=CONSOLE) for asked in (now, as_recorded))
        assert [(line.key, [cell.figure for cell in line.cells]) for line in one.memo] == [
            (line.key, [cell.figure for cell in line.cells]) for line in other.memo
        ]


@pytest.mark.parametrize("seed", seeds(300, quick=3))
def test_the_reasons_add_up_to_the_change(seed):
    build.country()
    h = history(seed, 70)
    asked = askings(h)
    reasons = set()
    for earlier, later in zip(asked[1:], [asked[0], *asked[1:]], strict=False):
        for where in ("1402", "140213", "140214", "1402Z01"):
            before, after = figures(where, earlier), figures(where, later)
            for told in queries.explain(Where(where), earlier, later, actor=CONSOLE):
                key = told.target.key
                if told.after.numerator is None:
                    assert told.changes == ()
                    continue
                assert (told.before.numerator, told.before.denominator) == before[key]
                assert (told.after.numerator, told.after.denominator) == after[key]
                for side, side_was, side_is in zip(("numerator", "denominator"), before[key], after[key], strict=True):
                    assert sum(getattr(change, side) for change in told.changes) == side_is - side_was
                touched = [pk for change in told.changes for pk in change.outlets]
                assert len(touched) == len(set(touched))
                reasons |= {change.reason for change in told.changes}
    assert len(reasons) >= 3
