"""Zones from files and for demonstration. A file is taken in whole or not at all, every fault named by feature."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import transaction
from shapely import affinity
from shapely.geometry import shape

from qingyuan.core.access import Actor
from qingyuan.core.geometry import CHINA_DEG, metres_per_degree
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import Status
from qingyuan.core.zones import LABELS, ProtectionLevel, ZoneFinding, ZoneKind
from qingyuan.ledger import actions as ledger
from qingyuan.places import guards
from qingyuan.places.locating import read_shape
from qingyuan.places.models import Boundary, Layer, Unit, Zone
from qingyuan.places.paths import within_q

_LEVEL_WORDS = {"一级": ProtectionLevel.FIRST, "二级": ProtectionLevel.SECOND, "准": ProtectionLevel.QUASI}


@dataclass(frozen=True, slots=True)
class ZoneImport:
    """What came of a file: zones taken in, or the findings for which nothing was taken in."""

    taken: int
    findings: tuple[ZoneFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Feature:
    number: int
    name: str
    level: ProtectionLevel
    shape: shapely.Geometry


@transaction.atomic
def import_zones(
    content: bytes,
    *,
    kind: ZoneKind,
    unit: Unit,
    source: str,
    by: Actor,
    at: datetime,
    on: date,
    map_number: str = "",
    whole_layer: bool = True,
) -> ZoneImport:
    """Take in the zones of one kind in a unit from a GeoJSON FeatureCollection in CGCS2000 degrees.

    `whole_layer` says that the file holds all zones of the kind in the unit: zones in force there end on the day `on`,
    and from now on a point outside is "no" and not "cannot tell". Any finding: nothing is taken in.
    """
    require(guards.maintain(by, unit))
    findings: list[ZoneFinding] = []
    features = []
    for read in _features(content):
        if isinstance(read, ZoneFinding):
            findings.append(read)
        else:
            features.append(read)
    if findings:
        return ZoneImport(0, tuple(findings))
    if not features:
        raise Refused(Refusal("places.no_features", _("文件中没有图形。")))
    if whole_layer:
        old = Zone.objects.filter(within_q("unit__path", unit.path), kind=kind, valid_to=None)
        old.update(valid_to=on)  # what began the same day was never in force
        values = {"loaded_at": at, "source": source, "is_demo": False}
        Layer.objects.update_or_create(kind=kind, unit=unit, defaults=values)
    made = [
        _zone(one, kind=kind, unit=unit, source=source, map_number=map_number, on=on, at=at, is_demo=False)
        for one in features
    ]
    Zone.objects.bulk_create(made)
    _record(unit, kind, [one.name for one in made], source, "places.import_zones", by=by, at=at, on=on)
    return ZoneImport(len(made))


def _features(content: bytes) -> Iterator[_Feature | ZoneFinding]:
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise Refused(Refusal("file.unreadable", _("文件不是有效的 GeoJSON。"))) from fault
    if (
        not isinstance(read, dict)
        or read.get("type") != "FeatureCollection"
        or not isinstance(read.get("features"), list)
    ):
        raise Refused(Refusal("file.not_collection", _("文件应为 GeoJSON 要素集（FeatureCollection）。")))
    for number, feature in enumerate(read["features"], start=1):
        yield _feature(number, feature)


def _feature(number: int, feature: object) -> _Feature | ZoneFinding:
    given = feature.get("properties") if isinstance(feature, Mapping) else None
    properties = given if isinstance(given, Mapping) else {}
    name = str(properties.get("name") or properties.get("名称") or "").strip()

    def finding(code: str, text: str) -> ZoneFinding:
        return ZoneFinding(number, name, code, text)

    if not name:
        return finding("field.name", _("要素缺少名称。"))
    try:
        polygon = shape(feature["geometry"])  # type: ignore[index]
        kind = polygon.geom_type
    except (TypeError, KeyError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return finding("geometry.unreadable", _("图形无法读取。"))
    if kind not in ("Polygon", "MultiPolygon") or polygon.is_empty:
        return finding("geometry.kind", _("图形应为面。"))
    if not shapely.is_valid(polygon):
        return finding("geometry.invalid", _("图形不合法：%(why)s。") % {"why": _why(shapely.is_valid_reason(polygon))})
    west, south, east, north = polygon.bounds
    if not (CHINA_DEG[0] <= west and CHINA_DEG[1] <= south and east <= CHINA_DEG[2] and north <= CHINA_DEG[3]):
        return finding("coordinate.outside_china", _("图形不在中国范围内，请核对坐标系（应为经纬度，CGCS2000）。"))
    return _Feature(
        number, name, _level(str(properties.get("level") or properties.get("级别") or "")), shapely.force_2d(polygon)
    )


def _why(reason: str) -> str:
    words = {"Self-intersection": _("自相交"), "Ring Self-intersection": _("环自相交"), "Too few points": _("点数不足")}
    what, _bracket, where = reason.partition("[")
    place = f"（{where.rstrip(']')}）" if where else ""
    return words.get(what, _("不闭合或重叠")) + place


def _level(text: str) -> ProtectionLevel:
    for words, level in _LEVEL_WORDS.items():
        if text.startswith(words):
            return level
    return ProtectionLevel(text) if text in set(ProtectionLevel) else ProtectionLevel.NONE


def _zone(
    one: _Feature, *, kind: ZoneKind, unit: Unit, source: str, map_number: str, on: date, at: datetime, is_demo: bool
) -> Zone:
    west, south, east, north = one.shape.bounds
    return Zone(
        kind=kind,
        name=one.name,
        level=one.level,
        unit=unit,
        valid_from=None if is_demo else on,
        recorded_at=at,
        is_demo=is_demo,
        status=Status.PROPOSED if is_demo else Status.READ,
        source=source,
        map_number=map_number,
        geometry=shapely.to_wkb(one.shape),
        west_deg=west,
        south_deg=south,
        east_deg=east,
        north_deg=north,
    )


@transaction.atomic
def retire_zone(zone: Zone, *, on: date, source: str, by: Actor, at: datetime) -> None:
    """A zone is no longer in force from a day on."""
    require(guards.maintain(by, zone.unit))
    Zone.objects.filter(pk=zone.pk).update(valid_to=on)
    changes = {"valid_to": (zone.valid_to, on)}
    details = {"source": source}
    ledger.record(("zone", str(zone.pk)), "zone.retire", by=by, at=at, occurred=on, changes=changes, details=details)


# Kind, level, where the middle lies (parts of the unit's half width and height from its middle), radius in metres.
_DEMO = (
    (ZoneKind.DRINKING_WATER, ProtectionLevel.FIRST, (-0.45, 0.35), 600),
    (ZoneKind.DRINKING_WATER, ProtectionLevel.SECOND, (-0.45, 0.35), 2_000),
    (ZoneKind.DRINKING_WATER, ProtectionLevel.QUASI, (-0.45, 0.35), 4_000),
    (ZoneKind.NATURE_PROTECTED, ProtectionLevel.NONE, (0.5, 0.45), 4_000),
    (ZoneKind.NATURE_RESERVE, ProtectionLevel.NONE, (0.5, 0.45), 2_500),
    (ZoneKind.ECOLOGICAL_REDLINE, ProtectionLevel.NONE, (0.45, 0.4), 6_000),
    (ZoneKind.SPRING_BASIN, ProtectionLevel.NONE, (-0.3, -0.3), 2_500),
    (ZoneKind.PARK, ProtectionLevel.NONE, (0.2, -0.2), 2_500),
    (ZoneKind.SEWER_NETWORK, ProtectionLevel.NONE, (0.0, 0.0), 5_000),
    (ZoneKind.URBAN_FRINGE, ProtectionLevel.NONE, (0.0, 0.0), 8_000),
    (ZoneKind.OTHER_SPECIAL, ProtectionLevel.NONE, (-0.5, -0.45), 1_500),
)


@transaction.atomic
def demo_zones(unit: Unit, *, by: Actor, at: datetime) -> int:
    """Draw made-up zones of every kind in a unit for a demonstration, each marked 演示; doing it twice adds none.

    The layers count as loaded for the unit, so a demonstration answers yes and no. Returns how many were drawn.
    """
    require(guards.maintain(by, unit))
    if Zone.objects.filter(unit=unit, is_demo=True).exists():
        return 0
    outline = _outline_of(unit)
    west, south, east, north = outline.bounds
    middle = outline.representative_point()
    source = _("演示示意，非真实边界")
    made: list[Zone] = []
    for kind, level, (right, up), radius_m in _DEMO:
        lon = middle.x + right * (east - west) / 2
        lat = middle.y + up * (north - south) / 2
        reach_m = min(radius_m, 0.2 * (north - south) * 111_000)
        drawn = shapely.intersection(_ring(lon, lat, reach_m), outline)
        if drawn.geom_type not in ("Polygon", "MultiPolygon") or drawn.is_empty:
            drawn = _ring(middle.x, middle.y, reach_m)
        name = f"{unit.name}{LABELS[kind]}{LABELS[level]}（演示）"
        feature = _Feature(len(made) + 1, name, level, drawn)
        made.append(
            _zone(feature, kind=kind, unit=unit, source=source, map_number="", on=at.date(), at=at, is_demo=True)
        )
    Zone.objects.bulk_create(made)
    for kind in {ZoneKind(one.kind) for one in made}:
        Layer.objects.get_or_create(kind=kind, unit=unit, defaults={"loaded_at": at, "source": source, "is_demo": True})
    _record(unit, None, [one.name for one in made], source, "places.demo_zones", by=by, at=at, on=at.date())
    return len(made)


def _ring(lon: float, lat: float, radius_m: float) -> shapely.Geometry:
    """An uneven ring of 24 corners, so that nobody takes it for a real border."""
    east_m, north_m = metres_per_degree(lat)
    turns = [2 * math.pi * corner / 24 for corner in range(24)]
    corners = [
        (radius * math.cos(turn), radius * math.sin(turn))
        for turn, radius in ((turn, radius_m * (1 + 0.15 * math.sin(3 * turn))) for turn in turns)
    ]
    return affinity.affine_transform(shapely.Polygon(corners), [1 / east_m, 0, 0, 1 / north_m, lon, lat])


def _outline_of(unit: Unit) -> shapely.Geometry:
    rows = Boundary.objects.filter(within_q("unit__path", unit.path)).values_list("geometry", flat=True)
    shapes = [read_shape(wkb) for wkb in rows]
    if not shapes:
        raise Refused(Refusal("places.no_outline", _("%(unit)s没有界线数据，无法绘制演示区域。"), {"unit": unit.name}))
    return shapely.union_all(shapes)


def _record(
    unit: Unit, kind: ZoneKind | None, names: list[str], source: str, act: str, *, by: Actor, at: datetime, on: date
) -> None:
    details = {"kind": kind or "", "zones": names, "source": source}
    subject = ("layer", f"{kind or 'demo'}:{unit.code}")
    ledger.record(subject, act, by=by, at=at, occurred=on, details=details)
