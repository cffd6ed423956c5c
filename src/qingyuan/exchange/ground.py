"""What an import must know of the site before it judges: units, outlines, waters, the scheme's types. Read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import shapely
from django.db.models import Q

from qingyuan.core.classification import tree_of
from qingyuan.exchange.gazetteer import COUNTY, Gazetteer, UnitFact
from qingyuan.exchange.positions import Map
from qingyuan.exchange.types import TypeIndex, TypeWord
from qingyuan.exchange.values import name_of
from qingyuan.places import queries as places
from qingyuan.places.models import DivisionChange, Unit, Water
from qingyuan.places.paths import within_q
from qingyuan.registry.rules import policy_of

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

    return Map(shapes, stray, _river_distance())


def _river_distance() -> Callable[[int, float, float], float | None]:
    """Metres from a point to a water's line, each line read once; None for a water without one."""
    known: dict[int, shapely.Geometry | None] = {}

    def measure(pk: int, lon: float, lat: float) -> float | None:
        if pk not in known:
            drawn = Water.objects.filter(pk=pk).values_list("geometry", flat=True).first()
            known[pk] = places.read_shape(drawn) if drawn else None
        line = known[pk]
        return places.line_distance_m(line, lon, lat) if line is not None else None

    return measure


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
