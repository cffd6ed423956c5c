"""The life of each demonstration outlet as a list of dated steps, nothing written yet.

An outlet's place in the order of its group decides, by the curves of its scheme, when it was surveyed, traced and
remediated; where it stands at the end is dealt out in turn, so that every stage occurs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from qingyuan.bodies.models import Body
from qingyuan.core.lifecycle import Move
from qingyuan.demo.ground import Spot
from qingyuan.demo.kinds import Kind
from qingyuan.demo.schemes import LAST_DAY, Pace, Scheme, day_at
from qingyuan.registry.models import Outlet


@dataclass(slots=True)
class Step:
    """Something that happened on a day. `act`: a move, or the name of another act (acts.py). `recorded`: not before."""

    on: date
    act: Move | str
    more: Mapping[str, object] = field(default_factory=dict)
    recorded: datetime | None = None


@dataclass(slots=True)
class Life:
    """One outlet to be. `known_from`: nothing about it was recorded before this instant (found late, entered late)."""

    number: int
    spot: Spot
    kind: Kind
    name: str
    party: Body | None
    in_target: bool
    fields: dict[str, object]
    steps: list[Step] = field(default_factory=list)
    known_from: datetime | None = None
    outlet: Outlet | None = None
    type_proposed: tuple[str, str] | None = None
    party_proposed: str = ""
    managing_body: Body | None = None
    position_known: bool = True
    water_known: bool = True

    @property
    def last_move(self) -> Move | str:
        """The last step's act."""
        return self.steps[-1].act

    def day_of(self, act: Move | str) -> date | None:
        """When an act happened, the last time."""
        return next((step.on for step in reversed(self.steps) if step.act == act), None)


UNFINISHED = (
    Move.REPORT_DONE,
    Move.LIST_AS_PROBLEM,
    Move.START_WORKS,
    Move.ENTER_TRANSITION,
    Move.APPROVE_PLAN,
    Move.DRAFT_PLAN,
)
"""Where problem outlets that were not accepted stand at the end, in turn."""
UNTRACED = (Move.OPEN_TRACING, Move.VERIFY, Move.REGISTER, Move.OPEN_TRACING)
ENDINGS = (
    (Move.RETAIN, Move.STANDARDISE, Move.SUPERVISE),
    (Move.RETAIN, Move.STANDARDISE),
    (Move.MERGE,),
    (Move.RETAIN,),
    (Move.CLOSE,),
    (Move.RETAIN, Move.STANDARDISE, Move.SUPERVISE),
    (),
)
"""What followed acceptance, in turn."""
STORM = "YH.urban_storm"


def plan(scheme: Scheme, lives: Sequence[Life], random: Random) -> None:
    """Give every life its steps."""
    for in_target, pace in ((True, scheme.on_target), (False, scheme.elsewhere)):
        group = [life for life in lives if life.in_target is in_target]
        problems = [life for life in group if random.random() < scheme.problem_share]
        rank = {life.number: (place + 0.5) / len(problems) for place, life in enumerate(problems)}
        for place, life in enumerate(group):
            share = (place + 0.5) / len(group)
            _survey_and_trace(life, pace, share, place, random)
            if life.last_move is not Move.CLASSIFY:
                continue
            if life.number in rank:
                _remediate(life, scheme, pace, rank[life.number], place, random)
            else:
                _find_no_problem(life, place, random)


def _survey_and_trace(life: Life, pace: Pace, share: float, place: int, random: Random) -> None:
    surveyed = day_at(pace.surveyed, share) or LAST_DAY
    life.steps.append(Step(surveyed, Move.REGISTER))
    traced = day_at(pace.traced, share)
    if traced is None:
        _walk(life, surveyed, UNTRACED[place % len(UNTRACED)], random)
        return
    _walk(life, surveyed, Move.VERIFY, random, by=traced)
    if random.random() < 0.3:
        _walk(life, surveyed, Move.OPEN_TRACING, random, by=traced)
    life.steps.append(Step(max(traced, _after(life, random, 1, 3)), Move.FIX_PARTY))
    if place % 31 != 30:  # a few wait for their type
        life.steps.append(Step(_after(life, random, 2, 9), Move.CLASSIFY))


def _walk(life: Life, surveyed: date, stop: Move, random: Random, *, by: date = LAST_DAY) -> None:
    """From the survey to verification or tracing, not later than a day."""
    if stop is not Move.REGISTER and Move.VERIFY not in [step.act for step in life.steps]:
        room = max((by - surveyed).days, 2)
        life.steps.append(Step(surveyed + timedelta(random.randint(1, min(14, room - 1))), Move.VERIFY))
    if stop is Move.OPEN_TRACING:
        room = max((by - life.steps[-1].on).days, 1)
        life.steps.append(Step(life.steps[-1].on + timedelta(min(room, random.randint(1, 6))), Move.OPEN_TRACING))


def _find_no_problem(life: Life, place: int, random: Random) -> None:
    for act, soonest, latest, stops in (
        (Move.FIND_NO_PROBLEM, 3, 12, 9),
        (Move.RETAIN_WITHOUT_PROBLEM, 10, 60, 5),
        (Move.STANDARDISE, 60, 260, 3),
        (Move.SUPERVISE, 10, 90, 0),
    ):
        life.steps.append(Step(_after(life, random, soonest, latest), act))
        if stops and place % stops == stops - 1:
            return


def _remediate(life: Life, scheme: Scheme, pace: Pace, share: float, place: int, random: Random) -> None:
    life.steps.append(Step(_after(life, random, 2, 9), Move.LIST_AS_PROBLEM))
    done = day_at(pace.remediated, share)
    if done is None:
        _work_towards(life, UNFINISHED[place % len(UNFINISHED)], LAST_DAY, random)
        return
    filed = timedelta(12) if scheme.levels > 1 else timedelta(0)
    accepted = max(done - filed, life.steps[-1].on + timedelta(12))
    _work_towards(life, Move.REPORT_DONE, accepted - timedelta(1), random)
    life.steps.append(Step(accepted, Move.ACCEPT))
    if scheme.levels > 1:
        life.steps.append(Step(accepted + filed, Move.FILE_UPWARD))
    for act in _ending(life, place):
        soonest, latest = (20, 60) if act in (Move.RETAIN, Move.MERGE, Move.CLOSE) else (40, 200)
        life.steps.append(Step(_after(life, random, soonest, latest), act))


def _ending(life: Life, place: int) -> tuple[Move, ...]:
    """What follows acceptance; 城镇雨洪排口 are neither merged nor closed."""
    ending = ENDINGS[place % len(ENDINGS)]
    return ending if life.kind.key != STORM or ending not in ((Move.MERGE,), (Move.CLOSE,)) else (Move.RETAIN,)


def _work_towards(life: Life, stop: Move, by: date, random: Random) -> None:
    """Plan and works in the time there is between listing and a day."""
    acts = [Move.DRAFT_PLAN, Move.APPROVE_PLAN, Move.START_WORKS, Move.REPORT_DONE]
    if stop is Move.LIST_AS_PROBLEM:
        return
    if stop is Move.ENTER_TRANSITION:
        acts[3] = Move.ENTER_TRANSITION
    began = life.steps[-1].on
    room = max((by - began).days, 4)
    parts = (0.08, 0.2, 0.3, 1.0) if stop is Move.REPORT_DONE and by < LAST_DAY else (0.1, 0.2, 0.3, 0.6)
    for act, part in zip(acts, parts, strict=True):
        day = began + timedelta(max(1, round(room * part * random.uniform(0.9, 1.0))))
        life.steps.append(Step(max(day, life.steps[-1].on), act))
        if act is stop:
            return


def _after(life: Life, random: Random, soonest: int, latest: int) -> date:
    return life.steps[-1].on + timedelta(random.randint(soonest, latest))


def trim(lives: Sequence[Life]) -> None:
    """What would lie after the last day of the demonstration has not happened yet."""
    for life in lives:
        life.steps = [step for step in life.steps if step.on <= LAST_DAY]
