"""The field's protocol through the API: the same batches, the same receipts."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.core.access import Role
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.survey.models_field import FieldRecord
from tests import build
from tests.api.asking import Caller, caller
from tests.stages.survey import field

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> field.Scene:
    return field.scene()


@pytest.fixture
def clerk(scene: field.Scene) -> Caller:
    return caller(Role.CLERK, build.unit(field.COUNTY))


def sent(*items: dict) -> dict[str, object]:
    return {"device": {"id": "program"}, "items": list(items)}


def test_a_batch_with_a_photo_in_pieces_through_the_api(scene: field.Scene, clerk: Caller) -> None:
    shot = field.near_photo()
    item = field.record(scene, field.answers(scene), [shot])
    told = clerk.post("field/batch", json=sent(item))
    assert told.status_code == 200, told.content
    (receipt,) = told.json()["receipts"]
    assert (receipt["state"], receipt["missing"]) == ("accepted", [shot.sha256])
    size = len(shot.content)
    for offset in (0, 150):
        part = SimpleUploadedFile("piece", shot.content[offset : offset + 150] if not offset else shot.content[offset:])
        form = {"file": part, "size": size, "offset": offset}
        said = clerk.post(f"field/photos/{shot.sha256}", data=form)
        assert said.status_code == 200, said.content
    assert said.json() == {"received": size, "size": size, "whole": True}
    assert FiledPaper.objects.filter(kind="photo").count() == 1
    again = clerk.post("field/batch", json=sent(item)).json()["receipts"][0]
    assert again["missing"] == []
    assert Outlet.objects.count() == 1


def test_what_waits_is_listed_and_let_pass_with_its_version(scene: field.Scene, clerk: Caller) -> None:
    field.receipt(scene.actor, field.record(scene, field.answers(scene, latitude="35.7")))
    (row,) = clerk.get("field/records").json()["items"]
    assert row["receipt"]["state"] == "needs_you"
    shown = clerk.get(f"field/records/{row['id']}")
    stale = clerk.post(f"field/records/{row['id']}/accept", json={}, etag='"0"')
    assert stale.status_code == 412
    done = clerk.post(f"field/records/{row['id']}/accept", json={}, etag=shown["ETag"])
    assert done.json()["receipt"]["state"] == "accepted", done.content
    assert FieldRecord.objects.get().state == "accepted"
    (device,) = clerk.get("field/devices").json()
    assert device["records"] == 0


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"kind": "record", "id": "x"},
        {"kind": "record", "id": "\x00", "fields": {"\x00a": "\x00"}, "occurred_at": 1e300},
        {"kind": "track", "id": "x", "points": [[1]]},
        {"kind": "record", "fields": {"name": 1e308}, "segment": 1e300, "lead": "x", "offset_s": 1e300},
    ],
)
def test_hostile_items_are_answered_in_words(clerk: Caller, item: dict) -> None:
    told = clerk.post("field/batch", json=sent(item))
    assert told.status_code == 200, told.content
    assert told.json()["receipts"][0]["state"] == "refused"
    assert told.json()["receipts"][0]["findings"][0]["text"]
