"""Which waters count where: shown with the outlet, counted on the board, and changed by the commands."""

from __future__ import annotations

import argparse
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.commands import outlets as outlets_command
from qingyuan.commands import places as places_command
from qingyuan.core.access import Role
from tests import build
from tests.boards.build_progress import LISTED, asking, cell, enter, go
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country()


@pytest.fixture
def run(capsys):
    """`qingyuan GROUP WORDS --json`: exit code and the document printed."""

    def _run(command, *asked: str):
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        read = parser.parse_args([*asked, "--json"])
        code = getattr(read, "handler", None) or read.run
        return code(read), json.loads(capsys.readouterr().out)

    return _run


ALL_OF_JIYUAN = {"targets.survey[2025-12-31]", "targets.classified_coverage"}
UNDATED = {"targets.existing_approval_review"}
SCOPES = [
    pytest.param(
        "419001", "演示塘坝", ALL_OF_JIYUAN, "", "所有河流及沟渠塘坝", marks=pytest.mark.clause("JY-25"), id="济源塘坝"
    ),
    pytest.param(
        "419001",
        "蟒河",
        ALL_OF_JIYUAN
        | {f"targets.remediation[{year}-12-31]" for year in (2023, 2024, 2025)}
        | {"targets.survey[2023-12-31]", "targets.tracing[2023-12-31]", "targets.tracing[2024-12-31]"},
        "main_river",
        "所有河流及沟渠塘坝",
        marks=pytest.mark.clause("JY-25"),
        id="济源主要河流",
    ),
    pytest.param(
        "410506",
        "洪河",
        {"targets.survey[2024-12-31]"},
        "",
        "主要河流及重点湖库，后全部",
        marks=pytest.mark.clause("AY-13"),
        id="安阳小河",
    ),
    pytest.param("140825", "鼓水", UNDATED, "", "目标限汾河、浍河", marks=pytest.mark.clause("XJ-09"), id="新绛小河"),
    pytest.param(
        "140214",
        "口泉河",
        UNDATED | {"targets.remediation[2023-12-31]"},
        "",
        "国省考断面河流",
        marks=pytest.mark.clause("DT-09"),
        id="大同小河",
    ),
    pytest.param(
        "220122",
        "伊通河",
        UNDATED | {f"targets.{what}[{year}-12-31]" for what in ("survey", "remediation") for year in (2023, 2025)},
        "songliao_main",
        "松花江、辽河干流及主要支流，后全省",
        marks=pytest.mark.clause("JL-18"),
        id="吉林主要支流",
    ),
    pytest.param(
        "410502",
        "安阳河",
        {"targets.survey[2023-06-30]", "targets.survey[2024-12-31]", "targets.tracing[2023-09-30]"}
        | {f"targets.remediation[{year}-12-31]" for year in (2023, 2024)},
        "main_river",
        "主要河流及重点湖库，后全部",
        marks=pytest.mark.clause("AY-13"),
        id="安阳主要河流",
    ),
    pytest.param(
        "140825",
        "汾河",
        UNDATED
        | {f"targets.{what}[2023-12-31]" for what in ("survey", "tracing", "remediation")}
        | {"targets.remediation[2024-10-31]"},
        "fen_hui",
        "目标限汾河、浍河",
        marks=pytest.mark.clause("XJ-09"),
        id="新绛汾河",
    ),
    pytest.param(
        "140214",
        "十里河",
        UNDATED
        | {f"targets.{what}[2023-12-31]" for what in ("survey", "tracing", "remediation")}
        | {"targets.remediation[2024-12-31]"},
        "assessed_section",
        "国省考断面河流",
        marks=pytest.mark.clause("DT-09"),
        id="大同国省考",
    ),
    pytest.param(
        "220221",
        "岔路河",
        UNDATED | {"targets.survey[2025-12-31]", "targets.remediation[2025-12-31]"},
        "",
        "松花江、辽河干流及主要支流，后全省",
        marks=pytest.mark.clause("JL-18"),
        id="吉林其他河流",
    ),
]


@pytest.mark.parametrize(("code", "river", "targets", "group", "said"), SCOPES)
def test_an_outlet_on_any_water_is_accepted_and_its_page_says_in_which_targets_it_counts(
    country, run, code, river, targets, group, said
):
    unit = build.unit(code)
    browser = client(Role.CLERK, unit)
    browser.post(
        "/outlets/new",
        {
            "name": f"{unit.name}测试排污口",
            "unit": code,
            "is_direct": "on",
            "conduit_form": "管道",
            "water": river,
            "on": "2024-06-01",
            "paper": SimpleUploadedFile("排查记录.txt", "排查记录".encode()),
        },
    )
    (row,) = browser.get("/outlets/").context["rows"]
    page = browser.get(f"/outlets/{row.outlet.pk}")
    scope = page.context["scope"]
    assert {target.key for target in scope.targets} == targets
    assert {one.flag for one in scope.groups} >= ({group} if group else set())
    dated = any("[" in key or key == "targets.classified_coverage" for key in targets)
    in_scope = dated and targets != UNDATED | {"targets.remediation[2023-12-31]"}  # 推进: no share is set
    assert ("计入有期限的目标" in words(page), "不计入有期限的目标" in words(page)) == (True, not in_scope)
    assert said in words(page)

    _code, answer = run(outlets_command, "outlets", "show", str(row.outlet.pk))
    assert (answer["scope"]["in_scope"], set(answer["scope"]["targets"])) == (in_scope, targets)


@pytest.mark.clause("JL-20")
def test_a_river_added_later_by_command_is_in_the_extension_from_its_day_on_and_the_page_keeps_the_day(country, run):
    made = build.outlet(build.unit("220221"), on=date(2023, 5, 1), receiving=build.water("岔路河"))
    browser = client(Role.CLERK, build.unit("220221"))
    assert 'data-group="province_extension"' not in browser.get(f"/outlets/{made.pk}").content.decode()
    code, answer = run(places_command, "places", "extend", "岔路河", "--on", "2024-02-01", "--source", "测试文件")
    assert (code, answer["from"], answer["outlets"]) == (0, "2024-02-01", 1)
    shown = browser.get(f"/outlets/{made.pk}")
    assert 'data-group="province_extension"' in shown.content.decode()
    assert "全省扩展 自 2024-02-01 · 测试文件" in words(shown)
    assert run(places_command, "places", "extend", "火星河", "--on", "2024-02-01", "--source", "测试")[0] == 1


@pytest.mark.clause("JL-23")
def test_after_the_list_is_imported_by_command_waters_outside_it_leave_the_target_of_2023(country, run, tmp_path):
    for code, river in (("220122", "伊通河"), ("220221", "饮马河"), ("220221", "岔路河")):
        go(enter(build.unit(code), 2, on=date(2023, 5, 1), receiving=build.water(river)), LISTED, on=date(2023, 6, 1))
    jilin, target = build.unit("220000"), "targets.remediation[2023-12-31]"

    def counted():
        return cell(jilin, target, asking(date(2023, 12, 31))).figure.denominator

    assert counted() == 4
    listed = tmp_path / "流域干流及重要支流清单.csv"
    listed.write_text("名称\n伊通河\n火星河\n", "utf-8")
    code, answer = run(places_command, "places", "import-waters", str(listed), "--within", "220000")
    assert (code, answer["unknown"]) == (1, [{"line": 3, "name": "火星河"}])
    assert counted() == 4
    listed.write_text("名称\n伊通河\n", "utf-8")
    code, answer = run(places_command, "places", "import-waters", str(listed), "--within", "220000")
    assert (code, answer["flagged"], answer["outlets"]) == (0, [build.water("伊通河").code], 2)
    assert build.water("饮马河").code in answer["unflagged"]
    assert counted() == 2
    made = build.outlet(build.unit("220221"), receiving=build.water("饮马河"))
    scope = client(Role.CLERK, build.unit("220221")).get(f"/outlets/{made.pk}").context["scope"]
    assert target not in {one.key for one in scope.targets}
