"""待立案、待结论、待明确责任主体, and duties a party has not done, as tasks of those who may do them."""

from __future__ import annotations

import pytest

from qingyuan.boards.tasks import queries as tasks
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.duties import Duty, Group, Source
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.registry import actions as register
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import actions
from qingyuan.stages.tracing.words import Conclusion
from tests import build
from tests.stages.tracing import cases
from tests.stages.tracing.cases import DAY, NOON
from tests.web.people import client_of

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def waiting(actor, duty: Duty) -> list[int]:
    return [task.about_id for group in Group for task in tasks.page(actor, duty, group, on=DAY)]


def test_an_outlet_waits_for_its_case_then_for_the_conclusion_then_for_the_party():
    where = cases.place("安阳")
    clerk, of = build.actor(Role.CLERK, where), cases.outlet(where)
    assert waiting(clerk, Duty.TRACE) == [of.pk]
    case = cases.case(of)
    assert waiting(clerk, Duty.TRACE) == waiting(clerk, Duty.FIX_PARTY) == []
    assert waiting(clerk, Duty.CONCLUDE_CASE) == [case.pk]
    (task,) = tasks.page(clerk, Duty.CONCLUDE_CASE, Group.LATER, on=DAY)
    assert (task.about, task.outlet_id) == (Source.CASE, None)
    assert task.due is not None
    assert waiting(build.actor(Role.CLERK, cases.place("大同")), Duty.CONCLUDE_CASE) == []
    actions.conclude(case, conclusion=Conclusion.INCONCLUSIVE, note="查不到", **BY)
    assert waiting(clerk, Duty.CONCLUDE_CASE) == []
    assert waiting(clerk, Duty.FIX_PARTY) == [of.pk]


def test_a_case_that_stands_beside_its_stage_waits_for_its_conclusion_as_well():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where, Stage.SURVEYED))
    assert waiting(build.actor(Role.CLERK, where), Duty.CONCLUDE_CASE) == [case.pk]


def test_a_duty_recorded_as_undone_waits_for_the_party_and_for_the_office_until_it_is_done():
    where = cases.place("安阳")
    party, of = build.body(where), cases.outlet(where)
    register.fix_party(of, body=party, basis="tracing", papers=build.papers(Paper.PARTY_BASIS), **BY)
    enterprise, clerk = build.actor(Role.ENTERPRISE, None, party=party), build.actor(Role.CLERK, where)
    for value, expected in ((None, []), (False, [of.pk]), (True, [])):
        if value is not None:
            register.enter_fact(
                ("outlet", str(of.pk)),
                place=place_of(of),
                name="maintenance_done",
                value=value,
                source="检查记录",
                **BY,
            )
        assert waiting(enterprise, Duty.PARTY_DUTY) == expected
        assert waiting(clerk, Duty.PARTY_DUTY) == expected
    assert waiting(build.actor(Role.LEADER, where), Duty.PARTY_DUTY) == []


def test_the_button_of_a_task_leads_to_the_case():
    where = cases.place("安阳")
    case = cases.case(cases.outlet(where))
    browser = client_of(build.officer(Role.CLERK, where))
    assert f'href="/tracing/{case.pk}"' in browser.get("/").content.decode()
