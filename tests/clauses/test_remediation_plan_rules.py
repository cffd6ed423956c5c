"""What the rules ask of a plan: parks, enterprises, villages, sewers, the flood, people, drinking water."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import qingyuan.packs
from qingyuan.core.access import CONSOLE, Role
from qingyuan.rulebook import actions as rulebook
from qingyuan.stages.remediation import actions, queries, queries_plans
from tests import build
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY, keys, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of, words

RECOMMENDS, REQUIRES = "remediation.deviates", "remediation.rule"


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def in_park(scheme: str, **facts: object):
    return here.listed(scheme, facts={"in_park": True, **facts})


@schemes(济源="JY-67", 安阳="AY-42", 吉林="JL-63")
def test_scattered_sewage_within_the_network_is_merged_in_principle(scheme):
    found = here.listed(scheme, "QT.urban_domestic", facts={"in_sewer_area": True})
    told = here.program(scheme).get(f"rounds/{found.pk}").json()
    assert told["proposed_batch"] == "merge"
    assert "connect_sewer" in told["proposed_measures"]
    said = here.refused(here.try_submit(scheme, found, "standardise", deviation_reason=None))
    assert said["code"] == RECOMMENDS
    assert str(said["clause"]).startswith(scheme)
    assert here.try_submit(scheme, found, "standardise").status_code == 200  # with a reason


@schemes(新绛="XJ-35", 大同="DT-60")
def test_scattered_sewage_within_the_network_is_merged_without_exception(scheme):
    found = here.listed(scheme, "QT.urban_domestic", facts={"in_sewer_area": True})
    told = here.program(scheme).get(f"rounds/{found.pk}").json()
    assert told["proposed_batch"] == "merge"
    assert "connect_sewer" in told["proposed_measures"]
    said = here.refused(here.try_submit(scheme, found, "standardise"))  # a reason does not help
    assert said["code"] == REQUIRES
    assert str(said["clause"]).startswith(scheme)
    assert here.try_submit(scheme, found, "merge").status_code == 200


@schemes(济源="JY-68", 安阳="AY-43", 吉林="JL-64")
def test_an_enterprise_in_a_park_goes_to_its_works_or_says_why(scheme):
    found = in_park(scheme, can_join_sewer=False)
    told = here.program(scheme).get(f"rounds/{found.pk}").json()
    assert "to_park_works" in told["proposed_measures"]
    assert (told["proposed_batch"] == "merge") == (scheme != "济源")
    said = here.refused(here.try_submit(scheme, found, "standardise", deviation_reason=None))
    assert said["code"] == RECOMMENDS
    assert here.try_submit(scheme, found, "standardise").status_code == 200


@pytest.mark.clause("AY-44")
def test_water_above_the_agreed_standard_into_the_park_works_is_flagged():
    found = in_park("安阳", pretreated_to_industry_standard=False)
    lives.drafted(found)
    told = here.program("安阳").get(f"rounds/{found.pk}").json()["rules"]
    assert "in_park.above_standard" in {one["rule"] for one in told}
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get(f"/remediation/{found.pk}/")
    assert "未达到约定或规定标准" in words(page)


@schemes(新绛="XJ-44", 大同="DT-71")
def test_an_enterprise_in_a_park_reaches_the_standard_of_its_trade_first(scheme):
    found = in_park(scheme, pretreated_to_industry_standard=False)
    said = here.refused(here.try_submit(scheme, found, measures=keys("treatment", "clear_branches")))
    assert said["code"] == REQUIRES
    said = here.refused(here.try_submit(scheme, found, measures=keys("to_park_works", "clear_branches")))
    assert "行业排放标准" in str(said["detail"])
    whole = keys("to_park_works", "pretreatment", "clear_branches")
    assert here.try_submit(scheme, found, measures=whole).status_code == 200


@pytest.mark.clause("DT-70")
def test_a_park_keeps_one_outlet_and_one_for_rain():
    found = in_park("大同", park_outlets=2)
    whole = keys("to_park_works", "clear_branches")
    said = here.refused(here.try_submit("大同", found, measures=whole))
    assert said["code"] == REQUIRES
    assert said["clause"] == "大同 三(六)第二段"
    assert here.try_submit("大同", found, "merge", measures=whole).status_code == 200
    rain = here.listed("大同", "GY.enterprise_storm", facts={"in_park": True, "park_storm_outlets": 2})
    said = here.refused(here.try_submit("大同", rain))
    assert (said["code"], said["clause"]) == (REQUIRES, "大同 三(六)第二段")
    here.know(rain.outlet, "park_storm_outlets", 1)
    assert here.try_submit("大同", rain, measures=keys("to_park_works", "clear_branches")).status_code == 200


@schemes(大同="DT-73", 吉林="JL-67")
def test_an_enterprise_of_several_sites_files_its_attempt_to_merge(scheme):
    found = here.listed(scheme, facts={"in_park": False, "sites_of_party": 2, "industry_outlets_of_party": 3})
    said = here.refused(here.try_submit(scheme, found))
    assert said["code"] == REQUIRES
    assert here.try_submit(scheme, found, merge_attempt="三个口合并为两个，高差过大不能再并").status_code == 200


VILLAGE = {"village_population_small": True, "village_clustered": True}


@pytest.mark.clause("XJ-47")
def test_a_scattered_village_outlet_waits_for_the_decision_on_collecting():
    found = here.listed("新绛", "QT.rural_domestic")
    said = here.refused(here.try_submit("新绛", found, measures=keys("clear_branches", "interception")))
    assert said["code"] == REQUIRES
    assert str(said["clause"]).startswith("新绛")
    assert "要先结合实际对污水进行收集处理" in str(said["detail"])
    assert here.try_submit("新绛", found, measures=keys("clear_branches", "collected")).status_code == 200


@pytest.mark.clause("DT-81")
def test_a_village_outlet_names_its_route_and_no_decision_on_collecting_is_asked():
    found = here.listed("大同", "QT.rural_domestic")
    said = here.refused(here.try_submit("大同", found, measures=keys("clear_branches", "interception")))
    assert (said["code"], said["clause"]) == (REQUIRES, "大同 三(六)第三段")
    assert "其他方式（写明理由）" in str(said["detail"])
    assert here.try_submit("大同", found, measures=keys("clear_branches", "rural_other")).status_code == 200


@schemes(新绛="XJ-48", 大同="DT-82")
def test_a_village_beside_the_town_is_proposed_to_join_it(scheme):
    found = here.listed(scheme, "QT.rural_domestic", facts={"near_town": True})
    assert "to_town_system" in here.program(scheme).get(f"rounds/{found.pk}").json()["proposed_measures"]
    other = keys("clear_branches", "tanker")
    assert here.try_submit(scheme, found, measures=other, deviation_reason=None).status_code == 200  # 鼓励


@schemes(新绛="XJ-49", 大同="DT-83")
def test_a_small_village_is_recommended_a_tanker_and_without_the_fact_the_gap_is_shown(scheme):
    found = here.listed(scheme, "QT.rural_domestic", facts={"village_sewage_m3_d": 499})
    who = here.program(scheme)
    told = {one["rule"]: one for one in who.get(f"rounds/{found.pk}").json()["rules"]}
    assert "rural.tanker" not in told  # nobody said that few people live there
    lives.drafted(found)
    told = {one["rule"]: one for one in who.get(f"rounds/{found.pk}").json()["rules"]}
    assert told["rural.tanker"]["met"] is None
    assert told["rural.tanker"]["missing"] == ["village_population_small"]
    here.know(found.outlet, "village_population_small", True)
    told = {one["rule"]: one for one in who.get(f"rounds/{found.pk}").json()["rules"]}
    assert told["rural.tanker"]["met"] is False
    assert not told["rural.tanker"]["forbids"]
    assert not told["rural.tanker"]["asks_reason"]


@schemes(新绛="XJ-50", 大同=("DT-84", "DT-85"))
def test_a_large_dense_village_builds_works_with_a_network(scheme):
    found = here.listed(scheme, "QT.rural_domestic", facts={"village_sewage_m3_d": 501, **VILLAGE})
    said = here.refused(here.try_submit(scheme, found, measures=keys("clear_branches", "tanker")))
    assert said["code"] == REQUIRES
    assert "集中处理设施" in str(said["detail"])
    works = keys("clear_branches", "village_works")
    if scheme == "大同":
        said = here.refused(here.try_submit(scheme, found, measures=works, technology=None))
        assert "治理技术" in str(said["detail"])
    assert here.try_submit(scheme, found, measures=works).status_code == 200


@pytest.mark.parametrize(("amount", "small"), [(500, True), (499, False), (501, True)])
def test_what_the_clause_does_not_rule_is_said_and_forbids_nothing(amount, small):
    facts = {"village_sewage_m3_d": amount, "village_population_small": small, "village_clustered": amount < 501}
    found = here.listed("新绛", "QT.rural_domestic", facts=facts)
    plan = lives.drafted(found, measures=lives.given().measures[1:])
    rules = {one.rule: one for one in queries_plans.demands(plan, on=DAY)}
    assert rules["rural.not_ruled"].forbids is False
    assert "rural.facility" not in rules


@pytest.mark.clause("DT-87")
def test_return_water_of_a_large_district_never_runs_straight_into_the_river():
    found = here.listed("大同", "QT.irrigation")  # 直接入河 is what the register says of every outlet
    said = here.refused(here.try_submit("大同", found, measures=keys("clear_branches", "treatment")))
    assert said["code"] == REQUIRES
    assert "严禁大中型灌区农田灌溉退水直排入河" in str(said["detail"])
    told = here.program("大同").get(f"rounds/{found.pk}").json()
    assert any(one["rule"] == "irrigation.return_water" and one["effect"] == "block" for one in told["rules"])
    assert "ecological_ditch" in told["proposed_measures"]
    assert {"ecological_ditch", "stabilisation_pond", "wetland", "reuse"} <= {
        one["key"] for one in told["offered"]["standardise"]
    }
    actions.refresh(on=DAY, at=build.recorded(DAY))
    raised = {one.rule: one for one in queries.findings_of(found.outlet)}["irrigation.return_water"]
    assert (raised.kind, raised.clause[:2]) == ("forbidden_discharge", "大同")
    page = words(client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/problems/?tab=leads"))
    assert found.outlet.name in page
    assert here.try_submit("大同", found, measures=keys("clear_branches", "ecological_ditch")).status_code == 200


@schemes(济源="JY-56", 安阳="AY-35", 大同="DT-44", 吉林=("JL-53", "JL-54"))
def test_what_touches_peoples_life_says_how_they_are_spared(scheme):
    found = here.listed(scheme, facts={"livelihood_related": True})
    said = here.refused(here.try_submit(scheme, found, livelihood_note=None))
    assert (said["code"], "群众" in str(said["detail"])) == (REQUIRES, True)
    assert str(said["clause"]).startswith(scheme)
    if scheme == "吉林":
        said = here.refused(here.try_submit(scheme, found, safety_note=None))
        assert "安全有序" in str(said["detail"])
    assert here.try_submit(scheme, found).status_code == 200


@schemes(济源="JY-58", 安阳="AY-37", 吉林="JL-57")
def test_works_that_may_touch_the_levee_do_not_begin_without_a_safety_measure(scheme):
    found, who = here.listed(scheme), here.program(scheme)
    lives.approved(found, "merge", flood_answer="yes")
    said = here.refused(here.post(who, found, "start"))
    assert said["code"] == REQUIRES
    assert str(said["clause"]).startswith(scheme)
    lives.approved(found, "merge", flood_answer="yes", flood_measure="设置围堰，汛前恢复堤身")
    assert here.post(who, found, "start").status_code == 200


def test_jilin_asks_the_flood_question_only_of_closing_and_merging():
    merged, kept = here.listed("吉林"), here.listed("吉林")
    assert (
        here.refused(here.try_submit("吉林", merged, "merge", flood_answer=""))["code"] == "remediation.flood_question"
    )
    assert here.try_submit("吉林", kept, "standardise", flood_answer="").status_code == 200


@schemes(济源="JY-66", 大同="DT-57", 吉林="JL-62")
def test_a_plan_in_a_source_zone_is_not_approved_without_an_assessment_of_the_supply(scheme):
    found = here.listed(scheme, facts={"in_zone_drinking_water": True})
    plan = here.submitted(lives.drafted(found, on=DAY, water_supply_note=""))
    who = here.program(scheme)
    sent = {"sha256": build.paper()}
    said = here.refused(here.post(who, found, "approve", **sent))
    assert said["code"] == REQUIRES
    assert "供水安全" in str(said["detail"])
    assert here.post(who, found, "return", note="补充供水安全评估").status_code == 200
    here.submitted(lives.drafted(found, on=DAY))
    assert here.post(who, found, "approve", **sent).status_code == 200
    plan.refresh_from_db()
    assert plan.state == "superseded"


@schemes(济源="JY-49", 新绛="XJ-30", 大同="DT-41", 吉林="JL-49")
def test_a_plan_intercepts_or_says_why_not(scheme):
    found = here.listed(scheme)
    plain = [{"key": "standards"}, {"key": "other", "text": "维护口门"}]
    here.know(found.outlet, "borrowed_discharge", False)
    said = here.refused(here.try_submit(scheme, found, measures=plain, deviation_reason=None))
    assert (said["code"], "截污治污" in str(said["detail"])) == (RECOMMENDS, True)
    assert str(said["clause"]).startswith(scheme)
    assert here.try_submit(scheme, found, measures=plain).status_code == 200
    assert here.try_submit(scheme, here.listed(scheme)).status_code == 200


@schemes(济源="JY-53", 安阳="AY-33", 大同="DT-43", 吉林="JL-52")
def test_too_many_works_at_once_ask_for_a_risk_note(scheme, tmp_path):
    code, folder = here.PLACES[scheme], tmp_path / "own"
    if scheme == "济源":  # the scheme itself stands at this unit: its next version
        shutil.copytree(Path(qingyuan.packs.__file__).parent / "419001-jiyuan", folder)
    else:
        folder.mkdir()
        (folder / "pack.yaml").write_text(f'pack: {code}-demo\nunit: "{code}"\ntitle: 演示方案\n', "utf-8")
    limit = "{from: null, value: 2, clause: 演示 一, status: read}"
    (folder / "own.yaml").write_text(
        f"parameters:\n  remediation.simultaneous_works:\n    values:\n      - {limit}\n", "utf-8"
    )
    rulebook.load_pack(folder, from_day=date(2024, 5, 1), by=CONSOLE, at=build.NOON)

    def listed():
        return lives.problem(lives.classified(build.unit(code), on=DAY), on=DAY)

    for _work in range(2):
        assert here.try_submit(scheme, listed()).status_code == 200
    third = listed()
    said = here.refused(here.try_submit(scheme, third))
    assert (said["code"], said["clause"]) == ("remediation.crowded", "演示 一")
    assert "风险说明" in str(said["detail"])
    assert here.try_submit(scheme, third, risk_note="各处错开排水时段").status_code == 200


@pytest.mark.clause("XJ-39")
def test_sewers_rebuilt_are_added_up_for_the_place():
    found = here.listed("新绛")
    steps = lives.given(on=DAY).steps
    plan = lives.approved(
        found,
        measures=(*lives.given().measures, type(lives.given().measures[0])("separation")),
        steps=(steps[0], type(steps[0])("雨污分流改造", lives.later(DAY, 40), length_m=Decimal(1200))),
        on=DAY,
    )
    lives.actions.start_works(found, **here.acting())
    assert queries_plans.rebuilt_m(build.VERIFIER, path="140825") == 0
    lives.steps_done(found, on=lives.later(DAY, 3))
    assert queries_plans.rebuilt_m(build.VERIFIER, path="140825") == 1200
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get("/remediation/area/")
    assert "1200" in words(page).replace(",", "").replace(" ", "")
    assert plan.state == "approved"
