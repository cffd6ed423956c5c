"""Read the coordinates of a line: one cell or two, degrees, 度分秒 or metres, also the wrong way round. Pure.

A pair the wrong way round is not put right silently: the row waits until the suggestion is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import Transformer

from qingyuan.core.geometry import CoordinateFault, Point, ProjectedPoint, in_china, parse_angle, read_pair, read_point
from qingyuan.exchange.values import digits_after_point, half_width, text_of

if TYPE_CHECKING:
    from qingyuan.exchange.judging import Judge, Judged

FEW_DIGITS = 3
_TRANSFORMERS: dict[int, Transformer] = {}


def judge_point(judge: Judge, judged: Judged) -> None:
    """The outlet's own point: sets `judged.point`, the stored degrees and the text as given."""
    lon, lat, both = (text_of(judged.raw.get(name)) for name in ("longitude", "latitude", "coordinates"))
    if not lon and not lat and not both:
        return
    where = "longitude" if lon or lat else "coordinates"
    if where == "longitude" and not (lon and lat):
        judge.tell(judged, "coordinate.missing", where)
        return
    given = f"{lon}, {lat}" if where == "longitude" else both
    judged.values["position_given"] = given[:120]
    point = read_point(lon, lat) if where == "longitude" else read_pair(both)
    found = _settle(judge, judged, where, given, point)
    if found is None:
        return
    judged.point = found
    judged.values["longitude"], judged.values["latitude"] = f"{found[0]:.6f}", f"{found[1]:.6f}"
    if isinstance(point, Point) and point.form == "decimal":
        digits = max(map(digits_after_point, (lon, lat) if where == "longitude" else half_width(both).split(",")))
        if digits <= FEW_DIGITS:
            judge.tell(judged, "coordinate.precision", where, digits=digits)


def judge_party_point(judge: Judge, judged: Judged) -> None:
    """The party's point; a fault in it keeps the row out as well."""
    lon, lat, both = (
        text_of(judged.raw.get(name)) for name in ("party_longitude", "party_latitude", "party_coordinates")
    )
    if not (lon and lat) and not both:
        return
    where = "party_longitude" if lon and lat else "party_coordinates"
    given = f"{lon}, {lat}" if lon and lat else both
    point = read_point(lon, lat) if lon and lat else read_pair(both)
    if (found := _settle(judge, judged, where, given, point)) is not None:
        judged.values["party_longitude"], judged.values["party_latitude"] = f"{found[0]:.6f}", f"{found[1]:.6f}"


def _settle(
    judge: Judge, judged: Judged, where: str, given: str, point: Point | ProjectedPoint | CoordinateFault
) -> tuple[float, float] | None:
    match point:
        case CoordinateFault(code="coordinate.outside_china"):
            judge.tell(judged, "coordinate.outside_china", where, value=given)
        case CoordinateFault():
            judge.tell(judged, "coordinate.format", where, value=given, reason=point.text)
        case ProjectedPoint(zone=None):
            judge.tell(judged, "coordinate.projected_zone", where, value=given)
        case ProjectedPoint():
            return _unproject(judge, judged, where, given, point)
        case Point(swapped=True):
            lon, lat = f"{point.longitude_deg:.6f}", f"{point.latitude_deg:.6f}"
            judge.tell(
                judged, "coordinate.order", where, value=given, suggestion=f"经度 {lon}，纬度 {lat}",
                repair=repair_of(where, lon, lat),
            )  # fmt: skip
        case Point():
            return point.longitude_deg, point.latitude_deg
    return None


def repair_of(where: str, lon: str, lat: str) -> dict[str, str]:
    """What accepting a better position puts in the cells, one or two as the file has them."""
    if where.endswith("coordinates"):
        return {where: f"{lon}, {lat}"}
    prefix = "party_" if where.startswith("party_") else ""
    return {f"{prefix}longitude": lon, f"{prefix}latitude": lat}


def degrees_of(point: ProjectedPoint) -> tuple[float, float] | None:
    """A Gauss-Krüger point of CGCS2000 in degrees: 3° zones 25 to 45 (EPSG:4513–4533) and 6° zones 13 to 23
    (4491–4501), the zone before the easting. None without a zone."""
    if point.zone is None:
        return None
    epsg = 4513 + point.zone - 25 if point.zone >= 25 else 4491 + point.zone - 13
    if point.zone not in _TRANSFORMERS:
        _TRANSFORMERS[point.zone] = Transformer.from_crs(epsg, 4490, always_xy=True)
    lon, lat = _TRANSFORMERS[point.zone].transform(point.easting_m, point.northing_m)
    return lon, lat


def _unproject(
    judge: Judge, judged: Judged, where: str, given: str, point: ProjectedPoint
) -> tuple[float, float] | None:
    zone = point.zone or 0
    lon, lat = degrees_of(point) or (0.0, 0.0)
    if not in_china(lon, lat):
        judge.tell(judged, "coordinate.outside_china", where, value=given)
        return None
    kind = f" 3 度 {zone} " if zone >= 25 else f" 6 度 {zone} "
    judge.tell(judged, "coordinate.projected", where, value=given, zone=kind, result=f"{lon:.6f}, {lat:.6f}")
    return lon, lat


__all__ = ["degrees_of", "judge_party_point", "judge_point", "parse_angle", "repair_of"]
