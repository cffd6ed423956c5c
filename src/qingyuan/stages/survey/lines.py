"""River lines as the room keeps them: read, clipped to a unit, cut into segments, and how a piece of one is drawn."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

from qingyuan.core import coverage
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water

Array = NDArray[np.float64]
LEAST_M = 20.0
"""A scrap of line shorter than this, left over by a border, is no segment."""


def of_water(water: Water, unit: Unit) -> list[Array]:
    """The lines of a water within a unit, downstream as they were drawn; none for a water without a line. Where no
    outline of the unit is loaded the whole line is meant."""
    shape = places.read_shape(Water.objects.values_list("geometry", flat=True).get(pk=water.pk))
    if shape.is_empty:
        return []
    outline = _outline(unit)
    return parts_of(shape if outline is None else shapely.intersection(shape, outline))


def _outline(unit: Unit) -> shapely.Geometry | None:
    found = places.outlines(unit.path)
    if unit.path in found.shapes:
        return found.shapes[unit.path]
    inside = [shape for path, shape in found.shapes.items() if path.startswith(unit.path)]
    if inside:
        return shapely.union_all(inside)
    above = [path for path in found.shapes if unit.path.startswith(path)]
    return found.shapes[max(above, key=len)] if above else None


def parts_of(shape: shapely.Geometry) -> list[Array]:
    """The lines of a shape, each as an array of degrees; lines that meet end to end are one."""
    flat = [one for one in shapely.get_parts(shape) if one.geom_type in ("LineString", "LinearRing")]
    if not flat:
        return []
    merged = shapely.line_merge(shapely.union_all(flat), directed=False) if len(flat) > 1 else flat[0]
    found = [shapely.get_coordinates(one) for one in shapely.get_parts(merged)]
    return [one for one in found if len(one) > 1 and coverage.line_length_m(one) >= LEAST_M]


def pieces(lines: Iterable[Array], piece_m: float) -> list[tuple[float, Array]]:
    """Lines cut into segments: (metres from the beginning of the first line, points)."""
    found, before = [], 0.0
    for line in lines:
        found += [(before + start, part) for start, part in coverage.cut(line, piece_m)]
        before += coverage.line_length_m(line)
    return found


def as_wkb(line: Array) -> bytes:
    """A line as it is kept."""
    return bytes(shapely.to_wkb(shapely.linestrings(line[:, :2])))


def as_array(wkb: bytes | memoryview) -> Array:
    """A kept line as an array of degrees."""
    return np.asarray(shapely.get_coordinates(shapely.from_wkb(bytes(wkb))), dtype=np.float64)


def widened(low: float | None, high: float | None, *, by_deg: float = 0.005) -> tuple[float, float]:
    """A range of degrees with some room around."""
    return (low or 0.0) - by_deg, (high or 0.0) + by_deg


def near_box(box: tuple[float, float, float, float], point: Array, *, by_deg: float = 0.001) -> bool:
    """Whether a point lies in a rectangle (west, south, east, north) with some room around."""
    return bool(box[0] - by_deg <= point[0] <= box[2] + by_deg and box[1] - by_deg <= point[1] <= box[3] + by_deg)
