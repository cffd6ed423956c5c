"""轨迹文件 and 岸线文件: GPX and GeoJSON tracks as fixes, lines of an official file as shapes in CGCS2000 degrees.

A GPX says WGS 84 by its own standard, which counts as CGCS2000 here. A file that is none is turned away with a reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.etree import ElementTree

import shapely

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.geofiles import layers

MOST_BYTES = 50 * 1024 * 1024
Fix = list[float | None]
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
LINES = frozenset({"LineString", "MultiLineString", "LinearRing"})


def read_track(content: bytes, filename: str) -> list[Fix]:
    """The fixes of a track file in the order they stand: longitude, latitude, epoch seconds, accuracy.

    Raises
    ------
    Refused
        `file.track_kind`, `file.unsafe`, `file.track_broken`, `file.track_none`, `file.too_large`.
    """
    if len(content) > MOST_BYTES:
        raise _refused("file.too_large", _("轨迹文件“%(name)s”超过 50 MB，请分段上传。"), filename)
    begin = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begin == b"<":
        found = list(_gpx(content, filename))
    elif begin == b"{":
        found = list(_geojson(content, filename))
    else:
        raise _refused("file.track_kind", _("“%(name)s”不是 GPX 或 GeoJSON 轨迹文件。"), filename)
    if not found:
        raise _refused("file.track_none", _("文件“%(name)s”里没有轨迹点。"), filename)
    return found


def read_lines(content: bytes, filename: str) -> list[shapely.Geometry]:
    """The lines of an official file (GeoJSON, GeoPackage, zipped shapefile, KML) in degrees.

    Raises
    ------
    Refused
        Any code of geofiles.layers.read; `file.no_lines`.
    """
    layer = layers.read(content, filename)
    found = [
        part
        for feature in layer.features()
        if feature.shape is not None
        for part in shapely.get_parts(feature.shape)
        if part.geom_type in LINES
    ]
    if not found:
        raise _refused("file.no_lines", _("文件“%(name)s”里没有线，岸段须由线划分。"), filename)
    return found


def _refused(code: str, text: str, filename: str) -> Refused:
    return Refused(Refusal(code, text, {"name": filename}))


def _gpx(content: bytes, filename: str) -> Iterator[Fix]:
    if _DECLARED.search(content) or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused("file.unsafe", _("文件“%(name)s”含有不允许的声明，已拒收；请重新导出。"), filename)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 no declarations above
        if _tag(root) != "gpx":
            raise _refused("file.track_kind", _("“%(name)s”不是 GPX 或 GeoJSON 轨迹文件。"), filename)
        for node in root.iter():
            if _tag(node) in ("trkpt", "rtept"):
                yield [float(node.attrib["lon"]), float(node.attrib["lat"]), _time_of(node), None]
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise _refused("file.track_broken", _("轨迹文件“%(name)s”不完整，无法读取。"), filename) from error


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _time_of(node: ElementTree.Element) -> float | None:
    said = next((child.text for child in node if _tag(child) == "time"), None)
    return _epoch(said)


def _epoch(said: object) -> float | None:
    """A time as seconds; None where it says none. Milliseconds, as some phones write, are seen by their size."""
    if isinstance(said, bool) or said is None:
        return None
    if isinstance(said, int | float):
        return float(said) / 1000 if said > 1e11 else float(said)
    try:
        return datetime.fromisoformat(str(said).strip().replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _geojson(content: bytes, filename: str) -> Iterator[Fix]:
    try:
        read = json.loads(content.decode("utf-8-sig"))
        features = read.get("features", [read]) if isinstance(read, dict) else []
        for one in features:
            yield from _feature(one)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise _refused("file.track_broken", _("轨迹文件“%(name)s”不完整，无法读取。"), filename) from error


def _feature(one: Mapping) -> Iterator[Fix]:
    shape = one.get("geometry", one) or {}
    said = one.get("properties") or {}
    match shape.get("type"):
        case "LineString":
            yield from _line(shape["coordinates"], _times(said))
        case "MultiLineString":
            times = _times(said)
            nested = bool(times) and isinstance(times[0], list)
            for place, part in enumerate(shape["coordinates"]):
                yield from _line(part, times[place] if nested and place < len(times) else [])
        case "Point":
            when = said.get("time") or said.get("timestamp")
            accuracy = said.get("accuracy")
            lon, lat = shape["coordinates"][:2]
            yield [float(lon), float(lat), _epoch(when), float(accuracy) if accuracy is not None else None]
        case _:
            return


def _times(said: Mapping) -> list:
    nested = said.get("coordinateProperties")
    found = said.get("coordTimes") or said.get("times") or (nested or {}).get("times") or []
    return found if isinstance(found, list) else []


def _line(corners: list, times: list) -> Iterator[Fix]:
    for place, corner in enumerate(corners):
        when = _epoch(times[place]) if place < len(times) else None
        yield [float(corner[0]), float(corner[1]), when, None]
