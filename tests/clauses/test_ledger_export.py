"""动态台账: a change of the remediation state is an entry that goes out in a workbook and that nobody edits."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Move, Stage
from qingyuan.ledger import queries as ledger
from tests import build
from tests.web.people import client


@pytest.fixture
def country(db):
    build.country()


def sheet(answer) -> list[dict[str, object]]:
    """The rows of a workbook sent, by its header."""
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("410502", marks=pytest.mark.clause("AY-95"), id="安阳"),
        pytest.param("140825", marks=pytest.mark.clause("XJ-10"), id="新绛"),
        pytest.param("140213", marks=pytest.mark.clause("DT-19"), id="大同"),
        pytest.param("220102", marks=pytest.mark.clause("JL-35"), id="吉林"),
    ],
)
def test_the_ledger_goes_out_as_a_workbook_with_time_officer_old_and_new_value(country, code):
    unit = build.unit(code)
    outlet = build.outlet(unit, stage=Stage.PLAN_APPROVED)
    build.step(outlet, Move.START_WORKS, on=date(2023, 6, 3))
    browser = client(Role.REVIEWER, unit)
    told = sheet(browser.get(f"/outlets/{outlet.pk}/ledger.xlsx"))
    last = told[-1]
    assert (last["事项"], last["变更内容"], last["原值"], last["新值"]) == ("开工整治", "阶段", "方案已批准", "整治中")
    assert (last["发生日期"], last["登记时间"], last["经办人"]) == ("2023-06-03", "2023-06-03 10:00:00", "测试核实员")
    entries = ledger.timelines("outlet", [str(outlet.pk)])[str(outlet.pk)]
    assert [one.number for one in entries] == list(range(1, len(entries) + 1))
    assert {one["留痕序号"] for one in told} == {one.number for one in entries}
    assert last["哈希"] == entries[-1].hash
    assert ledger.verify("outlet", str(outlet.pk)).whole

    listed = sheet(browser.get("/outlets/ledger.xlsx"))
    assert [one["留痕序号"] for one in listed] == [one["留痕序号"] for one in told]
    register = sheet(browser.get("/outlets/export?as=xlsx"))
    assert [(one["入河排污口名称"], one["阶段"]) for one in register] == [(outlet.name, "整治中")]


def test_the_workbook_holds_the_entries_of_what_one_may_see_and_asked_for(country):
    mine = build.outlet(build.unit("140213"), stage=Stage.VERIFIED)
    other = build.outlet(build.unit("140213"))
    beyond = build.outlet(build.unit("140214"))
    browser = client(Role.REVIEWER, build.unit("140213"))
    assert {one["排污口名称"] for one in sheet(browser.get("/outlets/ledger.xlsx"))} == {mine.name, other.name}
    asked = browser.get("/outlets/ledger.xlsx", {"stage": Stage.VERIFIED.value})
    assert {one["排污口名称"] for one in sheet(asked)} == {mine.name}
    assert browser.get(f"/outlets/{beyond.pk}/ledger.xlsx").status_code == 404
    assert "outlets/ledger.xlsx?" in browser.get("/outlets/").content.decode()
    assert f"/outlets/{mine.pk}/ledger.xlsx" in browser.get(f"/outlets/{mine.pk}").content.decode()
