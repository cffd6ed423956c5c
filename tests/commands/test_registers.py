"""outlets registers, reconcile-codes, duplicates: the register at work from the command line."""

from __future__ import annotations

import json

import pytest

from qingyuan.commands.main import main
from qingyuan.core.lifecycle import Stage
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(db):
    build.country()
    found = build.unit("140825")
    build.outlet(found, stage=Stage.VERIFIED, fields={"national_code": "DB-140825-0001-GY-00"})
    return found


def run(capsys, *words):
    code = main(["outlets", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_registers_are_listed_published_and_exported(county, capsys, tmp_path):
    code, document = run(capsys, "registers", "list", "--unit", "140825")
    assert code == 0
    assert {one["register"]: one["rows"] for one in document["registers"]} == {
        "directory": 1,
        "ledger": 1,
        "retained": 0,
    }
    code, document = run(capsys, "registers", "publish", "--unit", "140825")
    assert (code, document["version"], document["added"]) == (0, 1, 1)
    out = tmp_path / "清单.csv"
    asked = ("registers", "export", "--unit", "140825", "--number", "1", "--as", "csv", "--out", str(out))
    code, document = run(capsys, *asked)
    assert (code, document["rows"]) == (0, 1)
    assert "DB-140825-0001-GY-00" in out.read_text("utf-8-sig")


def test_codes_are_reconciled_without_a_change(county, capsys, tmp_path):
    file = tmp_path / "编码.csv"
    file.write_text("国家编码,入河排污口名称\nDB-140825-0001-GY-00,\nDB-140825-0002-GY-00,某口\n", "utf-8")
    code, document = run(capsys, "reconcile-codes", str(file), "--unit", "140825")
    assert code == 1
    assert document["counts"]["same"] == 1
    assert document["counts"]["absent"] == 1


def test_duplicates_are_listed(county, capsys):
    assert run(capsys, "duplicates", "--unit", "140825") == (0, [])
