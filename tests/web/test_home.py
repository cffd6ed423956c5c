"""首页: what waits for me, how far my unit is, and where I stand."""

import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from tests import build
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country()


def test_what_waits_is_a_sentence_with_its_clause_and_one_button_that_leads_to_the_act(country):
    outlet = build.outlet(build.unit("140213"), name="平城区三号口")
    page = client(Role.REVIEWER, build.unit("140213")).get("/")
    assert "平城区三号口：核实" in words(page)
    assert f'href="/outlets/{outlet.pk}/acts/verify"' in page.content.decode()
    clerk = words(client(Role.CLERK, build.unit("140213")).get("/"))
    assert "平城区三号口：核实" not in clerk


def test_all_of_one_kind_are_a_click_away(country):
    for _number in range(3):
        build.outlet(build.unit("140213"), stage=Stage.VERIFIED)
    browser = client(Role.REVIEWER, build.unit("140213"))
    page = browser.get("/tasks", {"duty": "trace", "group": "overdue"})
    assert len(page.context["tasks"]) == 3
    assert browser.get("/tasks", {"duty": "dance", "group": "overdue"}).status_code == 404


def test_the_targets_of_my_unit_stand_beside_it(country):
    page = client(Role.LEADER, build.unit("140200")).get("/")
    assert "大同市的目标" in words(page)
    assert "溯源确定责任主体" in words(page)


def test_the_unit_i_chose_stays_chosen_until_i_choose_another(country):
    browser = client(Role.LEADER, build.unit("140200"))
    browser.get("/?unit=140213")
    assert browser.get("/outlets/").context["asked"].at.name == "平城区"
    browser.get("/?unit=140200")
    assert browser.get("/outlets/").context["asked"].at.name == "大同市"


def test_who_has_no_territory_sees_his_own_outlets(country):
    outlet = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED, name="某厂排污口")
    enterprise = client(Role.ENTERPRISE, None, party=outlet.party)
    assert "某厂排污口" in words(enterprise.get("/"))
    build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED, name="邻厂排污口")
    assert "邻厂排污口" not in words(enterprise.get("/"))


def test_who_has_no_assignment_is_told_so(country):
    from qingyuan.access.models import Assignment
    from tests.web.people import client_of

    officer = build.officer(Role.CLERK, build.unit("140213"))
    Assignment.objects.filter(officer=officer).update(to_day="2023-02-01")
    assert "您的账号今天没有任职" in words(client_of(officer).get("/"))
