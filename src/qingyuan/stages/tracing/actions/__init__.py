"""What one may do in this room: one function for each button."""

from qingyuan.stages.tracing.actions.charting import connect, disconnect, extend
from qingyuan.stages.tracing.actions.concluding import conclude, fix_party
from qingyuan.stages.tracing.actions.opening import follow_stage, open_case, set_lead
from qingyuan.stages.tracing.actions.working import add_step, end_source, set_source, strike_step

__all__ = [
    "add_step",
    "conclude",
    "connect",
    "disconnect",
    "end_source",
    "extend",
    "fix_party",
    "follow_stage",
    "open_case",
    "set_lead",
    "set_source",
    "strike_step",
]
