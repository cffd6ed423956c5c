"""`leads` on a real site: a file in, one lead settled and taken back, each answer one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingyuan.commands.main import main
from qingyuan.stages.survey.models_leads import Lead
from tests import build

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict:
    """What a command prints with --json."""
    assert main(["leads", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_file_is_taken_in_and_a_lead_settled_and_taken_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    build.country()
    file = tmp_path / "许可排放口.csv"
    file.write_text("编号,名称,经度,纬度\nX1,某厂总排口,113.31,40.08\nX2,某厂雨水口,,\n", "utf-8")
    made = said(capsys, "import", str(file), "--unit", "140213", "--source", "permit")
    assert (made["rows"], made["located"], made["doubtful"]) == (2, 1, 1)
    first = made["leads"][0]
    listed = said(capsys, "list", "--unit", "140213", "--state", "open")
    assert {one["ref"] for one in listed["leads"]} == {"X1", "X2"}
    record = tmp_path / "排查记录.txt"
    record.write_text("排查记录", "utf-8")
    ended = said(
        capsys,
        "settle",
        str(first["id"]),
        "--as",
        "outlet",
        "--record",
        str(record),
        "--water",
        "御河",
        "--unit-unknown",
    )
    assert ended["state"] == "outlet"
    assert Lead.objects.get(pk=first["id"]).outlet.missing == ["character"]
    refused = said(capsys, "settle", str(first["id"]), "--as", "not_outlet", "--why", "gone", "--reason", "再", code=1)
    assert refused["refused"]["code"] == "survey.lead_ended"
    assert said(capsys, "reopen", first["key"], "--reason", "核错")["state"] == "open"
    assert said(capsys, "missing", "--unit", "140213") == []
