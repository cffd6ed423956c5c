"""The duties of a responsible party at one outlet, each done, undone or not asked yet, with what says so.

Which duties: the scheme's `responsibility.duties`. What is done in the register (整治, 规范化建设) is read off its
milestones; the rest off facts entered with their source. A fact nobody entered is no record: the duty stands undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from qingyuan.core.lifecycle import ACCEPTED_LEVELS, BITS, Milestone, mask_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.duties import DUTIES, PARTY_FACTS
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import Fact, Outlet

M = Milestone


class Done(StrEnum):
    """Where a duty stands."""

    DONE = "done"
    UNDONE = "undone"
    NOT_YET = "not_yet"
    ENDED = "ended"


WORDS = {Done.DONE: _("已落实"), Done.UNDONE: _("未落实"), Done.NOT_YET: _("尚未到"), Done.ENDED: _("不再要求")}
TAGS: Mapping[str, str] = {label: tag for tag, label in DUTIES.items()}
"""The schemes say their duties by these words; the tag is what is meant."""
ACCEPTED = mask_of(ACCEPTED_LEVELS)
GONE = mask_of([M.MERGED, M.CLOSED])


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty at one outlet. `because`: what says so, in Chinese; `source` and `since` where a fact
    does; `overdue`: undone although the days of the scheme are over."""

    name: str
    state: Done
    because: str
    source: str = ""
    since: date | None = None
    overdue: bool = False


def duties_of(
    outlet: Outlet, policy: Policy, facts: Mapping[str, Fact], *, due: date | None, on: date
) -> tuple[Duty, ...]:
    """Every duty the scheme names, at one outlet on a day; `due`: the day by which they should be done."""
    names = cast("Iterable[str]", policy.value("responsibility.duties", ()))
    late = due is not None and on > due
    return tuple(_duty(str(name), outlet, facts, late=late) for name in names)


def _duty(name: str, outlet: Outlet, facts: Mapping[str, Fact], *, late: bool) -> Duty:
    if outlet.milestones & GONE:  # what is merged or closed asks nothing more of its party
        return Duty(name, Done.ENDED, _("已合并或取缔"))
    match TAGS.get(name, ""):
        case "remediation":
            state, because = _remediation(outlet.milestones)
        case "standardisation":
            state, because = _standardisation(outlet.milestones)
        case tag:
            fact = facts.get(PARTY_FACTS.get(tag, ""))
            if fact is None:
                return Duty(name, Done.UNDONE, _("还没有记录"), overdue=late)
            state = Done.DONE if fact.value is True else Done.UNDONE
            return Duty(name, state, "", fact.source, fact.from_day, late and state is Done.UNDONE)
    return Duty(name, state, because, overdue=late and state is Done.UNDONE)


def _remediation(mask: int) -> tuple[Done, str]:
    if mask & BITS[M.PROBLEM_LISTED]:
        done = bool(mask & (ACCEPTED | BITS[M.RETAINED]))
        return (Done.DONE, _("整治已验收销号")) if done else (Done.UNDONE, _("已列入问题清单，尚未销号"))
    if mask & BITS[M.NO_PROBLEM]:
        return Done.DONE, _("没有发现问题，不需整治")
    return Done.NOT_YET, _("尚未判定是否需要整治")


def _standardisation(mask: int) -> tuple[Done, str]:
    if mask & BITS[M.STANDARDISED]:
        return Done.DONE, _("规范化建设已完成")
    if mask & BITS[M.RETAINED]:
        return Done.UNDONE, _("已保留，尚未完成规范化建设")
    return Done.NOT_YET, _("保留之后建设")
