"""Conditions: a small closed language, answered yes, no or cannot tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.policy.conditions import (
    All,
    Any,
    Compare,
    ConditionError,
    In,
    Is,
    Known,
    Not,
    ParameterHas,
    ParameterIs,
    holds,
    read_condition,
)
from qingyuan.core.policy.judging import Column, holds_in_columns

LIMITS = {"limit": 1, "unset": None, "list": ("x", "y"), "flag": True}

numbers = st.sampled_from(["n", "m"])
words = st.sampled_from(["w"])
flags = st.sampled_from(["b"])
bounds = st.integers(0, 2) | st.sampled_from(["limit", "unset"])
leaves = (
    st.builds(Is, words, st.sampled_from(["x", "z"]))
    | st.builds(Is, flags, st.booleans())
    | st.builds(Is, numbers, st.integers(0, 2))
    | st.builds(In, words, st.sampled_from([("x",), ("x", "z"), "list", "unset"]))
    | st.builds(Compare, numbers, st.sampled_from(["over", "under", "at_least", "at_most"]), bounds)
    | st.builds(ParameterIs, st.just("flag"), st.booleans())
    | st.builds(ParameterHas, st.just("list"), st.sampled_from(["x", "z"]))
    | st.builds(Known, st.sampled_from(["n", "w", "b"]))
)
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=12,
)
subjects = st.fixed_dictionaries(
    {},
    optional={
        "n": st.integers(0, 3),
        "m": st.floats(0, 3) | st.none(),
        "w": st.sampled_from(["x", "y", "z"]) | st.none(),
        "b": st.booleans(),
    },
)


@given(condition=conditions, facts=subjects, more=subjects)
def test_more_facts_never_overturn_a_settled_verdict(condition, facts, more):
    known = {name: value for name, value in facts.items() if value is not None}
    before, after = holds(condition, known, LIMITS), holds(condition, {**more, **known}, LIMITS)
    assert before is None or after is before


@given(condition=conditions, many=st.lists(subjects, max_size=6))
def test_column_by_column_is_one_by_one(condition, many):
    columns = {name: Column.of(facts.get(name) for facts in many) for name in ("n", "m", "w", "b")}
    one_by_one = [holds(condition, facts, LIMITS) for facts in many]
    assert holds_in_columns(condition, columns, LIMITS, rows=len(many)).as_truths() == one_by_one


def test_an_unset_limit_binds_nobody():
    facts = {"n": 9}
    said = {how: holds(Compare("n", how, "unset"), facts, LIMITS) for how in ("over", "under", "at_least", "at_most")}
    assert said == {"over": False, "under": False, "at_least": False, "at_most": True}


def test_an_absent_fact_is_unknown_and_not_false():
    assert holds(Is("b", True), {}, LIMITS) is None
    assert holds(Not(Is("b", True)), {}, LIMITS) is None
    assert holds(Known("b"), {}, LIMITS) is None
    assert holds(Known("b"), {"b": False}, LIMITS) is True


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"all": []},
        {"fact": "a"},
        {"fact": "a", "is": 1, "or": 2},
        {"fact": "a", "over": True},
        {"fact": "a", "above": 1},
        {"fact": "a", "in": []},
        {"eval": "1"},
        {"parameter": "a"},
        "a > 1",
        None,
        {"not": {"eval": 1}},
    ],
)
def test_a_slip_in_a_condition_is_an_error(raw):
    with pytest.raises(ConditionError):
        read_condition(raw)


def test_every_form_of_a_condition_is_read():
    raw = {
        "all": [
            {"fact": "a", "is": True},
            {"any": [{"fact": "a", "in": ["x"]}, {"fact": "a", "in": "list"}]},
            {"not": {"fact": "n", "at_least": "limit"}},
            {"parameter": "p", "is": "x"},
            {"parameter": "p", "has": "x"},
            {"known": "a"},
        ]
    }
    assert read_condition(raw) == All(
        (
            Is("a", True),
            Any((In("a", ("x",)), In("a", "list"))),
            Not(Compare("n", "at_least", "limit")),
            ParameterIs("p", "x"),
            ParameterHas("p", "x"),
            Known("a"),
        )
    )
