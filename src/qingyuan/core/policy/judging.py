"""Judging facts by rules: one subject at a time, or whole columns at once with the same answers (a law of the tests).

A column is a numpy array beside a mask of what is known; its answer is again two masks: where the condition holds and
where that is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from qingyuan.core.policy.conditions import (
    All,
    Any,
    Compare,
    Condition,
    In,
    Is,
    Known,
    Not,
    ParameterHas,
    ParameterIs,
    Truth,
    bound_of,
    compare,
    holds,
    listed,
    missing_of,
)

Mask: TypeAlias = NDArray[np.bool_]
EFFECTS = ("block", "require", "recommend", "warn", "route", "assign", "schedule")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack. `clause_of` names the parameter whose clause in force the rule rests on, else `clause`.

    `gives` are plain outcomes for the acts above: the authority a route leads to, the party an assignment names.
    `finding`: where the rule holds something is wrong with the outlet, of this kind (remediation.finding_kinds).
    `settles`: the yes-or-no fact that answers the question such a finding asks; once it is known the rule asks no more.
    """

    id: str
    title: str
    effect: str
    when: Condition
    text: str
    clause: str
    origin: str
    status: str = "read"
    clause_of: str = ""
    overridable: bool = False
    gives: Mapping[str, object] = field(default_factory=dict)
    finding: str = ""
    settles: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says about some facts. None: the facts named in `missing` would settle it."""

    rule: str
    verdict: Truth
    effect: str
    text: str
    clause: str
    origin: str
    missing: tuple[str, ...] = ()
    gives: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of many subjects: values, and which of them are known."""

    values: NDArray
    known: Mask

    @staticmethod
    def of(values: Iterable[object]) -> Column:
        """A column of Python values, None where unknown. Booleans, numbers and texts each keep their own dtype."""
        given = list(values)
        known = np.array([value is not None for value in given], dtype=bool)
        seen = set(map(type, given)) - {type(None)}
        if seen <= {bool}:
            return Column(np.array(given, dtype=bool), known)
        if seen <= {int, float}:
            return Column(np.array([np.nan if v is None else v for v in given], dtype=np.float64), known)
        return Column(np.array(given, dtype=object), known)


@dataclass(frozen=True, slots=True)
class Answers:
    """Where a condition holds, and where that is settled. `holds` is False wherever nothing is settled."""

    holds: Mask
    settled: Mask

    def as_truths(self) -> list[Truth]:
        """The answers one by one."""
        return [bool(held) if settled else None for held, settled in zip(self.holds, self.settled, strict=True)]


def judge(
    rules: Iterable[Rule],
    facts: Mapping[str, object],
    limits: Mapping[str, object],
    only: Collection[str] | None = None,
) -> list[Verdict]:
    """The verdict of each rule on one subject, in the order of the rules."""
    return [_verdict(rule, facts, limits) for rule in rules if only is None or rule.id in only]


def _verdict(rule: Rule, facts: Mapping[str, object], limits: Mapping[str, object]) -> Verdict:
    truth = holds(rule.when, facts, limits)
    missing: tuple[str, ...] = ()
    if truth is None:
        missing = tuple(dict.fromkeys(missing_of(rule.when, facts, limits)))
    return Verdict(rule.id, truth, rule.effect, rule.text, rule.clause, rule.origin, missing, rule.gives)


def judge_columns(
    rules: Iterable[Rule],
    columns: Mapping[str, Column],
    limits: Mapping[str, object],
    *,
    rows: int,
    only: Collection[str] | None = None,
) -> dict[str, Answers]:
    """The answers of each rule on `rows` subjects at once. A fact without a column is unknown for all of them."""
    return {
        rule.id: holds_in_columns(rule.when, columns, limits, rows=rows)
        for rule in rules
        if only is None or rule.id in only
    }


def holds_in_columns(
    condition: Condition, columns: Mapping[str, Column], limits: Mapping[str, object], *, rows: int
) -> Answers:
    """Whether a condition holds for each of `rows` subjects; the same answers as `holds`, one by one."""
    match condition:
        case Is(fact, value):
            column = _column(columns, fact, rows)
            return _answers(np.asarray(column.values == value, dtype=bool), column.known)
        case In(fact, values):
            return _in_list(_column(columns, fact, rows), listed(values, limits))
        case Compare(fact, how, limit):
            bound = bound_of(limit, limits)
            if bound is None:
                return _all(rows, holds=how == "at_most")
            return _compared(_column(columns, fact, rows), how, bound)
        case ParameterIs(parameter, value):
            return _all(rows, holds=limits.get(parameter) == value)
        case ParameterHas(parameter, member):
            return _all(rows, holds=member in listed(parameter, limits))
        case Known(fact):
            known = _column(columns, fact, rows).known
            return Answers(known, known)
        case Not(part):
            inner = holds_in_columns(part, columns, limits, rows=rows)
            return _answers(~inner.holds, inner.settled)
        case All(parts):
            answers = [holds_in_columns(part, columns, limits, rows=rows) for part in parts]
            denied = np.logical_or.reduce([answer.settled & ~answer.holds for answer in answers])
            held = np.logical_and.reduce([answer.holds for answer in answers])
            return Answers(held, held | denied)
        case Any(parts):
            answers = [holds_in_columns(part, columns, limits, rows=rows) for part in parts]
            held = np.logical_or.reduce([answer.holds for answer in answers])
            return Answers(held, held | np.logical_and.reduce([answer.settled for answer in answers]))
        case _:
            assert_never(condition)


def _column(columns: Mapping[str, Column], fact: str, rows: int) -> Column:
    found = columns.get(fact)
    return found if found is not None else Column(np.zeros(rows, dtype=object), np.zeros(rows, dtype=bool))


def _answers(held: Mask, settled: Mask) -> Answers:
    return Answers(held & settled, settled)


def _all(rows: int, *, holds: bool) -> Answers:
    return Answers(np.full(rows, holds), np.ones(rows, dtype=bool))


def _in_list(column: Column, values: tuple[object, ...]) -> Answers:
    held = np.zeros(len(column.known), dtype=bool)
    for value in values:
        held |= np.asarray(column.values == value, dtype=bool)
    return _answers(held, column.known)


def _compared(column: Column, how: str, bound: object) -> Answers:
    held = np.zeros(len(column.known), dtype=bool)
    if column.known.any():
        held[column.known] = np.asarray(compare(how, column.values[column.known], bound), dtype=bool)
    return _answers(held, column.known)
