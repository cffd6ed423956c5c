"""Asking who did what and who read what.

An act lies in one's scope when its subject does, or when the officer who did it serves there; the subject's place is
asked in bulk, page by page, because the ledger knows no places. A reading lies in one's scope when the unit it was
about does, or when it took rows of a unit that holds one's own. Both lists are paged by key, newest first, and neither
is ever counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from qingyuan.access.models import Assignment, Officer, Reading
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import require
from qingyuan.ledger.models import Entry
from qingyuan.ledger.queries import Line, lines_of
from qingyuan.places.models import Unit, Water, Zone
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.registry.models import Outlet

SIZE = 50
LOOKED_AT_ONCE = 500
LOOKED_MOST = 5_000
UNTOLD = "notice"  # messages of the system to officers: many, and nobody's act; shown when asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of either list: an officer's opaque id, an act or a kind of reading, a unit's subtree, days."""

    actor_id: str = ""
    what: str = ""
    unit_path: str = ""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the ledger, about whom or what, and in which unit (None: in no particular one)."""

    id: int
    kind: str
    subject_id: str
    subject: str
    place: Place | None
    line: Line


@dataclass(frozen=True, slots=True)
class Acts:
    """A page of acts; `after` leads on (0: there are no more). A page may be short although there are more: only so
    many entries are looked at for one page."""

    rows: tuple[Act, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Read:
    """One reading with the names of who read and of the unit."""

    row: Reading
    who: str
    unit: str


@dataclass(frozen=True, slots=True)
class Reads:
    """A page of readings."""

    rows: tuple[Read, ...]
    after: int


def _require(actor: Actor) -> frozenset[str]:
    """The territories in which the actor reads the audit.

    Raises
    ------
    Refused
    """
    require(access_refusal(actor, Permission.AUDIT_READ))
    return frozenset(path for grant in actor.holding(Permission.AUDIT_READ) for path in grant.reach.unit_paths)


# --- who did what ------------


def acts(actor: Actor, asked: Asked, *, after: int = 0, size: int = SIZE) -> Acts:
    """Who did what, newest first.

    Raises
    ------
    Refused
        The actor may not read the audit.
    """
    paths = _require(actor)
    entries = Entry.objects.order_by("-pk")
    if not asked.what.startswith(UNTOLD):
        entries = entries.exclude(kind=UNTOLD)
    if asked.actor_id:
        entries = entries.filter(actor_id=asked.actor_id)
    if asked.what:
        entries = entries.filter(act=asked.what)
    if asked.from_day:
        entries = entries.filter(recorded_at__gte=_begin(asked.from_day))
    if asked.to_day:
        entries = entries.filter(recorded_at__lt=_begin(asked.to_day + timedelta(days=1)))
    found: list[Act] = []
    looked, last = 0, after
    while len(found) <= size and looked < LOOKED_MOST:
        chunk = list((entries.filter(pk__lt=last) if last else entries)[:LOOKED_AT_ONCE])
        found += _in_scope(chunk, paths, asked.unit_path)
        looked += len(chunk)
        if len(chunk) < LOOKED_AT_ONCE:
            last = 0
            break
        last = chunk[-1].pk
    if len(found) > size:
        return Acts(tuple(found[:size]), found[size - 1].id)
    return Acts(tuple(found), last)


def _in_scope(chunk: Sequence[Entry], paths: Collection[str], wanted: str) -> list[Act]:
    subjects = _subjects({(one.kind, one.subject_id) for one in chunk})
    at_home = _serving({one.actor_id for one in chunk}, paths)
    found = []
    for entry, line in lines_of(chunk):
        name, place = subjects.get((entry.kind, entry.subject_id), ("", None))
        path = place.unit_path if place else ""
        seen = "" in paths or entry.actor_id in at_home or (place is not None and any(map(path.startswith, paths)))
        asked_for = not wanted or (place is not None and path.startswith(wanted))
        if seen and asked_for:
            found.append(Act(entry.pk, entry.kind, entry.subject_id, name, place, line))
    return found


def _subjects(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, Place | None]]:
    """Name and place of subjects, one query for each kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    found: dict[tuple[str, str], tuple[str, Place | None]] = {}
    for kind, ids in by_kind.items():
        if (ask := _ASK.get(kind)) is not None:
            found |= {(kind, key): (name, None if path is None else Place(path)) for key, name, path in ask(ids)}
    return found


_Row = tuple[str, str, str | None]


def _outlets(ids: Sequence[str]) -> Iterable[_Row]:
    rows = Outlet.objects.filter(pk__in=_numbers(ids)).values_list("pk", "name", "unit_path")
    return [(str(pk), name, path) for pk, name, path in rows]


def _bodies(ids: Sequence[str]) -> Iterable[_Row]:
    rows = Body.objects.filter(pk__in=_numbers(ids)).values_list("pk", "name", "unit_path")
    return [(str(pk), name, path) for pk, name, path in rows]


def _officers(ids: Sequence[str]) -> Iterable[_Row]:
    homes = _homes(_numbers(ids))
    rows = Officer.objects.filter(pk__in=_numbers(ids)).values_list("pk", "name")
    return [(str(pk), name, min(homes.get(pk, ()), key=len, default=None)) for pk, name in rows]


def _units(ids: Sequence[str]) -> Iterable[_Row]:
    return [
        (code, name, path) for code, name, path in Unit.objects.filter(code__in=ids).values_list("code", "name", "path")
    ]


def _zones(ids: Sequence[str]) -> Iterable[_Row]:
    rows = Zone.objects.filter(pk__in=_numbers(ids)).values_list("pk", "name", "unit__path")
    return [(str(pk), name, path) for pk, name, path in rows]


def _waters(ids: Sequence[str]) -> Iterable[_Row]:
    """A water belongs to the units it flows through; the widest of them stands for it."""
    found: dict[str, _Row] = {}
    rows = Water.objects.filter(code__in=ids).order_by("-units__path").values_list("code", "name", "units__path")
    for code, name, path in rows:
        found[code] = (code, name, path)
    return found.values()


_ASK: dict[str, Callable[[Sequence[str]], Iterable[_Row]]] = {
    "outlet": _outlets,
    "body": _bodies,
    "party": _bodies,
    "officer": _officers,
    "unit": _units,
    "zone": _zones,
    "water": _waters,
}


def _numbers(ids: Iterable[str]) -> list[int]:
    return [int(one) for one in ids if one.isdecimal() and len(one) < 18]


def _homes(officers: Collection[int]) -> dict[int, set[str]]:
    """Where officers serve or served: the units of their assignments, else of their department or party."""
    found: dict[int, set[str]] = {}
    rows = Assignment.objects.filter(officer__in=officers).values_list(
        "officer", "unit__path", "body__unit_path", "party__unit_path"
    )
    for officer, *paths in rows:
        path = next((one for one in paths if one is not None), None)
        if path is not None:
            found.setdefault(officer, set()).add(path)
    return found


def _serving(actor_ids: Collection[str], paths: Collection[str]) -> set[str]:
    """The officers among these who serve within the territories."""
    numbers = {f"officer:{pk}": pk for pk in _numbers(one.removeprefix("officer:") for one in actor_ids)}
    homes = _homes(list(numbers.values()))
    return {
        key for key, pk in numbers.items() if any(home.startswith(path) for home in homes.get(pk, ()) for path in paths)
    }


# --- who read what ------------


def reads(actor: Actor, asked: Asked, *, after: int = 0, size: int = SIZE, kinds: Collection[str] = ()) -> Reads:
    """Who read what, newest first.

    Raises
    ------
    Refused
        The actor may not read the audit.
    """
    return page_of(reads_within(_require(actor)), asked, after=after, size=size, kinds=kinds)


def shared(actor: Actor, asked: Asked, *, after: int = 0, size: int = SIZE) -> Reads:
    """The calls of the sharing service that took rows of the asked unit, for whoever may share there.

    Raises
    ------
    Refused
    """
    require(access_refusal(actor, Permission.DATA_SHARE))
    paths = {path for grant in actor.holding(Permission.DATA_SHARE) for path in grant.reach.unit_paths}
    within = [asked.unit_path] if any(asked.unit_path.startswith(path) for path in paths) else sorted(paths)
    plain = Asked(asked.actor_id, asked.what, "", asked.from_day, asked.to_day)
    return page_of(reads_within(within), plain, after=after, size=size, kinds=("share",))


def reads_within(paths: Collection[str]) -> QuerySet[Reading]:
    """Readings about the territories, about what lies in them, or about a unit that holds them."""
    if "" in paths:
        return Reading.objects.all()
    scope = Q(pk__in=[])
    for path in paths:
        scope |= within_q("unit_path", path) | Q(unit_path__in=ancestors_of(path, itself=False))
    return Reading.objects.filter(scope)


def page_of(
    found: QuerySet[Reading], asked: Asked, *, after: int = 0, size: int = SIZE, kinds: Collection[str] = ()
) -> Reads:
    """A page of a set of readings."""
    if kinds:
        found = found.filter(kind__in=kinds)
    if asked.actor_id:
        found = found.filter(actor_id=asked.actor_id)
    if asked.what:
        found = found.filter(kind=asked.what)
    if asked.unit_path:
        found = found.filter(within_q("unit_path", asked.unit_path))
    if asked.from_day:
        found = found.filter(at__gte=_begin(asked.from_day))
    if asked.to_day:
        found = found.filter(at__lt=_begin(asked.to_day + timedelta(days=1)))
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    after = rows[size - 1].pk if len(rows) > size else 0
    names, units = _names(rows[:size]), _unit_names({row.unit_path for row in rows[:size]})
    return Reads(
        tuple(Read(row, names.get(row.actor_id, row.actor_id), units.get(row.unit_path, "")) for row in rows[:size]),
        after,
    )


def _names(rows: Iterable[Reading]) -> dict[str, str]:
    numbers = _numbers(row.actor_id.removeprefix("officer:") for row in rows)
    return {f"officer:{pk}": name for pk, name in Officer.objects.filter(pk__in=numbers).values_list("pk", "name")}


def _unit_names(paths: Collection[str]) -> dict[str, str]:
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))


def taken_in_until() -> datetime | None:
    """The time of the last reading that is in the table; later ones are still in the day's file."""
    return Reading.objects.order_by("-pk").values_list("at", flat=True).first()


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
