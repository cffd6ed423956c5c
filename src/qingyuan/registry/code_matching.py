"""编码核对: a list of national codes beside the register of a unit. A report; decisions are actions.take_code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qingyuan.core.geometry import distance_m
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.registry.duplicates import limits_at, share_of
from qingyuan.registry.models import Alias, Outlet

CHUNK = 500
LISTED_HERE_ONLY = 200


class Match(StrEnum):
    """How an entry of the list stands to the register."""

    SAME = "same"
    DIFFERS = "differs"
    UNCODED = "uncoded"
    OTHER_CODE = "other_code"
    ABSENT = "absent"
    FAULTY = "faulty"


MATCH_LABELS: Mapping[Match, str] = {
    Match.SAME: _("一致"),
    Match.DIFFERS: _("编码相同，内容不同"),
    Match.UNCODED: _("登记中尚无国家编码"),
    Match.OTHER_CODE: _("登记中是另一个编码"),
    Match.ABSENT: _("登记中没有"),
    Match.FAULTY: _("编码有误或重复"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `point` in degrees, None unknown; `fault` says what is wrong with the code."""

    line: int
    code: str
    name: str = ""
    point: tuple[float, float] | None = None
    unit: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with the outlet it was matched to, and what differs: field → (list, register)."""

    entry: Entry
    match: Match
    outlet: Outlet | None = None
    differences: Mapping[str, tuple[str, str]] | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Every entry once, and the coded outlets of the unit that are not in the list (the first of them)."""

    rows: tuple[Row, ...]
    only_here: tuple[Outlet, ...]
    only_here_count: int

    @property
    def counts(self) -> dict[Match, int]:
        """How many entries of each kind."""
        found = Counter(row.match for row in self.rows)
        return {match: found.get(match, 0) for match in Match}

    def as_json(self) -> dict[str, object]:
        """The form of `outlets reconcile-codes --json`."""
        return {
            "rows": len(self.rows),
            "counts": {match.value: n for match, n in self.counts.items()},
            "only_in_register": self.only_here_count,
            "entries": [
                {
                    "row": row.entry.line,
                    "code": row.entry.code,
                    "name": row.entry.name,
                    "match": row.match.value,
                    "outlet": row.outlet.pk if row.outlet else None,
                    "differences": {name: list(pair) for name, pair in (row.differences or {}).items()},
                    "distance_m": None if row.distance_m is None else round(row.distance_m, 1),
                    "fault": row.entry.fault,
                }
                for row in self.rows
            ],
            "only_here": [{"outlet": one.pk, "code": one.national_code, "name": one.name} for one in self.only_here],
        }


def reconcile(entries: Sequence[Entry], unit: Unit, *, on: date) -> Report:
    """Match every entry to the register of the unit: by code or an alias, else by a name that only one uncoded or
    otherwise coded outlet of the unit bears."""
    limit = limits_at(unit.path, on=on)
    codes = [entry.code for entry in entries if not entry.fault]
    here = Outlet.objects.filter(withdrawn_at=None).select_related("unit")
    here = here.within(unit.path) if unit.path else here
    by_code = _by(here, "national_code", codes)
    by_alias = _aliases(here, codes)
    by_name = _by(here, "name", [entry.name for entry in entries if entry.name])
    seen: set[str] = set()
    rows = []
    for entry in entries:
        if entry.fault or entry.code in seen:
            rows.append(Row(entry, Match.FAULTY))
            continue
        seen.add(entry.code)
        found = [*by_code.get(entry.code, ()), *by_alias.get(entry.code, ())][:1]
        named = by_name.get(entry.name, ()) if not found else ()
        rows.append(_row(entry, found, named, limit.distance_m, limit.name_share))
    in_list = here.standing().exclude(national_code="").values_list("pk", "national_code").order_by("national_code")
    only = [pk for pk, code in in_list.iterator() if code not in seen]
    shown = Outlet.objects.filter(pk__in=only[:LISTED_HERE_ONLY]).select_related("unit").order_by("national_code")
    return Report(tuple(rows), tuple(shown), len(only))


def _by(here: object, column: str, values: Sequence[str]) -> dict[str, list[Outlet]]:
    found: dict[str, list[Outlet]] = {}
    wanted = sorted(set(values))
    for start in range(0, len(wanted), CHUNK):
        for outlet in here.filter(**{f"{column}__in": wanted[start : start + CHUNK]}):  # type: ignore[attr-defined]
            found.setdefault(getattr(outlet, column), []).append(outlet)
    return found


def _aliases(here: object, codes: Sequence[str]) -> dict[str, list[Outlet]]:
    found: dict[str, list[Outlet]] = {}
    for start in range(0, len(codes), CHUNK):
        known = Alias.objects.filter(text__in=codes[start : start + CHUNK], outlet__in=here.values("pk"))  # type: ignore[attr-defined]
        for alias in known.select_related("outlet", "outlet__unit"):
            found.setdefault(alias.text, []).append(alias.outlet)
    return found


def _row(entry: Entry, found: Sequence[Outlet], named: Sequence[Outlet], near_m: float, alike: float) -> Row:
    if found:
        outlet, apart = found[0], _distance(entry, found[0])
        differences = _differences(entry, outlet, apart, near_m)
        return Row(entry, Match.DIFFERS if differences else Match.SAME, outlet, differences, apart)
    close = [one for one in named if (apart := _distance(entry, one)) is None or apart <= near_m * 10]
    if len(close) != 1 or share_of(entry.name, close[0].name) < alike:
        return Row(entry, Match.ABSENT)
    outlet = close[0]
    match = Match.OTHER_CODE if outlet.national_code else Match.UNCODED
    differences = {"national_code": (entry.code, outlet.national_code)}
    return Row(entry, match, outlet, differences, _distance(entry, outlet))


def _differences(entry: Entry, outlet: Outlet, apart: float | None, near_m: float) -> dict[str, tuple[str, str]]:
    found = {}
    if entry.name and entry.name != outlet.name:
        found["name"] = (entry.name, outlet.name)
    if apart is not None and apart > near_m and entry.point is not None:
        here = f"{outlet.longitude_deg}, {outlet.latitude_deg}"
        found["position"] = (f"{entry.point[0]:.6f}, {entry.point[1]:.6f}", here)
    if entry.code != outlet.national_code:
        found["national_code"] = (entry.code, outlet.national_code)
    return found


def _distance(entry: Entry, outlet: Outlet) -> float | None:
    if entry.point is None or outlet.longitude_deg is None or outlet.latitude_deg is None:
        return None
    return distance_m(*entry.point, float(outlet.longitude_deg), float(outlet.latitude_deg))
