"""What every act of the works does at its end: write one entry about the round, or the outlet where there is none."""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.core.access import Actor
from qingyuan.ledger import actions as ledger
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation.models import Round


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
    found: Round | None = None,
) -> None:
    """One entry under the packs of the outlet's unit. What people wrote is private."""
    ledger.record(
        ("round", str(found.pk)) if found else ("outlet", str(outlet.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details={"outlet": outlet.pk, "outlet_name": outlet.name, **details} if found else details,
        private={name: text for name, text in (private or {}).items() if text},
        clause=clause,
        pack=pack_of(policy_of(outlet.unit_path, on=on)),
        evidence=files,
    )
