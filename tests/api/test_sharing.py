"""信息共享: the four objects of the chain within the caller's scope, what changed since, and every call in the log."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from qingyuan.access import reading
from qingyuan.access.models import Reading
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.exchange import sharing
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from tests import build
from tests.web.people import client_of, words

OBJECTS = {"dischargers": "排污单位", "channels": "排污通道", "outlets": "入河排污口", "waters": "受纳水体"}
SCHEMES = [
    pytest.param("419001", "济源", "济源 四(四)", marks=pytest.mark.clause("JY-91")),
    pytest.param("410502", "安阳", "安阳 三(三)", marks=pytest.mark.clause("AY-98")),
    pytest.param("140213", "大同", "大同 四(十二)", marks=pytest.mark.clause("DT-156")),
    pytest.param("220102", "吉林", "吉林 三(十二)", marks=pytest.mark.clause("JL-123")),
]
RIVERS = {"419001": "沁河", "410502": "安阳河", "140213": "桑干河", "220102": "伊通河"}


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.READING_ROOT = tmp_path / "reading"


@pytest.fixture
def _country(db):
    build.country()


def taken() -> list[Reading]:
    reading.take_in(by=CONSOLE, at=build.NOON, keep_days=200)
    return list(Reading.objects.order_by("pk"))


def call(client: Client, unit: str, what: str, **query: object):
    return client.get(f"/api/v1/share/{unit}/{what}", query)


def ids(answer) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["items"]}


def water_of(code: str):
    found = build.Water.objects.filter(name=RIVERS[code]).first()
    return found or build.Water.objects.filter(units__path__startswith=code[:4]).first()


def chained(code: str) -> Outlet:
    """An outlet with its whole chain: party, channel, water."""
    where = build.unit(code)
    found = build.outlet(where, stage=Stage.PARTY_FIXED, receiving=water_of(code))
    actions.add_channel(
        outlet=found,
        unit=where,
        name=f"{where.name}测试暗管",
        kind="暗管",
        sources=((found.party, None),),
        on=build.DAY,
        by=CONSOLE,
        at=build.recorded(build.DAY),
    )
    return Outlet.objects.get(pk=found.pk)


def department(code: str, role: Role = Role.CLERK):
    """An officer of the water department of a unit: not the department that keeps the register."""
    where = build.unit(code)
    bureau = build.body(
        where, name=f"{where.name}某水利局{role}", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.WATER,)
    )
    return build.officer(role, where, body=bureau)


@pytest.mark.usefixtures("_country")
@pytest.mark.parametrize(("code", "scheme", "clause"), SCHEMES)
def test_an_authorised_department_is_given_the_four_objects_of_its_scope_and_the_call_is_logged(code, scheme, clause):
    near = chained(code)
    elsewhere = chained(next(one for one in RIVERS if one != code))
    who = department(code)
    client = client_of(who)

    assert client.get(f"/api/v1/share/{code}").json()["objects"] == OBJECTS
    assert client.get(f"/api/v1/share/{code}").json()["clause"].startswith(scheme)
    answers = {what: call(client, code, what) for what in OBJECTS}

    assert {answer.json()["clause"] for answer in answers.values()} == {clause}
    assert ids(answers["outlets"]) == {str(near.pk)}
    assert str(near.party_id) in ids(answers["dischargers"])
    assert str(elsewhere.party_id) not in ids(answers["dischargers"])
    assert str(near.water_id) in ids(answers["waters"])
    assert str(elsewhere.water_id) not in ids(answers["waters"])
    (channel,) = answers["channels"].json()["items"]
    assert channel["properties"]["outlets"] == [near.pk]
    assert channel["properties"]["dischargers"] == [{"discharger": near.party_id, "share": None}]
    (outlet,) = answers["outlets"].json()["items"]
    assert outlet["geometry"]["coordinates"] == [float(near.longitude_deg), float(near.latitude_deg)]

    log = [(row.actor_id, row.kind, row.subject, row.unit_path, row.status) for row in taken()]
    path = build.unit(code).path
    assert log == [(f"officer:{who.pk}", "share", what, path, 200) for what in OBJECTS]
    assert [row.rows for row in Reading.objects.order_by("pk")] == [len(ids(answers[what])) for what in OBJECTS]
    page = words(client.get(reverse("web:sharing"), {"unit": code}))
    assert clause in page
    assert who.name in page, "the log of the unit"


@pytest.mark.usefixtures("_country")
@pytest.mark.clause("DT-156")
def test_a_department_that_is_not_authorised_is_refused_and_the_try_is_logged():
    chained("140213")
    stranger = department("140213", Role.SURVEYOR)
    for what in OBJECTS:
        answer = call(client_of(stranger), "140213", what)
        assert answer.status_code == 403
        assert answer["Content-Type"].startswith("application/problem+json")
    assert {(row.actor_id, row.status, row.rows) for row in taken()} == {(f"officer:{stranger.pk}", 403, None)}


@pytest.mark.usefixtures("_country")
def test_a_unit_out_of_scope_does_not_exist_and_who_is_not_signed_in_is_asked_for_a_token():
    client = client_of(department("140213"))
    assert call(client, "419001", "outlets").status_code == 404
    assert call(client, "999999", "outlets").status_code == 404
    assert call(client, "140213", "officers").status_code == 404
    assert call(Client(), "140213", "outlets").status_code == 401


@pytest.mark.usefixtures("_country")
def test_pages_lead_on_and_the_cursor_gives_what_changed_since():
    outlets = [build.outlet(build.unit("140213")) for _number in range(5)]
    client = client_of(department("140213"))
    address, seen, cursors = "/api/v1/share/140213/outlets?limit=2", [], set()
    while address:
        page = client.get(address).json()
        seen += [one["id"] for one in page["items"]]
        cursors.add(page["cursor"])
        address = page["next"]
    assert sorted(seen) == sorted(str(one.pk) for one in outlets)
    (cursor,) = cursors
    assert call(client, "140213", "outlets", since=cursor).json()["items"] == []

    changed, moved, fresh = outlets[0], outlets[1], build.outlet(build.unit("140213"))
    actions.correct(changed, values={"remark": "新的"}, reason="核对", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    actions.change_unit(
        [moved],
        unit=build.unit("140212"),
        on=build.DAY + timedelta(days=1),
        papers=build.papers(Paper.BOUNDARY_BASIS),
        by=build.VERIFIER,
        at=build.NOON + timedelta(days=1),
    )
    page = call(client, "140213", "outlets", since=cursor)
    assert ids(page) == {str(changed.pk), str(fresh.pk)}
    assert page.json()["gone"] == [str(moved.pk)]
    assert page.json()["next"] is None
    assert call(client, "140213", "outlets", since=page.json()["cursor"]).json()["items"] == []
    assert call(client, "140213", "outlets", since="x").status_code == 400
    assert call(client, "140213", "outlets", after="x").status_code == 400


@pytest.mark.usefixtures("_country")
def test_what_lies_in_another_unit_never_shows_among_the_changes():
    client = client_of(department("140213"))
    cursor = sharing.cursor_now()
    far = chained("419001")
    for what in OBJECTS:
        page = call(client, "140213", what, since=cursor).json()
        assert not page["items"], what
        assert str(far.pk) not in page["gone"]


@pytest.mark.usefixtures("_country")
def test_a_river_chief_shares_the_outlets_of_his_river_and_no_other():
    near, other = chained("140213"), build.outlet(build.unit("140213"), receiving=build.water("御河"))
    chief = build.officer(Role.RIVER_CHIEF, None, water=build.water("御河"))
    assert ids(call(client_of(chief), "140213", "outlets")) == {str(other.pk)}
    assert near.pk != other.pk


@pytest.mark.usefixtures("_country")
def test_the_page_says_what_is_shared_how_to_connect_and_gives_each_object_as_a_file():
    near = chained("140213")
    client = client_of(department("140213"))
    page = words(client.get(reverse("web:sharing")))
    for word in (*OBJECTS.values(), "大同 四(十二)", "/api/v1/share/140213"):
        assert word in page
    text = b"".join(client.get(reverse("web:sharing-download", args=["outlets", "csv"])).streaming_content)
    assert near.name in text.decode("utf-8-sig")
    answer = client.get(reverse("web:sharing-download", args=["outlets", "geojson"]))
    collection = json.loads(b"".join(answer.streaming_content))
    assert [one["id"] for one in collection["features"]] == [str(near.pk)]
    assert [(row.kind, row.subject, row.rows, row.unit_path) for row in taken()] == [
        ("share", "outlets:csv", 1, "140213"),
        ("share", "outlets:geojson", 1, "140213"),
    ]
    assert client.get(reverse("web:sharing-download", args=["officers", "csv"])).status_code == 404
    surveyor = client_of(department("140213", Role.SURVEYOR))
    assert surveyor.get(reverse("web:sharing")).status_code == 403
