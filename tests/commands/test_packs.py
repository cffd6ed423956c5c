"""`qingyuan packs` answers with one document of the agreed shape, or with reasons and the exit code 1."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qingyuan.commands import packs as command
from qingyuan.core.access import CONSOLE
from qingyuan.core.policy import FACTS
from qingyuan.rulebook import actions
from qingyuan.rulebook.models import PackVersion
from tests.places_data import build_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run the group as the command line does: exit code and the one document printed."""

    def _run(*words: str):
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        asked = parser.parse_args(["packs", *words, "--json"])
        code = asked.run(asked)
        return code, json.loads(capsys.readouterr().out)

    return _run


def test_list_names_nine_packs(run):
    code, rows = run("list")
    assert code == 0
    assert len(rows) == 9
    datong = next(row for row in rows if row["code"] == "140200-datong")
    assert (datong["parent"], datong["issuer"], datong["document_no"], datong["issued"]) == (
        "140000-shanxi",
        "大同市人民政府办公室",
        "同政办发〔2023〕8号",
        "2023-05-04",
    )
    assert datong["counts"]["values"] > 50


def test_check_finds_nothing_wrong_in_what_is_shipped(run):
    assert run("check") == (0, {"packs": 9, "faults": []})


def test_check_lists_every_fault_and_changes_nothing(run, tmp_path: Path):
    (tmp_path / "pack.yaml").write_text(
        'pack: 419001001-demo\nunit: "419001001"\ntitle: 演示\ncolour: red\nparameters:\n'
        "  storm_outlets.may_be_merged_or_blocked:\n    values:\n"
        "      - {from: null, value: true, clause: 演示, status: read}\n",
        "utf-8",
    )
    code, answer = run("check", str(tmp_path))
    assert code == 1
    assert [fault["key"] for fault in answer["faults"]] == ["colour"]
    (tmp_path / "pack.yaml").write_text(
        (tmp_path / "pack.yaml").read_text("utf-8").replace("colour: red\n", ""), "utf-8"
    )
    code, answer = run("check", str(tmp_path))
    assert (code, [(fault["code"], fault["key"]) for fault in answer["faults"]]) == (
        1,
        [("POLICY_LOCKED", "storm_outlets.may_be_merged_or_blocked")],
    )
    assert PackVersion.objects.count() == 0


def test_facts_are_the_vocabulary_with_the_rules_that_read_them(run):
    _code, rows = run("facts")
    assert {row["name"] for row in rows} == set(FACTS)
    assert set(rows[0]) == {"name", "type", "unit", "title", "meaning", "subject", "rules"}
    sewage = next(row for row in rows if row["name"] == "village_sewage_m3_d")
    assert (sewage["unit"], sewage["type"]) == ("m3/d", "number")
    assert "rural.tanker" in sewage["rules"]


def test_show_gives_every_parameter_its_clause_and_origin(run):
    code, answer = run("show", "140825", "--on", "2024-06-01")
    assert (code, answer["unit"], answer["on"]) == (0, "140825", "2024-06-01")
    keys = {"value", "from", "clause", "origin", "status", "locked", "inherited"}
    assert all(set(item) == keys for item in answer["parameters"].values())
    assert answer["parameters"]["storm_outlets.may_be_merged_or_blocked"] == {
        "value": False,
        "from": None,
        "clause": "国办函〔2022〕17号（推定）",
        "origin": "000000-national",
        "status": "inferred",
        "locked": True,
        "inherited": True,
    }
    assert answer["parameters"]["targets.remediation[2023-12-31]"]["value"] == 0.35


def test_a_unit_may_be_named(run):
    build_units()
    assert run("show", "新绛县")[1]["unit"] == "140825"
    assert run("show", "不存在的县") == (1, {"error": "没有这个区划：不存在的县"})


def test_judge_answers_rule_by_rule_with_what_is_missing(run, tmp_path: Path):
    facts = tmp_path / "facts.json"
    facts.write_text('{"in_park": false, "industry_outlets_of_party": 2}', "utf-8")
    code, rows = run("judge", "419001", "--facts", str(facts), "--on", "2024-06-01")
    assert code == 0
    assert set(rows[0]) == {"rule", "verdict", "effect", "text", "clause", "origin", "missing"}
    found = {row["rule"]: row for row in rows}
    assert found["outside_park.industrial_outlets"]["verdict"] is True
    assert found["outside_park.industrial_outlets"]["clause"] == "济源 三(三)4"
    assert found["outside_park.exception"]["verdict"] is None
    assert found["outside_park.exception"]["missing"] == ["approved"]


@pytest.mark.parametrize("text", ['{"in_prak": true}', '{"in_park": "yes"}', "[1]", "{"])
def test_facts_outside_the_vocabulary_are_refused(run, tmp_path: Path, text):
    facts = tmp_path / "facts.json"
    facts.write_text(text, "utf-8")
    code, answer = run("judge", "419001", "--facts", str(facts))
    assert code == 1
    assert answer["error"]


def test_load_takes_a_pack_in_or_names_every_fault(run, tmp_path: Path):
    head = 'pack: 140213-demo\nunit: "140213"\ntitle: 平城区（演示）\n'
    actions.load_shipped(by=CONSOLE, at=datetime(2023, 1, 3, tzinfo=UTC))
    (tmp_path / "pack.yaml").write_text(head, "utf-8")
    code, answer = run("load", str(tmp_path), "--from", "2024-07-01")
    assert (code, answer["faults"]) == (0, [])
    assert [(row["pack"], row["from"]) for row in answer["loaded"]] == [("140213-demo", "2024-07-01")]
    (tmp_path / "pack.yaml").write_text(head + "colour: red\n", "utf-8")
    code, answer = run("load", str(tmp_path), "--from", "2024-07-01")
    assert (code, answer["loaded"]) == (1, [])
    assert answer["faults"][0]["key"] == "colour"


def test_compare_names_both_values_and_both_clauses(run):
    code, answer = run("compare", "419001", "410500", "--on", "2024-06-01")
    assert (code, answer["units"]) == (0, ["419001", "410500"])
    row = next(row for row in answer["differences"] if row["parameter"] == "approval.water_opinion")
    assert row["values"] == ["guidance", "when_relevant"]
    assert row["clauses"] == ["济源 五(二)", "安阳 三(一)3"]


def test_the_matrix_is_written_as_a_page(run, tmp_path: Path):
    code, _answer = run("document", "--on", "2024-06-01", "--out", str(tmp_path / "packs.md"))
    page = (tmp_path / "packs.md").read_text("utf-8")
    assert code == 0
    assert "| `rural.daily_sewage_threshold_m3` | 村庄日污水量分界 | m³/d | — | — | 500" in page
    (row,) = [line for line in page.splitlines() if line.startswith("| `approval.disclosure.days` |")]
    assert (
        row
        == "| `approval.disclosure.days` | 审批信息公开期限 | 工作日 | 7 “及时”〔议〕（承，平台建议） |" + " 同左 |" * 4
    )
    assert "| A-1 |" in page
