"""Findings: what rules find, and what the competent body makes of it."""

from __future__ import annotations

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import Refused
from qingyuan.rulebook.checking import faults_of
from qingyuan.rulebook.queries import packs_in_force
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation.actions import refreshing
from qingyuan.stages.remediation.models import Finding, Round
from tests import build
from tests.stages.remediation import lives

pytestmark = pytest.mark.django_db
AT = build.NOON


@pytest.fixture
def outlet():
    build.country()
    return lives.classified(build.unit("140215"))


def test_a_fact_opens_a_lead_and_its_end_withdraws_it(outlet):
    lives.fact(outlet, "borrowed_discharge", True)
    found = lives.lead(outlet, "borrowed")
    assert found.rule == "outlet.borrowed"
    assert found.clause.startswith("大同 三(七)")
    assert found.facts == {"borrowed_discharge": True}
    again = actions.refresh_one(outlet, on=build.DAY, at=AT)
    assert (again.opened, again.withdrawn) == (0, 0)
    lives.fact(outlet, "borrowed_discharge", False)
    assert queries.findings_of(outlet) == []
    assert Finding.objects.filter(outlet=outlet).count() == 1


def test_the_whole_register_is_refreshed_to_the_same_leads_as_one_by_one(outlet):
    lives.fact(outlet, "defect_aged", True)
    lives.fact(outlet, "approved", False)
    other = lives.classified(build.unit("410523"))
    one_by_one = set(Finding.objects.values_list("outlet", "rule", "kind", "clause", "text"))
    assert {rule for _outlet, rule, *_rest in one_by_one} == {"remediation.defects", "finding.no_approval"}
    Finding.objects.all().delete()
    done = actions.refresh(on=build.DAY, at=AT)
    assert done.outlets == 2
    assert set(Finding.objects.values_list("outlet", "rule", "kind", "clause", "text")) == one_by_one
    second = actions.refresh(on=build.DAY, at=AT)
    assert (second.opened, second.withdrawn) == (0, 0)
    assert not Finding.objects.filter(outlet=other).exists()


def test_what_officers_do_while_the_register_is_judged_stands(outlet, monkeypatch):
    lives.fact(outlet, "approved", False)
    lives.fact(outlet, "borrowed_discharge", True)
    confirmed, opened = lives.lead(outlet, "borrowed"), Finding.objects.get(rule="finding.no_approval")
    ecology = build.body(outlet.unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    read = refreshing._batch

    def meanwhile(*args, **words):
        Finding.objects.filter(pk=opened.pk).update(withdrawn_at=AT)
        work = read(*args, **words)
        assert [row[2] for row in work.new] == [opened.rule]
        Finding.objects.filter(pk=opened.pk).update(withdrawn_at=None)
        actions.confirm(confirmed, on=build.DAY, by=build.actor(Role.REVIEWER, outlet.unit, body=ecology), at=AT)
        work.gone.append(confirmed.pk)
        return work

    monkeypatch.setattr(refreshing, "_batch", meanwhile)
    done = actions.refresh(on=build.DAY, at=AT)
    assert (done.opened, done.withdrawn) == (0, 0)
    assert Finding.objects.filter(outlet=outlet, withdrawn_at=None).count() == 2


def test_a_lead_said_twice_by_the_same_person_is_one(outlet):
    say = {"kind": "other", "on": build.DAY, "by": CONSOLE, "at": AT}
    first = actions.find(outlet, text="口门有异味", **say)
    assert actions.find(outlet, text=" 口门有异味 ", **say) == first
    assert actions.find(outlet, text="口门堵塞", **say) != first


def test_listing_confirms_the_leads_and_begins_a_round(outlet):
    made = lives.problem(outlet)
    assert outlet.stage == "problem"
    assert made.number == 1
    assert made.pack.endswith("140200-datong")
    (found,) = queries.findings_in(made)
    assert (found.state, found.round_id) == ("confirmed", made.pk)
    with pytest.raises(Refused) as no:
        actions.dismiss(found, reason="不属实", on=build.DAY, by=build.VERIFIER, at=AT)
    assert no.value.refusal.code == "remediation.on_the_list"
    lives.fact(outlet, "borrowed_discharge", False)
    assert queries.findings_of(outlet) == [found]


def test_without_a_finding_nothing_is_listed(outlet):
    with pytest.raises(Refused) as no:
        actions.list_as_problem(outlet, findings=[], on=build.DAY, by=build.VERIFIER, at=AT)
    assert no.value.refusal.code == "remediation.no_finding"
    assert not Round.objects.exists()


def test_an_outlet_without_a_problem_is_retained_once_it_was_approved(outlet):
    actions.find_no_problem(outlet, reason="现场核查无问题", on=build.DAY, by=build.VERIFIER, at=AT)
    assert outlet.stage == "no_problem"
    with pytest.raises(Refused) as no:
        actions.retain_without_problem(outlet, on=build.DAY, by=build.VERIFIER, at=AT)
    assert no.value.refusal.code == "remediation.back_review"
    lives.fact(outlet, "approved", True)
    actions.retain_without_problem(outlet, on=build.DAY, by=build.VERIFIER, at=AT)
    assert outlet.stage == "retained"


def test_no_problem_dismisses_the_leads_and_they_do_not_come_back(outlet):
    lives.fact(outlet, "defect_aged", True)
    actions.find_no_problem(outlet, reason="已修复，待复测", on=build.DAY, by=build.VERIFIER, at=AT)
    (found,) = queries.findings_of(outlet)
    assert (found.state, found.reason) == ("dismissed", "已修复，待复测")
    actions.refresh(on=build.DAY, at=AT)
    assert [one.state for one in queries.findings_of(outlet)] == ["dismissed"]


def test_the_monthly_check_watches_outlets_that_two_units_use(outlet):
    from qingyuan.registry import actions as registry
    from qingyuan.stages.remediation.models import Watch

    one, two = build.body(outlet.unit), build.body(outlet.unit)
    registry.add_channel(
        name="排水渠",
        unit=outlet.unit,
        outlet=outlet,
        on=build.DAY,
        by=build.VERIFIER,
        at=AT,
        sources=((one, None), (two, None)),
    )
    assert actions.check_borrowed(on=build.DAY, at=AT) == 1
    assert actions.check_borrowed(on=build.DAY, at=AT) == 1
    (watched,) = Watch.objects.filter(ended_on=None)
    assert (watched.outlet_id, watched.units, watched.clause) == (outlet.pk, 2, "大同 四(十)")


def test_only_the_departments_that_the_scheme_names_decide(outlet):
    lives.fact(outlet, "borrowed_discharge", True)
    lead = lives.lead(outlet, "borrowed")
    water = build.body(outlet.unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.WATER,))
    ecology = build.body(outlet.unit, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    by = build.actor(Role.REVIEWER, outlet.unit, body=water)
    with pytest.raises(Refused) as no:
        actions.confirm(lead, on=build.DAY, by=by, at=AT)
    assert no.value.refusal.code == "remediation.not_competent"
    done = actions.confirm(lead, on=build.DAY, by=build.actor(Role.REVIEWER, outlet.unit, body=ecology), at=AT)
    assert done.state == "confirmed"


def test_a_pack_that_finds_an_unknown_kind_is_refused():
    from qingyuan.rulebook import texts

    shipped = texts.shipped_texts()["140200-datong"]
    wrong = shipped.replace("finding: forbidden_discharge", "finding: no_such_kind", 1)
    assert wrong != shipped
    build.country()
    faults = faults_of({**packs_in_force(on=build.DAY), "140200-datong": texts.parsed(wrong)})
    assert [fault.code for fault in faults] == ["POLICY_FINDING"]
