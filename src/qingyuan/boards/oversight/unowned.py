"""无人监管清单: outlets of the register no registered body supervises, and whose duty that is.

Decided by spots (unit, area, type), not row by row: a county has hundreds of spots where it has thousands of outlets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from qingyuan.boards.oversight.owners import Duty, Owners, Spot, spot_of, unit_names
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger.versions import until_next_entry
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet, OutletQuerySet

GONE = (Stage.MERGED, Stage.CLOSED)
BATCH = 500
MOST_LOOKED_AT = 20_000
"""Rows one page looks through before it hands on with what it found."""
FEW_SPOTS = 40
COLUMNS = ("unit_path", "managing_path", "managing_body_id", "type_key", "special_kind")


@dataclass(frozen=True, slots=True)
class Row:
    """An outlet nobody supervises, and who must see to it."""

    outlet: Outlet
    duty: Duty
    duty_unit: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows; `after` asks for the next page, 0: there is none."""

    rows: tuple[Row, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Task:
    """落实监管责任: so many outlets at one unit's charge nobody supervises."""

    unit_path: str
    unit: str
    clause: str
    status: str
    functions: tuple[str, ...]
    number: int


def supervised_rows(actor: Actor, path: str) -> OutletQuerySet:
    """Outlets somebody has to supervise: in the register, neither merged into another nor closed."""
    found = registry.visible_to(actor).exclude(stage__in=GONE)
    return found.within(path) if path else found


def unowned(actor: Actor, path: str, *, on: date, after: int = 0, limit: int = 50) -> Page:
    """One page of the list within a unit, by number of registration."""
    return unowned_and_tasks(actor, path, on=on, after=after, limit=limit, counted=False)[0]


def unowned_and_tasks(
    actor: Actor, path: str, *, on: date, after: int = 0, limit: int = 50, counted: bool = True
) -> tuple[Page, list[Task]]:
    """One page of the list within a unit, and whose duty it is for how many: the spots are decided once for both.

    The spots are looked up first, so that few unowned among many owned are found at once. A nation is walked.
    """
    owners = Owners(on=on)
    found = supervised_rows(actor, path)
    spots = _unowned_spots(actor, path, on=on) if path or counted else ()
    if path and not spots:
        return Page((), 0), []
    listed = found.filter(_at([spot for spot, _number in spots])) if path and len(spots) <= FEW_SPOTS else found
    return _walked(listed, owners, after, limit), _tasks(spots, owners) if counted else []


def _walked(found: OutletQuerySet, owners: Owners, after: int, limit: int) -> Page:
    rows: list[tuple[Outlet, Duty]] = []
    last = after
    for outlets in _batches(found, after):
        answers = owners.of(map(spot_of, outlets))
        for outlet in outlets:
            last = outlet.pk
            if answers[spot_of(outlet)] is None:
                rows.append((outlet, owners.duty(spot_of(outlet))))
                if len(rows) == limit:
                    return _page(rows, last if found.filter(pk__gt=last).exists() else 0)
    return _page(rows, last if found.filter(pk__gt=last).exists() else 0)


def all_unowned(actor: Actor, path: str, *, on: date) -> Iterator[Row]:
    """The whole list, for export: read batch by batch."""
    after = 0
    while True:
        page = unowned(actor, path, on=on, after=after, limit=BATCH)
        yield from page.rows
        if not page.after:
            return
        after = page.after


def tasks(actor: Actor, path: str, *, on: date) -> list[Task]:
    """Whose duty it is to name a supervisor, for how many outlets, within a unit."""
    return _tasks(_unowned_spots(actor, path, on=on), Owners(on=on))


def _tasks(spots: Sequence[tuple[Spot, int]], owners: Owners) -> list[Task]:
    numbers: Counter[Duty] = Counter()
    for spot, number in spots:
        numbers[owners.duty(spot)] += number
    names = unit_names(duty.unit_path for duty in numbers)
    return sorted(
        (
            Task(duty.unit_path, names.get(duty.unit_path, duty.unit_path), duty.clause, duty.status, duty.functions, n)
            for duty, n in numbers.items()
        ),
        key=lambda task: (task.unit_path, task.clause),
    )


@until_next_entry
def _unowned_spots(actor: Actor, path: str, *, on: date) -> tuple[tuple[Spot, int], ...]:
    """(spot, how many outlets) where nobody supervises within a unit. One grouped query."""
    grouped = supervised_rows(actor, path).order_by().values_list(*COLUMNS).annotate(number=Count("pk"))
    numbers = {Spot(*row[:-1]): row[-1] for row in grouped}
    answers = Owners(on=on).of(numbers)
    return tuple((spot, number) for spot, number in numbers.items() if answers[spot] is None)


def _at(spots: Sequence[Spot]) -> Q:
    there = Q(pk__in=[])
    for spot in spots:
        there |= Q(
            unit_path=spot.unit_path,
            managing_path=spot.managing_path,
            managing_body=spot.body_id,
            type_key=spot.type_key,
            special_kind=spot.special_kind,
        )
    return there


def _batches(found: OutletQuerySet, after: int) -> Iterator[list[Outlet]]:
    looked = 0
    rows = found.select_related("unit", "water", "party").defer("water__geometry").order_by("pk")
    while looked < MOST_LOOKED_AT:
        batch = list(rows.filter(pk__gt=after)[:BATCH])
        if not batch:
            return
        yield batch
        after = batch[-1].pk
        looked += len(batch)


def _page(rows: list[tuple[Outlet, Duty]], after: int) -> Page:
    names = unit_names(duty.unit_path for _outlet, duty in rows)
    return Page(tuple(Row(outlet, duty, names.get(duty.unit_path, duty.unit_path)) for outlet, duty in rows), after)
