"""Files of shapes through the three acts of an import, and out again."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from datetime import UTC, datetime

import pyogrio
import pytest
import shapely
from pyproj import Transformer

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.geometry import Datum, from_cgcs2000
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.exchange import actions, columns, queries
from qingyuan.exchange.findings import SENTENCES
from qingyuan.exchange.geofiles import kinds, writing
from qingyuan.exchange.models import Import
from qingyuan.registry.models import Outlet
from tests import build
from tests.exchange import shapes
from tests.exchange.workbooks import HEADER, xlsx
from tests.places_data import build_units

pytestmark = pytest.mark.django_db

AT = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)
NAME = "大同市平城区甲厂工矿企业排污口"
POINT = shapely.Point(113.300001, 40.090001)
GIVEN = {"县区": "平城区", "乡镇街道": "南关街道", "排口名称": NAME, "受纳水体": "御河", "责任主体": "甲厂"}
OTHER = {"县区": "云冈区", "乡镇街道": "口泉乡", "排口名称": "大同市云冈区乙厂工矿企业排污口", "受纳水体": "十里河"}
ROWS = ((POINT, GIVEN), (shapely.Point(113.100001, 40.000001), OTHER))
MAKERS = {
    "台账.geojson": shapes.geojson,
    "台账.gpkg": shapes.gpkg,
    "台账.zip": shapes.shp,
    "台账.kml": shapes.kml,
    "国标码.kml": lambda *rows: shapes.kml(*rows).replace(b"UTF-8", b"GB2312").decode().encode("gb18030"),
    "台账.kmz": shapes.kmz,
}


@pytest.fixture
def datong(db):
    build.country()
    build_units(outlines=True)
    return build.unit("140200")


def run(data: bytes, name: str, unit, **more) -> actions.Outcome:
    return actions.run_import(data, name, **({"unit": unit, "by": CONSOLE, "at": AT} | more))


def codes(outcome: actions.Outcome) -> set[str]:
    return {item.code for item in outcome.findings}


def of(outcome: actions.Outcome, code: str):
    return [item for item in outcome.findings if item.code == code]


def counts(outcome: actions.Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.updated, outcome.unchanged, outcome.refused


def refusal(data: bytes, name: str, unit, **more) -> tuple[str, str]:
    """The code and sentence a file is turned away with; nothing of it stays behind."""
    with pytest.raises(Refused) as caught:
        run(data, name, unit, **more)
    assert not Import.objects.exists()
    assert not Outlet.objects.exists()
    return caught.value.refusal.code, caught.value.refusal.sentence


# --- in --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_outlets_come_in_from_every_kind_of_file_and_a_second_time_change_nothing(datong, name):
    first = run(MAKERS[name](*ROWS), name, datong)
    assert counts(first) == (2, 0, 0, 0), first.findings
    outlet = Outlet.objects.get(name=NAME)
    assert (float(outlet.longitude_deg), float(outlet.latitude_deg)) == (113.300001, 40.090001)
    assert (outlet.unit_path[:6], outlet.water.name, outlet.town_text) == ("140213", "御河", "南关街道")
    assert counts(run(MAKERS[name](*ROWS), name, datong)) == (0, 0, 2, 0)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_row_of_a_finding_is_the_number_of_the_feature(datong, name):
    astray = (shapely.Point(113.100001, 40.000001), OTHER | {"县区": "平阳县"})
    done = run(MAKERS[name](ROWS[0], astray), name, datong, dry_run=True)
    (found,) = of(done, "field.invalid")
    assert (found.row, found.column) == (2, "县区")
    assert not Outlet.objects.exists()


@pytest.mark.parametrize("name", ["台账.geojson", "台账.gpkg", "台账.kml"])
def test_a_polygon_is_no_outlet_and_keeps_only_its_own_row_out(datong, name):
    done = run(MAKERS[name](ROWS[0], (shapely.box(113.0, 40.0, 113.1, 40.1), OTHER)), name, datong)
    assert counts(done) == (1, 0, 0, 1)
    (found,) = of(done, "coordinate.not_a_point")
    assert (found.row, found.text) == (2, "图形是面，不是一个点，不能作为排污口的位置。")
    assert "field.missing" not in {item.code for item in done.findings if item.row == 2}


def test_a_feature_without_a_shape_comes_in_as_to_be_completed(datong):
    for empty in (None, {"type": "Point", "coordinates": []}):
        done = run(shapes.geojson((empty, OTHER)), "台账.geojson", datong, dry_run=True)
        assert counts(done) == (1, 0, 0, 0)
        assert [item.row for item in of(done, "field.missing") if "坐标" in item.text] == [1]


def test_a_shape_nobody_can_read_keeps_its_row_out(datong):
    bad = {"type": "Point", "coordinates": ["甲", "乙"]}
    done = run(shapes.geojson((bad, OTHER)), "台账.geojson", datong)
    assert counts(done) == (0, 0, 0, 1)
    assert of(done, "coordinate.not_a_point")


@pytest.mark.parametrize("name", ["台账.geojson", "台账.gpkg", "台账.zip"])
def test_a_height_is_told_and_left_aside(datong, name):
    done = run(MAKERS[name]((shapely.Point(113.300001, 40.090001, 1040.5), GIVEN)), name, datong)
    assert counts(done) == (1, 0, 0, 0)
    assert of(done, "coordinate.height")


def test_a_single_point_in_a_collection_of_points_is_a_point(datong):
    assert run(shapes.geojson((shapely.MultiPoint([POINT]), GIVEN)), "a.geojson", datong, dry_run=True).new == 1
    two = run(shapes.geojson((shapely.MultiPoint([POINT, (113.2, 40.0)]), GIVEN)), "a.geojson", datong, dry_run=True)
    assert two.refused == 1


# --- where -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("epsg", [4547 - 9, 4526, 4508])  # 3° by middle line and by zone number, 6°
def test_metres_become_degrees_by_the_systems_own_words(datong, epsg):
    x, y = Transformer.from_crs(4490, epsg, always_xy=True).transform(POINT.x, POINT.y)
    done = run(shapes.gpkg((shapely.Point(x, y), GIVEN), crs=f"EPSG:{epsg}"), "台账.gpkg", datong)
    assert counts(done) == (1, 0, 0, 0), done.findings
    assert of(done, "coordinate.crs_converted")
    assert float(Outlet.objects.get().longitude_deg) == pytest.approx(113.300001, abs=2e-6)


def test_an_older_datum_is_brought_over_with_a_warning(datong):
    done = run(shapes.gpkg((POINT, GIVEN), crs="EPSG:4610"), "台账.gpkg", datong, dry_run=True)
    (found,) = of(done, "coordinate.crs_shifted")
    assert (found.row, found.severity) == (0, "warning")


def test_without_a_system_degrees_are_read_as_they_stand_and_told(datong):
    done = run(shapes.shp(*ROWS, drop=[".prj"]), "台账.zip", datong)
    assert counts(done) == (2, 0, 0, 0)
    assert of(done, "coordinate.crs_missing")


def test_a_system_nobody_knows_is_told(datong):
    crs = {"type": "name", "properties": {"name": "某市独立坐标系"}}
    done = run(shapes.geojson(*ROWS, crs=crs), "台账.geojson", datong, dry_run=True)
    (found,) = of(done, "coordinate.crs_unknown")
    assert "某市独立坐标系" in found.text


def test_metres_without_a_system_are_read_by_their_zone_or_refused(datong):
    x, y = Transformer.from_crs(4490, 4526, always_xy=True).transform(POINT.x, POINT.y)
    done = run(shapes.shp((shapely.Point(x, y), GIVEN), drop=[".prj"]), "台账.zip", datong, dry_run=True)
    assert done.new == 1
    assert of(done, "coordinate.projected")
    cut = shapes.shp((shapely.Point(x - 38_000_000, y), GIVEN), drop=[".prj"])
    lost = run(cut, "台账.zip", datong, dry_run=True)
    assert lost.refused == 1
    assert of(lost, "coordinate.projected_zone")


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_axes_the_wrong_way_round_wait_for_the_suggestion(datong, name):
    batch = actions.stage(MAKERS[name]((shapely.Point(POINT.y, POINT.x), GIVEN)), name, unit=datong, by=CONSOLE, at=AT)
    actions.judge(batch, by=CONSOLE, at=AT)
    (found,) = batch.findings.filter(code="coordinate.order")
    assert batch.counts["refused"] == 1
    actions.accept(batch, [found], by=CONSOLE, at=AT)
    batch.refresh_from_db()
    assert batch.counts["new"] == 1


def test_points_off_a_public_map_are_diagnosed(datong):
    lon, lat = from_cgcs2000(113.3625, 40.05, Datum.GCJ02)  # near the county's border
    inside = run(shapes.geojson((shapely.Point(113.3625, 40.05), GIVEN)), "a.geojson", datong, dry_run=True)
    done = run(shapes.geojson((shapely.Point(lon, lat), GIVEN)), "a.geojson", datong, dry_run=True)
    assert inside.rows == done.rows == 1  # which of them lies outside depends on the outline; none is moved silently
    assert not any(item.code == "coordinate.order" for item in done.findings)


# --- layers and words ------------------------------------------------------------------------------------------------


def test_the_layer_that_looks_like_a_register_is_taken_or_the_one_asked_for(datong):
    data = shapes.gpkg(
        layers={"河流": [(shapely.LineString([(113, 40), (113.1, 40)]), {"名": "甲"})], "口": list(ROWS)}
    )
    done = run(data, "几层.gpkg", datong, dry_run=True)
    assert done.new == 2
    assert of(done, "file.other_layers")[0].text == "只读取图层“口”；其余图层：河流。"
    asked = run(data, "几层.gpkg", datong, dry_run=True, sheet="河流")
    assert (asked.rows, asked.refused) == (1, 1)
    assert run(data, "几层.gpkg", datong, dry_run=True, sheet="2").new == 2
    code, text = refusal(data, "几层.gpkg", datong, sheet="井")
    assert code == "file.no_layer"
    assert "河流、口" in text


def test_two_shapefiles_in_one_archive_are_two_layers(datong):
    first, second = shapes.written("ESRI Shapefile", ROWS[0]), shapes.written("ESRI Shapefile", ROWS[1])
    members = {f"甲/东{suffix}": content for suffix, content in first.items()}
    members |= {f"甲/西{suffix}": content for suffix, content in second.items()}
    done = run(shapes.zipped(members), "两层.zip", datong, dry_run=True, sheet="西")
    assert (done.new, of(done, "file.other_layers")[0].text) == (1, "只读取图层“西”；其余图层：东。")


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("drop", [[], [".cpg"]])
def test_a_shapefile_is_read_in_its_own_encoding_told_or_not(datong, encoding, drop):
    done = run(shapes.shp(*ROWS, encoding=encoding, drop=drop), "台账.zip", datong, dry_run=True, mapping=None)
    assert done.rows == 2
    assert of(done, "coordinate.crs_missing") == []
    batch = actions.stage(shapes.shp(*ROWS, encoding=encoding, drop=drop), "台账.zip", unit=datong, by=CONSOLE, at=AT)
    assert "县区" in batch.labels


def test_a_shapefile_without_its_index_is_read_all_the_same(datong):
    assert run(shapes.shp(*ROWS, drop=[".shx"]), "台账.zip", datong, dry_run=True).new == 2


def test_the_wizard_shows_the_points_as_columns(datong):
    batch = actions.stage(shapes.gpkg(*ROWS), "台账.gpkg", unit=datong, by=CONSOLE, at=AT)
    assert batch.labels[:3] == ["经度", "纬度", "县区"]
    assert batch.sample[0][1][:2] == ["113.300001", "40.090001"]
    assert (batch.mapping["0"], batch.mapping["1"]) == ("longitude", "latitude")


# --- hostile ---------------------------------------------------------------------------------------------------------


def _sqlite(*statements: str) -> bytes:
    made = sqlite3.connect(":memory:")
    for one in statements:
        made.execute(one)
    made.commit()
    return made.serialize()


def _with_view() -> bytes:
    file = sqlite3.connect(":memory:")
    file.deserialize(shapes.gpkg(*ROWS))
    file.execute("CREATE VIEW 偷看 AS SELECT * FROM sqlite_master")
    file.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('偷看', 'attributes', '偷看')")
    file.commit()
    return file.serialize()


def _bomb() -> bytes:
    return shapes.zipped({"a.shp": b"\0" * (64 * 1024 * 1024), "a.dbf": b""})


def _link() -> bytes:
    link = "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{link}</Document></kml>'.encode()


def _entities() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml><Document><name>&a;</name></Document></kml>'


VRT = b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
HOSTILE = {
    "a workbook called GeoPackage": ("a.gpkg", xlsx(HEADER), "file.wrong_kind"),
    "a GeoPackage that is another database": ("a.gpkg", _sqlite("CREATE TABLE t (x)"), "file.wrong_kind"),
    "a GeoPackage with a view for a layer": ("a.gpkg", _with_view(), "file.unsafe"),
    "a GeoPackage cut short": ("a.gpkg", shapes.gpkg(*ROWS)[:3_000], "file.broken"),
    "a picture called GeoJSON": ("a.geojson", b"\x89PNG\r\n\x1a\n" + bytes(40), "file.wrong_kind"),
    "a csv called GeoJSON": ("a.geojson", "经度,纬度\n1,2\n".encode(), "file.wrong_kind"),
    "a GeoJSON cut short": ("a.geojson", shapes.geojson(*ROWS)[:-40], "file.broken"),
    "a GeoJSON nested without end": ("a.geojson", b'{"a":' + b"[" * 200_000, "file.broken"),
    "JSON that is no GeoJSON": ("a.json", b'{"type": "Topology", "objects": {}}', "file.wrong_kind"),
    "an empty GeoJSON": ("a.geojson", shapes.geojson(), "file.no_rows"),
    "a file without content": ("a.kml", b"", "file.empty"),
    "a description of another file called KML": ("a.kml", VRT, "file.unsafe"),
    "a page called KML": ("a.kml", b"<html><body/></html>", "file.wrong_kind"),
    "a KML that points elsewhere": ("a.kml", _link(), "file.remote"),
    "a KML with declarations": ("a.kml", _entities(), "file.unsafe"),
    "a KML cut short": ("a.kml", shapes.kml(*ROWS)[:-30], "file.broken"),
    "an archive that is none": ("a.zip", b"not a zip at all", "file.wrong_kind"),
    "an archive cut short": ("a.zip", shapes.shp(*ROWS)[:-60], "file.broken_zip"),
    "an archive without a shapefile": ("a.zip", xlsx(HEADER), "file.no_shp"),
    "an archive that leads outside": ("a.zip", shapes.zipped({"../../a.shp": b"x"}), "file.zip_path"),
    "an archive with a path from the root": ("a.zip", shapes.zipped({"/etc/a.shp": b"x"}), "file.zip_path"),
    "an archive that swells": ("a.zip", _bomb(), "file.zip_bomb"),
    "a shapefile that is none": ("a.zip", shapes.zipped({"a.shp": b"x" * 200, "a.dbf": b""}), "file.wrong_kind"),
    "a shapefile without its table": ("a.zip", shapes.zipped({"a.shp": b"x" * 200}), "file.no_dbf"),
    "a lonely part of a shapefile": ("a.shp", b"x" * 200, "file.shp_alone"),
    "a KMZ without a KML": ("a.kmz", shapes.zipped({"a.txt": b"x"}), "file.wrong_kind"),
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_a_file_that_is_not_what_it_says_is_turned_away_with_a_sentence(datong, case):
    name, data, expected = HOSTILE[case]
    code, text = refusal(data, name, datong)
    assert code == expected
    assert text.endswith("。")
    assert "%(" not in text


def test_an_archive_may_not_lie_about_its_size(datong, monkeypatch):
    monkeypatch.setattr(kinds, "MAX_UNPACKED_BYTES", 300)
    data = bytearray(shapes.shp(*ROWS))
    assert refusal(bytes(data), "a.zip", datong)[0] == "file.zip_bomb"


def test_a_shapefile_with_a_count_of_its_own_does_not_fall(datong):
    parts = shapes.written("ESRI Shapefile", *ROWS)
    table = bytearray(parts[".dbf"])
    table[4:8] = struct.pack("<I", 4_000_000_000)
    data = shapes.zipped({f"a{suffix}": bytes(content) for suffix, content in (parts | {".dbf": table}).items()})
    done = run(data, "a.zip", datong, dry_run=True)
    assert done.rows <= 2


def test_a_geojson_too_long_to_be_held_is_pointed_to_geopackage(datong, monkeypatch):
    monkeypatch.setattr(kinds, "MAX_PARSED_BYTES", 100)
    code, text = refusal(shapes.geojson(*ROWS), "a.geojson", datong)
    assert code == "file.too_large"
    assert "GeoPackage" in text


# --- out -------------------------------------------------------------------------------------------------------------


def exported(form: str, unit, **more) -> tuple[bytes, queries.Exported]:
    out = io.BytesIO()
    done = queries.export_outlets(out, form, by=CONSOLE, on=build.DAY, unit=unit, **more)
    return out.getvalue(), done


@pytest.fixture
def register(datong):
    pingcheng, yungang = build.unit("140213"), build.unit("140214")
    build.outlet(pingcheng, stage=Stage.CLASSIFIED, receiving=build.water("御河"))
    build.outlet(pingcheng, stage=Stage.PARTY_FIXED, receiving=build.water("御河"))
    build.outlet(yungang, receiving=build.water("十里河"), name="大同市云冈区“甲&乙<丙>”工矿企业排污口")
    build.outlet(yungang, position=None)
    return datong


@pytest.mark.parametrize("form", sorted(writing.SUFFIXES))
def test_what_goes_out_comes_back_as_no_change(register, form):
    """The law of every form: an export taken in again is 0 new and 0 updated."""
    data, done = exported(form, register)
    assert done.rows == 4
    back = run(data, f"台账.{writing.SUFFIXES[form]}", register)
    assert counts(back) == (0, 0, 4, 0), [item.text for item in back.findings]


@pytest.mark.parametrize("form", sorted(writing.SUFFIXES))
def test_more_than_one_batch_goes_out_whole(register, form, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 1)
    data, done = exported(form, register)
    assert done.rows == 4
    assert run(data, f"台账.{writing.SUFFIXES[form]}", register, dry_run=True).unchanged == 4


@pytest.mark.parametrize("form", sorted(writing.SUFFIXES))
def test_an_empty_register_goes_out_as_a_file_with_nothing_in_it(datong, form):
    data, done = exported(form, datong)
    assert done.rows == 0
    assert data


def test_an_outlet_without_a_position_goes_out_without_a_shape_and_is_told(register):
    data, done = exported("geojson", register)
    assert [one["geometry"] is None for one in json.loads(data)["features"]].count(True) == 1
    assert done.warnings == ["有 1 个排污口没有坐标，导出的图形为空。"]


def test_a_geopackage_says_its_system_and_its_fields_in_full(register, tmp_path):
    data, _done = exported("gpkg", register)
    path = tmp_path / "x.gpkg"
    path.write_bytes(data)
    about = pyogrio.read_info(path)
    assert (about["crs"], about["features"], about["geometry_type"]) == ("EPSG:4490", 4, "Point")
    assert "设置审批或排污许可批准时间" in list(about["fields"])
    assert about["layer_name"] == "排污口"


def test_a_shapefile_has_short_names_with_a_legend(register):
    data, _done = exported("shp", register)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert set(archive.namelist()) == {
            "排污口.shp", "排污口.shx", "排污口.dbf", "排污口.prj", "排污口.cpg", "字段说明.csv",
        }  # fmt: skip
        legend = archive.read("字段说明.csv").decode("utf-8-sig")
        assert archive.read("排污口.cpg") == b"GB18030"
    assert "排口名称,入河排污口名称" in legend


def test_every_short_name_fits_and_is_read_as_the_field_it_stands_for():
    labels = list(queries.FIELDS.labels)
    assert [writing.SHORT_NAMES[label] for label in labels]
    for long, short in writing.SHORT_NAMES.items():
        assert len(short.encode("gb18030")) <= 10
        of_long, of_short = (columns.guess(columns.Heading(1, 1, (text,), ("",)))[0].field for text in (long, short))
        assert of_long == of_short, long


def test_a_text_too_long_for_a_shapefile_is_cut_between_signs_and_told(register):
    outlet = Outlet.objects.order_by("pk").first()
    from qingyuan.registry import actions as registry

    registry.correct(outlet, values={"remark": "长" * 200}, reason="测试", on=build.DAY, by=CONSOLE, at=AT)
    _data, done = exported("shp", register)
    assert any("截短" in text for text in done.warnings)


def test_an_officer_exports_only_his_own_county(register):
    clerk = build.actor(Role.CLERK, build.unit("140213"))
    out = io.BytesIO()
    done = queries.export_outlets(out, "geojson", by=clerk, on=build.DAY, unit=build.unit("140213"))
    assert done.rows == 2
    with pytest.raises(Refused):
        queries.export_outlets(io.BytesIO(), "geojson", by=clerk, on=build.DAY, unit=build.unit("140200"))


def test_every_finding_of_a_file_of_shapes_has_its_sentence():
    for code in ("coordinate.crs_missing", "coordinate.not_a_point", "file.other_layers", "coordinate.height"):
        assert SENTENCES[code][1].endswith("。")
