"""What people do about problems. One function is one button."""

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

__all__ = [
    "Refreshed",
    "confirm",
    "dismiss",
    "end_round",
    "find",
    "find_no_problem",
    "list_as_problem",
    "open_round",
    "refresh",
    "refresh_one",
    "retain_without_problem",
    "take_up",
    "take_up_all",
]
