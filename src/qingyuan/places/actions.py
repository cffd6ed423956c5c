"""Acts upon places: the named list of waters, declared working days, changes of divisions.

Acts upon one water are in waters.py, bulk loads in loading.py and zone files in zone_files.py; they are listed here so
that callers have one door.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import FLAG_OF_THE_NAMED_LIST, LABELS, Status, WaterFlagKind
from qingyuan.ledger import actions as ledger
from qingyuan.places import guards, queries
from qingyuan.places.loading import Loaded, load_basins, load_changes, load_divisions, load_waters, put_units
from qingyuan.places.models import (
    CalendarDay,
    DivisionChange,
    FunctionalZone,
    FunctionalZoneResult,
    Unit,
    Water,
    WaterFlag,
)
from qingyuan.places.waters import add_water, clear_flag, correct_water, extend_scope, set_flag, withdraw_flag
from qingyuan.places.zone_files import ZoneImport, demo_zones, import_zones, retire_zone

__all__ = [
    "Loaded",
    "ZoneImport",
    "add_water",
    "clear_flag",
    "correct_water",
    "demo_zones",
    "extend_scope",
    "import_zones",
    "load_basins",
    "load_changes",
    "load_divisions",
    "load_waters",
    "put_units",
    "retire_zone",
    "set_flag",
    "withdraw_flag",
]


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
