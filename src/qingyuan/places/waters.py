"""水体: entering and correcting a water, and its dated flags, by which the schemes choose whose outlets count.

Afterwards the door lets the register follow (registry.actions.follow_waters): places knows no outlet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import shapely
from django.db import transaction
from django.db.models import F, Q

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, StaleRecord, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import Status, WaterFlagKind, WaterKind
from qingyuan.ledger import actions as ledger
from qingyuan.places import guards, queries
from qingyuan.places.models import Basin, Unit, Water, WaterFlag
from qingyuan.places.official.entering import hang

_WATER_CODE = re.compile(r"^[A-Z]{2}\d{4}$", re.ASCII)
_PLAIN = ("name", "other_names", "kind", "source")


@transaction.atomic
def add_water(
    code: str,
    name: str,
    *,
    kind: WaterKind,
    flows_into: str = "",
    units: Sequence[str] = (),
    line: str = "",
    other_names: str = "",
    source: str,
    by: Actor,
    at: datetime,
) -> Water:
    """登记水体 of any kind, ditches and ponds included (济源 三(一)). `line` is WKT in degrees or empty.

    Raises
    ------
    Refused, NotFound
    """
    places = list(Unit.objects.filter(code__in=units))
    above = queries.water(flows_into) if flows_into else None
    require(guards.add_water(name, units=places, above=above, source=source, by=by))
    if not _WATER_CODE.match(code):
        raise Refused(Refusal("places.water_code", _("水体编码应为 2 位字母加 4 位数字。")))
    if Water.objects.filter(code=code).exists():
        raise Refused(Refusal("places.water_exists", _("水体编码 %(code)s 已存在。"), {"code": code}))
    water = Water(code=code, name=name.strip(), kind=kind, parent=above, source=source, status=Status.READ)
    water.other_names = other_names.strip()
    water.basin = Basin.objects.filter(code=code[:2]).first()
    water.path = (above.path if above else "") + code
    if line:
        shape = shapely.from_wkt(line)
        water.geometry = shapely.to_wkb(shape)
        water.west_deg, water.south_deg, water.east_deg, water.north_deg = shape.bounds
    water.save()
    water.units.set(places)
    details = {"name": water.name, "kind": kind, "flows_into": flows_into, "units": list(units), "source": source}
    ledger.record(("water", code), "water.add", by=by, at=at, occurred=at, details=details, clause="济源 三(一)")
    return water


def next_code(basin: str) -> str:
    """The next free code of a basin's two letters."""
    last = Water.objects.filter(code__startswith=basin).order_by("-code").values_list("code", flat=True).first()
    return f"{basin}{int(last[2:]) + 1 if last else 1:04d}"


@transaction.atomic
def correct_water(
    water: Water, *, values: Mapping[str, object], reason: str, by: Actor, at: datetime, on: date
) -> Water:
    """更正水体信息: `name`, `other_names`, `kind`, `source`, `parent` (a Water or None: what it flows into) and `units`
    (those it flows through). What flows into it comes along.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.correct_water(water, values=values, reason=reason, by=by))
    changes: dict[str, tuple[object, object]] = {}
    for name in _PLAIN:
        if name in values and getattr(water, name) != (value := str(values[name]).strip()):
            changes[name] = (getattr(water, name), value)
    parent = values.get("parent", water.parent)
    assert parent is None or isinstance(parent, Water)
    if (parent.pk if parent else None) != water.parent_id:
        changes["parent"] = (_said(water.parent), _said(parent))
    units = _units_of(values, water)
    held = list(water.units.order_by("path"))
    if {one.pk for one in units} != {one.pk for one in held}:
        changes["units"] = ([one.name for one in held], [one.name for one in units])
    if not changes:
        return water
    _touch(water)
    for name in set(changes) & set(_PLAIN):
        setattr(water, name, changes[name][1])
    if "parent" in changes:
        hang(water, parent)
    water.save(update_fields=[*_PLAIN, "parent", "path"])
    if "units" in changes:
        water.units.set(units)
    ledger.record(
        ("water", water.code),
        "water.correct",
        by=by,
        at=at,
        occurred=on,
        changes=changes,
        details={"reason": reason},
    )
    return water


def _units_of(values: Mapping[str, object], water: Water) -> list[Unit]:
    given = values.get("units")
    if given is None:
        return list(water.units.order_by("path"))
    assert isinstance(given, list | tuple)
    return sorted(given, key=lambda unit: unit.path)


def _said(water: Water | None) -> object:
    return [water.code, water.name] if water else None


def _touch(water: Water) -> None:
    """One more version; StaleRecord when somebody else changed the water after it was read."""
    if not Water.objects.filter(pk=water.pk, version=water.version).update(version=F("version") + 1):
        raise StaleRecord(water.name)
    water.version += 1


@transaction.atomic
def set_flag(
    water: Water,
    flag: WaterFlagKind,
    *,
    from_day: date | None,
    source: str,
    by: Actor,
    at: datetime,
    to_day: date | None = None,
    status: Status = Status.READ,
    paper: str = "",
) -> WaterFlag:
    """Say that a water bears a flag from a day on. `paper` is the hash of the paper it rests on. Said again in the same
    words, it is said once.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.set_flag(water, from_day, to_day, source=source, by=by))
    same = WaterFlag.objects.filter(water=water, flag=flag, from_day=from_day, to_day=to_day, retracted_at=None)
    if held := same.filter(source=source).first():
        return held
    _touch(water)
    row = WaterFlag.objects.create(
        water=water,
        flag=flag,
        from_day=from_day,
        to_day=to_day,
        recorded_at=at,
        source=source,
        status=status,
        paper=paper,
    )
    _record_flag(water, "water.set_flag", row, source, by=by, at=at, paper=paper)
    return row


@transaction.atomic
def clear_flag(
    water: Water, flag: WaterFlagKind, *, on: date, source: str, by: Actor, at: datetime, paper: str = ""
) -> None:
    """From a day on the water no longer bears the flag. The rows before stay to be asked as known then.

    Raises
    ------
    Refused, StaleRecord
    """
    rows = WaterFlag.objects.filter(water=water, flag=flag, retracted_at=None)
    standing = list(rows.filter(Q(to_day=None) | Q(to_day__gt=on)))  # also what would begin later
    require(guards.clear_flag(water, bool(standing), source=source, by=by))
    _touch(water)
    for row in standing:
        WaterFlag.objects.filter(pk=row.pk).update(retracted_at=at)
        if row.from_day is None or row.from_day < on:
            WaterFlag.objects.create(
                water=water,
                flag=flag,
                from_day=row.from_day,
                to_day=on,
                recorded_at=at,
                source=row.source,
                status=row.status,
                paper=row.paper,
            )
    ended = WaterFlag(water=water, flag=flag, to_day=on)
    _record_flag(water, "water.clear_flag", ended, source, by=by, at=at, paper=paper)


@transaction.atomic
def withdraw_flag(row: WaterFlag, *, reason: str, by: Actor, at: datetime) -> None:
    """撤回水体标记: it was said in error, for every day it was said for. What was believed until now can be asked.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.withdraw_flag(row, reason=reason, by=by))
    water = row.water
    _touch(water)
    row.retracted_at = at
    row.save(update_fields=["retracted_at"])
    _record_flag(water, "water.withdraw_flag", row, row.source, by=by, at=at, reason=reason)


@transaction.atomic
def extend_scope(water: Water, *, on: date, source: str, by: Actor, at: datetime) -> WaterFlag:
    """Add a water outside the first basins to the scope; the day of the extension is kept (吉林 一(二))."""
    return set_flag(water, WaterFlagKind.PROVINCE_EXTENSION, from_day=on, source=source, by=by, at=at)


def _record_flag(
    water: Water,
    act: str,
    row: WaterFlag,
    source: str,
    *,
    by: Actor,
    at: datetime,
    paper: str = "",
    reason: str = "",
) -> None:
    details: dict[str, object] = {"flag": row.flag, "from": row.from_day, "to": row.to_day, "source": source}
    if reason:
        details["reason"] = reason
    occurred = row.to_day or row.from_day or at
    evidence = [paper] if paper else []
    ledger.record(("water", water.code), act, by=by, at=at, occurred=occurred, details=details, evidence=evidence)
