"""The words of an outlet's life: stages, milestones, moves, papers, and what people call each.

The values are stored. Nothing is decided here; what leads where is core/lifecycle.py.
"""

from __future__ import annotations

from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _


class Stage(StrEnum):
    """Where an outlet, or an application for one, stands. The values are stored: renaming one takes a migration."""

    CANDIDATE = "candidate"
    SURVEYED = "surveyed"
    VERIFIED = "verified"
    TRACING = "tracing"
    PARTY_FIXED = "party_fixed"
    CLASSIFIED = "classified"
    NO_PROBLEM = "no_problem"
    PROBLEM = "problem"
    PLAN_DRAFT = "plan_draft"
    PLAN_APPROVED = "plan_approved"
    REMEDIATING = "remediating"
    IN_TRANSITION = "in_transition"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    ACCEPTED = "accepted"
    RETAINED = "retained"
    MERGED = "merged"
    CLOSED = "closed"
    STANDARDISED = "standardised"
    SUPERVISED = "supervised"
    APPLIED = "applied"
    ACCEPTED_FOR_REVIEW = "accepted_for_review"
    CONSULTED = "consulted"
    APPROVED = "approved"
    REFUSED = "refused"
    BUILT = "built"


class StageGroup(StrEnum):
    """Stages as a list or a map shows them: a few words, a few shapes."""

    LEAD = "lead"
    SURVEY = "survey"
    TRACING = "tracing"
    REMEDIATION = "remediation"
    DONE = "done"
    SUPERVISION = "supervision"
    GONE = "gone"
    APPLICATION = "application"


class Milestone(StrEnum):
    """What has been reached, each dated and recorded apart, withdrawn by a later entry. The order fixes the bits of the
    stored mask: new ones go to the end."""

    SURVEYED = "surveyed"
    VERIFIED = "verified"
    PARTY_FIXED = "party_fixed"
    CLASSIFIED = "classified"
    NO_PROBLEM = "no_problem"
    PROBLEM_LISTED = "problem_listed"
    PLAN_APPROVED = "plan_approved"
    WORKS_DONE = "works_done"
    ACCEPTED_1 = "accepted_1"
    ACCEPTED_2 = "accepted_2"
    ACCEPTED_3 = "accepted_3"
    RETAINED = "retained"
    MERGED = "merged"
    CLOSED = "closed"
    CODED = "coded"
    SIGN_UP = "sign_up"
    ARCHIVED = "archived"
    STANDARDISED = "standardised"
    SUPERVISED = "supervised"
    REOPENED = "reopened"
    BROUGHT_IN = "brought_in"
    APPROVAL_REVIEWED = "approval_reviewed"


class Move(StrEnum):
    """What may be done to an outlet that changes its stage."""

    BRING_IN = "bring_in"
    REPORT_LEAD = "report_lead"
    REGISTER = "register"
    VERIFY = "verify"
    OPEN_TRACING = "open_tracing"
    FIX_PARTY = "fix_party"
    CLASSIFY = "classify"
    LIST_AS_PROBLEM = "list_as_problem"
    FIND_NO_PROBLEM = "find_no_problem"
    DRAFT_PLAN = "draft_plan"
    APPROVE_PLAN = "approve_plan"
    REMEDIATE_AT_ONCE = "remediate_at_once"
    START_WORKS = "start_works"
    ENTER_TRANSITION = "enter_transition"
    END_TRANSITION = "end_transition"
    REPORT_DONE = "report_done"
    ACCEPT = "accept"
    RETURN_WORKS = "return_works"
    FILE_UPWARD = "file_upward"
    RETAIN = "retain"
    MERGE = "merge"
    CLOSE = "close"
    RETAIN_WITHOUT_PROBLEM = "retain_without_problem"
    STANDARDISE = "standardise"
    SUPERVISE = "supervise"
    REOPEN = "reopen"
    ACCEPT_APPLICATION = "accept_application"
    CONSULT = "consult"
    APPROVE = "approve"
    REFUSE = "refuse"
    BUILD = "build"
    ENTER_REGISTER = "enter_register"


class Paper(StrEnum):
    """Kinds of document an outlet's file can hold."""

    SOURCE_REGISTER = "source_register"
    SURVEY_RECORD = "survey_record"
    VERIFICATION_RECORD = "verification_record"
    TRACING_RECORD = "tracing_record"
    PARTY_BASIS = "party_basis"
    CLASSIFICATION_OPINION = "classification_opinion"
    TRIAGE_OPINION = "triage_opinion"
    REMEDIATION_PLAN = "remediation_plan"
    TRANSITION_REASON = "transition_reason"
    WORKS_REPORT = "works_report"
    ACCEPTANCE_RECORD = "acceptance_record"
    FILING_PROOF = "filing_proof"
    MERGE_RECORD = "merge_record"
    CLOSING_ORDER = "closing_order"
    CLOSING_RECORD = "closing_record"
    SIGNBOARD_PHOTO = "signboard_photo"
    ARCHIVE_INDEX = "archive_index"
    SUPERVISION_PLAN = "supervision_plan"
    REOPENING_BASIS = "reopening_basis"
    APPLICATION_FORM = "application_form"
    CONSULTATION_OPINION = "consultation_opinion"
    APPROVAL_DECISION = "approval_decision"
    REFUSAL_DECISION = "refusal_decision"
    COMPLETION_REPORT = "completion_report"
    CORRECTION_BASIS = "correction_basis"
    BOUNDARY_BASIS = "boundary_basis"
    FACT_BASIS = "fact_basis"
    PHOTO = "photo"
    OTHER = "other"


STAGES: dict[Stage, str] = {
    Stage.CANDIDATE: _("线索"),
    Stage.SURVEYED: _("已排查待核实"),
    Stage.VERIFIED: _("已核实"),
    Stage.TRACING: _("溯源中"),
    Stage.PARTY_FIXED: _("责任主体已明确"),
    Stage.CLASSIFIED: _("已分类"),
    Stage.NO_PROBLEM: _("无问题"),
    Stage.PROBLEM: _("问题排污口"),
    Stage.PLAN_DRAFT: _("方案编制中"),
    Stage.PLAN_APPROVED: _("方案已批准"),
    Stage.REMEDIATING: _("整治中"),
    Stage.IN_TRANSITION: _("过渡期"),
    Stage.AWAITING_ACCEPTANCE: _("待验收"),
    Stage.ACCEPTED: _("已销号"),
    Stage.RETAINED: _("保留"),
    Stage.MERGED: _("已合并"),
    Stage.CLOSED: _("已取缔"),
    Stage.STANDARDISED: _("已规范化"),
    Stage.SUPERVISED: _("日常监管"),
    Stage.APPLIED: _("已申请"),
    Stage.ACCEPTED_FOR_REVIEW: _("已受理"),
    Stage.CONSULTED: _("已征求意见"),
    Stage.APPROVED: _("已批准"),
    Stage.REFUSED: _("不予批准"),
    Stage.BUILT: _("已建成"),
}
STAGE_GROUPS: dict[StageGroup, str] = {
    StageGroup.LEAD: _("线索"),
    StageGroup.SURVEY: _("排查"),
    StageGroup.TRACING: _("溯源分类"),
    StageGroup.REMEDIATION: _("整治"),
    StageGroup.DONE: _("完成整治"),
    StageGroup.SUPERVISION: _("规范监管"),
    StageGroup.GONE: _("已取缔合并"),
    StageGroup.APPLICATION: _("设置审核"),
}
MILESTONES: dict[Milestone, str] = {
    Milestone.SURVEYED: _("排查登记"),
    Milestone.VERIFIED: _("核实"),
    Milestone.PARTY_FIXED: _("明确责任主体"),
    Milestone.CLASSIFIED: _("分类"),
    Milestone.NO_PROBLEM: _("判定无问题"),
    Milestone.PROBLEM_LISTED: _("列入问题清单"),
    Milestone.PLAN_APPROVED: _("方案批准"),
    Milestone.WORKS_DONE: _("整治完工"),
    Milestone.ACCEPTED_1: _("验收销号"),
    Milestone.ACCEPTED_2: _("上级备案"),
    Milestone.ACCEPTED_3: _("再上级备案"),
    Milestone.RETAINED: _("保留"),
    Milestone.MERGED: _("合并"),
    Milestone.CLOSED: _("取缔"),
    Milestone.CODED: _("编码"),
    Milestone.SIGN_UP: _("设立标识牌"),
    Milestone.ARCHIVED: _("登记建档"),
    Milestone.STANDARDISED: _("规范化建设"),
    Milestone.SUPERVISED: _("纳入日常监管"),
    Milestone.REOPENED: _("重新整治"),
    Milestone.BROUGHT_IN: _("带入在办台账"),
    Milestone.APPROVAL_REVIEWED: _("完成设置审核"),
}
MOVES: dict[Move, str] = {
    Move.BRING_IN: _("带入在办台账"),
    Move.REPORT_LEAD: _("登记线索"),
    Move.REGISTER: _("排查登记"),
    Move.VERIFY: _("核实"),
    Move.OPEN_TRACING: _("开展溯源"),
    Move.FIX_PARTY: _("明确责任主体"),
    Move.CLASSIFY: _("确认分类"),
    Move.LIST_AS_PROBLEM: _("列入问题清单"),
    Move.FIND_NO_PROBLEM: _("判定无问题"),
    Move.DRAFT_PLAN: _("编制方案"),
    Move.APPROVE_PLAN: _("批准方案"),
    Move.REMEDIATE_AT_ONCE: _("立行立改"),
    Move.START_WORKS: _("开工整治"),
    Move.ENTER_TRANSITION: _("设置过渡期"),
    Move.END_TRANSITION: _("结束过渡期"),
    Move.REPORT_DONE: _("报告完工"),
    Move.ACCEPT: _("验收销号"),
    Move.RETURN_WORKS: _("退回整改"),
    Move.FILE_UPWARD: _("报上级备案"),
    Move.RETAIN: _("保留"),
    Move.MERGE: _("合并"),
    Move.CLOSE: _("取缔"),
    Move.RETAIN_WITHOUT_PROBLEM: _("无问题保留"),
    Move.STANDARDISE: _("规范化建设"),
    Move.SUPERVISE: _("纳入日常监管"),
    Move.REOPEN: _("重新整治"),
    Move.ACCEPT_APPLICATION: _("受理申请"),
    Move.CONSULT: _("征求意见"),
    Move.APPROVE: _("批准设置"),
    Move.REFUSE: _("不予批准"),
    Move.BUILD: _("建成"),
    Move.ENTER_REGISTER: _("纳入名录"),
}
PAPERS: dict[Paper, str] = {
    Paper.SOURCE_REGISTER: _("来源台账"),
    Paper.SURVEY_RECORD: _("排查记录"),
    Paper.VERIFICATION_RECORD: _("核实记录"),
    Paper.TRACING_RECORD: _("溯源记录"),
    Paper.PARTY_BASIS: _("责任主体认定依据"),
    Paper.CLASSIFICATION_OPINION: _("分类意见"),
    Paper.TRIAGE_OPINION: _("问题研判意见"),
    Paper.REMEDIATION_PLAN: _("整治方案"),
    Paper.TRANSITION_REASON: _("过渡期理由"),
    Paper.WORKS_REPORT: _("完工报告"),
    Paper.ACCEPTANCE_RECORD: _("验收记录"),
    Paper.FILING_PROOF: _("备案证明材料"),
    Paper.MERGE_RECORD: _("合并记录"),
    Paper.CLOSING_ORDER: _("取缔决定"),
    Paper.CLOSING_RECORD: _("拆除关闭记录"),
    Paper.SIGNBOARD_PHOTO: _("标识牌照片"),
    Paper.ARCHIVE_INDEX: _("档案目录"),
    Paper.SUPERVISION_PLAN: _("监管方案"),
    Paper.REOPENING_BASIS: _("重新整治依据"),
    Paper.APPLICATION_FORM: _("设置申请书"),
    Paper.CONSULTATION_OPINION: _("征求意见回函"),
    Paper.APPROVAL_DECISION: _("审批决定"),
    Paper.REFUSAL_DECISION: _("不予批准决定"),
    Paper.COMPLETION_REPORT: _("建成报告"),
    Paper.CORRECTION_BASIS: _("更正依据"),
    Paper.BOUNDARY_BASIS: _("区划调整文件"),
    Paper.FACT_BASIS: _("事实依据"),
    Paper.PHOTO: _("照片"),
    Paper.OTHER: _("其他材料"),
}
