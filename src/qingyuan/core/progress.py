"""How far the work has come: what a target counts, whether it is met, and why a figure changed.

Shares are counted on milestones, never on stages: traced ÷ verified, remediated ÷ listed as problem (requirements §5.3,
readings C-1 and C-4). A figure that cannot be counted is unknown and says why; it is never 0 % and never 100 %. Whether
a required share is reached is decided on whole outlets with exact fractions, so that no rounding decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from qingyuan.core.lifecycle import ACCEPTED_LEVELS, BITS, Milestone, mask_of
from qingyuan.core.refusal import gettext_noop as _

M = Milestone


@dataclass(frozen=True, slots=True)
class Counting:
    """An outlet is in the denominator when it has reached all of `denominator` and none of `without`; it is in the
    numerator when it has reached all of `numerator` as well. Milestones as bits."""

    denominator: int
    numerator: int
    without: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What one target counts. `waters` are the flags of which a water must bear one, as bits; None: every water."""

    counting: Counting
    waters: int | None


GONE = mask_of([M.MERGED, M.CLOSED])

UNKNOWN = {
    "survey": _("尚无岸线排查区段，按岸线长度计算"),
    "existing_approval_review": _("对象须逐口认定，尚无法计算"),
}
NOT_A_SHARE = _("以文件、系统建成为准，不按排污口计算")
NOTHING_TO_COUNT = _("没有应计的排污口")


def counting_of(metric: str, *, levels: int, dated: bool = True) -> Counting | None:
    """What a metric counts, or None when outlets cannot tell (reason_unknown says why).

    `levels` is the number of levels an acceptance takes (deregistration.levels): with two, only what was filed upward
    counts. A review of existing outlets without a date names subjects the register does not know (reading C-46).
    """
    match metric:
        case "tracing":
            return Counting(mask_of([M.VERIFIED]), mask_of([M.VERIFIED, M.PARTY_FIXED]))
        case "remediation":
            last = ACCEPTED_LEVELS[min(max(levels, 1), len(ACCEPTED_LEVELS)) - 1]
            return Counting(mask_of([M.PROBLEM_LISTED]), mask_of([M.PROBLEM_LISTED, last]))
        case "existing_approval_review" if dated:
            return Counting(mask_of([M.VERIFIED]), mask_of([M.VERIFIED, M.APPROVAL_REVIEWED]), GONE)
        case "classified_coverage":
            # What was merged or closed is no longer there to be supervised.
            return Counting(0, mask_of([M.CLASSIFIED, M.PARTY_FIXED, M.SUPERVISED]), GONE)
        case _:
            return None


def reason_unknown(metric: str) -> str:
    """Why a metric cannot be counted on outlets."""
    return UNKNOWN.get(metric, NOT_A_SHARE)


def contribution(rule: Rule | None, *, milestones: int, counted: bool, flags: int) -> tuple[int, int]:
    """What one outlet adds to numerator and denominator: (1, 1), (0, 1) or (0, 0)."""
    if rule is None or not counted or (rule.waters is not None and not rule.waters & flags):
        return 0, 0
    counting = rule.counting
    if milestones & counting.denominator != counting.denominator or milestones & counting.without:
        return 0, 0
    return int(milestones & counting.numerator == counting.numerator), 1


OUTLETS, METRES = "outlets", "metres"
"""What a figure counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Numerator and denominator in outlets, or metres of bank; both None when unknown, and then `reason` says why.
    `open_waters`: waters of the target whose banks nobody has measured yet; as long as there are any it is not
    reached."""

    numerator: int | None
    denominator: int | None
    reason: str = ""
    measure: str = OUTLETS
    open_waters: int = 0

    @property
    def share(self) -> Fraction | None:
        """The exact share; None when unknown or when nothing is to be counted."""
        return Fraction(self.numerator, self.denominator) if self.numerator is not None and self.denominator else None

    def __add__(self, other: Figure) -> Figure:
        if self.numerator is None or other.numerator is None:
            return Figure(None, None, self.reason or other.reason)
        return Figure(
            self.numerator + other.numerator,
            (self.denominator or 0) + (other.denominator or 0),
            measure=self.measure,
            open_waters=self.open_waters + other.open_waters,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the required share is reached, how many outlets it takes, how many are lacking. All None: cannot tell."""

    met: bool | None = None
    needed: int | None = None
    gap: int | None = None


class Status(StrEnum):
    """What a board says of a target: reached; missed on or after the due day; not yet due; no share set; unknown."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    PROGRESS = "progress"
    UNKNOWN = "unknown"


STATUS_LABELS = {
    Status.MET: _("达标"),
    Status.MISSED: _("未达标"),
    Status.OPEN: _("未到期"),
    Status.PROGRESS: _("推进中"),
    Status.UNKNOWN: _("无法判断"),
}


def judge(figure: Figure, required: float | None) -> Judgement:
    """Judge a figure: 70 % of 7 outlets takes 5, because 4 are less. No share set or nothing counted: no judgement."""
    if required is None or figure.share is None or figure.denominator is None or figure.numerator is None:
        return Judgement()
    # The written decimal, not its binary neighbour: 0.95 of 100 is 95, not 95.000…1.
    needed = math.ceil(Fraction(str(required)) * figure.denominator)
    if figure.open_waters:
        return Judgement(False, None, None)
    return Judgement(figure.numerator >= needed, needed, max(0, needed - figure.numerator))


def status_of(figure: Figure, judgement: Judgement, *, required: float | None, due: date | None, on: date) -> Status:
    """The word beside the share on a day."""
    if figure.share is None:
        return Status.UNKNOWN
    if required is None:
        return Status.PROGRESS
    if judgement.met:
        return Status.MET
    return Status.MISSED if due is not None and on >= due else Status.OPEN


# --- why a figure changed


class Reason(StrEnum):
    """Why an outlet adds something else to a figure than it did. The values stand in answers to scripts."""

    FOUND = "found"
    LATE_FOUND = "late_found"
    BROUGHT_IN = "brought_in"
    WITHDRAWN = "withdrawn"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    DEPARTMENT = "department_changed"
    RULE = "rule_changed"
    COUNTING = "counting_changed"
    WATER = "water_corrected"
    FLAGS = "water_flags_changed"
    TYPE = "type_changed"
    VERIFIED = "verified"
    LISTED = "problem_listed"
    PARTY_FIXED = "party_fixed"
    CLASSIFIED = "classified"
    ACCEPTED = "accepted"
    FILED_UPWARD = "filed_upward"
    MERGED = "merged"
    CLOSED = "closed"
    REVIEWED = "approval_reviewed"
    WALKED = "bank_walked"
    CUT = "bank_cut"
    SUPERVISED = "supervised"
    REOPENED = "reopened"
    CORRECTED = "corrected"


REASON_LABELS = {
    Reason.FOUND: _("新发现"),
    Reason.LATE_FOUND: _("补录"),
    Reason.BROUGHT_IN: _("带入"),
    Reason.WITHDRAWN: _("撤销登记"),
    Reason.MOVED_IN: _("区划调整移入"),
    Reason.MOVED_OUT: _("区划调整移出"),
    Reason.DEPARTMENT: _("责任部门调整"),
    Reason.RULE: _("规则变化"),
    Reason.COUNTING: _("计入口径变化"),
    Reason.WATER: _("受纳水体更正"),
    Reason.FLAGS: _("水体标记变化"),
    Reason.TYPE: _("类型变化"),
    Reason.VERIFIED: _("核实"),
    Reason.LISTED: _("列入问题清单"),
    Reason.PARTY_FIXED: _("明确责任主体"),
    Reason.CLASSIFIED: _("分类"),
    Reason.ACCEPTED: _("销号"),
    Reason.FILED_UPWARD: _("上级备案"),
    Reason.MERGED: _("合并"),
    Reason.CLOSED: _("取缔"),
    Reason.REVIEWED: _("完成设置审核"),
    Reason.WALKED: _("走过的岸线"),
    Reason.CUT: _("划分的岸段"),
    Reason.SUPERVISED: _("纳入日常监管"),
    Reason.REOPENED: _("重新整治"),
    Reason.CORRECTED: _("更正"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """An outlet as one asking sees it. `inside`: it lies in what was asked about."""

    inside: bool
    milestones: int
    counted: bool
    flags: int
    unit_path: str = ""
    managing_path: str = ""
    body_id: int | None = None
    water_id: int | None = None
    type_key: str = ""


def adds(rule: Rule | None, seen: Seen | None) -> tuple[int, int]:
    """What an outlet adds to numerator and denominator of an asking."""
    if seen is None or not seen.inside:
        return 0, 0
    return contribution(rule, milestones=seen.milestones, counted=seen.counted, flags=seen.flags)


def why(
    before: Seen | None,
    after: Seen | None,
    *,
    rule_before: Rule | None,
    rule_after: Rule | None,
    dated_before: bool = False,
) -> Reason | None:
    """The one reason why an outlet adds something else than before; None when it does not.

    The first that applies, in this order: it came or went, it moved, the rules changed, the way it is counted changed,
    its water changed, something happened to it. `dated_before`: it already stood on the earlier day, and was not known.
    """
    if adds(rule_before, before) == adds(rule_after, after):
        return None
    if before is None:
        return _came(after, dated_before=dated_before)
    if after is None:
        return Reason.WITHDRAWN
    if before.inside != after.inside:
        return _moved(before, after)
    if adds(rule_after, before) != adds(rule_before, before):
        return Reason.RULE
    if rule_after is None:
        return Reason.RULE
    if before.counted != after.counted:
        return Reason.COUNTING
    wanted = rule_after.waters
    if wanted is not None and bool(wanted & before.flags) != bool(wanted & after.flags):
        return Reason.WATER if before.water_id != after.water_id else Reason.FLAGS
    return _happened(before.milestones, after.milestones, rule_after.counting)


def _came(after: Seen | None, *, dated_before: bool) -> Reason:
    if after is not None and after.milestones & BITS[M.BROUGHT_IN]:
        return Reason.BROUGHT_IN
    return Reason.LATE_FOUND if dated_before else Reason.FOUND


def _moved(before: Seen, after: Seen) -> Reason:
    if (before.unit_path, before.managing_path) != (after.unit_path, after.managing_path):
        return Reason.MOVED_IN if after.inside else Reason.MOVED_OUT
    if before.body_id != after.body_id:
        return Reason.DEPARTMENT
    return Reason.WATER if before.water_id != after.water_id else Reason.TYPE


def _happened(before: int, after: int, counting: Counting) -> Reason:
    gained = after & ~before
    entered = counting.denominator & gained
    if entered & BITS[M.VERIFIED]:
        return Reason.VERIFIED
    if entered & BITS[M.PROBLEM_LISTED]:
        return Reason.LISTED
    if gained & counting.without:
        return Reason.MERGED if gained & BITS[M.MERGED] else Reason.CLOSED
    if lost := before & ~after & (counting.numerator | counting.denominator | counting.without):
        withdrawn = lost & ~(counting.denominator)
        return Reason.REOPENED if withdrawn and after & BITS[M.REOPENED] else Reason.CORRECTED
    return _reached(gained, counting.numerator & gained)


_REACHED = (
    (M.ACCEPTED_3, Reason.FILED_UPWARD),
    (M.ACCEPTED_2, Reason.FILED_UPWARD),
    (M.ACCEPTED_1, Reason.ACCEPTED),
    (M.APPROVAL_REVIEWED, Reason.REVIEWED),
    (M.SUPERVISED, Reason.SUPERVISED),
    (M.CLASSIFIED, Reason.CLASSIFIED),
    (M.PARTY_FIXED, Reason.PARTY_FIXED),
)


def _reached(gained: int, reached: int) -> Reason:
    found = next((reason for milestone, reason in _REACHED if reached & BITS[milestone]), Reason.CORRECTED)
    if found is Reason.ACCEPTED and gained & GONE:
        return Reason.MERGED if gained & BITS[M.MERGED] else Reason.CLOSED
    return found
