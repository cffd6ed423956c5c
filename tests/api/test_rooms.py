"""The rooms at work, by programs: what a page does there, done through the interface, under the same rules."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.access import reading
from qingyuan.access.models import Officer
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger.models import Entry
from qingyuan.registry import actions
from qingyuan.registry.models import BulkRun, Outlet, RegisterVersion, Resolution
from qingyuan.stages.dispatch.models import Meeting, Urging, WorkItem
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.reporting.models import SubordinatePlan
from tests import build
from tests.access import site
from tests.api.asking import Caller, caller, program
from tests.stages.dispatch import bodies

CLAUSE = "大同 四(十二)"
DAY = "2023-06-01"


@pytest.fixture(autouse=True)
def _country(db):
    build.country()


@pytest.fixture
def city():
    return build.unit("140200")


@pytest.fixture
def datong():
    return bodies.bureaus("140200", bodies.DATONG_BUREAUS)


def today() -> str:
    return timezone.localdate().isoformat()


def acting(body, role=Role.REVIEWER) -> Caller:
    return caller(role, body.unit, body=body)


def uploaded(who: Caller, text: str) -> str:
    answer = who.post("files", data={"file": SimpleUploadedFile("材料.txt", text.encode())})
    assert answer.status_code == 201, answer.content
    return answer.json()["sha256"]


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


# --- 名录、重复、支口、编码


def test_a_register_is_published_and_its_difference_is_told():
    xinjiang = build.unit("140825")
    build.outlet(xinjiang, stage=Stage.VERIFIED)
    bureau = build.body(xinjiang, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    keeper = acting(bureau)
    assert keeper.get("registers?unit=140825").json()[0]["last"] is None
    asked = {"unit": "140825", "after": 0}
    first = keeper.post("registers/directory/publish", json=asked, key="first")
    assert first.status_code == 201, first.content
    assert keeper.post("registers/directory/publish", json=asked, key="first").content == first.content
    same = keeper.post("registers/directory/publish", json={**asked, "after": 1})
    assert (same.status_code, same.json()["code"]) == (409, "registry.nothing_changed")
    added = build.outlet(xinjiang, stage=Stage.VERIFIED)
    live = keeper.get("registers/directory/difference?unit=140825").json()
    assert (live["before"], live["now"], live["added"], live["removed"]) == (1, None, [added.pk], [])
    stale = keeper.post("registers/directory/publish", json=asked)
    assert stale.status_code == 412
    second = keeper.post("registers/directory/publish", json={**asked, "after": 1}).json()
    assert (second["number"], second["rows"], second["added"]) == (2, 2, 1)
    assert RegisterVersion.objects.count() == 2
    told = keeper.get("registers/directory/difference?unit=140825&before=1&now=2").json()
    assert told["added"] == [added.pk]
    rows = keeper.get("registers/directory/versions/2?unit=140825").json()["items"]
    assert {one["outlet"] for one in rows} == {
        one["outlet"] for one in keeper.get("registers/directory").json()["items"]
    }
    file = keeper.get("registers/directory/export?unit=140825&number=2&format=csv")
    assert added.name in b"".join(file.streaming_content).decode("utf-8-sig")


def twins() -> tuple[Outlet, Outlet]:
    """Two entries of one outlet, a few metres apart."""
    made = []
    for name, latitude in (("平城区甲厂工业排污口", "40.080000"), ("平城区甲厂 工业排污口", "40.080100")):
        new = build.new_outlet(build.unit("140213"), name=name)
        given = {slot: getattr(new, slot) for slot in type(new).__slots__}
        given["position"] = (Decimal("113.250000"), Decimal(latitude))
        made.append(actions.register(actions.NewOutlet(**given), by=build.SURVEYOR, at=build.NOON))
    return made[0], made[1]


def test_duplicates_are_resolved_undone_and_kept_apart(city):
    keep, drop = twins()
    reviewer = caller(Role.REVIEWER, city)
    (pair,) = reviewer.get("duplicates?unit=140213").json()["items"]
    assert {pair["first"]["id"], pair["second"]["id"]} == {keep.pk, drop.pk}
    assert reviewer.get(f"outlets/{keep.pk}/duplicates").json()[0]["second"]["id"] == drop.pk
    both = reviewer.get(f"duplicates/{keep.pk}/{drop.pk}").json()
    asked = {
        "keep": keep.pk,
        "keep_version": both["first"]["version"],
        "drop": drop.pk,
        "drop_version": both["second"]["version"],
        "reason": "同一个口",
    }
    assert caller(Role.CLERK, city).post("duplicates/resolve", json=asked).status_code == 403
    stale = reviewer.post("duplicates/resolve", json={**asked, "drop_version": 99})
    assert stale.status_code == 412
    done = reviewer.post("duplicates/resolve", json=asked, key="resolve")
    assert done.status_code == 200, done.content
    entries = Entry.objects.count()
    assert reviewer.post("duplicates/resolve", json=asked, key="resolve").content == done.content
    assert (Resolution.objects.count(), Entry.objects.count()) == (1, entries)
    assert not Outlet.objects.get(pk=drop.pk).in_register
    undone = reviewer.post(f"duplicates/resolutions/{done.json()['id']}/undo", json={"reason": "看错了"})
    assert undone.json()["undone_at"]
    assert Outlet.objects.get(pk=drop.pk).in_register
    apart = {"first": keep.pk, "second": drop.pk, "reason": "两家"}
    assert reviewer.post("duplicates/apart", json=apart).status_code == 200
    assert reviewer.get("duplicates?unit=140213").json()["items"] == []


def test_a_branch_is_tied_to_its_main_and_untied(city):
    main, branch = twins()
    clerk = caller(Role.CLERK, city)
    read = clerk.get(f"outlets/{branch.pk}")
    day = build.DAY.isoformat()
    tied = clerk.post(f"outlets/{branch.pk}/set-main", json={"on": day, "main": str(main.pk)}, etag=read["ETag"])
    assert tied.status_code == 200, tied.content
    assert clerk.get(f"outlets/{branch.pk}/branches").json()["main"]["id"] == main.pk
    assert clerk.get(f"outlets/{main.pk}/branches").json()["branches"][0]["id"] == branch.pk
    later = (build.DAY + timedelta(days=1)).isoformat()
    freed = clerk.post(f"outlets/{branch.pk}/end-main", json={"on": later}, etag=tied["ETag"])
    assert freed.status_code == 200, freed.content
    assert clerk.get(f"outlets/{branch.pk}/branches").json()["main"] is None


def test_a_list_of_codes_is_reconciled_and_one_is_taken(city):
    outlet = build.outlet(build.unit("140213"), name="某排污口")
    clerk = caller(Role.CLERK, city)
    text = "国家编码,入河排污口名称\nDB-140213-0001-GY-00,某排污口\n"
    file = SimpleUploadedFile("编码.csv", text.encode())
    made = clerk.post("code-lists", data={"file": file, "unit": "140200"})
    assert made.status_code == 201, made.content
    (row,) = clerk.get(f"code-lists/{made.json()['id']}/rows").json()["items"]
    assert (row["match"], row["outlet"]["id"]) == ("uncoded", outlet.pk)
    read = clerk.get(f"outlets/{outlet.pk}")
    asked = {"outlet": outlet.pk, "code": row["code"]}
    taken = clerk.post(f"code-lists/{made.json()['id']}/take", json=asked, etag=read["ETag"])
    assert taken.json()["national_code"] == row["code"]
    assert clerk.get(f"code-lists/{made.json()['id']}").json()["counts"]["same"] == 1


# --- 批量办理、保存的筛选、官方文件、审计、自定义规则


def test_an_errand_is_previewed_and_done_once_with_a_receipt(city):
    ready, done = build.outlet(build.unit("140213")), build.outlet(build.unit("140213"), stage=Stage.VERIFIED)
    far = build.outlet(build.unit("419001"))
    reviewer = caller(Role.REVIEWER, city)
    chosen = [{"outlet": one.pk, "version": one.version} for one in (ready, done, far)]
    asked = {"on": build.DAY.isoformat(), "errand": {"act": "verify"}, "chosen": chosen}
    before = Entry.objects.count()
    seen = reviewer.post("bulk/preview", json=asked)
    assert seen.status_code == 200, seen.content
    assert [one["against"] is None for one in seen.json()["outcomes"]] == [True, False, False]
    assert Entry.objects.count() == before
    made = reviewer.post("bulk", json=asked, key="bulk")
    assert (made.status_code, made.json()["done"]) == (201, 1)
    assert made.json()["outcomes"] == seen.json()["outcomes"]
    entries = Entry.objects.count()
    assert reviewer.post("bulk", json=asked, key="bulk").content == made.content
    assert (BulkRun.objects.count(), Entry.objects.count()) == (1, entries)
    assert reviewer.get(f"bulk/{made.json()['id']}").json()["outcomes"] == made.json()["outcomes"]
    assert Outlet.objects.get(pk=ready.pk).stage == Stage.VERIFIED
    assert caller(Role.REVIEWER, city).get(f"bulk/{made.json()['id']}").status_code == 404


def test_a_filter_is_kept_renamed_and_removed_by_its_owner(city):
    clerk = caller(Role.CLERK, city)
    made = clerk.post("saved-views", json={"name": "常用", "query": "stage=surveyed&colour=red"}).json()
    assert made["query"] == "stage=surveyed"
    assert clerk.post(f"saved-views/{made['id']}/rename", json={"name": "待核实"}).json()["name"] == "待核实"
    assert caller(Role.CLERK, city).get("saved-views").json() == []
    assert clerk.post(f"saved-views/{made['id']}/remove", json={}).json() == {"done": True}
    assert clerk.get("saved-views").json() == []


def test_an_official_file_is_compared_taken_in_and_taken_back(city):
    reviewer = caller(Role.REVIEWER, city)
    ring = [[113.28, 40.07], [113.34, 40.07], [113.34, 40.12], [113.28, 40.07]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"名称": "某园区"}, "geometry": shape}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    asked = {"unit": "140213", "subject": "zones", "zone_kind": "park", "source": "某批复", "day": DAY}
    made = reviewer.post("official-files", data={"file": SimpleUploadedFile("园区.geojson", content), **asked})
    assert made.status_code == 201, made.content
    address = f"official-files/{made.json()['id']}"
    assert made.json()["counts"] == {"new": 1}
    assert reviewer.get(f"{address}/changes").json()["items"][0]["name"] == "某园区"
    assert reviewer.post(f"{address}/take-in", json={}).json()["state"] == "taken"
    parks = {one["kind"]: one for one in reviewer.get("layers/140213").json()}["park"]
    assert (parks["count"], parks["sources"]) == (1, ["某批复"])
    assert reviewer.post(f"{address}/take-in", json={}).status_code == 409
    assert reviewer.post(f"{address}/undo", json={}).json()["state"] == "undone"


def test_the_auditor_sees_who_did_what_and_who_read_it(city, settings, tmp_path):
    settings.READING_ROOT = str(tmp_path)
    outlet = build.outlet(build.unit("140213"))
    made, text = program(Role.AUDITOR, city)
    auditor = Caller(text)
    rows = auditor.get("audit/acts?unit=140213").json()["items"]
    assert {"outlet.register"} <= {one["entry"]["act"] for one in rows if one["subject"] == outlet.name}
    reading.take_in(by=CONSOLE, at=timezone.now(), keep_days=30)
    national = Caller(program(Role.AUDITOR, build.unit("000000"))[1])
    (read,) = national.get(f"audit/reads?who={Officer.objects.get(pk=made.pk).username}").json()["items"]
    assert (read["kind"], read["subject"]) == ("audit", "acts")


def test_a_setting_is_handed_in_by_one_and_approved_by_another(city):
    reviewer, leader = caller(Role.REVIEWER, city), caller(Role.LEADER, city)
    asked = {
        "unit": "140213",
        "name": "signin.password_days",
        "value": "45",
        "clause": "某县通知 一",
        "from_day": today(),
        "reason": "县里决定",
    }
    made = reviewer.post("pack-settings", json=asked, key="setting")
    assert made.status_code == 201, made.content
    assert reviewer.post("pack-settings", json=asked, key="setting").content == made.content
    assert made.json()["state"] == "waiting"
    address = f"pack-proposals/{made.json()['id']}"
    assert reviewer.post(f"{address}/approve", json={"from_day": today()}).status_code == 403
    what_if = leader.get(f"policies/140213/what-if?proposal={made.json()['id']}")
    assert what_if.status_code == 200, what_if.content
    approved = leader.post(f"{address}/approve", json={"from_day": today()})
    assert approved.status_code == 200, approved.content
    assert approved.json()["state"] == "approved"
    parameters = leader.get("policies/140213/resolved").json()["parameters"]
    assert str(45) in str([one for one in parameters if "password_days" in str(one)])
    again = leader.post(f"{address}/reject", json={"reason": "晚了"})
    assert again.status_code == 409


def test_a_faulty_pack_is_kept_with_every_fault_and_never_in_force(city):
    reviewer = caller(Role.REVIEWER, city)
    sent = {"unit": "140213", "files": {"pack.yaml": "pack: [x"}, "reason": "试"}
    made = reviewer.post("pack-proposals", json=sent)
    assert (made.status_code, made.json()["state"]) == (201, "faulty")
    assert made.json()["faults"][0]["file"] == "pack.yaml"
    slip = reviewer.post(
        "pack-settings",
        json={
            "unit": "140213",
            "name": "signin.password_days",
            "value": "很多",
            "clause": "某",
            "from_day": today(),
            "reason": "试",
        },
    )
    assert (slip.status_code, slip.json()["errors"][0]["place"]) == (422, "body.value")
    taken_back = reviewer.post(f"pack-proposals/{made.json()['id']}/withdraw", json={"reason": "写错"})
    assert (taken_back.status_code, taken_back.json()["code"]) == (409, "rulebook.faulty")
