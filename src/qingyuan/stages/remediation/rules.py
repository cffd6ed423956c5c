"""What the packs say of problems: kinds, rules that find, papers that clear, who leads by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import cast

from qingyuan.core.functions import FUNCTIONS
from qingyuan.core.policy import Policy
from qingyuan.core.policy.conditions import All, Any, Compare, Condition, In, Is, Known, facts_of
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.policy.judging import Rule
from qingyuan.core.policy.ladder import FINDING_KINDS
from qingyuan.core.policy.words import said
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import stated_facts
from qingyuan.registry.rules import policy_of

OTHER = "other"
_CLEARS = {"setting_approval": "approved", "setting_filing": "registered_filing"}
"""What clears an outlet without a problem → the fact that says so."""


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""


def kinds(policy: Policy) -> Mapping[str, str]:
    """Kinds of problem → their names."""
    return cast("Mapping[str, str]", policy.value(FINDING_KINDS, {}))


def kind_said(policy: Policy, kind: str) -> str:
    """The name of a kind; the key itself where no pack in force knows it any more."""
    return str(kinds(policy).get(kind, kind))


def finders(policy: Policy) -> tuple[Rule, ...]:
    """The rules that find a problem."""
    return tuple(rule for rule in policy.rules if rule.finding)


def rule_of(policy: Policy, key: str) -> Rule | None:
    """A rule by its id."""
    return next((rule for rule in policy.rules if rule.id == key), None)


def settles(policy: Policy, key: str) -> str:
    """The fact that answers what a rule asks; empty for a rule that asks nothing."""
    rule = rule_of(policy, key) if key else None
    return rule.settles if rule else ""


def facts_read(policies: Iterable[Policy]) -> set[str]:
    """The facts that the finding rules of some policies read."""
    found: set[str] = set()
    for policy in policies:
        for rule in finders(policy):
            found.update(facts_of(rule.when))
            found.update({rule.settles} - {""})
    return found


def shown_facts(rule: Rule, known: Mapping[str, object]) -> dict[str, object]:
    """What of the known facts makes a rule hold: the statements in its condition that are so."""
    return {name: known[name] for name in dict.fromkeys(_so(rule.when, known))}


def _so(condition: Condition, known: Mapping[str, object]) -> Iterator[str]:
    match condition:
        case Is(fact, value):
            if known.get(fact) is not None and known[fact] == value:
                yield fact
        case In(fact, _) | Compare(fact, _, _) | Known(fact):
            if known.get(fact) is not None:
                yield fact
        case All(parts) | Any(parts):
            for part in parts:
                yield from _so(part, known)
        case _:
            return


def facts_in(rule: Rule) -> tuple[str, ...]:
    """The facts that a rule reads."""
    return tuple(dict.fromkeys(facts_of(rule.when)))


def said_facts(facts: Mapping[str, object]) -> list[str]:
    """The facts of a finding in words."""
    found = []
    for name, value in facts.items():
        fact = FACTS.get(name)
        if fact is None:
            continue
        if name in ("type_key", "special_kind", "stage"):
            continue  # said elsewhere on the page
        found.append(f"{fact.title}：{said(value)}{fact.unit}")
    return found


def functions_said(functions: Iterable[object]) -> str:
    """Functions of bodies in words, joined."""
    words = {str(key): str(word) for key, word in FUNCTIONS.items()}
    return "、".join(words.get(str(one), str(one)) for one in functions)


def has_papers(outlet: Outlet, *, on: date) -> bool:
    """Whether an outlet was approved, filed or permitted, in the sense of its packs."""
    asked = cast("Iterable[str]", policy_of(outlet.unit_path, on=on).value("remediation.no_problem_papers", ()))
    wanted = set(asked)
    if "setting_approval" in wanted and outlet.approval_date is not None:
        return True
    if "discharge_permit" in wanted and (outlet.permit_date is not None or outlet.permit_number):
        return True
    known = stated_facts([("outlet", str(outlet.pk))], on=on)
    return any(known.get(fact) is True for word, fact in _CLEARS.items() if word in wanted)


def back_review_due(outlet: Outlet, *, on: date) -> tuple[date | None, str]:
    """Until when the review of an existing outlet is to be made up for, and under which clause (吉林 三(九): by the
    scheme's day; one registered later within the days from its registration. 新绛, 大同: no day is set)."""
    policy = policy_of(outlet.unit_path, on=on)
    resolved = policy.parameters.get("targets.existing_approval_review")
    clause = resolved.clause if resolved else clause_of(policy, "remediation.no_problem_papers")
    value = resolved.value if resolved else None
    due = value.get("due") if isinstance(value, Mapping) else None
    if not isinstance(due, date):
        return None, clause
    found = outlet.registered_at.date()
    days = policy.value("deadline.existing_review_days")
    if found > due and isinstance(days, int):
        return found + timedelta(days=days), clause
    return due, clause
