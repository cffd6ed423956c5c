"""An enterprise at the door: its own outlets, what is asked next, what it answers for, and nothing of others."""

import re

import pytest
from django.test import Client

from qingyuan.access.models import Officer
from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from tests import build
from tests.web.people import client_of, words


@pytest.fixture
def country(db):
    build.country()
    return build.unit("140213")


@pytest.fixture
def own(country):
    """An outlet whose party is fixed."""
    return build.outlet(country, stage=Stage.PARTY_FIXED, name="某纸业一号排污口")


@pytest.fixture
def mill(own):
    return own.party


def test_its_home_lists_its_outlets_with_stage_next_step_and_duties_and_no_empty_list_of_tasks(country, mill):
    build.outlet(country, stage=Stage.PARTY_FIXED, name="别家排污口")
    home = words(client_of(build.officer(Role.ENTERPRISE, None, party=mill)).get("/"))
    assert "我的排污口" in home
    assert "某纸业一号排污口" in home
    assert "确认分类" in home or "分类" in home
    assert "源头治理" in home
    assert "大同 二(二)" in home
    assert "别家排污口" not in home
    assert "没有待办事项" not in home


def test_without_outlets_its_home_says_when_they_will_stand_there(country):
    mill = build.body(country)
    home = words(client_of(build.officer(Role.ENTERPRISE, None, party=mill)).get("/"))
    assert "还没有由本单位负责的排污口" in home


@pytest.mark.parametrize("address", ["/outlets/", "/search?q=排污口", "/bodies/", "/map/card?id={far}"])
def test_no_page_shows_it_anything_of_others(country, own, mill, address):
    far = build.outlet(country, stage=Stage.PARTY_FIXED, name="别家排污口")
    page = client_of(build.officer(Role.ENTERPRISE, None, party=mill))
    answer = page.get(address.format(far=far.pk), follow=True)
    assert "别家排污口" not in words(answer)
    assert far.party is None or far.party.name not in words(answer)
    assert page.get(f"/outlets/{own.pk}").status_code == 200
    assert page.get(f"/outlets/{far.pk}").status_code == 404


def test_neither_the_api_nor_the_map_nor_the_features_tell_it_of_others(country, mill):
    far = build.outlet(country, stage=Stage.PARTY_FIXED, name="别家排污口")
    page = client_of(build.officer(Role.ENTERPRISE, None, party=mill))
    listed = page.get("/api/v1/outlets")
    assert [one["name"] for one in listed.json()["items"]] == ["某纸业一号排污口"]
    assert page.get(f"/api/v1/outlets/{far.pk}").status_code == 404
    assert page.get("/outlets/export?as=csv").status_code == 403


def test_the_manager_finds_the_party_and_enrols_its_person(country, own, mill):
    far = build.body(build.unit("419001"), name=f"远方{mill.name}")
    page = client_of(build.officer(Role.ADMINISTRATOR, build.unit("140200")))
    found = page.get("/officers/enterprise", {"q": mill.name}).content.decode()
    assert mill.name in found
    assert far.name not in found
    address = f"/officers/enterprise?party={mill.pk}"
    assert f"party={mill.pk}" in found
    assert own.name in words(page.get(address))
    form = {"username": "mill.one", "name": "厂内人员", "from_day": "2026-01-01", "to_day": ""}
    done = page.post(address, form).content.decode()
    password = re.search(r'id="one-time-password">([^<]+)<', done)[1]
    made = Officer.objects.get(username="mill.one").assignments.get()
    assert (made.role, made.party, made.unit) == ("enterprise", mill, None)
    assert Client().post("/sign-in", {"username": "mill.one", "password": password}).url == "/"
    assert page.post(address, form).status_code == 409
    assert Officer.objects.filter(username="mill.one").count() == 1


@pytest.mark.parametrize("party", ["0", "x", "99999999999999999999"])
def test_a_party_that_is_not_there_or_elsewhere_is_not_found(country, party):
    page = client_of(build.officer(Role.ADMINISTRATOR, build.unit("140200")))
    assert page.get(f"/officers/enterprise?party={party}").status_code == 404
    far = build.body(build.unit("419001"))
    assert page.get(f"/officers/enterprise?party={far.pk}").status_code == 404
