"""附件1 out and in: nineteen columns in their places, invalid values refused, what goes out comes back unchanged."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.exchange import actions, queries
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from tests import build
from tests.exchange.workbooks import xlsx
from tests.places_data import build_units

pytestmark = pytest.mark.django_db

AT = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)
ON = date(2023, 6, 1)
PERMIT = "91130200699229617X001P"
GOOD = {
    "序号": 1,
    "收纳河流名称": "御河",
    "断面区间": "上断面至下断面",
    "县区": "平城区",
    "乡镇（街道）": "南关街道",
    "村（社区）": "某社区",
    "入河排污口名称": "大同市平城区甲厂工矿企业排污口",
    "入河排污口地理坐标": "113.300123, 40.100456",
    "入河方式": "管道",
    "入河排污口口门及位置": "圆形，DN600，左岸",
    "引流方式": "重力流",
    "排污责任主任单位名称": "大同市甲厂",
    "入河单位地理坐标": "113.310123, 40.110456",
    "排污单位类型": "工矿企业",
    "入河排污口分类": "工矿企业排污口",
    "整治进展情况（已完成/正在整治）": "",
    "是否完成登记建档": "否",
    "设置审批或排污许可批准时间": "2022-05-04",
    "排污许可证编号": PERMIT,
}
COLUMNS = tuple(GOOD)  # the annex's own order and words, restated here
GROUPS = [("", 1), ("区位信息", 5), ("排污口信息", 4), ("引流设施", 1), ("排污单位信息", 3), ("", 5)]


@pytest.fixture
def datong(db):
    build.country()
    build_units(outlines=True)
    return build.unit("140200")


ELSEWHERE = {"入河排污口名称": "大同市云冈区丙厂工矿企业排污口", "入河排污口地理坐标": "113.050123, 40.010456"}


def sheet(*rows: dict[str, object]) -> bytes:
    """附件1 as a county sends it."""
    upper, at = [""] * len(COLUMNS), 0
    for group, span in GROUPS:
        if group:
            upper[at] = group
        else:
            upper[at : at + span] = COLUMNS[at : at + span]
        at += span
    lower = ["" if label in upper else label for label in COLUMNS]
    title = ["大同市×××县区（或单位）入河排污口信息汇总表"]
    return xlsx(title, upper, lower, *([row.get(label, "") for label in COLUMNS] for row in rows))


def take(*rows: dict[str, object], unit) -> actions.Outcome:
    return actions.run_import(sheet(*rows), "附件1.xlsx", unit=unit, by=CONSOLE, at=AT)


def export(unit=None, body: Body | None = None, form: str = "annex1") -> bytes:
    out = io.BytesIO()
    queries.export_outlets(out, form, by=CONSOLE, on=ON, unit=unit, body=body)
    return out.getvalue()


def page(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def column(data: bytes, label: str) -> list[object]:
    """The values under a header of an exported 附件1, which must stand in its place."""
    at = COLUMNS.index(label) + 1
    found = page(data)
    header = found.cell(3, at).value or found.cell(2, at).value
    assert header == label
    return [row[at - 1].value or "" for row in found.iter_rows(min_row=4)]


# --- going out -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("DT-188", "DT-189")
def test_the_form_names_its_reporter_and_numbers_its_rows(datong):
    rows = [GOOD | {"序号": n, "入河排污口名称": f"大同市平城区甲厂{n}号工矿企业排污口"} for n in (1, 2, 3)]
    rows = [row | {"入河排污口地理坐标": f"113.30{n}123, 40.100456"} for n, row in enumerate(rows)]
    assert take(*rows, unit=datong).new == 3
    county = build.unit("140213")
    bureau = build.body(datong, name="大同市某局")
    for outlet in Outlet.objects.all():
        about = {"reason": "划定责任区", "on": ON, "by": CONSOLE, "at": AT}
        registry.correct(outlet, values={"managing_body": bureau}, **about)
    assert take(rows[0] | {"序号": 4, "县区": "云冈区", "乡镇（街道）": ""} | ELSEWHERE, unit=datong).new == 1
    for data, named in ((export(county), "大同市平城区"), (export(body=bureau), "大同市某局")):
        found = page(data)
        assert found["A1"].value == f"{named}入河排污口信息汇总表"
        assert {str(one) for one in found.merged_cells.ranges} >= {"A1:S1", "A2:A3", "B2:F2", "G2:J2", "L2:N2", "O2:O3"}
        assert found["K2"].value == "引流设施"
        assert column(data, "序号") == [1, 2, 3]
    assert page(export(county)).page_setup.paperSize == 8
    assert page(export(county)).page_setup.orientation == "landscape"
    assert page(export(county)).print_title_rows == "$1:$3"


MARKS = [
    pytest.mark.clause("DT-189"),
    pytest.mark.clause("DT-190"),
    pytest.mark.clause("DT-191"),
    pytest.mark.clause("DT-192"),
    pytest.mark.clause("DT-193"),
    pytest.mark.clause("DT-194"),
    pytest.mark.clause("DT-195"),
    pytest.mark.clause("DT-196"),
    pytest.mark.clause("DT-197"),
    pytest.mark.clause("DT-198"),
    pytest.mark.clause("DT-199"),
    pytest.mark.clause("DT-200"),
    pytest.mark.clause("DT-201"),
    pytest.mark.clause("DT-202"),
    pytest.mark.clause("DT-203"),
    pytest.mark.clause("DT-204"),
    pytest.mark.clause("DT-205"),
    pytest.mark.clause("DT-206"),
    pytest.mark.clause("DT-207"),
]
EACH = [pytest.param(label, marks=marks) for label, marks in zip(COLUMNS, MARKS, strict=True)]


@pytest.mark.parametrize("label", EACH)
def test_every_column_of_the_form_goes_out_in_its_place_as_it_came_in(datong, label):
    assert take(GOOD, unit=datong).new == 1
    unconfirmed = {"排污责任主任单位名称": "大同市甲厂（待核）", "入河排污口分类": "工矿企业排污口（GY）（待核）"}
    (found,) = column(export(datong), label)
    if isinstance(found, datetime):
        found = found.date().isoformat()
    assert found == (GOOD | unconfirmed)[label]


def walked(datong, stage: Stage) -> Outlet:
    take(GOOD, unit=datong)
    return build.walk(Outlet.objects.get(), stage, on=ON)


@pytest.mark.clause("DT-204")
@pytest.mark.parametrize(
    ("stage", "word"),
    [
        (Stage.SURVEYED, ""),
        (Stage.NO_PROBLEM, ""),
        (Stage.PLAN_APPROVED, ""),
        (Stage.REMEDIATING, "正在整治"),
        (Stage.AWAITING_ACCEPTANCE, "正在整治"),
        (Stage.ACCEPTED, "已完成"),
    ],
)
def test_progress_says_only_what_a_remediation_reached(datong, stage, word):
    walked(datong, stage)
    assert column(export(datong), "整治进展情况（已完成/正在整治）") == [word]


def test_what_is_listed_and_not_begun_stays_blank_with_a_warning(datong):
    walked(datong, Stage.PLAN_APPROVED)
    out = io.BytesIO()
    told = queries.export_outlets(out, "annex1", by=CONSOLE, on=ON, unit=datong).warnings
    assert len(told) == 1


def test_an_outlet_retained_without_remediation_is_not_called_completed(datong):
    walked(datong, Stage.NO_PROBLEM)
    outlet = Outlet.objects.get()
    build.step(outlet, Move.RETAIN_WITHOUT_PROBLEM, on=ON)
    assert column(export(datong), "整治进展情况（已完成/正在整治）") == [""]


# --- coming in -------------------------------------------------------------------------------------------------------

REFUSED = [
    pytest.param("序号", "甲", marks=pytest.mark.clause("DT-189")),
    pytest.param("收纳河流名称", "123", marks=pytest.mark.clause("DT-190")),
    pytest.param("县区", "平阳县", marks=pytest.mark.clause("DT-192")),
    pytest.param("乡镇（街道）", "口泉乡", marks=pytest.mark.clause("DT-193")),
    pytest.param("村（社区）", "??", marks=pytest.mark.clause("DT-194")),
    pytest.param("入河排污口名称", "12345", marks=pytest.mark.clause("DT-195")),
    pytest.param("入河排污口地理坐标", "113.3", marks=pytest.mark.clause("DT-196")),
    pytest.param("入河排污口地理坐标", "111.2, 35.6", marks=pytest.mark.clause("DT-196")),
    pytest.param("排污责任主任单位名称", "001", marks=pytest.mark.clause("DT-200")),
    pytest.param("入河单位地理坐标", "不详之处", marks=pytest.mark.clause("DT-201")),
    pytest.param("入河排污口分类", "某某排口", marks=pytest.mark.clause("DT-203")),
    pytest.param("整治进展情况（已完成/正在整治）", "整治中", marks=pytest.mark.clause("DT-204")),
    pytest.param("是否完成登记建档", "也许", marks=pytest.mark.clause("DT-205")),
    pytest.param("设置审批或排污许可批准时间", "2023-02-30", marks=pytest.mark.clause("DT-206")),
    pytest.param("设置审批或排污许可批准时间", "2023-06-02", marks=pytest.mark.clause("DT-206")),
    pytest.param("排污许可证编号", "91130200699229617X", marks=pytest.mark.clause("DT-207")),
]


@pytest.mark.parametrize(("label", "value"), REFUSED)
def test_a_row_with_an_invalid_value_is_refused_and_the_cell_is_named(datong, label, value):
    outcome = take(
        GOOD, GOOD | {"序号": 2, "入河排污口名称": "大同市平城区乙厂工矿企业排污口", label: value}, unit=datong
    )
    assert (outcome.new, outcome.refused) == (1, 1)
    (error,) = [item for item in outcome.findings if item.severity == "error"]
    assert (error.row, error.column) == (5, label)
    assert error.cell.endswith("5")
    assert Outlet.objects.count() == 1


UNKNOWN = [
    pytest.param("断面区间", "某处到某处", "section_interval", marks=pytest.mark.clause("DT-191")),
    pytest.param("入河方式", "虹吸", "conduit_form", marks=pytest.mark.clause("DT-197")),
    pytest.param("入河排污口口门及位置", "看不清", "mouth_text", marks=pytest.mark.clause("DT-198")),
    pytest.param("引流方式", "人工", "diversion_mode", marks=pytest.mark.clause("DT-199")),
    pytest.param("排污单位类型", "某种单位", None, marks=pytest.mark.clause("DT-202")),
]


@pytest.mark.parametrize(("label", "value", "kept"), UNKNOWN)
def test_a_word_nobody_listed_stays_as_text(datong, label, value, kept):
    outcome = take(GOOD | {label: value}, unit=datong)
    assert outcome.new == 1
    if kept:
        assert getattr(Outlet.objects.get(), kept) == value
    told = [item.column for item in outcome.findings if item.code == "field.unknown_word"]
    assert told == ([] if label in ("断面区间", "入河排污口口门及位置") else [label])


@pytest.mark.parametrize("label", ["收纳河流名称", "乡镇（街道）", "入河排污口地理坐标"])
def test_a_missing_required_field_enters_as_to_be_completed(datong, label):
    outcome = take(GOOD | {label: ""}, unit=datong)
    assert outcome.new == 1
    assert Outlet.objects.get().missing
    assert [item.column for item in outcome.findings if item.code == "field.missing"] == [label]


@pytest.mark.clause("DT-188")
def test_an_exported_form_read_back_changes_nothing(datong):
    take(GOOD, unit=datong)
    again = actions.run_import(export(datong), "附件1.xlsx", unit=datong, by=CONSOLE, at=AT)
    assert (again.rows, again.new, again.updated, again.unchanged) == (1, 0, 0, 1)


cells = st.text(st.sampled_from("大同市平城区某厂河村一二12ABCab（）()、，-=+@#\"'<&"), max_size=12).map(
    lambda text: text.lstrip("=")
)
outlets = st.fixed_dictionaries(
    {
        "断面区间": cells,
        "村（社区）": cells.map(lambda text: text and f"某村{text}"),
        "入河方式": st.sampled_from(["管道", "明渠", "虹吸", ""]),
        "入河排污口口门及位置": cells,
        "引流方式": st.sampled_from(["重力流", "无", "人工", ""]),
        "收纳河流名称": st.sampled_from(["御河", "桑干河", "无名沟", ""]),
        "排污责任主任单位名称": st.sampled_from(["甲厂", "乙 厂（一分厂）", ""]),
        "入河排污口分类": st.sampled_from(["工矿企业排污口", "GY", "城镇雨洪排口", ""]),
        "设置审批或排污许可批准时间": st.dates(date(2000, 1, 1), date(2023, 5, 31)) | st.just(""),
        "排污许可证编号": st.sampled_from([PERMIT, ""]),
        "入河排污口地理坐标": st.tuples(st.integers(0, 90_000), st.integers(0, 90_000)).map(
            lambda at: f"{113.3 + at[0] / 1e6:.6f}, {40.1 + at[1] / 1e6:.6f}"
        )
        | st.just(""),
    }
)


@settings(max_examples=min(500, max(10, settings().max_examples // 5)))
@given(rows=st.lists(outlets, min_size=1, max_size=5))
def test_whatever_entered_goes_out_and_comes_back_unchanged(datong, rows):
    named = [
        GOOD | row | {"序号": n, "入河排污口名称": f"大同市平城区某厂{n}号工矿企业排污口"}
        for n, row in enumerate(rows, start=1)
    ]
    with transaction.atomic():
        first = take(*named, unit=datong)
        again = actions.run_import(export(datong), "附件1.xlsx", unit=datong, by=CONSOLE, at=AT)
        transaction.set_rollback(True)
    assert (first.new, first.refused) == (len(rows), 0), [one for one in first.findings if one.severity == "error"]
    assert (again.new, again.updated, again.refused) == (0, 0, 0), list(again.findings)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_plain_forms_read_back_change_nothing_either(datong, form):
    take(GOOD, unit=datong)
    again = actions.run_import(export(datong, form=form), f"台账.{form}", unit=datong, by=CONSOLE, at=AT)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)


def test_progress_and_archiving_in_a_file_are_claims_and_move_no_stage(datong):
    outcome = take(GOOD | {"整治进展情况（已完成/正在整治）": "已完成", "是否完成登记建档": "是"}, unit=datong)
    told = [item.code for item in outcome.findings]
    assert "claim.progress" in told
    assert "claim.archived" in told
    assert Outlet.objects.get().stage == Stage.SURVEYED


def test_a_type_and_a_party_in_a_file_are_proposals(datong):
    take(GOOD, unit=datong)
    outlet = Outlet.objects.get()
    assert (outlet.type_key, outlet.party) == ("", None)
    assert set(outlet.proposals.values_list("about", "value", "text")) == {
        ("type", "GY.enterprise", "工矿企业排污口"),
        ("party", "", "大同市甲厂"),
    }


def test_the_file_stands_as_the_survey_record_of_what_it_brought(datong):
    outcome = take(GOOD, unit=datong)
    outlet = Outlet.objects.get()
    assert list(outlet.papers.values_list("kind", flat=True)) == [Paper.SURVEY_RECORD]
    assert outcome.import_id is not None


def test_the_day_of_registration_in_an_export_is_the_day_in_beijing(datong):
    """Registered at half past one in the morning of 2 June, when it is still 1 June in UTC."""
    night = datetime(2023, 6, 1, 17, 30, tzinfo=UTC)
    registry.register(build.new_outlet(build.unit("140213"), on=ON), by=build.SURVEYOR, at=night)
    out = io.BytesIO()
    queries.export_outlets(out, "csv", by=CONSOLE, on=ON, unit=datong)
    header, line = (text.split(",") for text in out.getvalue().decode("utf-8-sig").splitlines())
    assert line[header.index("登记日期")] == "2023-06-02"
