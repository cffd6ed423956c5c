"""What people do about problems. One function is one button."""

from qingyuan.stages.remediation.actions.closing import (
    accept,
    check_site,
    decide_close,
    decide_merge,
    decide_retain,
    file_upward,
    return_filing,
    return_works,
    take_filing,
)
from qingyuan.stages.remediation.actions.closing_batches import accept_batch, open_review
from qingyuan.stages.remediation.actions.closing_looks import (
    dismiss_relapse,
    draw_look_backs,
    look_back,
    plan_look_back,
    reopen,
    report_relapse,
)
from qingyuan.stages.remediation.actions.closing_packs import seal_round
from qingyuan.stages.remediation.actions.clusters import Common, propose_common
from qingyuan.stages.remediation.actions.evidence import Given, add_evidence, decide_doubt, explain_doubt, raise_doubt
from qingyuan.stages.remediation.actions.plans import approve, draft_plan, recall_plan, return_plan, start_works, submit
from qingyuan.stages.remediation.actions.plans_area import (
    add_to_package,
    approve_year_plan,
    draft_year_plan,
    end_hard_case,
    enter_programme,
    list_hard_case,
    move_package,
    open_package,
)
from qingyuan.stages.remediation.actions.plans_orders import (
    ask_transition,
    decide_transition,
    end_transition,
    order_closing,
    remediate_at_once,
)
from qingyuan.stages.remediation.actions.records import mark_exited, save_record
from qingyuan.stages.remediation.actions.refreshing import Refreshed, refresh, refresh_one
from qingyuan.stages.remediation.actions.rounds import end_round, open_round, take_up, take_up_all
from qingyuan.stages.remediation.actions.triage import (
    confirm,
    dismiss,
    find,
    find_no_problem,
    list_as_problem,
    retain_without_problem,
    take_back,
)
from qingyuan.stages.remediation.actions.watching import check_borrowed
from qingyuan.stages.remediation.actions.works import clear_branch, record_branch, report_done, report_progress

__all__ = [
    "Common",
    "Given",
    "Refreshed",
    "accept",
    "accept_batch",
    "add_evidence",
    "add_to_package",
    "approve",
    "approve_year_plan",
    "ask_transition",
    "check_borrowed",
    "check_site",
    "clear_branch",
    "confirm",
    "decide_close",
    "decide_doubt",
    "decide_merge",
    "decide_retain",
    "decide_transition",
    "dismiss",
    "dismiss_relapse",
    "draft_plan",
    "draft_year_plan",
    "draw_look_backs",
    "end_hard_case",
    "end_round",
    "end_transition",
    "enter_programme",
    "explain_doubt",
    "file_upward",
    "find",
    "find_no_problem",
    "list_as_problem",
    "list_hard_case",
    "look_back",
    "mark_exited",
    "move_package",
    "open_package",
    "open_review",
    "open_round",
    "order_closing",
    "plan_look_back",
    "propose_common",
    "raise_doubt",
    "recall_plan",
    "record_branch",
    "refresh",
    "refresh_one",
    "remediate_at_once",
    "reopen",
    "report_done",
    "report_progress",
    "report_relapse",
    "retain_without_problem",
    "return_filing",
    "return_plan",
    "return_works",
    "save_record",
    "seal_round",
    "start_works",
    "submit",
    "take_back",
    "take_filing",
    "take_up",
    "take_up_all",
]
