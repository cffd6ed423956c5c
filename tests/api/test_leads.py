"""Leads through the API: the same acts, the same refusals."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.core.access import Role
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.models_leads import Lead
from tests import build
from tests.api.asking import Caller, caller
from tests.api.rooms import uploaded

pytestmark = pytest.mark.django_db
DAY = "2023-06-01"


@pytest.fixture
def clerk() -> Caller:
    build.country()
    return caller(Role.CLERK, build.unit("140213"))


def given(**more: object) -> dict[str, object]:
    return {
        "on": DAY,
        "source": "chief_patrol",
        "unit": "140213",
        "longitude": "113.31",
        "latitude": "40.08",
        "name": "巡查发现的管口",
    } | more


def test_a_lead_is_reported_settled_and_taken_back(clerk: Caller) -> None:
    made = clerk.post("leads", json=given(longitude="40.08", latitude="113.31"))
    assert made.status_code == 201, made.content
    assert next(one["code"] for one in made.json()["findings"]) == "coordinate.order"
    address = made["Location"]
    sent = {"on": DAY, "record": uploaded(clerk, "排查记录"), "name": "东河口", "unit_unknown": True}
    ended = clerk.post(f"{address}/outlet", json=sent, etag=made["ETag"])
    assert ended.status_code == 200, ended.content
    assert set(ended.json()["missing"]) >= {"character"}
    assert Outlet.objects.get(pk=ended.json()["outlet"]).stage == "surveyed"
    stale = clerk.post(f"{address}/reopen", json={"on": DAY, "reason": "核错"}, etag=made["ETag"])
    assert stale.status_code == 412
    undone = clerk.post(f"{address}/reopen", json={"on": DAY, "reason": "核错"}, etag=ended["ETag"])
    assert undone.json()["state"] == "open"
    none = clerk.post(f"{address}/not-outlet", json={"on": DAY, "why": "gone", "reason": "已封堵"}, etag=undone["ETag"])
    assert (none.json()["state"], none.json()["why"]) == ("not_outlet", "gone")
    again = clerk.post(f"{address}/not-outlet", json={"on": DAY, "why": "gone", "reason": "再按"}, etag=none["ETag"])
    assert (again.status_code, again.json()["code"]) == (409, "survey.lead_ended")


def test_a_lead_beside_an_outlet_names_it_and_is_linked(clerk: Caller) -> None:
    standing = build.outlet(build.unit("140213"))
    beside = given(longitude=str(standing.longitude_deg), latitude=str(standing.latitude_deg))
    made = clerk.post("leads", json=beside)
    assert [one["outlet"] for one in made.json()["twins"]] == [standing.pk]
    sent = {"on": DAY, "record": uploaded(clerk, "排查记录"), "name": "第二个口"}
    barred = clerk.post(f"{made['Location']}/outlet", json=sent, etag=made["ETag"])
    assert (barred.status_code, barred.json()["code"]) == (409, "registry.near_another")
    linked = clerk.post(
        f"{made['Location']}/duplicate",
        json={"on": DAY, "outlet": standing.pk, "reason": "同一个口"},
        etag=made["ETag"],
    )
    assert (linked.json()["state"], linked.json()["same_as"]) == ("duplicate", standing.pk)


def test_a_geojson_of_points_comes_in_and_is_counted_by_source_and_technique(clerk: Caller) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"图斑编号": f"T{number}", "名称": f"疑似点{number}"},
            "geometry": {"type": "Point", "coordinates": [113.3 + number / 500, 40.08]},
        }
        for number in range(1, 4)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    sent = {
        "file": SimpleUploadedFile("疑似点.geojson", content.encode()),
        "on": DAY,
        "title": "遥感疑似点",
        "source": "remote_sensing",
        "unit": "140213",
        "technique": "遥感监测",
    }
    made = clerk.post("leads/import", data=sent)
    assert made.status_code == 201, made.content
    assert made.json()["counts"]["rows"] == 3
    listed = clerk.get("leads?source=remote_sensing").json()["items"]
    assert sorted(one["source_ref"] for one in listed) == ["T1", "T2", "T3"]
    told = clerk.get("leads/statistics").json()
    assert [(one["name"], one["open"]) for one in told["by_technique"]] == [("遥感监测", 3)]
    many = {str(one["id"]): one["version"] for one in listed}
    done = clerk.post("leads/settle", json={"on": DAY, "leads": many, "why": "nothing", "reason": "踏勘没有排口"})
    assert [one["state"] for one in done.json()["items"]] == ["not_outlet"] * 3
    assert Lead.objects.filter(state="open").count() == 0


def test_what_was_probably_missed_is_ranked_with_reasons(clerk: Caller) -> None:
    sent = {
        "on": DAY,
        "kind": "sewer_end",
        "unit": "140213",
        "text": "污水干管末端",
        "paper": uploaded(clerk, "管网图"),
        "longitude": "113.35",
        "latitude": "40.05",
        "water": build.water("御河").code,
    }
    made = clerk.post("hints", json=sent)
    assert made.status_code == 201, made.content
    (found,) = clerk.get("leads/missing").json()
    assert (found["water"]["name"], found["score"]) == ("御河", 25.0)
    assert found["reasons"][0]["clues"] == ["污水干管末端"]
    gone = clerk.post(f"hints/{made.json()['id']}/retract", json={"on": DAY, "reason": "已查明"})
    assert gone.json()["retracted"]
    assert clerk.get("leads/missing").json() == []
