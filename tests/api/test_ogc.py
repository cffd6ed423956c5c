"""OGC API – Features: what a GIS asks for and is given, in the asker's scope and no further."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.access import reading
from qingyuan.access.models import Reading
from qingyuan.api.ogc import urls
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.geometry import morton_key
from qingyuan.core.lifecycle import Stage
from qingyuan.exchange.layers import LAYERS, outlets
from qingyuan.exchange.layers.outlets import MOST_CELLS, ranges
from qingyuan.registry import actions
from tests import build
from tests.access import site
from tests.access.site import scattered
from tests.web.people import client_of, words

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SAMPLES = {"unit": "140213"}
ITEMS = "/ogc/collections/outlets/items"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.READING_ROOT = tmp_path / "reading"


@pytest.fixture
def found(db):
    return scattered()


@pytest.fixture
def nation(found):
    return client_of(build.officer(Role.AUDITOR, build.unit("000000")))


def read(answer) -> dict:
    assert answer.status_code == 200, answer.content
    return json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def ids(answer) -> list[int]:
    return [int(one["id"]) for one in read(answer)["features"]]


def link(document: dict, rel: str, media: str = "") -> str:
    (found,) = [
        one["href"] for one in document["links"] if one["rel"] == rel and (not media or one["type"] == media)
    ] or [""]
    return found


def local(address: str) -> str:
    return address.removeprefix("http://testserver")


def every_page(client: Client, address: str) -> list[int]:
    seen: list[int] = []
    while address:
        page = read(client.get(local(address)))
        assert page["numberReturned"] == len(page["features"])
        seen += [int(one["id"]) for one in page["features"]]
        address = link(page, "next")
    return seen


def test_the_landing_page_leads_to_everything_the_standard_asks_for(nation):
    home = read(nation.get("/ogc/"))
    assert {"title", "description", "links"} <= set(home)
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        answer = nation.get(local(link(home, rel)))
        assert answer.status_code == 200, rel
        said = next(one["type"] for one in home["links"] if one["rel"] == rel)
        assert answer["Content-Type"].partition(";")[0] == said.partition(";")[0], rel
    classes = read(nation.get("/ogc/conformance"))["conformsTo"]
    assert [one.rpartition("/")[2] for one in classes] == ["core", "geojson", "html", "oas30"]


def test_each_collection_describes_itself_and_its_items_are_geojson(nation):
    told = read(nation.get("/ogc/collections"))
    assert {one["id"] for one in told["collections"]} == set(LAYERS)
    for one in told["collections"]:
        alone = read(nation.get(f"/ogc/collections/{one['id']}"))
        assert {name: alone[name] for name in alone if name != "links"} == {
            name: one[name] for name in one if name != "links"
        }
        assert one["crs"] == [CRS84]
        assert len(one["extent"]["spatial"]["bbox"][0]) == 4
        answer = nation.get(local(link(one, "items", "application/geo+json")))
        assert answer["Content-Type"] == "application/geo+json"
        page = read(answer)
        assert page["type"] == "FeatureCollection"
        assert page["numberReturned"] == len(page["features"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)", page["timeStamp"])
        assert link(page, "self")
        assert link(page, "alternate", "text/html")
        queryables = read(nation.get(f"/ogc/collections/{one['id']}/queryables"))
        for name in queryables["properties"]:
            assert (
                nation.get(f"/ogc/collections/{one['id']}/items", {name: SAMPLES.get(name, "1")}).status_code == 200
            ), name
    assert nation.get("/ogc/collections/nothing").status_code == 404
    assert nation.get("/ogc/collections/nothing/items").status_code == 404


def test_a_feature_says_the_same_on_the_list_alone_and_as_a_page(nation, found):
    page = read(nation.get(ITEMS, {"limit": 1}))
    (one,) = page["features"]
    alone = read(nation.get(f"{ITEMS}/{one['id']}"))
    assert {name: alone[name] for name in ("type", "id", "geometry", "properties")} == one
    assert local(link(alone, "collection")) == "/ogc/collections/outlets"
    html = words(nation.get(f"{ITEMS}/{one['id']}", {"f": "html"}))
    assert one["properties"]["name"] in html
    assert one["properties"]["stage_name"] in html
    assert one["properties"]["name"] in words(nation.get(ITEMS, headers={"Accept": "text/html"}))
    outlet = next(each for each in found if each.pk == int(one["id"]))
    assert one["geometry"]["coordinates"] == [float(outlet.longitude_deg), float(outlet.latitude_deg)]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_pages_give_every_outlet_of_the_scope_once(nation, found, limit):
    assert sorted(every_page(nation, f"{ITEMS}?limit={limit}")) == sorted(one.pk for one in found)


def test_number_matched_is_told_where_tallies_know_it(nation, found):
    assert read(nation.get(ITEMS))["numberMatched"] == len(found)
    page = read(nation.get(ITEMS, {"unit": "140213"}))
    assert page["numberMatched"] == page["numberReturned"] == sum(one.unit.code == "140213" for one in found)
    assert "numberMatched" not in read(nation.get(ITEMS, {"bbox": "73,3,136,54"}))


@pytest.mark.parametrize("narrow", [True, False])
def test_a_rectangle_keeps_what_lies_in_it_by_either_index(nation, found, narrow, monkeypatch):
    monkeypatch.setattr(outlets, "READ_WHOLE", 10**9 if narrow else -1)
    eastings = sorted(float(one.longitude_deg) for one in found)
    west, south, east, north = eastings[5], 40.0, eastings[len(found) // 2], 40.2
    inside = {one.pk for one in found if west <= float(one.longitude_deg) <= east}
    assert 0 < len(inside) < len(found)
    seen = every_page(nation, f"{ITEMS}?limit=4&bbox={west},{south},{east},{north}&bbox-crs={CRS84}")
    assert sorted(seen) == sorted(inside)


sides = st.tuples(st.floats(73, 136), st.floats(3, 54), st.floats(0, 30), st.floats(0, 20))


@settings(max_examples=100)
@given(sides, st.floats(0, 1), st.floats(0, 1))
def test_the_ranges_of_keys_cover_the_rectangle(box, x, y):
    west, south, wide, high = box
    east, north = min(west + wide, 180), min(south + high, 85)
    covering = ranges((west, south, east, north))
    key = morton_key(west + (east - west) * x, south + (north - south) * y)
    assert any(first <= key < last for first, last in covering)
    assert covering == sorted(covering)
    assert len(covering) <= MOST_CELLS


def test_properties_and_time_narrow_the_items(nation, found):
    one = found[0]
    walked = build.walk(one, Stage.VERIFIED, on=build.DAY, at=build.NOON)
    assert ids(nation.get(ITEMS, {"stage": "verified"})) == [walked.pk]
    assert set(ids(nation.get(ITEMS, {"unit": "140200"}))) == {
        each.pk for each in found if each.unit_path.startswith("1402")
    }
    assert one.pk in ids(nation.get(ITEMS, {"datetime": f"{build.NOON.isoformat()[:10]}/.."}))
    later = (build.NOON + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ids(nation.get(ITEMS, {"datetime": f"{later}/"})) == []
    assert ids(nation.get(ITEMS, {"name": one.name, "unit": one.unit.code})) == [one.pk]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=many",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=113,41,114,40",
        "bbox=nan,1,2,3",
        "bbox=113,40,114,41&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "datetime=yesterday",
        "datetime=2023-06-02/2023-06-01",
        "datetime=2023-06-01T00:00:00",
        "datetime=2023-06-01/2023-06-02/2023-06-03",
        "nothing=1",
        "limit=1&limit=2",
        "f=xml",
        "token=x",
        "token=m:1",
        "party=somebody",
        "unit=nowhere",
    ],
)
def test_a_parameter_that_cannot_be_read_is_answered_400_with_its_place(nation, query):
    answer = nation.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["detail"]


def test_more_than_the_most_is_asked_for_in_vain(nation, found):
    assert read(nation.get(ITEMS, {"limit": 10**6}))["numberReturned"] == len(found)


def test_what_lies_outside_the_scope_does_not_exist(found):
    client = client_of(build.officer(Role.CLERK, build.unit("140213")))
    mine = {one.pk for one in found if one.unit.code == "140213"}
    assert set(ids(client.get(ITEMS))) == mine
    assert set(ids(client.get(ITEMS, {"bbox": "73,3,136,54"}))) == mine
    assert ids(client.get(ITEMS, {"unit": "419001"})) == []
    far = next(one for one in found if one.unit.code == "419001")
    assert client.get(f"{ITEMS}/{far.pk}").status_code == 404
    assert client.get(f"/ogc/collections/dischargers/items/{far.party_id or 0}").status_code in {200, 404}
    for key in ("dischargers", "channels", "waters", "zones"):
        for one in read(client.get(f"/ogc/collections/{key}/items"))["features"]:
            assert client.get(f"/ogc/collections/{key}/items/{one['id']}").status_code == 200
    chief = client_of(build.officer(Role.RIVER_CHIEF, None, water=build.water("汾河")))
    assert set(ids(chief.get(ITEMS))) == {one.pk for one in found if one.water_id == build.water("汾河").pk}


def test_nobody_without_a_token_or_a_session_is_answered(db):
    answer = Client().get(ITEMS)
    assert answer.status_code == 401
    assert "Bearer" in answer["WWW-Authenticate"]
    assert Client().get(ITEMS, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert Client().get(ITEMS, headers={"Accept": "text/html"}).url.startswith("/sign-in")
    assert Client().post(ITEMS).status_code == 405


def test_every_address_answers_each_role_in_scope_and_nobody_else(db):
    country = site.country()
    near, far = country.near, country.far
    addresses = ["", "api", "conformance", "collections"]
    for key in LAYERS:
        addresses += [f"collections/{key}{tail}" for tail in ("", "/queryables", "/items")]
    assert {one.name for one in urls.urlpatterns} == {
        "landing", "api", "conformance", "collections", "collection", "queryables", "items", "item"
    }  # fmt: skip
    for role, who in country.officers.items():
        client = client_of(who)
        for address in addresses:
            for form in ("json", "html"):
                answer = client.get(f"/ogc/{address}", {"f": form})
                assert answer.status_code == 200, (role, address, form)
                if answer.streaming:
                    b"".join(answer.streaming_content)
        assert client.get(f"{ITEMS}/{near.pk}").status_code == 200, role
        assert client.get(f"{ITEMS}/{far.pk}").status_code == 404, role
        assert client.get(f"/ogc/collections/dischargers/items/{far.party_id}").status_code == 404, role
    for address in addresses:
        assert Client().get(f"/ogc/{address}").status_code == 401, address


def test_each_page_of_items_is_in_the_read_log(nation):
    nation.get(ITEMS, {"limit": 3})
    reading.take_in(by=CONSOLE, at=build.NOON, keep_days=200)
    (row,) = Reading.objects.all()
    assert (row.kind, row.subject, row.asked, row.rows) == ("features", "outlets", "limit=3", 3)


def test_the_description_names_every_address_and_parameter_there_is(nation):
    answer = nation.get("/ogc/api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = read(answer)
    assert document["openapi"].startswith("3.0")
    for path, operations in document["paths"].items():
        address = "/ogc" + path.replace("{featureId}", str(10**9))
        expected = 404 if "{" in path else 200
        assert nation.get(address).status_code == expected, path
        for one in operations["get"]["parameters"]:
            assert {"name", "in", "schema"} <= set(one)
    names = {one["name"] for one in document["paths"]["/collections/outlets/items"]["get"]["parameters"]}
    assert {"limit", "bbox", "datetime", "crs", *LAYERS["outlets"].queryables} <= names


def test_a_channel_and_a_water_come_with_what_belongs_to_them(db):
    build.country()
    where = build.unit("140213")
    outlet = build.outlet(where, stage=Stage.PARTY_FIXED, receiving=build.water("桑干河"))
    actions.add_channel(
        outlet=outlet,
        unit=where,
        name="某暗涵",
        sources=((outlet.party, None),),
        on=build.DAY,
        by=CONSOLE,
        at=build.recorded(build.DAY),
    )
    client = client_of(build.officer(Role.CLERK, where))
    (channel,) = read(client.get("/ogc/collections/channels/items"))["features"]
    assert channel["geometry"] is None
    assert channel["properties"]["outlets"] == [outlet.pk]
    waters = read(client.get("/ogc/collections/waters/items", {"name": "桑干河"}))["features"]
    assert [one["id"] for one in waters] == [str(outlet.water_id)]
