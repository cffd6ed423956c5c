"""Outlines for maps: counties, zones and assessed sections of a rectangle as GeoJSON features, simplified.

Counties are no secret. Zones and sections are shown where the asker's territory is (`paths`) and on his waters
(`water_paths`); the zones of a unit above count where they reach into the territory's outline.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import shapely
from django.db.models import Max, Min, Q, QuerySet

from qingyuan.core.geometry import Bbox
from qingyuan.core.zones import LABELS, ProtectionLevel, ZoneKind
from qingyuan.places.models import Boundary, Level, Section, Zone
from qingyuan.places.paths import ancestors_of, within_q

Feature = Mapping[str, object]
COUNTY_DEG, ZONE_DEG = 0.001, 0.0003  # about 100 m and 30 m: what may be lost of an outline
MOST = 2_000


def collection(features: Iterable[Feature]) -> str:
    """A GeoJSON FeatureCollection in CGCS2000 degrees."""
    return json.dumps(
        {"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False, separators=(",", ":")
    )


def counties(box: Bbox) -> list[Feature]:
    """The outlines of the counties that touch a rectangle, with their names."""
    rows = Boundary.objects.filter(_touching(box), unit__level=Level.COUNTY, unit__valid_to=None)
    return [
        _feature(f"county:{path}", wkb, COUNTY_DEG, kind="county", name=name)
        for path, name, wkb in rows.values_list("unit__path", "unit__name", "geometry")[:MOST]
    ]


def zones(box: Bbox, *, paths: Collection[str], water_paths: Collection[str] = (), on: date) -> list[Feature]:
    """The zones in force on a day that touch a rectangle, within the scope."""
    scope = Q(pk__in=[])
    for path in paths:
        scope |= within_q("unit__path", path) if path else Q(pk__isnull=False)
        above = ancestors_of(path, itself=False)
        around = extent(path)
        if above and around is not None:
            scope |= Q(_touching(around), unit__path__in=above)
    for path in water_paths:
        scope |= within_q("functional_zone__water__path", path)
    in_force = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))
    rows: QuerySet[Zone] = Zone.objects.filter(scope, in_force, _touching(box), geometry__isnull=False)
    return [
        _feature(
            f"zone:{zone.pk}",
            zone.geometry,
            ZONE_DEG,
            kind="zone",
            zone=zone.kind,
            name=zone.name,
            label=LABELS[ZoneKind(zone.kind)] + LABELS[ProtectionLevel(zone.level)],
            source=zone.source,
            map_number=zone.map_number,
            demo=zone.is_demo,
        )
        for zone in rows.order_by("pk")[:MOST]
    ]


def sections(box: Bbox, *, paths: Collection[str], water_paths: Collection[str] = ()) -> list[Feature]:
    """The assessed sections with a position in a rectangle, within the scope."""
    scope = Q(pk__in=[])
    for path in paths:
        scope |= within_q("unit__path", path) if path else Q(pk__isnull=False)
    for path in water_paths:
        scope |= within_q("water__path", path)
    west, south, east, north = box
    rows = Section.objects.filter(scope, longitude_deg__range=(west, east), latitude_deg__range=(south, north))
    return [
        {
            "type": "Feature",
            "id": f"section:{section.pk}",
            "properties": {
                "kind": "section",
                "name": section.name,
                "water": section.water.name,
                "target": section.target_class,
                "demo": section.is_demo,
            },
            "geometry": {"type": "Point", "coordinates": [section.longitude_deg, section.latitude_deg]},
        }
        for section in rows.select_related("water").order_by("pk")[:MOST]
    ]


def extent(path: str) -> Bbox | None:
    """The rectangle around a unit: its outline, those of the units below it, or of the nearest above; None unknown."""
    for here in reversed(ancestors_of(path)):
        found = Boundary.objects.filter(within_q("unit__path", here)).aggregate(
            west=Min("west_deg"), south=Min("south_deg"), east=Max("east_deg"), north=Max("north_deg")
        )
        if found["west"] is not None:
            return found["west"], found["south"], found["east"], found["north"]
    return None


def map_numbers(path: str) -> tuple[str, ...]:
    """The 审图号 of the outlines loaded for a unit; empty when none states one."""
    stated = Boundary.objects.filter(within_q("unit__path", path)).exclude(map_number="")
    return tuple(sorted(set(stated.values_list("map_number", flat=True))))


def sources(path: str) -> tuple[str, ...]:
    """Who drew the outlines loaded for a unit; empty when none says so."""
    stated = Boundary.objects.filter(within_q("unit__path", path)).exclude(source="")
    return tuple(sorted(set(stated.values_list("source", flat=True))))


def _touching(box: Bbox) -> Q:
    west, south, east, north = box
    return Q(west_deg__lte=east, east_deg__gte=west, south_deg__lte=north, north_deg__gte=south)


def _feature(key: str, wkb: bytes | memoryview | None, tolerance_deg: float, **properties: object) -> Feature:
    shape = shapely.simplify(shapely.from_wkb(bytes(wkb or b"")), tolerance_deg)
    rounded = json.loads(shapely.to_geojson(shapely.set_precision(shape, 0.00001, mode="pointwise")))
    kept = {name: value for name, value in properties.items() if value not in ("", False, None)}
    return {"type": "Feature", "id": key, "properties": kept, "geometry": rounded}
