"""名录: entering, moving, and what every move leaves behind."""

from datetime import date

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.core.lifecycle import BITS, Milestone, Move, Paper, Stage, mask_of
from qingyuan.core.refusal import NotFound, Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, tallies
from qingyuan.registry.actions import Advance
from qingyuan.registry.models import MilestoneRecord, Outlet, Standing, Tally
from qingyuan.registry.models_history import END_OF_TIME
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _country():
    build.country()


@pytest.fixture
def county():
    return build.unit("140213")


def test_a_survey_enters_an_outlet_with_its_day_paper_and_entry(county):
    outlet = build.outlet(county, on=date(2023, 5, 10))

    (line,) = ledger.timeline("outlet", str(outlet.pk))
    assert (outlet.stage, outlet.stage_since) == (Stage.SURVEYED, date(2023, 5, 10))
    assert (line.act, line.occurred) == ("outlet.register", "2023-05-10")
    assert line.changes["name"] == [None, outlet.name]
    assert line.clause
    assert "140200-datong" in line.pack
    assert len(line.evidence) == 1


def test_a_survey_without_its_record_is_refused(county):
    new = build.new_outlet(county)
    with pytest.raises(Refused) as caught:
        actions.register(actions.NewOutlet(name=new.name, unit=county, on=new.on), by=build.SURVEYOR, at=build.NOON)
    assert caught.value.refusal.code == "lifecycle.missing_papers"
    assert Outlet.objects.count() == 0


def test_a_paper_nobody_filed_is_not_taken(county):
    new = actions.NewOutlet(name="某口", unit=county, on=build.DAY, papers={Paper.SURVEY_RECORD: "f" * 64})
    with pytest.raises(NotFound):
        actions.register(new, by=build.SURVEYOR, at=build.NOON)


def test_nothing_can_be_entered_for_tomorrow(county):
    with pytest.raises(Refused) as caught:
        actions.register(build.new_outlet(county, on=date(2023, 6, 2)), by=build.SURVEYOR, at=build.NOON)
    assert caught.value.refusal.code == "registry.future"


def test_the_surveyor_may_not_verify_his_own_outlet(county):
    outlet = build.outlet(county)
    with pytest.raises(Refused) as caught:
        actions.verify(outlet, on=build.DAY, by=build.SURVEYOR, at=build.NOON)
    assert caught.value.refusal.code == "registry.own_survey"


@pytest.mark.parametrize(
    "stage",
    [
        s
        for s in Stage
        if s
        in {
            Stage.VERIFIED,
            Stage.TRACING,
            Stage.PARTY_FIXED,
            Stage.CLASSIFIED,
            Stage.NO_PROBLEM,
            Stage.PROBLEM,
            Stage.PLAN_APPROVED,
            Stage.REMEDIATING,
            Stage.IN_TRANSITION,
            Stage.AWAITING_ACCEPTANCE,
            Stage.ACCEPTED,
            Stage.RETAINED,
            Stage.MERGED,
            Stage.CLOSED,
            Stage.STANDARDISED,
            Stage.SUPERVISED,
        }
    ],
)
def test_an_outlet_can_be_walked_to_every_stage_and_all_books_agree(county, stage):
    outlet = build.outlet(county, stage=stage)
    stored = Outlet.objects.get(pk=outlet.pk)
    assert stored.stage == stage
    assert stored.version == outlet.version
    assert tallies.differences() == []
    assert ledger.verify().whole
    (standing,) = Standing.objects.filter(outlet=outlet, recorded_to=END_OF_TIME, valid_to__gt=date(2100, 1, 1))
    assert standing.milestones == stored.milestones


def test_a_move_out_of_turn_is_refused_with_the_clause_of_the_outlet_s_own_scheme(county):
    outlet = build.outlet(county)
    with pytest.raises(Refused) as caught:
        actions.advance_many(
            [Advance(outlet, Move.ACCEPT, build.DAY, build.papers(Paper.ACCEPTANCE_RECORD))],
            by=build.VERIFIER,
            at=build.NOON,
        )
    refusal = caught.value.refusal
    assert refusal.code == "lifecycle.wrong_stage"
    assert refusal.clause.startswith("大同")


def test_one_refusal_in_a_batch_and_nothing_of_it_holds(county):
    good, bad = build.outlet(county), build.outlet(county, stage=Stage.VERIFIED)
    with pytest.raises(Refused):
        actions.advance_many(
            [Advance(good, Move.VERIFY, build.DAY), Advance(bad, Move.VERIFY, build.DAY)],
            by=build.VERIFIER,
            at=build.NOON,
        )
    assert Outlet.objects.get(pk=good.pk).stage == Stage.SURVEYED
    assert tallies.differences() == []


def test_a_record_read_before_somebody_changed_it_is_stale(county):
    outlet = build.outlet(county)
    other_device = Outlet.objects.get(pk=outlet.pk)
    actions.verify(outlet, on=build.DAY, by=build.VERIFIER, at=build.NOON)
    with pytest.raises(StaleRecord):
        actions.advance_many([Advance(other_device, Move.VERIFY, build.DAY)], by=build.VERIFIER, at=build.NOON)
    assert MilestoneRecord.objects.filter(outlet=outlet, milestone="verified").count() == 1


def test_a_move_is_not_dated_before_the_stage_it_leaves(county):
    outlet = build.outlet(county, stage=Stage.RETAINED, on=date(2023, 5, 10))
    with pytest.raises(Refused) as caught:
        actions.advance_many(
            [Advance(outlet, Move.REOPEN, date(2023, 5, 9), build.papers(Paper.REOPENING_BASIS))],
            by=build.VERIFIER,
            at=build.NOON,
        )
    assert caught.value.refusal.code == "registry.out_of_order"
    assert caught.value.refusal.sentence == "日期2023-05-09早于进入“保留”的日期2023-05-10。"


def test_a_type_is_not_said_anew_for_a_day_before_the_present_one_began(county):
    outlet = build.outlet(county, stage=Stage.CLASSIFIED, on=date(2023, 5, 10))
    with pytest.raises(Refused) as caught:
        actions.classify(outlet, type_key="QT.other", on=date(2023, 5, 9), by=build.VERIFIER, at=build.NOON)
    assert caught.value.refusal.code == "registry.before_present"


def test_reopening_needs_new_papers_and_withdraws_what_was_accepted(county):
    outlet = build.outlet(county, stage=Stage.RETAINED)
    build.step(outlet, Move.REOPEN, on=build.DAY)
    assert outlet.stage == Stage.PROBLEM
    assert not outlet.milestones & BITS[Milestone.ACCEPTED_1]
    build.walk(outlet, Stage.AWAITING_ACCEPTANCE, on=build.DAY)
    with pytest.raises(Refused) as caught:  # the acceptance record of the first round is not that of the second
        actions.advance_many([Advance(outlet, Move.ACCEPT, build.DAY)], by=build.VERIFIER, at=build.NOON)
    assert caught.value.refusal.code == "lifecycle.missing_papers"


def test_a_register_under_way_is_brought_in_with_its_stated_days(county):
    new = build.new_outlet(
        county,
        on=date(2023, 6, 1),
        move=Move.BRING_IN,
        stage=Stage.ACCEPTED,
        milestones={Milestone.SURVEYED: date(2022, 9, 1), Milestone.ACCEPTED_1: date(2023, 4, 1)},
    )
    new = actions.NewOutlet(
        name=new.name,
        unit=new.unit,
        on=new.on,
        papers=build.papers(Paper.SOURCE_REGISTER),
        move=new.move,
        stage=new.stage,
        milestones=new.milestones,
    )
    outlet = actions.bring_in(new, by=build.SURVEYOR, at=build.NOON)
    assert outlet.stage == Stage.ACCEPTED
    assert outlet.milestones & BITS[Milestone.BROUGHT_IN]
    days = dict(MilestoneRecord.objects.filter(outlet=outlet).values_list("milestone", "day"))
    assert days["accepted_1"] == date(2023, 4, 1)
    assert days["verified"] == date(2023, 6, 1)
    assert Standing.objects.filter(outlet=outlet).order_by("valid_from")[0].valid_from == date(2022, 9, 1)


def test_a_stage_brought_in_makes_nobody_responsible_and_gives_no_type_until_they_are_supplied(county):
    new = actions.NewOutlet(
        name="某口",
        unit=county,
        on=build.DAY,
        papers=build.papers(Paper.SOURCE_REGISTER),
        move=Move.BRING_IN,
        stage=Stage.SUPERVISED,
    )
    outlet = actions.bring_in(new, by=build.SURVEYOR, at=build.NOON)
    unsaid = mask_of([Milestone.PARTY_FIXED, Milestone.CLASSIFIED])
    assert not outlet.milestones & unsaid

    basis = build.papers(Paper.PARTY_BASIS)
    party = build.body(county)
    with pytest.raises(Refused) as caught:
        actions.fix_party(
            outlet, body=party, basis="tracing", on=build.DAY, by=build.VERIFIER, at=build.NOON, papers={}
        )
    assert caught.value.refusal.code == "lifecycle.missing_papers"
    actions.fix_party(outlet, body=party, basis="tracing", on=build.DAY, by=build.VERIFIER, at=build.NOON, papers=basis)
    actions.classify(outlet, type_key="GY.enterprise", on=build.DAY, by=build.VERIFIER, at=build.NOON)

    stored = Outlet.objects.get(pk=outlet.pk)
    assert (stored.stage, stored.party, stored.type_key) == (Stage.SUPERVISED, party, "GY.enterprise")
    assert stored.milestones & unsaid == unsaid
    standing = Standing.objects.filter(outlet=outlet, recorded_to=END_OF_TIME).latest("valid_from")
    assert standing.milestones == stored.milestones
    assert tallies.differences() == []


def test_the_upper_level_s_filing_is_a_milestone_of_its_own():
    outlet = build.outlet(build.unit("220184"), stage=Stage.ACCEPTED)
    build.step(outlet, Move.FILE_UPWARD, on=build.DAY)
    assert outlet.milestones & mask_of([Milestone.ACCEPTED_1, Milestone.ACCEPTED_2]) == mask_of(
        [Milestone.ACCEPTED_1, Milestone.ACCEPTED_2]
    )


def test_an_entry_made_in_error_leaves_every_count_and_stays_in_the_ledger(county):
    outlet = build.outlet(county)
    actions.withdraw_entries([outlet], reason="导入撤销", by=build.SURVEYOR, at=build.NOON)
    assert Outlet.objects.standing().count() == 0
    assert tallies.differences() == []
    assert sum(Tally.objects.values_list("n", flat=True)) == 0
    assert [line.act for line in ledger.timeline("outlet", str(outlet.pk))] == [
        "outlet.withdraw_entry",
        "outlet.register",
    ]


def test_an_entry_that_was_worked_on_cannot_be_withdrawn(county):
    outlet = build.outlet(county, stage=Stage.VERIFIED)
    with pytest.raises(Refused) as caught:
        actions.withdraw_entries([outlet], reason="导入撤销", by=build.SURVEYOR, at=build.NOON)
    assert caught.value.refusal.code == "registry.touched_since"


def test_folding_changes_no_figure(county):
    for _ in range(3):
        build.outlet(county, stage=Stage.VERIFIED)
    before = tallies.differences()
    went = tallies.fold()
    assert went > 0
    assert before == tallies.differences() == []
    assert tallies.fold() == 0


def test_folding_loses_nothing_that_others_write_while_it_adds_up(county, monkeypatch):
    """A row may be given its number before those that are counted, and be committed after."""
    for _n in range(3):
        build.outlet(county)
    row = Tally.objects.order_by("-pk").values(*tallies.COLUMNS).first()
    same = {name: value for name, value in row.items() if name != "n"}
    before = Tally.objects.filter(**same).aggregate(n=Sum("n"))["n"]
    take_away = tallies._taken_away

    def written_meanwhile(model, columns, cells, last):
        if model is Tally:
            Tally.objects.create(pk=-1, **row)
        return take_away(model, columns, cells, last)

    monkeypatch.setattr(tallies, "_taken_away", written_meanwhile)
    tallies.fold()
    assert Tally.objects.filter(**same).aggregate(n=Sum("n"))["n"] == before + row["n"]


WALK = [Move.VERIFY, Move.FIX_PARTY, Move.CLASSIFY, Move.LIST_AS_PROBLEM, Move.DRAFT_PLAN, Move.APPROVE_PLAN]


@settings(max_examples=15)
@given(lengths=st.lists(st.integers(0, len(WALK)), min_size=1, max_size=4))
def test_a_batch_gives_the_same_register_tallies_and_intervals_as_one_by_one(lengths):
    county = build.unit("140213")
    party = build.body(county)
    plan = [(place, move) for place, length in enumerate(lengths) for move in WALK[:length]]

    def run(together):
        outlets = [build.outlet(county, name=f"口{place}", position=None) for place in range(len(lengths))]
        batch = [
            Advance(
                outlets[place],
                move,
                build.DAY,
                build.papers(*actions.moving.lifecycle.TRANSITIONS[move].papers),
                {"party": party} if move is Move.FIX_PARTY else {},
            )
            for place, move in plan
        ]
        for part in [batch] if together else [[one] for one in batch]:
            actions.advance_many(part, by=build.VERIFIER, at=build.NOON)
        state = (
            list(Outlet.objects.order_by("pk").values_list("name", "stage", "milestones", "version", "party")),
            sorted(Standing.objects.filter(recorded_to=END_OF_TIME).values_list("valid_from", "milestones")),
            [len(ledger.timeline("outlet", str(outlet.pk))) for outlet in outlets],
            tallies.differences(),
        )
        transaction.set_rollback(True)
        return state

    with transaction.atomic():
        together = run(True)
    with transaction.atomic():
        singly = run(False)
    assert together == singly
    assert together[3] == []
