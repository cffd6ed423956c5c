"""Many outlets at once on their way, by the real actions: entered in one batch, advanced in one batch for each move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, Cell, Where
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import TRANSITIONS, Move, Paper
from qingyuan.places.models import Unit, Water
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from tests import build

_number = count(1)

TRACED = (Move.VERIFY, Move.FIX_PARTY)
LISTED = (*TRACED, Move.CLASSIFY, Move.LIST_AS_PROBLEM)
DONE = (*LISTED, Move.DRAFT_PLAN, Move.APPROVE_PLAN, Move.START_WORKS, Move.REPORT_DONE, Move.ACCEPT)
SUPERVISED = (
    *TRACED,
    Move.CLASSIFY,
    Move.FIND_NO_PROBLEM,
    Move.RETAIN_WITHOUT_PROBLEM,
    Move.STANDARDISE,
    Move.SUPERVISE,
)


def enter(
    where: Unit,
    number: int,
    *,
    on: date,
    receiving: Water | None = None,
    at: datetime | None = None,
    **more: object,
) -> list[Outlet]:
    """So many surveyed outlets."""
    shared = build.papers(Paper.SURVEY_RECORD)
    batch = [
        actions.NewOutlet(
            name=f"{where.name}测试{next(_number)}号排污口",
            unit=where,
            on=on,
            papers=shared,
            water=receiving,
            **more,  # type: ignore[arg-type]
        )
        for _place in range(number)
    ]
    return actions.register_many(batch, by=build.SURVEYOR, at=at or build.recorded(on))


def go(
    outlets: Sequence[Outlet],
    moves: Sequence[Move],
    *,
    on: date,
    at: datetime | None = None,
    party: Body | None = None,
    type_key: str = "GY.enterprise",
) -> None:
    """The same moves for all of them, with the papers each needs."""
    for move in moves:
        given = build.papers(*TRANSITIONS[move].papers)
        sets: dict[str, object] = {}
        placements: dict[str, str] = {}
        if move is Move.FIX_PARTY and outlets:
            sets = {"party": party or build.body(outlets[0].unit)}
        if move is Move.CLASSIFY:
            sets, placements = {"type_key": type_key}, {"type": type_key}
        batch = [actions.Advance(one, move, on, given, sets, placements) for one in outlets]
        if batch:
            actions.advance_many(batch, by=build.VERIFIER, at=at or build.recorded(on))


def late_on(day: date) -> datetime:
    """The end of the working day: when somebody looks at the board of that day."""
    return datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)


def asking(as_of: date, *, known_at: datetime | None = None, at: datetime | None = None) -> Asking:
    """A board as of a day, looked at a year later unless said otherwise."""
    return Asking(as_of, known_at, at or late_on(as_of) + timedelta(days=365))


def cell(where: Unit | Where, target: str, asked: Asking) -> Cell:
    """One target of a unit on a day, without parts."""
    place = where if isinstance(where, Where) else Where(where.path)
    board = queries.scoreboard(place, asked, actor=CONSOLE, parts=False)
    return next(found for found in board.total.cells if found.target.key == target)
