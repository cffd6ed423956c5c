"""The words of duties: when something is due, what carries it, what its days count from, what a rule says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Move, Stage
from qingyuan.core.refusal import gettext_noop as _


class Group(StrEnum):
    """When something is due."""

    OVERDUE = "overdue"
    WEEK = "week"
    LATER = "later"


GROUP_LABELS = {Group.OVERDUE: _("逾期"), Group.WEEK: _("本周"), Group.LATER: _("以后")}


class Source(StrEnum):
    """What carries a duty: the record whose state it is computed from."""

    OUTLET = "outlet"
    PROPOSAL = "proposal"
    PART = "part"
    ITEM = "item"
    ESCALATION = "escalation"
    PLAN = "plan"
    CASE = "case"
    LEAD = "lead"
    STEP = "step"
    FILER = "filer"


SOURCES: dict[Source, str] = {
    Source.OUTLET: _("排污口的阶段和字段"),
    Source.PROPOSAL: _("未处理的分类意见"),
    Source.PART: _("交办事项中本单位的一份"),
    Source.ITEM: _("交办事项"),
    Source.ESCALATION: _("提级到本单位的事项"),
    Source.PLAN: _("已报送、待审核的实施方案"),
    Source.CASE: _("在办的溯源案件"),
    Source.STEP: _("排查溯源方案时间表中本单位的一行"),
    Source.LEAD: _("待核的线索"),
    Source.FILER: _("实施方案登记中应报未报的单位"),
}


SINCE: dict[str, str] = {
    "stage_since": _("进入本阶段"),
    "registered_on": _("登记"),
    "proposed_on": _("提出意见"),
    "due": _("交办"),
    "reported_on": _("发现线索"),
    "filed_on": _("报送"),
    "opened_on": _("立案"),
    "party_since": _("明确责任主体"),
    "plan_due": _("方案规定的日期"),
    "lead_since": _("发现问题线索"),
    "handed_in_on": _("报备"),
    "look_planned_on": _("安排回头看"),
    "printed_since": _("制作标识牌"),
    "damaged_since": _("登记损坏"),
}
"""What the working days of a rule count from, by `Rule.since`."""


class Duty(StrEnum):
    """What waits to be done."""

    FEED_BACK = "feed_back"
    MEND_FEEDBACK = "mend_feedback"
    CLOSE_ITEM = "close_item"
    COORDINATE = "coordinate"
    SETTLE_ISSUE = "settle_issue"
    FILE_PLAN = "file_plan"
    APPROVE_PLAN = "approve_plan"
    SETTLE_LEAD = "settle_lead"
    VERIFY = "verify"
    TRACE = "trace"
    DO_STEP = "do_step"
    CONCLUDE_CASE = "conclude_case"
    FIX_PARTY = "fix_party"
    PARTY_DUTY = "party_duty"
    CLASSIFY = "classify"
    TRIAGE = "triage"
    CHECK_LEAD = "check_lead"
    BACK_REVIEW = "back_review"
    PLAN_OUTLET = "plan_outlet"
    DECIDE_PLAN = "decide_plan"
    START_WORKS = "start_works"
    FINISH_WORKS = "finish_works"
    ACCEPT_WORKS = "accept_works"
    DECIDE_OUTCOME = "decide_outcome"
    TAKE_FILING = "take_filing"
    LOOK_BACK = "look_back"
    CODE = "code"
    ERECT_SIGN = "erect_sign"
    MEND_SIGN = "mend_sign"
    LEAVE_SEWER = "leave_sewer"
    STANDARDISE = "standardise"
    SUPERVISE = "supervise"
    LOCATE = "locate"
    SUPPLEMENT = "supplement"
    DECIDE = "decide"
    UNSHARE = "unshare"
    MEND_CHAIN = "mend_chain"


@dataclass(frozen=True, slots=True)
class Rule:
    """`deadline` names the parameter with the working days, "" for none; `since` what they count from, "due" where the
    record holds the due day itself; `clause_of` the parameter whose clause asks for it, "" where the record says it;
    `closes` what makes the duty go away; `body_acts`: only an officer of the body concerned has it."""

    label: str
    sentence: str
    permission: Permission
    deadline: str
    since: str
    clause_of: str
    stage: Stage | None = None
    move: Move | None = None
    source: Source = Source.OUTLET
    closes: str = ""
    body_acts: bool = False
