"""The targets a unit is judged by, and what each of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from qingyuan.boards.progress.where import Asking
from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import Counting, Figure, Rule, contribution, counting_of, reason_unknown
from qingyuan.core.waters import LABELS, WaterFlagKind
from qingyuan.places.models import WaterFlag
from qingyuan.places.queries import flag_history, flags_ever
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.registry.tallies import FLAG_BITS


@dataclass(frozen=True, slots=True)
class Aim:
    """A target with what it counts; `rule` None: outlets cannot tell, `unknown` says why."""

    target: Target
    rule: Rule | None
    unknown: str = ""

    @property
    def is_bank(self) -> bool:
        """Whether it counts metres of bank and not outlets."""
        return self.target.metric == BANK

    def figure(self, counted: Iterable[tuple[int, int, bool, int]]) -> Figure:
        """Add up (flags, milestones, counted, how many)."""
        if self.rule is None:
            return Figure(None, None, self.unknown)
        numerator = denominator = 0
        for flags, milestones, counts, number in counted:
            adds = contribution(self.rule, milestones=milestones, counted=counts, flags=flags)
            numerator += adds[0] * number
            denominator += adds[1] * number
        return Figure(numerator, denominator)


BANK = "survey"
"""The metric that is measured along the banks."""


def policy_at(path: str, asking: Asking) -> Policy:
    """The policy that judges: that in force today, or at the known-at (DESIGN §4, As of)."""
    return policy_of(path, on=asking.judged_on, known_at=asking.known_at)


def aims_of(policy: Policy) -> tuple[Aim, ...]:
    """The targets of a policy, earliest first, with what each counts."""
    levels = policy.value("deregistration.levels", ())
    number = len(levels) if isinstance(levels, list | tuple) else 1
    return tuple(_aim(target, levels=number) for target in policy.targets())


def _aim(target: Target, *, levels: int) -> Aim:
    counting = counting_of(target.metric, levels=levels, dated=target.due is not None)
    if counting is None:
        return Aim(target, None, reason_unknown(target.metric))
    return Aim(target, Rule(counting, waters_as_bits(target)))


def waters_as_bits(target: Target) -> int | None:
    """The flags a target names, as bits; None: every water."""
    if isinstance(target.waters, str):
        return None
    return sum(FLAG_BITS[WaterFlagKind(flag)] for flag in set(target.waters))


def bits_needed(aims: Iterable[Aim]) -> int:
    """The milestones any of the targets looks at: what is asked of the database, so that fewer groups come back."""
    found = 0
    for aim in aims:
        if aim.rule is not None:
            counting: Counting = aim.rule.counting
            found |= counting.denominator | counting.numerator | counting.without
    return found


def flags_on(asking: Asking, water_ids: Iterable[int] | None = None) -> Mapping[int, int]:
    """The flags each water bore on the day, as known, as bits."""
    found: dict[int, int] = {}
    for row in flag_history(None if water_ids is None else list(water_ids)):
        if _bears(row, asking):
            found[row.water_id] = found.get(row.water_id, 0) | FLAG_BITS[WaterFlagKind(row.flag)]
    return found


def _bears(row: WaterFlag, asking: Asking) -> bool:
    begun = row.from_day is None or row.from_day <= asking.as_of
    ended = row.to_day is not None and row.to_day <= asking.as_of
    if asking.known_at is None:
        known = row.retracted_at is None
    else:
        known = row.recorded_at <= asking.known_at and (row.retracted_at is None or row.retracted_at > asking.known_at)
    return begun and not ended and known


@dataclass(frozen=True, slots=True)
class Group:
    """A group of waters the outlet's water belongs to, since when, and who says so."""

    flag: str
    label: str
    from_day: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether an outlet counts in a dated share of its scheme, in which targets, and to which groups its water belongs.

    Every outlet is registered, coded and supervised, in scope or not (大同 四(十二), reading A-6).
    """

    in_scope: bool
    targets: tuple[Target, ...]
    groups: tuple[Group, ...]
    waters: str
    clause: str


def scope_of(outlet: Outlet, asking: Asking) -> Scope:
    """Which targets of its scheme an outlet counts in, by its water on the day (济源 三(一), 吉林 一(二) …)."""
    policy = policy_at(outlet.unit_path, asking)
    borne = [row for row in flags_ever(outlet.water_id) if _bears(row, asking)] if outlet.water_id else []
    flags = reduce(or_, (FLAG_BITS[WaterFlagKind(row.flag)] for row in borne), 0)
    counted = tuple(
        aim.target
        for aim in aims_of(policy)
        if aim.target.metric in SHARES and outlet.counted and _is_in(aim.target, flags)
    )
    resolved = policy.parameters.get("scope.waters")
    return Scope(
        any(target.required is not None and target.due is not None for target in counted),
        counted,
        tuple(_group(row) for row in borne),
        str(resolved.value or "") if resolved else "",
        resolved.clause if resolved else "",
    )


SHARES = frozenset({"survey", "tracing", "remediation", "classified_coverage", "existing_approval_review"})


def _is_in(target: Target, flags: int) -> bool:
    wanted = waters_as_bits(target)
    return wanted is None or bool(wanted & flags)


def _group(row: WaterFlag) -> Group:
    kind = WaterFlagKind(row.flag)
    return Group(kind.value, LABELS[kind], row.from_day, row.source)
