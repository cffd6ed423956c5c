"""What every act of this room does at its end: bump the item's version, set its status by its parts, write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import StaleRecord
from qingyuan.ledger import actions as ledger
from qingyuan.ledger.actions import Draft
from qingyuan.stages.dispatch import rules
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemStatus, PartState


def status_of(parts: Sequence[Part]) -> ItemStatus:
    """Where an item that is not closed stands, by its parts: returned if any that carries it was sent back, answered
    once each registered body that carries it has fed back, else open."""
    carrying = [part for part in parts if part.part in ANSWERABLE]
    if any(part.state == PartState.RETURNED for part in carrying):
        return ItemStatus.RETURNED
    registered = [part for part in carrying if part.body_id is not None]
    if registered and all(part.state == PartState.ANSWERED for part in registered):
        return ItemStatus.ANSWERED
    return ItemStatus.OPEN


def change(item: WorkItem, **values: object) -> None:
    """Write columns of an item that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    moved = WorkItem.objects.filter(pk=item.pk, version=item.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(item.subject)
    item.refresh_from_db()


def settle(item: WorkItem, **values: object) -> None:
    """Write an item again after its parts changed; its status follows."""
    change(item, status=status_of(list(item.parts.all())), **values)


def set_part(part: Part, **values: object) -> None:
    """Write a part that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    moved = Part.objects.filter(pk=part.pk, version=part.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(part.name)
    part.refresh_from_db()


def draft(
    item: WorkItem,
    act: str,
    *,
    on: date,
    policy: Policy | None = None,
    clause: str = "",
    details: Mapping[str, object] | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
    private: Mapping[str, str] | None = None,
    evidence: Sequence[str] = (),
) -> Draft:
    """An entry about an item: under its clause and the packs in force that day. What people wrote is private."""
    policy = policy or rules.policy_of(item.unit_path, on=on)
    told = {name: text for name, text in (private or {}).items() if text}
    return Draft(
        "item",
        str(item.pk),
        act,
        on,
        changes or {},
        details or {},
        clause or item.clause,
        rules.pack_of(policy),
        evidence,
        told,
    )


def record(item: WorkItem, act: str, *, on: date, by: Actor, at: datetime, **said: object) -> None:
    """Write one entry about an item."""
    ledger.record_many([draft(item, act, on=on, **said)], by=by, at=at)  # type: ignore[arg-type]
