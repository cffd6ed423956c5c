"""`survey list`, `show`, `coverage`: the same figures as the pages, as one JSON document."""

from __future__ import annotations

import json

import pytest

from qingyuan.commands.main import main
from tests import build
from tests.stages.survey import campaigns as made

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """What a command prints with --json."""
    assert main(["survey", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_campaign_is_listed_shown_and_measured(capsys):
    build.country()
    people = made.crew("济源")
    campaign = made.started(people)
    made.walk(people, made.rows(campaign)[0])
    (row,) = said(capsys, "list", "--unit", "419001")["campaigns"]
    assert (row["key"], row["covered_m"], row["length_m"], row["segments"]) == (campaign.key, 1000, 10000, 10)
    shown = said(capsys, "show", str(campaign.pk))
    assert len(shown["gaps"]) == 9
    assert "survey.no_track" in [one["code"] for one in shown["missing"]]
    covered = said(capsys, "coverage", "--unit", "济源市")
    assert [one["water"] for one in covered["waters"]] == ["蟒河"]
    assert main(["survey", "show", campaign.key]) == 0
    assert "还缺：" in capsys.readouterr().out
    assert main(["survey", "show", "999999"]) == 1
