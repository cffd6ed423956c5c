"""批量办理 and saved filters on the list."""

from __future__ import annotations

import re

import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions
from qingyuan.registry.models import BulkRun, Outlet, SavedView
from tests import build
from tests.web.people import client, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlets(db):
    build.country()
    county = build.unit("140213")
    return [build.outlet(county), build.outlet(county), build.outlet(county, stage=Stage.CLASSIFIED)]


@pytest.fixture
def reviewer(outlets):
    return client(Role.REVIEWER, build.unit("140213"))


def ticked(outlets):
    return [f"{one.pk}:{one.version}" for one in outlets]


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode()).group(1)


def confirmed(browser, act, chosen, **values):
    asked = browser.post("/bulk/", {"act": act, "chosen": chosen})
    assert asked.status_code == 200
    given = {"step": "check", "act": act, "selection": field(asked, "selection"), "on": "2023-08-01", **values}
    return browser.post("/bulk/", given)


def test_the_page_says_exactly_what_will_happen_and_the_receipt_what_did(outlets, reviewer):
    page = confirmed(reviewer, "verify", ticked(outlets))
    said = words(page)
    assert "核实 3 个排污口；其中 1 个不能办理" in said
    assert "确认办理 2 个" in said
    assert BulkRun.objects.count() == 0
    signed = {"step": "do", "signed": field(page, "signed")}
    done = reviewer.post("/bulk/", signed)
    receipt = words(reviewer.get(done.url))
    assert "办理 2 个，退回 1 个" in receipt
    assert [Outlet.objects.get(pk=one.pk).stage for one in outlets] == ["verified", "verified", "classified"]
    assert reviewer.post("/bulk/", signed).url == done.url
    assert BulkRun.objects.count() == 1


def test_everything_the_filter_shows_can_be_chosen(outlets, reviewer):
    department = build.body(build.unit("140213"), name="某区水务局")
    asked = reviewer.post("/bulk/", {"act": "managing_body", "all": "1", "query": "stage=surveyed", "unit": "140213"})
    given = {
        "step": "check",
        "act": "managing_body",
        "selection": field(asked, "selection"),
        "on": "2023-08-01",
        "body": department.name,
        "reason": "责任区划定",
    }
    page = reviewer.post("/bulk/", given)
    assert "将 2 个排污口的责任区部门改为“某区水务局”" in words(page)
    reviewer.post("/bulk/", {"step": "do", "signed": field(page, "signed")})
    bodies = [Outlet.objects.get(pk=one.pk).managing_body for one in outlets]
    assert bodies == [department, department, None]


def test_a_row_changed_after_it_was_chosen_is_refused_alone(outlets, reviewer):
    chosen = ticked(outlets[:2])
    at = build.recorded(build.DAY)
    actions.correct(outlets[0], values={"remark": "改"}, reason="补充", on=build.DAY, by=build.VERIFIER, at=at)
    page = confirmed(reviewer, "verify", chosen)
    assert "其中 1 个不能办理" in words(page)
    assert "选中之后已有变更" in words(page)


def test_a_forged_selection_and_none_at_all_are_refused(outlets, reviewer):
    assert reviewer.post("/bulk/", {"step": "do", "signed": "forged"}).status_code == 409
    assert reviewer.post("/bulk/", {"act": "verify"}).status_code == 409
    assert reviewer.post("/bulk/", {"act": "no-such", "chosen": ticked(outlets)}).status_code == 409
    surveyor = client(Role.SURVEYOR, build.unit("140213"))
    assert surveyor.post("/bulk/", {"act": "verify", "chosen": ticked(outlets)}).status_code == 403
    assert client(Role.LEADER, build.unit("140213")).get("/bulk/").status_code == 403


def test_the_list_offers_the_bar_to_whoever_may_do_something(outlets, reviewer):
    assert "办理当前筛选的全部 3 个" in words(reviewer.get("/outlets/"))
    assert "批量办理" not in words(client(Role.LEADER, build.unit("140213")).get("/outlets/"))


def test_a_filter_is_saved_with_its_columns_renamed_and_deleted_by_its_owner_alone(outlets, reviewer):
    saved = reviewer.post(
        "/outlets/views", {"name": "待核实", "query": "stage=surveyed&x=1", "columns": ["stage", "bank"]}
    )
    assert saved.url == "/outlets/?stage=surveyed&columns=stage"
    page = reviewer.get(saved.url)
    assert {row.outlet.pk for row in page.context["rows"]} == {one.pk for one in outlets[:2]}
    assert page.context["columns"] == ["stage"]
    assert page.context["saved_views"].links[0].name == "待核实"
    view = SavedView.objects.get()
    stranger = client(Role.REVIEWER, build.unit("140213"))
    assert stranger.post(f"/outlets/views/{view.pk}/rename", {"name": "我的"}).status_code == 404
    stranger.post(f"/outlets/views/{view.pk}/delete")
    assert SavedView.objects.get().name == "待核实"
    reviewer.post(f"/outlets/views/{view.pk}/rename", {"name": "等待核实"})
    assert "等待核实" in words(reviewer.get("/outlets/"))
    assert reviewer.post("/outlets/views", {"name": " ", "query": ""}).status_code == 409
    reviewer.post(f"/outlets/views/{view.pk}/delete")
    assert not SavedView.objects.exists()
