"""The command line as scripts see it: exit codes, sentences, one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sites import Site


def test_help_lists_every_group_without_a_site(site: Site) -> None:
    shown = site.run("--help").stdout
    for group in ("init", "demo", "serve", "work", "packs", "outlets", "progress", "ledger", "tallies", "backup"):
        assert group in shown


def test_wrong_usage_is_two(site: Site) -> None:
    assert "usage" in site.run("nonsense", expect=2).stderr
    assert site.run("outlets", "export", expect=2).stderr
    assert site.run("ledger", expect=2).stderr


def test_a_folder_without_a_site_is_told_what_to_do(tmp_path: Path, site: Site) -> None:
    nowhere = Site(tmp_path / "nothing", "")
    if site.database:
        pytest.skip("on PostgreSQL a site is a database that must exist")
    told = nowhere.run("ledger", "verify", expect=1)
    assert "qingyuan init" in told.stderr
    assert told.stdout == ""
    refused = nowhere.run("work", "--json", expect=1)
    assert json.loads(refused.stdout)["refused"]["code"] == "site.not_initialised"


def test_a_refusal_with_json_is_one_document_and_a_sentence(site: Site) -> None:
    told = site.run("outlets", "show", "不存在", "--json", expect=1)
    assert json.loads(told.stdout)["refused"]["code"] == "outlet.not_found"
    assert "没有找到排污口“不存在”" in told.stderr


def test_every_clean_site_proves_itself(site: Site) -> None:
    assert json.loads(site.run("ledger", "verify", "--json").stdout)["breaks"] == []
    assert json.loads(site.run("tallies", "check", "--json").stdout) == {"differences": []}
    assert "KIND:ID" in site.run("ledger", "verify", "--subject", "outlet", expect=1).stderr


@pytest.mark.parametrize(
    ("code", "expect", "said"),
    [
        ("DB-140825-0001-SH-00", 0, "DB-140825-0001-SH-00"),
        ("db1408250001sh00", 0, "DB-140825-0001-SH-00"),
        ("DB-140825-0000-SH-00", 1, "0000"),
        ("EB320312001", 1, "旧版"),
        ("什么", 1, "16 位"),
    ],
)
def test_a_code_is_parsed_or_the_reason_is_said(site: Site, code: str, expect: int, said: str) -> None:
    assert said in site.run("outlets", "check-code", code, expect=expect).stdout
