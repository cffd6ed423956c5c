"""An enterprise and the chief of a river reach no territory: tiles, cards and features give them what is theirs and not
one record more, whatever is asked, against a walk over everything there is."""

from __future__ import annotations

import json
from dataclasses import dataclass

import mapbox_vector_tile
import pytest
from django.test import Client
from django.utils import timezone

from qingyuan.access.models import Officer
from qingyuan.access.queries import actor_of
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor, Role, may_see
from qingyuan.core.geometry import KEY_ZOOM, key_cell
from qingyuan.exchange.layers import LAYERS
from qingyuan.places.models import Water, Zone
from qingyuan.registry import actions, queries, tiles
from qingyuan.registry.models import Channel, ChannelOutlet, ChannelSource, Outlet
from qingyuan.registry.places_of import place_of
from tests import build
from tests.access import site
from tests.api.asking import Caller, token
from tests.places_data import build_units, build_waters
from tests.web.people import client_of

WORLD = "73,3,136,54"
QUESTIONS = ({}, {"bbox": WORLD}, {"limit": "1"}, {"unit": "140213"}, {"unit": "419001"}, {"unit": "140000"})


@dataclass
class Somebody:
    """Who asks: his account, his actor, and what brute force says is his, by layer."""

    officer: Officer
    actor: Actor
    own: dict[str, set[int]]


@pytest.fixture
def everything(db):
    """Outlets of several parties, units and waters, with channels that several dischargers use, and zones."""
    build_units(outlines=True)
    build_waters()
    found = site.scattered()
    parties = sorted({one.party_id for one in found if one.party_id})
    users = [*Body.objects.filter(pk__in=parties), build.body(build.unit("140213")), build.body(build.unit("419001"))]
    for number, one in enumerate(found[:12]):
        sources = ((users[number % len(users)], None), (users[(number + 1) % len(users)], None))
        actions.add_channel(
            outlet=one,
            unit=one.unit,
            name=f"{number}号暗管",
            sources=sources,
            on=build.DAY,
            by=CONSOLE,
            at=build.recorded(build.DAY),
        )
    return found


def somebody(role: Role, **reach) -> Somebody:
    officer = build.officer(role, None, **reach)
    actor = actor_of(officer, on=timezone.localdate())
    outlets = {one.pk for one in Outlet.objects.all() if one.in_register and may_see(actor, place_of(one))}
    leading = {one.channel_id for one in ChannelOutlet.objects.filter(to_day=None) if one.outlet_id in outlets}
    using = {one.body_id for one in ChannelSource.objects.filter(to_day=None) if one.channel_id in leading}
    mine = [grant.reach for grant in actor.grants]
    parties = {pk for one in mine for pk in one.party_ids}
    rivers = {path for one in mine for path in one.water_paths}
    below = {one.pk for one in Water.objects.all() if any(one.path.startswith(path) for path in rivers)}
    visible = Outlet.objects.filter(pk__in=outlets)
    own = {
        "outlets": outlets,
        "channels": leading,
        "dischargers": using | parties | {one.party_id for one in visible if one.party_id},
        "waters": below | {one.water_id for one in visible if one.water_id},
        "zones": {
            one.pk
            for one in Zone.objects.select_related("functional_zone__water")
            if one.functional_zone and one.functional_zone.water_id in below
        },
    }
    return Somebody(officer, actor, own)


@pytest.fixture
def people(everything) -> list[Somebody]:
    parties = sorted({one.party_id for one in everything if one.party_id})
    return [
        somebody(Role.ENTERPRISE, party=Body.objects.get(pk=parties[0])),
        somebody(Role.ENTERPRISE, party=Body.objects.get(pk=parties[1])),
        somebody(Role.ENTERPRISE, party=build.body(build.unit("140825"))),
        somebody(Role.RIVER_CHIEF, water=build.water("御河")),
        somebody(Role.RIVER_CHIEF, water=build.water("汾河")),
    ]


def read(answer) -> dict:
    assert answer.status_code == 200, answer.content
    return json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def every_page(client: Client, address: str, asked: dict[str, str]) -> set[int]:
    page = read(client.get(address, asked))
    seen = {int(one["id"]) for one in page["features"]}
    while following := [one["href"] for one in page["links"] if one["rel"] == "next"]:
        page = read(client.get(following[0].removeprefix("http://testserver")))
        seen |= {int(one["id"]) for one in page["features"]}
    return seen


def test_every_layer_gives_them_exactly_what_is_theirs(people):
    for who in people:
        client = client_of(who.officer)
        for key in LAYERS:
            items = f"/ogc/collections/{key}/items"
            assert every_page(client, items, {}) == who.own[key], (key, who.actor.grants)
            for asked in QUESTIONS:
                if not set(asked) - {"bbox", "limit"} <= set(LAYERS[key].queryables):
                    continue
                assert every_page(client, items, asked) <= who.own[key], (key, asked)


def test_a_record_that_is_not_theirs_does_not_exist_and_one_that_is_does(people):
    models = {"outlets": Outlet, "channels": Channel, "dischargers": Body, "waters": Water, "zones": Zone}
    assert set(models) == set(LAYERS)
    for who in people:
        client = client_of(who.officer)
        for key, model in models.items():
            for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:60]:
                expected = 200 if pk in who.own[key] else 404
                assert client.get(f"/ogc/collections/{key}/items/{pk}").status_code == expected, (key, pk)


def test_what_a_channel_says_of_outlets_stays_within_the_scope(people):
    """A channel may lead to several outlets: those of others are not named."""
    for who in people:
        for one in read(client_of(who.officer).get("/ogc/collections/channels/items"))["features"]:
            assert set(one["properties"].get("outlets", ())) <= who.own["outlets"]


def told(body: bytes) -> tuple[set[int], int]:
    layers = mapbox_vector_tile.decode(body) if body else {}
    ids = {each["id"] for each in layers.get("outlets", {}).get("features", ())}
    return ids, len(ids) + sum(each["properties"]["n"] for each in layers.get("groups", {}).get("features", ()))


@pytest.mark.parametrize("small", [3_000, 0], ids=["read whole", "counted"])
def test_every_tile_tells_them_of_exactly_their_outlets(people, monkeypatch, small):
    monkeypatch.setattr(tiles, "LIVE_AT_MOST", small)
    keys = [one.mkey for one in queries.visible_to(CONSOLE) if one.mkey is not None]
    for who in people:
        mine = {one.pk for one in Outlet.objects.filter(pk__in=who.own["outlets"]) if one.mkey is not None}
        page = client_of(who.officer)
        for zoom in (0, 4, 7, 8, 11, 12, 16):
            total = 0
            for x, y in {key_cell(key >> 2 * (KEY_ZOOM - zoom)) for key in keys}:
                ids, n = told(page.get(f"/map/tiles/{zoom}/{x}/{y}.mvt").content)
                assert ids <= mine, (zoom, who.actor.grants)
                total += n
                for asked in ({"unit": "140213"}, {"unit": "419001"}, {"type": "none"}, {"stage": "working"}):
                    narrowed, count = told(page.get(f"/map/tiles/{zoom}/{x}/{y}.mvt", asked).content)
                    assert narrowed <= mine
                    assert count <= n, (zoom, asked)
            assert total == len(mine), zoom


def test_a_program_of_theirs_is_told_the_same_tiles(everything):
    party = Body.objects.get(pk=min(one.party_id for one in everything if one.party_id))
    who = somebody(Role.ENTERPRISE, party=party)
    program = Officer.objects.get(pk=who.officer.pk)
    program.is_program = True
    program.save(update_fields=["is_program"])
    caller = Caller(token(program))
    key = next(one.mkey for one in Outlet.objects.filter(pk__in=who.own["outlets"]) if one.mkey is not None)
    x, y = key_cell(key >> 2 * (KEY_ZOOM - 9))
    answer = caller.get(f"tiles/9/{x}/{y}")
    assert answer.content == client_of(who.officer).get(f"/map/tiles/9/{x}/{y}.mvt").content
    assert told(answer.content)[1] == len(who.own["outlets"])


def test_a_card_of_an_outlet_that_is_not_theirs_does_not_exist(people):
    for who in people:
        client = client_of(who.officer)
        for pk in Outlet.objects.values_list("pk", flat=True):
            expected = 200 if pk in who.own["outlets"] else 404
            assert client.get("/map/card", {"id": pk}).status_code == expected
        foreign = Outlet.objects.exclude(pk__in=who.own["outlets"]).values_list("pk", flat=True)[0]
        both = [foreign, *list(who.own["outlets"])[:1]]
        assert client.get("/map/card", {"id": both}).status_code == 404
