"""What the page of an outlet shows of its remediation: its stays, and whether 立行立改 is offered."""

from __future__ import annotations

from datetime import date

from qingyuan.core.access import Actor
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import guards_orders, queries


def box(who: Actor, outlet: Outlet, *, on: date) -> dict[str, object]:
    """The stays, the newest first; the way to put it right at once where the scheme and the stage allow it."""
    is_early = outlet.stage in guards_orders.AT_ONCE_STAGES
    barred = guards_orders.may_remediate_at_once(outlet, by=who, on=on) if is_early else None
    return {"rounds": queries.rounds_of(outlet), "at_once_offered": is_early and barred is None}
