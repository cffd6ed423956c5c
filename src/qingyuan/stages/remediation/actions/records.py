"""专项台账: registered, completed, and the exit that an assessment asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation import guards_records as guards
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.remediation.rules_records import RecordKind, kind_of


@transaction.atomic
def save_record(
    outlet: Outlet,
    kind: RecordKind,
    *,
    values: Mapping[str, object],
    on: date,
    by: Actor,
    at: datetime,
    title: str = "",
    read_version: int | None = None,
) -> TypeRecord:
    """登记台账, or complete it. What the rules ask about is stated as facts; an answer that has the water leave the
    sewer sets the day until when. The same again changes nothing.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.save_record(outlet, kind, title=title, values=values, by=by, on=on, at=at))
    known = {one.key: values[one.key] for one in kind.fields if values.get(one.key) not in (None, "")}
    made, is_new = TypeRecord.objects.get_or_create(
        outlet=outlet,
        kind=kind.key,
        title=title,
        defaults={"clause": kind.clause, "saved_by": by.id, "saved_on": on, "recorded_at": at},
    )
    if read_version is not None and not is_new and made.version != read_version:
        raise StaleRecord(str(made))
    if not is_new and made.values == known:
        return made
    before = made.values
    due = (made.due or on + timedelta(kind.days)) if kind.must_leave(known) else None
    _change(made, values=known, is_complete=not kind.lacks(known), due=due, saved_by=by.id, saved_on=on)
    for one in kind.fields:
        if one.fact and one.key in known and known[one.key] != before.get(one.key):
            value = (not known[one.key]) if one.negated else known[one.key]
            _state(outlet, kind, one.fact, value, on=on, by=by, at=at)
    details: dict[str, object] = {"kind": kind.key, "title": title, "due": due.isoformat() if due else None, **known}
    _record(made, "type_record.save", details=details, on=on, by=by, at=at)
    return made


@transaction.atomic
def mark_exited(record: TypeRecord, *, on: date, by: Actor, at: datetime) -> TypeRecord:
    """登记已退出: the water no longer goes to the works, which the rules learn as a fact. Said twice it is said once.

    Raises
    ------
    Refused, StaleRecord
    """
    if record.done_on is not None:
        return record
    require(guards.mark_exited(record, by=by, on=on, at=at))
    _change(record, done_on=on)
    kind = kind_of(policy_of(record.outlet.unit_path, on=on), record.kind)
    if kind is not None and kind.asked_by:
        _state(record.outlet, kind, kind.asked_by, False, on=on, by=by, at=at)
    _record(record, "type_record.exit", details={"kind": record.kind}, on=on, by=by, at=at)
    return record


def _state(outlet: Outlet, kind: RecordKind, name: str, value: object, *, on: date, by: Actor, at: datetime) -> None:
    """What a record tells the rules about its outlet."""
    about, place = ("outlet", str(outlet.pk)), place_of(outlet)
    registry.enter_fact(about, place=place, name=name, value=value, source=kind.title, on=on, by=by, at=at)


def _change(record: TypeRecord, **columns: object) -> None:
    written = TypeRecord.objects.filter(pk=record.pk, version=record.version)
    if not written.update(version=F("version") + 1, **columns):
        raise StaleRecord(str(record))
    record.version += 1
    for name, value in columns.items():
        setattr(record, name, value)


def _record(record: TypeRecord, act: str, *, details: Mapping[str, object], on: date, by: Actor, at: datetime) -> None:
    ledger.record(
        ("outlet", str(record.outlet_id)),
        act,
        by=by,
        at=at,
        occurred=on,
        details=details,
        clause=record.clause,
        pack=pack_of(policy_of(record.outlet.unit_path, on=on)),
    )
