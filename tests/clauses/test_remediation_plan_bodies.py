"""Whom a plan is charged to: 牵头, 执行, 指导督导 by type and area; what farms and enterprises are found to owe."""

from __future__ import annotations

import re

import pytest

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.registry import actions as registry
from qingyuan.stages.remediation import actions, queries, queries_plans
from qingyuan.stages.tracing import actions as tracing
from qingyuan.stages.tracing import rules as tracing_rules
from qingyuan.stages.tracing.words import Why
from tests import build
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY
from tests.stages.remediation import lives
from tests.web.people import client_of, words


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def bureau(code: str, function: F, name: str):
    return build.body(build.unit(code), name=name, kind=BodyKind.GOVERNMENT, functions=(function,))


def officer_of(body) -> Actor:
    """A reviewer who acts for a bureau over the whole place."""
    reach = Reach(unit_paths=frozenset({body.unit_path}))
    return Actor("test:bureau", "测试", (Grant(Role.REVIEWER, reach, functions=frozenset(), body_id=body.pk),))


def charged(found, duty: str) -> list[str]:
    plan = queries_plans.latest_of(found)
    return [one.name for one in queries_plans.duties_of(plan) if one.duty == duty]


JIYUAN = [
    ("JY-107", "QT.urban_domestic", "", F.HOUSING, "示范区住房和城乡建设局"),
    ("JY-108", "SH.municipal_wwtp", "", F.HOUSING, "示范区住房和城乡建设局"),
    ("JY-108", "YH.urban_storm", "", F.HOUSING, "示范区住房和城乡建设局"),
    ("JY-109", "QT.aquaculture_small", "", F.AGRICULTURE, "示范区农业农村局"),
    ("JY-109", "NY.livestock_large", "", F.AGRICULTURE, "示范区农业农村局"),
    ("JY-109", "QT.other", "farm_return", F.AGRICULTURE, "示范区农业农村局"),
    ("JY-110", "QT.other", "road_service", F.TRANSPORT, "示范区交通运输局"),
]


def cases(rows):
    return [pytest.param(*row[1:], marks=pytest.mark.clause(row[0]), id=f"{row[0]}-{row[1]}{row[2]}") for row in rows]


def of_kind(where, type_key: str, special: str = ""):
    """An outlet of a place on the problem list, of a type and perhaps of a special kind."""
    found = lives.problem(lives.classified(where, type_key=type_key, on=DAY), on=DAY)
    if special:
        registry.correct(
            found.outlet, values={"special_kind": special}, reason="补充", on=DAY, by=build.VERIFIER,
            at=build.recorded(DAY),
        )  # fmt: skip
    return found


@pytest.mark.parametrize(("type_key", "special", "function", "name"), cases(JIYUAN))
def test_departments_of_jiyuan_guide_and_the_town_carries_out(type_key, special, function, name):
    place = build.unit("419001100")
    town = build.body(place, name="克井镇人民政府", kind=BodyKind.GOVERNMENT, functions=(F.TOWN,))
    guide = bureau("419001", function, name)
    found = of_kind(place, type_key, special)
    lives.drafted(found, on=DAY)
    assert charged(found, "guide") == [name]
    assert charged(found, "lead") == []
    assert charged(found, "execute") == [town.name]
    page = words(client_of(build.officer(Role.REVIEWER, place)).get(f"/remediation/{found.pk}/"))
    assert name in page
    assert town.name in page
    by = officer_of(guide)
    asked = lives.given(on=DAY, responsible_body=found.outlet.party)
    refused = here.no_to(actions.draft_plan, found, given=asked, on=DAY, by=by, at=build.recorded(DAY))
    assert (refused.code, refused.clause) == ("remediation.guides_only", "济源 五(二)")
    lives.works_done(lives.planned(found, "standardise" if type_key == "YH.urban_storm" else "merge", on=DAY))
    day = lives.later(found.outlet.stage_since, 2)
    closing = {"paper_sha256": build.paper(), "on": day, "by": by, "at": build.recorded(lives.later(day))}
    assert here.no_to(actions.accept, found, **closing).code == "remediation.guides_only"


ANYANG = [
    ("AY-106", "GY.enterprise", "", F.ECOLOGY, "市生态环境局"),
    ("AY-107", "SH.municipal_wwtp", "", F.HOUSING, "市住房城乡建设局"),
    ("AY-107", "YH.urban_storm", "mixed_storm_sewage", F.HOUSING, "市住房城乡建设局"),
    ("AY-108", "QT.irrigation", "", F.WATER, "市水利局"),
    ("AY-109", "NY.livestock_large", "", F.AGRICULTURE, "市农业农村局"),
    ("AY-109", "QT.aquaculture_small", "", F.AGRICULTURE, "市农业农村局"),
]


@pytest.mark.parametrize(("type_key", "special", "function", "name"), cases(ANYANG))
def test_departments_of_anyang_lead_by_type_and_another_needs_a_reason(type_key, special, function, name):
    lead, other = bureau("410500", function, name), bureau("410500", F.FORESTRY, "市林业局")
    found = of_kind(build.unit(here.PLACES["安阳"]), type_key, special)
    who = here.program("安阳")
    sent = here.plan_json(found, lead=other.pk, deviation_reason=None)
    said = here.refused(here.post(who, found, "plan", **sent))
    assert (said["code"], said["clause"]) == ("remediation.lead", "安阳 四(一)")
    assert here.post(who, found, "plan", **here.plan_json(found)).status_code == 200
    assert charged(found, "lead") == [lead.name]
    assert here.post(who, found, "plan", **here.plan_json(found, lead=other.pk)).status_code == 200  # with a reason
    assert charged(found, "lead") == [other.name]


@pytest.mark.parametrize(("type_key", "special", "function", "name"), cases(ANYANG))
def test_departments_of_anyang_lead_the_tracing_by_type_and_another_needs_a_reason(type_key, special, function, name):
    lead, other = bureau("410500", function, name), bureau("410500", F.FORESTRY, "市林业局")
    one = of_kind(build.unit(here.PLACES["安阳"]), type_key, special).outlet
    given = {"on": DAY, "by": build.VERIFIER, "at": build.recorded(DAY)}
    refused = here.no_to(tracing.open_case, one, why=Why.UNCLEAR, lead=other, **given)
    assert (refused.code, refused.clause) == ("tracing.lead", "安阳 四(一)")
    case = tracing.open_case(one, why=Why.UNCLEAR, **given)
    assert [row.body for row in case.bodies.filter(part="lead")] == [lead]
    assert lead.name in words(client_of(build.officer(Role.REVIEWER, one.unit)).get(f"/tracing/{case.pk}"))
    refused = here.no_to(tracing.set_lead, case, lead=other, reason=" ", **given)
    assert refused.code == "tracing.lead"
    tracing.set_lead(case, lead=other, reason="市政府另有安排", **given)
    assert [row.body for row in case.bodies.filter(part="lead")] == [other]


@pytest.mark.parametrize(
    ("scheme", "code", "function", "name"),
    [
        pytest.param("新绛", "140825", F.HOUSING, "新绛县住建局", marks=pytest.mark.clause("XJ-36")),
        pytest.param("大同", "140213", F.URBAN_MANAGEMENT, "平城区城管局", marks=pytest.mark.clause("DT-61")),
    ],
)
def test_housing_or_its_like_carries_out_the_merging_of_scattered_outlets(scheme, code, function, name):
    body, other = bureau(code, function, name), bureau(code, F.FORESTRY, "某林业局")
    found = here.listed(scheme, "QT.urban_domestic")
    who = here.program(scheme)
    sent = here.plan_json(found, "merge", lead=other.pk, deviation_reason=None)
    assert here.refused(here.post(who, found, "plan", **sent))["code"] == "remediation.lead"
    assert here.post(who, found, "plan", **here.plan_json(found, "merge")).status_code == 200
    assert body.name in charged(found, "execute")


@pytest.mark.clause("DT-165")
def test_a_department_leads_in_its_own_area_and_another_needs_a_reason():
    department, other = bureau("140200", F.WATER, "大同市水务局"), bureau("140200", F.FORESTRY, "某林业局")
    found = here.listed("大同")
    registry.correct(
        found.outlet, values={"managing_body": department}, reason="划入责任区", on=DAY, by=build.VERIFIER,
        at=build.recorded(DAY),
    )  # fmt: skip
    who = here.program("大同")
    sent = here.plan_json(found, lead=other.pk, deviation_reason=None)
    said = here.refused(here.post(who, found, "plan", **sent))
    assert (said["code"], said["clause"]) == ("remediation.lead", "大同 五(十三)")
    assert here.post(who, found, "plan", **here.plan_json(found)).status_code == 200
    assert charged(found, "lead") == ["大同市水务局"]
    assert here.post(who, found, "plan", **here.plan_json(found, lead=other.pk)).status_code == 200
    assert charged(found, "lead") == ["某林业局"]


@pytest.mark.clause("AY-48")
def test_a_large_farm_that_discharges_below_the_standard_breaks_a_ban():
    one = here.outlet("安阳", "NY.livestock_large")
    lives.fact(one, "effluent_meets_standard", False, on=DAY)
    found = {finding.rule: finding for finding in queries.findings_of(one)}
    assert found["livestock.large_farm"].clause == "安阳 二(二)2"
    assert "不得直接排放" in found["livestock.large_farm"].text
    assert found["livestock.large_farm"].state == "lead"
    assert one.name in words(client_of(build.officer(Role.REVIEWER, one.unit)).get("/problems/?tab=leads"))


@pytest.mark.clause("DT-69")
def test_a_park_enterprise_whose_rain_and_sewage_are_not_separated_is_listed_until_they_are():
    one = here.outlet("大同")
    lives.fact(one, "in_park", True, on=DAY)
    lives.fact(one, "sewer_separated", False, on=DAY)
    reviewer = client_of(build.officer(Role.REVIEWER, one.unit))
    outstanding = "/problems/?tab=leads&kind=sewer_separation"
    assert one.name in words(reviewer.get(outstanding))
    lives.fact(one, "sewer_separated", True, on=lives.later(DAY))
    assert one.name not in words(reviewer.get(outstanding))


@pytest.mark.clause("DT-130")
@pytest.mark.parametrize("function", [F.WATER, F.HOUSING, F.URBAN_MANAGEMENT, F.AGRICULTURE])
def test_in_the_area_of_a_department_it_answers_for_tracing_and_remediation(function):
    city = build.unit("140200")
    bureau = build.body(city, kind=BodyKind.GOVERNMENT, functions=(function,))
    one = here.outlet("大同", managing_body=bureau)
    assert [named.body for named in tracing_rules.assigned(one, why=Why.UNCLEAR, on=here.DAY).lead] == [bureau]
    plan = lives.drafted(lives.problem(one, on=here.DAY), on=here.DAY)
    charged = {(row.duty, row.body_id) for row in queries_plans.duties_of(plan)}
    assert ("execute", bureau.pk) in charged or ("lead", bureau.pk) in charged
    browser = client_of(build.officer(Role.LEADER, city))
    assert bureau.name in words(browser.get(f"/remediation/{plan.round_id}/"))
    matrix = words(browser.get("/oversight/?unit=140200"))
    for name in ("市水务局", "市住房和城乡建设局", "市城市管理局", "市农业农村局"):
        assert re.search(f"{name}[^市]*实施溯源[^市]*实施整治", matrix)
