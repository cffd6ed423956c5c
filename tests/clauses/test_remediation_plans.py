"""一口一策 as the five schemes ask for it: who may plan, what a plan holds, what it may never do."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.stages.remediation import actions, queries_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure
from qingyuan.stages.remediation.words import Cause
from tests import build
from tests.api.asking import caller
from tests.clauses import plans_here as here
from tests.clauses.plans_here import DAY, schemes
from tests.stages.remediation import lives
from tests.web.people import client_of, words


@pytest.fixture(autouse=True)
def country(db):
    build.country()


@schemes(济源="JY-13", 吉林="JL-51")
def test_no_works_begin_without_an_approved_plan_for_the_outlet(scheme):
    found = here.listed(scheme)
    said = here.refused(here.post(here.program(scheme), found, "start"))
    assert said["code"] == "remediation.plan_required"
    assert str(said["clause"]).startswith(scheme)
    lives.approved(found)
    assert here.post(here.program(scheme), found, "start").status_code == 200
    found.outlet.refresh_from_db()
    assert found.outlet.stage == "remediating"


@schemes(济源="JY-39", 安阳="AY-21", 新绛="XJ-19", 大同="DT-23", 吉林=("JL-09", "JL-36"))
def test_nobody_plans_what_nobody_answers_for(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.VERIFIED, on=DAY)
    found = actions.open_round(one, cause=Cause.BROUGHT_IN, on=DAY, by=build.SURVEYOR, at=build.recorded(DAY))
    said = here.refused(here.post(here.program(scheme), found, "plan", **here.plan_json(found)))
    assert said["code"] == "remediation.party_required"
    assert str(said["clause"]).startswith(scheme)
    page = client_of(build.officer(Role.REVIEWER, one.unit)).get(f"/remediation/{found.pk}/")
    assert "责任主体" in words(page)


@schemes(济源="JY-47", 安阳="AY-29", 新绛="XJ-28", 大同="DT-39", 吉林="JL-47")
def test_a_plan_has_exactly_one_batch_of_the_scheme_and_is_counted_there(scheme):
    found, who = here.listed(scheme), here.program(scheme)
    said = here.refused(here.post(who, found, "plan", **here.plan_json(found, batch="repair")))
    names = ["清理合并", "规范整治"] if scheme == "新绛" else ["依法取缔", "清理合并", "规范整治"]
    assert all(name in str(said["detail"]) for name in names)
    assert ("依法取缔" in str(said["detail"])) == (scheme != "新绛")
    assert here.post(who, found, "plan", **here.plan_json(found, "merge")).status_code == 200
    told = who.get("remediation/plans?batch=merge").json()["items"]
    assert [one["round"] for one in told] == [found.pk]
    assert who.get("remediation/plans?batch=standardise").json()["items"] == []
    assert queries_plans.by_batch(build.VERIFIER) == {("merge", "draft"): 1}


@pytest.mark.clause("XJ-28")
def test_closing_stays_a_means_where_it_is_no_batch():
    found = here.listed("新绛")
    plan = lives.drafted(found)
    assert plan.batch == "standardise"
    assert here.refused(here.post(here.program("新绛"), found, "plan", **here.plan_json(found, "ban")))


@pytest.mark.parametrize(
    ("scheme", "left_out", "word"),
    [
        pytest.param(scheme, left_out, word, marks=pytest.mark.clause(clause), id=f"{scheme}-{left_out}")
        for scheme, clause, asked in (
            ("济源", "JY-50", {"measures": "措施", "due": "时间节点", "responsible_body": "责任主体"}),
            ("安阳", "AY-30", {"measures": "措施", "due": "时间节点", "responsible_body": "责任主体"}),
            ("新绛", "XJ-31", {"measures": "措施", "due": "期限"}),
            ("大同", "DT-48", {"measures": "措施", "due": "期限"}),
        )
        for left_out, word in asked.items()
    ],
)
def test_an_incomplete_plan_is_not_submitted_and_the_field_is_named(scheme, left_out, word):
    found = here.listed(scheme)
    left = {left_out: [] if left_out == "measures" else None}
    if left_out == "due":
        left["steps"] = []
    said = here.refused(here.try_submit(scheme, found, **left))
    assert said["code"] == "remediation.plan_incomplete"
    assert word in str(said["detail"])
    assert queries_plans.draft_of(found).state == "draft"  # nothing is lost


@schemes(吉林="JL-03")
def test_a_plan_without_legal_or_technical_basis_is_not_submitted(scheme):
    said = here.refused(here.try_submit(scheme, here.listed(scheme), basis=None))
    assert said["code"] == "remediation.plan_basis"


@schemes(济源="JY-59", 安阳="AY-38", 大同="DT-139", 吉林="JL-110")
def test_a_storm_outlet_of_the_town_is_never_merged_or_sealed(scheme):
    found, who = here.listed(scheme, "YH.urban_storm"), here.program(scheme)
    wrong = [
        here.plan_json(found, "merge"),
        here.plan_json(found, measures=[{"key": "dry_flow_control", "text": "口门封堵"}]),
        here.plan_json(found, steps=[{"title": "与一号口合并", "due": "2024-07-01"}]),
    ]
    for sent in wrong:
        said = here.refused(here.post(who, found, "plan", **sent))
        assert said["code"] == "remediation.storm_outlet_protected"
        assert str(said["clause"]).startswith(scheme)
    offered = who.get(f"remediation/{found.pk}").json()["offered"]
    assert not {one["key"] for measures in offered.values() for one in measures} & {"seal", "merge_into"}
    assert queries_plans.versions_of(found) == []
    own = here.listed(scheme, "GY.enterprise_storm")  # rain outlets of enterprises may be merged
    assert here.post(who, own, "plan", **here.plan_json(own, "merge")).status_code == 200


@schemes(济源="JY-99", 安阳="AY-20", 新绛="XJ-27", 大同="DT-20", 吉林="JL-14")
def test_who_carries_it_out_plans_in_its_own_area_and_nowhere_else(scheme):
    found = here.listed(scheme)
    inside = here.program(scheme, Role.CLERK)
    assert here.post(inside, found, "plan", **here.plan_json(found)).status_code == 200
    other = next(code for name, code in here.PLACES.items() if name != scheme)
    outside = caller(Role.CLERK, build.unit(other))
    assert here.post(outside, found, "plan", **here.plan_json(found)).status_code == 404
    page = client_of(build.officer(Role.CLERK, build.unit(other))).get(f"/remediation/{found.pk}/acts/draft")
    assert page.status_code == 404


@schemes(济源=("JY-54", "JY-55"), 安阳="AY-34")
def test_a_simple_problem_is_put_right_at_once_by_a_named_norm(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.TRACING, on=DAY)
    who = here.program(scheme)
    sent = {
        "on": DAY.isoformat(),
        "text": "清理口门垃圾",
        "before_sha256": build.paper(),
        "after_sha256": build.paper(),
        "report_sha256": build.paper(),
    }

    def press(**more):
        etag = who.get(f"outlets/{one.pk}")["ETag"]
        return who.post(f"outlets/{one.pk}/remediate-at-once", etag=etag, json={**sent, **more})

    said = here.refused(press(norm=""))
    assert said["code"] == "remediation.no_norm"
    assert str(said["clause"]).startswith(scheme)
    assert here.refused(press(norm="HJ 1309—2023", after_sha256=None))["code"] == "remediation.no_photos"
    assert press(norm="HJ 1309—2023").status_code == 200
    one.refresh_from_db()
    assert one.stage == "awaiting_acceptance"
    assert queries_plans.versions_of(one.rounds.get()) == []


@pytest.mark.parametrize("scheme", ["新绛", "大同", "吉林"])
def test_nothing_is_put_right_at_once_where_the_scheme_does_not_know_it(scheme):
    one = build.outlet(build.unit(here.PLACES[scheme]), stage=Stage.TRACING, on=DAY)
    said = here.no_to(
        actions.remediate_at_once,
        one,
        norm="HJ 1309—2023",
        text="清理",
        before_sha256=build.paper(),
        after_sha256=build.paper(),
        report_sha256=build.paper(),
        **here.acting(),
    )
    assert said.code == "remediation.not_at_once"


@schemes(济源="JY-62")
def test_works_wait_for_the_conclusion_of_tracing(scheme):
    found = here.listed(scheme, facts={"tracing_concluded": False})
    lives.approved(found)
    said = here.refused(here.post(here.program(scheme), found, "start"))
    assert said["code"] == "remediation.tracing_open"
    here.know(found.outlet, "tracing_concluded", True)
    assert here.post(here.program(scheme), found, "start").status_code == 200


@schemes(济源="JY-71", 安阳="AY-52", 新绛="XJ-58", 大同="DT-97", 吉林="JL-75")
def test_an_inspection_well_is_offered_against_hard_upkeep(scheme):
    found = here.listed(scheme, facts={"defect_no_manhole": True})
    told = here.program(scheme).get(f"remediation/{found.pk}").json()
    assert "inspection_well" in told["proposed_measures"]
    titles = {one["title"] for one in told["offered"]["standardise"]}
    assert "设置检查井" in titles
    assert ("更新维护设施" in titles) == (scheme in ("吉林", "济源"))
    assert ("破损修复改造" in titles) == (scheme != "吉林")
    with_well = (GivenMeasure("inspection_well"), GivenMeasure("clear_branches"), GivenMeasure("treatment"))
    plan = lives.drafted(found, measures=with_well)
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get(f"/remediation/{found.pk}/")
    assert "设置检查井" in words(page)
    assert plan.batch == "standardise"
