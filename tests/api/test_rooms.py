"""The rooms at work, by programs: what a page does there, done through the interface, under the same rules."""

from __future__ import annotations

import pytest
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger.models import Entry
from qingyuan.stages.dispatch.models import Meeting, Urging, WorkItem
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.reporting.models import SubordinatePlan
from tests import build
from tests.access import site
from tests.api.asking import Caller, caller
from tests.api.rooms import acting, today, uploaded
from tests.stages.dispatch import bodies

CLAUSE = "大同 四(十二)"


@pytest.fixture(autouse=True)
def _country(db):
    build.country()


@pytest.fixture
def city():
    return build.unit("140200")


@pytest.fixture
def datong():
    return bodies.bureaus("140200", bodies.DATONG_BUREAUS)


def new_item(**more) -> dict:
    return {"on": today(), "unit": "140200", "subject": "完善链条信息共享", "clause": CLAUSE, **more}


def upon(who: Caller, item: int, act: str, **given):
    read = who.get(f"work-items/{item}")
    return who.post(f"work-items/{item}/{act}", json={"on": today(), **given}, etag=read["ETag"])


# --- 交办


def test_an_item_of_datong_goes_through_its_bodies_and_the_supporting_one_cannot_close_it(datong):
    office = acting(datong["大同市生态环境局"])
    made = office.post("work-items", json=new_item())
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made["Location"] == f"/api/v1/work-items/{pk}"
    parts = {one["name"]: one["part"] for one in made.json()["parts"]}
    assert parts["市水务局"] == "supporting"
    assert parts["市生态环境局"] == parts["市城市管理局"] == "responsible"

    water = acting(datong["大同市水务局"])
    paper = uploaded(water, "共享清单")
    assert upon(water, pk, "feedback", text="已接入四类对象", sha256=paper).status_code == 200
    barred = upon(water, pk, "close")
    assert (barred.status_code, barred["Content-Type"]) == (403, "application/problem+json")
    assert barred.json()["code"] == "access.supporting_only"
    assert barred.json()["clause"] == CLAUSE
    assert "配合单位" in barred.json()["detail"]
    shown = water.get(f"work-items/{pk}").json()
    assert shown["against"]["close"]["code"] == "access.supporting_only"
    given = next(one for one in shown["parts"] if one["name"] == "市水务局")["feedbacks"][0]
    file = office.get(f"work-items/{pk}/feedback/{given['id']}")
    assert b"".join(file.streaming_content).decode() == "共享清单"

    assert upon(office, pk, "feedback", text="已完成").status_code == 200
    early = upon(office, pk, "close")
    assert (early.status_code, early.json()["code"]) == (409, "dispatch.awaiting")
    urban = acting(datong["大同市城市管理局"])
    assert urban.get("work-items?mine=true").json()["items"][0]["id"] == pk
    assert upon(urban, pk, "feedback", text="已完成").status_code == 200
    part = next(one["id"] for one in shown["parts"] if one["name"] == "市城市管理局")
    returned = upon(office, pk, "return", part=part, reason="缺少名录")
    assert returned.json()["status"] == "returned"
    assert upon(urban, pk, "feedback", text="已补充名录").json()["status"] == "answered"
    closed = upon(office, pk, "close", note="资料齐全")
    assert closed.json()["status"] == "closed"
    assert upon(office, pk, "reopen", reason="数据有误").json()["status"] == "open"
    acts = [one["act"] for one in office.get(f"work-items/{pk}").json()["timeline"]]
    assert {"item.issue", "item.feedback", "item.return", "item.close", "item.reopen"} <= set(acts)


def test_an_act_upon_an_item_needs_the_version_that_was_read(datong):
    office = acting(datong["大同市生态环境局"])
    made = office.post("work-items", json=new_item())
    address = f"work-items/{made.json()['id']}/feedback"
    said = {"on": today(), "text": "第一次"}
    assert office.post(address, json=said).status_code == 428
    assert office.post(address, json=said, etag=made["ETag"]).status_code == 200
    assert office.post(address, json={**said, "text": "第二次"}, etag=made["ETag"]).status_code == 412


def test_handing_out_twice_under_one_key_is_handing_out_once(datong):
    office = acting(datong["大同市生态环境局"])
    first = office.post("work-items", json=new_item(), key="once")
    entries, notices = Entry.objects.count(), Notice.objects.count()
    again = office.post("work-items", json=new_item(), key="once")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert WorkItem.objects.count() == 1
    assert (Entry.objects.count(), Notice.objects.count()) == (entries, notices)
    other = office.post("work-items", json=new_item(subject="另一件"), key="once")
    assert (other.status_code, other.json()["code"]) == (422, "api.key_reused")


def test_an_item_is_passed_down_and_what_became_of_it_is_added_up(city):
    known = bodies.datong()
    office = acting(known["大同市生态环境局"])
    made = office.post("work-items", json=new_item(clause="大同 二(二)", subject="整治销号"))
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    down = upon(office, pk, "pass-down").json()
    assert down["below"]["total"] == len(down["children"]) > 5
    assert len(upon(office, pk, "pass-down").json()["children"]) == len(down["children"])


def test_what_is_overdue_stands_on_the_board_and_is_urged_once_a_day(datong):
    office = acting(datong["大同市生态环境局"])
    made = office.post("work-items", json=new_item(on="2023-06-01", due="2023-06-02")).json()
    board = office.get("work-items/board?unit=140200").json()
    assert made["id"] in {item["id"] for line in board["overdue"] for item in line["items"]}
    assert [one["id"] for one in office.get("work-items?status=overdue").json()["items"]] == [made["id"]]
    asked = {"on": today(), "items": [made["id"]], "text": "请抓紧"}
    assert office.post("work-items/urge", json=asked).json()["items"][0]["id"] == made["id"]
    assert office.post("work-items/urge", json=asked).status_code == 200
    assert Urging.objects.count() == 1
    waiting = acting(datong["大同市城市管理局"]).get("tasks").json()["counts"]
    assert any(one["overdue"] for one in waiting)


def test_a_meeting_is_recorded_and_its_decision_is_handed_out(datong, city):
    office = acting(datong["大同市生态环境局"])
    mechanism = site.mechanisms_of(city, on=timezone.localdate())[0]
    minutes = uploaded(office, "会议纪要")
    asked = {
        "on": today(),
        "unit": "140200",
        "mechanism": mechanism,
        "title": "第一次会议",
        "minutes": minutes,
        "decisions": [{"text": "通报进度"}, {"text": "月底前整改", "owners": [datong["大同市城市管理局"].pk]}],
    }
    made = office.post("meetings", json=asked, key="meeting")
    assert made.status_code == 201, made.content
    first, second = made.json()["decisions"]
    assert first["item"] is None
    assert office.get(f"work-items/{second['item']}").json()["subject"] == "月底前整改"
    assert office.post("meetings", json=asked, key="meeting").content == made.content
    assert Meeting.objects.count() == 1
    file = office.get(f"meetings/{made.json()['id']}/minutes")
    assert b"".join(file.streaming_content).decode() == "会议纪要"


def test_the_bodies_of_an_item_are_told_and_read_it_once(datong):
    urban = acting(datong["大同市城市管理局"])
    acting(datong["大同市生态环境局"]).post("work-items", json=new_item())
    (notice,) = urban.get("notices?unread=true").json()["items"]
    assert "完善链条信息共享" in notice["text"]
    assert urban.post(f"notices/{notice['id']}/read", json={}).json()["read_at"]
    assert urban.get("notices?unread=true").json()["items"] == []
    assert urban.post("notices/read", json={"up_to": notice["id"]}).json() == {"read": 0}
    stranger = acting(datong["大同市公安局"])
    assert stranger.post(f"notices/{notice['id']}/read", json={}).status_code == 404


# --- 监管责任、实施方案、制度库


def test_supervision_says_who_owes_what_and_where_nobody_does(datong):
    outlet = build.outlet(build.unit("140213"), stage=Stage.CLASSIFIED)
    reader = caller(Role.LEADER, build.unit("140200"))
    said = reader.get(f"outlets/{outlet.pk}/supervision").json()
    assert said["owner"] is None or said["owner"]["clause"]
    unowned = reader.get("supervision/140213/unowned").json()["items"]
    assert (outlet.pk in {one["outlet"]["id"] for one in unowned}) == (said["owner"] is None)
    assert any(one["duties"] for one in reader.get("supervision/140200/matrix").json())
    assert reader.get("supervision/140200/contacts").json()
    assert reader.get("supervision/140200/daily?month=2023-05").json()["first"] == "2023-05-01"
    assert reader.get("supervision/140200/daily?month=2023-13").status_code == 422


def test_a_county_switches_its_pilot_and_the_list_follows(city):
    reviewer = caller(Role.REVIEWER, city)
    before = {one["unit"]["id"]: one for one in reviewer.get("supervision/140200/pilots").json()}["140213"]
    assert before["types"]
    asked = {"on": not before["is_on"], "from_day": today(), "reason": "县政府决定"}
    assert reviewer.post("supervision/140213/pilot", json=asked).json()["is_on"] is not before["is_on"]
    after = {one["unit"]["id"]: one for one in reviewer.get("supervision/140200/pilots").json()}
    assert after["140213"]["is_on"] is not before["is_on"]
    no_county = reviewer.post("supervision/140200/pilot", json=asked)
    assert (no_county.status_code, no_county.json()["code"]) == (409, "oversight.no_pilot")


def test_a_plan_is_refused_filed_again_and_approved():
    province, city = build.unit("220000"), build.unit("220100")
    clerk, reviewer = caller(Role.CLERK, city), caller(Role.REVIEWER, province)
    register = reviewer.get("plans?unit=220000&on=2023-05-01").json()
    line = next(one for one in register["lines"] if one["filer"] == "unit:2201")
    assert (register["due"], line["standing"], line["late_days"]) == ("2023-04-30", "overdue", 1)
    asked = {
        "unit": "220100",
        "filer": "unit:2201",
        "title": "实施方案",
        "sha256": uploaded(clerk, "方案"),
        "issued_on": "2023-04-20",
        "parts": register["parts"],
    }
    short = {**asked, "parts": []}
    made = clerk.post("plans", json=short, key="plan")
    assert made.status_code == 201, made.content
    assert clerk.post("plans", json=short, key="plan").content == made.content
    assert SubordinatePlan.objects.count() == 1
    address = f"plans/{made.json()['id']}"
    own = clerk.post(f"{address}/approve", json={}, etag=made["ETag"])
    assert own.status_code == 403
    lacking = reviewer.post(f"{address}/approve", json={}, etag=made["ETag"])
    assert (lacking.status_code, lacking.json()["code"]) == (409, "plan.part_missing")
    assert lacking.json()["clause"] == "吉林 四(十三)"
    refused = reviewer.post(f"{address}/refuse", json={"reason": "缺少保障机制"}, etag=made["ETag"])
    assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "缺少保障机制")
    late = reviewer.post(f"{address}/refuse", json={"reason": "再退"}, etag=made["ETag"])
    assert late.status_code == 412
    again = clerk.post("plans", json={**asked, "sha256": uploaded(clerk, "方案（修改）")})
    assert again.json()["number"] == 2
    passed = reviewer.post(f"plans/{again.json()['id']}/approve", json={}, etag=again["ETag"])
    assert passed.json()["state"] == "approved"


def test_a_regulation_and_its_new_version_stand_beside_each_other(city):
    reviewer = caller(Role.REVIEWER, city)
    asked = {"unit": "140200", "title": "监管制度", "issuer": "某市政府", "issued": "2023-06-01"}
    first = reviewer.post("regulations", json=asked | {"sha256": uploaded(reviewer, "一")}).json()
    newer = asked | {"sha256": uploaded(reviewer, "二"), "issued": "2024-06-01", "supersedes": first["id"]}
    second = reviewer.post("regulations", json=newer).json()
    assert [one["id"] for one in second["versions"]] == [second["id"], first["id"]]
    assert [one["id"] for one in reviewer.get("regulations?q=监管制度").json()["items"]] == [second["id"]]
    assert len(reviewer.get("regulations?q=监管制度&all=true").json()["items"]) == 2
    file = reviewer.get(f"regulations/{first['id']}/document")
    assert b"".join(file.streaming_content).decode() == "一"
