"""Units are found by code, by name and by old code; a load may be repeated."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from qingyuan.core.access import CONSOLE as BY
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger.models import Entry
from qingyuan.places import actions, loading, queries
from qingyuan.places.data import build
from qingyuan.places.models import Boundary, DivisionChange, Unit
from tests.places_data import AT, build_units, unit_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> dict[str, Unit]:
    """The small real tree."""
    return build_units()


def test_jiyuan_is_a_child_of_its_province(units: dict[str, Unit]):
    assert units["419001"].parent == units["410000"]
    assert queries.full_name("419001001") == "河南省济源市沁园街道"
    assert queries.full_name("") == "全国"


def test_a_zone_without_a_code_lies_in_its_parents_range(units: dict[str, Unit]):
    zone = queries.unit("1402Z01")
    assert zone.kind == "zone"
    assert zone.parent == units["140200"]
    assert zone in queries.units_below("1402")
    assert queries.unit("140271") == zone
    assert queries.unit("22Z01").name == "长白山保护开发区管理委员会"


def test_children_of_a_city_are_its_counties_then_its_zones(units: dict[str, Unit]):
    found = [unit.code for unit in queries.children("1402")]
    assert found[0] == "140212"
    assert found[-1] == "1402Z01"
    assert len(found) == 11


def test_a_name_leads_to_a_unit_only_when_it_is_the_only_one(units: dict[str, Unit]):
    assert queries.unit_named("新绛县") == units["140825"]
    assert queries.unit_named("新绛", within="14") == units["140825"]
    assert queries.unit_named("北关区") == units["410503"]
    assert queries.unit_named("铁西区", within="14") is None
    assert queries.unit_named("吉林", level=2) == units["220200"]
    assert queries.unit_named("") is None
    Unit.objects.create(code="140225100", name="城关镇", level=4, parent=units["140225"], path="140225100")
    assert queries.unit_named("城关镇") is None
    assert queries.unit_named("城关镇", within="4105") == units["410523100"]


def test_an_unknown_code_is_not_found(units: dict[str, Unit]):
    with pytest.raises(NotFound):
        queries.unit("999999")
    with pytest.raises(NotFound):
        queries.unit_for("火星区")


def test_an_old_code_leads_to_the_new_one_and_a_split_to_none(units: dict[str, Unit]):
    assert queries.current_code("220381") == "220184"
    assert queries.unit_for("220381") == units["220184"]
    assert queries.current_code("410881") == "419001"
    assert queries.current_codes("140211") == ("140213", "140214")
    assert queries.current_code("140211") is None
    assert queries.current_code("140213") == "140213"
    assert queries.current_code("999999") is None


def test_every_seeded_change_says_how_sure_it_is(units: dict[str, Unit]):
    changes = DivisionChange.objects.all()
    assert changes.count() >= 10
    assert all(change.status and change.source for change in changes)


def test_a_change_of_divisions_is_kept_with_its_day_and_ends_the_old_unit(units: dict[str, Unit]):
    day = AT.date()
    actions.record_change("140221", "140215", day=day, source="批复（演示）", by=BY, at=AT)
    assert queries.current_code("140221") == "140215"
    assert units["140221"] not in queries.units_below("1402")
    assert queries.unit("140221").valid_to == day
    assert Entry.objects.filter(kind="unit", subject_id="140221").count() == 1


def test_loading_again_changes_nothing_and_a_new_name_is_taken_over(units: dict[str, Unit]):
    rows = unit_rows()
    assert loading.put_units(rows) == loading.Loaded(0, 0, len(rows))
    renamed = [loading.UnitRow("140213", "平城新区", "140200", 3, "division", "140213")]
    assert loading.put_units(renamed) == loading.Loaded(0, 1, 0)
    assert queries.unit("140213").name == "平城新区"


def _package(folder: Path) -> Path:
    """A division package of a few real rows, laid out as the real one is."""
    dist = folder / "dist"
    dist.mkdir()
    (folder / "package.json").write_text('{"version": "0"}')
    tables = {
        "provinces.csv": 'code,name\n11,"北京市"\n41,"河南省"\n44,"广东省"\n14,"山西省"\n',
        "cities.csv": 'code,name,provinceCode\n1101,"市辖区",11\n4190,"省直辖县级行政区划",41\n'
        '4419,"东莞市",44\n1402,"大同市",14\n',
        "areas.csv": 'code,name,cityCode,provinceCode\n110101,"东城区",1101,11\n419001,"济源市",4190,41\n'
        '441900,"东莞市",4419,44\n140213,"平城区",1402,14\n140271,"山西大同经济开发区",1402,14\n',
        "streets.csv": 'code,name,areaCode,provinceCode,cityCode\n419001001,"济源市沁园街道",419001,41,4190\n'
        '441900003,"东城街道",441900,44,4419\n140271400,"经济技术开发区乡级单位",140271,14,1402\n',
        "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        '419001001001,"沁园社区居委会",419001001,41,4190,419001\n110101001001,"多福巷社区居委会",110101001,11,1101,110101\n',
    }
    for name, text in tables.items():
        (dist / name).write_text(text, "utf-8")
    return dist


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built tables of the small package, without outlines."""
    zones = [
        row
        for row in build.read_table(build.HERE / "zones_without_code.csv")
        if row["parent_code"] in ("140200", "419001")
    ]
    real = build.read_table

    def fewer_zones(path: Path):  # the package has no 安阳, 新绛, 吉林 to hang their zones on
        return iter(zones) if path.name == "zones_without_code.csv" else real(path)

    monkeypatch.setattr(build, "read_table", fewer_zones)
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _name: None)
    build.build(_package(tmp_path), tmp_path / "built")
    return tmp_path / "built"


def test_the_built_tables_leave_out_dummies_and_keep_villages_of_the_five_places(built: Path):
    text = gzip.decompress((built / "divisions.csv.gz").read_bytes()).decode()
    rows = {line.split(",")[0]: line.split(",") for line in text.splitlines()[1:]}
    assert rows["419001"][2] == "410000"
    assert rows["110101"][2] == "110000"
    assert rows["441900003"][2] == "441900"
    assert rows["441900"][3] == "2"
    assert "419000" not in rows
    assert "140271" not in rows
    assert rows["140271400"][5] == "1402Z01400"
    assert rows["419001001"][1] == "沁园街道"
    assert "419001001001" in rows
    assert "110101001001" not in rows
    assert {"710000", "810000", "820000"} <= set(rows)


def test_a_load_is_one_ledger_entry_and_repeating_it_none(built: Path):
    first = actions.load_divisions("419001", at=AT, by=BY, directory=built)
    assert first.new == Unit.objects.count()
    assert Unit.objects.filter(level=5).count() == 1
    again = actions.load_divisions("419001", at=AT, by=BY, directory=built)
    assert (again.new, again.updated, again.unchanged) == (0, 0, first.new)
    assert Entry.objects.filter(kind="places", subject_id="divisions").count() == 1


def test_villages_come_only_with_their_own_place(built: Path):
    actions.load_divisions("140200", at=AT, by=BY, directory=built)
    assert not Unit.objects.filter(level=5).exists()


def test_without_built_tables_a_load_is_refused_with_the_remedy(tmp_path: Path):
    with pytest.raises(Refused) as refused:
        actions.load_divisions("000000", at=AT, by=BY, directory=tmp_path)
    assert refused.value.refusal.code == "places.not_built"


def test_who_may_not_keep_places_loads_nothing(built: Path):
    leader = Actor("1", "领导", (Grant(Role.LEADER, Reach(unit_paths=frozenset({""}))),))
    with pytest.raises(Refused):
        actions.load_divisions("000000", at=AT, by=leader, directory=built)
    assert not Unit.objects.exists()


def test_official_outlines_are_not_overwritten_by_the_package(units: dict[str, Unit]):
    import shapely

    square = [("419001", shapely.to_wkb(shapely.box(112, 34.8, 112.8, 35.3)))]
    assert loading.put_outlines(square, source="省测绘成果", map_number="豫S〔2024〕1号", at=AT) == 1
    assert loading.put_outlines(square, source="其他", map_number="", at=AT) == 0
    assert Boundary.objects.get().map_number == "豫S〔2024〕1号"


@pytest.mark.skipif(not (build.BUILT / "sources.json").exists(), reason="the division tables are made at set-up")
def test_the_real_tables_hold_the_whole_nation():
    about = json.loads((build.BUILT / "sources.json").read_text("utf-8"))
    assert about["divisions"] > 60_000
    codes = {row["code"]: row for row in build.read_table(build.BUILT / "divisions.csv.gz")}
    assert codes["419001"]["parent_code"] == "410000"
    assert codes["220184"]["name"] == "公主岭市"
    assert all(row["parent_code"] in codes for row in codes.values() if row["code"] != "000000")
    assert len({row["path"] for row in codes.values()}) == len(codes)
