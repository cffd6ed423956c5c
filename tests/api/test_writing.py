"""Writing: keys, versions, content types, and that a program does what a page does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.access.models import ProgramToken
from qingyuan.api import answers
from qingyuan.api.models import KeptAnswer
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger import queries as ledger
from qingyuan.registry.models import Outlet
from tests import build
from tests.api.asking import Caller, caller, program

DAY = "2023-06-01"


@pytest.fixture
def outlet(db):
    build.country()
    return build.outlet(build.unit("140213"), receiving=build.water("桑干河"))


@pytest.fixture
def clerk(outlet) -> Caller:
    return caller(Role.CLERK, build.unit("140200"))


@pytest.fixture
def reviewer(outlet) -> Caller:
    datong = build.unit("140200")
    bureau = build.body(datong, name="某市生态环境局", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    return caller(Role.REVIEWER, datong, body=bureau)


def upload(who: Caller, text: str = "记录") -> str:
    answer = who.post("files", data={"file": SimpleUploadedFile("记录.txt", text.encode())})
    assert answer.status_code == 201, answer.content
    return answer.json()["sha256"]


def new(sha256: str, **more: object) -> dict[str, object]:
    return {
        "name": "某某村东排污口",
        "unit": "140213",
        "on": DAY,
        "papers": {"survey_record": sha256},
        "position": {"longitude_deg": 113.3, "latitude_deg": 40.11},
        "fields": {"water_text": "某某河", "discharge_pattern": "连续"},
        "unit_unknown": True,
    } | more


def test_an_outlet_goes_from_survey_to_type_by_programs_alone(clerk, reviewer):
    made = clerk.post("outlets", json=new(upload(clerk)))
    assert made.status_code == 201, made.content
    address = made["Location"]
    assert clerk.get(address).json()["stage"] == "surveyed"
    own = clerk.post(f"{address}/verify", json={"on": DAY}, etag=made["ETag"])
    assert (own.status_code, own.json()["code"]) == (403, "access.not_permitted")
    verified = reviewer.post(f"{address}/verify", json={"on": DAY}, etag=made["ETag"])
    assert verified.json()["stage"] == "tracing"  # 大同 traces what has no discharging unit; its case opens at once
    basis = upload(reviewer, "认定书")
    given = {"on": DAY, "basis": "tracing", "papers": {"party_basis": basis}, "new_party": {"name": "某某公司"}}
    fixed = reviewer.post(f"{address}/fix-party", json=given, etag=verified["ETag"])
    assert fixed.status_code == 200, fixed.content
    assert fixed.json()["party"]["name"] == "某某公司"
    typed = reviewer.post(f"{address}/classify", json={"on": DAY, "type_key": "GY.enterprise"}, etag=fixed["ETag"])
    assert typed.status_code == 200, typed.content
    assert (typed.json()["stage"], typed.json()["type_key"]) == ("classified", "GY.enterprise")


@pytest.mark.clause("DT-30")
def test_a_second_outlet_beside_the_first_needs_a_reason(clerk):
    first = clerk.post("outlets", json=new(upload(clerk)))
    assert first.status_code == 201, first.content
    second = new(upload(clerk), name="第二个排污口")
    barred = clerk.post("outlets", json=second)
    assert (barred.status_code, barred.json()["code"]) == (409, "registry.near_another")
    assert clerk.post("outlets", json={**second, "apart": "管径不同"}).status_code == 201


def test_a_survey_record_without_a_destination_is_kept_and_the_item_named(clerk, reviewer):
    made = clerk.post("outlets", json=new(upload(clerk), fields={"discharge_pattern": "连续"}))
    assert made.json()["missing"] == ["destination"]
    barred = reviewer.post(f"{made['Location']}/verify", json={"on": DAY}, etag=made["ETag"])
    assert (barred.status_code, barred.json()["code"]) == (409, "registry.incomplete")
    assert "污水去向" in barred.json()["detail"]


def test_a_correction_needs_the_etag_that_was_read(clerk, outlet):
    read = clerk.get(f"outlets/{outlet.pk}")
    change = {"on": DAY, "reason": "笔误", "values": {"name": "改名排污口", "daily_discharge_m3": 12.5}}
    without = clerk.post(f"outlets/{outlet.pk}/correct", json=change)
    assert (without.status_code, without.json()["code"]) == (428, "api.no_version")
    done = clerk.post(f"outlets/{outlet.pk}/correct", json=change, etag=read["ETag"])
    assert done.status_code == 200, done.content
    assert (done.json()["name"], done.json()["daily_discharge_m3"]) == ("改名排污口", 12.5)
    assert done.json()["water"]["name"] == "桑干河"
    late = clerk.post(f"outlets/{outlet.pk}/correct", json={**change, "reason": "又改"}, etag=read["ETag"])
    assert late.status_code == 412
    assert clerk.post(f"outlets/{outlet.pk}/correct", json=change, etag=done["ETag"]).status_code == 200


def test_the_same_key_gets_the_same_answer_and_does_nothing_twice(clerk, outlet):
    sent = new(upload(clerk))
    first = clerk.post("outlets", json=sent, key="once")
    again = clerk.post("outlets", json=sent, key="once")
    assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert Outlet.objects.filter(name=sent["name"]).count() == 1
    other = clerk.post("outlets", json=new(upload(clerk), name="另一个"), key="once")
    assert (other.status_code, other.json()["code"]) == (422, "api.key_reused")
    beside = {**sent, "apart": "相邻两个口，管径不同"}
    assert caller(Role.CLERK, build.unit("140200")).post("outlets", json=beside, key="once").status_code == 201


def test_a_key_whose_request_is_under_way_is_a_conflict_until_it_is_left_for_dead(clerk, outlet):
    made, text = program(Role.CLERK, build.unit("140200"))
    at = timezone.now()
    kept = KeptAnswer.objects.create(actor_id=f"officer:{made.pk}", key="busy", asked="x", asked_at=at)
    sent = new(upload(clerk))
    busy = Caller(text).post("outlets", json=sent, key="busy")
    assert busy.status_code in {409, 422}
    KeptAnswer.objects.filter(pk=kept.pk).update(asked_at=at - answers.LEFT_FOR_DEAD - timedelta(seconds=1))
    assert Caller(text).post("outlets", json=sent, key="busy").status_code == 201


def test_a_refused_act_keeps_nothing_and_its_key_is_free(clerk, outlet):
    wrong = clerk.post("outlets", json=new("0" * 64), key="again")
    assert wrong.status_code == 404
    assert not KeptAnswer.objects.filter(key="again").exists()
    assert clerk.post("outlets", json=new(upload(clerk)), key="again").status_code == 201


def test_old_answers_are_forgotten(clerk, outlet, settings):
    clerk.post("outlets", json=new(upload(clerk)), key="old")
    later = timezone.now() + timedelta(days=settings.API_KEEP_ANSWERS_DAYS, hours=1)
    assert answers.prune(timezone.now()) == 0
    assert answers.prune(later) == 2


def test_a_write_says_what_is_wrong_with_it(clerk, outlet):
    address = "/api/v1/outlets"
    no_key = clerk.client.post(
        address, "{}", content_type="application/json", headers={"Authorization": f"Bearer {clerk.text}"}
    )
    assert no_key.status_code in {400, 422}
    assert clerk.post("outlets", data="x", content_type="text/plain").status_code == 415
    sent = new(upload(clerk), colour="red")
    unknown = clerk.post("outlets", json=sent)
    assert unknown.status_code == 422
    assert unknown.json()["errors"] == [{"place": "body.colour", "text": "没有这个字段"}]
    english = clerk.post("outlets", json=sent, headers={"Accept-Language": "en"})
    assert english.json()["title"]
    outside = clerk.post("outlets", json=new(upload(clerk), unit="419001"))
    assert outside.status_code == 404
    assert Outlet.objects.count() == 1


def test_too_much_is_refused_before_it_is_read(clerk, outlet, settings):
    settings.API_UPLOAD_BYTES = 100
    answer = clerk.post("files", data={"file": SimpleUploadedFile("x.txt", b"x" * 200)})
    assert answer.status_code == 413


def test_a_paper_a_fact_and_a_channel_are_filed_and_taken_back(clerk, outlet):
    read = clerk.get(f"outlets/{outlet.pk}")
    paper = {"file": SimpleUploadedFile("照片.jpg", b"jpg"), "kind": "photo", "on": DAY, "title": "口门"}
    filed = clerk.post(f"outlets/{outlet.pk}/papers", data=paper, etag=read["ETag"])
    assert filed.status_code == 201, filed.content
    one = next(row for row in filed.json()["papers"] if row["title"] == "口门")
    assert b"".join(clerk.get(f"outlets/{outlet.pk}/papers/{one['id']}").streaming_content) == b"jpg"
    fact = {"name": "dry_weather_flow", "value": True, "source": "现场", "on": DAY}
    said = clerk.post(f"outlets/{outlet.pk}/facts", json=fact, etag=read["ETag"])
    assert said.status_code in {201, 409}, said.content
    channel = {"name": "暗管一号", "on": DAY, "sources": []}
    made = clerk.post(f"outlets/{outlet.pk}/channels", json=channel, etag=read["ETag"])
    assert made.status_code == 201, made.content
    link = made.json()["chain"]["channels"][0]["id"]
    gone = clerk.post(
        f"outlets/{outlet.pk}/channels/{link}/remove", json={"on": DAY, "reason": "封堵"}, etag=read["ETag"]
    )
    assert gone.json()["chain"]["channels"] == []


def test_a_token_ends_and_its_text_is_kept_nowhere(outlet):
    made, text = program(Role.CLERK, build.unit("140200"))
    who = Caller(text)
    assert who.get("outlets").status_code == 200
    token = ProgramToken.objects.get(officer=made)
    assert token.last_used_day == timezone.localdate()
    kept = [*ledger.timeline("officer", str(made.pk)), *ProgramToken.objects.values_list()]
    assert text not in str(kept)
    access.end_token(token, by=CONSOLE, at=timezone.now())
    ended = who.get("outlets")
    assert (ended.status_code, ended.json()["code"]) == (401, "api.token")


def test_a_program_never_signs_in_by_password(client, outlet):
    made, _text = program(Role.CLERK, build.unit("140200"))
    assert not made.has_usable_password()


def test_a_session_reads_and_writes_nothing(client, outlet):
    officer = build.officer(Role.REVIEWER, build.unit("140200"))
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/api/v1/outlets/{outlet.pk}").status_code == 200
    answer = client.post(f"/api/v1/outlets/{outlet.pk}/verify", {"on": DAY}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.session_reads")
    outlet.refresh_from_db()
    assert outlet.stage == Stage.SURVEYED
