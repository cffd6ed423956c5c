"""What an import must know of the site before it judges: units, outlines, waters, the scheme's types. Read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import shapely
from django.db.models import Q

from qingyuan.core.classification import tree_of
from qingyuan.core.geometry import metres_per_degree
from qingyuan.exchange.gazetteer import COUNTY, Gazetteer, UnitFact
from qingyuan.exchange.positions import Map
from qingyuan.exchange.types import TypeIndex, TypeWord
from qingyuan.exchange.values import name_of
from qingyuan.places import queries as places
from qingyuan.places.models import DivisionChange, Unit, Water
from qingyuan.places.paths import within_q
from qingyuan.registry.rules import policy_of

_LATITUDE_M = metres_per_degree(0.0)[1]
_COLUMNS = ("id", "code", "name", "level", "path", "kind")


def fact_of(unit: Unit) -> UnitFact:
    """A unit as an import holds it."""
    return UnitFact(unit.pk, unit.code, unit.name, unit.level, unit.path, unit.kind)


def gazetteer(unit: Unit) -> Gazetteer:
    """Every unit down to the counties, and all below the import's own unit with its siblings' towns."""
    near = unit.path.split("Z")[0][:4]  # the city: a town that is not the county's may be its neighbour's
    below = within_q("path", near) if near else Q()
    rows = Unit.objects.standing().filter(Q(level__lte=COUNTY) | below).values_list(*_COLUMNS)
    changes: dict[str, list[str]] = {}
    for old, new in DivisionChange.objects.values_list("old_code", "new_code"):
        changes.setdefault(old, []).append(new)
    followed = {old: places.current_codes(old) for old in changes}
    return Gazetteer(fact_of(unit), (UnitFact(*row) for row in rows.iterator(5_000)), followed)


def area(unit: Unit, units: Gazetteer) -> Map:
    """The outlines of the import's own city or province, others asked for one by one."""
    near = unit.path.split("Z")[0][:4] if len(unit.path) > 2 else unit.path
    shapes = {
        path: shape for path, shape in places.outlines(near).shapes.items() if len(path) >= 6 and path.startswith(near)
    }

    @lru_cache(maxsize=4_096)
    def stray(lon: float, lat: float) -> UnitFact | None:
        found = places.locate(lon, lat)
        deepest = found.units[0] if found.units else None
        return units.by_path.get(deepest.path) if deepest is not None else None

    return Map(shapes, stray, _Rivers())


class _Rivers:
    """The lines of waters, each read once. A degree is as many metres as one of latitude at most, and as one of
    longitude at least: what is asked with metres is answered in degrees, with a prepared line."""

    def __init__(self) -> None:
        self._known: dict[int, shapely.Geometry | None] = {}

    def _line(self, pk: int) -> shapely.Geometry | None:
        if pk not in self._known:
            drawn = Water.objects.filter(pk=pk).values_list("geometry", flat=True).first()
            line = self._known[pk] = places.read_shape(drawn) if drawn else None
            shapely.prepare(line)
        return self._known[pk]

    def distance_m(self, pk: int, lon: float, lat: float) -> float | None:
        """Metres from a point to a water's line; None for a water without one."""
        line = self._line(pk)
        return places.line_distance_m(line, lon, lat) if line is not None else None

    def at(self, pk: int, lon: float, lat: float, most_m: float) -> bool:
        """May the point lie so near its water?"""
        line = self._line(pk)
        most = most_m / metres_per_degree(lat)[0] * 1.000001
        return line is not None and bool(shapely.dwithin(line, shapely.Point(lon, lat), most))

    def off(self, asked: Sequence[tuple[int, float, float]], least_m: float, most_m: float) -> list[bool]:
        """Of (water, longitude, latitude): may the point lie so many metres off its water?"""
        found = np.zeros(len(asked), dtype=bool)
        waters = np.array([one[0] for one in asked])
        where = np.array([one[1:] for one in asked], dtype=float)
        for pk in set(waters.tolist()):
            if (line := self._line(pk)) is None:
                continue
            of = waters == pk
            points = shapely.points(where[of])
            most = most_m / (_LATITUDE_M * np.cos(np.radians(where[of][:, 1]))) * 1.000001
            least = least_m / _LATITUDE_M * 0.999999
            found[of] = shapely.dwithin(line, points, most) & ~shapely.dwithin(line, points, least)
        return found.tolist()


def water_finder() -> Callable[[str, str], int | None]:
    """Name and path → id of the one water meant; several of one name that the unit does not settle are nobody's."""
    named: dict[str, set[int]] = {}
    for pk, name, others in Water.objects.values_list("pk", "name", "other_names").iterator(5_000):
        for word in (name, *others.split("、")):
            named.setdefault(name_of(word), set()).add(pk)

    @lru_cache(maxsize=20_000)
    def settle(name: str, path: str) -> int | None:
        found = places.waters_named(name, within=path)
        return found[0].pk if len(found) == 1 else None

    def find(name: str, path: str) -> int | None:
        hits = named.get(name, set()) if name else set()
        return next(iter(hits)) if len(hits) == 1 else settle(name, path[:6]) if hits else None

    return find


def types(unit: Unit, *, on: date) -> TypeIndex:
    """The classification of the unit's scheme, both levels."""
    tree = tree_of(policy_of(unit.path, on=on))
    return TypeIndex(TypeWord(child.key, top.code, top.name, child.name) for top in tree.tops for child in top.children)
