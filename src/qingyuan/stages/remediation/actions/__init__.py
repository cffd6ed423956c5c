"""What people do about problems. One function is one button."""

from qingyuan.stages.remediation.actions.evidence import Given, add_evidence, decide_doubt, explain_doubt, raise_doubt
from qingyuan.stages.remediation.actions.plans import approve, draft_plan, return_plan, start_works, submit
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
from qingyuan.stages.remediation.actions.refreshing import Refreshed, refresh, refresh_one
from qingyuan.stages.remediation.actions.rounds import end_round, open_round, take_up, take_up_all
from qingyuan.stages.remediation.actions.triage import (
    confirm,
    dismiss,
    find,
    find_no_problem,
    list_as_problem,
    retain_without_problem,
)
from qingyuan.stages.remediation.actions.works import clear_branch, record_branch, report_done, report_progress

__all__ = [
    "Given",
    "Refreshed",
    "add_evidence",
    "add_to_package",
    "approve",
    "approve_year_plan",
    "ask_transition",
    "clear_branch",
    "confirm",
    "decide_doubt",
    "decide_transition",
    "dismiss",
    "draft_plan",
    "draft_year_plan",
    "end_hard_case",
    "end_round",
    "end_transition",
    "enter_programme",
    "explain_doubt",
    "find",
    "find_no_problem",
    "list_as_problem",
    "list_hard_case",
    "move_package",
    "open_package",
    "open_round",
    "order_closing",
    "raise_doubt",
    "record_branch",
    "refresh",
    "refresh_one",
    "remediate_at_once",
    "report_done",
    "report_progress",
    "retain_without_problem",
    "return_plan",
    "start_works",
    "submit",
    "take_up",
    "take_up_all",
]
