"""Cells of the map counted as one goes: a large basin is drawn from them, and they are what counting gives."""

from __future__ import annotations

from decimal import Decimal

import mapbox_vector_tile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.access import Role
from qingyuan.core.geometry import KEY_ZOOM, morton_key, tile_range
from qingyuan.core.tiles import CELLS, PYRAMID_LEVELS, pyramid_cell, pyramid_level
from qingyuan.registry import actions, tallies, tiles
from qingyuan.registry.models import TileTally
from tests import build

degrees = st.tuples(st.floats(73.0, 135.9), st.floats(3.0, 53.9))


@given(degrees, st.integers(0, 7))
def test_a_tile_below_eight_holds_whole_counted_cells(point, zoom):
    """So that a tile is one range of cells, and no cell is counted in two tiles."""
    key, level = morton_key(*point), pyramid_level(zoom)
    tile = key >> 2 * (KEY_ZOOM - zoom)
    x = y = 0
    for bit in range(zoom):
        x |= (tile >> 2 * bit & 1) << bit
        y |= (tile >> 2 * bit + 1 & 1) << bit
    first, end = tile_range(zoom, x, y)
    assert first <= key < end
    assert pyramid_cell(level, first) <= pyramid_cell(level, key) <= pyramid_cell(level, end - 1)
    assert level - zoom >= CELLS.bit_length() - 1, "the cells of a tile are at least as fine as its groups"


@given(degrees, degrees)
def test_cells_of_different_levels_never_share_a_number(one, other):
    first, second = PYRAMID_LEVELS
    assert pyramid_cell(first, morton_key(*one)) != pyramid_cell(second, morton_key(*other))


@pytest.fixture
def register(db):
    build.country()
    for code, river, at in (
        ("140825", "汾河", ("111.20", "35.60")),
        ("140825", "汾河", ("111.21", "35.61")),
        ("140825", "汾河", ("111.90", "35.90")),
        ("419001", "蟒河", ("112.60", "35.10")),
    ):
        position = (Decimal(at[0]), Decimal(at[1]))
        build.outlet(build.unit(code), receiving=build.water(river), position=position)


def total(actor, zoom: int, wanted: tiles.Wanted) -> int:
    """What all tiles of a zoom add up to."""
    found = 0
    for x in range(2**zoom):
        for y in range(2**zoom):
            if drawn := tiles.tile(actor, zoom, x, y, wanted):
                for layer in mapbox_vector_tile.decode(drawn).values():
                    found += sum(int(one["properties"].get("n", 1)) for one in layer["features"])
    return found


@pytest.mark.parametrize("zoom", [0, 3, 5])
def test_a_large_basin_is_told_of_exactly_its_outlets(register, monkeypatch, zoom):
    monkeypatch.setattr(tiles, "LIVE_AT_MOST", 0)
    basin = build.water("汾河").path
    chief = build.actor(Role.RIVER_CHIEF, None, water=build.water("汾河"))
    nation = build.actor(Role.REVIEWER, build.unit("000000"))
    assert total(chief, zoom, tiles.Wanted()) == 3
    assert total(nation, zoom, tiles.Wanted(water_path=basin)) == 3
    assert total(nation, zoom, tiles.Wanted(water_path=basin, types=frozenset({"GY"}))) == 0
    assert total(nation, zoom, tiles.Wanted(water_path=basin, types=frozenset({"none"}))) == 3


def test_a_move_and_a_correction_keep_the_cells_proved(register):
    found = build.outlet(build.unit("140825"), receiving=build.water("汾河"))
    assert tallies.differences() == []
    values = {"longitude_deg": Decimal("111.30"), "latitude_deg": Decimal("35.70")}
    actions.correct(found, values=values, reason="坐标有误", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    build.walk(found, build.Stage.CLASSIFIED, on=build.DAY)
    assert tallies.differences() == []
    before = dict(TileTally.objects.values_list("cell", "n"))
    assert tallies.fold() > 0
    assert tallies.differences() == []
    assert before


def test_a_cell_that_was_tampered_with_is_found(register):
    TileTally.objects.filter(pk=TileTally.objects.order_by("pk").values("pk")[:1]).update(n=7)
    assert [cell[0] for cell, _tally, _register in tallies.differences()] == [tallies.TILE]
