"""Datums, written coordinates and tile keys obey their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import geometry
from qingyuan.core.geometry import Angle, CoordinateFault, Datum, Point, ProjectedPoint

longitudes = st.floats(73.5, 135.0)
latitudes = st.floats(3.5, 53.5)


@given(longitudes, latitudes, st.sampled_from(Datum))
def test_a_point_comes_back_from_every_datum_to_a_ten_millionth_of_a_degree(lon: float, lat: float, datum: Datum):
    there = geometry.from_cgcs2000(lon, lat, datum)
    back = geometry.to_cgcs2000(*there, datum)
    assert back == pytest.approx((lon, lat), abs=1e-7)


@given(longitudes, latitudes)
def test_public_maps_shift_a_point_by_less_than_a_kilometre(lon: float, lat: float):
    assert geometry.distance_m(lon, lat, *geometry.cgcs2000_to_gcj02(lon, lat)) < 1_500


@pytest.mark.parametrize(("lon", "lat"), [(139.7, 35.7), (2.35, 48.85), (-74.0, 40.7), (151.2, -33.9)])
def test_outside_the_country_nothing_is_shifted(lon: float, lat: float):
    assert geometry.cgcs2000_to_gcj02(lon, lat) == (lon, lat)
    assert geometry.gcj02_to_cgcs2000(lon, lat) == (lon, lat)


def test_the_shift_at_beijing_is_the_known_one():
    lon, lat = geometry.cgcs2000_to_gcj02(116.404, 39.915)
    assert (lon, lat) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    assert geometry.gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-6)


@given(longitudes, latitudes, longitudes, latitudes)
def test_distance_is_symmetric_and_nought_only_at_home(a: float, b: float, c: float, d: float):
    assert geometry.distance_m(a, b, c, d) == pytest.approx(geometry.distance_m(c, d, a, b))
    assert geometry.distance_m(a, b, a, b) == 0


def test_one_degree_of_latitude_is_111_kilometres():
    assert geometry.distance_m(112, 35, 112, 36) == pytest.approx(111_195, abs=5)


@given(longitudes, latitudes, st.floats(1, 50_000))
def test_the_rectangle_around_a_point_holds_the_circle(lon: float, lat: float, radius: float):
    west, south, east, north = geometry.bbox_around(lon, lat, radius)
    assert geometry.distance_m(lon, lat, east, lat) >= radius * 0.999
    assert geometry.distance_m(lon, lat, lon, south) >= radius * 0.999
    assert geometry.bbox_holds((west, south, east, north), lon, lat)


@pytest.mark.parametrize(
    ("written", "degrees", "axis"),
    [
        ("112.345678", 112.345678, ""),
        ("１１２．３４５６", 112.3456, ""),
        ("112°20′44.4″", 112.3456666667, ""),
        ("112度20分44.4秒", 112.3456666667, ""),
        ("112 20 44.4", 112.3456666667, ""),
        ("112:20:44.4", 112.3456666667, ""),
        ("112°20'44.4''", 112.3456666667, ""),
        ("东经112°20′", 112.3333333333, "lon"),
        ("N35°4′", 35.0666666667, "lat"),
        ("35°4′12″N", 35.07, "lat"),
        ("112.5°", 112.5, ""),
        ("112°20.5′", 112.3416666667, ""),
        (112.5, 112.5, ""),
    ],
)
def test_every_usual_writing_of_an_angle_is_read(written: str | float, degrees: float, axis: str):
    angle = geometry.parse_angle(written)
    assert isinstance(angle, Angle)
    assert angle.degrees == pytest.approx(degrees, abs=1e-9)
    assert angle.axis == axis


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "coordinate.missing"),
        ("在河边", "coordinate.unreadable"),
        ("112°61′", "coordinate.minutes"),
        ("112..5", "coordinate.unreadable"),
        ("3.5E1", "coordinate.unreadable"),
        (float("nan"), "coordinate.unreadable"),
    ],
)
def test_what_is_no_angle_is_a_fault_with_a_reason(written: str | float, code: str):
    fault = geometry.parse_angle(written)
    assert isinstance(fault, CoordinateFault)
    assert fault.code == code


@given(st.floats(73.1, 135.9), st.floats(3.1, 53.9))
def test_degrees_minutes_seconds_say_the_same_as_decimals(lon: float, lat: float):
    def written(value: float) -> str:
        milliseconds = round(value * 3_600_000)
        degrees, rest = divmod(milliseconds, 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        return f"{degrees}°{minutes}′{rest / 1000:.3f}″"

    read = geometry.read_pair(f"东经{written(lon)}，北纬{written(lat)}")
    assert isinstance(read, Point)
    assert (read.longitude_deg, read.latitude_deg) == pytest.approx((lon, lat), abs=2e-7)
    assert not read.swapped


@pytest.mark.parametrize(
    "written",
    ["112.60,35.07", "112.60， 35.07", "112.60 35.07", "东经112.60 北纬35.07", "112.60、35.07", "112.60E 35.07N"],
)
def test_one_cell_may_hold_both(written: str):
    assert geometry.read_pair(written) == Point(112.6, 35.07, "decimal")


def test_the_wrong_order_is_seen_and_said():
    assert geometry.read_point("35.07", "112.60") == Point(112.6, 35.07, "decimal", swapped=True)
    assert geometry.read_pair("北纬35.07，东经112.60") == Point(112.6, 35.07, "decimal", swapped=True)


def test_a_point_abroad_is_a_fault():
    fault = geometry.read_point("12.6", "65.07")
    assert isinstance(fault, CoordinateFault)
    assert fault.code == "coordinate.outside_china"


def test_metres_are_recognised_with_their_zone():
    assert geometry.read_point("38423456.7", "3882345.1") == ProjectedPoint(38423456.7, 3882345.1, 38)
    assert geometry.read_point("3882345.1", "38423456.7") == ProjectedPoint(38423456.7, 3882345.1, 38, swapped=True)
    assert geometry.read_point("423456.7", "3882345.1") == ProjectedPoint(423456.7, 3882345.1, None)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=30))
def test_keys_one_by_one_and_column_wise_are_the_same(points: list[tuple[float, float]]):
    lon, lat = (np.array(column) for column in zip(*points, strict=True))
    assert geometry.morton_keys(lon, lat).tolist() == [geometry.morton_key(*point) for point in points]


@given(longitudes, latitudes)
def test_a_key_leads_back_to_its_point_within_a_fifth_of_a_metre(lon: float, lat: float):
    assert geometry.distance_m(lon, lat, *geometry.key_point(geometry.morton_key(lon, lat))) < 0.2


@given(longitudes, latitudes, st.integers(0, 28))
def test_a_tile_is_one_range_of_keys(lon: float, lat: float, zoom: int):
    key = geometry.morton_key(lon, lat)
    x, y = (part >> (geometry.KEY_ZOOM - zoom) for part in geometry.key_cell(key))
    first, last = geometry.tile_range(zoom, x, y)
    assert first <= key < last
    assert list(geometry.tiles_over((lon, lat, lon, lat), zoom)) == [(x, y)]


def test_a_tile_that_is_not_is_refused():
    with pytest.raises(ValueError, match="9"):
        geometry.tile_range(3, 9, 0)
