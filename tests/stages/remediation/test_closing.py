"""销号: accepted by others than those who worked, filed where the scheme asks, ended with one outcome."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.draw import drawn
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import BITS, Milestone, Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions as register
from qingyuan.registry.models import ChannelOutlet
from qingyuan.registry.tallies import differences as tallies_check
from qingyuan.stages.remediation import actions, queries_closure
from qingyuan.stages.remediation.models_closure import Acceptance, Filing
from tests import build
from tests.stages.remediation import lives
from tests.stages.remediation.lives import later


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def done(code: str = "140213"):
    return lives.works_done(lives.under_works(lives.problem(lives.classified(build.unit(code)))))


def when(found, days: int = 3):
    day = later(found.outlet.stage_since, days)
    return {"on": day, "by": build.SURVEYOR, "at": build.recorded(later(day))}


def refused(act, *args, **more) -> str:
    with pytest.raises(Refused) as no:
        act(*args, **more)
    return no.value.refusal.code


def test_accepted_once_the_works_were_seen_on_the_ground():
    found = done()
    paper = build.paper()
    assert refused(actions.accept, found, paper_sha256=paper, **when(found)) == "remediation.no_site_check"
    actions.check_site(found, passed=False, note="还有渗漏", **when(found))
    assert refused(actions.accept, found, paper_sha256=paper, **when(found)) == "remediation.site_failed"
    actions.check_site(found, passed=True, note="已修复", **when(found))
    made = actions.accept(found, paper_sha256=paper, **when(found))
    again = actions.accept(found, paper_sha256=paper, **when(found, 0))
    assert again == made
    assert found.outlet.stage == Stage.ACCEPTED
    assert Acceptance.objects.filter(round=found).count() == 1


def test_who_reported_the_works_done_does_not_accept_them():
    found = done()
    own = {**when(found), "by": build.VERIFIER}
    assert refused(actions.check_site, found, passed=True, note="合格", **own) == "remediation.own_works"
    lives.checked(found, on=own["on"])
    assert refused(actions.accept, found, paper_sha256=build.paper(), **own) == "remediation.own_works"


def test_the_enterprise_that_did_the_works_does_not_accept_them():
    found = done()
    plan = queries_closure.plan_of(found)
    plan.responsible_body = found.outlet.party
    plan.save()
    officer = build.actor(Role.REVIEWER, found.outlet.unit, body=found.outlet.party)
    assert refused(actions.check_site, found, passed=True, note="合格", **{**when(found), "by": officer}) == (
        "remediation.own_works"
    )


def test_returned_works_begin_anew_and_what_was_checked_no_longer_counts():
    found = done()
    lives.checked(found, on=when(found)["on"])
    assert refused(actions.return_works, found, reason=" ", **when(found)) == "remediation.no_reason"
    actions.return_works(found, reason="管道仍有渗漏", **when(found))
    outlet = found.outlet
    assert outlet.stage == Stage.REMEDIATING
    assert not outlet.milestones & BITS[Milestone.WORKS_DONE]
    assert queries_closure.site_check_of(found) is None
    actions.report_done(found, sha256=build.paper(), **{**when(found, 1), "by": build.VERIFIER})
    lives.retained(found)
    assert outlet.stage == Stage.RETAINED
    assert tallies_check() == []


def test_an_acceptance_can_be_taken_back_until_the_outcome_is_decided():
    found = lives.accepted(done())
    actions.return_works(found, reason="复查发现未接管", **when(found))
    assert not found.outlet.milestones & BITS[Milestone.ACCEPTED_1]
    assert queries_closure.accepted(found) is None


def test_the_chain_of_a_merged_outlet_leads_to_its_target_and_a_reopened_one_is_merged_no_more():
    found = done()
    outlet, day = found.outlet, found.outlet.stage_since
    target = build.outlet(outlet.unit, stage=Stage.CLASSIFIED, type_key="GY.enterprise")
    with_source = ((outlet.party, None),)
    at = build.recorded(later(day))
    register.add_channel(name="一号管", unit=outlet.unit, outlet=outlet, on=day, by=CONSOLE, at=at, sources=with_source)
    outlet.refresh_from_db()
    queries_closure.plan_of(found).__class__.objects.filter(round=found).update(batch="merge", receiving_works="")
    lives.accepted(found)
    say = when(found)
    assert refused(actions.decide_retain, found, **say) == "remediation.not_as_planned"
    assert refused(actions.decide_merge, found, target=None, paper_sha256=build.paper(), **say) == (
        "remediation.no_target"
    )
    assert refused(actions.decide_merge, found, target=outlet, paper_sha256=build.paper(), **say) == (
        "remediation.target_itself"
    )
    actions.decide_merge(found, target=target, paper_sha256=build.paper(), **say)
    assert outlet.stage == Stage.MERGED
    assert outlet.merged_into == target
    assert found.outcome == "merged"
    assert [one.to_day for one in ChannelOutlet.objects.filter(outlet=outlet)] == [say["on"]]
    assert ChannelOutlet.objects.get(outlet=target).channel.name == "一号管"
    say = when(found, 5)
    relapse = actions.report_relapse(outlet, source="patrol", text="原口又有污水", paper_sha256=build.paper(), **say)
    made = actions.reopen(relapse, **say)
    outlet.refresh_from_db()
    assert (outlet.stage, outlet.merged_into, made.number, made.reopened_from) == ("problem", None, 2, "merged")
    assert actions.reopen(relapse, **say) == made
    assert ledger.verify("outlet", str(outlet.pk)).whole


def test_the_filing_goes_one_level_above_who_accepted_and_is_decided_there_alone():
    found = done("220102")
    county, city = build.unit("220102"), build.unit("220100")
    office = build.body(county, kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    above = build.body(city, kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    here = {**when(found), "by": build.actor(Role.REVIEWER, county, body=office)}
    upper = build.actor(Role.REVIEWER, city, body=above)
    farmer = build.actor(
        Role.REVIEWER, county, body=build.body(county, kind=BodyKind.GOVERNMENT, functions=(F.AGRICULTURE,))
    )
    lives.checked(found, on=here["on"])
    paper = build.paper()
    assert refused(actions.accept, found, paper_sha256=paper, **{**here, "by": farmer}) == "remediation.not_competent"
    province = build.unit("220000")
    highest = build.body(province, kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    province_s = build.actor(Role.REVIEWER, province, body=highest)
    assert refused(actions.accept, found, paper_sha256=paper, **{**here, "by": province_s}) == "remediation.none_above"
    actions.accept(found, paper_sha256=paper, **here)
    assert refused(actions.file_upward, found, proof_sha256="", **here) == "remediation.no_proof"
    filing = actions.file_upward(found, proof_sha256=build.paper(), **here)
    assert (filing.to_path, filing.state) == ("2201", "pending")
    assert refused(actions.decide_retain, found, **here) == "remediation.not_last_level"
    assert refused(actions.take_filing, filing, **here) == "remediation.not_competent"
    actions.return_filing(filing, reason="照片不清", **{**here, "by": upper})
    assert queries_closure.returned_filings(upper) == [filing]
    second = actions.file_upward(found, proof_sha256=build.paper(), **here)
    actions.take_filing(second, **{**here, "by": upper})
    assert found.outlet.milestones & BITS[Milestone.ACCEPTED_2]
    assert [one.state for one in Filing.objects.order_by("pk")] == ["returned", "filed"]
    assert queries_closure.returned_filings(upper) == []
    lives.retained(found)


def test_a_batch_is_accepted_once_the_drawn_ones_were_seen_and_the_draw_can_be_repeated():
    rounds = [done() for _ in range(5)]
    say = when(rounds[0])
    least = refused(actions.open_review, rounds, seed="2023-06-21 开奖号", share=Decimal("0.1"), **say)
    assert least == "remediation.share"
    review = actions.open_review(rounds, seed="2023-06-21 开奖号", share=Decimal("0.4"), **say)
    members = [str(one.pk) for one in rounds]
    assert [str(one) for one in review.drawn] == drawn("2023-06-21 开奖号", members, share=Decimal("0.4"))
    again = refused(actions.open_review, rounds[:2], seed="换一个种子", share=Decimal("0.4"), **say)
    assert again == "remediation.drawn_already"
    paper = build.paper()
    assert refused(actions.accept_batch, review, rounds, paper_sha256=paper, **say) == "remediation.sample_open"
    for one in rounds:
        if one.pk in review.drawn:
            lives.checked(one, on=say["on"])
    lives.fact(rounds[-1].outlet, "sharing_units", 2, on=say["on"])
    told = actions.accept_batch(review, rounds, paper_sha256=paper, **say)
    assert len(told.accepted) == 4
    assert [one.code for _, one in told.refused] == ["remediation.shared_outlet"]
    assert {one.outlet.stage for one in told.accepted} == {"accepted"}


def test_looks_back_are_drawn_and_a_relapse_waits_for_the_bureau():
    found = lives.retained(done())
    say = when(found, 30)
    due = later(say["on"], 30)
    actions.draw_look_backs([found], seed="一", share=Decimal(1), due=due, **say)
    (look,) = queries_closure.look_backs(CONSOLE)
    assert actions.plan_look_back([found], due=due, **say) == [look]
    actions.look_back(look, relapsed=True, note="再次溢流", paper_sha256=build.paper(), **say)
    (relapse,) = queries_closure.relapses(CONSOLE)
    assert found.outlet.stage == Stage.RETAINED
    rate = queries_closure.relapse_rate(CONSOLE, on=say["on"])
    assert (rate.closed, rate.relapsed) == (1, 0)
    actions.reopen(relapse, **say)
    rate = queries_closure.relapse_rate(CONSOLE, on=say["on"])
    assert (rate.closed, rate.relapsed, rate.share) == (1, 1, 1)
    found.outlet.refresh_from_db()
    assert found.outlet.milestones & BITS[Milestone.REOPENED]
    assert tallies_check() == []


def test_a_relapse_without_a_paper_is_not_taken():
    found = lives.retained(done())
    act = actions.report_relapse
    assert refused(act, found.outlet, source="complaint", text="有异味", paper_sha256="", **when(found)) == (
        "remediation.no_basis"
    )
