"""What every act of the works does at its end: write one entry about the outlet."""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.core.access import Actor
from qingyuan.ledger import actions as ledger
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of


def note(
    outlet: Outlet,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    details: dict[str, object],
    private: dict[str, str] | None = None,
    clause: str = "",
    files: tuple[str, ...] = (),
) -> None:
    """One entry about the outlet under the packs of its unit. What people wrote is private."""
    ledger.record(
        ("outlet", str(outlet.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details=details,
        private={name: text for name, text in (private or {}).items() if text},
        clause=clause,
        pack=pack_of(policy_of(outlet.unit_path, on=on)),
        evidence=files,
    )
