"""What every act of this room does at its end: bump the case's version and write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord
from qingyuan.ledger import actions as ledger
from qingyuan.stages.tracing import rules
from qingyuan.stages.tracing.models import Case


def change(case: Case, **values: object) -> None:
    """Write columns of a case that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    moved = Case.objects.filter(pk=case.pk, version=case.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(str(case))
    case.version += 1
    for name, value in values.items():
        setattr(case, name, value)


def record(
    case: Case,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
    clause: str = "",
    evidence: Sequence[str] = (),
) -> None:
    """One entry about a case under its clause and the packs of its outlet. What people wrote is private."""
    told = {name: text for name, text in (private or {}).items() if text}
    ledger.record(
        ("case", str(case.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details=details,
        private=told,
        clause=clause or case.clause,
        pack=rules.pack_of(rules.policy_of(case.outlet.unit_path, on=on)),
        evidence=tuple(evidence),
    )
