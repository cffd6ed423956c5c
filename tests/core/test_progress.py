"""What a target counts and whether it is reached: whole outlets, exact fractions, and unknown where nobody can tell."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.lifecycle import BITS, Milestone, mask_of
from qingyuan.core.progress import (
    REASON_LABELS,
    Counting,
    Figure,
    Judgement,
    Reason,
    Rule,
    Seen,
    Status,
    adds,
    contribution,
    counting_of,
    judge,
    reason_unknown,
    status_of,
    why,
)

M = Milestone
DUE = date(2023, 12, 31)


@given(done=st.integers(0, 5000), all_=st.integers(1, 5000), percent=st.integers(0, 1000))
def test_a_share_is_reached_when_no_outlet_is_lacking(done, all_, percent):
    done = min(done, all_)
    required = percent / 1000
    judged = judge(Figure(done, all_), required)
    assert judged.met == (Fraction(done, all_) >= Fraction(percent, 1000))
    assert judged.met == (judged.gap == 0)
    assert done + judged.gap >= Fraction(percent, 1000) * all_ > done + judged.gap - 1 or judged.met


@pytest.mark.parametrize(
    ("done", "all_", "required", "met", "gap"),
    [(95, 100, 0.95, True, 0), (94, 100, 0.95, False, 1), (70, 100, 0.7, True, 0), (4, 7, 0.7, False, 1),
     (29, 29, 1.0, True, 0), (28, 29, 1.0, False, 1), (6, 20, 0.3, True, 0), (7, 20, 0.35, True, 0)],
)  # fmt: skip
def test_no_rounding_decides(done, all_, required, met, gap):
    judged = judge(Figure(done, all_), required)
    assert (judged.met, judged.gap) == (met, gap)


def test_nothing_to_count_and_nothing_known_are_not_judged():
    assert judge(Figure(0, 0), 0.7) == Judgement()
    assert judge(Figure(None, None, "测试"), 1.0) == Judgement()
    assert Figure(0, 0).share is None
    assert status_of(Figure(0, 0), Judgement(), required=0.7, due=DUE, on=DUE) is Status.UNKNOWN


def test_the_word_beside_a_share_follows_the_day():
    def word(done: int, on: date, required: float | None = 0.7) -> Status:
        figure = Figure(done, 10)
        return status_of(figure, judge(figure, required), required=required, due=DUE, on=on)

    assert word(6, date(2023, 12, 30)) is Status.OPEN
    assert word(6, DUE) is Status.MISSED
    assert word(7, DUE) is Status.MET
    assert word(1, DUE, None) is Status.PROGRESS


def test_an_acceptance_counts_at_the_last_level_only():
    first = mask_of([M.PROBLEM_LISTED, M.ACCEPTED_1])
    second = first | BITS[M.ACCEPTED_2]
    one, two = (Rule(counting_of("remediation", levels=levels), None) for levels in (1, 2))
    assert contribution(one, milestones=first, counted=True, flags=0) == (1, 1)
    assert contribution(two, milestones=first, counted=True, flags=0) == (0, 1)
    assert contribution(two, milestones=second, counted=True, flags=0) == (1, 1)


def test_what_is_not_counted_or_lies_on_another_water_adds_to_neither_part():
    rule = Rule(counting_of("tracing", levels=1), waters=0b10)
    traced = mask_of([M.VERIFIED, M.PARTY_FIXED])
    assert contribution(rule, milestones=traced, counted=True, flags=0b110) == (1, 1)
    assert contribution(rule, milestones=traced, counted=False, flags=0b110) == (0, 0)
    assert contribution(rule, milestones=traced, counted=True, flags=0b101) == (0, 0)


def test_an_outlet_that_is_gone_needs_no_supervision():
    rule = Rule(counting_of("classified_coverage", levels=1), None)
    assert contribution(rule, milestones=mask_of([M.VERIFIED]), counted=True, flags=0) == (0, 1)
    assert contribution(rule, milestones=mask_of([M.VERIFIED, M.CLOSED]), counted=True, flags=0) == (0, 0)


@pytest.mark.parametrize("metric", ["survey", "management_system", "platform_initial", "subordinate_plan_due"])
def test_what_outlets_cannot_tell_is_unknown_with_a_reason(metric):
    assert counting_of(metric, levels=1) is None
    assert reason_unknown(metric)


def test_every_reason_has_a_word():
    assert set(REASON_LABELS) == set(Reason)


SEEN = st.builds(
    Seen,
    inside=st.booleans(),
    milestones=st.integers(0, 2 ** len(M) - 1),
    counted=st.booleans(),
    flags=st.integers(0, 7),
    unit_path=st.sampled_from(["1402", "140213"]),
    body_id=st.sampled_from([None, 1]),
    water_id=st.sampled_from([None, 1, 2]),
)
RULES = st.none() | st.builds(
    Rule,
    st.sampled_from(
        [
            counting_of("tracing", levels=1),
            counting_of("remediation", levels=2),
            counting_of("classified_coverage", levels=1),
        ]
    ),
    st.sampled_from([None, 1, 6]),
)


@given(before=st.none() | SEEN, after=st.none() | SEEN, was=RULES, now=RULES, dated=st.booleans())
def test_a_reason_is_given_exactly_when_something_is_added_or_lost(before, after, was, now, dated):
    reason = why(before, after, rule_before=was, rule_after=now, dated_before=dated)
    assert (reason is None) == (adds(was, before) == adds(now, after))


@given(seen=SEEN, counting=st.sampled_from([counting_of("tracing", levels=1), counting_of("remediation", levels=3)]))
def test_the_numerator_lies_within_the_denominator(seen, counting):
    assert isinstance(counting, Counting)
    top, bottom = adds(Rule(counting, None), seen)
    assert 0 <= top <= bottom <= 1
