"""Map tiles are read back by a reader that is not ours."""

import math

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import tiles
from qingyuan.core.geometry import key_cell, morton_key, tile_range
from qingyuan.core.tiles import (
    EXTENT,
    MAX_OUTLETS,
    NO_OUTLETS,
    PUBLIC_CODES,
    STAGE_CODES,
    TYPE_CODES,
    GroupPoints,
    OutletPoints,
    encode,
    gather_cells,
    pixels,
    type_code,
)

pixel = st.integers(0, EXTENT)
outlet = st.tuples(
    st.integers(0, 2**35 - 1),
    pixel,
    pixel,
    st.integers(0, len(TYPE_CODES) - 1),
    st.integers(0, len(STAGE_CODES) - 1),
    st.integers(0, len(PUBLIC_CODES) - 1),
)
group = st.tuples(pixel, pixel, st.integers(1, 1_000_000))


def columns(rows, width):
    return [np.array([row[place] for row in rows], np.int64) for place in range(width)]


def read(tile):
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


@given(st.lists(outlet, min_size=1, max_size=60))
def test_what_is_written_of_outlets_is_read_back(rows):
    layer = read(encode(OutletPoints(*columns(rows, 6))))["outlets"]
    assert layer["version"] == 2
    assert layer["extent"] == EXTENT
    assert [
        (
            each["id"],
            *each["geometry"]["coordinates"],
            each["properties"]["type"],
            each["properties"]["stage"],
            each["properties"]["public"],
        )
        for each in layer["features"]
    ] == [
        (pk, x, y, TYPE_CODES[kind], STAGE_CODES[stage], PUBLIC_CODES[public]) for pk, x, y, kind, stage, public in rows
    ]


@given(st.lists(group, min_size=1, max_size=300), st.booleans())
def test_what_is_written_of_groups_is_read_back(rows, named):
    names = [f"第{n % 7}区" for _x, _y, n in rows] if named else ()
    layer = read(encode(NO_OUTLETS, GroupPoints(*columns(rows, 3), names)))["groups"]
    assert [(*each["geometry"]["coordinates"], each["properties"]["n"]) for each in layer["features"]] == rows
    if named:
        assert [each["properties"]["name"] for each in layer["features"]] == names


def test_a_tile_without_outlets_has_no_bytes():
    assert encode(NO_OUTLETS) == b""


def test_a_tile_of_the_most_outlets_it_may_hold_weighs_less_than_200_kb():
    rows = np.arange(MAX_OUTLETS, dtype=np.int64)
    few = rows % 3
    assert len(encode(OutletPoints(rows + 2**34, rows % EXTENT, rows % EXTENT, few, few, few))) <= 200 * 1024


def test_an_id_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="id"):
        encode(OutletPoints(np.array([2**35]), *(np.zeros(1, np.int64) for _column in range(5))))


@given(st.floats(73, 136), st.floats(3, 54), st.integers(0, 20))
def test_a_point_lies_at_its_pixel_of_its_tile(lon, lat, zoom):
    key = morton_key(lon, lat)
    x, y = pixels(np.array([key], np.int64), zoom)
    column, row = key_cell(key)
    side = 1 << (28 - zoom)
    assert abs(x[0] - column % side * EXTENT / side) <= max(1, EXTENT / side)
    assert abs(y[0] - row % side * EXTENT / side) <= max(1, EXTENT / side)
    assert 0 <= x[0] <= EXTENT
    first, last = tile_range(zoom, column // side, row // side)
    assert first <= key < last


@given(st.lists(st.tuples(st.integers(0, EXTENT - 1), st.integers(0, EXTENT - 1), st.integers(1, 500)), min_size=1))
def test_putting_cells_together_loses_no_outlet_and_keeps_the_middle(rows):
    x, y, n = columns(rows, 3)
    group_x, group_y, total, member = gather_cells(x, y, n)
    assert total.sum() == n.sum()
    assert len(total) <= tiles.CELLS**2
    side = EXTENT // tiles.CELLS
    assert (group_x // side == x[member] // side).all()
    assert (group_y // side == y[member] // side).all()
    if len(total) == 1:
        assert math.isclose(group_x[0], (x * n).sum() / n.sum(), abs_tol=1)


def test_a_type_is_told_by_its_letters_and_an_unknown_one_by_nothing():
    assert TYPE_CODES[type_code("GY.enterprise")] == "GY"
    assert TYPE_CODES[type_code("YH")] == "YH"
    assert TYPE_CODES[type_code("")] == ""
    assert TYPE_CODES[type_code("xx.other")] == ""
