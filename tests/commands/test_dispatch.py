"""`dispatch` on a real site: an item through its whole life by commands, each answer one JSON document."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.utils import timezone

from qingyuan.commands.main import main
from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyFunction as F
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.models import Escalation
from qingyuan.stages.dispatch.words import ItemKind
from tests import build
from tests.stages.dispatch import bodies

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict:
    """What a command prints with --json."""
    assert main(["dispatch", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def country() -> None:
    """大同 with every body its scheme names."""
    build.country(waters=False)


def test_an_item_of_datong_goes_through_its_life_by_commands(capsys):
    known = bodies.datong()
    made = said(capsys, "issue", "--unit", "140200", "--subject", "查处超标排放", "--clause", "大同 四(十一)")
    assert [(one["part"], one["name"]) for one in made["parts"]] == [
        ("responsible", "市生态环境局"),
        ("supporting", "市公安局"),
    ]
    key = str(made["id"])
    assert said(capsys, "list", "--unit", "大同市", "--status", "open")["counts"]["open"] == 1

    refused = said(capsys, "close", key, "--body", "大同市公安局", code=1)
    assert refused["refused"]["code"] == "access.supporting_only"
    assert said(capsys, "close", key, "--body", "大同市生态环境局", code=1)["refused"]["code"] == "dispatch.awaiting"
    officer = bodies.officer_of(known["大同市生态环境局"])
    now = timezone.now()
    part = queries.own_part(queries.item(officer, made["id"]), officer)
    actions.feedback(part, text="已查处。", on=timezone.localdate(now), by=officer, at=now)
    assert said(capsys, "close", key, "--body", "大同市生态环境局")["status"] == "closed"
    assert said(capsys, "show", key)["parts"][0]["feedbacks"][0]["text"] == "已查处。"


def test_issuing_can_pass_down_at_once(capsys):
    bodies.datong()
    words = ("issue", "--unit", "140200", "--subject", "查清底数", "--clause", "大同 二(二)", "--pass-down")
    assert said(capsys, *words)["below"]["total"] == 11


def test_the_command_and_the_clock_escalate_once(capsys):
    known = bodies.datong()
    actions.issue(
        kind=ItemKind.ISSUE,
        subject="责任不清",
        unit=build.unit("140213"),
        responsible=[known["平城区人民政府"]],
        due=date(2024, 3, 29),
        on=date(2024, 3, 4),
        by=CONSOLE,
        at=bodies.NOON,
    )
    assert [one["name"] for one in said(capsys, "escalate", "--unit", "大同市")["escalated"]] == ["市生态环境局"]
    assert said(capsys, "escalate") == {"escalated": []}
    assert Escalation.objects.count() == 1


def test_a_number_that_is_none_and_a_body_that_is_none_are_said(capsys):
    bodies.bureaus("140200", {"大同市生态环境局": F.ECOLOGY})
    assert said(capsys, "show", "999", code=1)["refused"]["code"] == "item.not_found"
    words = ("issue", "--unit", "140200", "--subject", "x", "--responsible", "没有的局")
    assert said(capsys, *words, code=1)["refused"]["code"] == "body.not_found"
