"""An outline before and after as two paths of a picture without script. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import affinity

from qingyuan.core.geometry import metres_per_degree

WIDTH, HEIGHT, EDGE = 480, 300, 10
_FINE = 0.4  # what may be lost of a line, in parts of a pixel


@dataclass(frozen=True, slots=True)
class Drawing:
    """Two paths in a box of WIDTH by HEIGHT; an empty one where there was nothing."""

    before: str
    after: str


def drawing(before: shapely.Geometry | None, after: shapely.Geometry | None) -> Drawing | None:
    """Both shapes to one scale, north up; None when neither can be drawn."""
    drawn = [shape for shape in (before, after) if shape is not None and not shape.is_empty]
    if not drawn:
        return None
    west, south, east, north = shapely.total_bounds(drawn).tolist()
    east_m, north_m = metres_per_degree((south + north) / 2)
    wide, high = max((east - west) * east_m, 1.0), max((north - south) * north_m, 1.0)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    x, y = east_m * scale, north_m * scale
    matrix = [x, 0, 0, -y, left - west * x, top + north * y]
    return Drawing(*(_path(shape, matrix) for shape in (before, after)))


def _path(shape: shapely.Geometry | None, matrix: list[float]) -> str:
    if shape is None or shape.is_empty:
        return ""
    flat = affinity.affine_transform(shape, matrix)
    # Line by line: a whole outline that crosses itself would lose a part of what is to be shown.
    lines = [ring for part in shapely.get_parts(flat) for ring in _rings(part)]
    return " ".join(_line(shapely.simplify(line, _FINE, preserve_topology=False)) for line in lines)


def _rings(part: shapely.Geometry) -> list[shapely.Geometry]:
    if part.geom_type == "Polygon":
        rings = [part.exterior, *part.interiors] if not part.is_empty else []
        return [shapely.LineString(ring.coords) for ring in rings]
    return [part]


def _line(line: shapely.Geometry) -> str:
    corners = shapely.get_coordinates(line)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) if len(corners) else ""
