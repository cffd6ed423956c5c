"""事实 → 问题线索: right after an act upon an outlet its leads are what the rules now find (JY-38: at once).

A door asks right after the act; the clock judges the whole register. Both change nothing the second time.
"""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions


def after_act(outlet: Outlet, *, on: date, at: datetime) -> actions.Refreshed:
    """Refresh the leads of one outlet, and begin the stay it lacks where a register under way was brought in."""
    actions.take_up(outlet, at=at)
    return actions.refresh_one(outlet, on=on, at=at)
