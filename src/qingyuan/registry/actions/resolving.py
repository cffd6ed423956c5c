"""归并重复登记: one outlet was entered twice. The second entry is withdrawn as a duplicate of the first; undone while
nothing later touched either, both stand exactly as before. This is no move of the life: a 合并 of the remediation joins
two real outlets, this removes an entry that never was one (docs/adr 0013)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import models, transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import rows
from qingyuan.registry import guards_work as guards
from qingyuan.registry import names, standings, tallies, zones
from qingyuan.registry.actions.correcting import correct
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import MILESTONE_COLUMNS, PLACEMENT_COLUMNS
from qingyuan.registry.guards_work import Decision
from qingyuan.registry.models import (
    Alias,
    ApartPair,
    MilestoneRecord,
    Outlet,
    Placement,
    Proposal,
    Resolution,
)

ALIASES = {"national_code": "national", "local_code": "local", "name": "name"}
NOT_PUT_BACK = frozenset({"id", "version", "changed_at"})


@transaction.atomic
def resolve_duplicate(decision: Decision, *, on: date, by: Actor, at: datetime) -> Resolution:
    """归并: `drop` leaves the register as a duplicate of `keep`; its codes and its name become aliases of `keep`, which
    takes the values chosen. Papers, facts, channels and parties stay with the entry they were filed for and are reached
    from the kept one. Pressed twice it is one resolution.

    Raises
    ------
    Refused, StaleRecord
    """
    keep, drop = decision.keep, decision.drop
    done = Resolution.objects.filter(kept=keep, dropped=drop, undone_at=None).first()
    if done is not None:
        return done
    require(guards.resolve_duplicate(decision, by=by, on=on, at=at))
    before = {"keep": _columns(keep), "drop": _columns(drop)}
    stated = {"keep": _stated(keep), "drop": _stated(drop)}
    national = drop.national_code if "national_code" in decision.taken else ""
    opened = list(Proposal.objects.filter(outlet=drop, decision="open").values_list("pk", flat=True))
    values = {name: getattr(drop, name) for name in sorted(decision.taken - {"national_code"})}
    said = {"name": drop.name, "local_code": drop.local_code, "national_code": drop.national_code}
    _withdraw(drop, at=at)
    if values:
        correct(keep, values=values, reason=decision.reason, on=on, by=by, at=at)
    _set(keep, {"national_code": national} if national else {}, at=at)
    aliases = _alias(keep, said, on=on)
    resolution = Resolution.objects.create(
        kept=keep,
        dropped=drop,
        reason=decision.reason,
        day=on,
        resolved_by=by.id,
        resolved_at=at,
        kept_version=keep.version,
        dropped_version=drop.version,
        state={"columns": before, "stated": stated, "aliases": aliases, "proposals": opened},
    )
    details = {"reason": decision.reason, "duplicate_of": keep.pk, "kept_name": keep.name}
    codes = {name: (value, "") for name, value in said.items() if value and name != "name"}
    record(drop, "outlet.drop_duplicate", on=on, by=by, at=at, changes=codes, details=details)
    taken = {"national_code": ("", national)} if national else {}
    details = {
        "reason": decision.reason,
        "duplicate": drop.pk,
        "dropped_name": drop.name,
        "aliases": list(said.values()),
    }
    record(keep, "outlet.keep_duplicate", on=on, by=by, at=at, changes=taken, details=details)
    return resolution


@transaction.atomic
def undo_resolve(resolution: Resolution, *, reason: str, on: date, by: Actor, at: datetime) -> Resolution:
    """撤销归并: both entries stand as they stood before, as long as nothing later touched either. What was known in
    between stays known: the entry was away for that time.

    Raises
    ------
    Refused, StaleRecord
    """
    if resolution.undone_at is not None:
        return resolution
    keep = Outlet.objects.get(pk=resolution.kept_id)
    drop = Outlet.objects.get(pk=resolution.dropped_id)
    require(guards.undo_resolve(resolution, keep=keep, drop=drop, reason=reason, by=by, on=on, at=at))
    state = resolution.state
    Alias.objects.filter(pk__in=state["aliases"]).delete()
    spelt = [names.spelling(keep), names.spelling(drop)]
    # The kept one first: it gives a national code back before the other takes it again.
    for outlet, name in ((keep, "keep"), (drop, "drop")):
        _put_back(outlet, state["columns"][name], state["stated"][name], at=at)
    names.reindex([keep, drop], were=spelt)
    zones.place_again([keep, drop], on=local_day(at))
    Proposal.objects.filter(pk__in=state["proposals"]).update(decision="open", decided_at=None)
    written = Resolution.objects.filter(pk=resolution.pk, undone_at=None).update(undone_at=at, undone_by=by.id)
    if not written:
        raise StaleRecord(str(resolution))
    resolution.undone_at, resolution.undone_by = at, by.id
    for outlet, other in ((keep, drop), (drop, keep)):
        details = {"reason": reason, "other": other.pk, "other_name": other.name}
        record(outlet, "outlet.undo_duplicate", on=on, by=by, at=at, details=details)
    return resolution


@transaction.atomic
def keep_apart(one: Outlet, other: Outlet, *, reason: str, on: date, by: Actor, at: datetime) -> ApartPair:
    """不是重复: the two are different outlets; the pair is not proposed again. Pressed twice it is said once.

    Raises
    ------
    Refused
    """
    first, second = sorted((one, other), key=lambda outlet: outlet.pk)
    done = ApartPair.objects.filter(first=first, second=second).first()
    if done is not None:
        return done
    require(guards.keep_apart(first, second, by=by, on=on, at=at))
    pair = ApartPair.objects.create(first=first, second=second, reason=reason.strip(), decided_by=by.id, decided_at=at)
    for outlet, beside in ((first, second), (second, first)):
        details = {"reason": reason.strip(), "other": beside.pk, "other_name": beside.name}
        record(outlet, "outlet.keep_apart", on=on, by=by, at=at, details=details)
    return pair


def _withdraw(drop: Outlet, *, at: datetime) -> None:
    """Take the entry out of the register and of every count; its papers and its history stay."""
    before = tallies.seen(drop)
    Placement.objects.filter(outlet=drop, retracted_at=None).update(retracted_at=at)
    MilestoneRecord.objects.filter(outlet=drop, retracted_at=None).update(retracted_at=at)
    Proposal.objects.filter(outlet=drop, decision="open").update(decision="kept", decided_at=at)
    names.forget([names.spelling(drop)])
    away = {"in_register": False, "withdrawn_at": at, "mkey": None, "national_code": "", "local_code": ""}
    _set(drop, away, at=at)
    standings.refresh([drop.pk], at=at)
    tallies.change([(before, None)])


def _alias(keep: Outlet, said: Mapping[str, str], *, on: date) -> list[int]:
    """What the dropped entry was called is what the kept one was called elsewhere. Returns the new aliases' ids."""
    made = []
    for name, kind in ALIASES.items():
        if said[name] and said[name] != getattr(keep, name):
            made.append(Alias.objects.create(outlet=keep, kind=kind, text=said[name], to_day=on).pk)
    return made


def _set(outlet: Outlet, values: Mapping[str, object], *, at: datetime) -> None:
    written = Outlet.objects.filter(pk=outlet.pk, version=outlet.version).update(
        version=F("version") + 1, changed_at=at, **values
    )
    if not written:
        raise StaleRecord(str(outlet))
    for name, value in values.items():
        setattr(outlet, name, value)
    outlet.version += 1
    outlet.changed_at = at


def _columns(outlet: Outlet) -> dict[str, object]:
    """Every column as the ledger could hold it, to be put back by undoing."""
    return {
        field.attname: _as_json(field, getattr(outlet, field.attname))
        for field in Outlet._meta.concrete_fields
        if field.attname not in NOT_PUT_BACK
    }


def _as_json(field: models.Field, value: object) -> object:
    if value is None or isinstance(field, models.JSONField | models.BooleanField | models.IntegerField):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _from_json(field: models.Field, value: object) -> object:
    return value if isinstance(field, models.JSONField) else field.to_python(value)


def _stated(outlet: Outlet) -> dict[str, list[int]]:
    """The statements that stand about the outlet, by id."""
    standing = {"outlet": outlet, "retracted_at": None}
    return {
        "placements": list(Placement.objects.filter(**standing).order_by("pk").values_list("pk", flat=True)),
        "milestones": list(MilestoneRecord.objects.filter(**standing).order_by("pk").values_list("pk", flat=True)),
    }


def _put_back(outlet: Outlet, columns: Mapping[str, object], stated: Mapping[str, list[int]], *, at: datetime) -> None:
    """The columns and statements as they were. A statement that was retracted is said again, as known from now on."""
    before = tallies.seen(outlet)
    fields = {field.attname: field for field in Outlet._meta.concrete_fields}
    _set(outlet, {name: _from_json(fields[name], value) for name, value in columns.items()}, at=at)
    _say_again(Placement, PLACEMENT_COLUMNS, outlet, stated["placements"], at=at)
    _say_again(MilestoneRecord, MILESTONE_COLUMNS, outlet, stated["milestones"], at=at)
    standings.refresh([outlet.pk], at=at)
    tallies.change([(before, tallies.seen(outlet))])


def _say_again(
    model: type[models.Model], columns: Iterable[str], outlet: Outlet, ids: list[int], *, at: datetime
) -> None:
    """Retract what stands now and did not before; say again, in the same order, what stood before and is gone."""
    said = model._default_manager.filter(outlet=outlet)
    said.filter(retracted_at=None).exclude(pk__in=ids).update(retracted_at=at)
    names_of = [name for name in columns if name != "recorded_at"]
    away = said.filter(pk__in=ids).exclude(retracted_at=None).order_by("recorded_at", "pk").values_list(*names_of)
    rows.insert(model, [*names_of, "recorded_at"], [(*row, at) for row in away])
