"""What a map tile shows of the register, inside the asker's scope.

From zoom 12 on each outlet; from 8 on what lies in one of 16 × 16 cells, counted live on the index of keys; below 8 a
small scope is grouped the same way, a large territory is told by division: one number for each province, city or
county, read from the tallies and standing at the middle of its outline (those numbers also hold outlets that have no
position), and a large basin is drawn from its counted cells (TileTally). A cell with one outlet is that outlet, except
among counted cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from qingyuan.core.access import Actor
from qingyuan.core.geometry import Bbox, morton_key, tile_range
from qingyuan.core.lifecycle import GROUPS, IN_REGISTER, Stage
from qingyuan.core.tiles import (
    MAX_OUTLETS,
    NO_GROUPS,
    NO_OUTLETS,
    STAGE_CODES,
    GroupPoints,
    Ints,
    OutletPoints,
    encode,
    fine_shift,
    gather_cells,
    pixels,
    pyramid_cell,
    pyramid_keys,
    pyramid_level,
    type_code,
)
from qingyuan.ledger.models import Entry
from qingyuan.places.models import Boundary, Level, Unit
from qingyuan.places.paths import within_q
from qingyuan.registry import tallies
from qingyuan.registry.models import Outlet, OutletQuerySet, Tally, TileTally
from qingyuan.registry.queries import scope_q, search, visible_to

POINTS_FROM = 12
LIVE_FROM = 8
LIVE_AT_MOST = 3_000  # outlets a scope may hold to be grouped live below zoom 8
_STAGE_PLACE = {stage.value: STAGE_CODES.index(group.value) for stage, group in GROUPS.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a map is asked to show: groups of types ("GY" … and "none" for not yet classified), stage groups, a unit's
    subtree, a water and what flows into it, a text in its spellings (names and codes). Empty: all."""

    types: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    unit_path: str = ""
    water_path: str = ""
    texts: tuple[str, ...] = ()


EVERYTHING = Wanted()


RECENT = 1_000


def version() -> str:
    """A mark that changes whenever anything did: the last entry of the ledger, and how many of the numbers just before
    it are taken (on PostgreSQL an entry may become visible after a later one)."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{last}.{Entry.objects.filter(pk__gt=last - RECENT).count()}"


def tile(actor: Actor, zoom: int, x: int, y: int, wanted: Wanted = EVERYTHING) -> bytes:
    """The tile at zoom/x/y as MVT bytes (core.tiles), empty bytes for an empty tile.

    Raises
    ------
    ValueError
        There is no such tile.
    """
    keys = tile_range(zoom, x, y)
    if zoom >= POINTS_FROM:
        outlets = _outlets(_found(actor, wanted).filter(mkey__gte=keys[0], mkey__lt=keys[1]), zoom)
        return encode(outlets) if len(outlets) <= MAX_OUTLETS else _grouped(actor, zoom, keys, wanted)
    if zoom >= LIVE_FROM or wanted.texts:  # no tally knows what is called so
        return _grouped(actor, zoom, keys, wanted)
    territory = _territory(actor, wanted)
    if territory is not None and _counted(territory) > LIVE_AT_MOST:
        return encode(NO_OUTLETS, _divisions(territory, zoom, keys, wanted))
    basins = _basins(actor, wanted)
    if basins is not None and _counted(basins, tallies.WATER) > LIVE_AT_MOST:
        return encode(NO_OUTLETS, _counted_cells(basins, zoom, keys, wanted))
    return _gathered(actor, zoom, keys, wanted)


def unplaced(actor: Actor, wanted: Wanted = EVERYTHING) -> int:
    """How many outlets of the scope no map can show, because they have no position (counted up to 1,000)."""
    return _found(actor, wanted).filter(mkey=None)[:1_000].count()


def extent(actor: Actor) -> Bbox | None:
    """The rectangle around what the actor may see; None for nothing. For scopes without a territory: it reads them."""
    found = visible_to(actor).aggregate(
        west=Min("longitude_deg"), south=Min("latitude_deg"), east=Max("longitude_deg"), north=Max("latitude_deg")
    )
    if found["west"] is None:
        return None
    return float(found["west"]), float(found["south"]), float(found["east"]), float(found["north"])


# --- each outlet ------------


def _found(actor: Actor, wanted: Wanted) -> OutletQuerySet:
    """The register as the actor sees it, filtered. By stage rather than by `in_register`, so that the index of keys
    answers alone: an entry withdrawn has no key."""
    stages = [stage.value for stage in IN_REGISTER if not wanted.stages or GROUPS[stage].value in wanted.stages]
    found = Outlet.objects.filter(scope_q(actor, by_path=True), _types_q(wanted.types), stage__in=stages)
    if wanted.unit_path:
        found = found.within(wanted.unit_path)
    if wanted.water_path:
        found = found.filter(within_q("water_path", wanted.water_path))
    return search(found, *wanted.texts) if wanted.texts else found


def _types_q(types: Iterable[str]) -> Q:
    either = Q()
    for letters in types:
        either |= Q(type_key="") if letters == "none" else Q(type_key__startswith=letters)
    return either


Row = tuple[int, int, str, str]


def _read(found: OutletQuerySet) -> QuerySet[Outlet, Row]:
    """Id, key, type and stage."""
    rows: QuerySet[Outlet, Any] = found.order_by().values_list("pk", "mkey", "type_key", "stage")
    return rows


def _outlets(found: OutletQuerySet, zoom: int) -> OutletPoints:
    return _points(list(_read(found)[: MAX_OUTLETS + 1]), zoom)


def _points(rows: Sequence[Row], zoom: int) -> OutletPoints:
    if not rows:
        return NO_OUTLETS
    ids, keys, types, stages = zip(*rows, strict=True)
    x, y = pixels(np.array(keys, np.int64), zoom)
    letters = {kind: type_code(kind) for kind in set(types)}
    return OutletPoints(
        np.array(ids, np.int64),
        x,
        y,
        np.array([letters[kind] for kind in types], np.int64),
        np.array([_STAGE_PLACE[stage] for stage in stages], np.int64),
        np.zeros(len(rows), np.int64),  # nothing is published before boards.disclosure is there
    )


# --- groups by cell ------------


def _grouped(actor: Actor, zoom: int, keys: tuple[int, int], wanted: Wanted) -> bytes:
    """Counted by the database in 64 × 64 cells, put together to 16 × 16: the mean says where in its cell a group
    lies."""
    found = _found(actor, wanted).filter(mkey__gte=keys[0], mkey__lt=keys[1])
    rows = list(
        found.annotate(cell=F("mkey").bitrightshift(fine_shift(zoom)))
        .values("cell")
        .annotate(n=Count("*"), key=Min("mkey"), one=Min("pk"))
        .order_by()
        .values_list("n", "key", "one")
    )
    if not rows:
        return b""
    n, key, one = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    groups, alone = _cells(n, key, zoom)
    lonely = Outlet.objects.filter(pk__in=one[alone].tolist()).order_by("pk") if len(alone) else Outlet.objects.none()
    return encode(_outlets(lonely, zoom), groups)


def _gathered(actor: Actor, zoom: int, keys: tuple[int, int], wanted: Wanted) -> bytes:
    """A scope small enough to be read whole, by its own index and not by the index of keys."""
    found = _found(actor, wanted).standing().exclude(mkey=None)
    rows = [row for row in _read(found) if keys[0] <= row[1] < keys[1]]
    if not rows:
        return b""
    groups, alone = _cells(np.ones(len(rows), np.int64), np.array([row[1] for row in rows], np.int64), zoom)
    return encode(_points([rows[place] for place in alone.tolist()], zoom), groups)


def _cells(n: Ints, keys: Ints, zoom: int) -> tuple[GroupPoints, Ints]:
    """The groups of several, and the places of those that are alone in their cell."""
    x, y, total, member = gather_cells(*pixels(keys, zoom), n)
    several = total > 1
    groups = GroupPoints(x[several], y[several], total[several]) if several.any() else NO_GROUPS
    return groups, member[~several]


# --- groups by division ------------


def _territory(actor: Actor, wanted: Wanted) -> frozenset[str] | None:
    """The subtrees asked about when the scope is nothing but divisions; None when waters, zones, departments or
    parties are in play and the tallies cannot tell."""
    paths: set[str] = set()
    for grant in actor.grants:
        if grant.reach.water_paths or grant.reach.body_ids or grant.reach.party_ids:
            return None
        paths |= grant.reach.unit_paths
    if wanted.water_path or any("Z" in path for path in (*paths, wanted.unit_path)):
        return None
    within = {_deeper(path, wanted.unit_path) for path in paths} - {None}
    return frozenset(path for path in within if path is not None and not any(_below(path, other) for other in within))


def _basins(actor: Actor, wanted: Wanted) -> frozenset[str] | None:
    """The waters asked about when nothing but waters bounds the scope; None when units or others do."""
    if wanted.unit_path:
        return None
    reaches = [grant.reach for grant in actor.grants]
    if any("" in reach.unit_paths for reach in reaches):
        return frozenset({wanted.water_path}) if wanted.water_path else None
    if any(reach.unit_paths or reach.body_ids or reach.party_ids for reach in reaches):
        return None
    paths = {path for reach in reaches for path in reach.water_paths}
    within = {_deeper(path, wanted.water_path) for path in paths} - {None}
    return frozenset(path for path in within if path is not None and not any(_below(path, other) for other in within))


def _counted_cells(basins: Iterable[str], zoom: int, keys: tuple[int, int], wanted: Wanted) -> GroupPoints:
    """One group for each counted cell in the tile, at the middle of the cell."""
    level = pyramid_level(zoom)
    first, last = pyramid_cell(level, keys[0]), pyramid_cell(level, keys[1] - 1)
    found = TileTally.objects.filter(key__in=list(basins), cell__gte=first, cell__lte=last)
    if wanted.types:
        found = found.filter(_types_q(wanted.types))
    if wanted.stages:
        found = found.filter(stage__in=[stage.value for stage in Stage if GROUPS[stage].value in wanted.stages])
    rows = found.values_list("cell").annotate(total=Sum("n")).filter(total__gt=0).order_by()
    if not rows:
        return NO_GROUPS
    cells, n = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    x, y, total, _member = gather_cells(*pixels(pyramid_keys(level, cells), zoom), n)
    return GroupPoints(x, y, total)


def _deeper(path: str, other: str) -> str | None:
    if path.startswith(other):
        return path
    return other if other.startswith(path) else None


def _below(path: str, other: str | None) -> bool:
    return other is not None and path != other and path.startswith(other)


def _counted(keys: Iterable[str], scope: str = tallies.UNIT) -> int:
    return sum(_sums(keys, EVERYTHING, scope).values())


def _sums(keys: Iterable[str], wanted: Wanted, scope: str = tallies.UNIT) -> Mapping[str, int]:
    rows = Tally.objects.filter(cube=tallies.REGISTER, scope=scope, key__in=list(keys))
    if wanted.types:
        rows = rows.filter(_types_q(wanted.types))
    if wanted.stages:
        rows = rows.filter(stage__in=[stage.value for stage in Stage if GROUPS[stage].value in wanted.stages])
    return dict(rows.values("key").annotate(total=Sum("n")).order_by().values_list("key", "total"))


@dataclass(frozen=True, slots=True)
class Divisions:
    """The divisions down to the counties: by path the name, the level, the key of the middle, and what lies below."""

    names: Mapping[str, str]
    levels: Mapping[str, int]
    middles: Mapping[str, int]
    below: Mapping[str, tuple[str, ...]]


def _level_at(zoom: int) -> int:
    return Level.PROVINCE if zoom <= 3 else Level.CITY if zoom <= 5 else Level.COUNTY


def _divisions(territory: Iterable[str], zoom: int, keys: tuple[int, int], wanted: Wanted) -> GroupPoints:
    """One group for each division at the zoom's level whose middle lies in the tile. What no division of that level
    holds (entered at the city itself, or at a county without an outline) is told at the division above."""
    known = divisions(Boundary.objects.count())
    leaves, parents = _shown(territory, _level_at(zoom), known)
    here = [path for path in (*leaves, *parents) if keys[0] <= known.middles.get(path, -1) < keys[1]]
    own = {path: [one for one in known.below[path] if one in known.middles] for path in here if path in parents}
    asked = {*here, *(one for below in own.values() for one in below)}
    sums = _sums(asked, wanted) if asked else {}
    told: list[tuple[int, int, str]] = []
    for path in here:
        rest = sums.get(path, 0) - sum(sums.get(one, 0) for one in own.get(path, ()))
        if rest > 0:
            name = known.names[path]
            told.append((known.middles[path], rest, _("%(unit)s其他") % {"unit": name} if path in own else name))
    if not told:
        return NO_GROUPS
    x, y = pixels(np.array([key for key, _n, _name in told], np.int64), zoom)
    return GroupPoints(x, y, np.array([n for _key, n, _name in told], np.int64), [name for _key, _n, name in told])


def _shown(territory: Iterable[str], level: int, known: Divisions) -> tuple[list[str], set[str]]:
    """The divisions told by themselves, and those above of which only the rest is told."""
    leaves, parents, left = [], set(), list(territory)
    while left:
        path = left.pop()
        if known.levels.get(path, Level.VILLAGE) >= level or not known.below.get(path):
            leaves.append(path)
        else:
            parents.add(path)
            left += [one for one in known.below[path] if one in known.middles]
    return leaves, parents


@lru_cache(maxsize=1)
def divisions(_outlines: int) -> Divisions:
    """Read the divisions once in a process, again when the number of outlines changed."""
    drawn: QuerySet[Boundary, Any] = Boundary.objects.exclude(west_deg=None).values_list(
        "unit__path", "west_deg", "south_deg", "east_deg", "north_deg"
    )
    boxes: dict[str, tuple[float, float]] = {
        path: ((west + east) / 2, (south + north) / 2) for path, west, south, east, north in drawn
    }
    rows = Unit.objects.standing().filter(kind="division", level__lte=Level.COUNTY).order_by("-level")
    names: dict[str, str] = {}
    levels: dict[str, int] = {}
    below: dict[str, list[str]] = {}
    for path, name, level, parent in rows.values_list("path", "name", "level", "parent__path"):
        names[path], levels[path] = name, level
        below.setdefault(path, [])
        if parent is not None:
            below.setdefault(parent, []).append(path)
        middles = [boxes[one] for one in below[path] if one in boxes]
        if path not in boxes and middles:
            boxes[path] = (
                sum(lon for lon, _lat in middles) / len(middles),
                sum(lat for _lon, lat in middles) / len(middles),
            )
    keys = {path: morton_key(*point) for path, point in boxes.items() if path in names}
    return Divisions(names, levels, keys, {path: tuple(sorted(children)) for path, children in below.items()})
