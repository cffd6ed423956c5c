"""The three acts of an import, on the register of 大同."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qingyuan.core.access import CONSOLE, Actor, Role
from qingyuan.core.geometry import Datum, from_cgcs2000
from qingyuan.core.lifecycle import Milestone, Stage, milestones_of
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.exchange import actions, judgement, queries
from qingyuan.exchange.actions import entering
from qingyuan.exchange.models import ColumnMemory, Import
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.places import loading
from qingyuan.places.data.build import BUILT
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from tests import build
from tests.exchange.workbooks import HEADER, table, xlsx
from tests.places_data import build_units

pytestmark = pytest.mark.django_db

AT = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
A = [1, "平城区", "南关街道", "大同市平城区甲厂工矿企业排污口", "113.300001", "40.090001", "御河", "甲厂"]
B = [2, "云冈区", "口泉乡", "大同市云冈区乙厂工矿企业排污口", "113.100001", "40.000001", "十里河", "乙厂"]


@pytest.fixture
def datong(db):
    build.country()
    build_units(outlines=True)
    return build.unit("140200")


def run(data: bytes, unit, name: str = "台账.xlsx", **more) -> actions.Outcome:
    return actions.run_import(data, name, **({"unit": unit, "by": CONSOLE, "at": AT} | more))


def judged(data: bytes, unit) -> Import:
    batch = actions.stage(data, "台账.xlsx", unit=unit, by=CONSOLE, at=AT)
    return actions.judge(batch, by=CONSOLE, at=AT)


def counts(outcome: actions.Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.updated, outcome.unchanged, outcome.refused


def found(outcome: actions.Outcome, code: str):
    return [item for item in outcome.findings if item.code == code]


def row(**more) -> list[object]:
    """Row A with other cells, by position name."""
    names = ["seq", "county", "town", "name", "lon", "lat", "water", "party"]
    return [more.get(name, cell) for name, cell in zip(names, A, strict=True)]


# --- what becomes of a row -------------------------------------------------------------------------------------------


def test_every_row_is_new_updated_unchanged_or_refused(datong):
    assert counts(run(xlsx(HEADER, A, B), datong)) == (2, 0, 0, 0)
    moved = [*B[:6], "御河", "乙厂"]
    second = run(xlsx(HEADER, A, moved, row(county="平阳县", name="丙排污口")), datong)
    assert second.rows == 3
    assert counts(second) == (0, 1, 1, 1)
    assert Outlet.objects.get(name=B[3]).water.name == "御河"


def test_a_file_on_disk_is_kept_without_being_held(datong, tmp_path, monkeypatch):
    path = tmp_path / "台账.csv"
    path.write_bytes(table(HEADER, A, B))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda _path: pytest.fail("the whole file was read"))
        done = actions.run_import(path, path.name, unit=datong, by=CONSOLE, at=AT)
    assert counts(done) == (2, 0, 0, 0)
    kept = Import.objects.get(pk=done.import_id)
    assert library.path_of(kept.sha256).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("data", [xlsx(HEADER, A, B), table(HEADER, A, B, encoding="gb18030")], ids=["xlsx", "csv"])
def test_a_second_run_changes_nothing(datong, data):
    name = "台账.xlsx" if data[:2] == b"PK" else "台账.csv"
    run(data, datong, name)
    entries = ledger.verify().entries
    assert counts(run(data, datong, name)) == (0, 0, 2, 0)
    assert Outlet.objects.count() == 2
    assert ledger.verify().entries - entries == 2  # the import itself, staged and taken in


def test_a_new_row_enters_as_surveyed_where_the_row_says(datong):
    run(xlsx(HEADER, A), datong)
    outlet = Outlet.objects.get()
    assert (outlet.stage, outlet.unit.name, outlet.water.name) == (Stage.SURVEYED, "南关街道", "御河")
    assert (str(outlet.longitude_deg), outlet.position_given) == ("113.300001", "113.300001, 40.090001")


def test_a_dry_run_writes_nothing_at_all(datong):
    before = ledger.verify().entries
    assert counts(run(xlsx(HEADER, A, B), datong, dry_run=True)) == (2, 0, 0, 0)
    assert (Outlet.objects.count(), Import.objects.count(), ledger.verify().entries) == (0, 0, before)


def test_an_empty_cell_erases_nothing(datong):
    run(xlsx(HEADER, A), datong)
    assert counts(run(xlsx(HEADER, row(water="", party="")), datong)) == (0, 0, 1, 0)
    assert Outlet.objects.get().water is not None


def test_who_may_not_import_there_imports_nothing(datong):
    elsewhere = build.actor(Role.CLERK, build.unit("140800"))
    with pytest.raises(Refused) as caught:
        run(xlsx(HEADER, A), datong, by=elsewhere)
    assert caught.value.refusal.code == "access.not_permitted"
    batch = judged(xlsx(HEADER, A), datong)
    with pytest.raises(NotFound):
        queries.import_batch(elsewhere, batch.pk)


# --- identity --------------------------------------------------------------------------------------------------------

CODED = ["排污口编码", *HEADER]


def test_a_code_is_the_outlet_whatever_its_name(datong):
    run(xlsx(CODED, ["CC-140213-0001-GY-00", *A]), datong)
    renamed = run(xlsx(CODED, ["cc1402130001gy00", *row(name="大同市平城区甲厂1号工矿企业排污口")]), datong)
    assert counts(renamed) == (0, 1, 0, 0)
    assert Outlet.objects.get().name.endswith("1号工矿企业排污口")


def test_without_a_code_the_unit_and_the_name_are_the_outlet(datong):
    run(xlsx(HEADER, A), datong)
    assert counts(run(xlsx(HEADER, row(lat="40.091001")), datong)) == (0, 1, 0, 0)


def test_an_outlet_whose_county_nobody_stated_is_found_again_by_the_row_that_states_none(datong):
    standing = build.outlet(datong, name="大同市待定区划1号排口")
    again = run(xlsx(HEADER, row(county="", town="", name=standing.name, party="")), datong, dry_run=True)
    assert again.new == 0, again.findings
    stated = run(xlsx(HEADER, row(county="云冈区", town="", name=standing.name, party="")), datong, dry_run=True)
    assert stated.new + stated.refused == 1


def test_without_a_name_the_point_within_ten_metres_and_the_party_are_the_outlet(datong):
    run(xlsx(HEADER, A), datong)
    assert counts(run(xlsx(HEADER, row(name="", lat="40.090050")), datong)) == (0, 1, 0, 0)
    assert counts(run(xlsx(HEADER, row(name="", lat="40.090500")), datong, dry_run=True)) == (1, 0, 0, 0)
    other = run(xlsx(HEADER, row(name="", lat="40.090055", party="他厂")), datong, dry_run=True)
    assert counts(other) == (1, 0, 0, 0)
    assert found(other, "coordinate.shared")


def test_numbered_mouths_of_one_plant_metres_apart_are_two_outlets(datong):
    run(xlsx(HEADER, row(name="大同市平城区甲厂1号工矿企业排污口")), datong)
    second = run(xlsx(HEADER, row(name="大同市平城区甲厂2号工矿企业排污口", lat="40.090030")), datong)
    assert counts(second) == (1, 0, 0, 0)
    assert found(second, "coordinate.shared")


@pytest.mark.clause("DT-30")
def test_a_new_outlet_within_the_duplicate_distance_of_one_on_record_is_told_and_a_person_decides(datong):
    run(xlsx(HEADER, A), datong)
    beside = run(xlsx(HEADER, row(name="大同市平城区丁厂工矿企业排污口", lat="40.090300", party="丁厂")), datong)
    assert counts(beside) == (1, 0, 0, 0)
    (said,) = found(beside, "coordinate.near_another")
    assert (said.row, said.severity) == (2, "warning")
    assert "查重距离 50 米" in said.text
    afar = run(xlsx(HEADER, row(name="大同市平城区戊厂工矿企业排污口", lat="40.091000", party="戊厂")), datong)
    assert not found(afar, "coordinate.near_another")


def test_what_may_be_two_outlets_is_refused(datong):
    for code in ("甲-1", "甲-2"):
        run(xlsx(["地方编码", *HEADER], [code, *A]), datong)
    refused = run(xlsx(HEADER, A), datong)
    assert counts(refused) == (0, 0, 0, 1)
    assert found(refused, "identity.ambiguous")


def test_doubled_rows_names_and_codes_in_one_file_are_refused_once(datong):
    whole = run(xlsx(HEADER, A, [9, *A[1:]]), datong, dry_run=True)
    assert (counts(whole), found(whole, "identity.duplicate_row")[0].row) == ((1, 0, 0, 1), 3)
    named = run(xlsx(HEADER, A, row(lat="40.15")), datong, dry_run=True)
    assert (counts(named), found(named, "name.duplicate")[0].row) == ((1, 0, 0, 1), 3)
    code = "CC-140213-0001-GY-00"
    coded = run(xlsx(CODED, [code, *A], [code, *row(name="乙排污口")]), datong, dry_run=True)
    assert (counts(coded), found(coded, "code.duplicate")[0].row) == ((1, 0, 0, 1), 3)


# --- points ----------------------------------------------------------------------------------------------------------


def told(datong, **more):
    return run(xlsx(HEADER, row(**more)), datong, dry_run=True)


def test_a_point_in_another_city_refuses_its_row_and_says_where_it_lies(datong):
    outcome = told(datong, lon="111.200000", lat="35.600000")
    (finding,) = found(outcome, "coordinate.outside_unit")
    assert (finding.severity, finding.cell, counts(outcome)) == ("error", "E2", (0, 0, 0, 1))
    assert "大同市平城区" in finding.text
    assert "运城市新绛县" in finding.text


def test_a_point_in_another_county_of_the_city_is_a_warning(datong):
    outcome = told(datong, lon="113.100000", lat="40.050000")
    (finding,) = found(outcome, "coordinate.outside_unit")
    assert (finding.severity, counts(outcome)) == ("warning", (1, 0, 0, 0))


def test_a_point_on_the_border_is_told_gently(datong):
    assert found(told(datong, lon="113.248000", lat="40.100000"), "coordinate.near_border")


def test_a_point_whose_county_has_no_outline_is_not_called_wrong(datong):
    outcome = told(datong, county="新荣区", town="", lon="113.140000", lat="40.260000")
    assert counts(outcome) == (1, 0, 0, 0)
    assert found(outcome, "coordinate.unchecked")


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_shifted_datum_is_diagnosed_and_never_changed_silently(datong, datum):
    near = from_cgcs2000(113.33, 40.08, datum)  # a bend of 御河
    outcome = told(datong, lon=f"{near[0]:.6f}", lat=f"{near[1]:.6f}")
    (finding,) = found(outcome, "coordinate.datum")
    assert finding.severity == "warning"
    assert finding.suggestion.startswith("113.33")
    run(xlsx(HEADER, row(lon=f"{near[0]:.6f}", lat=f"{near[1]:.6f}")), datong)
    assert str(Outlet.objects.get().longitude_deg) == f"{near[0]:.6f}"


def test_a_shift_that_carried_a_point_out_of_its_county_is_diagnosed(datong):
    lon, lat = from_cgcs2000(113.449, 40.1, Datum.BD09)
    outcome = told(datong, lon=f"{lon:.6f}", lat=f"{lat:.6f}", water="")
    assert found(outcome, "coordinate.outside_unit")
    assert found(outcome, "coordinate.datum")[0].suggestion.startswith("113.449")


def test_longitude_and_latitude_in_the_wrong_order_wait_for_the_suggestion(datong):
    batch = judged(xlsx(HEADER, row(lon="40.090001", lat="113.300001")), datong)
    assert batch.counts["refused"] == 1
    actions.accept_all(batch, "coordinate.order", by=CONSOLE, at=AT)
    assert batch.counts["new"] == 1
    actions.take_in(batch, by=CONSOLE, at=AT)
    assert str(Outlet.objects.get().longitude_deg) == "113.300001"


def test_degrees_minutes_and_seconds_are_read(datong):
    run(xlsx(HEADER, row(lon="113°18′0.004″", lat="４０度５分２４秒")), datong)
    assert str(Outlet.objects.get().longitude_deg) == "113.300001"


def test_projected_metres_with_a_zone_are_converted_and_told(datong):
    from pyproj import Transformer

    easting, northing = Transformer.from_crs(4490, 4526, always_xy=True).transform(113.300001, 40.090001)
    outcome = told(datong, lon=f"{easting:.2f}", lat=f"{northing:.2f}")
    assert found(outcome, "coordinate.projected")
    assert counts(outcome) == (1, 0, 0, 0)
    assert found(told(datong, lon=f"{easting % 1_000_000:.2f}", lat=f"{northing:.2f}"), "coordinate.projected_zone")


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("113.3", "40.1", "coordinate.precision"),
        ("13.3", "40.1", "coordinate.outside_china"),
        ("一百一十三", "40.1", "coordinate.format"),
        ("113°61′", "40.1", "coordinate.format"),
    ],
)
def test_a_doubtful_or_unreadable_coordinate_is_told(datong, lon, lat, code):
    assert found(told(datong, lon=lon, lat=lat), code)


def test_two_points_metres_apart_are_told_on_both_rows(datong):
    close = row(name="大同市平城区丙厂工矿企业排污口", lat="40.090040", party="丙厂")
    outcome = run(xlsx(HEADER, A, close), datong)
    assert counts(outcome) == (2, 0, 0, 0)
    assert [item.row for item in found(outcome, "coordinate.shared")] == [2, 3]


# --- words, names, codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "suggestion"),
    [
        ("大同市平城区甲厂污水排放口", "name.suffix", "大同市平城区甲厂污水排污口"),
        ("甲厂工矿企业排污口", "name.county_part", "大同市平城区甲厂工矿企业排污口"),
        ("大同市平城区甲厂2#工矿企业排污口", "name.ordinal", "大同市平城区甲厂2号工矿企业排污口"),
        ("大同市平城区某处排污口", "name.type_word", ""),
    ],
)
def test_an_odd_name_is_told_with_a_better_one_and_lets_the_row_in(datong, name, code, suggestion):
    outcome = told(datong, name=name)
    assert counts(outcome) == (1, 0, 0, 0)
    assert [item.suggestion for item in found(outcome, code)] == [suggestion]


def test_an_old_division_code_leads_to_the_unit_of_today(datong):
    data = xlsx(["行政区划代码", *HEADER], ["140202", *row(county="", town="")])
    outcome = run(data, datong)
    (finding,) = found(outcome, "code.old_division")
    assert "140202" in finding.text
    assert counts(outcome) == (1, 0, 0, 0)


def test_a_code_of_the_old_form_is_kept_as_a_local_code(datong):
    outcome = run(xlsx(CODED, ["CC140213001", *A]), datong)
    assert found(outcome, "code.kept_as_local")
    assert Outlet.objects.get().local_code == "CC140213001"


def test_a_national_code_of_another_county_is_told(datong):
    assert found(run(xlsx(CODED, ["CC-140214-0001-GY-00", *A]), datong, dry_run=True), "code.other_county")
    refused = run(xlsx(["国家编码", *HEADER], ["CC-140213-1-GY", *A]), datong, dry_run=True)
    assert found(refused, "code.format")
    assert refused.refused == 1


def test_a_town_of_another_county_refuses_its_row(datong):
    (finding,) = found(told(datong, town="口泉乡"), "field.invalid")
    assert "云冈区" in finding.text


def test_a_formula_without_a_value_and_a_date_in_the_future_refuse_their_rows(datong):
    header = [*HEADER, "批准时间"]
    rows = [[*row(county="=B9"), ""], [*row(name="大同市平城区乙厂工矿企业排污口"), date(2023, 6, 2)]]
    outcome = run(xlsx(header, *rows), datong)
    assert found(outcome, "field.uncomputed")[0].cell == "B2"
    assert found(outcome, "field.future_date")[0].cell == "I3"
    assert counts(outcome) == (0, 0, 0, 2)


def test_total_lines_and_merged_counties_are_read_as_people_mean_them(datong):
    second = row(county="", town="", name="大同市平城区丁厂工矿企业排污口", lat="40.120001")
    outcome = run(xlsx(HEADER, A, second, ["合计", "", "", 2], merge=["B2:B3"]), datong)
    assert (outcome.rows, outcome.new) == (2, 2)
    assert found(outcome, "file.total_line")
    assert found(outcome, "field.merged_cell")[0].row == 3


def test_a_zone_in_the_county_column_manages_the_outlet(datong):
    from qingyuan.places.models import Unit

    zone = Unit.objects.filter(kind="zone", path__startswith="1402").first()
    outcome = run(xlsx(HEADER, row(county=zone.name, town="")), datong)
    assert counts(outcome) == (1, 0, 0, 0), outcome.findings
    outlet = Outlet.objects.get()
    assert (outlet.managing_unit, outlet.unit.name) == (zone, "平城区")


# --- brought in ------------------------------------------------------------------------------------------------------


def test_a_register_under_way_is_brought_in_at_the_stage_it_states(datong):
    header, paper = [*HEADER, "阶段"], build.paper()
    data = xlsx(header, [*A, "整治中"], [*B, "已核实"])
    outcome = run(data, datong, source_sha256=paper)
    assert counts(outcome) == (2, 0, 0, 0)
    assert set(Outlet.objects.values_list("stage", flat=True)) == {Stage.REMEDIATING, Stage.VERIFIED}
    assert all(Milestone.BROUGHT_IN in milestones_of(outlet.milestones) for outlet in Outlet.objects.all())


def test_a_stage_without_a_source_paper_is_only_a_claim(datong):
    outcome = run(xlsx([*HEADER, "阶段"], [*A, "整治中"]), datong)
    assert found(outcome, "claim.stage")
    assert Outlet.objects.get().stage == Stage.SURVEYED


# --- the three acts --------------------------------------------------------------------------------------------------


def test_nothing_enters_before_it_is_taken_in(datong):
    batch = judged(xlsx(HEADER, A, B), datong)
    assert (batch.state, batch.counts["new"], Outlet.objects.count()) == ("judged", 2, 0)
    actions.take_in(batch, by=CONSOLE, at=AT)
    assert (batch.state, Outlet.objects.count()) == ("taken", 2)


def test_an_accepted_suggestion_stands_in_the_cells_place(datong):
    batch = judged(xlsx(HEADER, row(name="甲厂工矿企业排污口")), datong)
    finding = batch.findings.get(code="name.county_part")
    actions.accept(batch, [finding], by=CONSOLE, at=AT)
    actions.take_in(batch, by=CONSOLE, at=AT)
    assert Outlet.objects.get().name == "大同市平城区甲厂工矿企业排污口"


def test_a_skipped_finding_stays_skipped_when_judged_again(datong):
    batch = judged(xlsx(HEADER, row(name="甲厂工矿企业排污口")), datong)
    actions.skip(batch, batch.findings.get(code="name.county_part"), by=CONSOLE)
    actions.judge(batch, by=CONSOLE, at=AT)
    assert batch.findings.get(code="name.county_part").settled == "skipped"


def many(n: int) -> bytes:
    return xlsx(
        HEADER, *(row(name=f"大同市平城区厂{i}号工矿企业排污口", lat=f"40.{100_000 + i * 20}") for i in range(n))
    )


def test_a_killed_import_goes_on_where_it_was(datong, monkeypatch):
    monkeypatch.setattr(judgement, "BATCH", 10)
    batch = judged(many(35), datong)
    real, calls = registry.enter_many, []

    def killed(*given, **more):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*given, **more)

    monkeypatch.setattr(entering.registry, "enter_many", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.take_in(batch, by=CONSOLE, at=AT)
    batch.refresh_from_db()
    assert (Outlet.objects.count(), batch.state, batch.cursor) == (20, "taking", 21)
    actions.take_in(batch, by=CONSOLE, at=AT)
    assert (Outlet.objects.count(), batch.state) == (35, "taken")
    assert not ledger.verify().breaks


def test_a_row_that_the_register_refuses_meanwhile_keeps_out_only_itself(datong):
    batch = judged(xlsx(HEADER, A, B), datong)
    run(xlsx(HEADER, A), datong)
    actions.take_in(batch, by=CONSOLE, at=AT)
    assert (batch.counts["new"], batch.counts["refused"], Outlet.objects.count()) == (1, 1, 2)
    assert batch.findings.get(code="identity.changed").number == 2


def test_an_undone_import_leaves_the_register_as_it_was(datong):
    run(xlsx(HEADER, A), datong)
    batch = judged(xlsx(HEADER, row(water="桑干河"), B), datong)
    actions.take_in(batch, by=CONSOLE, at=AT)
    actions.undo(batch, by=CONSOLE, at=LATER)
    assert batch.state == "undone"
    assert list(Outlet.objects.standing().values_list("name", "water__name")) == [(A[3], "御河")]
    again = run(xlsx(HEADER, A, B), datong, at=LATER)
    assert counts(again) == (1, 0, 1, 0)
    assert not ledger.verify().breaks


def test_an_import_whose_rows_were_touched_is_not_undone(datong):
    batch = judged(xlsx(HEADER, A, B), datong)
    actions.take_in(batch, by=CONSOLE, at=AT)
    touched = Outlet.objects.get(name=A[3])
    registry.correct(touched, values={"remark": "核实"}, reason="补充", on=date(2023, 6, 1), by=CONSOLE, at=AT)
    with pytest.raises(Refused) as caught:
        actions.undo(batch, by=CONSOLE, at=LATER)
    assert caught.value.refusal.code == "exchange.touched_since"
    assert Outlet.objects.standing().count() == 2


def test_a_mapping_is_remembered_for_the_same_header(datong):
    header = ["甲", "乙", "丙", "丁"]
    told_once = {"甲": "name", "乙": "longitude", "丙": "latitude", "丁": "county"}
    first = run(xlsx(header, [A[3], A[4], A[5], "平城区"]), datong, mapping=told_once)
    assert first.new == 1
    assert ColumnMemory.objects.count() == 1
    assert run(xlsx(header, [B[3], B[4], B[5], "云冈区"]), datong).new == 1


def test_a_file_with_a_header_alone_says_that_nothing_is_in_it(datong):
    outcome = run(table(HEADER), datong, name="台账.csv")
    assert (outcome.rows, len(found(outcome, "file.no_rows"))) == (0, 1)


def test_a_file_that_cannot_be_read_changes_nothing(datong):
    with pytest.raises(Refused) as caught:
        run(xlsx(HEADER, A)[:900], datong)
    assert caught.value.refusal.code == "file.broken_zip"
    assert Import.objects.count() == 0


# --- real input ------------------------------------------------------------------------------------------------------


def _real() -> Path | None:
    folder = os.environ.get("QINGYUAN_REAL_DATA", "")
    path = Path(folder) / "hubei_chem_parks_outlets.csv" if folder else None
    return path if path is not None and path.exists() and (BUILT / "counties.wkb.gz").exists() else None


@pytest.mark.skipif(_real() is None, reason="QINGYUAN_REAL_DATA is not set, or the division tables are not built")
def test_the_chemical_parks_of_hubei_are_taken_in_with_their_faults_named(db):
    loading.load_divisions("420000", at=AT, by=CONSOLE)
    hubei, path = build.unit("420000"), _real()
    first = run(path, hubei, path.name)
    assert (first.rows, *counts(first)) == (49, 47, 0, 0, 2)
    outside = [item.row for item in found(first, "coordinate.outside_unit") if item.severity == "error"]
    assert outside == [27, 39]
    assert [item.row for item in found(first, "coordinate.shared")] == [2, 3]
    assert {"name.suffix", "name.county_part", "name.type_word"} <= {item.code for item in first.findings}
    assert counts(run(path, hubei, path.name)) == (0, 0, 47, 2)


def test_an_actor_without_grants_sees_no_import(datong):
    judged(xlsx(HEADER, A), datong)
    assert queries.imports_of(Actor("nobody", "无人")) == []
    assert len(queries.imports_of(CONSOLE)) == 1


def test_an_undone_import_may_be_done_again_with_its_codes(datong):
    data = xlsx(CODED, ["CC-140213-0001-GY-00", *A])
    batch = judged(data, datong)
    actions.take_in(batch, by=CONSOLE, at=AT)
    actions.undo(batch, by=CONSOLE, at=LATER)
    assert counts(run(data, datong, at=LATER)) == (1, 0, 0, 0)


def test_two_runners_of_one_import_enter_each_row_once(datong, monkeypatch):
    batch = judged(xlsx(CODED, ["CC-140213-0001-GY-00", *A]), datong)
    other = Import.objects.get(pk=batch.pk)
    Import.objects.filter(pk=batch.pk).update(state="taking")
    pace, shelf = entering.Pace(), entering.taking.Shelf()
    rows = entering._waiting(other, pace.rows)
    shelf.fetch(rows)
    actions.take_in(batch, by=CONSOLE, at=AT)
    entering._take(other, rows, shelf, pace, by=CONSOLE, at=AT)
    batch.refresh_from_db()
    assert (Outlet.objects.count(), batch.counts["new"], batch.counts["refused"]) == (1, 1, 0)
