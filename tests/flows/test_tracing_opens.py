"""Cases that open by themselves: what has to be traced, and sewage from a storm outlet in dry weather."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.lifecycle import Stage
from qingyuan.flows import dry_flow_opens_tracing as dry
from qingyuan.flows import survey_opens_tracing as survey
from qingyuan.ledger.models import Entry
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion, Why
from tests import build
from tests.stages.tracing import cases
from tests.stages.tracing.cases import DAY, NOON


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def state(of: Outlet, name: str, value: object, *, on=DAY) -> None:
    """A fact about an outlet, with its paper."""
    register.enter_fact(
        ("outlet", str(of.pk)),
        place=place_of(of),
        name=name,
        value=value,
        source="现场记录",
        on=on,
        by=CONSOLE,
        at=NOON,
        sha256=build.paper(),
    )


def opened(of: Outlet) -> list[str]:
    return [case.why for case in Case.objects.filter(outlet=of)]


def run() -> int:
    return survey.open_due(on=DAY, at=NOON) + dry.open_due(on=DAY, at=NOON)


def test_the_clock_opens_what_is_due_once_however_often_it_comes_round():
    unclear = cases.outlet(cases.place("安阳"))
    state(unclear, "responsibility_unclear", True)
    traced = cases.outlet(cases.place("新绛"), Stage.SURVEYED)
    unlinked = cases.outlet(cases.place("大同"), Stage.SURVEYED)
    plain = cases.outlet(cases.place("安阳"))
    assert run() == 3
    assert run() == 0
    assert [opened(one) for one in (unclear, traced, unlinked, plain)] == [
        [Why.UNCLEAR],
        [Why.SCOPE],
        [Why.NO_UNIT],
        [],
    ]


def test_an_outlet_moved_to_the_stage_of_tracing_by_hand_gets_its_case():
    of = cases.outlet(cases.place("安阳"), Stage.TRACING)
    assert run() == 1
    assert opened(of) == [Why.OTHER]


def test_a_case_that_stood_beside_brings_its_outlet_along_after_it_was_verified():
    of = cases.outlet(cases.place("大同"), Stage.SURVEYED)
    run()
    build.walk(Outlet.objects.get(pk=of.pk), Stage.VERIFIED, on=DAY)
    run()
    assert Outlet.objects.get(pk=of.pk).stage == Stage.TRACING


def test_two_workers_that_follow_the_same_outlet_at_once_move_it_once(monkeypatch):
    """The second has read the outlet when the first moves it: it finds nothing left to do, and nothing breaks."""
    of = cases.outlet(cases.place("大同"), Stage.SURVEYED)
    run()
    build.walk(Outlet.objects.get(pk=of.pk), Stage.VERIFIED, on=DAY)
    follow, first = actions.follow_stage, []

    def another_comes_in_between(case, **more):
        if not first:
            first.append(case)
            survey.open_for([Outlet.objects.get(pk=of.pk)], on=DAY, at=NOON, by=build.VERIFIER)
        return follow(case, **more)

    monkeypatch.setattr(actions, "follow_stage", another_comes_in_between)
    assert survey.open_for([Outlet.objects.get(pk=of.pk)], on=DAY, at=NOON) == []
    assert Outlet.objects.get(pk=of.pk).stage == Stage.TRACING
    entries = Entry.objects.filter(kind="outlet", subject_id=str(of.pk), body__contains="open_tracing")
    assert entries.count() == 1


def test_two_workers_that_open_a_case_at_once_open_one(monkeypatch):
    of = cases.outlet(cases.place("新绛"))
    opened_by, first = actions.open_case, []

    def another_comes_in_between(outlet, **more):
        if not first:
            first.append(outlet)
            survey.open_for([Outlet.objects.get(pk=of.pk)], on=DAY, at=NOON, by=build.VERIFIER)
        return opened_by(outlet, **more)

    monkeypatch.setattr(actions, "open_case", another_comes_in_between)
    survey.open_for([Outlet.objects.get(pk=of.pk)], on=DAY, at=NOON)
    assert Case.objects.filter(outlet=of).count() == 1


def test_what_was_concluded_is_not_opened_again_by_itself():
    of = cases.outlet(cases.place("新绛"))
    run()
    case = Case.objects.select_related("outlet").get(outlet=of)
    actions.conclude(case, conclusion=Conclusion.INCONCLUSIVE, note="查不到", on=DAY, by=CONSOLE, at=NOON)
    assert run() == 0


def storm(name: str, **more) -> Outlet:
    return cases.outlet(cases.place(name), Stage.CLASSIFIED, type_key="YH.urban_storm", **more)


@pytest.mark.parametrize(
    ("hours", "flow", "sign", "opens"),
    [
        (72, True, "发黑发臭", True),
        (71, True, "发黑发臭", False),
        (96, True, "无", False),
        (96, False, "发黑发臭", False),
        (96, True, None, False),
        (None, True, "发黑发臭", False),
    ],
)
def test_only_flow_with_a_sign_of_sewage_after_the_dry_hours_opens_a_case(hours, flow, sign, opens):
    of = storm("新绛")
    for name, value in (("dry_hours", hours), ("dry_flow_seen", flow), ("sewage_sign", sign)):
        if value is not None:
            state(of, name, value)
    assert bool(dry.open_for([of], on=DAY, at=NOON)) is opens


def test_an_outlet_of_another_type_opens_none():
    of = cases.outlet(cases.place("新绛"), Stage.CLASSIFIED, type_key="GY.enterprise")
    for name, value in (("dry_hours", 96), ("dry_flow_seen", True), ("sewage_sign", "发黑")):
        state(of, name, value)
    assert dry.open_for([of], on=DAY, at=NOON) == []


def test_each_observation_opens_one_case_at_most():
    of = storm("新绛")
    for name, value in (("dry_hours", 96), ("dry_flow_seen", True), ("sewage_sign", "氨氮快速检测超标")):
        state(of, name, value)
    (first,) = dry.open_for([of], on=DAY, at=NOON)
    assert dry.open_for([of], on=DAY, at=NOON) == []
    assert dry.open_due(on=DAY, at=NOON) == 0
    first = queries.case(CONSOLE, first.pk)
    actions.conclude(first, conclusion=Conclusion.INCONCLUSIVE, note="查不到", on=DAY, by=CONSOLE, at=NOON)
    assert dry.open_due(on=DAY, at=NOON) == 0
    later = DAY + timedelta(days=9)
    state_later = {"on": later}
    register.enter_fact(
        ("outlet", str(of.pk)),
        place=place_of(of),
        name="sewage_sign",
        value="仍有异味",
        source="复查",
        by=CONSOLE,
        at=NOON + timedelta(days=10),
        **state_later,
    )
    assert len(dry.open_for([of], on=later, at=NOON + timedelta(days=10))) == 1


def test_where_no_body_is_registered_the_lead_stays_a_name():
    of = storm("新绛")
    for name, value in (("dry_hours", 96), ("dry_flow_seen", True), ("sewage_sign", "发黑")):
        state(of, name, value)
    (case,) = dry.open_for([of], on=DAY, at=NOON)
    (lead,) = [one for one in queries.bodies_of(case) if one.part == "lead"]
    assert (lead.name, lead.body) == ("县住建局", None)


def test_a_local_government_may_set_who_leads_where_the_scheme_names_nobody():
    from qingyuan.stages.tracing import rules

    where = cases.place("吉林")
    government = cases.office(where, F.GOVERNMENT)
    of = storm("吉林")
    asked = rules.assigned(of, why=Why.DRY_FLOW, on=DAY)
    assert [one.body for one in asked.lead] == [government]
