"""Coordinates: the datums maps are drawn in, how people write a position, distances, and the key tiles are cut by.

CGCS2000 and WGS 84 differ by centimetres and count as one here. GCJ-02 and BD-09 are the shifted datums of public map
vendors; their inverses are found by iteration. Degrees throughout, longitude before latitude. Projected metres are only
recognised here; turning them into degrees is work for the door.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from qingyuan.core.refusal import gettext_noop as _

EARTH_RADIUS_M = 6_371_008.8
CHINA_DEG = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north: every point of the country lies within
KEY_ZOOM = 28

_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_SHIFTED_DEG = (72.004, 0.8293, 137.8347, 55.8271)
_BD_PI = math.pi * 3000.0 / 180.0

Bbox = tuple[float, float, float, float]


class Datum(StrEnum):
    """What a pair of degrees refers to."""

    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def in_china(longitude_deg: float, latitude_deg: float) -> bool:
    """Whether a point lies in the rectangle around the country."""
    west, south, east, north = CHINA_DEG
    return west <= longitude_deg <= east and south <= latitude_deg <= north


def _shift(lon: float, lat: float) -> tuple[float, float]:
    """The GCJ-02 offset at a point, in degrees, without asking whether the point is in the country."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    sine = math.sin(math.radians(lat))
    magic = 1.0 - _KRASOVSKY_E2 * sine * sine
    root = math.sqrt(magic)
    north_deg = math.degrees(north / (_KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / (magic * root)))
    east_deg = math.degrees(east / (_KRASOVSKY_A_M / root * math.cos(math.radians(lat))))
    return east_deg, north_deg


def _is_shifted(lon: float, lat: float) -> bool:
    west, south, east, north = _SHIFTED_DEG
    return west <= lon <= east and south <= lat <= north


def cgcs2000_to_gcj02(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """Shift a point as public maps do; outside the country nothing is shifted."""
    if not _is_shifted(longitude_deg, latitude_deg):
        return longitude_deg, latitude_deg
    east, north = _shift(longitude_deg, latitude_deg)
    return longitude_deg + east, latitude_deg + north


def gcj02_to_cgcs2000(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """The point that public maps show here, to better than 1e-9°."""
    if not _is_shifted(longitude_deg, latitude_deg):
        return longitude_deg, latitude_deg

    def forward(lon: float, lat: float) -> tuple[float, float]:
        east, north = _shift(lon, lat)
        return lon + east, lat + north

    return _inverse(forward, longitude_deg, latitude_deg)


def gcj02_to_bd09(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """The second shift of one map vendor, on top of GCJ-02."""
    radius = math.hypot(longitude_deg, latitude_deg) + 0.00002 * math.sin(latitude_deg * _BD_PI)
    angle = math.atan2(latitude_deg, longitude_deg) + 0.000003 * math.cos(longitude_deg * _BD_PI)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
    """Undo gcj02_to_bd09, by iteration."""
    return _inverse(gcj02_to_bd09, longitude_deg, latitude_deg)


def _inverse(
    forward: Callable[[float, float], tuple[float, float]], longitude_deg: float, latitude_deg: float
) -> tuple[float, float]:
    lon, lat = longitude_deg, latitude_deg
    for _round in range(30):
        there_lon, there_lat = forward(lon, lat)
        off_lon, off_lat = there_lon - longitude_deg, there_lat - latitude_deg
        lon, lat = lon - off_lon, lat - off_lat
        if abs(off_lon) < 1e-11 and abs(off_lat) < 1e-11:
            break
    return lon, lat


def to_cgcs2000(longitude_deg: float, latitude_deg: float, datum: Datum) -> tuple[float, float]:
    """A point of any datum in CGCS2000."""
    match datum:
        case Datum.CGCS2000:
            return longitude_deg, latitude_deg
        case Datum.GCJ02:
            return gcj02_to_cgcs2000(longitude_deg, latitude_deg)
        case Datum.BD09:
            return gcj02_to_cgcs2000(*bd09_to_gcj02(longitude_deg, latitude_deg))


def from_cgcs2000(longitude_deg: float, latitude_deg: float, datum: Datum) -> tuple[float, float]:
    """A CGCS2000 point in any datum."""
    match datum:
        case Datum.CGCS2000:
            return longitude_deg, latitude_deg
        case Datum.GCJ02:
            return cgcs2000_to_gcj02(longitude_deg, latitude_deg)
        case Datum.BD09:
            return gcj02_to_bd09(*cgcs2000_to_gcj02(longitude_deg, latitude_deg))


def distance_m(lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float) -> float:
    """Great-circle distance in metres."""
    lat_a, lat_b = math.radians(lat_a_deg), math.radians(lat_b_deg)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(lon_b_deg - lon_a_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def metres_per_degree(latitude_deg: float) -> tuple[float, float]:
    """Metres in one degree of longitude and of latitude, near a latitude."""
    one = math.radians(1.0) * EARTH_RADIUS_M
    return one * math.cos(math.radians(latitude_deg)), one


def bbox_around(longitude_deg: float, latitude_deg: float, radius_m: float) -> Bbox:
    """A rectangle (west, south, east, north) that holds every point within a radius."""
    east_m, north_m = metres_per_degree(min(89.0, abs(latitude_deg) + radius_m / 111_000))
    return (
        longitude_deg - radius_m / east_m,
        latitude_deg - radius_m / north_m,
        longitude_deg + radius_m / east_m,
        latitude_deg + radius_m / north_m,
    )


def bbox_holds(box: Bbox, longitude_deg: float, latitude_deg: float) -> bool:
    """Whether a point lies in a rectangle, its border included."""
    return box[0] <= longitude_deg <= box[2] and box[1] <= latitude_deg <= box[3]


# --- how people write a position ------------


@dataclass(frozen=True, slots=True)
class CoordinateFault:
    """Why a text is no coordinate: a stable code and a Chinese sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Angle:
    """One value in degrees. `axis` is "lon", "lat" or "" as the text says; `form` is "decimal" or "dms"."""

    degrees: float
    axis: str
    form: str


@dataclass(frozen=True, slots=True)
class Point:
    """A position as read. `swapped` when latitude stood in the place of longitude; then the order is put right here
    and the reader must say so."""

    longitude_deg: float
    latitude_deg: float
    form: str
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class ProjectedPoint:
    """Gauss-Krüger metres, recognised but not converted. `zone` is the number in front of the easting: 25-45 are 3°
    zones, 13-23 are 6° zones; None when it was left out and somebody must say which."""

    easting_m: float
    northing_m: float
    zone: int | None
    swapped: bool = False


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋　；：ＥＮＷＳｅｎｗｓ", "0123456789.,-+ ;:ENWSENWS")
_SIGNS = str.maketrans({"º": "°", "˚": "°", "度": "°", "′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "分": "'"})
_SECONDS = str.maketrans({"″": '"', "”": '"', "“": '"', "秒": '"', "〞": '"'})
_AXIS = ((re.compile(r"东经|经度|^[Ee]|[Ee]$"), "lon"), (re.compile(r"北纬|纬度|^[Nn]|[Nn]$"), "lat"))
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DMS = re.compile(
    r"^(?P<d>\d{1,3}(?:\.\d+)?)\s*(?:°|\s|:|-)\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*(?:'|\s|:|-|$)\s*"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|')?)?)?$"
)
_PAIR = re.compile(r"\s*[,;、/|]\s*|\s*\n\s*")


def parse_angle(text: str | float | int) -> Angle | CoordinateFault:
    """Read one cell: 112.345678, 112°20′44.4″, 112度20分44.4秒, 112 20 44.4, full-width digits, 东经 or E in front.

    >>> parse_angle("112°30′36″").degrees
    112.51
    """
    if isinstance(text, (int, float)):
        return Angle(float(text), "", "decimal") if math.isfinite(text) else _unreadable(text)
    if _NUMBER.fullmatch(text):  # nearly every one
        return Angle(float(text), "", "decimal")
    plain, axis = _plain(text)
    if not plain:
        return CoordinateFault("coordinate.missing", _("未填写坐标。"))
    if _NUMBER.fullmatch(plain):
        return Angle(float(plain), axis, "decimal")
    if plain.endswith("°") and _NUMBER.fullmatch(plain[:-1].strip()):
        return Angle(float(plain[:-1]), axis, "decimal")
    match = _DMS.match(plain)
    if match is None:
        return _unreadable(text)
    degrees, minutes, seconds = (float(match[part] or 0) for part in "dms")
    if minutes >= 60 or seconds >= 60:
        return CoordinateFault("coordinate.minutes", _("坐标的分、秒应小于 60。"))
    return Angle(round(degrees + minutes / 60 + seconds / 3600, 10), axis, "dms")


def _plain(text: str) -> tuple[str, str]:
    plain = text.translate(_FULL_WIDTH).translate(_SIGNS).translate(_SECONDS).strip()
    axis = ""
    for pattern, name in _AXIS:
        if pattern.search(plain):
            axis, plain = name, pattern.sub("", plain)
    return plain.strip(" :"), axis


def _unreadable(text: object) -> CoordinateFault:
    return CoordinateFault("coordinate.unreadable", _("坐标无法识别。") if text else _("未填写坐标。"))


def read_point(longitude: str | float | int, latitude: str | float | int) -> Point | ProjectedPoint | CoordinateFault:
    """Read two cells. The wrong order is seen by the values (73-136 against 3-54) and by 东经/北纬."""
    first, second = parse_angle(longitude), parse_angle(latitude)
    for angle in (first, second):
        if isinstance(angle, CoordinateFault):
            return angle
    assert isinstance(first, Angle)  # the loop above returned every fault
    assert isinstance(second, Angle)
    if projected := _projected(first.degrees, second.degrees):
        return projected
    form = "dms" if "dms" in (first.form, second.form) else "decimal"
    if in_china(first.degrees, second.degrees) and (first.axis, second.axis) != ("lat", "lon"):
        return Point(first.degrees, second.degrees, form)
    if in_china(second.degrees, first.degrees):
        return Point(second.degrees, first.degrees, form, swapped=True)
    return CoordinateFault("coordinate.outside_china", _("坐标不在中国范围内（经度 73～136，纬度 3～54）。"))


def read_pair(text: str) -> Point | ProjectedPoint | CoordinateFault:
    """Read one cell that holds both: "112.60, 35.07", "东经112°36′ 北纬35°4′", "112.60 35.07"."""
    plain = text.translate(_FULL_WIDTH).strip()
    parts = [part for part in _PAIR.split(plain) if part]
    if len(parts) == 1:
        parts = _split_without_mark(plain)
    if len(parts) != 2:
        return _unreadable(text)
    return read_point(parts[0], parts[1])


def _split_without_mark(plain: str) -> list[str]:
    if found := re.search(r"(?<=.)(?=北纬|东经|纬度|[NE]\s*\d)", plain):
        return [plain[: found.start()], plain[found.start() :]]
    if found := re.search(r"(?<=[NnEe])\s*(?=\d)", plain):
        return [plain[: found.start()], plain[found.end() :]]
    words = plain.split()
    if len(words) in (2, 4, 6):
        half = len(words) // 2
        return [" ".join(words[:half]), " ".join(words[half:])]
    return [plain]


def _projected(first: float, second: float) -> ProjectedPoint | None:
    for easting, northing, swapped in ((first, second, False), (second, first, True)):
        if not 300_000 <= northing <= 6_000_000:
            continue
        zone = int(easting // 1_000_000)
        if 13 <= zone <= 45:
            return ProjectedPoint(easting, northing, zone, swapped)
        if 100_000 <= easting < 1_000_000 and northing > 1_000_000:
            return ProjectedPoint(easting, northing, None, swapped)
    return None


# --- the key tiles are cut by ------------


def morton_key(longitude_deg: float, latitude_deg: float) -> int:
    """The Morton key of the zoom-28 Web-Mercator cell that holds a point: 56 bits, x in the even ones."""
    x, y = _cell(longitude_deg, latitude_deg)
    return _spread(x) | _spread(y) << 1


def morton_keys(longitudes_deg: NDArray[np.float64], latitudes_deg: NDArray[np.float64]) -> NDArray[np.int64]:
    """morton_key, column-wise; law: the same."""
    size = 1 << KEY_ZOOM
    lon, lat = np.asarray(longitudes_deg, np.float64), np.asarray(latitudes_deg, np.float64)
    x = np.clip((lon + 180.0) / 360.0 * size, 0, size - 1).astype(np.uint64)
    rows = (1.0 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2.0 * size
    y = np.clip(rows, 0, size - 1).astype(np.uint64)
    return (_spread_many(x) | _spread_many(y) << np.uint64(1)).astype(np.int64)


def key_cell(key: int) -> tuple[int, int]:
    """The column and row of a key at zoom 28."""
    return _gather(key), _gather(key >> 1)


def key_point(key: int) -> tuple[float, float]:
    """The middle of a key's cell in degrees: within 0.2 m of every point of the cell."""
    x, y = key_cell(key)
    size = 1 << KEY_ZOOM
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / size))))
    return (x + 0.5) / size * 360.0 - 180.0, lat


def tile_range(zoom: int, x: int, y: int) -> tuple[int, int]:
    """The keys [first, last) of a tile: one range of the index. ValueError for a tile that is not."""
    if not (0 <= zoom <= KEY_ZOOM and 0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        raise ValueError((zoom, x, y))
    tile, bits = _spread(x) | _spread(y) << 1, 2 * (KEY_ZOOM - zoom)
    return tile << bits, (tile + 1) << bits


def tiles_over(box: Bbox, zoom: int) -> Iterator[tuple[int, int]]:
    """The columns and rows of the tiles that touch a rectangle."""
    shift = KEY_ZOOM - zoom
    west, north = _cell(box[0], box[3])
    east, south = _cell(box[2], box[1])
    for x in range(west >> shift, (east >> shift) + 1):
        for y in range(north >> shift, (south >> shift) + 1):
            yield x, y


def _cell(lon: float, lat: float) -> tuple[int, int]:
    size = 1 << KEY_ZOOM
    # numpy's functions here too: the scalar and the column-wise key must agree to the last bit.
    row = (1.0 - float(np.arcsinh(np.tan(np.radians(lat)))) / math.pi) / 2.0 * size
    return min(max(int((lon + 180.0) / 360.0 * size), 0), size - 1), min(max(int(row), 0), size - 1)


_MASKS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def _spread(value: int) -> int:
    for bits, mask in _MASKS:
        value = (value | value << bits) & mask
    return value


def _spread_many(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for bits, mask in _MASKS:
        values = (values | values << np.uint64(bits)) & np.uint64(mask)
    return values


def _gather(value: int) -> int:
    value &= 0x5555555555555555
    for bits, mask in ((1, _MASKS[3][1]), (2, _MASKS[2][1]), (4, _MASKS[1][1]), (8, _MASKS[0][1])):
        value = (value | value >> bits) & mask
    return (value | value >> 16) & 0x00000000FFFFFFFF
