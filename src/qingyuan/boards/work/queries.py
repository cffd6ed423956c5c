"""工作看板 (大同 序言: 排查、溯源、整治、规范管理; 安阳 一(一): 以排查整治为抓手).

Every outlet of the register stands in exactly one stage of the board, so a row adds up to its total and the rows to the
whole. Whoever has a territory is answered from the tallies; others (river chiefs, departments, enterprises) by counting
what they may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Count, Sum
from django.db.models.functions import Substr

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import IN_REGISTER, Stage
from qingyuan.ledger.versions import until_next_entry
from qingyuan.places.models import Level, Unit
from qingyuan.registry.models import Tally
from qingyuan.registry.queries import visible_to
from qingyuan.registry.rules import policy_of
from qingyuan.registry.tallies import REGISTER, UNIT

PARAMETER = "work.stages"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class WorkStage:
    """One stage of the board, with the stages of outlets that stand in it. `within`: the stage it is part of."""

    key: str
    name: str
    within: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One unit: so many in each stage of the board, in its order. `unit` None: everything that hangs on no part.
    `has_parts`: the unit has a board of its own."""

    unit: Unit | None
    counts: tuple[int, ...]
    has_parts: bool = False

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Board:
    """The board of a unit. `awaiting` are the outlets retained and not yet standardised (吉林 一(二))."""

    stages: tuple[WorkStage, ...]
    rows: tuple[Row, ...]
    whole: Row
    awaiting: int
    clause: str
    status: str

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """The stages above, each with how many columns it spans; empty where the scheme names one level."""
        found: list[tuple[str, int]] = []
        for stage in self.stages:
            if found and found[-1][0] == stage.within:
                found[-1] = (stage.within, found[-1][1] + 1)
            else:
                found.append((stage.within, 1))
        return tuple(found) if any(name for name, _span in found) else ()


def stages_of(path: str, *, on: date) -> tuple[tuple[WorkStage, ...], str, str]:
    """The stages of the board in a unit, their clause and how it is known. What a table forgets comes last."""
    found = policy_of(path, on=on).parameters.get(PARAMETER)
    table = cast("Sequence[Mapping[str, object]]", found.value or ()) if found else ()
    listed = [
        WorkStage(str(row["key"]), str(row["name"]), str(row.get("within") or ""), tuple(map(str, _list(row))))
        for row in table
    ]
    named = {stage for one in listed for stage in one.stages}
    if rest := tuple(stage.value for stage in Stage if stage in IN_REGISTER and stage.value not in named):
        listed.append(WorkStage(OTHER, "其他", "", rest))
    return tuple(listed), found.clause if found else "", found.status if found else ""


def _list(row: Mapping[str, object]) -> Iterable[object]:
    return cast("Iterable[object]", row.get("values") or ())


@until_next_entry
def board(actor: Actor, at: Unit | None, *, on: date) -> Board:
    """The board of a unit within the actor's territories, or (None) of all that he may see; remembered until the next
    entry."""
    stages, clause, status = stages_of(at.path if at else "", on=on)
    if at is not None:
        parts = parts_of(at)
        counted = _tallied([at.path, *(part.path for part in parts)])
        whole = counted[at.path]
        parted = _with_parts(at, parts)
        rows = [Row(part, _counts(stages, counted[part.path]), part.path in parted) for part in parts]
        rest = Counter(whole)
        for part in parts:
            rest.subtract(counted[part.path])
        if any(rest.values()):
            rows.append(Row(None, _counts(stages, rest)))
    else:
        by_county = _counted(actor)
        units = {unit.path: unit for unit in Unit.objects.filter(path__in=by_county)}
        rows = [Row(units.get(path), _counts(stages, by_county[path])) for path in sorted(by_county)]
        whole = sum(by_county.values(), Counter())
    return Board(
        stages,
        tuple(row for row in rows if row.total or row.unit is not None),
        Row(at, _counts(stages, whole)),
        whole[Stage.RETAINED.value],
        clause,
        status,
    )


def parts_of(at: Unit) -> list[Unit]:
    """The parts a board lists: counties of a city or a province, provinces of the nation, towns of a county."""
    level = _level_of_parts(at)
    below = Unit.objects.within(at.path).standing().filter(kind="division").exclude(pk=at.pk)
    return list(below.filter(level=level).order_by("path")) if level is not None else []


def _level_of_parts(at: Unit) -> Level | None:
    match at.level if at.kind == "division" else None:
        case 0:
            return Level.PROVINCE
        case Level.PROVINCE | Level.CITY:
            return Level.COUNTY
        case Level.COUNTY:
            return Level.TOWN
        case _:
            return None


def _with_parts(at: Unit, parts: Sequence[Unit]) -> set[str]:
    """The paths of those parts of a unit that have parts themselves. One query; one level, one length of paths."""
    level = _level_of_parts(parts[0]) if parts else None
    if level is None:
        return set()
    below = Unit.objects.within(at.path).standing().filter(kind="division", level=level)
    above = below.annotate(above=Substr("path", 1, len(parts[0].path))).order_by()
    return set(above.values_list("above", flat=True).distinct())


def _tallied(paths: Sequence[str]) -> dict[str, Counter[str]]:
    """Stage → how many, of each unit. One query over signed rows, folded or not."""
    found: dict[str, Counter[str]] = {path: Counter() for path in paths}
    rows = Tally.objects.filter(cube=REGISTER, scope=UNIT, key__in=paths).values_list("key", "stage")
    for key, stage, number in rows.annotate(number=Sum("n")).order_by():
        found[key][stage] = number
    return found


def _counted(actor: Actor) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    rows = visible_to(actor).annotate(county=Substr("unit_path", 1, 6)).values_list("county", "stage")
    for county, stage, number in rows.annotate(number=Count("pk")).order_by():
        found.setdefault(county, Counter())[stage] += number
    return found


def _counts(stages: Sequence[WorkStage], counted: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sum(counted.get(stage, 0) for stage in one.stages) for one in stages)
