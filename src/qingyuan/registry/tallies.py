"""Counting as one goes: signed rows for every change, so that a figure of any unit is one small sum.

A change takes the old marks away and puts the new ones down, for every ancestor. `fold` adds rows up; `differences`
proves the tallies against the register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Max, Q, Sum

from qingyuan.core.tiles import PYRAMID_LEVELS, pyramid_cell
from qingyuan.core.waters import WaterFlagKind
from qingyuan.ledger import rows
from qingyuan.places.models import Water, WaterFlag
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.entered import Entered
from qingyuan.registry.models import Outlet, Tally, TileTally

PROGRESS, REGISTER, TILE = "progress", "register", "tile"
UNIT, BODY, WATER = "unit", "body", "water"
COLUMNS = ("cube", "scope", "key", "type_key", "stage", "flags", "milestones", "counted", "n")
TILE_COLUMNS = ("key", "cell", "type_key", "stage", "n")
FLAG_BITS: dict[WaterFlagKind, int] = {flag: 1 << place for place, flag in enumerate(WaterFlagKind)}

Cell = tuple[str, str, str, str, str, int, int, bool]
"""cube, scope, key, type, stage, water flags, milestones, counted."""
TileCell = tuple[str, int, str, str]
"""water's path, cell of the map, type, stage."""


class Counted(NamedTuple):
    """What the tallies see of one outlet in the register."""

    unit_path: str
    managing_path: str
    body_id: int | None
    water_path: str
    type_key: str
    stage: str
    flags: int
    milestones: int
    counted: bool
    mkey: int | None


_SEEN = attrgetter(
    "unit_path",
    "managing_path",
    "managing_body_id",
    "water_path",
    "type_key",
    "stage",
    "water_flags",
    "milestones",
    "counted",
    "mkey",
)


def seen(outlet: Outlet | Entered) -> Counted | None:
    """The outlet as the tallies see it; None while it is not in the register."""
    return Counted(*_SEEN(outlet)) if outlet.in_register else None


def change(pairs: Iterable[tuple[Counted | None, Counted | None]]) -> None:
    """Write the signed rows for outlets that were (None: not there) and now are (None: no longer)."""
    alike: Counter[tuple[Any, ...]] = Counter()  # position aside: few in a batch differ in more
    mapped: dict[tuple[Any, ...], Counter[int]] = {}
    for before, after in pairs:
        if before == after:
            continue
        for marks, sign in ((before, -1), (after, 1)):
            if marks is not None:
                same = marks[:-1]
                alike[same] += sign
                if marks.mkey is not None and marks.water_path:
                    if (keys := mapped.get(same)) is None:
                        keys = mapped[same] = Counter()
                    keys[marks.mkey] += sign
    net: Counter[Cell] = Counter()
    for same, n in alike.items():
        for cell in cells(Counted(*same, None)) if n else ():
            net[cell] += n
    tiles: Counter[TileCell] = Counter()
    for same, keys in mapped.items():
        for tile, n in _tiles_of(Counted(*same, None), keys):
            tiles[tile] += n
    rows.insert(Tally, COLUMNS, [(*cell, n) for cell, n in net.items() if n])
    rows.insert(TileTally, TILE_COLUMNS, [(*tile, n) for tile, n in tiles.items() if n])


def _tiles_of(of: Counted, keys: Mapping[int, int]) -> Iterator[tuple[TileCell, int]]:
    """The cells of the map that outlets with the same marks count in, with their number."""
    for level in PYRAMID_LEVELS:
        there: Counter[int] = Counter()
        for mkey, n in keys.items():
            there[pyramid_cell(level, mkey)] += n
        for path in water_keys(of.water_path):
            for place, n in there.items():
                yield (path, place, of.type_key, of.stage), n


def cells(of: Counted) -> list[Cell]:
    """Every cell an outlet counts in: both cubes, for each ancestor in territory, zone, department and water."""
    keys = [(UNIT, path) for path in unit_keys(of.unit_path, of.managing_path)]
    if of.body_id is not None:
        keys.append((BODY, str(of.body_id)))
    keys += [(WATER, path) for path in water_keys(of.water_path)]
    return [
        cell
        for scope, key in keys
        for cell in (
            (PROGRESS, scope, key, "", "", of.flags, of.milestones, of.counted),
            (REGISTER, scope, key, of.type_key, of.stage, 0, 0, True),
        )
    ]


def tile_cells(of: Counted) -> list[TileCell]:
    """The cells of the map an outlet counts in, for its water and every water that flows on from it."""
    if of.mkey is None:
        return []
    places = [pyramid_cell(level, of.mkey) for level in PYRAMID_LEVELS]
    return [(key, place, of.type_key, of.stage) for key in water_keys(of.water_path) for place in places]


def unit_keys(unit_path: str, managing_path: str) -> list[str]:
    """The territory's ancestors from the nation down, and the managing zone with the zones above it."""
    keys = list(ancestors_of(unit_path))
    if managing_path != unit_path and "Z" in managing_path:
        keys += [path for path in ancestors_of(managing_path) if "Z" in path]
    return keys


WATER_STEP = 6
"""Length of a water's code, which is one step of its path."""


def water_keys(path: str) -> list[str]:
    """A water and the waters it flows into, by path."""
    return [path[:end] for end in range(WATER_STEP, len(path) + 1, WATER_STEP)]


def flags_of_waters(water_ids: Iterable[int], *, on: date) -> Mapping[int, int]:
    """The flags each water bears on a day, as bits. One query."""
    found: dict[int, int] = {}
    bearing = WaterFlag.objects.filter(
        Q(from_day=None) | Q(from_day__lte=on),
        Q(to_day=None) | Q(to_day__gt=on),
        water_id__in=set(water_ids),
        retracted_at=None,
    )
    for water_id, flag in bearing.values_list("water_id", "flag"):
        found[water_id] = found.get(water_id, 0) | FLAG_BITS[WaterFlagKind(flag)]
    return found


@transaction.atomic
def refresh_water_flags(*, on: date) -> int:
    """Count outlets again whose water bears other flags than they were counted under. Returns how many."""
    waters = list(Water.objects.values_list("pk", flat=True))
    flags = flags_of_waters(waters, on=on)
    changed = 0
    for water_id, was in list(
        Outlet.objects.filter(water__isnull=False).values_list("water_id", "water_flags").distinct().order_by()
    ):
        now = flags.get(water_id, 0)
        if now == was:
            continue
        outlets = list(Outlet.objects.filter(water_id=water_id, water_flags=was))
        before = [seen(outlet) for outlet in outlets]
        for outlet in outlets:
            outlet.water_flags = now
        change(zip(before, [seen(outlet) for outlet in outlets], strict=True))
        Outlet.objects.filter(pk__in=[outlet.pk for outlet in outlets]).update(water_flags=now)
        changed += len(outlets)
    return changed


@transaction.atomic
def fold() -> int:
    """Add up rows of the same cell. Returns how many rows went. Figures do not change.

    One process folds at a time: on SQLite because it holds the write lock, on PostgreSQL by a lock of its own.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tallies.fold'))")
    return _folded(Tally, COLUMNS) + _folded(TileTally, TILE_COLUMNS)


def _folded(model: type[Tally] | type[TileTally], columns: Sequence[str]) -> int:
    """Fold one table. What is added up is what was taken away, so rows that others wrote meanwhile stay as they are."""
    of, last = columns[:-1], model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    several = (
        model._default_manager.filter(pk__lte=last)
        .values_list(*of)
        .annotate(rows=Count("pk"), total=Sum("n"))
        .filter(Q(rows__gt=1) | Q(total=0))
        .order_by()
    )
    crowded = [tuple(group[: len(of)]) for group in several[:20_000]]
    went, totals = 0, Counter[Cell | TileCell]()
    for at in range(0, len(crowded), CELLS_TOGETHER):
        for *cell, n in _taken_away(model, columns, crowded[at : at + CELLS_TOGETHER], last):
            totals[tuple(cell)] += n
            went += 1
    left = [(*cell, n) for cell, n in totals.items() if n]
    rows.insert(model, columns, left)
    return went - len(left)


CELLS_TOGETHER = 500


def _taken_away(
    model: type[Tally] | type[TileTally], columns: Sequence[str], cells: Sequence[tuple[Any, ...]], last: int
) -> list[tuple[Any, ...]]:
    """Delete the rows of these cells up to a key; returns what was deleted."""
    listed = ", ".join(connection.ops.quote_name(name) for name in columns[:-1])
    marks = ", ".join([f"({', '.join(['%s'] * (len(columns) - 1))})"] * len(cells))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {model._meta.db_table} WHERE ({listed}) IN (VALUES {marks}) AND id <= %s"  # noqa: S608  our own names
            f" RETURNING {listed}, n",
            [*(value for cell in cells for value in cell), last],
        )
        return cursor.fetchall()


def differences() -> list[tuple[Cell, int, int]]:
    """Cells whose tally is not what counting the register gives: (cell, tally, register). Empty: proved."""
    counted: Counter[Cell] = Counter()
    for outlet in Outlet.objects.standing().order_by("pk").iterator(chunk_size=5000):
        marks = seen(outlet)
        if marks is not None:
            counted.update(cells(marks))
            counted.update(_as_cell(*cell) for cell in tile_cells(marks))
    tallied: Counter[Cell] = Counter()
    for row in Tally.objects.values_list(*COLUMNS[:-1]).annotate(total=Sum("n")).order_by().iterator():
        tallied[tuple(row[:-1])] = row[-1]
    for tile in TileTally.objects.values_list(*TILE_COLUMNS[:-1]).annotate(total=Sum("n")).order_by().iterator():
        tallied[_as_cell(*tile[:-1])] = tile[-1]
    wrong = [cell for cell in {*counted, *tallied} if counted[cell] != tallied[cell]]
    return [(cell, tallied[cell], counted[cell]) for cell in sorted(wrong)]


def _as_cell(key: str, place: int, type_key: str, stage: str) -> Cell:
    """A cell of the map among the others: the place stands where the milestones do."""
    return (TILE, WATER, key, type_key, stage, 0, place, True)
