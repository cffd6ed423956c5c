"""The table of moves, restated by hand so that a slip in the table is caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.lifecycle import (
    BITS,
    GROUPS,
    IMPLIED,
    IN_REGISTER,
    MOVES,
    PAPERS,
    STAGES,
    TRANSITIONS,
    Milestone,
    Move,
    Paper,
    Stage,
    mask_of,
    milestones_of,
    moves_from,
    reached_by,
    refusal,
)
from qingyuan.core.lifecycle_words import MILESTONES, STAGE_GROUPS

NEW = None
ALLOWED = {
    (NEW, Move.BRING_IN, None),
    (NEW, Move.REPORT_LEAD, Stage.CANDIDATE),
    (NEW, Move.REGISTER, Stage.SURVEYED),
    (Stage.CANDIDATE, Move.REGISTER, Stage.SURVEYED),
    (Stage.SURVEYED, Move.VERIFY, Stage.VERIFIED),
    (Stage.VERIFIED, Move.OPEN_TRACING, Stage.TRACING),
    (Stage.VERIFIED, Move.FIX_PARTY, Stage.PARTY_FIXED),
    (Stage.TRACING, Move.FIX_PARTY, Stage.PARTY_FIXED),
    (Stage.PARTY_FIXED, Move.CLASSIFY, Stage.CLASSIFIED),
    (Stage.CLASSIFIED, Move.LIST_AS_PROBLEM, Stage.PROBLEM),
    (Stage.CLASSIFIED, Move.FIND_NO_PROBLEM, Stage.NO_PROBLEM),
    (Stage.PROBLEM, Move.DRAFT_PLAN, Stage.PLAN_DRAFT),
    (Stage.PLAN_DRAFT, Move.APPROVE_PLAN, Stage.PLAN_APPROVED),
    (Stage.SURVEYED, Move.REMEDIATE_AT_ONCE, Stage.AWAITING_ACCEPTANCE),
    (Stage.VERIFIED, Move.REMEDIATE_AT_ONCE, Stage.AWAITING_ACCEPTANCE),
    (Stage.TRACING, Move.REMEDIATE_AT_ONCE, Stage.AWAITING_ACCEPTANCE),
    (Stage.PLAN_APPROVED, Move.START_WORKS, Stage.REMEDIATING),
    (Stage.REMEDIATING, Move.ENTER_TRANSITION, Stage.IN_TRANSITION),
    (Stage.IN_TRANSITION, Move.END_TRANSITION, Stage.REMEDIATING),
    (Stage.REMEDIATING, Move.REPORT_DONE, Stage.AWAITING_ACCEPTANCE),
    (Stage.AWAITING_ACCEPTANCE, Move.ACCEPT, Stage.ACCEPTED),
    (Stage.AWAITING_ACCEPTANCE, Move.RETURN_WORKS, Stage.REMEDIATING),
    (Stage.ACCEPTED, Move.RETURN_WORKS, Stage.REMEDIATING),
    (Stage.ACCEPTED, Move.FILE_UPWARD, Stage.ACCEPTED),
    (Stage.ACCEPTED, Move.RETAIN, Stage.RETAINED),
    (Stage.ACCEPTED, Move.MERGE, Stage.MERGED),
    (Stage.ACCEPTED, Move.CLOSE, Stage.CLOSED),
    (Stage.NO_PROBLEM, Move.RETAIN_WITHOUT_PROBLEM, Stage.RETAINED),
    (Stage.RETAINED, Move.STANDARDISE, Stage.STANDARDISED),
    (Stage.STANDARDISED, Move.SUPERVISE, Stage.SUPERVISED),
    (Stage.RETAINED, Move.REOPEN, Stage.PROBLEM),
    (Stage.MERGED, Move.REOPEN, Stage.PROBLEM),
    (Stage.CLOSED, Move.REOPEN, Stage.PROBLEM),
    (Stage.STANDARDISED, Move.REOPEN, Stage.PROBLEM),
    (Stage.SUPERVISED, Move.REOPEN, Stage.PROBLEM),
    (Stage.APPLIED, Move.ACCEPT_APPLICATION, Stage.ACCEPTED_FOR_REVIEW),
    (Stage.ACCEPTED_FOR_REVIEW, Move.CONSULT, Stage.CONSULTED),
    (Stage.ACCEPTED_FOR_REVIEW, Move.APPROVE, Stage.APPROVED),
    (Stage.CONSULTED, Move.APPROVE, Stage.APPROVED),
    (Stage.ACCEPTED_FOR_REVIEW, Move.REFUSE, Stage.REFUSED),
    (Stage.CONSULTED, Move.REFUSE, Stage.REFUSED),
    (Stage.APPROVED, Move.BUILD, Stage.BUILT),
    (Stage.BUILT, Move.ENTER_REGISTER, Stage.CLASSIFIED),
}


@pytest.mark.parametrize("stage", [None, *Stage])
@pytest.mark.parametrize("move", Move)
def test_only_the_agreed_moves_are_allowed(stage, move):
    everything_on_file = frozenset(Paper)
    allowed = (stage, move, TRANSITIONS[move].target) in ALLOWED
    assert (refusal(move, stage=stage, papers=everything_on_file) is None) == allowed


def test_every_stage_move_paper_and_milestone_has_a_word_and_a_group():
    assert set(STAGES) == set(Stage)
    assert set(MOVES) == set(Move) == set(TRANSITIONS)
    assert set(PAPERS) == set(Paper)
    assert set(MILESTONES) == set(Milestone)
    assert set(GROUPS) == set(Stage)
    assert set(GROUPS.values()) <= set(STAGE_GROUPS)
    assert set(IMPLIED) == set(IN_REGISTER) | {Stage.CANDIDATE}


def test_the_stored_bits_never_move():
    """A stored mask must be read the same for ever."""
    assert [
        BITS[one].bit_length() for one in (Milestone.SURVEYED, Milestone.ACCEPTED_1, Milestone.APPROVAL_REVIEWED)
    ] == [
        1,
        9,
        22,
    ]


@given(move=st.sampled_from(Move), stage=st.sampled_from([None, *Stage]), papers=st.frozensets(st.sampled_from(Paper)))
def test_filing_one_more_paper_never_makes_a_move_impossible(move, stage, papers):
    before = refusal(move, stage=stage, papers=papers)
    after = refusal(move, stage=stage, papers=papers | TRANSITIONS[move].papers)
    assert not (before is None and after is not None)


def test_what_is_missing_is_named():
    reason = refusal(Move.CLOSE, stage=Stage.ACCEPTED, papers=frozenset({Paper.CLOSING_ORDER}), clause="大同 三(五)")
    assert reason is not None
    assert reason.sentence == "还缺材料：拆除关闭记录。"
    assert reason.clause == "大同 三(五)"


@given(st.frozensets(st.sampled_from(Milestone)))
def test_milestones_survive_being_stored(milestones):
    assert set(milestones_of(mask_of(milestones))) == milestones


def test_filing_upward_reaches_the_next_level_and_only_that():
    once = mask_of([Milestone.ACCEPTED_1])
    twice = mask_of([Milestone.ACCEPTED_1, Milestone.ACCEPTED_2])
    assert reached_by(Move.FILE_UPWARD, mask=once) == {Milestone.ACCEPTED_2}
    assert reached_by(Move.FILE_UPWARD, mask=twice) == {Milestone.ACCEPTED_3}


def test_reopening_withdraws_all_that_remediation_had_reached():
    withdrawn = TRANSITIONS[Move.REOPEN].withdraws
    assert {Milestone.ACCEPTED_1, Milestone.ACCEPTED_2, Milestone.RETAINED, Milestone.STANDARDISED} <= withdrawn
    assert Milestone.PROBLEM_LISTED in TRANSITIONS[Move.REOPEN].reaches
    assert Milestone.CODED not in withdrawn


def test_a_lead_leads_nowhere_but_into_the_register():
    assert moves_from(Stage.CANDIDATE) == [Move.REGISTER]
