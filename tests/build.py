"""Test data. Things get to where they are by the real actions, never by setting a column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from qingyuan.access import actions as access
from qingyuan.access.models import Officer
from qingyuan.access.queries import actor_of
from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import TRANSITIONS, Move, Paper, Stage, moves_from
from qingyuan.library import actions as library
from qingyuan.places.models import Unit, Water
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from qingyuan.rulebook import actions as rulebook
from tests import rows
from tests.places_data import build_units, build_waters

LONG_AGO = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)
NOON = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)
DAY = date(2023, 6, 1)
_number = count(1)

SURVEYOR = Actor("test:surveyor", "测试排查员", (Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""}))),))
VERIFIER = Actor("test:verifier", "测试核实员", (Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""}))),))


def country(*, waters: bool = True, packs: bool = True) -> None:
    """The nation with the five places, their waters, and the nine shipped packs in force."""

    def make() -> None:
        build_units()
        if waters:
            build_waters()
        if packs:
            rulebook.load_shipped(by=CONSOLE, at=LONG_AGO)

    rows.once(f"country {waters=} {packs=}", make)


def unit(code: str) -> Unit:
    """A unit of the country by code."""
    return Unit.objects.get(code=code)


def water(name: str) -> Water:
    """A water of the country by name."""
    return Water.objects.get(name=name)


def body(
    where: Unit, *, name: str = "", kind: BodyKind = BodyKind.ENTERPRISE, functions: tuple[BodyFunction, ...] = ()
) -> Body:
    """An organisation that sits in a unit."""
    return bodies.enter(
        name=name or f"测试单位{next(_number)}", kind=kind, unit=where, functions=functions, by=CONSOLE, at=LONG_AGO
    )


def officer(
    role: Role,
    where: Unit | None,
    *,
    body: Body | None = None,
    water: Water | None = None,
    party: Body | None = None,
    own_area_only: bool = False,
    password: str = "Qingyuan-2023",
) -> Officer:
    """Somebody who may sign in, with one assignment."""
    username = f"officer{next(_number)}"
    made = access.enrol(
        username=username,
        name=f"测试{username}",
        password=password,
        by=CONSOLE,
        at=datetime.now(UTC),  # a password that is too old opens one page only
        must_change_password=False,
    )
    access.assign(
        made,
        role=role,
        unit=where,
        body=body,
        water=water,
        party=party,
        own_area_only=own_area_only,
        from_day=date(2023, 1, 1),
        by=CONSOLE,
        at=LONG_AGO,
    )
    return made


def actor(role: Role, where: Unit | None, **more: object) -> Actor:
    """The same officer as an actor."""
    return actor_of(officer(role, where, **more), on=date(2023, 6, 1))  # type: ignore[arg-type]


def paper(content: str = "", *, at: datetime = NOON) -> str:
    """A paper in the library; its content hash."""
    text = content or f"测试材料{next(_number)}"
    return library.file_bytes(text.encode(), name="测试材料.txt", by=CONSOLE, at=at).sha256


def papers(*kinds: Paper) -> dict[Paper, str]:
    """Papers of these kinds in the library."""
    return {kind: paper() for kind in kinds}


def new_outlet(
    where: Unit,
    *,
    on: date = DAY,
    name: str = "",
    receiving: Water | None = None,
    position: tuple[Decimal, Decimal] | None = (Decimal("113.300000"), Decimal("40.090000")),
    **more: object,
) -> actions.NewOutlet:
    """What a survey hands in."""
    number = next(_number)
    if position is not None:
        position = (position[0] + Decimal(number % 300) / 10_000, position[1])  # within one tile of zoom 12
    return actions.NewOutlet(
        name=name or f"{where.name}测试{number}号排污口",
        unit=where,
        on=on,
        papers=papers(Paper.SURVEY_RECORD),
        water=receiving,
        position=position,
        **{"apart_reason": "测试点位相邻", **more},  # type: ignore[arg-type]
    )


def recorded(on: date) -> datetime:
    """Ten o'clock Beijing time of the day: when an act of that day was recorded, if nothing else is said."""
    return datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC)


def outlet(
    where: Unit,
    *,
    stage: Stage = Stage.SURVEYED,
    on: date = DAY,
    receiving: Water | None = None,
    type_key: str = "GY.enterprise",
    **more: object,
) -> Outlet:
    """An outlet walked to `stage` along the table of moves on one day, with the papers each move needs."""
    made = actions.register(new_outlet(where, on=on, receiving=receiving, **more), by=SURVEYOR, at=recorded(on))
    return walk(made, stage, on=on, type_key=type_key)


def walk(
    found: Outlet, stage: Stage, *, on: date, type_key: str = "GY.enterprise", at: datetime | None = None
) -> Outlet:
    """Walk an outlet on to a stage by the shortest way."""
    for move in way(Stage(found.stage), stage):
        step(found, move, on=on, type_key=type_key, at=at)
    return found


def step(found: Outlet, move: Move, *, on: date, type_key: str = "GY.enterprise", at: datetime | None = None) -> Outlet:
    """One move with the papers it needs, by the action that makes it where there is one."""
    given = papers(*TRANSITIONS[move].papers)
    when = at or recorded(on)
    match move:
        case Move.VERIFY:
            return actions.verify(found, on=on, by=VERIFIER, at=when)
        case Move.FIX_PARTY:
            party = body(found.unit)
            return actions.fix_party(found, body=party, basis="tracing", on=on, by=VERIFIER, at=when, papers=given)
        case Move.CLASSIFY:
            return actions.classify(found, type_key=type_key, on=on, by=VERIFIER, at=when)
        case _:
            actions.advance_many([actions.Advance(found, move, on, given)], by=VERIFIER, at=when)
            return found


def way(start: Stage, goal: Stage) -> list[Move]:
    """The shortest way along the table; 立行立改 and withdrawals aside."""
    avoided = {Move.REMEDIATE_AT_ONCE, Move.OPEN_TRACING} if goal is not Stage.TRACING else {Move.REMEDIATE_AT_ONCE}
    ways: dict[Stage, list[Move]] = {start: []}
    for stage in (queue := [start]):
        for move in moves_from(stage):
            target = TRANSITIONS[move].target
            if move in avoided or target is None or target in ways:
                continue
            ways[target] = [*ways[stage], move]
            queue.append(target)
    return ways[goal]
