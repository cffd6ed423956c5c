"""The register at work, by programs: registers, duplicates, branches, codes, errands, layers, the audit, rules."""

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
from tests import build
from tests.api.asking import Caller, caller, program
from tests.api.rooms import acting, today

DAY = "2023-06-01"


@pytest.fixture(autouse=True)
def _country(db):
    build.country()


@pytest.fixture
def city():
    return build.unit("140200")


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
        placed = new._replace(position=(Decimal("113.250000"), Decimal(latitude)))
        made.append(actions.register(placed, by=build.SURVEYOR, at=build.NOON))
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
    unknown = clerk.post("saved-views", json={"name": "常用", "query": "stage=surveyed&colour=red"})
    assert (unknown.status_code, "colour" in unknown.json()["detail"]) == (422, True)
    made = clerk.post("saved-views", json={"name": "常用", "query": "stage=surveyed"}).json()
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
    assert read["kind"] == "audit"


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
