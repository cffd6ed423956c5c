"""What every act of this room does at its end: bump the version of what it changed, and write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import StaleRecord
from qingyuan.ledger import actions as ledger
from qingyuan.ledger.actions import Draft
from qingyuan.stages.survey import rules
from qingyuan.stages.survey.models import Campaign, Segment

KIND = "campaign"


def change(row: Campaign | Segment, **values: object) -> None:
    """Write columns of a campaign or segment that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    rows = type(row).objects.filter(pk=row.pk, version=row.version)
    if not rows.update(version=F("version") + 1, **values):
        raise StaleRecord(str(row))
    row.version += 1
    for name, value in values.items():
        setattr(row, name, value)


def draft(
    campaign: Campaign,
    act: str,
    *,
    on: date,
    policy: Policy | None = None,
    parameter: str = "",
    details: Mapping[str, object] | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
    private: Mapping[str, str] | None = None,
    evidence: Sequence[str] = (),
) -> Draft:
    """An entry about a campaign, under the clause of a parameter. Reasons people wrote are private."""
    policy = policy or rules.policy_of(campaign.unit_path, on=on)
    told = {name: text for name, text in (private or {}).items() if text}
    clause = rules.clause_of(policy, parameter) if parameter else ""
    return Draft(
        KIND, str(campaign.pk), act, on, changes or {}, details or {}, clause, rules.pack_of(policy), evidence, told
    )


def record(campaign: Campaign, act: str, *, on: date, by: Actor, at: datetime, **said: object) -> None:
    """Write one entry about a campaign."""
    ledger.record_many([draft(campaign, act, on=on, **said)], by=by, at=at)  # type: ignore[arg-type]
