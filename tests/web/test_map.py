"""一张图: a map tells of what lies in one's scope and of nothing else, at every zoom."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import mapbox_vector_tile
import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.bodies import actions as bodies
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyKind
from qingyuan.core.geometry import KEY_ZOOM, key_cell, morton_key
from qingyuan.core.lifecycle import TRANSITIONS, Move, Stage
from qingyuan.places import zone_files
from qingyuan.places.models import Zone
from qingyuan.registry import actions, tallies, tiles
from qingyuan.registry.queries import visible_to
from tests import build
from tests.places_data import build_units, build_waters

pytestmark = pytest.mark.django_db

PINGCHENG, YUNGANG, XINJIANG = (113.30, 40.09), (113.10, 40.05), (111.22, 35.61)
TILES = (0, 3, 5, 6, 7, 8, 10, 11, 12, 14)


@pytest.fixture
def register():
    """Outlets in two districts of 大同 and in 新绛, some of them on 桑干河 or 汾河."""
    build_units(outlines=True)
    build_waters()
    made = []
    for code, (lon, lat), river, count in (
        ("140213", PINGCHENG, "桑干河", 5),
        ("140214", YUNGANG, "", 3),
        ("140825", XINJIANG, "汾河", 4),
    ):
        for number in range(count):
            position = (Decimal(str(lon)) + Decimal(number) / 100, Decimal(str(lat)) + Decimal(number) / 200)
            made.append(
                build.new_outlet(build.unit(code), position=position, receiving=build.water(river) if river else None)
            )
    return actions.register_many(made, by=build.SURVEYOR, at=build.recorded(build.DAY))


def at(point, zoom):
    """The tile that holds a point."""
    return key_cell(morton_key(*point) >> 2 * (KEY_ZOOM - zoom))


def drawn(body):
    """Ids of single outlets, and how many outlets the tile tells of in all."""
    layers = mapbox_vector_tile.decode(body) if body else {}
    ids = [each["id"] for each in layers.get("outlets", {}).get("features", ())]
    grouped = sum(each["properties"]["n"] for each in layers.get("groups", {}).get("features", ()))
    return ids, len(ids) + grouped


def told(actor, zoom, wanted=tiles.EVERYTHING):
    """The same over every tile in which any outlet of the register lies."""
    keys = {row.mkey >> 2 * (KEY_ZOOM - zoom) for row in visible_to(CONSOLE) if row.mkey is not None}
    ids, total = [], 0
    for key in keys:
        more, n = drawn(tiles.tile(actor, zoom, *key_cell(key), wanted))
        ids, total = ids + more, total + n
    return set(ids), total


def scopes():
    return {
        "the nation": build.actor(Role.LEADER, build.unit("000000")),
        "a city": build.actor(Role.LEADER, build.unit("140200")),
        "a district": build.actor(Role.CLERK, build.unit("140213")),
        "a river": build.actor(Role.RIVER_CHIEF, None, water=build.water("汾河")),
    }


def test_at_every_zoom_every_scope_is_told_of_exactly_its_outlets(register):
    for name, actor in scopes().items():
        own = set(visible_to(actor).values_list("pk", flat=True))
        for zoom in TILES:
            ids, total = told(actor, zoom)
            assert total == len(own), (name, zoom)
            assert ids <= own, (name, zoom)
        assert told(actor, 14)[0] == own, name


def test_an_account_without_a_scope_is_told_nothing(register):
    enterprise = build.actor(Role.ENTERPRISE, None, party=build.body(build.unit("140213")))
    assert [told(enterprise, zoom)[1] for zoom in TILES] == [0] * len(TILES)


def test_a_large_scope_is_told_by_division_and_the_numbers_add_up(register, monkeypatch):
    monkeypatch.setattr(tiles, "LIVE_AT_MOST", 2)
    actors = scopes()
    provinces = mapbox_vector_tile.decode(tiles.tile(actors["the nation"], 3, *at(PINGCHENG, 3)))["groups"]["features"]
    assert [(each["properties"]["name"], each["properties"]["n"]) for each in provinces] == [("山西省", 12)]
    counties = mapbox_vector_tile.decode(tiles.tile(actors["a city"], 7, *at(PINGCHENG, 7)))["groups"]["features"]
    assert {each["properties"]["name"]: each["properties"]["n"] for each in counties} == {"平城区": 5, "云冈区": 3}
    only = tiles.tile(actors["a district"], 7, *at(PINGCHENG, 7))
    assert [each["properties"]["n"] for each in mapbox_vector_tile.decode(only)["groups"]["features"]] == [5]
    assert drawn(tiles.tile(actors["a district"], 6, *at(XINJIANG, 6)))[1] == 0


def test_an_outlet_entered_at_the_city_itself_is_told_at_the_city(register, monkeypatch):
    monkeypatch.setattr(tiles, "LIVE_AT_MOST", 2)
    actions.register(build.new_outlet(build.unit("140200")), by=build.SURVEYOR, at=build.recorded(build.DAY))
    body = tiles.tile(build.actor(Role.LEADER, build.unit("140200")), 7, *at(PINGCHENG, 7))
    groups = mapbox_vector_tile.decode(body)["groups"]["features"]
    assert {each["properties"]["name"]: each["properties"]["n"] for each in groups} == {
        "平城区": 5,
        "云冈区": 3,
        "大同市其他": 1,
    }


def test_filters_narrow_by_type_stage_unit_and_water(register):
    first = build.walk(register[0], Stage.CLASSIFIED, on=build.DAY, type_key="GY.enterprise")
    nation = build.actor(Role.LEADER, build.unit("000000"))
    for zoom in TILES:
        assert told(nation, zoom, tiles.Wanted(types=frozenset({"GY"}))) == ({first.pk}, 1)
        assert told(nation, zoom, tiles.Wanted(types=frozenset({"none"})))[1] == 11
        assert told(nation, zoom, tiles.Wanted(stages=frozenset({"survey"})))[1] == 11
        assert told(nation, zoom, tiles.Wanted(unit_path="140214"))[1] == 3
        assert told(nation, zoom, tiles.Wanted(water_path=build.water("汾河").path))[1] == 4


def test_a_text_narrows_to_names_and_codes_at_every_zoom(register, monkeypatch):
    monkeypatch.setattr(tiles, "LIVE_AT_MOST", 1)  # as large as a province: its tallies know no names
    actor = build.actor(Role.CLERK, build.unit("140000"))
    one = register[0]
    for zoom in TILES:
        assert told(actor, zoom, tiles.Wanted(texts=(one.name,)))[1] == 1
        assert told(actor, zoom, tiles.Wanted(texts=("没有这个排污口",)))[1] == 0


def test_a_tile_says_type_and_stage_group_of_each_outlet(register):
    first = build.walk(register[0], Stage.CLASSIFIED, on=build.DAY, type_key="GY.enterprise")
    point = (float(first.longitude_deg), float(first.latitude_deg))
    layer = mapbox_vector_tile.decode(tiles.tile(CONSOLE, 16, *at(point, 16)))["outlets"]
    assert [(each["id"], each["properties"]) for each in layer["features"]] == [
        (first.pk, {"type": "GY", "stage": "tracing", "public": "undecided"})
    ]


def test_an_entry_withdrawn_leaves_the_map(register):
    gone = register[0]
    actions.withdraw_entries([gone], reason="误导入", by=CONSOLE, at=build.recorded(build.DAY))
    for zoom in TILES:
        ids, total = told(CONSOLE, zoom)
        assert gone.pk not in ids
        assert total == 11
    assert tallies.differences() == []


# --- addresses ------------


def sign_in(client, role, where, **more):
    """Sign somebody in whose password is not too old."""
    officer = build.officer(role, where, **more)
    access.set_password(officer, text="Qingyuan-2026", min_length=8, kinds=3, by=CONSOLE, at=timezone.now())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def reader(client, register):
    """Somebody of 平城区, signed in."""
    return sign_in(client, Role.CLERK, build.unit("140213"))


def address(zoom, point, **query):
    return reverse("web:map-tile", args=[zoom, *at(point, zoom)], query=query)


def test_a_tile_is_kept_by_one_browser_and_sent_again_only_after_a_change(reader):
    first = reader.get(address(12, PINGCHENG))
    assert first.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    assert reader.get(address(12, PINGCHENG), headers={"If-None-Match": first["ETag"]}).status_code == 304
    actions.register(build.new_outlet(build.unit("140213")), by=build.SURVEYOR, at=build.recorded(build.DAY))
    assert reader.get(address(12, PINGCHENG), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_two_scopes_never_share_the_mark_of_a_tile(reader, register):
    own = reader.get(address(12, PINGCHENG))["ETag"]
    sign_in(reader, Role.CLERK, build.unit("140214"))
    other = reader.get(address(12, PINGCHENG), headers={"If-None-Match": own})
    assert other.status_code == 204
    assert other["ETag"] != own


def test_asking_for_a_unit_outside_ones_scope_gives_an_empty_tile(reader):
    assert reader.get(address(12, XINJIANG)).status_code == 204
    assert reader.get(address(12, XINJIANG, unit="140825")).status_code == 204


def test_a_tile_that_is_not_and_a_unit_that_is_not_are_not_found(reader):
    assert reader.get("/map/tiles/3/99/0.mvt").status_code == 404
    assert reader.get(address(12, PINGCHENG, unit="14x")).status_code == 404
    assert reader.get(address(12, PINGCHENG, water="没有")).status_code == 404


def test_nobody_sees_the_map_without_signing_in(client):
    assert client.get(reverse("web:map")).status_code == 302
    assert client.get("/map/tiles/3/6/3.mvt").status_code == 302


def test_the_page_works_without_script_and_names_the_map_number(reader):
    page = reader.get(reverse("web:map")).content.decode()
    assert "审图号</" not in page
    assert "未标注" in page
    assert "<noscript>" in page
    assert 'name="type" value="GY"' in page
    assert "平城区" in page
    assert 'data-card="/map/card?id=ID"' in page
    assert 'data-extent="113.2500,40.0000,113.4500,40.2000"' in page


def test_a_print_has_its_title_filters_day_legend_source_and_map_number(reader):
    page = reader.get(reverse("web:map"), {"q": "某厂", "type": "GY", "water": "CC0002"}).content.decode()
    head = page.partition('class="map-print-head"')[2].partition("</div>")[0]
    assert "入河排污口分布图" in head
    assert "筛选：桑干河、工业排污口、“某厂”" in head
    assert timezone.localdate().isoformat() in head
    legend = page.partition('class="map-print-legend"')[2].partition("</ul>")[0]
    assert legend.count("<li>") == 8
    note = page.partition('class="map-note"')[2].partition("</p>")[0]
    assert "审图号" in note
    assert "界线来源" in note
    assert "data-print" in page


def test_the_page_says_how_many_outlets_have_no_position(reader):
    actions.register(
        build.new_outlet(build.unit("140213"), position=None), by=build.SURVEYOR, at=build.recorded(build.DAY)
    )
    assert "有 1 个排污口没有坐标" in reader.get(reverse("web:map")).content.decode()


def test_a_river_chief_sees_the_map_of_his_waters(client, register):
    sign_in(client, Role.RIVER_CHIEF, None, water=build.water("汾河"))
    page = client.get(reverse("web:map")).content.decode()
    west, south, east, north = map(float, re.search(r'data-extent="([^"]+)"', page)[1].split(","))
    assert 111.2 < west < east < 111.4
    assert (south, north) == (35.61, 35.625)


def test_the_national_map_service_is_let_in_only_when_the_site_has_a_key(reader):
    assert "tianditu" not in reader.get(reverse("web:map")).headers.get("Content-Security-Policy", "")
    with override_settings(TIANDITU_KEY="key-of-the-site"):
        answer = reader.get(reverse("web:map"))
    assert 'data-tianditu="key-of-the-site"' in answer.content.decode()
    if "Content-Security-Policy" in answer:
        assert "https://*.tianditu.gov.cn" in answer["Content-Security-Policy"]


def test_a_card_shows_the_chain_and_what_is_missing_in_it(reader, register):
    card = reader.get(reverse("web:map-card"), {"id": register[0].pk}).content.decode()
    assert register[0].name in card
    assert "桑干河" in card
    assert card.count("chain-missing") == 2  # neither a discharger nor a channel yet


def test_the_chain_is_drawn_from_the_discharger_to_the_outlet(reader, register):
    found = build.walk(register[0], Stage.VERIFIED, on=build.DAY)
    seat = (Decimal("113.310000"), Decimal("40.100000"))
    plant = bodies.enter(
        name="演示水泥厂", kind=BodyKind.ENTERPRISE, unit=found.unit, position=seat, by=CONSOLE, at=build.LONG_AGO
    )
    given = build.papers(*TRANSITIONS[Move.FIX_PARTY].papers)
    actions.fix_party(
        found, body=plant, basis="tracing", on=build.DAY, by=build.VERIFIER, at=build.recorded(build.DAY), papers=given
    )
    card = reader.get(reverse("web:map-card"), {"id": found.pk})
    line = json.loads(card.context["drawn"])["features"][0]["geometry"]
    mouth = [float(found.longitude_deg), float(found.latitude_deg)]
    assert line == {"type": "LineString", "coordinates": [[113.31, 40.1], mouth]}
    assert "演示水泥厂" in card.content.decode()


def test_several_outlets_on_one_spot_are_listed(reader, register):
    card = reader.get(reverse("web:map-card"), {"id": [register[0].pk, register[1].pk]}).content.decode()
    assert "此处有 2 个排污口" in card


def test_a_card_of_another_countys_outlet_does_not_exist(reader, register):
    assert reader.get(reverse("web:map-card"), {"id": register[-1].pk}).status_code == 404
    assert reader.get(reverse("web:map-card"), {"id": [register[0].pk, register[-1].pk]}).status_code == 404
    assert reader.get(reverse("web:map-card")).status_code == 404


def shapes(client, layer, point):
    answer = client.get(reverse("web:map-shapes", args=[layer, *at(point, 7)]))
    return {each["properties"]["name"]: each for each in json.loads(answer.content)["features"]}


def test_zones_and_sections_are_shown_within_ones_scope(reader):
    for code in ("140213", "140214", "140825"):
        zone_files.demo_zones(build.unit(code), by=CONSOLE, at=build.NOON)
    own, others = shapes(reader, "zones", PINGCHENG), shapes(reader, "zones", XINJIANG)
    assert own
    assert {name[:3] for name in own} == {"平城区"}
    assert others == {}
    sign_in(reader, Role.LEADER, build.unit("000000"))
    assert {name[:3] for name in shapes(reader, "zones", PINGCHENG)} == {"平城区", "云冈区"}


def test_a_zone_of_the_city_is_shown_to_the_district_it_reaches_into(reader):
    zone_files.demo_zones(build.unit("140213"), by=CONSOLE, at=build.NOON)
    Zone.objects.update(unit=build.unit("140200"))
    assert shapes(reader, "zones", PINGCHENG)
    sign_in(reader, Role.CLERK, build.unit("140825"))
    assert shapes(reader, "zones", PINGCHENG) == {}


def test_county_outlines_are_simplified_geojson_in_degrees(reader):
    county = shapes(reader, "counties", PINGCHENG)["平城区"]
    assert county["geometry"]["type"] == "Polygon"
    assert len(county["geometry"]["coordinates"][0]) == 5
    assert reader.get(reverse("web:map-shapes", args=["secrets", 0, 0])).status_code == 404
    assert reader.get(reverse("web:map-shapes", args=["zones", 999, 0])).status_code == 404
