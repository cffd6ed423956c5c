"""`qingyuan places` answers with one document, or with a reason and the exit code 1."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
import shapely

from qingyuan.commands import places as command
from qingyuan.places.models import Zone
from tests.places.test_zones import SQUARE, collection
from tests.places_data import build_units, build_waters

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run the group as the command line does; returns the exit code and what was printed."""
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    asked = parser.parse_args(["places", *words])
    code = asked.handler(asked)
    return code, capsys.readouterr().out


@pytest.fixture(autouse=True)
def places() -> None:
    """The small real tree, some outlines, the seed waters."""
    build_units(outlines=True)
    build_waters()


def test_locate_names_units_zones_and_waters(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    file = tmp_path / "zones.geojson"
    file.write_bytes(collection(("园区（演示）", SQUARE)))
    code, printed = run(capsys, "import", str(file), "--kind", "park", "--unit", "济源", "--json")
    taken = json.loads(printed)
    assert (code, taken["taken"], taken["findings"]) == (0, 1, [])
    code, printed = run(capsys, "locate", "112.55", "35.05", "--json")
    document = json.loads(printed)
    assert code == 0
    assert [unit["code"] for unit in document["units"]] == ["419001", "410000", "000000"]
    answers = {zone["kind"]: zone["inside"] for zone in document["zones"]}
    assert answers["park"] is True
    assert answers["nature_reserve"] is None
    assert document["waters"][0]["name"] == "演示塘坝"
    code, printed = run(capsys, "locate", "112.55", "35.05")
    assert "所在区划：河南省济源市" in printed
    assert "自然保护区：不明（图层未载入）" in printed


def test_locate_reads_degrees_minutes_seconds_and_sees_the_wrong_order(capsys: pytest.CaptureFixture[str]):
    _code, printed = run(capsys, "locate", "35°3′N", "112°33′E", "--json")
    document = json.loads(printed)
    assert (document["longitude"], document["latitude"], document["swapped"]) == (112.55, 35.05, True)


def test_locate_says_unknown_where_no_outline_is(capsys: pytest.CaptureFixture[str]):
    code, printed = run(capsys, "locate", "87.6", "43.8")
    assert code == 0
    assert "所在区划：不明" in printed


@pytest.mark.parametrize("point", [("某处", "35"), ("12", "60"), ("500000", "3880000")])
def test_what_is_no_point_is_refused(point: tuple[str, str], capsys: pytest.CaptureFixture[str]):
    code, printed = run(capsys, "locate", *point, "--json")
    assert code == 1
    assert json.loads(printed)["refused"]["code"].startswith("coordinate.")


def test_a_broken_polygon_is_named_and_nothing_is_taken_in(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    bow = shapely.Polygon([(112, 35), (112.1, 35.1), (112.1, 35), (112, 35.1)])
    file = tmp_path / "zones.geojson"
    file.write_bytes(collection(("好（演示）", SQUARE), ("坏（演示）", bow)))
    code, printed = run(capsys, "import", str(file), "--kind", "nature_reserve", "--unit", "419001")
    assert code == 1
    assert "第 2 个要素“坏（演示）”：图形不合法：自相交" in printed
    assert not Zone.objects.exists()


@pytest.mark.parametrize(("unit", "name"), [("999999", "zones.geojson"), ("419001", "missing.geojson")])
def test_an_unknown_unit_or_file_is_refused(unit: str, name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    (tmp_path / "zones.geojson").write_bytes(collection(("园区（演示）", SQUARE)))
    code, printed = run(capsys, "import", str(tmp_path / name), "--kind", "park", "--unit", unit, "--json")
    assert code == 1
    assert "refused" in json.loads(printed)
