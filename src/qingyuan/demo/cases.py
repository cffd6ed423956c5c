"""The cases by which a figure of a past day changes: found late, reopened, merged, brought in, in another unit, on
another water, uncounted, withdrawn. Each changes lives that were planned, or adds some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from qingyuan.bodies.models import Body
from qingyuan.core.lifecycle import IMPLIED, Milestone, Move, Stage
from qingyuan.demo.ground import Stretch
from qingyuan.demo.lives import Life, Step
from qingyuan.places.models import Unit

FOUND_LATE = datetime(2024, 3, 15, 8, 0, tzinfo=UTC)
REPORTED_LATE = datetime(2024, 2, 23, 8, 0, tzinfo=UTC)
CORRECTED = date(2024, 4, 12)
MOVED = date(2024, 7, 1)
BROUGHT_IN = date(2023, 3, 17)
DUE = date(2023, 12, 31)


def found_late(lives: Sequence[Life], count: int) -> None:
    """Surveyed and listed before the due day, in the register only in spring: the share of that day falls."""
    waiting = (
        life
        for life in lives
        if life.in_target
        and (listed := life.day_of(Move.LIST_AS_PROBLEM)) is not None
        and listed <= DUE
        and (life.day_of(Move.ACCEPT) or date.max) > date(2024, 4, 30)
    )
    for life in _first(waiting, count):
        life.known_from = FOUND_LATE
        life.fields["remark"] = "2024年3月复查发现，补录（演示）"


def reopened(lives: Sequence[Life], random: Random, *, levels: int = 1) -> None:
    """One reopened before the due day and reported late; others later, one of them remediated a second time."""
    finished = [life for life in lives if life.in_target and life.known_from is None and life.day_of(Move.RETAIN)]
    early = [life for life in finished if (life.day_of(Move.RETAIN) or DUE) <= date(2023, 12, 20)]
    for life in early[:1]:
        _cut(life, after=date(2023, 12, 21))
        life.steps.append(Step(date(2023, 12, 26), Move.REOPEN, recorded=REPORTED_LATE))
    later = [
        life for life in finished if life not in early[:1] and (life.day_of(Move.RETAIN) or DUE) <= date(2024, 9, 30)
    ]
    for place, life in enumerate(later[1::4][:3]):
        began = max(life.steps[-1].on, date(2024, 5, 10)) + timedelta(random.randint(10, 40))
        life.steps.append(Step(began, Move.REOPEN))
        if place == 0:
            second = [Move.DRAFT_PLAN, Move.APPROVE_PLAN, Move.START_WORKS, Move.REPORT_DONE, Move.ACCEPT]
            second += [Move.FILE_UPWARD] * (levels > 1) + [Move.RETAIN]
            life.steps += [Step(began + timedelta(21 * (turn + 1)), act) for turn, act in enumerate(second)]


def _cut(life: Life, *, after: date) -> None:
    life.steps = [step for step in life.steps if step.on <= after]


def on_another_water(lives: Sequence[Life], waters: Sequence[Stretch]) -> None:
    """Registered on a river of the targets, in truth on a side stream of the same county; and one the other way."""
    for in_target in (True, False):
        for life in lives:
            others = [
                one for one in waters if one.in_target is not in_target and one.county == life.spot.stretch.county
            ]
            if life.in_target is in_target and life.known_from is None and others and _plain(life):
                values = {"water": others[0].water}
                more: dict[str, object] = {"values": values, "reason": "现场复核，受纳水体填报有误（演示）"}
                life.steps.append(Step(max(CORRECTED, life.steps[-1].on), "correct", more))
                break


def in_another_unit(lives: Sequence[Life], count: int) -> None:
    """A redrawn boundary: from a day on some outlets lie in the next county, or town where there is one county."""
    counties = sorted({life.spot.stretch.county.path for life in lives})
    towns: dict[str, Unit] = {}
    for life in lives:
        towns.setdefault(life.spot.stretch.county.path if len(counties) > 1 else life.spot.town.path, life.spot.town)
    keys = sorted(towns)
    chosen = [
        life for life in lives if life.known_from is None and _plain(life) and life.steps[0].on < date(2024, 1, 1)
    ]
    for life in chosen[3 :: max(1, len(chosen) // count)][:count]:
        here = life.spot.stretch.county.path if len(counties) > 1 else life.spot.town.path
        other = towns[keys[(keys.index(here) + 1) % len(keys)]]
        _insert(life, Step(MOVED, "change_unit", {"unit": other}))


def _insert(life: Life, step: Step) -> None:
    place = next((place for place, one in enumerate(life.steps) if one.on > step.on), len(life.steps))
    life.steps.insert(place, step)


def with_another_type(lives: Sequence[Life], storm: str = "YH.urban_storm", count: int = 2) -> None:
    """A domestic outlet that turned out to be a storm outlet: classified again from a day on."""
    chosen = (life for life in lives if life.kind.key == "QT.urban_domestic" and life.day_of(Move.CLASSIFY))
    for life in _first(chosen, count):
        _insert(life, Step(max(date(2024, 10, 15), life.steps[-1].on), "reclassify", {"type_key": storm}))


def uncounted(lives: Sequence[Life], count: int) -> None:
    """沟渠支流汇入口: in the register, outside both parts of every share."""
    for life in _first((life for life in lives if life.kind.key == "QT.other" and life.in_target), count):
        life.fields["special_kind"] = "ditch_confluence"
        life.fields["remark"] = "沟渠支流汇入口，不计入考核（演示）"


def withdrawn(lives: Sequence[Life]) -> None:
    """Brought in twice by mistake, withdrawn the year after: what was counted meanwhile goes."""
    for life in lives:
        life.name = f"{life.name}（重复登记）"
        stage = Stage.PROBLEM
        milestones = dict.fromkeys(IMPLIED[stage], BROUGHT_IN)
        entry = Step(BROUGHT_IN, Move.BRING_IN, {"stage": stage, "milestones": milestones})
        life.steps = [entry, Step(date(2024, 1, 19), "withdraw")]


def counted_no_longer(lives: Sequence[Life]) -> None:
    """An outlet that on a second look is the mouth of a ditch: it leaves both parts of the share."""
    chosen = (life for life in lives if life.in_target and _plain(life) and life.day_of(Move.LIST_AS_PROBLEM))
    for life in _first((life for life in chosen if life.kind.key.startswith("QT.") and life.known_from is None), 1):
        values = {"special_kind": "ditch_confluence"}
        more: dict[str, object] = {"values": values, "reason": "复核为沟渠支流汇入口（演示）"}
        life.steps.append(Step(max(date(2024, 6, 6), life.steps[-1].on), "correct", more))


def with_another_department(lives: Sequence[Life], body: Body) -> None:
    """An outlet of one department's area is handed to another's (大同 五(十三))."""
    chosen = (life for life in lives if life.managing_body is not None and life.in_target and _plain(life))
    for life in _first((life for life in chosen if life.day_of(Move.FIX_PARTY)), 2):
        more: dict[str, object] = {"values": {"managing_body": body}, "reason": "责任区调整（演示）"}
        life.steps.append(Step(max(date(2024, 8, 8), life.steps[-1].on), "correct", more))


def leads(lives: Sequence[Life]) -> None:
    """线索: one waits, one became an outlet, one does not reach the water directly and stays a lead."""
    for place, life in enumerate(lives):
        life.steps = [Step(date(2024, 5, 8), Move.REPORT_LEAD)]
        if place == 1:
            life.steps.append(Step(date(2024, 6, 5), Move.REGISTER))
        if place == 2:
            life.fields["is_direct"] = False
            life.fields["remark"] = "经渗坑下渗，非直接入河（演示）"


def incomplete(lives: Sequence[Life]) -> None:
    """Surveyed this autumn with something missing: no point, no water, nobody who answers, no type."""
    for place, life in enumerate(lives):
        life.steps = [Step(date(2025, 11, 3) + timedelta(5 * place), Move.REGISTER)]
        life.position_known = place % 3 != 0
        life.water_known = place % 3 != 1
        life.type_proposed = (life.kind.key, life.kind.word) if place % 2 == 0 else None
        life.party_proposed = "演示待核单位" if place % 2 else ""


def brought_in(lives: Sequence[Life], *, zone: Unit | None, levels: int) -> None:
    """A register kept before: outlets that enter at the stage it states, with the days it states."""
    stages = (
        Stage.SUPERVISED,
        Stage.ACCEPTED,
        Stage.REMEDIATING,
        Stage.RETAINED,
        Stage.VERIFIED,
        Stage.CLOSED,
        Stage.PARTY_FIXED,
        Stage.STANDARDISED,
    )
    for place, life in enumerate(lives):
        stage = stages[place % len(stages)]
        reached = list(IMPLIED[stage])
        if stage is Stage.ACCEPTED and levels > 1:
            reached.append(Milestone.ACCEPTED_2)
        if stage in (Stage.SUPERVISED, Stage.RETAINED, Stage.STANDARDISED) and place % 3 != 2:
            reached += [Milestone.CODED, Milestone.APPROVAL_REVIEWED]
        began = date(2021, 4, 1) + timedelta(29 * place)
        milestones = {milestone: began + timedelta(40 * turn) for turn, milestone in enumerate(reached)}
        milestones = {milestone: min(day, BROUGHT_IN) for milestone, day in milestones.items()}
        more: dict[str, object] = {"stage": stage, "milestones": milestones}
        if place % 2 and zone is not None and _lies_around(zone, life):
            more["managing_unit"] = zone
        life.steps = [Step(BROUGHT_IN, Move.BRING_IN, more)]
        life.fields["remark"] = "由2022年入河排污口台账带入（演示）"


def _lies_around(zone: Unit, life: Life) -> bool:
    around = zone.path.partition("Z")[0]
    return life.spot.town.path.startswith(around)


def disputed(lives: Sequence[Life]) -> None:
    """A surveyor proposes another type than the one confirmed, or none is confirmed yet: the proposal stays."""
    chosen = [life for life in lives if _plain(life) and life.day_of(Move.CLASSIFY) and life.known_from is None]
    for life in chosen[5::17][:5]:
        other = "QT.other" if life.kind.key != "QT.other" else "QT.urban_domestic"
        verified = life.day_of(Move.VERIFY) or life.steps[0].on
        place = next(place for place, step in enumerate(life.steps) if step.act == Move.VERIFY) + 1
        life.steps.insert(place, Step(verified, "propose", {"type_key": other}))


def at_once(lives: Sequence[Life]) -> None:
    """立行立改: small faults put right while the survey team stood there (济源, 安阳)."""
    chosen = (life for life in lives if not life.in_target and life.last_move in (Move.VERIFY, Move.OPEN_TRACING))
    for life in _first(chosen, 2):
        began = life.steps[-1].on
        life.steps.append(Step(began + timedelta(2), Move.REMEDIATE_AT_ONCE))
        life.steps.append(Step(began + timedelta(9), Move.ACCEPT))


def _plain(life: Life) -> bool:
    acts: set[Move | str] = {step.act for step in life.steps}
    return not acts & {Move.REOPEN, "correct", "change_unit", "reclassify", "propose"}


def _first(found: Iterator[Life], count: int) -> list[Life]:
    chosen: list[Life] = []
    take: Callable[[Life], None] = chosen.append
    for life in found:
        if len(chosen) == count:
            break
        take(life)
    return chosen
