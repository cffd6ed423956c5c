"""What a plan leaves for the end: who may be kept beside another, and what holds up 销号."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.registry import actions as registry
from qingyuan.stages.remediation import actions
from qingyuan.stages.remediation.drafts_plans import GivenMeasure
from tests import build
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of

ALLOWED = {
    "济源": {"approved": True},
    "安阳": {"approved": True, "extra_outlet_noted_in_permit": True},
    "新绛": {"approved": True},
    "大同": {"approved": True},
    "吉林": {"extra_outlet_reported_to_city": True},
}
"""The exception each scheme asks for, as facts."""


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def retain(found):
    """确定保留, on the day after acceptance."""
    found.outlet.refresh_from_db()
    day = lives.later(found.outlet.stage_since)
    return actions.decide_retain(found, on=day, by=build.VERIFIER, at=build.recorded(lives.later(day)))


def accept(found):
    """验收, on the day after the works were done."""
    found.outlet.refresh_from_db()
    day = lives.later(found.outlet.stage_since, 2)
    lives.checked(found, on=day)
    at = build.recorded(lives.later(day))
    return actions.accept(found, paper_sha256=build.paper(), on=day, by=build.SURVEYOR, at=at)


def works_done(scheme: str, type_key: str = "GY.enterprise", batch: str = "standardise", *, facts=None, **more):
    """A stay whose works are done, with facts about the outlet that came up after its plan."""
    found = here.listed(scheme, type_key)
    lives.works_done(lives.planned(found, batch, on=DAY, **more))
    for name, value in {"borrowed_discharge": False, **(facts or {})}.items():
        here.know(found.outlet, name, value)
    return found


def beside(scheme: str, first_type: str, type_key: str):
    """A stay accepted at an outlet of an enterprise outside parks that keeps another already, without an exception."""
    first = here.outlet(scheme, first_type)
    found = here.listed(scheme, type_key)
    party = {"body": first.party, "basis": "tracing", "papers": build.papers(Paper.PARTY_BASIS)}
    registry.fix_party(found.outlet, on=DAY, by=build.VERIFIER, at=build.recorded(DAY), **party)
    build.walk(first, Stage.RETAINED, on=DAY)
    for name in ("in_park", "approved", "extra_outlet_noted_in_permit", "extra_outlet_reported_to_city"):
        here.know(found.outlet, name, False)
    lives.works_done(lives.planned(found, on=DAY))
    here.know(found.outlet, "borrowed_discharge", False)
    return lives.accepted(found)


def kept_by_exception_alone(scheme: str, found) -> None:
    said = here.no_to(retain, found)
    assert said.code.startswith("remediation.")
    assert said.clause.startswith((scheme, "平台建议") if scheme == "济源" else scheme)
    found.outlet.refresh_from_db()
    day = lives.later(found.outlet.stage_since).isoformat()
    where = found.outlet.unit
    bureau = build.body(where, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    browser = client_of(build.officer(Role.REVIEWER, where, body=bureau))
    assert browser.post(f"/remediation/{found.pk}/closing/retain", {"on": day}).status_code == 409
    for name, value in ALLOWED[scheme].items():
        here.know(found.outlet, name, value)
    assert browser.post(f"/remediation/{found.pk}/closing/retain", {"on": day}).status_code == 302
    found.outlet.refresh_from_db()
    assert found.outlet.stage == "retained"


@schemes(济源="JY-69", 安阳="AY-45", 新绛="XJ-45", 大同="DT-72", 吉林="JL-66")
def test_a_second_outlet_of_an_enterprise_outside_parks_is_kept_by_exception_alone(scheme):
    kept_by_exception_alone(scheme, beside(scheme, "GY.enterprise", "GY.enterprise"))


@schemes(新绛="XJ-45", 大同="DT-72")
def test_a_second_rain_outlet_is_kept_by_exception_alone(scheme):
    kept_by_exception_alone(scheme, beside(scheme, "GY.enterprise_storm", "GY.enterprise_storm"))


@schemes(济源="JY-69", 大同="DT-72", 吉林="JL-66")
def test_one_rain_outlet_beside_the_one_of_waste_water_needs_no_exception(scheme):
    retain(beside(scheme, "GY.enterprise", "GY.enterprise_storm"))


@schemes(新绛="XJ-51", 大同="DT-86")
def test_a_dense_village_keeps_one_outlet(scheme):
    facts = {"village_sewage_m3_d": 501, "village_clustered": True, "village_outlets": 2}
    works = (GivenMeasure("village_works"), GivenMeasure("clear_branches"))
    found = works_done(scheme, "QT.rural_facility", facts=facts, measures=works)
    lives.accepted(found)
    said = here.no_to(retain, found)
    assert "统一设置一个入河排污口" in said.sentence
    here.know(found.outlet, "village_outlets", 1)
    retain(found)


@pytest.mark.clause("AY-49")
def test_a_large_farm_without_a_permit_keeps_no_outlet():
    found = works_done("安阳", "NY.livestock_large")
    lives.accepted(found)
    said = here.no_to(retain, found)
    assert "排污许可证" in said.sentence
    assert said.clause == "安阳 二(二)2"
    here.know(found.outlet, "holds_permit", True)
    retain(found)


@schemes(新绛="XJ-37", 大同="DT-62")
def test_merged_sewage_without_works_to_receive_it_is_not_taken_off_the_list(scheme):
    found = works_done(scheme, "QT.urban_domestic", "merge", receiving_works="")
    said = here.no_to(accept, found)
    assert said.clause.startswith(scheme)
    assert "污水" in said.sentence


@pytest.mark.clause("JL-65")
def test_an_enterprise_not_yet_connected_to_the_park_works_stays_on_the_list():
    route = (GivenMeasure("to_park_works"), GivenMeasure("clear_branches"))
    inside = here.listed("吉林", facts={"in_park": True})
    assert "to_park_works" in here.program("吉林").get(f"rounds/{inside.pk}").json()["proposed_measures"]
    found = works_done("吉林", facts={"in_park": True}, batch="merge", measures=route)
    said = here.no_to(accept, found)
    assert said.clause == "吉林 二(六)4"
    here.know(found.outlet, "connected_to_works", True)
    accept(found)


@pytest.mark.clause("DT-45")
def test_an_open_complaint_of_harm_holds_up_acceptance():
    found = works_done("大同", facts={"livelihood_related": True, "harm_complaint_open": True})
    said = here.no_to(accept, found)
    assert (said.clause, "群众切身利益" in said.sentence) == ("大同 三(四)", True)
    here.know(found.outlet, "harm_complaint_open", False)
    accept(found)
