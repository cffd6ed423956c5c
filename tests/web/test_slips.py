"""Slips of the keys are refused at their field, and the page keeps what was typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger import queries as ledger
from qingyuan.registry.models import Outlet
from tests import build
from tests.web.people import client, words


@pytest.fixture
def county(db):
    build.country()
    return build.unit("140213")


def register(browser, **given):
    usual = {
        "name": "平城区某某公司工业排污口",
        "unit": "140213",
        "is_direct": "on",
        "conduit_form": "管道",
        "on": "2023-06-02",
        "paper": SimpleUploadedFile("排查记录.txt", b"x"),
    }
    return browser.post("/outlets/new", usual | given)


def do(browser, outlet, act, **given):
    return browser.post(f"/outlets/{outlet.pk}/acts/{act}", {"on": "2023-06-02", "version": outlet.version, **given})


def test_the_same_form_sent_twice_enters_one_outlet_though_the_second_finds_the_first_at_its_place(county):
    browser = client(Role.CLERK, county)
    place = {"longitude": "113.3", "latitude": "40.08"}
    first, second = register(browser, **place), register(browser, **place)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Outlet.objects.count() == 1


def test_two_outlets_of_one_unit_cannot_have_one_name(county):
    browser = client(Role.CLERK, county)
    register(browser, longitude="113.3", latitude="40.08")
    answer = register(browser, longitude="113.31", latitude="40.09")
    assert answer.status_code == 409
    assert "该行政区划已有同名的排污口" in words(answer)


def test_a_code_in_digits_of_full_width_is_a_code(county):
    assert register(client(Role.CLERK, county), unit="１４０２１３").status_code == 302


@pytest.mark.parametrize(("day", "said"), [("0023-06-02", "年份有误"), ("2999-01-01", "晚于今天")])
def test_a_day_nobody_can_mean_is_refused(county, day, said):
    answer = register(client(Role.CLERK, county), on=day)
    assert answer.status_code == 409
    assert said in words(answer)


def test_one_coordinate_alone_is_no_place(county):
    assert "经度和纬度须同时填写" in words(register(client(Role.CLERK, county), longitude="113.3"))


def test_a_file_has_to_be_chosen_again_and_the_page_says_so(county):
    assert "请重新选择" in words(register(client(Role.CLERK, county), longitude="113.3"))


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "-5"])
def test_a_word_that_looks_like_a_number_is_no_fact(county, value):
    outlet = build.outlet(county)
    answer = do(client(Role.CLERK, county), outlet, "enter-fact", name="dry_hours", value=value, source="现场记录")
    assert answer.status_code == 409


def test_nobody_verifies_before_the_survey(county):
    outlet = build.outlet(county)
    answer = do(client(Role.REVIEWER, county), outlet, "verify", on="2019-01-01")
    assert answer.status_code == 409
    outlet.refresh_from_db()
    assert outlet.stage == Stage.SURVEYED


def test_a_change_to_the_unit_it_lies_in_changes_nothing(county):
    outlet = build.outlet(county)
    paper = SimpleUploadedFile("区划.txt", b"x")
    answer = do(client(Role.REVIEWER, county), outlet, "change-unit", unit="140213", paper=paper)
    assert answer.status_code == 409
    assert len(list(ledger.timeline("outlet", str(outlet.pk)))) == 1


def test_a_discharger_stands_once_in_a_channel(county):
    outlet, body = build.outlet(county), build.body(county, name="某某纸业公司")
    given = {"name": "某某管道", "body_1": body.name, "body_2": body.name}
    answer = do(client(Role.CLERK, county), outlet, "add-channel", **given)
    assert answer.status_code == 409
    assert "同一个单位只填写一次" in words(answer)


def test_who_may_not_act_is_told_so_whatever_he_read(county):
    outlet = build.outlet(county)
    answer = client(Role.LEADER, county).post(f"/outlets/{outlet.pk}/acts/verify", {"on": "2023-06-02"})
    assert answer.status_code == 403


def test_units_are_offered_while_one_types(county):
    browser = client(Role.CLERK, build.unit("140200"))
    assert "平城区" in browser.get("/outlets/units?unit=平").content.decode()
    assert "140213" in browser.get("/outlets/units?unit=14021").content.decode()


@pytest.mark.parametrize("asked", ["as_of=9999-12-31", "known_at=9999-12-31", "since=9999-12-31", "as_of=0001-01-01"])
def test_the_scoreboard_outlives_every_day_of_the_calendar(county, asked):
    assert client(Role.LEADER, county).get(f"/scoreboard/?{asked}").status_code == 200


def test_a_nul_in_an_address_is_no_error_of_the_server(county):
    assert client(Role.LEADER, county).get("/outlets/?q=%00").status_code == 404


def test_who_has_no_territory_is_not_led_to_pages_of_one(county):
    chief = client(Role.RIVER_CHIEF, None, water=build.water("桑干河"))
    page = chief.get("/").content.decode()
    assert "/imports/" not in page
    assert chief.get("/scoreboard/").status_code == 200, "the board of his waters"


def test_a_part_of_a_page_asked_for_after_the_session_ended_leads_the_whole_page_to_sign_in(county):
    outlet = build.outlet(county)
    heads = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/outlets/?stage=surveyed"}
    answer = Client().get(f"/outlets/{outlet.pk}/card", follow=True, **heads)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Foutlets%2F%3Fstage%3Dsurveyed"
    assert answer.content == b""
