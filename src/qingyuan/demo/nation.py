"""A register of national size: outlets in every county, entered in bulk, most of them brought in at the stage an
earlier register states. For measurements; the same seed gives the same register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction

from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import IMPLIED, Milestone, Move, Paper, Stage
from qingyuan.demo.kinds import KINDS
from qingyuan.demo.papers import Papers
from qingyuan.places import queries
from qingyuan.places.models import Boundary, Unit, Water
from qingyuan.registry import actions, tallies
from qingyuan.registry.actions import NewOutlet

BATCH = 2_000
AT = datetime(2025, 12, 31, 1, 0, tzinfo=UTC)
BROUGHT_IN = date(2025, 12, 1)
STAGES = (
    (Stage.SURVEYED, 14),
    (Stage.VERIFIED, 10),
    (Stage.PARTY_FIXED, 8),
    (Stage.CLASSIFIED, 4),
    (Stage.NO_PROBLEM, 6),
    (Stage.PROBLEM, 6),
    (Stage.REMEDIATING, 12),
    (Stage.ACCEPTED, 12),
    (Stage.RETAINED, 8),
    (Stage.CLOSED, 6),
    (Stage.STANDARDISED, 6),
    (Stage.SUPERVISED, 8),
)


@dataclass(frozen=True, slots=True)
class County:
    """A county with its towns, its rectangle and its waters."""

    unit: Unit
    towns: tuple[Unit, ...]
    box: tuple[float, float, float, float]
    waters: tuple[Water, ...]


def fill(count: int, *, seed: int, say: Callable[[str], None]) -> None:
    """Enter `count` outlets, BATCH at a time."""
    random = Random(f"{seed}-nation")  # noqa: S311  repeatable, not secret
    papers = Papers("全国（演示）").of(
        [Paper.SOURCE_REGISTER, Paper.SURVEY_RECORD], on=date(2025, 12, 1), by=CONSOLE, at=AT
    )
    counties = _counties()
    batch: list[NewOutlet] = []
    entered = 0
    for new in _outlets(counties, count, random, papers):
        batch.append(new)
        if len(batch) == BATCH:
            _enter(batch)
            entered += len(batch)
            batch = []
            if entered % 20_000 == 0:
                while tallies.fold():
                    pass
                say(f"{entered} 个")
    if batch:
        _enter(batch)


def _enter(batch: list[NewOutlet]) -> None:
    with transaction.atomic():
        actions.register_many(batch, by=CONSOLE, at=AT)


def _counties() -> list[County]:
    waters: dict[str, list[Water]] = {}
    through = Water.objects.defer("geometry").prefetch_related("units").order_by("code")
    for water in through:
        for unit in water.units.all():
            waters.setdefault(unit.path, []).append(water)
    towns: dict[int, list[Unit]] = {}
    for town in queries.units_below("", level=4).filter(kind="division"):
        towns.setdefault(town.parent_id or 0, []).append(town)
    boxes = Boundary.objects.filter(unit__level=3).values_list(
        "unit_id", "west_deg", "south_deg", "east_deg", "north_deg"
    )
    placed: dict[int, tuple[float, float, float, float]] = {
        unit_id: (west, south, east, north)
        for unit_id, west, south, east, north in boxes
        if west is not None and south is not None and east is not None and north is not None
    }
    found = []
    for unit in queries.units_below("", level=3).filter(kind="division"):
        if unit.pk in placed and towns.get(unit.pk):
            near = waters.get(unit.path) or waters.get(unit.path[:4]) or []
            found.append(County(unit, tuple(towns[unit.pk]), placed[unit.pk], tuple(near)))
    return found


def _outlets(counties: list[County], count: int, random: Random, papers: dict[Paper, str]) -> Iterator[NewOutlet]:
    weights = [random.lognormvariate(0, 0.8) for _county in counties]
    scale = count / sum(weights)
    kinds, kind_weights = KINDS, [kind.weight for kind in KINDS]
    stages, stage_weights = [stage for stage, _weight in STAGES], [weight for _stage, weight in STAGES]
    done = 0
    for place, (county, weight) in enumerate(zip(counties, weights, strict=True)):
        wanted = count - done if place == len(counties) - 1 else min(round(weight * scale), count - done)
        for number in range(wanted):
            kind = random.choices(kinds, kind_weights)[0]
            stage = random.choices(stages, stage_weights)[0]
            town = random.choice(county.towns)
            yield NewOutlet(
                name=f"{county.unit.name}{town.name}{number + 1}号{kind.word}",
                unit=town,
                water=random.choice(county.waters) if county.waters and random.random() < 0.9 else None,
                position=_position(county.box, random),
                fields={"remark": "演示数据", "source": "演示数据", "conduit_form": kind.conduit},
                is_demo=True,
                **_entry(stage, kind.key, papers, random),
            )
        done += wanted


def _entry(stage: Stage, type_key: str, papers: dict[Paper, str], random: Random) -> dict:
    """Surveyed ones are registered, the others brought in with the days their register states."""
    if stage is Stage.SURVEYED:
        on = date(2023, random.randrange(1, 13), 15)  # few days: a county surveys in campaigns
        return {"on": on, "papers": {Paper.SURVEY_RECORD: papers[Paper.SURVEY_RECORD]}}
    reached = IMPLIED[stage]
    step = timedelta(random.randint(20, 90))
    last = BROUGHT_IN - timedelta(random.randrange(900))
    milestones = {milestone: last - step * (len(reached) - turn) for turn, milestone in enumerate(reached, start=1)}
    return {
        "on": BROUGHT_IN,
        "papers": {Paper.SOURCE_REGISTER: papers[Paper.SOURCE_REGISTER]},
        "move": Move.BRING_IN,
        "stage": stage,
        "milestones": milestones,
        "type_key": type_key if Milestone.CLASSIFIED in milestones else "",
    }


def _position(box: tuple[float, float, float, float], random: Random) -> tuple[Decimal, Decimal]:
    west, south, east, north = box
    longitude = random.uniform(west + (east - west) * 0.2, east - (east - west) * 0.2)
    latitude = random.uniform(south + (north - south) * 0.2, north - (north - south) * 0.2)
    return Decimal(f"{longitude:.6f}"), Decimal(f"{latitude:.6f}")
