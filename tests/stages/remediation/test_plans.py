"""一口一策: drafting, submitting, approving, starting, and what the packs say of a plan."""

from __future__ import annotations

from datetime import date

import pytest

from qingyuan.core.lifecycle import Move
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.stages.remediation import actions, guards_plans, queries_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep
from tests import build
from tests.stages.remediation import lives

DAY = build.DAY


@pytest.fixture(autouse=True)
def country(db):
    build.country()


@pytest.fixture
def found():
    return lives.problem(lives.classified(build.unit("140213")))


def code_of(refused) -> str:
    return refused.value.refusal.code


def acting(by=build.SURVEYOR, on=DAY):
    return {"on": on, "by": by, "at": build.recorded(on)}


def test_a_plan_goes_from_draft_to_works(found):
    plan = lives.drafted(found)
    assert found.outlet.stage == "plan_draft"
    assert [one.number for one in queries_plans.steps_of(plan)] == [1, 2]
    actions.submit(plan, **acting())
    actions.approve(plan, paper_sha256=build.paper(), **acting(build.VERIFIER))
    assert found.outlet.stage == plan.round.outlet.stage == "plan_approved"
    actions.start_works(found, **acting())
    found.outlet.refresh_from_db()
    assert found.outlet.stage == "remediating"
    assert queries_plans.plan_of(found) == plan


def test_pressed_twice_everything_happens_once(found):
    asked = lives.given(responsible_body=found.outlet.party)
    plan = actions.draft_plan(found, given=asked, key="k1", **acting())
    assert actions.draft_plan(found, given=asked, key="k1", **acting()) == plan
    for _turn in range(2):
        actions.submit(plan, **acting())
    for _turn in range(2):
        actions.approve(plan, paper_sha256=build.paper(), **acting(build.VERIFIER))
    found.outlet.refresh_from_db()
    for _turn in range(2):
        actions.start_works(found, **acting())
    assert queries_plans.versions_of(found) == [plan]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((GivenStep("乙", date(2023, 8, 1)), GivenStep("甲", date(2023, 7, 1))), "remediation.dates_order"),
        ((GivenStep("甲", date(2023, 7, 1), starts_on=date(2023, 7, 2)),), "remediation.dates_backward"),
        ((GivenStep("甲", date(2030, 7, 1)),), "remediation.dates_late"),
    ],
)
def test_dates_out_of_order_are_refused(found, steps, code):
    with pytest.raises(Refused) as refused:
        lives.drafted(found, steps=steps)
    assert code_of(refused) == code
    assert queries_plans.versions_of(found) == []
    assert found.outlet.stage == "problem"


def test_who_drafted_does_not_approve(found):
    plan = lives.drafted(found)
    actions.submit(plan, **acting())
    with pytest.raises(Refused) as refused:
        actions.approve(plan, paper_sha256=build.paper(), **acting())
    assert code_of(refused) == "remediation.four_eyes"


def test_an_incomplete_plan_is_kept_and_not_submitted(found):
    plan = lives.drafted(found, due=None, steps=())
    with pytest.raises(Refused) as refused:
        actions.submit(plan, **acting())
    assert code_of(refused) == "remediation.plan_incomplete"
    assert "期限" in refused.value.refusal.sentence


def test_a_plan_handed_in_is_recalled_by_its_author_before_it_is_decided(found):
    plan = lives.drafted(found)
    actions.submit(plan, **acting())
    with pytest.raises(Refused) as refused:
        actions.recall_plan(plan, **acting(build.VERIFIER))
    assert code_of(refused) == "remediation.not_drafter"
    actions.recall_plan(plan, **acting())
    assert (plan.state, plan.number, plan.submitted_on) == ("draft", 1, None)
    assert lives.drafted(found, funding="县级财政").pk == plan.pk
    plan.refresh_from_db()
    actions.submit(plan, **acting())
    actions.approve(plan, paper_sha256=build.paper(), **acting(build.VERIFIER))
    with pytest.raises(Refused) as refused:
        actions.recall_plan(plan, **acting())
    assert code_of(refused) == "remediation.nothing_to_recall"


def test_a_returned_plan_gets_a_new_version_and_the_old_one_stays(found):
    plan = lives.drafted(found)
    actions.submit(plan, **acting())
    actions.return_plan(plan, note="步骤过粗", **acting(build.VERIFIER))
    new = lives.drafted(found, funding="县级财政")
    assert [one.number for one in queries_plans.versions_of(found)] == [2, 1]
    plan.refresh_from_db()
    assert (plan.state, plan.decision_note, plan.funding) == ("superseded", "步骤过粗", "")
    assert new.state == "draft"


def test_a_plan_in_force_is_revised_while_it_stays_in_force(found):
    lives.planned(found)
    old = queries_plans.plan_of(found)
    new = lives.drafted(found, due=lives.later(DAY, 120))
    assert queries_plans.plan_of(found) == old
    actions.submit(new, **acting())
    actions.approve(new, paper_sha256=build.paper(), **acting(build.VERIFIER))
    assert queries_plans.plan_of(found) == new
    found.outlet.refresh_from_db()
    assert found.outlet.stage == "remediating"


def test_a_draft_changed_meanwhile_is_not_overwritten(found):
    plan = lives.drafted(found)
    lives.drafted(found, funding="别人改了")
    asked = lives.given(responsible_body=found.outlet.party, funding="我的")
    with pytest.raises(StaleRecord):
        actions.draft_plan(found, given=asked, read_version=plan.version, **acting())


def test_a_measure_of_another_batch_or_unknown_is_refused(found):
    for key, code in (("demolish", "remediation.measure_unfit"), ("magic", "remediation.measure")):
        with pytest.raises(Refused) as refused:
            lives.drafted(found, measures=(GivenMeasure(key),))
        assert code_of(refused) == code


def test_no_works_without_an_approved_plan(found):
    with pytest.raises(Refused) as refused:
        actions.start_works(found, **acting())
    assert code_of(refused) == "remediation.plan_required"


@pytest.mark.parametrize("text", ["将口门封 堵", "与邻近排口合并", "用混凝土填埋口门", "并入 2 号口"])
def test_a_storm_outlet_is_not_sealed_in_other_words(text):
    found = lives.problem(lives.classified(build.unit("140213"), type_key="YH.urban_storm"))
    with pytest.raises(Refused) as refused:
        lives.drafted(found, measures=(GivenMeasure("dry_flow_control", text=text),))
    assert code_of(refused) == "remediation.storm_outlet_protected"


@pytest.mark.parametrize("text", ["不封堵口门", "清除堵塞物", "疏通堵塞管段", "严禁合并", "雨污分流，旱天截污"])
def test_a_storm_outlet_may_be_cleaned(text):
    found = lives.problem(lives.classified(build.unit("140213"), type_key="YH.urban_storm"))
    plan = lives.drafted(found, measures=(GivenMeasure("dry_flow_control", text=text),))
    assert plan.state == "draft"


def test_the_plan_keeps_its_pack_and_says_nothing_changed(found):
    plan = lives.drafted(found)
    assert plan.pack.endswith("140200-datong")
    assert queries_plans.changed_packs(plan, on=DAY) is None


def test_the_lock_is_one_guard(found):
    assert guards_plans.storm_lock(found.outlet, on=DAY, batch="merge") is None
    found.outlet.type_key = "YH.urban_storm"
    assert guards_plans.storm_lock(found.outlet, on=DAY, batch="merge").clause == "大同 四(十)"
    assert guards_plans.storm_lock(found.outlet, on=DAY, outcome=Move.MERGE) is not None
    assert guards_plans.storm_lock(found.outlet, on=DAY, measures=["seal"]) is not None
