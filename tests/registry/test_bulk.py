"""批量办理: the same register as one by one; refusals row by row; the same key is the same run."""

from __future__ import annotations

from datetime import date

import pytest
from django.forms.models import model_to_dict
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, tallies
from qingyuan.registry.actions import Errand
from qingyuan.registry.models import BulkRun, Outlet
from tests import build

pytestmark = pytest.mark.django_db
DAY = date(2023, 7, 3)
AT = build.recorded(DAY)


@pytest.fixture(autouse=True)
def _country():
    build.country()


def read(outlets):
    return [(one.pk, one.version) for one in outlets]


def run(errand, outlets, *, key="k1", by=CONSOLE):
    return actions.do_together(key, errand, read(outlets), said="批量", by=by, at=AT)


def as_it_stands(outlet, given):
    """What is on record, but for what each outlet was given on its own way: its name, place, survey paper, party."""
    found = Outlet.objects.get(pk=outlet.pk)
    own = {"id", "name", "longitude_deg", "mkey", "party", "registered_at", "changed_at", "verified_by"}
    columns = {name: value for name, value in model_to_dict(found).items() if name not in own}
    acts = [(line.act, line.occurred, line.clause) for line in ledger.timeline("outlet", str(found.pk))]
    placed = sorted(found.placements.filter(retracted_at=None).values_list("aspect", "value", "day"))
    return (
        columns,
        acts,
        placed,
        sorted((kind, sha256 == given.get("paper")) for kind, sha256 in found.papers.values_list("kind", "sha256")),
        sorted(found.proposals.values_list("about", "value", "decision")),
        sorted(
            (body == given.get("body"), basis) for body, basis in found.responsibilities.values_list("body", "basis")
        ),
    )


STAGES = st.lists(
    st.sampled_from([Stage.SURVEYED, Stage.VERIFIED, Stage.PARTY_FIXED, Stage.CLASSIFIED]), min_size=1, max_size=4
)
ACTS = st.sampled_from(["verify", "fix_party", "propose_type", "file_paper", "managing_body", "correct"])


def errand_of(act):
    county = build.unit("140213")
    paper = build.paper("批量依据")
    body = build.body(county)
    values = {
        "verify": {},
        "fix_party": {"body": body.pk, "basis": "tracing", "paper": paper},
        "propose_type": {"type_key": "GY.enterprise", "reasons": "现场查看"},
        "file_paper": {"kind": Paper.PHOTO.value, "paper": paper},
        "managing_body": {"body": body.pk, "reason": "责任区划定"},
        "correct": {"field": "bank", "value": "左岸", "reason": "补充"},
    }[act]
    return Errand(act, DAY, values)


@settings(max_examples=15)
@given(STAGES, ACTS)
def test_a_batch_gives_the_same_register_as_one_by_one(stages, act):
    county = build.unit("140213")
    together = [build.outlet(county, stage=stage) for stage in stages]
    singly = [build.outlet(county, stage=stage) for stage in stages]
    errand = errand_of(act)
    done = run(errand, together, key=f"law{together[0].pk}")
    refused = []
    for outlet in singly:
        try:
            actions.do_one(Outlet.objects.get(pk=outlet.pk), errand, by=CONSOLE, at=AT)
            refused.append("")
        except Refused as error:
            refused.append(error.refusal.code)
    assert [row[1] for row in done.results] == refused
    for one, other in zip(together, singly, strict=True):
        assert as_it_stands(one, errand.values) == as_it_stands(other, errand.values)
    assert not tallies.differences()


def test_stale_and_foreign_rows_are_refused_one_by_one_and_the_rest_is_done():
    county, elsewhere = build.unit("140213"), build.unit("419001")
    fine, stale, foreign = build.outlet(county), build.outlet(county), build.outlet(elsewhere)
    chosen = read([fine, stale, foreign])
    actions.correct(stale, values={"remark": "改过"}, reason="补充", on=DAY, by=CONSOLE, at=AT)
    clerk = build.actor(Role.CLERK, county)
    errand = Errand("correct", DAY, {"field": "bank", "value": "右岸", "reason": "补充"})
    done = actions.do_together("k2", errand, chosen, said="批量", by=clerk, at=AT)
    assert [row[1] for row in done.results] == ["", "registry.stale", "registry.gone"]
    assert Outlet.objects.get(pk=fine.pk).bank == "右岸"
    assert Outlet.objects.get(pk=foreign.pk).bank == ""


def test_sent_twice_it_is_one_run_and_nothing_is_done_again():
    outlets = [build.outlet(build.unit("140213")) for _number in range(3)]
    errand = Errand("verify", DAY, {})
    chosen = read(outlets)
    first = actions.do_together("k3", errand, chosen, said="批量", by=build.VERIFIER, at=AT)
    entries = [len(ledger.timeline("outlet", str(one.pk))) for one in outlets]
    again = actions.do_together("k3", errand, chosen, said="批量", by=build.VERIFIER, at=AT)
    assert again == first
    assert BulkRun.objects.count() == 1
    assert [len(ledger.timeline("outlet", str(one.pk))) for one in outlets] == entries


def test_a_run_that_was_stopped_goes_on_where_it_was(monkeypatch):
    from qingyuan.registry.actions import together

    monkeypatch.setattr(together, "BATCH", 2)
    outlets = [build.outlet(build.unit("140213")) for _number in range(5)]
    chosen = read(outlets)
    errand = Errand("verify", DAY, {})
    begun = together._begun("k4", errand, chosen, said="批量", by=build.VERIFIER, at=AT)
    together._do_part(begun.pk, by=build.VERIFIER, at=AT)
    assert len(BulkRun.objects.get().results) == 2
    done = actions.do_together("k4", errand, chosen, said="批量", by=build.VERIFIER, at=AT)
    assert [row[1] for row in done.results] == [""] * 5
    assert {Outlet.objects.get(pk=one.pk).stage for one in outlets} == {Stage.VERIFIED}


def test_the_key_of_another_errand_and_too_many_rows_are_refused():
    outlets = [build.outlet(build.unit("140213"))]
    run(errand_of("correct"), outlets, key="k5")
    with pytest.raises(Refused) as caught:
        run(Errand("verify", DAY, {}), outlets, key="k5")
    assert caught.value.refusal.code == "registry.key_used"
    with pytest.raises(Refused) as caught:
        actions.do_together("k6", errand_of("correct"), [(n, 1) for n in range(501)], said="", by=CONSOLE, at=AT)
    assert caught.value.refusal.code == "registry.too_many"
