"""The same register by page, API and file says the same; a program is made at the page and its token works."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from qingyuan.access.models import Officer, ProgramToken
from qingyuan.commands.main import main
from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from tests import build
from tests.api.asking import Caller, caller


@pytest.fixture
def register(db):
    build.country()
    stages = [Stage.SURVEYED, Stage.VERIFIED, Stage.PARTY_FIXED, Stage.CLASSIFIED]
    return [
        build.outlet(build.unit(code), stage=stage, receiving=build.water("桑干河"))
        for code in ("140213", "140212", "419001")
        for stage in stages
    ]


@pytest.mark.parametrize("code", ["140200", "140213", "419001"])
def test_page_api_and_file_say_the_same_of_a_unit(register, code):
    where = build.unit(code)
    client = Client()
    client.force_login(build.officer(Role.CLERK, where), backend="django.contrib.auth.backends.ModelBackend")
    who = caller(Role.CLERK, where)
    names = {one.name for one in register if one.unit.path.startswith(where.path)}

    told = who.get(f"outlets?unit={code}").json()["items"]
    assert {one["name"] for one in told} == names
    page = client.get(reverse("web:outlets"), {"unit": code}).content.decode()
    assert {one.name for one in register if one.name in page} == names
    for door in (
        client.get(reverse("web:outlets-export"), {"unit": code, "as": "csv"}),
        who.get(f"exports/outlets?unit={code}&format=csv"),
    ):
        rows = list(csv.DictReader(io.StringIO(b"".join(door.streaming_content).decode("utf-8-sig"))))
        assert {name for row in rows for name in row.values() if name in names} == names
        assert len(rows) == len(told)
    by_stage = {stage: sum(one["stage"] == stage for one in told) for stage in {one["stage"] for one in told}}
    for stage, count in by_stage.items():
        assert len(who.get(f"outlets?unit={code}&stage={stage}").json()["items"]) == count


def test_pages_of_the_list_follow_each_other_without_a_gap(register):
    who = caller(Role.CLERK, build.unit("140200"))
    seen, address = [], "outlets?size=3"
    while address:
        page = who.get(address).json()
        seen += [one["id"] for one in page["items"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 8


def test_an_administrator_makes_a_program_and_its_token_works_once_shown(register):
    client = Client()
    admin = build.officer(Role.ADMINISTRATOR, build.unit("140200"))
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    given = {"username": "province", "name": "某省平台", "role": "clerk", "unit": "140213", "from_day": "2023-01-01"}
    assert client.post(reverse("web:program-new"), given).status_code == 302
    made = Officer.objects.get(username="province")
    issued = {"label": "每日同步", "from_day": "2023-01-01"}
    shown = client.post(reverse("web:program-issue", args=[made.pk]), issued)
    text = shown.context["text"]
    assert text in shown.content.decode()
    assert {one["unit"]["id"] for one in Caller(text).get("outlets").json()["items"]} == {"140213"}
    again = client.post(reverse("web:program-issue", args=[made.pk]), issued)
    assert (again.status_code, ProgramToken.objects.count()) == (409, 1)
    page = client.get(reverse("web:program", args=[made.pk])).content.decode()
    assert text not in page
    assert text[:9] in page
    token = ProgramToken.objects.get()
    client.post(reverse("web:program-end-token", args=[made.pk, token.pk]))
    assert Caller(text).get("outlets").status_code == 401
    assert client.post(reverse("web:one-time-password", args=[made.pk])).status_code == 409


def test_the_command_line_makes_a_program_and_ends_its_token(register, capsys):
    assert main(["programs", "add", "county", "--name", "县平台", "--unit", "140213", "--role", "clerk", "--json"]) == 0
    capsys.readouterr()
    assert main(["programs", "token", "county", "--label", "同步", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Caller(told["token"]).get("me").json()["name"] == "县平台"
    assert main(["programs", "end", "county", told["prefix"], "--json"]) == 0
    assert Caller(told["token"]).get("me").status_code == 401
