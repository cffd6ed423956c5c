"""Official files: what they would change is shown before anything changes; taken in whole, taken back whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import shapely

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.zones import ZoneKind
from qingyuan.exchange import official, placing
from qingyuan.ledger.models import Entry
from qingyuan.places import actions as places
from qingyuan.places import queries
from qingyuan.places.models import Boundary, DivisionChange, Layer, OfficialFile, Unit, Water, Zone
from qingyuan.places.official import acts
from qingyuan.places.official import queries as files
from qingyuan.places.official.words import DETAILS, FAULTS, said
from qingyuan.registry.actions import following
from qingyuan.registry.models import ZoneMembership
from tests import build
from tests.exchange import shapes
from tests.places_data import build_units

pytestmark = pytest.mark.django_db

AT = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
DAY = date(2024, 3, 1)
SQUARE = shapely.box(113.28, 40.07, 113.34, 40.12)
BIGGER = shapely.box(113.28, 40.07, 113.36, 40.12)
BOWTIE = shapely.Polygon([(113.1, 40.0), (113.2, 40.1), (113.2, 40.0), (113.1, 40.1)])
AUTHORITY = acts.Official("某省自然资源厅", DAY, "晋S（2024）001号")


@pytest.fixture(autouse=True)
def datong(db) -> Unit:
    build.country()
    build_units(outlines=True)
    return build.unit("140200")


def asked(subject: str, unit: Unit, **more: object) -> official.Asked:
    kind = more.pop("zone_kind", "park" if subject == "zones" else "")
    return official.Asked(subject, unit, AUTHORITY, zone_kind=kind, **more)


def stage(data: bytes, subject: str, unit: Unit, *, name: str = "图层.geojson", at: datetime = AT, **more: object):
    return official.stage(data, name, asked(subject, unit, **more), by=CONSOLE, at=at)


def take(file: OfficialFile, *, at: datetime = AT) -> OfficialFile:
    return official.take_in(file, by=CONSOLE, at=at)


def zones(*named: tuple[str, object]) -> bytes:
    return shapes.geojson(*((shape, {"名称": name}) for name, shape in named))


def told(file: OfficialFile, change: str) -> list[tuple[str, list[str]]]:
    return [(one.name, [said(DETAILS, detail) for detail in one.details]) for one in file.changes.filter(change=change)]


def faults(file: OfficialFile) -> list[tuple[int, str]]:
    return [(one.number, said(FAULTS, fault)) for one in file.changes.all() for fault in one.faults]


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


# --- zones -----------------------------------------------------------------------------------------------------------


def test_a_first_layer_is_all_new_and_then_answers_yes_and_no(datong):
    file = stage(zones(("甲园区", SQUARE)), "zones", datong)
    assert file.counts == {"new": 1}
    assert not Zone.objects.exists()
    assert not Layer.objects.exists()
    take(file)
    zone = Zone.objects.get()
    assert (zone.source, zone.map_number, zone.valid_from) == ("某省自然资源厅", "晋S（2024）001号", DAY)
    answer = queries.zones_at(113.5, 40.0, DAY, unit_path="140213")[ZoneKind.PARK]
    assert answer.inside is False


def test_the_report_tells_new_changed_unchanged_and_gone_with_the_difference_in_area(datong):
    take(stage(zones(("甲", SQUARE), ("乙", shapely.box(113, 40, 113.1, 40.1)), ("丙", BIGGER)), "zones", datong))
    file = stage(
        zones(("甲", BIGGER), ("乙", shapely.box(113, 40, 113.1, 40.1)), ("丁", SQUARE)),
        "zones", datong, at=AT + timedelta(days=1),
    )  # fmt: skip
    assert file.counts == {"new": 1, "changed": 1, "gone": 1, "unchanged": 1}
    ((name, (text,)),) = told(file, "changed")
    assert name == "甲"
    assert text == "面积：28.38 → 37.83 平方公里（增 9.46，减 0.00）"
    assert [name for name, _details in told(file, "gone")] == ["丙"]


def test_what_did_not_change_keeps_its_row_and_what_changed_has_a_last_day(datong):
    take(stage(zones(("甲", SQUARE), ("乙", BIGGER)), "zones", datong))
    same = Zone.objects.get(name="乙").pk
    later = acts.Official("某省自然资源厅", date(2024, 9, 1))
    file = official.stage(
        zones(("甲", BIGGER), ("乙", BIGGER)), "a.geojson",
        official.Asked("zones", datong, later, zone_kind="park"), by=CONSOLE, at=AT + timedelta(days=1),
    )  # fmt: skip
    take(file, at=AT + timedelta(days=2))
    assert Zone.objects.get(name="乙").pk == same
    old, new = Zone.objects.filter(name="甲").order_by("pk")
    assert (old.valid_to, new.valid_from) == (date(2024, 9, 1), date(2024, 9, 1))
    assert queries.zones_at(113.35, 40.1, date(2024, 8, 31), unit_path="140213")[ZoneKind.PARK].inside is True  # 乙
    assert len(queries.zones_at(113.35, 40.1, date(2024, 9, 1), unit_path="140213")[ZoneKind.PARK].zones) == 2


def test_a_part_of_a_layer_adds_and_ends_nothing(datong):
    take(stage(zones(("甲", SQUARE)), "zones", datong))
    file = stage(zones(("乙", BIGGER)), "zones", datong, whole=False, at=AT + timedelta(days=1))
    assert file.counts == {"new": 1}
    take(file, at=AT + timedelta(days=1))
    assert Zone.objects.filter(valid_to=None).count() == 2


def test_the_outlets_are_placed_in_the_new_zones_and_out_of_them_when_it_is_taken_back(datong):
    outlet = build.outlet(build.unit("140213"), position=(Decimal("113.300000"), Decimal("40.090000")))
    file = take(stage(zones(("甲", shapely.box(113.2, 40.0, 113.5, 40.2))), "zones", datong))
    assert ZoneMembership.objects.filter(outlet=outlet).count() == 1
    assert file.placed_at == AT
    official.undo(file, by=CONSOLE, at=AT + timedelta(hours=1))
    assert not ZoneMembership.objects.filter(outlet=outlet).exists()
    assert queries.zones_at(113.3, 40.09, DAY, unit_path="140213")[ZoneKind.PARK].inside is None


def test_a_large_unit_is_placed_by_the_clock_and_a_killed_one_goes_on(datong, monkeypatch):
    monkeypatch.setattr(placing, "AT_ONCE", 2)
    monkeypatch.setattr(placing, "BATCHES", 2)
    monkeypatch.setattr(following, "BATCH", 1)
    where = (Decimal("113.300000"), Decimal("40.090000"))
    for _number in range(3):
        build.outlet(build.unit("140213"), position=where)
    file = take(stage(zones(("甲", SQUARE)), "zones", datong))
    assert (file.placed_at, ZoneMembership.objects.count()) == (None, 0)
    assert placing.standing_of(file) == placing.Standing(0, 3)
    assert placing.place_waiting(at=AT + timedelta(seconds=2)) == 0
    held = OfficialFile.objects.get()
    assert (placing.standing_of(held), ZoneMembership.objects.count()) == (placing.Standing(2, 3), 2)
    assert placing.place_waiting(at=AT + timedelta(seconds=4)) == 1
    assert placing.place_waiting(at=AT + timedelta(seconds=6)) == 0
    held = OfficialFile.objects.get()
    assert (placing.standing_of(held), ZoneMembership.objects.count()) == (None, 3)
    assert "placing" not in held.before
    official.undo(held, by=CONSOLE, at=AT + timedelta(hours=1))
    for second in range(3):
        placing.place_waiting(at=AT + timedelta(hours=1, seconds=second))
    assert not ZoneMembership.objects.exists()
    assert OfficialFile.objects.get().placed_at is not None


def test_taken_back_while_it_is_placed_what_was_begun_stops(datong, monkeypatch):
    monkeypatch.setattr(placing, "AT_ONCE", 0)
    build.outlet(build.unit("140213"), position=(Decimal("113.300000"), Decimal("40.090000")))
    begun = take(stage(zones(("甲", SQUARE)), "zones", datong))
    official.undo(OfficialFile.objects.get(), by=CONSOLE, at=AT + timedelta(hours=1))
    placing.place_again(begun, at=AT + timedelta(hours=1))
    assert OfficialFile.objects.get().placed_at is None
    assert placing.place_waiting(at=AT + timedelta(hours=1)) == 1
    assert not ZoneMembership.objects.exists()


def test_a_small_one_left_behind_by_a_kill_is_taken_up_by_the_clock(datong):
    build.outlet(build.unit("140213"), position=(Decimal("113.300000"), Decimal("40.090000")))
    acts.take_in(stage(zones(("甲", SQUARE)), "zones", datong), occupied=official.occupied, by=CONSOLE, at=AT)
    assert placing.place_waiting(at=AT + timedelta(seconds=5)) == 0
    assert placing.place_waiting(at=AT + timedelta(minutes=2)) == 1
    assert ZoneMembership.objects.count() == 1


BROKEN = {
    "a bowtie": (BOWTIE, "图形不合法：自相交（113.15 40.05）。"),
    "a point": (shapely.Point(113.1, 40.0), "图形应为面，文件中为点。"),
    "no shape": (None, "要素没有图形。"),
    "a ring of letters": ({"type": "Polygon", "coordinates": [["甲"]]}, "图形无法读取。"),
    "another continent": (shapely.box(2, 48, 3, 49), "图形不在中国范围内，请核对坐标系。"),
}


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_a_broken_shape_is_named_and_the_whole_file_stays_out(datong, case):
    shape, text = BROKEN[case]
    file = stage(zones(("甲", SQUARE), ("乙", shape)), "zones", datong)
    assert faults(file) == [(2, text)]
    with pytest.raises(Refused) as refused:
        take(file)
    assert code_of(refused) == "places.faults"
    assert not Zone.objects.exists()


def test_a_polygon_that_crosses_itself_is_mended_when_told_to(datong):
    file = stage(zones(("乙", BOWTIE)), "zones", datong)
    (fault,) = file.changes.get().faults
    assert fault["repair"]["parts"] == 2
    file = acts.repair(file, by=CONSOLE, at=AT)
    assert file.counts == {"new": 1}
    take(file)
    assert shapely.is_valid(shapely.from_wkb(bytes(Zone.objects.get().geometry)))
    with pytest.raises(Refused) as refused:
        acts.repair(file, by=CONSOLE, at=AT)
    assert code_of(refused) == "places.wrong_state"


def test_a_file_without_names_says_which_fields_it_has(datong):
    with pytest.raises(Refused) as refused:
        stage(shapes.geojson((SQUARE, {"面积": 1})), "zones", datong)
    assert refused.value.refusal.sentence.startswith("文件没有“名称”字段（可写作：名称、name")
    assert not OfficialFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"), [("a.gpkg", b"PK\3\4"), ("a.geojson", b"{}"), ("a.zip", b"PK"), ("a.csv", "名称\n甲\n".encode())]
)
def test_a_file_of_the_wrong_kind_is_turned_away(datong, name, data):
    with pytest.raises(Refused) as refused:
        stage(data, "zones", datong, name=name)
    assert code_of(refused).startswith("file.")
    assert not OfficialFile.objects.exists()


@pytest.mark.parametrize("maker", [shapes.gpkg, shapes.shp, shapes.kml])
def test_zones_come_from_every_kind_of_file(datong, maker):
    name = {"gpkg": "a.gpkg", "shp": "a.zip", "kml": "a.kml"}[maker.__name__]
    file = stage(maker((SQUARE, {"名称": "甲"})), "zones", datong, name=name)
    assert file.counts == {"new": 1}


# --- once, and back --------------------------------------------------------------------------------------------------


def test_pressed_twice_the_second_says_no(datong):
    file = stage(zones(("甲", SQUARE)), "zones", datong)
    take(file)
    with pytest.raises(Refused) as refused:
        take(file)
    assert code_of(refused) == "places.wrong_state"
    assert Zone.objects.count() == 1
    assert Entry.objects.filter(act="places.take_in_file").count() == 1


def test_taken_back_everything_is_as_before(datong):
    take(stage(zones(("甲", SQUARE), ("乙", SQUARE)), "zones", datong))
    before = set(Zone.objects.filter(valid_to=None).values_list("pk", flat=True))
    source = Layer.objects.get().loaded_at
    file = take(
        stage(zones(("甲", BIGGER), ("丙", SQUARE)), "zones", datong, at=AT + timedelta(1)), at=AT + timedelta(2)
    )
    official.undo(file, by=CONSOLE, at=AT + timedelta(3))
    assert set(Zone.objects.filter(valid_to=None).values_list("pk", flat=True)) == before
    assert Layer.objects.get().loaded_at == source
    with pytest.raises(Refused):
        official.undo(file, by=CONSOLE, at=AT + timedelta(4))


def test_a_file_is_not_taken_back_once_a_later_one_stands_on_it(datong):
    first = take(stage(zones(("甲", SQUARE)), "zones", datong))
    second = take(stage(zones(("甲", BIGGER)), "zones", datong, at=AT + timedelta(1)), at=AT + timedelta(1))
    with pytest.raises(Refused) as refused:
        official.undo(first, by=CONSOLE, at=AT + timedelta(2))
    assert code_of(refused) == "places.touched_since"
    official.undo(second, by=CONSOLE, at=AT + timedelta(2))
    official.undo(first, by=CONSOLE, at=AT + timedelta(3))
    assert not Zone.objects.filter(valid_to=None).exists()


def test_a_comparison_that_is_overtaken_is_not_taken_in(datong):
    slow = stage(zones(("甲", SQUARE)), "zones", datong)
    take(stage(zones(("甲", BIGGER)), "zones", datong, at=AT + timedelta(1)), at=AT + timedelta(1))
    with pytest.raises(Refused) as refused:
        take(slow, at=AT + timedelta(2))
    assert code_of(refused) == "places.compared_before"


def test_a_zone_retired_by_hand_meanwhile_stops_the_whole_file(datong):
    take(stage(zones(("甲", SQUARE), ("乙", SQUARE)), "zones", datong))
    file = stage(zones(("甲", BIGGER), ("乙", BIGGER)), "zones", datong, at=AT + timedelta(1))
    places.retire_zone(Zone.objects.get(name="乙"), on=DAY, source="测试", by=CONSOLE, at=AT)
    with pytest.raises(Refused) as refused:
        take(file, at=AT + timedelta(1))
    assert code_of(refused) == "places.compared_before"
    assert Zone.objects.get(name="甲").valid_to is None


def test_a_file_left_aside_is_never_taken_in(datong):
    file = acts.drop(stage(zones(("甲", SQUARE)), "zones", datong), by=CONSOLE, at=AT)
    assert file.state == "dropped"
    with pytest.raises(Refused):
        take(file)


def test_a_county_keeps_no_layers_of_its_neighbours(datong):
    reviewer = build.actor(Role.REVIEWER, build.unit("140213"))
    with pytest.raises(Refused):
        official.stage(zones(("甲", SQUARE)), "a.geojson", asked("zones", datong), by=reviewer, at=AT)
    file = stage(zones(("甲", SQUARE)), "zones", datong)
    with pytest.raises(NotFound):
        files.file_of(reviewer, file.pk)


def test_without_a_source_no_file_is_official(datong):
    what = official.Asked("zones", datong, acts.Official(" ", DAY), zone_kind="park")
    with pytest.raises(Refused) as refused:
        official.stage(zones(("甲", SQUARE)), "a.geojson", what, by=CONSOLE, at=AT)
    assert code_of(refused) == "places.source_missing"


# --- divisions -------------------------------------------------------------------------------------------------------


def divisions(datong: Unit, *, drop: str = "", **renamed: str) -> bytes:
    """Every county of the city as it stands, as a table."""
    rows = queries.units_below(datong.path, level=3).filter(kind="division")
    listed = [(one.code, renamed.get(f"c{one.code}", one.name)) for one in rows if one.code != drop]
    return ("代码,名称\n" + "".join(f"{code},{name}\n" for code, name in listed)).encode()


def test_the_same_divisions_change_nothing(datong):
    file = stage(divisions(datong), "units", datong, name="区划.csv")
    assert set(file.counts) == {"unchanged"}


def test_a_division_is_renamed_and_gets_its_outline(datong):
    file = stage(divisions(datong, c140221="阳高区"), "units", datong, name="区划.csv")
    assert told(file, "changed") == [("阳高区", ["名称：阳高县 → 阳高区"])]
    take(file)
    assert build.unit("140221").name == "阳高区"
    outline = shapes.geojson((shapely.box(113.7, 40.2, 114.1, 40.6), {"XZQDM": "140221", "XZQMC": "阳高区"}))
    drawn = stage(outline, "units", datong, whole=False, at=AT + timedelta(1))
    assert told(drawn, "changed")[0][1][0].startswith("首次载入界线，面积 ")
    take(drawn, at=AT + timedelta(1))
    kept = Boundary.objects.get(unit__code="140221")
    assert (kept.source, kept.map_number) == ("某省自然资源厅", "晋S（2024）001号")
    assert queries.unit_for_point(113.9, 40.4).code == "140221"
    official.undo(drawn, by=CONSOLE, at=AT + timedelta(2))
    official.undo(file, by=CONSOLE, at=AT + timedelta(2))
    assert build.unit("140221").name == "阳高县"
    assert not Boundary.objects.filter(unit__code="140221").exists()


def test_a_file_that_drops_a_division_with_outlets_is_refused_with_where_they_would_go(datong):
    outlet = build.outlet(build.unit("140226"))
    DivisionChange.objects.create(old_code="140226", new_code="140214", day=DAY, status="read")
    file = stage(divisions(datong, drop="140226"), "units", datong, name="区划.csv")
    assert faults(file) == [(0, "文件不再列出此区划，但还有 1 个排污口登记在此，须先办理变更区划。")]
    (row,) = file.changes.filter(change="fault")
    details = [said(DETAILS, one) for one in row.details]
    assert f"涉及：{outlet.name}" in details
    assert "按区划变更表改到：云冈区" in details
    with pytest.raises(Refused):
        take(file)
    assert build.unit("140226").valid_to is None


def test_a_dropped_division_without_outlets_ends_with_all_below_it_and_can_come_back(datong):
    file = stage(divisions(datong, drop="140226"), "units", datong, name="区划.csv")
    assert [name for name, _details in told(file, "gone")] == ["左云县"]
    take(file)
    assert build.unit("140226").valid_to == DAY
    official.undo(file, by=CONSOLE, at=AT + timedelta(1))
    assert build.unit("140226").valid_to is None


def test_an_outlet_that_came_meanwhile_stops_the_whole_file(datong):
    file = stage(divisions(datong, drop="140226", c140221="阳高区"), "units", datong, name="区划.csv")
    build.outlet(build.unit("140226"))
    with pytest.raises(Refused) as refused:
        take(file)
    assert code_of(refused) == "places.outlets_left"
    assert build.unit("140221").name == "阳高县"


def test_a_new_division_and_its_old_code_are_taken_in(datong):
    data = divisions(datong).decode().replace("代码,名称\n", "代码,名称,原代码\n140216,御东区,140215\n").encode()
    take(stage(data, "units", datong, name="区划.csv", whole=False))
    made = build.unit("140216")
    assert (made.name, made.parent.code, made.path, made.valid_from) == ("御东区", "140200", "140216", DAY)
    assert queries.current_codes("140215") == ("140216",)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("甲乙,某区", "代码“甲乙”不是行政区划代码（6、9 或 12 位数字）。"),
        ("140802,盐湖区", "代码 140802 不在大同市范围内。"),
        ("140299001,某镇", "上级“140299”不存在。"),
        ("140221,", "要素缺少名称。"),
    ],
)
def test_a_line_nobody_can_place_keeps_the_file_out(datong, line, text):
    file = stage(f"代码,名称\n{line}\n".encode(), "units", datong, name="区划.csv", whole=False)
    assert (2, text) in faults(file)


def test_a_division_listed_twice_is_told(datong):
    file = stage("代码,名称\n140221,甲县\n140221,乙县\n".encode(), "units", datong, name="区划.csv", whole=False)
    assert faults(file) == [(3, "与第 2 个要素重复。")]


# --- waters ----------------------------------------------------------------------------------------------------------


def waters(*given: tuple[object, dict]) -> bytes:
    return shapes.geojson(*given)


def test_a_river_gets_its_official_line_and_name_and_gives_them_back(datong):
    river = build.water("御河")
    line = shapely.LineString([(113.3, 40.0), (113.3, 40.2)])
    file = stage(waters((line, {"编码": river.code, "名称": "御河（大同段）"})), "waters", datong, whole=False)
    (details,) = [details for _name, details in told(file, "changed")]
    assert details[0] == "名称：御河 → 御河（大同段）"
    assert "22.2" in details[1]
    take(file)
    found = Water.objects.get(pk=river.pk)
    assert (found.name, found.source, found.status) == ("御河（大同段）", "某省自然资源厅", "read")
    assert queries.distance_to_water_m(found, 113.3, 40.1) < 1
    official.undo(file, by=CONSOLE, at=AT + timedelta(1))
    back = Water.objects.get(pk=river.pk)
    assert (back.name, back.source, bytes(back.geometry or b"")) == (
        river.name, river.source, bytes(river.geometry or b""),
    )  # fmt: skip


def test_a_new_water_and_its_tributary_are_taken_in_whatever_their_order(datong):
    file = stage(
        waters(
            (None, {"编码": "CB9002", "名称": "演示支沟", "汇入": "CB9001", "类别": "沟渠"}),
            (None, {"编码": "CB9001", "名称": "演示河", "汇入": build.water("御河").code}),
        ),
        "waters", datong, whole=False,
    )  # fmt: skip
    assert file.counts == {"new": 2}
    take(file)
    ditch = Water.objects.get(code="CB9002")
    assert (ditch.parent.name, ditch.kind) == ("演示河", "ditch")
    assert ditch.path == build.water("御河").path + "CB9001CB9002"
    official.undo(file, by=CONSOLE, at=AT + timedelta(1))
    assert not Water.objects.filter(code__startswith="CB900").exists()


def test_where_a_river_flows_is_not_changed_under_outlets(datong):
    river = build.water("御河")
    build.outlet(build.unit("140213"), receiving=river)
    data = waters((None, {"编码": river.code, "名称": "御河", "汇入": build.water("汾河").code}))
    file = stage(data, "waters", datong, whole=False)
    assert faults(file) == [(1, "改变汇入关系须先无排污口：此水体及其上游还有 1 个。")]


def test_a_river_is_hung_elsewhere_with_all_that_flows_into_it(datong):
    river, other = build.water("桑干河"), build.water("汾河")
    below = list(Water.objects.filter(parent=river).values_list("code", flat=True))
    assert below
    old = {one.code: one.path for one in queries.upstream_of(river.path)}
    data = waters((None, {"编码": river.code, "名称": "桑干河", "汇入": other.code}))
    file = take(stage(data, "waters", datong, whole=False))
    for code in old:
        assert Water.objects.get(code=code).path.startswith(other.path + river.code)
    official.undo(file, by=CONSOLE, at=AT + timedelta(1))
    assert {one.code: one.path for one in Water.objects.filter(code__in=old)} == old


def test_a_river_never_flows_into_itself(datong):
    river = build.water("桑干河")
    below = Water.objects.filter(parent=river).first()
    file = stage(
        waters((None, {"编码": river.code, "名称": "桑干河", "汇入": below.code})), "waters", datong, whole=False
    )
    assert [number for number, _text in faults(file)] == [1]


def test_waters_a_file_leaves_out_are_told_and_stay(datong):
    river = build.water("御河")
    file = stage(waters((None, {"编码": river.code, "名称": "御河"})), "waters", datong)
    assert file.counts.get("absent", 0) > 0
    assert "gone" not in file.counts
    total = Water.objects.count()
    take(file)
    assert Water.objects.count() == total


# --- what stands -----------------------------------------------------------------------------------------------------


def test_the_list_of_layers_says_source_number_day_and_count(datong):
    take(stage(zones(("甲", SQUARE)), "zones", datong))
    listed = {(one.subject, one.kind): one for one in files.layers_at(datong, on=DAY)}
    park = listed["zones", "park"]
    assert (park.count, park.loaded, park.day) == (1, True, DAY)
    assert (park.sources, park.map_numbers) == (["某省自然资源厅"], ["晋S（2024）001号"])
    assert listed["zones", "nature_reserve"].loaded is False
    assert listed["units", ""].count > 10
    assert len(listed) == 2 + len(ZoneKind)
