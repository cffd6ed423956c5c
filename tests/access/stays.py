"""Stays on the problem list for the oracle: one where an outlet lies, the same however often it is asked."""

from __future__ import annotations

from qingyuan.core.access import CONSOLE
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.words import Cause
from tests import build


def stay(outlet: Outlet) -> Round:
    """An open stay of an outlet; nobody has planned yet."""
    return queries.round_of(outlet) or actions.open_round(
        outlet, cause=Cause.BROUGHT_IN, on=outlet.stage_since, by=CONSOLE, at=build.recorded(outlet.stage_since)
    )
