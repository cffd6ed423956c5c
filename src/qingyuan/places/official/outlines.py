"""What is wrong with a shape, how it could be mended, and by how much two differ. Pure; degrees in, kilometres out."""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from shapely import affinity

from qingyuan.core.geometry import CHINA_DEG, metres_per_degree
from qingyuan.places.official.words import SHAPES, WHY, WHY_ELSE

Fault = Mapping[str, object]
POLYGONS, LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")
SAME_DEG = 1e-7  # a centimetre


def fault_of(shape: shapely.Geometry | None, fault: str, *, kinds: tuple[str, ...], needed: bool) -> Fault | None:
    """The first thing wrong with a shape, or None."""
    if fault:
        return {"what": "geometry.unreadable"}
    if shape is None or shape.is_empty:
        return {"what": "geometry.missing"} if needed else None
    if shape.geom_type not in kinds:
        wanted = "面" if kinds == POLYGONS else "线或面"
        return {"what": "geometry.kind", "wanted": wanted, "found": SHAPES.get(shape.geom_type, shape.geom_type)}
    west, south, east, north = shape.bounds
    # "not inside" and not "outside": a corner that is no number is not inside either
    if not (CHINA_DEG[0] <= west and CHINA_DEG[1] <= south and east <= CHINA_DEG[2] and north <= CHINA_DEG[3]):
        return {"what": "coordinate.outside_china"}
    if shape.geom_type in POLYGONS and not shapely.is_valid(shape):
        return _invalid(shape)
    return None


def _invalid(shape: shapely.Geometry) -> Fault:
    what, _bracket, where = shapely.is_valid_reason(shape).partition("[")
    place = f"（{where.rstrip(']')}）" if where else ""
    found: dict[str, object] = {"what": "geometry.invalid", "why": WHY.get(what, WHY_ELSE), "where": place}
    if (mended := repaired(shape)) is not None:
        found["repair"] = {"area": km2(mended), "parts": int(shapely.get_num_geometries(mended))}
    return found


def repaired(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The polygons of the shape made valid, lines and points that came of it dropped; None when none is left."""
    made = shapely.make_valid(shape)
    parts = [one for one in shapely.get_parts(made) if one.geom_type in POLYGONS]
    whole = shapely.union_all(parts) if parts else None
    return None if whole is None or whole.is_empty else whole


def _flat(shape: shapely.Geometry) -> shapely.Geometry:
    middle = shape.envelope.centroid
    east_m, north_m = metres_per_degree(middle.y if not shape.is_empty else 0.0)
    return affinity.affine_transform(shape, [east_m / 1000, 0, 0, north_m / 1000, 0, 0])


def km2(shape: shapely.Geometry) -> str:
    """The area in km², good to 1 % for a city."""
    return f"{_flat(shape).area:.2f}"


def km(shape: shapely.Geometry) -> str:
    """The length in km, of a polygon that of its edge."""
    return f"{_flat(shape).length:.2f}"


def difference(before: shapely.Geometry | None, after: shapely.Geometry | None) -> Fault | None:
    """How a shape changes, None when it does not (or the file has none)."""
    if after is None or after.is_empty:
        return None
    is_area = after.geom_type in POLYGONS
    if before is None or before.is_empty:
        return {"what": "outline", "after": km2(after)} if is_area else {"what": "line", "after": km(after)}
    if shapely.equals_exact(before.normalize(), after.normalize(), SAME_DEG):
        return None
    if not is_area or before.geom_type not in POLYGONS:
        return {"what": "length", "before": km(before), "after": km(after)}
    added, removed = after.difference(before), shapely.make_valid(before).difference(after)
    return {
        "what": "area",
        "before": km2(before),
        "after": km2(after),
        "added": km2(added) if not added.is_empty else "0.00",
        "removed": km2(removed) if not removed.is_empty else "0.00",
    }
