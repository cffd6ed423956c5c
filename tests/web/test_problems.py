"""Pages of the problem list and of triage."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.ledger.models import Entry
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import queries
from tests import build
from tests.stages.remediation import lives
from tests.web.people import client

ACROSS = "140215"


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def today() -> str:
    return timezone.localdate().isoformat()


def page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content[-800:]
    return answer.content.decode()


def act(browser, outlet: Outlet, press: str, **given):
    version = re.search(r'name="version" value="(\d+)"', page(browser, f"/problems/outlets/{outlet.pk}")).group(1)
    return browser.post(f"/problems/outlets/{outlet.pk}/{press}", {"version": version, "on": today(), **given})


def test_a_lead_is_looked_at_and_the_outlet_listed_on_the_page():
    where = build.unit(ACROSS)
    outlet = lives.classified(where)
    lives.fact(outlet, "borrowed_discharge", True)
    browser = client(Role.REVIEWER, where)
    assert outlet.name in page(browser, "/problems/?tab=awaiting")
    assert outlet.name in page(browser, "/problems/?tab=leads")
    assert outlet.name not in page(browser, "/problems/")
    assert f"/problems/outlets/{outlet.pk}" in page(browser, f"/outlets/{outlet.pk}")
    lead = lives.lead(outlet, "borrowed")
    answer = act(browser, outlet, "list", finding=[lead.pk], reason="现场核实")
    assert answer.status_code == 302
    assert outlet.name in page(browser, "/problems/")
    assert outlet.name in page(browser, "/problems/?kind=borrowed")
    assert outlet.name not in page(browser, "/problems/?kind=defect")
    again = browser.post(f"/problems/outlets/{outlet.pk}/list", {"version": "0", "on": today(), "finding": [lead.pk]})
    assert again.status_code == 409
    assert queries.round_of(outlet).number == 1
    assert "已在问题排污口清单上" in page(browser, f"/problems/outlets/{outlet.pk}")
    csv = b"".join(browser.get("/problems/export?as=csv").streaming_content).decode("utf-8-sig")
    assert outlet.name in csv
    assert "借道排污" in csv


def test_a_hit_of_the_layer_is_confirmed_on_a_paper_alone():
    where = build.unit(ACROSS)
    outlet = lives.classified(where)
    lives.fact(outlet, "in_zone_drinking_water", True)
    lead = lives.lead(outlet, "zone")
    browser = client(Role.REVIEWER, where)
    refused = browser.post(f"/problems/findings/{lead.pk}/confirm", {"on": today(), "reason": "违法"})
    assert refused.status_code == 409
    assert "图层命中只是线索" in refused.content.decode()
    paper = SimpleUploadedFile("认定.txt", "水污染防治法".encode())
    done = browser.post(f"/problems/findings/{lead.pk}/confirm", {"on": today(), "reason": "违法", "paper": paper})
    assert done.status_code == 302
    (found,) = queries.findings_of(outlet)
    assert (found.kind, found.state) == ("illegal_zone", "confirmed")
    assert browser.get(f"/problems/findings/{found.pk}/basis/file").status_code == 200


def test_a_confirmation_by_mistake_is_taken_back_as_long_as_nothing_was_listed_on_it():
    where = build.unit(ACROSS)
    outlet = lives.classified(where)
    lives.fact(outlet, "in_zone_drinking_water", True)
    lead = lives.lead(outlet, "zone")
    browser = client(Role.REVIEWER, where)
    paper = SimpleUploadedFile("认定.txt", "水污染防治法".encode())
    browser.post(f"/problems/findings/{lead.pk}/confirm", {"on": today(), "reason": "违法", "paper": paper})
    (found,) = queries.findings_of(outlet)
    assert "撤回认定" in page(browser, f"/problems/outlets/{outlet.pk}")
    bare = browser.post(f"/problems/findings/{found.pk}/take-back", {"on": today()})
    assert "请写明理由" in bare.content.decode()
    done = browser.post(f"/problems/findings/{found.pk}/take-back", {"on": today(), "reason": "认错了口"})
    assert done.status_code == 302
    assert [(one.kind, one.state) for one in queries.findings_of(outlet)] == [("zone", "lead")]
    assert queries.zone_finding(outlet, on=timezone.localdate()) is None
    assert Entry.objects.filter(subject_id=str(outlet.pk), act="finding.take_back").count() == 1
    again = browser.post(f"/problems/findings/{found.pk}/take-back", {"on": today(), "reason": "认错了口"})
    assert again.status_code == 409


def test_what_was_listed_cannot_be_taken_back():
    where = build.unit(ACROSS)
    stay = lives.problem(lives.classified(where))
    (found,) = queries.findings_in(stay)
    browser = client(Role.REVIEWER, where)
    answer = browser.post(f"/problems/findings/{found.pk}/take-back", {"on": today(), "reason": "认错了"})
    assert answer.status_code == 409
    assert "只能经销号了结" in answer.content.decode()


def test_many_are_triaged_with_one_confirmation_that_says_what_happens():
    where = build.unit(ACROSS)
    one, two = lives.classified(where), lives.classified(where)
    lives.fact(one, "borrowed_discharge", True)
    browser = client(Role.REVIEWER, where)
    said = browser.post("/problems/bulk", {"act": "list", "outlet": [one.pk, two.pk]})
    text = said.content.decode()
    assert "将把 1 个排污口列入问题排污口清单，同时认定其 1 条问题或线索。" in text
    assert "另有 1 个不能办理。" in text
    assert queries.round_of(one) is None
    done = browser.post(
        "/problems/bulk", {"act": "list", "outlet": [one.pk], "step": "do", "on": today(), "reason": "属实"}
    )
    assert done.status_code == 302
    assert queries.round_of(one) is not None
    said = browser.post("/problems/bulk", {"act": "no-problem", "outlet": [two.pk]})
    assert "将认定 1 个排污口没有问题" in said.content.decode()
    browser.post(
        "/problems/bulk", {"act": "no-problem", "outlet": [two.pk], "step": "do", "on": today(), "reason": "无问题"}
    )
    two.refresh_from_db()
    assert two.stage == "no_problem"


def test_who_may_not_decide_reads_why_the_buttons_are_grey():
    where = build.unit(ACROSS)
    outlet = lives.classified(where)
    lives.fact(outlet, "borrowed_discharge", True)
    browser = client(Role.CLERK, where)
    assert "您没有在此办理“认定问题排污口”的权限" in page(browser, f"/problems/outlets/{outlet.pk}")
    lead = lives.lead(outlet, "borrowed")
    assert browser.post(f"/problems/findings/{lead.pk}/confirm", {"on": today()}).status_code == 403
    added = browser.post(
        f"/problems/outlets/{outlet.pk}/find", {"kind": "other", "text": "口门被垃圾堵塞", "on": today()}
    )
    assert added.status_code == 302
    assert lives.lead(outlet, "other").text == "口门被垃圾堵塞"


def test_who_answers_for_an_outlet_is_told_that_it_was_listed():
    where = build.unit(ACROSS)
    outlet = lives.classified(where)
    party = client(Role.ENTERPRISE, None, party=outlet.party)
    lives.fact(outlet, "borrowed_discharge", True)
    lead = lives.lead(outlet, "borrowed")
    act(client(Role.REVIEWER, where), outlet, "list", finding=[lead.pk])
    assert f"已列入问题排污口清单，请准备整治：{outlet.name}" in page(party, "/notices/")
