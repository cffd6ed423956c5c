"""A refusal that misses a fact leads to where the fact is entered, and only whoever may enter it."""

from __future__ import annotations

import re

import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.web import remedies
from qingyuan.web.outlets.acts import ACTS
from qingyuan.web.remediation.plans_acts import ACTS as PLAN_ACTS
from tests import build
from tests.stages.remediation import lives
from tests.web.people import client_of


@pytest.fixture
def country(db):
    return build.country()


def links(page: str, code: str) -> set[str]:
    said = re.findall(rf'<span class="refusal" data-code="{code}">(.*?)</span>', page, re.S)
    return {address for one in said for address in re.findall(r'<a href="([^"]+)"', one)}


def test_a_grey_button_for_want_of_a_position_leads_to_where_it_is_entered(country):
    unit = build.unit("410502")
    outlet = build.outlet(unit, stage=Stage.SURVEYED, position=None)
    page = client_of(build.officer(Role.REVIEWER, unit)).get(f"/outlets/{outlet.pk}").content.decode()
    assert f"/outlets/{outlet.pk}/acts/correct" in links(page, "registry.no_position")


def test_the_page_that_says_no_leads_to_the_missing_fact_for_whoever_may_enter_it(country):
    unit = build.unit("140213")
    found = lives.problem(lives.classified(unit))
    outlet = found.outlet
    type(outlet).objects.filter(pk=outlet.pk).update(party=None)
    way = f'href="/outlets/{outlet.pk}/acts/fix-party"'
    clerk = client_of(build.officer(Role.CLERK, unit))
    answer = clerk.get(f"/remediation/{found.pk}/acts/draft")
    assert answer.status_code == 409
    assert ("明确责任主体</a>" in answer.content.decode()) == (
        clerk.get(f"/outlets/{outlet.pk}/acts/fix-party").status_code == 200
    )
    auditor = client_of(build.officer(Role.AUDITOR, unit))
    assert way not in auditor.get(f"/remediation/{found.pk}/").content.decode()


def test_every_way_of_the_table_is_an_act_or_a_page():
    named = {way for ways in remedies.MISSING.values() for way in ways}
    known = {*ACTS, *remedies.PAGES, "case", "works", *(f"round:{name}" for name in PLAN_ACTS)}
    assert named <= known
