"""Tracing by programs: the same acts under the same rules as on the pages."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry.models import Outlet
from tests import build
from tests.api.asking import Caller, caller
from tests.api.rooms import today, uploaded
from tests.stages.tracing import cases


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def upon(who: Caller, case: int, act: str, **given):
    read = who.get(f"cases/{case}")
    return who.post(f"cases/{case}/{act}", json={"on": today(), **given}, etag=read["ETag"])


def test_a_case_is_opened_worked_concluded_and_its_party_fixed():
    where = cases.place("安阳")
    of, factory = cases.outlet(where), cases.discharger(where)
    who = caller(Role.REVIEWER, where)
    made = who.post("cases", json={"on": today(), "outlet": of.pk, "why": "unclear"})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    paper = uploaded(who, "检测报告")
    done = upon(who, pk, "step", method="染色示踪", result="见染色", confidence="high", evidence=[paper])
    assert done.status_code == 200, done.content
    start = done.json()["chain"]["start"]
    extended = upon(who, pk, "extend", lower=start, kind="pipe", name="管")
    (pipe,) = [one["id"] for one in extended.json()["chain"]["nodes"] if one["kind"] == "pipe"]
    end = upon(who, pk, "extend", lower=pipe, kind="discharger", body=factory.pk)
    assert [one["body"]["id"] for one in end.json()["sources"]] == [factory.pk]
    assert upon(who, pk, "source", body=factory.pk, share=0.6).json()["sources"][0]["share"] == 0.6
    circle = upon(who, pk, "connect", upper=start, lower=pipe)
    assert (circle.status_code, circle.json()["code"]) == (409, "tracing.outlet_above")
    up = who.get(f"nodes/{start}/upstream").json()
    assert sorted(one["depth"] for one in up["nodes"]) == [0, 1, 2]
    report = uploaded(who, "溯源报告")
    concluded = upon(who, pk, "conclude", conclusion="definite", sha256=report)
    assert [one["body"]["id"] for one in concluded.json()["proposals"]] == [factory.pk]
    fixed = upon(who, pk, "fix-party", body=factory.pk, basis="tracing")
    assert fixed.json()["party"]["id"] == factory.pk
    assert Outlet.objects.get(pk=of.pk).stage == Stage.PARTY_FIXED
    assert [one["id"] for one in who.get("cases?state=definite").json()["items"]] == [pk]
    (row,) = who.get(f"parties/{factory.pk}").json()["items"]
    assert {one["name"] for one in row["duties"]} == {"源头治理", "整治", "规范化建设", "维护管理"}


def test_who_read_an_old_state_is_told_so_and_writes_nothing():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where))
    who = caller(Role.CLERK, where)
    etag = who.get(f"cases/{case.pk}")["ETag"]
    cases.step(case)
    answer = who.post(f"cases/{case.pk}/step", json={"on": today(), "method": "资料溯源", "result": "查无"}, etag=etag)
    assert answer.status_code == 412
    assert case.steps.count() == 1


def test_the_reason_against_an_act_is_the_one_the_page_shows():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where))
    against = caller(Role.LEADER, where).get(f"cases/{case.pk}").json()["against"]
    assert against["step"]["code"] == "access.not_permitted"
    assert caller(Role.CLERK, where).get(f"cases/{case.pk}").json()["against"]["step"] is None


def test_a_storm_outlet_with_sewage_in_dry_weather_gets_its_case_when_the_last_fact_is_sent():
    where = cases.place("新绛")
    of = cases.outlet(where, Stage.CLASSIFIED, type_key="YH.urban_storm")
    who = caller(Role.CLERK, where)
    for name, value in (("dry_hours", 80), ("dry_flow_seen", True), ("sewage_sign", "黑臭")):
        assert who.get("cases").json()["items"] == []
        etag = who.get(f"outlets/{of.pk}")["ETag"]
        given = {"on": today(), "name": name, "value": value, "source": "现场"}
        assert who.post(f"outlets/{of.pk}/facts", json=given, etag=etag).status_code == 201
    (row,) = who.get("cases").json()["items"]
    assert (row["outlet"]["id"], row["why"]) == (of.pk, "dry_flow")
