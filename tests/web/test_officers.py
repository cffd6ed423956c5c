"""Officers and their assignments: enrolled with a password shown once, given a role within a reach, never deleted."""

import re

import pytest
from django.test import Client

from qingyuan.access.models import Assignment, Officer
from qingyuan.api.openapi import document
from qingyuan.core.access import GRANTS, LABELS, Permission, Role
from qingyuan.core.access_uses import USES
from tests import build
from tests.web.people import client, words


@pytest.fixture
def admin(db):
    build.country()
    return client(Role.ADMINISTRATOR, build.unit("140200"))


def form(**more):
    return {
        "username": "new.clerk",
        "name": "新经办",
        "role": "clerk",
        "unit": "140213",
        "from_day": "2026-01-01",
        **more,
    }


def test_a_new_officer_gets_a_one_time_password_that_is_shown_once_and_must_be_changed(admin):
    page = admin.post("/officers/new", form())
    password = re.search(r'id="one-time-password">([^<]+)<', page.content.decode())[1]
    made = Officer.objects.get(username="new.clerk")
    assert made.must_change_password
    newcomer = Client()
    assert newcomer.post("/sign-in", {"username": "new.clerk", "password": password}).url == "/"
    assert newcomer.get("/").url == "/me/password"
    assert password not in admin.get(f"/officers/{made.pk}").content.decode()


def test_enrolling_twice_under_one_name_is_refused_and_leaves_one_officer(admin):
    admin.post("/officers/new", form())
    answer = admin.post("/officers/new", form())
    assert answer.status_code == 409
    assert "登录名“new.clerk”已被使用。" in words(answer)
    assert Officer.objects.filter(username="new.clerk").count() == 1


@pytest.mark.parametrize("reach", [{"unit": "419001"}, {"unit": "", "water": "黄河"}, {"unit": "140000"}])
def test_nobody_is_given_a_reach_beyond_that_of_who_gives_it(admin, reach):
    answer = admin.post("/officers/new", form(**reach))
    assert answer.status_code in {403, 409}
    assert not Officer.objects.filter(username="new.clerk").exists()


def test_a_water_that_flows_through_other_peoples_land_is_not_given_beside_ones_own_unit(admin):
    river = build.water("桑干河")
    river.units.add(build.unit("140825"))
    answer = admin.post("/officers/new", form(unit="140213", water="桑干河"))
    assert answer.status_code in {403, 409}
    assert not Assignment.objects.filter(water=river).exists()


def test_an_assignment_is_given_once_however_often_the_form_is_sent(admin):
    officer = build.officer(Role.CLERK, build.unit("140213"))
    for _time in range(2):
        answer = admin.post(f"/officers/{officer.pk}/assign", form(role="leader", unit="140212"))
        assert answer.url == f"/officers/{officer.pk}"
    assert Assignment.objects.filter(officer=officer, role="leader").count() == 1


def test_an_ended_assignment_opens_nothing_any_more_and_stays_on_record(admin):
    officer = build.officer(Role.CLERK, build.unit("140213"))
    admin.post(f"/officers/assignments/{officer.assignments.get().pk}/end")
    assert officer.assignments.get().to_day is not None
    assert "结束任职" in words(admin.get(f"/officers/{officer.pk}"))


def test_the_password_of_an_officer_who_also_serves_elsewhere_cannot_be_reset_from_here(admin):
    officer = build.officer(Role.CLERK, build.unit("140213"))
    assert admin.post(f"/officers/{officer.pk}/one-time-password").status_code == 200
    elsewhere = build.unit("419001")
    Assignment.objects.create(officer=officer, role="administrator", unit=elsewhere, from_day="2023-01-01")
    assert admin.post(f"/officers/{officer.pk}/one-time-password").status_code == 404


def test_the_table_of_permissions_on_screen_is_the_table_that_decides(admin):
    page = admin.get("/officers/permissions").content.decode()
    table = re.search(r"<table>.*</table>", page, re.S)[0]
    assert table.count("●") == sum(len(GRANTS[role]) for role in Role if role is not Role.CONSOLE)
    assert all(LABELS[permission] in table for permission in Permission)


def test_the_table_says_of_every_permission_where_it_is_used_and_names_only_operations_that_there_are(admin):
    assert set(USES) == set(Permission)
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document()["paths"].items()
        for method in methods
    }
    assert {one for use in USES.values() for one in use.operations} <= described
    page = admin.get("/officers/permissions").content.decode()
    assert all(use.pages in page for use in USES.values())
    assert "/officers/permissions" in admin.get("/officers/").content.decode()
