"""溯源案件: from opening to conclusion, by the room's own acts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion, NodeKind, Why
from tests import build
from tests.stages.tracing import cases
from tests.stages.tracing.cases import DAY, NOON

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def refused(code: str):
    return pytest.raises(Refused, match=code)


def test_opening_a_case_brings_a_verified_outlet_to_the_stage_of_tracing():
    of = cases.outlet(cases.place("安阳"))
    made = cases.case(of)
    assert Outlet.objects.get(pk=of.pk).stage == Stage.TRACING
    assert made.is_open
    assert [line.act for line in ledger.timeline("case", str(made.pk))] == ["case.open"]


def test_a_case_about_an_outlet_not_yet_verified_stands_beside_and_follows_once_it_is():
    of = cases.outlet(cases.place("安阳"), Stage.SURVEYED)
    made = cases.case(of)
    assert Outlet.objects.get(pk=of.pk).stage == Stage.SURVEYED
    build.walk(Outlet.objects.get(pk=of.pk), Stage.VERIFIED, on=DAY)
    made = Case.objects.select_related("outlet").get(pk=made.pk)
    assert actions.follow_stage(made, **BY)
    assert Outlet.objects.get(pk=of.pk).stage == Stage.TRACING


def test_an_outlet_has_one_open_case_and_the_same_press_opens_it_once():
    of = cases.outlet(cases.place("安阳"))
    first = cases.case(of, key="press")
    assert cases.case(of, key="press") == first
    with refused("tracing.open_already"):
        cases.case(of, key="another")


def test_a_method_that_is_not_offered_is_accepted_with_a_description():
    made = cases.case(cases.outlet(cases.place("济源")))
    with refused("tracing.which_method"):
        cases.step(made, "其他")
    with refused("tracing.which_method"):
        cases.step(made, "走访群众")
    cases.step(made, "走访群众", method_note="询问沿河住户")
    cases.step(made, "染色示踪")
    assert [step.method for step in queries.steps_of(made)] == ["走访群众", "染色示踪"]


def test_a_struck_step_stays_to_be_read_and_counts_no_longer():
    made = cases.case(cases.outlet(cases.place("济源")))
    cases.step(made)
    (step,) = queries.steps_of(made)
    actions.strike_step(step, reason="记错排口", **BY)
    actions.strike_step(step, reason="再按一次", **BY)
    (kept,) = queries.steps_of(made)
    assert kept.struck_reason == "记错排口"
    with refused("tracing.no_step"):
        actions.conclude(step.case, conclusion=Conclusion.INCONCLUSIVE, note="查不到", **BY)


def test_known_shares_add_up_to_the_whole_at_most_and_a_share_may_be_unknown():
    where = cases.place("安阳")
    made = cases.case(cases.outlet(where))
    one, two, three = (cases.discharger(where) for _ in range(3))
    actions.set_source(made, body=one, share=Decimal("0.7"), **BY)
    with refused("tracing.shares"):
        actions.set_source(made, body=two, share=Decimal("0.4"), **BY)
    actions.set_source(made, body=two, share=Decimal("0.3"), **BY)
    actions.set_source(made, body=three, share=None, **BY)
    actions.set_source(made, body=one, share=Decimal("0.5"), **BY)
    assert [(one.body, one.share) for one in queries.sources_of(made)] == [
        (one, Decimal("0.5")),
        (two, Decimal("0.3")),
        (three, None),
    ]


def test_the_chain_grows_upstream_and_a_discharger_at_its_end_is_a_source():
    where = cases.place("大同")
    of = cases.outlet(where)
    made = cases.case(of)
    pipe = actions.extend(made, lower=of.node, kind=NodeKind.PIPE, name="雨水管", **BY).upper
    well = actions.extend(made, lower=pipe, kind=NodeKind.WELL, name="Y12井", **BY).upper
    factory = cases.discharger(where)
    actions.extend(made, lower=well, kind=NodeKind.DISCHARGER, name="", body=factory, **BY)
    again = actions.extend(made, lower=of.node, kind=NodeKind.PIPE, name="雨水管", **BY).upper
    assert again == pipe
    network = queries.network(of.node)
    assert len(network.nodes) == 4
    assert network.dischargers == [factory]
    assert [source.body for source in queries.sources_of(made)] == [factory]
    (end,) = [node for node in network.nodes.values() if node.body_id]
    assert queries.network(end, upstream=False).outlets == [of]


def test_water_never_comes_back_to_where_it_was():
    of = cases.outlet(cases.place("大同"))
    made = cases.case(of)
    low = actions.extend(made, lower=of.node, kind=NodeKind.WELL, name="下井", **BY).upper
    middle = actions.extend(made, lower=low, kind=NodeKind.WELL, name="中井", **BY).upper
    high = actions.extend(made, lower=middle, kind=NodeKind.WELL, name="上井", **BY).upper
    with refused("tracing.circle") as caught:
        actions.connect(made, upper=low, lower=high, **BY)
    assert caught.value.refusal.sentence == "“下井”已在“上井”的下游，再由它流向“上井”会成环，请核对水流方向。"
    actions.connect(made, upper=high, lower=low, **BY)
    (edge,) = high.down.filter(lower=low)
    actions.disconnect(edge, made, **BY)
    assert set(queries.network(of.node).nodes) == {of.node.pk, low.pk, middle.pk, high.pk}


def test_a_definite_conclusion_puts_the_source_into_the_chain_and_proposes_who_answers():
    where = cases.place("安阳")
    of = cases.outlet(where)
    made = cases.case(of)
    factory = cases.discharger(where)
    actions.set_source(made, body=factory, share=Decimal("1"), **BY)
    actions.conclude(made, conclusion=Conclusion.DEFINITE, sha256=build.paper(), **BY)
    (branch,) = registry.chain(of, on=DAY).branches
    assert [(one.body, one.share) for one in branch.sources] == [(factory, Decimal("1"))]
    (proposal,) = queries.party_proposals(of)
    assert (proposal.value, proposal.reasons["basis"]) == (str(factory.pk), "tracing")
    actions.fix_party(made, body=factory, basis="tracing", **BY)
    kept = Outlet.objects.get(pk=of.pk)
    assert (kept.party, kept.stage) == (factory, Stage.PARTY_FIXED)
    assert queries.party_proposals(of) == []


def test_a_concluded_case_is_not_written_any_more():
    where = cases.place("安阳")
    made = cases.case(cases.outlet(where))
    actions.conclude(made, conclusion=Conclusion.INCONCLUSIVE, note="管网不通", **BY)
    with refused("tracing.concluded"):
        cases.step(made)
    assert actions.conclude(made, conclusion=Conclusion.INCONCLUSIVE, note="管网不通", **BY) == made


def test_another_lead_than_the_schemes_is_accepted_only_with_a_reason():
    where = cases.place("安阳")
    city = build.unit("410500")
    bureau = cases.office(city, F.ECOLOGY, "某市生态环境局")
    other = cases.office(city, F.WATER, "某市水利局")
    of = cases.outlet(where, type_key="GY.enterprise")
    from qingyuan.registry import actions as register

    register.propose_type(of, type_key="GY.enterprise", reasons="", **BY)
    made = cases.case(of)
    assert [one.body for one in queries.bodies_of(made) if one.part == "lead"] == [bureau]
    assert made.clause == "安阳 四(一)"
    with refused("tracing.lead"):
        actions.set_lead(made, lead=other, reason="", **BY)
    actions.set_lead(made, lead=other, reason="口门在堤防上", **BY)
    assert [one.body for one in queries.bodies_of(made) if one.part == "lead"] == [other]


def test_no_case_is_opened_about_what_is_not_in_the_register_or_for_no_reason():
    of = cases.outlet(cases.place("安阳"))
    with refused("tracing.no_why"):
        cases.case(of, Why.OTHER)
