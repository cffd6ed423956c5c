"""Plans as far as they are pure: dates in order, words that merge or seal, what rules ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.plans import (
    DateFault,
    Duty,
    LockWords,
    Moment,
    Planned,
    StepDates,
    date_fault,
    demands,
    duty_of,
    is_overdue,
    locked_word,
    proposed,
)
from qingyuan.core.policy.judging import Verdict

WORDS = LockWords(
    merging=("合并", "并入"),
    sealing=("封堵", "堵塞", "堵口"),
    negations=("不", "不得", "严禁"),
    removals=("清除", "疏通", "拆除"),
    things=("物", "管段"),
)
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


def verdict(effect: str = "require", truth: bool | None = True, **gives: object) -> Verdict:
    return Verdict(
        "r", truth, effect, "应当如此。", "某 一", "000000-national", ("fact",) if truth is None else (), gives
    )


@given(st.lists(DAYS, max_size=8))
def test_steps_are_in_order_exactly_when_their_days_are_sorted(days):
    fault = date_fault([StepDates(None, day) for day in days], due=None)
    assert (fault is None) == (days == sorted(days))
    if fault is not None:
        what, number = fault
        assert what is DateFault.ORDER
        assert days[number - 1] < days[number - 2]


@given(DAYS, st.integers(-400, 400))
def test_the_day_something_is_due_still_is_in_time(due, shift):
    day = due + timedelta(days=shift)
    assert is_overdue(due, on=day) == (shift > 0)
    assert not is_overdue(None, on=day)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("口门封堵", "封堵"),
        ("口门封 堵", "封堵"),
        ("口门封—堵", "封堵"),
        ("与二号口合并", "合并"),
        ("拆除后并入市政管", "并入"),
        ("不封堵", None),
        ("不封堵口门", None),
        ("严禁合并、封堵", None),
        ("不合并，封堵", "封堵"),
        ("清除堵塞物", None),
        ("疏通堵塞管段", None),
        ("雨污分流", None),
    ],
)
def test_a_text_that_merges_or_seals_is_recognised_in_spite_of_its_dress(text, word):
    assert locked_word(text, WORDS) == word


@given(st.sampled_from(["封堵", "合并"]), st.text("，甲乙丙 ", max_size=6), st.text("，甲乙丙 ", max_size=6))
def test_a_word_of_the_lock_is_found_wherever_it_stands(word, before, after):
    assert locked_word(before + word + after, WORDS) == word


@pytest.mark.parametrize(
    ("words", "duty"),
    [("指导督导", Duty.GUIDE), ("牵头溯源整治", Duty.LEAD), ("执行", Duty.EXECUTE), ("指导", Duty.GUIDE)],
)
def test_the_duty_is_told_from_the_packs_words(words, duty):
    assert duty_of(words) is duty


def test_what_requires_holds_up_and_what_recommends_asks_a_reason():
    asked = {"plan": {"batch": ["merge"], "measures": ["connect_sewer"]}}
    for effect, forbids, reason in (("require", True, False), ("recommend", False, True), ("warn", False, False)):
        (one,) = demands([verdict(effect, **asked)], Planned("standardise"))
        assert (one.met, one.forbids, one.asks_reason) == (False, forbids, reason)
        assert one.holds_up(Moment.SUBMIT) == forbids
        (one,) = demands([verdict(effect, **asked)], Planned("merge", frozenset({"connect_sewer"})))
        assert (one.met, one.forbids, one.asks_reason) == (True, False, False)


def test_encouragement_asks_no_reason():
    (one,) = demands([verdict("recommend", plan={"measures": ["tanker"]}, free=True)], Planned("merge"))
    assert not one.asks_reason


def test_another_way_meets_a_demand_only_when_all_of_it_is_filled_in():
    asked = {"plan": {"batch": ["ban"], "unless": ["legacy_case+water_supply_note", "order"]}}
    for filled, met in (
        (set(), False),
        ({"legacy_case"}, False),
        ({"legacy_case", "water_supply_note"}, True),
        ({"order"}, True),
    ):
        (one,) = demands([verdict(**asked)], Planned("merge", filled=frozenset(filled)))
        assert one.met is met


def test_a_missing_fact_leaves_it_open_and_holds_up_nothing():
    (one,) = demands([verdict(truth=None, plan={"measures": ["x"]})], Planned("merge"))
    assert (one.met, one.forbids, one.asks_reason, one.missing) == (None, False, False, ("fact",))


def test_a_rule_that_does_not_apply_or_says_nothing_of_plans_is_left_out():
    assert demands([verdict(truth=False, plan={"measures": ["x"]}), verdict()], Planned("merge")) == ()


def test_what_is_required_is_proposed_before_what_is_recommended():
    found = demands(
        [
            verdict("recommend", plan={"batch": ["standardise"], "measures": ["a"]}),
            verdict("require", plan={"batch": ["merge"], "measures": ["b"]}),
        ],
        Planned(""),
    )
    assert proposed(found) == ("merge", ("b",))
