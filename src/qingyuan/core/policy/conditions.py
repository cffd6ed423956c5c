"""Conditions of policy rules: a small closed language, read from data and answered yes, no or cannot tell.

    {fact: in_park, is: true}                      {fact: type_key, in: [GY.enterprise, GY.park_wwtp]}
    {fact: type_key, in: approval.review_types}    {fact: village_sewage_m3_d, under: rural.daily_sewage_threshold_m3}
    {fact: industry_outlets_of_party, over: 1}     {parameter: outlet.shared_permit_note, is: true}
    {parameter: remediation.ban_zones, has: spring_basin}
    {known: applicant_known}   {all: [...]}   {any: [...]}   {not: ...}

A limit that a policy leaves unset binds nobody: nothing is over, under or at least it, everything is at most it.
`known` answers yes or cannot tell, never no: a fact may still come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Any_
from typing import TypeAlias, assert_never

Truth: TypeAlias = bool | None
"""True, False, or None when the facts do not settle it."""

COMPARISONS = ("over", "under", "at_least", "at_most")


class ConditionError(ValueError):
    """Data that is not a condition."""


@dataclass(frozen=True, slots=True)
class Is:
    fact: str
    value: object


@dataclass(frozen=True, slots=True)
class In:
    """The fact is one of a list; a text names a list parameter."""

    fact: str
    values: tuple[object, ...] | str


@dataclass(frozen=True, slots=True)
class Compare:
    """The fact against a number, or against the parameter a text names."""

    fact: str
    how: str
    limit: float | str


@dataclass(frozen=True, slots=True)
class ParameterIs:
    parameter: str
    value: object


@dataclass(frozen=True, slots=True)
class ParameterHas:
    """A list parameter holds a member."""

    parameter: str
    member: str


@dataclass(frozen=True, slots=True)
class Known:
    fact: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


Condition: TypeAlias = Is | In | Compare | ParameterIs | ParameterHas | Known | Not | All | Any


def read_condition(raw: object) -> Condition:
    """Read one condition. Unknown words and extra keys are errors, so that a typing slip cannot change the law."""
    match raw:
        case {"fact": str(fact), "is": bool() | int() | float() | str() as value, **rest} if not rest:
            return Is(fact, value)
        case {"fact": str(fact), "in": str(parameter), **rest} if not rest:
            return In(fact, parameter)
        case {"fact": str(fact), "in": [_, *_] as values, **rest} if not rest:
            return In(fact, tuple(values))
        case {"parameter": str(parameter), "is": bool() | int() | float() | str() as value, **rest} if not rest:
            return ParameterIs(parameter, value)
        case {"parameter": str(parameter), "has": str(member), **rest} if not rest:
            return ParameterHas(parameter, member)
        case {"known": str(fact), **rest} if not rest:
            return Known(fact)
        case {"not": part, **rest} if not rest:
            return Not(read_condition(part))
        case {"all": [_, *_] as parts, **rest} if not rest:
            return All(tuple(read_condition(part) for part in parts))
        case {"any": [_, *_] as parts, **rest} if not rest:
            return Any(tuple(read_condition(part) for part in parts))
        case {"fact": str(fact), **rest} if len(rest) == 1:
            return _read_comparison(fact, *next(iter(rest.items())))
        case _:
            raise ConditionError(f"不是条件：{raw!r}")


def _read_comparison(fact: str, how: object, limit: object) -> Compare:
    number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if how not in COMPARISONS or not (number or isinstance(limit, str)):
        raise ConditionError(f"不是条件：{ {'fact': fact, how: limit}!r}")
    return Compare(fact, str(how), limit)  # type: ignore[arg-type]


def holds(condition: Condition, facts: Mapping[str, object], limits: Mapping[str, object]) -> Truth:
    """Whether a condition holds. A fact that is absent or None is unknown, not false."""
    match condition:
        case Is(fact, value):
            given = facts.get(fact)
            return None if given is None else given == value
        case In(fact, values):
            given = facts.get(fact)
            return None if given is None else given in listed(values, limits)
        case Compare(fact, how, limit):
            given, bound = facts.get(fact), bound_of(limit, limits)
            if bound is None:
                return how == "at_most"
            return None if given is None else compare(how, given, bound)
        case ParameterIs(parameter, value):
            return limits.get(parameter) == value
        case ParameterHas(parameter, member):
            return member in listed(parameter, limits)
        case Known(fact):
            return None if facts.get(fact) is None else True
        case Not(part):
            inner = holds(part, facts, limits)
            return None if inner is None else not inner
        case All(parts):
            truths = [holds(part, facts, limits) for part in parts]
            return False if False in truths else None if None in truths else True
        case Any(parts):
            truths = [holds(part, facts, limits) for part in parts]
            return True if True in truths else None if None in truths else False
        case _:
            assert_never(condition)


def compare(how: str, given: Any_, bound: Any_) -> Any_:
    """`given` against `bound`: one pair, or elementwise when `given` is an array."""
    match how:
        case "over":
            return given > bound
        case "under":
            return given < bound
        case "at_least":
            return given >= bound
        case _:
            return given <= bound


def listed(values: tuple[object, ...] | str, limits: Mapping[str, object]) -> tuple[object, ...]:
    """The members of a list condition; a parameter that is unset has none."""
    if isinstance(values, str):
        found = limits.get(values)
        return found if isinstance(found, tuple) else ()
    return values


def bound_of(limit: float | str, limits: Mapping[str, object]) -> object:
    """The number a comparison is made with; None where the policy sets none."""
    return limits.get(limit) if isinstance(limit, str) else limit


def facts_of(condition: Condition) -> Iterator[str]:
    """The facts a condition reads, in the order written, with repetitions."""
    match condition:
        case Is(fact) | In(fact) | Compare(fact) | Known(fact):
            yield fact
        case Not(part):
            yield from facts_of(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from facts_of(part)
        case _:
            return


def missing_of(condition: Condition, facts: Mapping[str, object], limits: Mapping[str, object]) -> Iterator[str]:
    """The facts that keep a condition open: not those of parts that are settled already."""
    if holds(condition, facts, limits) is not None:
        return
    match condition:
        case Is(fact) | In(fact) | Compare(fact) | Known(fact):
            yield fact
        case Not(part):
            yield from missing_of(part, facts, limits)
        case All(parts) | Any(parts):
            for part in parts:
                yield from missing_of(part, facts, limits)
        case _:
            return


def parameters_of(condition: Condition) -> Iterator[str]:
    """The parameters a condition reads."""
    match condition:
        case ParameterIs(parameter) | ParameterHas(parameter):
            yield parameter
        case In(_, str(parameter)) | Compare(_, _, str(parameter)):
            yield parameter
        case Not(part):
            yield from parameters_of(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from parameters_of(part)
        case _:
            return
