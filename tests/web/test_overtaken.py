"""A form that somebody overtook comes back with what was typed in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from qingyuan.web import refusals
from tests import build
from tests.stages.remediation import lives
from tests.web.people import client_of, words


@pytest.fixture
def country(db):
    return build.country()


def version_in(answer) -> str:
    return re.search(r'name="version" value="([^"]+)"', answer.content.decode()).group(1)


def test_what_was_typed_comes_back_with_who_changed_it_and_can_be_sent_again(country):
    outlet = build.outlet(build.unit("410502"))
    browser = client_of(build.officer(Role.REVIEWER, build.unit("410502")))
    address = f"/outlets/{outlet.pk}/acts/correct"
    read = version_in(browser.get(address))
    actions.correct(outlet, values={"bank": "右岸"}, reason="复核", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    typed = {"name": "三号“桥”下 <口>", "reason": "现场牌示如此", "on": timezone.localdate().isoformat()}
    answer = browser.post(address, {**typed, "version": read})
    assert answer.status_code == 409
    assert "有人修改了这条记录" in words(answer)
    assert "岸别：（空） → 右岸" in words(answer)
    page = answer.content.decode()
    assert 'value="三号“桥”下 &lt;口&gt;"' in page
    assert "现场牌示如此" in page
    assert version_in(answer) != read
    assert Outlet.objects.get(pk=outlet.pk).name == outlet.name
    sent = browser.post(address, {**typed, "version": version_in(answer), "came_from": address})
    assert sent.status_code == 302, words(sent)
    assert Outlet.objects.get(pk=outlet.pk).name == typed["name"]


def test_a_second_press_is_told_that_it_is_done_and_a_later_change_is_said_to_be_one_s_own(country, monkeypatch):
    outlet = build.outlet(build.unit("410502"))
    browser = client_of(build.officer(Role.REVIEWER, build.unit("410502")))
    address = f"/outlets/{outlet.pk}/acts/correct"
    given = {"name": "二号口", "reason": "牌示", "on": timezone.localdate().isoformat(), "version": outlet.version}
    assert browser.post(address, given).status_code == 302
    again = browser.post(address, {**given, "name": "三号口"})
    assert again.status_code == 409
    assert "没有重复写入" in words(again)
    assert 'name="version"' not in again.content.decode()
    assert "三号口" in words(again)
    monkeypatch.setattr(refusals, "PRESSED_TWICE", timedelta(0))
    later = browser.post(address, {**given, "name": "三号口"})
    assert "自己又办理过这条记录" in words(later)
    assert 'value="三号口"' in later.content.decode()


def test_a_form_on_the_page_it_came_from_is_found_there_and_unfolded(country):
    where = build.unit("140215")
    outlet = lives.classified(where)
    lives.fact(outlet, "borrowed_discharge", True)
    browser = client_of(build.officer(Role.REVIEWER, where))
    came = f"http://testserver/problems/outlets/{outlet.pk}"
    given = {"version": "0", "on": timezone.localdate().isoformat(), "reason": "夜间偷排"}
    answer = browser.post(f"/problems/outlets/{outlet.pk}/list", given, HTTP_REFERER=came)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="夜间偷排"' in page
    assert version_in(answer) == str(outlet.version)


def test_a_main_outlet_that_is_not_there_is_said_beside_what_was_typed(country):
    outlet = build.outlet(build.unit("410502"))
    browser = client_of(build.officer(Role.REVIEWER, build.unit("410502")))
    address = f"/outlets/{outlet.pk}/acts/set-main"
    given = {"main": "没有的口", "on": timezone.localdate().isoformat(), "version": outlet.version}
    answer = browser.post(address, given)
    assert answer.status_code == 409
    assert "没有编码或序号为“没有的口”的排污口" in words(answer)
    assert 'value="没有的口"' in answer.content.decode()
