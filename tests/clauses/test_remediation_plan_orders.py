"""Closing orders, legacy cases, transition periods, programmes, money and the plans of units."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from qingyuan.bodies.models import Body
from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions as registry
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, guards_orders, queries_plans, rules_plans
from qingyuan.stages.remediation.words_plans import PackageState
from tests import build
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of, words

DEADLINE, UNTIL = date(2024, 6, 10), date(2024, 6, 30)


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def banned(scheme: str):
    """An outlet in a source zone, found to be set illegally."""
    return here.listed(scheme, facts={"in_zone_drinking_water": True, "zone_finding_illegal": True})


def office(scheme: str, function: F) -> Body:
    where = build.unit(here.PLACES[scheme])
    return build.body(where, kind=BodyKind.GOVERNMENT, functions=(function,))


def order(who, found, body: Body, measure: str = "责令拆除", **more: object):
    sent = {
        "measure": measure,
        "zone_kind": "drinking_water",
        "body": body.pk,
        "legal_basis": "水污染防治法第八十四条",
        "sha256": build.paper(),
    }
    return here.post(who, found, "order", **{**sent, **more})


@schemes(济源="JY-64", 大同="DT-55", 吉林="JL-60")
def test_only_the_competent_body_orders_an_outlet_pulled_down(scheme):
    found = banned(scheme)
    bureau, government = office(scheme, F.ECOLOGY), office(scheme, F.GOVERNMENT)
    outside = here.program(scheme, body=bureau)
    said = order(outside, found, government)
    assert said.status_code == 403
    assert "人民政府" in said.json()["detail"] or "政府" in said.json()["detail"]
    inside = here.program(scheme, body=government)
    assert here.refused(order(inside, found, bureau))["code"] == "remediation.order_authority"
    assert order(inside, found, government, legal_basis=" ").status_code in (409, 422)
    assert order(inside, found, government).status_code == 200
    made = queries_plans.orders_of(found)[0]
    assert (made.measure, made.body, made.legal_basis) == ("责令拆除", government, "水污染防治法第八十四条")
    if scheme == "大同":
        assert made.clause == "大同 三(五)"


@pytest.mark.clause("XJ-81")
def test_the_branch_of_xinjiang_bans_and_the_government_orders_in_a_source_zone():
    found = banned("新绛")
    branch, government = office("新绛", F.ECOLOGY), office("新绛", F.GOVERNMENT)
    assert order(here.program("新绛", body=government), found, branch, "依法取缔").status_code == 403
    inside = here.program("新绛", body=branch)
    assert order(inside, found, branch, "处罚").status_code == 200
    said = here.refused(order(inside, found, branch, "责令拆除"))
    assert said["code"] == "remediation.order_authority"  # the branch records, the county government decides
    assert order(inside, found, government, "责令拆除").status_code == 200
    assert {one.body for one in queries_plans.orders_of(found)} == {branch, government}


@pytest.mark.parametrize("scheme", ["济源", "大同", "吉林"])
def test_nothing_is_closed_before_it_is_ordered(scheme):
    found = banned(scheme)
    lives.approved(found, "ban", on=DAY)
    assert here.refused(here.post(here.program(scheme), found, "start"))["code"] == "remediation.order_required"
    lives.ordered(found, on=DAY)
    assert here.post(here.program(scheme), found, "start").status_code == 200


@schemes(济源="JY-65", 大同="DT-56", 吉林="JL-61")
def test_a_legacy_outlet_is_spared_only_by_a_decision_with_a_note_on_the_water(scheme):
    found = banned(scheme)
    said = here.refused(here.try_submit(scheme, found, water_supply_note="不影响取水"))
    assert said["code"] == "remediation.rule"
    assert "取缔" in str(said["detail"])
    legacy = "1998 年建成，早于划定保护区；分期改造后迁出"
    said = here.refused(here.try_submit(scheme, found, legacy_case=legacy, water_supply_note=""))
    assert said["code"] == "remediation.rule"
    assert here.try_submit(scheme, found, legacy_case=legacy).status_code == 200
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/remediation/plans/?tab=legacy")
    assert legacy in words(page)


# --- transition periods ----------------------------------------------------------------------------------------------


def working(scheme: str, kind: BodyKind = BodyKind.ENTERPRISE):
    """An outlet under works that are due on the deadline, its party of a kind."""
    found = here.listed(scheme)
    party = found.outlet.party
    party.kind = kind
    Body.objects.filter(pk=party.pk).update(kind=kind)
    steps = (lives.GivenStep("施工", DEADLINE, starts_on=DAY),)
    return lives.planned(found, due=DEADLINE, steps=steps, on=DAY)


@schemes(济源="JY-57", 安阳="AY-36", 大同="DT-46", 吉林="JL-55")
def test_an_approved_transition_period_moves_the_day_from_which_works_are_overdue(scheme):
    found = working(scheme)
    who = here.program(scheme)
    sent = {
        "reason": "设备采购周期长",
        "interim_measure": "罐车收集",
        "until": UNTIL.isoformat(),
        "sha256": build.paper(),
    }
    assert queries_plans.is_plan_overdue(queries_plans.plan_of(found), on=date(2024, 6, 11))
    assert here.post(who, found, "transition", **sent).status_code == 200
    reviewer = here.program(scheme)
    assert here.post(reviewer, found, "transition/decide", agreed=True).status_code == 200
    plan = queries_plans.plan_of(found)
    assert (plan.due, queries_plans.due_of(plan)) == (DEADLINE, UNTIL)
    assert not queries_plans.is_plan_overdue(plan, on=UNTIL)
    assert queries_plans.is_plan_overdue(plan, on=date(2024, 7, 1))
    for day, late in ((UNTIL, []), (date(2024, 7, 1), [plan])):
        asked = queries_plans.Asked(on=day, overdue=True)
        assert list(queries_plans.plans(build.VERIFIER, asked)) == late
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/remediation/plans/?tab=transitions")
    assert "设备采购周期长" in words(page)


@schemes(大同="DT-46", 吉林="JL-55")
def test_other_parties_than_enterprises_and_institutions_are_offered_no_transition(scheme):
    found = working(scheme, BodyKind.VILLAGE)
    said = guards_orders.may_have_transition(found, by=build.SURVEYOR, on=DAY)
    assert said.code == "remediation.transition_not_offered"
    assert said.clause.startswith(scheme)
    told = here.program(scheme).get(f"rounds/{found.pk}").json()["against"]["transition"]
    assert told["code"] == "remediation.transition_not_offered"
    assert guards_orders.may_have_transition(working("济源", BodyKind.VILLAGE), by=build.SURVEYOR, on=DAY) is None


def test_who_asked_for_a_transition_does_not_agree_to_it():
    found = working("大同")
    given = {"reason": "困难", "interim_measure": "罐车", "until": UNTIL, "paper_sha256": build.paper()}
    period = actions.ask_transition(found, **given, **here.acting())
    assert here.no_to(actions.decide_transition, period, agreed=True, **here.acting()).code == "remediation.four_eyes"


# --- programmes ------------------------------------------------------------------------------------------------------


LINKED = [
    pytest.param("济源", "YH.urban_storm", "", marks=pytest.mark.clause("JY-61"), id="济源雨洪"),
    pytest.param("济源", "QT.other", "farm_return", marks=pytest.mark.clause("JY-61"), id="济源农田退水"),
    pytest.param("济源", "QT.other", "ditch_confluence", marks=pytest.mark.clause("JY-61"), id="济源沟渠汇入"),
    pytest.param("安阳", "QT.other", "ditch_confluence", marks=pytest.mark.clause("AY-39"), id="安阳沟渠"),
    pytest.param("大同", "GY.enterprise", "", marks=pytest.mark.clause("DT-51"), id="大同各类"),
    pytest.param("吉林", "QT.other", "ditch_confluence", marks=pytest.mark.clause("JL-58"), id="吉林沟渠"),
]


@pytest.mark.parametrize(("scheme", "type_key", "special"), LINKED)
def test_a_programme_shows_its_outlets_with_both_dates_and_moves_no_deadline(scheme, type_key, special):
    found = here.listed(scheme, type_key)
    if special:
        registry.correct(
            found.outlet, values={"special_kind": special}, reason="补充", on=DAY, by=build.VERIFIER,
            at=build.recorded(DAY),
        )  # fmt: skip
    where = found.outlet.unit
    own = lives.given(on=DAY).due
    early, late = own - timedelta(10), date(2026, 12, 31)
    for title, due in (("某河黑臭水体整治", late), ("某湖黑臭水体整治", early)):
        actions.enter_programme(where, kind="黑臭水体整治", title=title, due=due, **here.acting())
    answer = here.post(here.program(scheme), found, "plan", **here.plan_json(found, programmes=["黑臭水体整治"]))
    assert answer.status_code == 200
    assert queries_plans.draft_of(found).due == own
    reviewer = client_of(build.officer(Role.REVIEWER, where))
    rows = re.split("(?=某.黑臭水体整治)", words(reviewer.get("/remediation/area/")))
    shown = {
        title: next(row for row in rows if row.startswith(title)) for title in ("某河黑臭水体整治", "某湖黑臭水体整治")
    }
    for row, due in zip(shown.values(), (late, early), strict=True):
        assert found.outlet.name in row
        assert due.isoformat() in row
        assert f"方案期限 {own.isoformat()}" in row
    warning = "工程晚于方案期限，方案期限不变"
    assert (warning in shown["某河黑臭水体整治"], warning in shown["某湖黑臭水体整治"]) == (True, False)
    beyond = "工程晚于本地整治目标期限"
    aim = rules_plans.aim(policy_of(where.path, on=timezone.localdate()))
    assert aim is not None
    assert beyond in shown["某河黑臭水体整治"]
    assert (beyond in shown["某湖黑臭水体整治"]) == (early > aim)
    assert "某河黑臭水体整治" in words(reviewer.get(f"/remediation/{found.pk}/"))
    unknown = here.plan_json(found, programmes=["某不相干工程"])
    assert here.refused(here.post(here.program(scheme), found, "plan", **unknown))["code"] == "remediation.programme"


# --- money -----------------------------------------------------------------------------------------------------------


def retained(kind: BodyKind, name: str):
    """A retained outlet in 新绛 whose party is of a kind."""
    one = here.outlet("新绛")
    party = build.body(one.unit, kind=kind, name=name)
    registry.fix_party(
        one, body=party, basis="tracing", on=DAY, by=build.VERIFIER, at=build.recorded(DAY),
        papers=build.papers(build.Paper.PARTY_BASIS),
    )  # fmt: skip
    return build.walk(one, Stage.RETAINED, on=DAY)


@pytest.mark.clause("XJ-63", "XJ-64")
def test_only_retained_outlets_of_governments_go_into_the_package_and_accepted_money_says_where_from():
    town, plant = retained(BodyKind.GOVERNMENT, "某镇人民政府"), retained(BodyKind.ENTERPRISE, "某厂")
    package = actions.open_package(build.unit("140825"), title="规范化建设打包", **here.acting())
    said = here.no_to(actions.add_to_package, package, outlet=plant, **here.acting())
    assert (said.code, said.clause) == ("remediation.package_party", "新绛 三(六)")
    reviewer = client_of(build.officer(Role.REVIEWER, build.unit("140825")))
    sent = {"package": package.pk, "outlet": str(plant.pk)}
    assert reviewer.post("/remediation/area/add", sent).status_code == 409
    assert reviewer.post("/remediation/area/add", {**sent, "outlet": str(town.pk)}).status_code == 302
    said = here.no_to(actions.move_package, package, state=PackageState.ACCEPTED, **here.acting())
    assert said.code == "remediation.package_money"
    accepted = {"package": package.pk, "state": "accepted", "source": "中央", "amount_yuan": "1200000"}
    assert reviewer.post("/remediation/area/move", accepted).status_code == 302
    package.refresh_from_db()
    assert (package.state, package.source, package.amount_yuan) == ("accepted", "中央", Decimal(1200000))


# --- plans of units --------------------------------------------------------------------------------------------------


@pytest.mark.clause("JY-48")
def test_jiyuan_lacks_a_plan_until_every_outlet_on_the_list_has_one():
    found, other = here.listed("济源"), here.listed("济源")
    reviewer = client_of(build.officer(Role.REVIEWER, found.outlet.unit))
    assert "缺方案" in words(reviewer.get("/remediation/area/"))
    lives.drafted(found, on=DAY)
    assert "缺方案" in words(reviewer.get("/remediation/area/"))
    missing = words(reviewer.get("/remediation/plans/?tab=missing"))
    assert other.outlet.name in missing
    assert found.outlet.name not in missing
    lives.drafted(other, on=DAY)
    assert "缺方案" not in words(reviewer.get("/remediation/area/"))


AREAS = [
    pytest.param("新绛", "140825", marks=pytest.mark.clause("XJ-32"), id="新绛"),
    pytest.param("大同", "140213", marks=pytest.mark.clause("DT-42"), id="大同县区"),
    pytest.param("大同", "1402Z01", marks=pytest.mark.clause("DT-42"), id="大同经开区"),
    pytest.param("吉林", "220102", marks=pytest.mark.clause("JL-48"), id="吉林县"),
    pytest.param("吉林", "220100", marks=pytest.mark.clause("JL-48"), id="吉林市"),
]


@pytest.mark.parametrize(("scheme", "code"), AREAS)
def test_a_place_without_its_plan_is_shown_so(scheme, code):
    where, this_year = build.unit(code), timezone.localdate().year
    reviewer = client_of(build.officer(Role.REVIEWER, where))
    assert "缺方案" in words(reviewer.get("/remediation/area/"))
    if scheme == "新绛":  # yearly: last year's does not do
        last = actions.draft_year_plan(where, year=this_year - 1, title="去年整治方案", **here.acting())
        actions.approve_year_plan(last, paper_sha256=build.paper(), **here.acting(build.VERIFIER))
        assert "缺方案" in words(reviewer.get("/remediation/area/"))
    plan = actions.draft_year_plan(where, year=this_year if scheme == "新绛" else 0, title="整治方案", **here.acting())
    assert "缺方案" in words(reviewer.get("/remediation/area/"))
    actions.approve_year_plan(plan, paper_sha256=build.paper(), **here.acting(build.VERIFIER))
    assert "缺方案" not in words(reviewer.get("/remediation/area/"))
