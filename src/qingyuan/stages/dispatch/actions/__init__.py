"""Writes of this room: one function, one button. What was pressed twice is done once."""

from qingyuan.stages.dispatch.actions.answering import close, feedback, reopen, return_feedback
from qingyuan.stages.dispatch.actions.issuing import (
    add_body,
    issue,
    link_outlets,
    name_body,
    pass_down,
    unlink_outlet,
)
from qingyuan.stages.dispatch.actions.meeting import NewDecision, record_meeting
from qingyuan.stages.dispatch.actions.watching import decide, escalate, escalate_due, urge

__all__ = [
    "NewDecision",
    "add_body",
    "close",
    "decide",
    "escalate",
    "escalate_due",
    "feedback",
    "issue",
    "link_outlets",
    "name_body",
    "pass_down",
    "record_meeting",
    "reopen",
    "return_feedback",
    "unlink_outlet",
    "urge",
]
