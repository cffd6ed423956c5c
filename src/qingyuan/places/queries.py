"""Questions about units, waters, flags and the calendar. Questions about points and polygons are in locating.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from chinese_calendar import constants
from django.db.models import Q, QuerySet

from qingyuan.core.coding import short_name
from qingyuan.core.refusal import NotFound
from qingyuan.core.waters import WaterFlagKind
from qingyuan.core.workdays import Calendar
from qingyuan.core.zones import ZoneKind
from qingyuan.places.locating import (
    Located,
    Outlines,
    Presence,
    distance_to_water_m,
    inside,
    layer_loaded,
    line_distance_m,
    locate,
    nearest_waters,
    outlines,
    read_shape,
    unit_for_point,
    zones_at,
    zones_for_points,
)
from qingyuan.places.models import (
    CalendarDay,
    DivisionChange,
    FunctionalZone,
    FunctionalZoneResult,
    Layer,
    Unit,
    Water,
    WaterFlag,
)
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.prepared import prepared

__all__ = [
    "Located",
    "Outlines",
    "Presence",
    "distance_to_water_m",
    "inside",
    "layer_loaded",
    "line_distance_m",
    "locate",
    "nearest_waters",
    "outlines",
    "read_shape",
    "unit_for_point",
    "zones_at",
    "zones_for_points",
]


# --- units ------------


def unit(code: str) -> Unit:
    """The unit of a code (6, 9, 12 digits, a zone code or a statistical code of a zone). NotFound for no such unit."""
    found = Unit.objects.filter(Q(code=code) | Q(statistics_code=code, statistics_code__gt="")).first()
    if found is None:
        raise NotFound("unit", code)
    return found


def unit_named(name: str, *, within: str = "", level: int | None = None) -> Unit | None:
    """The one unit of this name in a subtree: the full name, else the name without its ending; None if none or several.

    >>> unit_named("新绛", within="14")  # 新绛县
    """
    plain = "".join(name.split())
    if not plain:
        return None
    here = Unit.objects.within(within).standing()
    if level is not None:
        here = here.filter(level=level)
    exact = list(here.filter(name=plain)[:2])
    if exact:
        return exact[0] if len(exact) == 1 else None
    close = [one for one in here.filter(name__startswith=plain).order_by("level")[:50] if short_name(one.name) == plain]
    return close[0] if len(close) == 1 else None


def unit_for(text: str, *, within: str = "") -> Unit:
    """A unit by code, an old code included, or by a name that is unique in a subtree. NotFound else."""
    plain = "".join(text.split())
    if plain[:2].isdecimal():
        plain = normalize("NFKC", plain)  # digits of full width are digits
        try:
            return unit(plain)
        except NotFound:
            if newer := current_code(plain):
                return unit(newer)
            raise
    found = unit_named(plain, within=within)
    if found is None:
        raise NotFound("unit", text)
    return found


def units_below(path: str, *, level: int | None = None, itself: bool = False) -> QuerySet[Unit]:
    """The units below a path that still stand, in the order of their paths, optionally of one level."""
    found = Unit.objects.within(path).standing().order_by("path")
    if not itself:
        found = found.exclude(path=path)
    return found if level is None else found.filter(level=level)


def children(path: str) -> list[Unit]:
    """The units directly below: counties and zones of a city, towns of a county …"""
    return _children(path=path)


@prepared
def _children(path: Any) -> QuerySet[Unit]:
    return Unit.objects.standing().filter(parent__path=path).order_by("kind", "path")


def ancestors(path: str, *, itself: bool = True) -> list[Unit]:
    """The units from the nation down to a path."""
    return _by_level(paths=ancestors_of(path, itself=itself))


@prepared
def _by_level(paths: Any) -> QuerySet[Unit]:
    return Unit.objects.filter(path__in=paths).order_by("level")


def unit_at(path: str) -> Unit | None:
    """The unit of a path, if there is one."""
    return _by_level.first(paths=[path])


def full_name(path: str) -> str:
    """The names from the province down, as on a form: 山西省大同市平城区."""
    return "".join(one.name for one in ancestors(path) if one.level) or "全国"


def current_codes(old: str) -> tuple[str, ...]:
    """The codes an old code became, followed to the end; itself when it still stands; several after a split."""
    found, open_codes, seen = [], [old], set()
    while open_codes:
        code = open_codes.pop()
        if code in seen:
            continue
        seen.add(code)
        newer = list(DivisionChange.objects.filter(old_code=code).values_list("new_code", flat=True))
        if newer:
            open_codes += newer
        elif Unit.objects.filter(code=code).exists():
            found.append(code)
    return tuple(sorted(found))


def current_code(old: str) -> str | None:
    """The one code an old code became, or None: unknown, abolished, or split among several."""
    codes = current_codes(old)
    return codes[0] if len(codes) == 1 else None


# --- waters ------------


def water(code: str) -> Water:
    """A water by its code; NotFound for none."""
    found = Water.objects.filter(code=code).defer("geometry").first()
    if found is None:
        raise NotFound("water", code)
    return found


def waters_named(name: str, *, within: str = "") -> list[Water]:
    """Waters of a name or another name of theirs; those that flow through the subtree where there are any."""
    plain = "".join(name.split())
    if not plain:
        return []
    named = Q(name=plain) | Q(other_names__contains=plain)
    found = [
        one
        for one in Water.objects.filter(named).defer("geometry").order_by("path")
        if one.name == plain or plain in one.other_names.split("、")
    ]
    if within and len(found) > 1:
        here = set(waters_in(within).values_list("pk", flat=True))
        return [one for one in found if one.pk in here] or found
    return found


def waters_in(path: str) -> QuerySet[Water]:
    """Waters that flow through a unit: said of it, of a unit below it, or of one above it."""
    said = within_q("units__path", path) | Q(units__path__in=ancestors_of(path, itself=False)[1:])
    return Water.objects.filter(pk__in=Water.objects.filter(said).values("pk")).defer("geometry").order_by("path")


def upstream_of(water_path: str) -> QuerySet[Water]:
    """A water and everything that flows into it."""
    return Water.objects.filter(within_q("path", water_path)).defer("geometry")


def _flags_in_force(on: date, known_at: datetime | None) -> QuerySet[WaterFlag]:
    rows = WaterFlag.objects.filter(Q(from_day=None) | Q(from_day__lte=on), Q(to_day=None) | Q(to_day__gt=on))
    if known_at is None:
        return rows.filter(retracted_at=None)
    return rows.filter(Q(retracted_at=None) | Q(retracted_at__gt=known_at), recorded_at__lte=known_at)


def water_ids_with(flags: Iterable[str], on: date, known_at: datetime | None = None) -> set[int]:
    """The ids of the waters that bear at least one of the flags on a day, as known now or at a time."""
    wanted = [WaterFlagKind(flag).value for flag in flags]
    return set(_flags_in_force(on, known_at).filter(flag__in=wanted).values_list("water_id", flat=True))


def flags_of(water: Water, on: date, known_at: datetime | None = None) -> tuple[WaterFlag, ...]:
    """The flags a water bears on a day, with their days and sources."""
    return tuple(_flags_in_force(on, known_at).filter(water=water).order_by("flag", "from_day"))


def flags_ever(water_id: int) -> list[WaterFlag]:
    """Every flag row ever recorded about one water."""
    return _flags_ever(water=water_id)


@prepared
def _flags_ever(water: Any) -> QuerySet[WaterFlag]:
    return WaterFlag.objects.filter(water_id=water).order_by("flag", "recorded_at")


def flag_history(water_ids: Collection[int] | None = None) -> QuerySet[WaterFlag]:
    """Every flag row ever recorded, for askings that compare two times."""
    rows = WaterFlag.objects.order_by("water_id", "flag", "recorded_at")
    return rows if water_ids is None else rows.filter(water_id__in=water_ids)


def functional_zone_met(zone: FunctionalZone, on: date, known_at: datetime | None = None) -> bool | None:
    """Whether a functional zone met its class in the latest period begun by a day; None when nobody said."""
    rows = FunctionalZoneResult.objects.filter(zone=zone, from_day__lte=on)
    if known_at is None:
        rows = rows.filter(retracted_at=None)
    else:
        rows = rows.filter(Q(retracted_at=None) | Q(retracted_at__gt=known_at), recorded_at__lte=known_at)
    return rows.order_by("-from_day", "-recorded_at").values_list("met", flat=True).first()


def layers_loaded(path: str) -> frozenset[ZoneKind]:
    """The kinds of zone of which a layer is loaded that covers a path."""
    return frozenset(map(ZoneKind, _layers(paths=ancestors_of(path))))


@prepared
def _layers(paths: Any) -> QuerySet[Layer, str]:
    return Layer.objects.filter(unit__path__in=paths).order_by().values_list("kind", flat=True).distinct()


# --- calendar ------------


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """The working days as published by the State Council, as far as the table goes (2004 to 2026)."""
    exceptions = dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
    years = sorted({day.year for day in exceptions})
    return Calendar(date(years[0], 1, 1), date(years[-1], 12, 31), exceptions)


def calendar() -> Calendar:
    """The published table with the days the site declared.

    A later year is known whole once somebody declared its 31 December; until then its declared days are known singly.
    """
    published = published_calendar()
    declared = dict(CalendarDay.objects.values_list("day", "working"))
    last = published.last
    while date(last.year + 1, 12, 31) in declared:
        last = date(last.year + 1, 12, 31)
    return Calendar(published.first, last, {**published.exceptions, **declared})
