"""Points in units and zones: yes, no, or nobody can tell."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE as BY
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.refusal import Refused
from qingyuan.core.zones import LABELS, ZoneKind, fact_of
from qingyuan.ledger.models import Entry
from qingyuan.places import actions, queries
from qingyuan.places.models import Layer, Unit, Zone
from tests.places_data import AT, RECTANGLES, build_units, build_waters

pytestmark = pytest.mark.django_db
ON = date(2023, 6, 1)


@pytest.fixture(autouse=True)
def units() -> dict[str, Unit]:
    """The small real tree, some counties with a rectangle for an outline."""
    return build_units(outlines=True)


def collection(*features: tuple[str, object], **properties: str) -> bytes:
    """A GeoJSON file of named shapes."""
    listed = [
        {
            "type": "Feature",
            "properties": {"name": name, **properties},
            "geometry": shape.__geo_interface__ if isinstance(shape, shapely.Geometry) else shape,
        }
        for name, shape in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed}, ensure_ascii=False).encode()


def take_in(content: bytes, unit: Unit, kind: ZoneKind = ZoneKind.PARK, **more: object) -> actions.ZoneImport:
    """Import zones on a day."""
    return actions.import_zones(
        content, kind=kind, unit=unit, source="演示", by=BY, at=AT, on=more.pop("on", ON), **more
    )


SQUARE = shapely.box(112.5, 35.0, 112.6, 35.1)


def test_a_point_is_located_from_the_county_up():
    found = queries.locate(112.6, 35.07)
    assert [unit.name for unit in found.units] == ["济源市", "河南省", "中华人民共和国"]
    assert queries.unit_for_point(113.3, 40.1).name == "平城区"


def test_where_no_polygon_is_the_unit_is_unknown():
    found = queries.locate(87.6, 43.8)
    assert not found.known
    assert found.path == ""
    assert queries.unit_for_point(87.6, 43.8) is None


@pytest.mark.parametrize(
    ("code", "lon", "lat", "answer"),
    [
        ("419001", 112.6, 35.07, True),
        ("419001", 113.6, 35.07, False),
        ("419001001", 113.6, 35.07, False),  # outside its county
        ("419001001", 112.6, 35.07, None),  # a town has no outline
        ("140200", 113.3, 40.1, True),  # in one of its counties
        ("140200", 112.6, 35.07, None),  # some counties of 大同 have no outline here
        ("140000", 112.6, 35.07, None),
    ],
)
def test_inside_a_unit_is_yes_no_or_unknown(code: str, lon: float, lat: float, answer: bool | None):
    assert queries.inside(queries.unit(code), lon, lat) is answer


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(RECTANGLES)), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_many_points_and_one_point_get_the_same_answer(code: str, right: float, up: float):
    west, south, east, north = RECTANGLES[code]
    lon, lat = west + right * (east - west), south + up * (north - south)
    assert queries.outlines().county_of(lon, lat) == queries.unit_for_point(lon, lat).path
    assert queries.outlines().inside(queries.unit(code).path, lon, lat) is True


def test_a_layer_that_was_never_loaded_answers_cannot_tell(units: dict[str, Unit]):
    assert {one.inside for one in queries.zones_at(112.55, 35.05, ON).values()} == {None}
    take_in(collection(("虎岭园区（演示）", SQUARE)), units["419001"])
    inside = queries.zones_at(112.55, 35.05, ON)
    outside = queries.zones_at(112.3, 35.2, ON)
    assert inside[ZoneKind.PARK].inside is True
    assert [zone.name for zone in inside[ZoneKind.PARK].zones] == ["虎岭园区（演示）"]
    assert outside[ZoneKind.PARK].inside is False
    assert outside[ZoneKind.NATURE_RESERVE].inside is None


def test_a_layer_covers_the_units_below_and_none_beside(units: dict[str, Unit]):
    take_in(collection(("园区（演示）", shapely.box(113.3, 40.05, 113.35, 40.1))), units["140200"])
    assert queries.layer_loaded("park", "1402")
    assert queries.layer_loaded("park", "140213001")
    assert not queries.layer_loaded("park", "14")
    assert not queries.layer_loaded("park", "140825")
    assert queries.layers_loaded("140213") == {ZoneKind.PARK}
    assert queries.zones_at(113.3, 40.15, ON, unit_path="140213")[ZoneKind.PARK].inside is False


def test_levels_of_a_drinking_water_zone_are_kept(units: dict[str, Unit]):
    content = collection(("水源地（演示）", SQUARE), 级别="一级保护区")
    take_in(content, units["419001"], ZoneKind.DRINKING_WATER)
    assert Zone.objects.get().level == "first"


BROKEN = {
    "自相交": {"type": "Polygon", "coordinates": [[[112, 35], [112.1, 35.1], [112.1, 35], [112, 35.1], [112, 35]]]},
    "线": {"type": "LineString", "coordinates": [[112, 35], [112.1, 35.1]]},
    "米制": {"type": "Polygon", "coordinates": [[[5e5, 3.8e6], [5.1e5, 3.8e6], [5.1e5, 3.9e6], [5e5, 3.8e6]]]},
    "两点": {"type": "Polygon", "coordinates": [[[112, 35], [112.1, 35.1]]]},
    "空": None,
    "乱": {"type": "Polygon", "coordinates": "坐标"},
    "无类型": {"coordinates": []},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_polygon_is_a_finding_naming_the_feature_and_nothing_is_taken_in(name: str, units: dict[str, Unit]):
    done = take_in(collection(("好的（演示）", SQUARE), (name, BROKEN[name])), units["419001"])
    assert done.taken == 0
    assert [(finding.feature, finding.name) for finding in done.findings] == [(2, name)]
    assert not Zone.objects.exists()
    assert not Layer.objects.exists()
    assert not Entry.objects.filter(act="places.import_zones").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b'{"type": "Feature"}', b'{"type":"FeatureCollection","features":[]}']
)
def test_a_file_that_is_no_collection_is_refused(content: bytes, units: dict[str, Unit]):
    with pytest.raises(Refused):
        take_in(content, units["419001"])


@given(st.binary(max_size=200))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_refused_or_taken_in_never_a_crash(content: bytes):
    with pytest.raises(Refused):
        take_in(content, queries.unit("419001"))


def test_a_feature_without_a_name_is_a_finding(units: dict[str, Unit]):
    done = take_in(collection(("", SQUARE)), units["419001"])
    assert [finding.code for finding in done.findings] == ["field.name"]


def test_a_new_version_of_a_layer_ends_the_old_zones_on_its_day(units: dict[str, Unit]):
    take_in(collection(("旧（演示）", SQUARE)), units["419001"])
    take_in(collection(("新（演示）", shapely.box(112.2, 35.0, 112.3, 35.1))), units["419001"], on=date(2024, 1, 1))
    old = queries.zones_at(112.55, 35.05, date(2023, 12, 31))
    new = queries.zones_at(112.55, 35.05, date(2024, 1, 1))
    assert old[ZoneKind.PARK].inside is True
    assert new[ZoneKind.PARK].inside is False
    assert Entry.objects.filter(act="places.import_zones").count() == 2


def test_a_retired_zone_holds_nothing_from_its_day_on(units: dict[str, Unit]):
    take_in(collection(("园区（演示）", SQUARE)), units["419001"])
    actions.retire_zone(Zone.objects.get(), on=date(2024, 1, 1), source="撤销文件", by=BY, at=AT)
    assert queries.zones_at(112.55, 35.05, date(2024, 1, 1))[ZoneKind.PARK].inside is False
    assert queries.zones_at(112.55, 35.05, date(2023, 12, 31))[ZoneKind.PARK].inside is True


def test_who_may_not_keep_places_here_imports_nothing(units: dict[str, Unit]):
    elsewhere = Actor("2", "审核员", (Grant(Role.REVIEWER, Reach(unit_paths=frozenset({"1402"}))),))
    with pytest.raises(Refused):
        actions.import_zones(
            collection(("园区", SQUARE)),
            kind=ZoneKind.PARK,
            unit=units["419001"],
            source="演示",
            by=elsewhere,
            at=AT,
            on=ON,
        )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.floats(112.0, 112.74), st.floats(34.86, 35.29)), max_size=20))
def test_zones_in_bulk_are_the_zones_one_by_one(points: list[tuple[float, float]]):
    actions.demo_zones(queries.unit("419001"), by=BY, at=AT)
    bulk = queries.zones_for_points(points, on=ON)
    for (lon, lat), found in zip(points, bulk, strict=True):
        singly = queries.zones_at(lon, lat, ON, unit_path="419001")
        assert found == {zone.pk for one in singly.values() for zone in one.zones}


def test_demonstration_zones_are_marked_and_drawn_once(units: dict[str, Unit]):
    drawn = actions.demo_zones(units["419001"], by=BY, at=AT)
    assert drawn == Zone.objects.count() >= 10
    assert all(zone.is_demo and zone.name.endswith("（演示）") for zone in Zone.objects.all())
    assert actions.demo_zones(units["419001"], by=BY, at=AT + timedelta(days=1)) == 0
    with pytest.raises(Refused) as refused:
        actions.demo_zones(units["410526"], by=BY, at=AT)
    assert refused.value.refusal.code == "places.no_outline"


def test_the_distance_to_a_water_is_in_metres():
    build_waters()
    river = queries.water("DA0003")
    full = type(river).objects.get(pk=river.pk)
    on_the_line = queries.distance_to_water_m(full, 112.5, 35.13)
    beside = queries.distance_to_water_m(full, 112.5, 35.14)
    assert on_the_line == pytest.approx(0, abs=1)
    assert 500 < beside < 1_112
    nearest = queries.nearest_waters(112.5, 35.13, within_m=5_000)
    assert nearest[0][0].name == "蟒河"
    assert [metres for _water, metres in nearest] == sorted(metres for _water, metres in nearest)


def test_every_kind_has_a_label_and_a_fact():
    assert all(LABELS[kind] for kind in ZoneKind)
    assert fact_of(ZoneKind.PARK) == "in_park"
    assert fact_of(ZoneKind.SPRING_BASIN) == "in_zone_spring_basin"
