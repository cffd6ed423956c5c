"""People at the door: standing in, handing over, switching off, many accounts out of one file."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from qingyuan.access.models import Assignment, Officer
from qingyuan.core.access import Role
from qingyuan.registry.models import SavedView
from tests import build
from tests.web.people import client_of, words

HEAD = "登录名,姓名,角色,行政区划,单位,起,止\n"


@pytest.fixture
def city(db):
    build.country(waters=False)
    return build.unit("140200")


@pytest.fixture
def admin(city):
    return client_of(build.officer(Role.ADMINISTRATOR, city))


def own(officer):
    return officer.assignments.get(delegated_from=None)


def csv(text):
    return SimpleUploadedFile("人员.csv", (HEAD + text).encode())


def test_an_officer_lends_his_role_from_his_own_page_and_takes_it_back(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    page = client_of(boss)
    address = f"/assignments/{own(boss).pk}/delegate"
    assert address in page.get("/me").content.decode()
    assert "一次最长 90 天" in words(page.get(address))
    today = timezone.localdate()
    form = {"to": clerk.username, "from_day": today, "to_day": today + timedelta(10)}
    assert page.post(address, form).url == "/me"
    lent = clerk.assignments.get(delegated_from=own(boss))
    assert f"代{boss.name}" in words(client_of(clerk).get("/me"))
    assert page.post(address, form).status_code == 409
    assert client_of(clerk).get(f"/assignments/{lent.pk}/delegate").status_code == 200
    assert "代理取得的任职不能再委托他人。" in words(client_of(clerk).get(f"/assignments/{lent.pk}/delegate"))
    for _time in range(2):
        assert page.post(f"/assignments/{lent.pk}/end-delegation").url == "/me"
    lent.refresh_from_db()
    assert lent.to_day == today + timedelta(1)


def test_a_delegation_that_is_too_long_is_refused_in_a_sentence(city):
    boss, clerk = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    today = timezone.localdate()
    form = {"to": clerk.username, "from_day": today, "to_day": today + timedelta(91)}
    answer = client_of(boss).post(f"/assignments/{own(boss).pk}/delegate", form)
    assert answer.status_code == 409
    assert "一次委托代理最长90天。" in words(answer)


def test_somebody_elses_role_is_not_there_to_be_lent(city):
    clerk, other = build.officer(Role.CLERK, city), build.officer(Role.CLERK, build.unit("419001"))
    assert client_of(clerk).get(f"/assignments/{own(other).pk}/delegate").status_code == 403


def test_what_passes_stands_on_the_page_before_and_the_leavers_next_request_is_refused(city, admin):
    leaver, heir = build.officer(Role.REVIEWER, city), build.officer(Role.CLERK, city)
    his = client_of(leaver)
    SavedView.objects.create(owner=f"officer:{leaver.pk}", name="我的筛选", saved_at=timezone.now())
    assert his.get("/outlets/").status_code == 200
    page = words(admin.get(f"/officers/{leaver.pk}/hand-over"))
    assert "审核人员 · 大同市" in page
    assert "我的筛选" in page
    answer = admin.post(f"/officers/{leaver.pk}/hand-over", {"to": heir.username, "on": timezone.localdate()})
    assert answer.url == f"/officers/{leaver.pk}"
    assert his.get("/outlets/").url.startswith("/sign-in")
    assert heir.assignments.filter(role="reviewer").exists()
    assert SavedView.objects.get().owner == f"officer:{heir.pk}"
    again = admin.post(f"/officers/{leaver.pk}/hand-over", {"to": heir.username, "on": timezone.localdate()})
    assert again.status_code == 409
    assert "该账号已经停用。" in words(again)


def test_an_account_switched_off_is_refused_at_once_and_old_sessions_stay_shut_after_it_is_on_again(city, admin):
    clerk = build.officer(Role.CLERK, city)
    his = client_of(clerk)
    assert his.get("/outlets/").status_code == 200
    for _time in range(2):
        assert admin.post(f"/officers/{clerk.pk}/switch-off").url == f"/officers/{clerk.pk}"
    assert his.get("/outlets/").url.startswith("/sign-in")
    assert "已停用" in words(admin.get("/officers/"))
    page = admin.post(f"/officers/{clerk.pk}/switch-on").content.decode()
    password = re.search(r'id="one-time-password">([^<]+)<', page)[1]
    assert his.get("/outlets/").url.startswith("/sign-in")
    assert Client().post("/sign-in", {"username": clerk.username, "password": password}).url == "/"


def test_nobody_switches_himself_off_and_the_grey_button_says_why(city):
    manager = build.officer(Role.ADMINISTRATOR, city)
    page = client_of(manager)
    assert "请由另一名管理员办理" in words(page.get(f"/officers/{manager.pk}"))
    page.post(f"/officers/{manager.pk}/switch-off")
    manager.refresh_from_db()
    assert manager.is_active


def test_a_file_of_people_is_judged_cell_by_cell_and_nothing_is_entered_before_the_confirmation(admin):
    text = (
        "zhang.san,张三,经办人员,140213,,2026-01-01,\n"
        "li si,李四,经办,419001,,2026-13-01,\n"
        "wang.wu,王五,审核人员,大同市,,2026-01-01,2025-01-01\n"
    )
    before = Officer.objects.count()
    answer = admin.post("/officers/many", {"file": csv(text)})
    page = words(answer)
    assert "确认后新建 1 个账号，为已有账号新增 0 项任职。" in page
    for said in ("A3 登录名", "C3 角色", "D3 行政区划", "F3 起", "G4 止"):
        assert said in page, said
    assert Officer.objects.count() == before
    sealed = re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())[1]
    done = admin.post("/officers/many", {"sealed": sealed})
    assert "新建 1 个账号" in words(done)
    made = Officer.objects.get(username="zhang.san")
    assert made.must_change_password
    password = re.search(r"<td><code>([^<]+)</code>", done.content.decode())[1]
    assert Client().post("/sign-in", {"username": "zhang.san", "password": password}).url == "/"
    assert made.assignments.get().from_day == date(2026, 1, 1)
    assert not Officer.objects.filter(username="wang.wu").exists()


def test_the_same_file_twice_changes_nothing(admin):
    text = "zhang.san,张三,经办人员,140213,,2026-01-01,2030-01-01\nzhang.san,张三,排查人员,平城区,,,\n"
    for time in range(2):
        answer = admin.post("/officers/many", {"file": csv(text)})
        page = answer.content.decode()
        if time:
            assert "无变化 2" in words(answer)
            assert "没有可以新建的账号或任职。" in words(answer)
        admin.post("/officers/many", {"sealed": re.search(r'name="sealed" value="([^"]+)"', page)[1]})
    assert Assignment.objects.filter(officer__username="zhang.san").count() == 2


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", "甲,乙\n1,2\n".encode()])
def test_a_file_that_is_no_list_of_people_is_refused_in_a_sentence(admin, data):
    answer = admin.post("/officers/many", {"file": SimpleUploadedFile("x.csv", data)})
    assert answer.status_code == 409


def test_a_seal_that_was_touched_enters_nothing(admin):
    before = Officer.objects.count()
    assert admin.post("/officers/many", {"sealed": "forged:1:2"}).status_code == 409
    assert Officer.objects.count() == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_read_as_a_list_of_people(admin, form):
    data = b"".join(admin.get(f"/officers/template.{form}").streaming_content)
    answer = admin.post("/officers/many", {"file": SimpleUploadedFile(f"人员模板.{form}", data)})
    assert "新建账号 1" in words(answer)
