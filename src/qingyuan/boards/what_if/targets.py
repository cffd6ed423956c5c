"""The targets before and after: what each would count of the register as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import Figure, Rule, contribution, counting_of, reason_unknown
from qingyuan.core.waters import WaterFlagKind
from qingyuan.registry.tallies import FLAG_BITS

Marks = tuple[int, int, bool]
"""Water flags, milestones, counted."""


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target on one side: what it asks for and what it counts. `figure` is unknown where outlets cannot tell."""

    target: Target
    figure: Figure


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target now and then; None on the side whose scheme does not set it."""

    key: str
    title: str
    due: date | None
    now: Aimed | None
    then: Aimed | None

    @property
    def moves(self) -> bool:
        """Whether numerator, denominator or the required share would change."""
        return _shown(self.now) != _shown(self.then)


def lines(now: Policy, then: Policy, before: Counter[Marks], after: Counter[Marks]) -> tuple[TargetLine, ...]:
    """Every target of either policy, counted on the register's marks."""
    one, two = _aimed(now, before), _aimed(then, after)
    found = []
    for key in dict.fromkeys([*one, *two]):
        target = (one.get(key) or two[key]).target
        found.append(TargetLine(key, target.title, target.due, one.get(key), two.get(key)))
    return tuple(sorted(found, key=lambda line: (line.due or date.max, line.key)))


def _aimed(policy: Policy, marks: Counter[Marks]) -> Mapping[str, Aimed]:
    levels = policy.value("deregistration.levels", ())
    number = len(levels) if isinstance(levels, list | tuple) else 1
    return {target.key: Aimed(target, _figure(target, number, marks)) for target in policy.targets()}


def _figure(target: Target, levels: int, marks: Counter[Marks]) -> Figure:
    counting = counting_of(target.metric, levels=levels, dated=target.due is not None)
    if counting is None:
        return Figure(None, None, reason_unknown(target.metric))
    waters = target.waters
    bits = None if isinstance(waters, str) else sum(FLAG_BITS[WaterFlagKind(flag)] for flag in set(waters))
    rule = Rule(counting, bits)
    numerator = denominator = 0
    for (flags, milestones, counted), number in marks.items():
        adds = contribution(rule, milestones=milestones, counted=counted, flags=flags)
        numerator += adds[0] * number
        denominator += adds[1] * number
    return Figure(numerator, denominator)


def _shown(aimed: Aimed | None) -> tuple[object, ...]:
    if aimed is None:
        return ()
    return aimed.figure.numerator, aimed.figure.denominator, aimed.target.required
