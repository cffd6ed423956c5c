"""`qingyuan packs propose/approve/reject/proposals/what-if`: one document each, exit 1 when refused or faulty."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from qingyuan.commands import packs as command
from tests import build
from tests.rulebook.test_proposals import CLERK, handed_in, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run the group as the command line does: exit code and the one document printed."""
    build.country(waters=False)

    def _run(*words: str):
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        asked = parser.parse_args(["packs", *words, "--json"])
        code = asked.run(asked)
        return code, json.loads(capsys.readouterr().out)

    return _run


def folder(path: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (path / name).write_text(text, "utf-8")
    return str(path)


def test_a_pack_is_proposed_and_who_proposed_it_cannot_approve_it(run, tmp_path: Path):
    code, made = run("propose", folder(tmp_path, own()), "--unit", "140213", "--reason", "演示")
    assert (code, made["state"], made["pack"]) == (0, "waiting", "140213-own")
    code, refused = run("approve", str(made["id"]), "--from", "2099-01-01")
    assert (code, refused["code"]) == (1, "rulebook.second_officer")
    assert [one["id"] for one in run("proposals", "--unit", "140213")[1]] == [made["id"]]


def test_what_an_officer_handed_in_is_approved_or_sent_back(run):
    first = handed_in(own(), by=CLERK)
    code, done = run("approve", str(first.pk), "--from", "2099-01-01")
    assert (code, done["state"], done["from"]) == (0, "approved", "2099-01-01")
    second = handed_in(own(clause="演示 二"), by=CLERK)
    assert run("reject", str(second.pk), "--reason", "缺少文件")[1]["state"] == "rejected"
    assert run("approve", "99999", "--from", "2099-01-01")[0] == 1


def test_a_faulty_pack_is_named_by_file_key_and_reason(run, tmp_path: Path):
    path = folder(tmp_path, own("storm_outlets.may_be_merged_or_blocked", "true"))
    code, made = run("propose", path, "--unit", "140213")
    assert (code, made["state"], made["faults"][0]["code"]) == (1, "faulty", "POLICY_LOCKED")


def test_what_if_of_a_unit_under_its_own_rules_changes_nothing(run):
    code, found = run("what-if", "419001", "--by", "419001", "--on", "2024-06-01")
    assert (code, found["changed"], found["rules"], found["parameters"]) == (0, 0, [], [])
    other = run("what-if", "419001", "--by", "140200", "--on", "2024-06-01")[1]
    assert "outside_park.max_storm_outlets" in {one["parameter"] for one in other["parameters"]}
