"""The field app's door and the office's pages about phones and their records."""

from __future__ import annotations

import base64
import json
import re
import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qingyuan.core.access import Role
from qingyuan.places.models import Boundary
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.survey.actions.rescue import FORMAT, take_rescue
from qingyuan.stages.survey.models_field import FieldDevice, FieldRecord
from qingyuan.stages.tracing.models import Case
from qingyuan.web.built import DIST
from tests import build
from tests.stages.survey import field

pytestmark = pytest.mark.django_db
NOW = field.NOON


@pytest.fixture
def scene() -> field.Scene:
    return field.scene()


def signed_in(officer) -> Client:
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(scene) -> Client:
    return signed_in(build.officer(Role.CLERK, build.unit(field.COUNTY)))


def send(client: Client, *items: dict, **more: object):
    said = {"device": {"id": "d1", "label": "手机"}, "items": list(items), **more}
    return client.post("/field/batch", json.dumps(said), content_type="application/json")


def test_the_shell_opens_for_anybody_and_tells_nothing_about_anybody(scene):
    page = Client().get("/field/")
    assert page.status_code == 200
    assert scene.walker.name not in page.content.decode()
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "blob:" not in page["Content-Security-Policy"]
    manifest = Client().get("/field/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/field/", "standalone")


def test_the_worker_takes_along_exactly_what_the_page_loads():
    told = Client().get("/field/sw.js")
    assert told["Content-Type"].startswith("text/javascript")
    kept = json.loads(re.match(r"self\.FIELD=(\{.*?\});", told.content.decode())[1])
    page = Client().get("/field/").content.decode()
    loaded = set(re.findall(r'(?:src|href)="(/static/dist/field[^"]*)"', page))
    assert len(loaded) == 2
    assert loaded <= set(kept["shell"])
    assert "/field/" in kept["shell"]


def test_the_package_holds_my_segments_the_form_and_what_lies_near(scene):
    field.receipt(scene.actor, field.record(scene, field.answers(scene)))
    told = signed_in(scene.walker).get("/field/package").json()
    assert [one["number"] for one in told["segments"]] == [one.number for one in scene.segments[:-1]]
    assert len(told["segments"][0]["lines"][0]) >= 2
    questions = {one["name"]: one for step in told["steps"] for one in step["questions"]}
    assert questions["quick_cod"]["unit"] == "mg/L"
    assert ["管道", "管道"] in questions["conduit_form"]["choices"]
    assert [one["name"] for one in told["outlets"]] == ["测试0号口"]
    assert told["records"][0]["state"] == "accepted"
    assert told["types"][0]["children"]
    other = signed_in(scene.stranger).get("/field/package").json()
    assert [one["number"] for one in other["segments"]] == [scene.segments[-1].number]


def test_a_batch_through_the_page_enters_and_answers_in_words(scene):
    client = signed_in(scene.walker)
    answer = send(client, field.record(scene, field.answers(scene, ph="71")))
    (receipt,) = answer.json()["receipts"]
    assert receipt["state"] == "accepted"
    assert "“pH”为71，超出合理范围，请核对。" in [one["text"] for one in receipt["findings"]]
    assert Outlet.objects.count() == 1
    assert client.post("/field/batch", "nothing", content_type="application/json").status_code == 400
    assert send(client, *[{}] * 300).status_code == 409


def test_a_record_of_a_phone_has_its_tracing_case_at_once_and_may_still_be_mended(scene):
    client = signed_in(scene.walker)
    item = field.record(scene, field.answers(scene))
    (told,) = send(client, item).json()["receipts"]
    case = Case.objects.get(outlet=told["outlet"])
    assert case.why == "scope"  # 新绛 二(一): every outlet is traced
    mended = {**item, "revision": "2", "base": [item["revision"]], "fields": field.answers(scene, bank="右岸")}
    (again,) = send(client, mended).json()["receipts"]
    assert again["state"] == "accepted", again["findings"]
    assert Outlet.objects.get().bank == "右岸"
    assert Case.objects.count() == 1


def test_the_package_says_where_the_officer_works_when_no_segment_is_his(scene):
    where = build.unit(field.COUNTY)
    Boundary.objects.filter(unit=where).delete()
    box = {"west_deg": 111.0, "south_deg": 35.4, "east_deg": 111.4, "north_deg": 35.8}
    Boundary.objects.create(unit=where, recorded_at=NOW, **box)
    told = signed_in(build.officer(Role.SURVEYOR, where)).get("/field/package").json()
    assert told["segments"] == []
    assert told["area"] == [111.0, 35.4, 111.4, 35.8]


def test_the_home_screens_icons_are_pictures_of_the_size_they_claim():
    icons = Client().get("/field/manifest.webmanifest").json()["icons"]
    drawn = [one for one in icons if one["type"] == "image/png"]
    assert {(one["sizes"], one["purpose"]) for one in drawn} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for one in drawn:
        content = (DIST / one["src"].split("/dist/")[1].split("?")[0]).read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert (content[:8], f"{width}x{height}") == (b"\x89PNG\r\n\x1a\n", one["sizes"])


def test_a_batch_without_the_mark_of_the_session_is_no_batch(scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.walker, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client).status_code == 403
    token = client.get("/field/session").json()["csrf"]
    said = json.dumps({"device": {"id": "d1"}, "items": []})
    told = client.post("/field/batch", said, content_type="application/json", headers={"X-CSRFToken": token})
    assert told.status_code == 200


def test_a_photo_is_asked_for_and_sent_in_pieces_through_the_page(scene):
    client, shot = signed_in(scene.walker), field.near_photo()
    send(client, field.record(scene, field.answers(scene), [shot]))
    at, size = f"/field/photos/{shot.sha256}", len(shot.content)
    assert client.get(at).json() == {"received": 0, "size": 0, "whole": False}
    for offset in range(0, size, 100):
        piece = shot.content[offset : offset + 100]
        kind = "application/octet-stream"
        told = client.post(f"{at}?size={size}&offset={offset}", piece, content_type=kind).json()
    assert told == {"received": size, "size": size, "whole": True}
    assert FiledPaper.objects.filter(kind="photo", sha256=shot.sha256).count() == 1
    assert (
        client.post(f"{at[:-1]}x?size=3&offset=0", b"abc", content_type="application/octet-stream").status_code == 409
    )


def test_the_office_sees_the_phone_and_decides_what_waits(scene, clerk):
    far = field.answers(scene, longitude=f"{field.EAST - 0.001:.6f}")
    item = field.record(scene, far, [field.near_photo()], segment=scene.segments[-1].pk)
    holding = [{"kind": "record", "id": "x", "title": "左岸7号口", "state": "draft", "since": NOW.isoformat()}]
    send(signed_in(scene.walker), item, holding=holding)
    page = clerk.get("/survey/devices/").content.decode()
    assert scene.walker.name in page
    assert "记录 1 · 照片 0 · 轨迹 0" in page
    assert "左岸7号口" in clerk.get(f"/survey/devices/{FieldDevice.objects.get().pk}").content.decode()
    waiting = FieldRecord.objects.get()
    assert f"/survey/records/{waiting.pk}" in page
    assert "没有分给填写人所在的队伍" in clerk.get("/survey/records/").content.decode()
    at = f"/survey/records/{waiting.pk}"
    assert "核对无误，放行" in clerk.get(at).content.decode()
    assert clerk.post(f"{at}/accept", {"version": waiting.version - 1}).status_code == 409
    assert clerk.post(f"{at}/accept", {"version": waiting.version}).status_code == 302
    assert Outlet.objects.get().name == "测试0号口"
    assert "这条记录没有待处理的问题" in clerk.get(at).content.decode()


def test_the_office_decides_between_two_phones_on_the_page(scene, clerk):
    item = field.record(scene, field.answers(scene))
    field.receipt(scene.actor, item)
    for name, shape in (("d1", "圆形"), ("d2", "方形")):
        again = {
            **item,
            "revision": name,
            "base": [item["revision"]],
            "fields": field.answers(scene, mouth_shape=shape),
        }
        field.receipt(scene.actor, again, device=name)
    found = FieldRecord.objects.get()
    at = f"/survey/records/{found.pk}"
    page = clerk.get(at).content.decode()
    assert "各设备说法不一" in page
    assert {"圆形", "方形"} <= set(re.findall("圆形|方形", page))
    chosen = {"version": found.version, "decide-mouth_shape": "d1", "name": "改名口"}
    assert clerk.post(f"{at}/amend", chosen).status_code == 302
    assert (Outlet.objects.get().mouth_shape, Outlet.objects.get().name) == ("圆形", "改名口")
    assert FieldRecord.objects.get().state == "accepted"


def rescue_file(scene: field.Scene, shot: field.Photo, item: dict) -> bytes:
    who = {"id": f"officer:{scene.walker.pk}", "name": scene.walker.name}
    photos = {shot.sha256: base64.b64encode(shot.content).decode()}
    device = {"id": "d1", "offset_s": 0}
    said = {"format": FORMAT, "version": 1, "device": device, "items": [{**item, "officer": who}], "photos": photos}
    return json.dumps(said).encode()


def test_a_rescue_file_is_taken_in_by_the_page_and_twice_is_once(scene, clerk):
    shot = field.near_photo()
    content = rescue_file(scene, shot, field.record(scene, field.answers(scene), [shot]))
    for _turn in range(2):
        file = SimpleUploadedFile("rescue.json", content)
        told = clerk.post("/survey/devices/rescue", {"file": file}, follow=True).content.decode()
        assert "已接收 1 项：已入库 1，待处理 0，未收下 0；照片 1 张。" in told
    assert Outlet.objects.count() == 1
    assert FieldRecord.objects.get().officer_name == scene.walker.name
    assert FiledPaper.objects.filter(kind="photo").count() == 1
    wrong = clerk.post("/survey/devices/rescue", {"file": SimpleUploadedFile("a.json", b"[1]")})
    assert wrong.status_code == 409
    assert "不是现场排查导出的救援文件" in wrong.content.decode()


def test_after_the_rescue_the_phone_may_still_send_the_same(scene):
    shot = field.near_photo()
    item = field.record(scene, field.answers(scene), [shot])
    take_rescue(scene.lead, rescue_file(scene, shot, item), at=NOW)
    told = field.receipt(scene.actor, item)
    assert (told.state, told.missing) == ("accepted", ())
    assert (Outlet.objects.count(), FieldRecord.objects.get().revisions.count()) == (1, 1)


def test_a_broken_photo_in_a_rescue_file_is_said_and_the_record_still_enters(scene):
    shot = field.near_photo()
    content = json.loads(rescue_file(scene, shot, field.record(scene, field.answers(scene), [shot])))
    content["photos"] = {shot.sha256: base64.b64encode(shot.content + b"x").decode()}
    told = take_rescue(scene.lead, json.dumps(content).encode(), at=NOW)
    assert (told.photos, told.broken, told.receipts[0].state) == (0, 1, "accepted")
