"""Which unit, zone or water holds a point. "Cannot tell" is None and is never turned into "no".

A polygon of a county may be missing, a town has none, a layer of zones may never have been loaded: each of these is an
unknown. Points come one by one (from the database by the rectangle around each polygon) or in bulk (an Outlines read
once, zones_for_points by one tree).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from shapely import affinity

from qingyuan.core.geometry import bbox_around, metres_per_degree
from qingyuan.core.zones import ZoneKind
from qingyuan.places.models import Boundary, Layer, Level, Unit, Water, Zone
from qingyuan.places.paths import ancestors_of, within_q


@dataclass(frozen=True, slots=True)
class Located:
    """The units that hold a point, deepest first. `known` is False where no loaded polygon holds it."""

    units: tuple[Unit, ...] = ()

    @property
    def known(self) -> bool:
        """Whether any unit is known to hold the point."""
        return bool(self.units)

    @property
    def path(self) -> str:
        """The path of the deepest unit, "" when unknown."""
        return self.units[0].path if self.units else ""


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a point lies in a zone of one kind: True with the zones, False, or None because no layer is loaded."""

    inside: bool | None
    zones: tuple[Zone, ...] = ()


def read_shape(wkb: bytes | memoryview | None) -> shapely.Geometry:
    """The shape kept in a row; an empty one, which holds nothing, where none is kept."""
    return shapely.from_wkb(bytes(wkb)) if wkb else shapely.Point()


def _around(lon: float, lat: float) -> Q:
    return Q(west_deg__lte=lon, east_deg__gte=lon, south_deg__lte=lat, north_deg__gte=lat)


def locate(longitude_deg: float, latitude_deg: float) -> Located:
    """The units whose polygon holds a CGCS2000 point, deepest first; unknown where there is no polygon."""
    point = shapely.Point(longitude_deg, latitude_deg)
    near = Boundary.objects.filter(_around(longitude_deg, latitude_deg), unit__valid_to=None).select_related("unit")
    holding = [one.unit for one in near if read_shape(one.geometry).intersects(point)]
    if not holding:
        return Located()
    deepest = max(holding, key=lambda one: (one.level, one.path))
    chain = Unit.objects.filter(path__in=ancestors_of(deepest.path)).order_by("-level")
    return Located(tuple(chain))


def unit_for_point(longitude_deg: float, latitude_deg: float) -> Unit | None:
    """The deepest unit known to hold a point, or None."""
    found = locate(longitude_deg, latitude_deg)
    return found.units[0] if found.units else None


def inside(unit: Unit, longitude_deg: float, latitude_deg: float) -> bool | None:
    """Whether a point lies in a unit; None where polygons do not say. See Outlines.inside for many points."""
    return outlines(unit.path).inside(unit.path, longitude_deg, latitude_deg)


@dataclass(frozen=True, slots=True)
class Outlines:
    """The polygons of a subtree and of the units above it, read once, for asking about many points."""

    shapes: Mapping[str, shapely.Geometry]  # by path
    counties: frozenset[str]  # paths of all counties below, with a polygon or not
    _tree: list = field(default_factory=list)

    def inside(self, path: str, longitude_deg: float, latitude_deg: float) -> bool | None:
        """True, False, or None: a town has no polygon, so inside its county nobody can tell, outside it is False."""
        point = shapely.Point(longitude_deg, latitude_deg)
        if path in self.shapes:
            return bool(self.shapes[path].intersects(point))
        below = [one for one in self.counties if one.startswith(path)]
        if below:
            if any(self.shapes[one].intersects(point) for one in below if one in self.shapes):
                return True
            return False if all(one in self.shapes for one in below) else None
        if path:
            above = [one for one in reversed(ancestors_of(path, itself=False)) if one in self.shapes]
            if above and not self.shapes[above[0]].intersects(point):
                return False
        return None

    def county_of(self, longitude_deg: float, latitude_deg: float) -> str | None:
        """The path of the deepest polygon that holds a point, or None."""
        if not self._tree:
            paths = sorted(self.shapes)
            self._tree.extend((paths, shapely.STRtree([self.shapes[path] for path in paths])))
        paths, tree = self._tree
        hits = tree.query(shapely.Point(longitude_deg, latitude_deg), predicate="intersects")
        return max((paths[hit] for hit in hits), key=lambda path: (len(path), path), default=None)


def outlines(path: str = "") -> Outlines:
    """Read the polygons of a subtree (the whole nation takes about half a second)."""
    wanted = within_q("unit__path", path)
    if path:
        wanted |= Q(unit__path__in=ancestors_of(path))
    rows = Boundary.objects.filter(wanted, unit__valid_to=None).values_list("unit__path", "geometry")
    shapes = {unit_path: read_shape(wkb) for unit_path, wkb in rows}
    for shape in shapes.values():
        shapely.prepare(shape)
    counties = Unit.objects.within(path).standing().filter(level=Level.COUNTY, kind="division")
    return Outlines(shapes, frozenset(counties.values_list("path", flat=True)))


# --- zones ------------


def _in_force(on: date | None) -> QuerySet[Zone]:
    rows = Zone.objects.all()
    if on is None:
        return rows.filter(valid_to=None)
    return rows.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))


def layer_loaded(kind: str, path: str) -> bool:
    """Whether the zones of a kind are loaded for a unit: its own layer or that of a unit above."""
    return Layer.objects.filter(kind=ZoneKind(kind), unit__path__in=ancestors_of(path)).exists()


def zones_at(
    longitude_deg: float, latitude_deg: float, on: date | None = None, *, unit_path: str | None = None
) -> dict[ZoneKind, Presence]:
    """For every kind whether a point lies in a zone on a day: True, False, or None where no layer tells.

    `unit_path` says which unit the point is registered in; without it the polygons are asked.
    """
    point = shapely.Point(longitude_deg, latitude_deg)
    near = _in_force(on).filter(_around(longitude_deg, latitude_deg)).order_by("kind", "level", "name")
    hit: dict[ZoneKind, list[Zone]] = {}
    for zone in near:
        if read_shape(zone.geometry).intersects(point):
            hit.setdefault(ZoneKind(zone.kind), []).append(zone)
    path = locate(longitude_deg, latitude_deg).path if unit_path is None else unit_path
    covering = Layer.objects.filter(unit__path__in=ancestors_of(path)).values_list("kind", flat=True)
    loaded = {ZoneKind(kind) for kind in covering}
    return {
        kind: Presence(True, tuple(hit[kind])) if kind in hit else Presence(False if kind in loaded else None)
        for kind in ZoneKind
    }


def zones_for_points(
    points: Sequence[tuple[float, float]], on: date | None = None, *, kinds: Collection[str] = ()
) -> list[set[int]]:
    """The ids of the zones that hold each point (longitude, latitude), by one tree over all zones in force."""
    if not points:
        return []
    rows = _in_force(on).filter(geometry__isnull=False)
    if kinds:
        rows = rows.filter(kind__in=[ZoneKind(kind) for kind in kinds])
    where = np.asarray(points, dtype=float)
    (west, south), (east, north) = where.min(axis=0), where.max(axis=0)
    rows = rows.filter(west_deg__lte=east, east_deg__gte=west, south_deg__lte=north, north_deg__gte=south)
    known = list(rows.values_list("pk", "geometry"))
    found: list[set[int]] = [set() for _point in points]
    if known:
        tree = shapely.STRtree(shapely.from_wkb([bytes(wkb or b"") for _pk, wkb in known]))
        at, zone = tree.query(shapely.points(where), predicate="intersects")
        for index, which in zip(at.tolist(), zone.tolist(), strict=True):
            found[index].add(known[which][0])
    return found


# --- waters ------------


def line_distance_m(line: shapely.Geometry, lon: float, lat: float) -> float:
    """Metres from a point to a line in degrees (good to 1 % within 100 km)."""
    east_m, north_m = metres_per_degree(lat)
    flat = affinity.affine_transform(line, [east_m, 0, 0, north_m, -lon * east_m, -lat * north_m])
    return float(shapely.distance(flat, shapely.Point(0, 0)))


def distance_to_water_m(water: Water, longitude_deg: float, latitude_deg: float) -> float | None:
    """Metres from a point to a water's line (good to 1 % within 100 km); None for a water without one."""
    if water.geometry is None:
        return None
    return line_distance_m(read_shape(water.geometry), longitude_deg, latitude_deg)


def nearest_waters(longitude_deg: float, latitude_deg: float, *, within_m: float = 5_000) -> list[tuple[Water, float]]:
    """The waters whose line passes within a distance of a point, nearest first, with metres."""
    west, south, east, north = bbox_around(longitude_deg, latitude_deg, within_m)
    near = Water.objects.filter(west_deg__lte=east, east_deg__gte=west, south_deg__lte=north, north_deg__gte=south)
    measured = [(one, distance_to_water_m(one, longitude_deg, latitude_deg)) for one in near]
    close = [(one, metres) for one, metres in measured if metres is not None and metres <= within_m]
    return sorted(close, key=lambda pair: pair[1])
