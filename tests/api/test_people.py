"""代理、交接、停用 by API: the same acts as on the pages, with the version that was read and a key for each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.access.models import Assignment, Officer
from qingyuan.access.queries import actor_of
from qingyuan.core.access import Permission, Role
from qingyuan.registry import actions as registry
from tests import build
from tests.api.asking import Caller, caller

MONTH = timedelta(days=30)


@pytest.fixture
def city(db):
    build.country()
    return build.unit("140200")


@pytest.fixture
def manager(city) -> Caller:
    return caller(Role.ADMINISTRATOR, city)


def etag(manager: Caller, one: Officer) -> str:
    return manager.get(f"officers/{one.pk}")["ETag"]


def own(one: Officer) -> Assignment:
    return one.assignments.get(delegated_from=None)


def may(one: Officer, permission: Permission) -> bool:
    return bool(actor_of(Officer.objects.get(pk=one.pk), on=timezone.localdate()).holding(permission))


def lend(manager: Caller, boss: Officer, to: Officer, **more):
    today = timezone.localdate()
    said = {"to": to.pk, "from_day": today.isoformat(), "to_day": (today + MONTH).isoformat()}
    more = more if "etag" in more else more | {"etag": etag(manager, boss)}
    return manager.post(f"officers/{boss.pk}/assignments/{own(boss).pk}/delegate", json=said, **more)


def test_a_role_is_lent_until_a_day_and_taken_back(city, manager):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    answer = lend(manager, boss, clerk)
    assert answer.status_code == 201
    assert answer.json()["delegated_from"] == {"id": boss.pk, "name": boss.name}
    assert may(clerk, Permission.OUTLET_VERIFY)
    ended = manager.post(
        f"officers/{clerk.pk}/assignments/{answer.json()['id']}/end-delegation", json={}, etag=etag(manager, clerk)
    )
    assert ended.status_code == 200
    assert not clerk.assignments.filter(delegated_from__isnull=False, to_day__gt=timezone.localdate() + MONTH / 2)


def test_whoever_read_an_officer_before_he_changed_must_read_him_again(city, manager):
    boss, clerk, third = (build.officer(role, city) for role in (Role.REVIEWER, Role.CLERK, Role.CLERK))
    read = etag(manager, boss)
    assert lend(manager, boss, clerk, etag=read).status_code == 201
    assert lend(manager, boss, third, etag=read).status_code == 412
    assert manager.post(f"officers/{boss.pk}/switch-off", json={}).status_code == 428
    assert not third.assignments.exclude(delegated_from=None).exists()


def test_the_same_key_lends_once(city, manager):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    read = etag(manager, boss)
    first, again = (lend(manager, boss, clerk, etag=read, key="lend-1") for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert clerk.assignments.exclude(delegated_from=None).count() == 1


def test_a_role_is_lent_for_no_longer_than_the_rulebook_says_and_to_nobody_elsewhere(city, manager):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    stranger = build.officer(Role.CLERK, build.unit("419001"))
    today = timezone.localdate()
    said = {"to": clerk.pk, "from_day": today.isoformat(), "to_day": (today + timedelta(days=3_000)).isoformat()}
    where = f"officers/{boss.pk}/assignments/{own(boss).pk}/delegate"
    answer = manager.post(where, json=said, etag=etag(manager, boss))
    assert (answer.status_code, answer.json()["code"]) == (409, "delegation.too_long")
    assert lend(manager, boss, stranger).status_code == 404


def test_when_an_officer_leaves_his_roles_and_saved_filters_go_to_his_successor(city, manager):
    leaver, heir = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    registry.save_view("常用", query="stage=surveyed", columns=(), by=actor_of(leaver, on=build.DAY), at=build.NOON)
    before = manager.get(f"officers/{leaver.pk}/hand-over").json()
    assert [one["role"] for one in before["passes"]] == ["reviewer"]
    assert before["saved_views"] == 1
    today = timezone.localdate().isoformat()
    answer = manager.post(
        f"officers/{leaver.pk}/hand-over", json={"to": heir.pk, "on": today}, etag=etag(manager, leaver)
    )
    assert answer.status_code == 200
    told = answer.json()
    assert [one["role"] for one in told["passed"]] == ["reviewer"]
    assert (told["saved_views"], told["officer"]["is_active"]) == (1, False)
    assert may(heir, Permission.OUTLET_VERIFY)
    assert not may(leaver, Permission.OUTLET_VERIFY)


def test_an_account_is_switched_off_and_on_and_gets_no_password_by_this_door(city, manager):
    clerk = build.officer(Role.CLERK, city)
    off = manager.post(f"officers/{clerk.pk}/switch-off", json={}, etag=etag(manager, clerk))
    assert (off.status_code, off.json()["is_active"]) == (200, False)
    again = manager.post(f"officers/{clerk.pk}/switch-off", json={}, etag=off["ETag"])
    assert (again.status_code, again.json()["code"]) == (409, "officers.off_already")
    on = manager.post(f"officers/{clerk.pk}/switch-on", json={}, etag=off["ETag"])
    assert (on.status_code, on.json()["is_active"]) == (200, True)
    assert not Officer.objects.get(pk=clerk.pk).has_usable_password()


def test_accounts_out_of_a_file_wait_for_their_password_and_the_same_file_changes_nothing(city, manager):
    text = "登录名,姓名,角色,行政区划,单位,起,止\nzhang,演示张三,经办人员,140213,,,\nli,演示李四,没有的角色,140213,,,\n"

    def file():
        return {"file": SimpleUploadedFile("人员.csv", text.encode())}

    seen = manager.post("officer-files/preview", data=file()).json()
    assert (seen["rows"], seen["new"], seen["refused"]) == (2, 1, 1)
    assert seen["findings"][0]["code"] == "people.role"
    assert not Officer.objects.filter(username="zhang").exists()
    done = manager.post("officer-files", data=file())
    assert done.status_code == 201
    assert [one["name"] for one in done.json()["made"]] == ["zhang"]
    made = Officer.objects.get(username="zhang")
    assert not made.has_usable_password()
    assert may(made, Permission.OUTLET_REGISTER)
    assert manager.post("officer-files", data=file()).json()["unchanged"] == 1
    assert Officer.objects.filter(username="zhang").count() == 1


def test_who_manages_no_officers_lends_hands_over_and_switches_nobody(city):
    clerk, boss = caller(Role.CLERK, city), build.officer(Role.REVIEWER, city)
    for tail in ("switch-off", "switch-on"):
        assert clerk.post(f"officers/{boss.pk}/{tail}", json={}, etag='"1-0"').status_code == 403
    assert lend(clerk, boss, boss, etag='"1-0"').status_code == 403
