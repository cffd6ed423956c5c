"""Acts upon places: flags of waters, the named list of waters, declared working days, changes of divisions.

Bulk loads are in loading.py and zone files in zone_files.py; they are listed here so that callers have one door.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import transaction
from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import FLAG_OF_THE_NAMED_LIST, LABELS, Status, WaterFlagKind, WaterKind
from qingyuan.ledger import actions as ledger
from qingyuan.places import guards, queries
from qingyuan.places.loading import Loaded, load_basins, load_changes, load_divisions, load_waters, put_units
from qingyuan.places.models import (
    Basin,
    CalendarDay,
    DivisionChange,
    FunctionalZone,
    FunctionalZoneResult,
    Unit,
    Water,
    WaterFlag,
)
from qingyuan.places.zone_files import ZoneImport, demo_zones, import_zones, retire_zone

__all__ = [
    "Loaded",
    "ZoneImport",
    "demo_zones",
    "import_zones",
    "load_basins",
    "load_changes",
    "load_divisions",
    "load_waters",
    "put_units",
    "retire_zone",
]

_WATER_CODE = re.compile(r"^[A-Z]{2}\d{4}$", re.ASCII)


@transaction.atomic
def add_water(
    code: str,
    name: str,
    *,
    kind: WaterKind,
    flows_into: str = "",
    units: Sequence[str] = (),
    line: str = "",
    source: str,
    by: Actor,
    at: datetime,
) -> Water:
    """Enter a water body of any kind, ditches and ponds included (济源 三(一)). `line` is WKT in degrees or empty."""
    require(guards.maintain(by))
    if not _WATER_CODE.match(code):
        raise Refused(Refusal("places.water_code", _("水体编码应为 2 位字母加 4 位数字。")))
    if Water.objects.filter(code=code).exists():
        raise Refused(Refusal("places.water_exists", _("水体编码 %(code)s 已存在。"), {"code": code}))
    above = queries.water(flows_into) if flows_into else None
    water = Water(code=code, name=name.strip(), kind=kind, parent=above, source=source, status=Status.READ)
    water.basin = Basin.objects.filter(code=code[:2]).first()
    water.path = (above.path if above else "") + code
    if line:
        shape = shapely.from_wkt(line)
        water.geometry = shapely.to_wkb(shape)
        water.west_deg, water.south_deg, water.east_deg, water.north_deg = shape.bounds
    water.save()
    water.units.set(Unit.objects.filter(code__in=units))
    details = {"name": water.name, "kind": kind, "flows_into": flows_into, "units": list(units), "source": source}
    ledger.record(("water", code), "water.add", by=by, at=at, occurred=at, details=details, clause="济源 三(一)")
    return water


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
    """Say that a water bears a flag from a day on. `paper` is the hash of the paper it rests on."""
    require(guards.set_flag(from_day, to_day, source=source, by=by))
    row = WaterFlag.objects.create(
        water=water, flag=flag, from_day=from_day, to_day=to_day, recorded_at=at, source=source, status=status
    )
    _record_flag(water, "water.set_flag", flag, from_day, to_day, source, by=by, at=at, paper=paper)
    return row


@transaction.atomic
def clear_flag(
    water: Water, flag: WaterFlagKind, *, on: date, source: str, by: Actor, at: datetime, paper: str = ""
) -> None:
    """From a day on the water no longer bears the flag. The rows before stay to be asked as known then."""
    rows = WaterFlag.objects.filter(water=water, flag=flag, retracted_at=None)
    standing = list(rows.filter(Q(to_day=None) | Q(to_day__gt=on)))  # also what would begin later
    require(guards.clear_flag(bool(standing), source=source, by=by))
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
            )
    _record_flag(water, "water.clear_flag", flag, None, on, source, by=by, at=at, paper=paper)


@transaction.atomic
def extend_scope(water: Water, *, on: date, source: str, by: Actor, at: datetime) -> WaterFlag:
    """Add a water outside the first basins to the scope; the day of the extension is kept (吉林 一(二))."""
    return set_flag(water, WaterFlagKind.PROVINCE_EXTENSION, from_day=on, source=source, by=by, at=at)


def _record_flag(
    water: Water,
    act: str,
    flag: WaterFlagKind,
    from_day: date | None,
    to_day: date | None,
    source: str,
    *,
    by: Actor,
    at: datetime,
    paper: str = "",
) -> None:
    details = {"flag": flag, "from": from_day, "to": to_day, "source": source}
    occurred = to_day or from_day or at
    evidence = [paper] if paper else []
    ledger.record(("water", water.code), act, by=by, at=at, occurred=occurred, details=details, evidence=evidence)


@dataclass(frozen=True, slots=True)
class WaterListImport:
    """What an imported list did: waters flagged, waters that lost the flag, and lines that name no known water."""

    flagged: tuple[str, ...] = ()
    unflagged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()  # (line, name); the header is line 1


@transaction.atomic
def import_water_list(
    text: str,
    *,
    source: str,
    by: Actor,
    at: datetime,
    flag: WaterFlagKind = FLAG_OF_THE_NAMED_LIST,
    from_day: date | None = None,
    within: str = "",
) -> WaterListImport:
    """Take in a list such as 《流域干流及重要支流清单》: a csv with a column 编码 or 名称 (code, name).

    Afterwards exactly the listed waters (of a subtree) bear the flag, so that others are not counted (吉林 一(三)).
    A list with a line that names no water, or several, changes nothing and names the lines.
    """
    require(guards.maintain(by))
    listed, unknown = _listed_waters(text, within)
    if unknown:
        return WaterListImport(unknown=tuple(unknown))
    standing = WaterFlag.objects.filter(flag=flag, retracted_at=None)
    if within:
        standing = standing.filter(water__in=queries.waters_in(within).values("pk"))
    by_list = standing.filter(source=source, from_day=from_day, to_day=None, water__in=listed)
    kept = sorted(by_list.values_list("water__code", flat=True).distinct())
    others = standing.exclude(water__code__in=kept)  # by another reading: the list is the better source
    unflagged = sorted(others.exclude(water__in=listed).values_list("water__code", flat=True).distinct())
    new = [water for water in listed.values() if water.code not in kept]
    others.update(retracted_at=at)
    WaterFlag.objects.bulk_create(
        [
            WaterFlag(water=one, flag=flag, from_day=from_day, recorded_at=at, source=source, status=Status.READ)
            for one in new
        ]
    )
    flagged = [water.code for water in new]
    details = {"flag": flag, "label": LABELS[flag], "source": source, "flagged": flagged, "unflagged": unflagged}
    if flagged or unflagged:
        ledger.record(
            ("places", f"list:{flag}"),
            "places.import_water_list",
            by=by,
            at=at,
            occurred=from_day or at,
            details=details,
            clause="吉林 一(三)",
        )
    return WaterListImport(tuple(flagged), tuple(unflagged), tuple(kept))


def _listed_waters(text: str, within: str) -> tuple[dict[int, Water], list[tuple[int, str]]]:
    listed: dict[int, Water] = {}
    unknown: list[tuple[int, str]] = []
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    columns = {(name or "").strip(): name for name in reader.fieldnames or ()}
    code_column = columns.get("编码") or columns.get("code")
    name_column = columns.get("名称") or columns.get("水体名称") or columns.get("name")
    if not (code_column or name_column):
        raise Refused(Refusal("places.list_header", _("清单缺少“编码”或“名称”列。")))
    for row in reader:
        code = (row.get(code_column or "") or "").strip()
        name = (row.get(name_column or "") or "").strip()
        if not (code or name):
            continue
        try:
            found = [queries.water(code)] if code else queries.waters_named(name, within=within)
        except NotFound:
            found = []
        if len(found) == 1:
            listed[found[0].pk] = found[0]
        else:
            unknown.append((reader.line_num, code or name))
    return listed, unknown


@transaction.atomic
def record_functional_result(
    zone: FunctionalZone, *, from_day: date, met: bool, source: str, by: Actor, at: datetime
) -> FunctionalZoneResult:
    """Say whether a functional zone met its class in the period that begins on a day; an earlier word is retracted."""
    require(guards.maintain(by))
    FunctionalZoneResult.objects.filter(zone=zone, from_day=from_day, retracted_at=None).update(retracted_at=at)
    made = FunctionalZoneResult.objects.create(zone=zone, from_day=from_day, met=met, recorded_at=at, source=source)
    details = {"met": met, "from": from_day, "source": source}
    ledger.record(("functional_zone", zone.code), "zone.result", by=by, at=at, occurred=from_day, details=details)
    return made


@transaction.atomic
def declare_day(day: date, *, working: bool, source: str, by: Actor, at: datetime, name: str = "") -> CalendarDay:
    """Declare a day worked or free, over the published table or beyond it."""
    require(guards.maintain(by))
    before = CalendarDay.objects.filter(day=day).first()
    values = {"working": working, "source": source, "name": name, "recorded_at": at}
    made, _new = CalendarDay.objects.update_or_create(day=day, defaults=values)
    changes = {"working": (before.working if before else None, working)}
    ledger.record(("calendar", day.isoformat()), "calendar.declare", by=by, at=at, occurred=day, changes=changes)
    return made


@transaction.atomic
def record_change(
    old_code: str, new_code: str, *, day: date, source: str, by: Actor, at: datetime, old_name: str = "", note: str = ""
) -> DivisionChange:
    """From a day on the old code is the new one. What lies there is moved by an act of the registry."""
    require(guards.maintain(by))
    queries.unit(new_code)  # NotFound for a new code nobody knows
    values = {"day": day, "source": source, "status": Status.READ, "note": note, "old_name": old_name}
    made, _new = DivisionChange.objects.update_or_create(old_code=old_code, new_code=new_code, defaults=values)
    Unit.objects.filter(code=old_code, valid_to=None).update(valid_to=day)
    changes = {"code": (old_code, new_code)}
    ledger.record(("unit", old_code), "unit.change", by=by, at=at, occurred=day, changes=changes)
    return made
