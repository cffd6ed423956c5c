"""待办 as a table: which duty stands where, on whom, within how many working days of what, and what ends it.

The number of days and the clause come from the packs (deadline.*); who may do it is core/access.py. Where the table of
working days does not reach, the due day is unknown, and an unknown day is neither overdue nor due this week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Move, Stage
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.workdays import Calendar, Unknown, add_working_days


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


RULES: dict[Duty, Rule] = {
    Duty.FEED_BACK: Rule(
        _("反馈交办"),
        _("%(name)s：%(part)s反馈办理情况"),
        Permission.DISPATCH_FEEDBACK,
        "dispatch.due_days",
        "due",
        "",
        source=Source.PART,
        closes=_("本单位反馈，或者事项办结"),
        body_acts=True,
    ),
    Duty.MEND_FEEDBACK: Rule(
        _("处理退回"),
        _("%(name)s：反馈被退回，补充后重新反馈"),
        Permission.DISPATCH_FEEDBACK,
        "dispatch.due_days",
        "due",
        "",
        source=Source.PART,
        closes=_("本单位重新反馈，或者事项办结"),
        body_acts=True,
    ),
    Duty.CLOSE_ITEM: Rule(
        _("办结交办"),
        _("%(name)s：各单位均已反馈，可以办结"),
        Permission.DISPATCH_CLOSE,
        "dispatch.due_days",
        "due",
        "",
        source=Source.PART,
        closes=_("责任单位或落实单位办结"),
        body_acts=True,
    ),
    Duty.COORDINATE: Rule(
        _("协调提级事项"),
        _("%(name)s：逾期未办结，已提级到本单位协调"),
        Permission.DISPATCH_URGE,
        "dispatch.due_days",
        "due",
        "",
        source=Source.ESCALATION,
        closes=_("提出协调意见，或者事项办结"),
        body_acts=True,
    ),
    Duty.SETTLE_ISSUE: Rule(
        _("答复新情况新问题"),
        _("%(name)s：提出协调意见"),
        Permission.DISPATCH_URGE,
        "dispatch.due_days",
        "due",
        "",
        source=Source.ITEM,
        closes=_("提出协调意见，或者事项办结"),
    ),
    Duty.FILE_PLAN: Rule(
        _("报送实施方案"),
        _("%(name)s：报送实施方案"),
        Permission.PLAN_FILE,
        "targets.subordinate_plan_due",
        "plan_due",
        "plans.filers",
        source=Source.FILER,
        closes=_("报送实施方案；被退回的，重新报送"),
        body_acts=True,
    ),
    Duty.APPROVE_PLAN: Rule(
        _("审核实施方案"),
        _("%(name)s报送的“%(title)s”：审核"),
        Permission.PLAN_APPROVE,
        "deadline.plan_approval_days",
        "filed_on",
        "plans.filers",
        source=Source.PLAN,
        closes=_("审核通过或者退回"),
    ),
    Duty.DO_STEP: Rule(
        _("排查时间表"),
        _("%(name)s：%(text)s"),
        Permission.SURVEY_LEAD,
        "",
        "due",
        "survey.plan_required",
        source=Source.STEP,
        closes=_("在专项页面写明已完成，或者专项完成、撤销"),
        body_acts=True,
    ),
    Duty.SETTLE_LEAD: Rule(
        _("核实线索"),
        _("%(name)s：核实线索，处置为排污口、不是排污口或重复"),
        Permission.SURVEY_SETTLE,
        "survey.lead_days",
        "reported_on",
        "survey.slogan",
        source=Source.LEAD,
        closes=_("线索处置"),
    ),
    Duty.VERIFY: Rule(
        _("核实"),
        _("%(name)s：核实"),
        Permission.OUTLET_VERIFY,
        "deadline.verify_days",
        "stage_since",
        "survey.require_verification",
        Stage.SURVEYED,
        Move.VERIFY,
        closes=_("阶段进入“已核实”，或者核实为不是入河排污口"),
    ),
    Duty.TRACE: Rule(
        _("立案溯源"),
        _("%(name)s：立案溯源或明确责任主体"),
        Permission.OUTLET_FIX_PARTY,
        "deadline.trace_days",
        "stage_since",
        "tracing.scope",
        Stage.VERIFIED,
        Move.OPEN_TRACING,
        closes=_("立案溯源，或者直接明确责任主体"),
    ),
    Duty.CONCLUDE_CASE: Rule(
        _("得出溯源结论"),
        _("%(name)s：溯源案件在办，得出结论"),
        Permission.TRACING_CONCLUDE,
        "deadline.conclude_days",
        "opened_on",
        "tracing.scope",
        source=Source.CASE,
        closes=_("案件得出结论"),
    ),
    Duty.PARTY_DUTY: Rule(
        _("落实责任主体职责"),
        _("%(name)s：责任主体有职责未落实"),
        Permission.OUTLET_VIEW,
        "responsibility.duty_days",
        "party_since",
        "responsibility.duties",
        closes=_("录入已落实的事实"),
    ),
    Duty.FIX_PARTY: Rule(
        _("明确责任主体"),
        _("%(name)s：明确责任主体"),
        Permission.OUTLET_FIX_PARTY,
        "deadline.fix_party_days",
        "stage_since",
        "responsibility.register_form",
        Stage.TRACING,
        Move.FIX_PARTY,
        closes=_("明确责任主体"),
    ),
    Duty.CLASSIFY: Rule(
        _("确认分类"),
        _("%(name)s：确认分类"),
        Permission.OUTLET_CLASSIFY,
        "deadline.classify_days",
        "stage_since",
        "classification.top_types",
        Stage.PARTY_FIXED,
        Move.CLASSIFY,
        closes=_("确认分类"),
    ),
    Duty.TRIAGE: Rule(
        _("认定问题排污口"),
        _("%(name)s：认定有没有问题，列入问题清单或者认定没有问题"),
        Permission.REMEDIATION_TRIAGE,
        "deadline.triage_days",
        "stage_since",
        "register.problem_list",
        Stage.CLASSIFIED,
        Move.LIST_AS_PROBLEM,
        closes=_("列入问题清单，或者认定没有问题"),
    ),
    Duty.CHECK_LEAD: Rule(
        _("核查问题线索"),
        _("%(name)s：有新的问题线索，核查后认定或者排除"),
        Permission.REMEDIATION_TRIAGE,
        "deadline.lead_check_days",
        "lead_since",
        "register.problem_list",
        closes=_("线索全部认定或者排除，或者所据的情况已经变化"),
    ),
    Duty.BACK_REVIEW: Rule(
        _("无问题保留或补办审核"),
        _("%(name)s：认定没有问题，手续齐全的予以保留，没有的补办设置审核"),
        Permission.REMEDIATION_TRIAGE,
        "deadline.existing_review_days",
        "stage_since",
        "remediation.no_problem_papers",
        Stage.NO_PROBLEM,
        Move.RETAIN_WITHOUT_PROBLEM,
        closes=_("无问题保留"),
    ),
    Duty.PLAN_OUTLET: Rule(
        _("编制整治方案"),
        _("%(name)s：编制一口一策整治方案"),
        Permission.REMEDIATION_PLAN,
        "deadline.plan_days",
        "stage_since",
        "remediation.plan_level",
        Stage.PROBLEM,
        Move.DRAFT_PLAN,
        closes=_("编制了整治方案"),
    ),
    Duty.DECIDE_PLAN: Rule(
        _("审定整治方案"),
        _("%(name)s：审定整治方案或者退回"),
        Permission.REMEDIATION_APPROVE,
        "deadline.plan_approval_days",
        "stage_since",
        "remediation.plan_required_fields",
        Stage.PLAN_DRAFT,
        Move.APPROVE_PLAN,
        closes=_("方案审定或者退回"),
    ),
    Duty.START_WORKS: Rule(
        _("启动整治"),
        _("%(name)s：按审定的方案开工"),
        Permission.REMEDIATION_PLAN,
        "deadline.start_days",
        "stage_since",
        "remediation.executor_roles",
        Stage.PLAN_APPROVED,
        Move.START_WORKS,
        closes=_("已开工"),
    ),
    Duty.FINISH_WORKS: Rule(
        _("按期完成整治"),
        _("%(name)s：按方案期限完成整治（有过渡期的至过渡期止）"),
        Permission.REMEDIATION_PLAN,
        "",
        "due",
        "remediation.plan_required_fields",
        closes=_("报告完成"),
    ),
    Duty.ACCEPT_WORKS: Rule(
        _("验收销号"),
        _("%(name)s：已报告完工，现场核查后验收销号或者退回整改"),
        Permission.REMEDIATION_ACCEPT,
        "deadline.acceptance_days",
        "stage_since",
        "deregistration.levels",
        Stage.AWAITING_ACCEPTANCE,
        Move.ACCEPT,
        closes=_("验收通过，或者退回整改"),
    ),
    Duty.DECIDE_OUTCOME: Rule(
        _("报备或确定去向"),
        _("%(name)s：已验收，报上级备案或者确定保留、合并、取缔"),
        Permission.REMEDIATION_ACCEPT,
        "deadline.retain_days",
        "stage_since",
        "deregistration.levels",
        Stage.ACCEPTED,
        closes=_("报上级备案，或者确定去向"),
    ),
    Duty.TAKE_FILING: Rule(
        _("办理销号备案"),
        _("%(name)s：下级报备，予以备案或者退回"),
        Permission.REMEDIATION_FILE_UPWARD,
        "deadline.file_upper_days",
        "handed_in_on",
        "deregistration.levels",
        closes=_("予以备案，或者退回"),
        body_acts=True,
    ),
    Duty.LOOK_BACK: Rule(
        _("回头看"),
        _("%(name)s：回头看，核查有没有反弹"),
        Permission.REMEDIATION_REOPEN,
        "look_back.days",
        "look_planned_on",
        "look_back.days",
        closes=_("登记回头看结果"),
    ),
    Duty.CODE: Rule(
        _("命名编码"),
        _("%(name)s：命名并填入国家编码"),
        Permission.OUTLET_CORRECT,
        "deadline.code_days",
        "stage_since",
        "coding.standard",
        Stage.CLASSIFIED,
        closes=_("填入国家编码"),
    ),
    Duty.STANDARDISE: Rule(
        _("规范化建设"),
        _("%(name)s：完成规范化建设并确认"),
        Permission.STANDARDISATION_WORK,
        "deadline.standardise_days",
        "stage_since",
        "standardisation.items",
        Stage.RETAINED,
        Move.STANDARDISE,
        closes=_("阶段进入“已规范化”"),
    ),
    Duty.SUPERVISE: Rule(
        _("纳入日常监管"),
        _("%(name)s：确定监管单位，纳入日常监管"),
        Permission.STANDARDISATION_CONFIRM,
        "deadline.supervise_days",
        "stage_since",
        "supervision.unified_body",
        Stage.STANDARDISED,
        Move.SUPERVISE,
        closes=_("阶段进入“日常监管”"),
    ),
    Duty.LOCATE: Rule(
        _("补充坐标"),
        _("%(name)s：补充坐标，没有坐标不能核实"),
        Permission.OUTLET_CORRECT,
        "deadline.return_days",
        "registered_on",
        "survey.required_fields",
        closes=_("更正信息，补上坐标"),
    ),
    Duty.SUPPLEMENT: Rule(
        _("补充信息"),
        _("%(name)s：补充%(fields)s"),
        Permission.OUTLET_CORRECT,
        "deadline.return_days",
        "registered_on",
        "survey.required_fields",
        closes=_("更正信息，补齐所列字段"),
    ),
    Duty.DECIDE: Rule(
        _("处理意见"),
        _("%(name)s：%(about)s有不同意见“%(text)s”，请处理"),
        Permission.OUTLET_CLASSIFY,
        "deadline.classify_days",
        "proposed_on",
        "classification.lead",
        source=Source.PROPOSAL,
        closes=_("确认分类，意见被采纳或不采纳"),
    ),
    Duty.UNSHARE: Rule(
        _("坐标相同待核"),
        _("%(name)s：与另一排污口坐标完全相同，核对是否重复登记"),
        Permission.OUTLET_RESOLVE_DUPLICATE,
        "deadline.return_days",
        "registered_on",
        "deadline.return_days",
        closes=_("归并重复登记，或者认定不是重复，或者更正坐标；距离或名称相近的只列在“疑似重复”，不计入待办"),
    ),
    Duty.MEND_CHAIN: Rule(
        _("补全链条"),
        _("%(name)s：排污单位、通道、受纳水体的链条不完整"),
        Permission.OUTLET_CORRECT,
        "",
        "",
        "chain.nodes",
        closes=_("补上排污单位、通道或受纳水体"),
    ),
}


def end_of_week(today: date) -> date:
    """The Sunday of a day's week."""
    return today + timedelta(days=6 - today.weekday())


def due_day(start: date, days: int | None, calendar: Calendar) -> date | None:
    """The day something is due; None when no number is set or the table does not reach."""
    if days is None:
        return None
    due = add_working_days(start, days, calendar)
    return None if isinstance(due, Unknown) else due


def group_of(due: date | None, *, today: date) -> Group:
    """Where a due day falls, seen from today."""
    if due is None or due > end_of_week(today):
        return Group.LATER
    return Group.OVERDUE if due < today else Group.WEEK


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Begun before `overdue`: overdue. Begun from there to the day before `later`: due this week. Else later."""

    overdue: date
    later: date


def cutoffs(days: int | None, *, today: date, calendar: Calendar) -> Cutoffs:
    """The same as group_of, as days of beginning, so that a database can sort outlets into groups by one comparison.

    Law: group_of(due_day(start)) is what the cutoffs say of `start`.
    """
    if days is None:
        return Cutoffs(date.min, date.min)
    return Cutoffs(
        _first_due_from(today, days, calendar),
        _first_due_from(end_of_week(today) + timedelta(days=1), days, calendar),
    )


def _first_due_from(wanted: date, days: int, calendar: Calendar) -> date:
    """The earliest beginning whose due day is not before `wanted`; an unknown due day counts as late."""
    start = wanted
    while start > date.min and not _is_before(start, days, wanted, calendar):
        start -= timedelta(days=1)
    while _is_before(start, days, wanted, calendar):
        start += timedelta(days=1)
    return start


def _is_before(start: date, days: int, wanted: date, calendar: Calendar) -> bool:
    due = due_day(start, days, calendar)
    return due is not None and due < wanted
