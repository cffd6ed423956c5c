"""Which outlet of the register is this row? By code, else by unit and name, else by unit, point within 10 m and party;
each as it is now, else as it was before an entry was dropped as a duplicate (formerly.py).

Rows are asked in batches: a few queries by code and name, one array of positions read once. More than one answer is
none: the row is refused until somebody has looked. Within the file a second row for the same outlet is refused too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import FloatField
from django.db.models.functions import Cast
from numpy.typing import ArrayLike, NDArray

from qingyuan.core.geometry import distance_m
from qingyuan.exchange.among import among
from qingyuan.exchange.comparing import changes, differences
from qingyuan.exchange.firsts import Firsts
from qingyuan.exchange.formerly import Formers, aliases
from qingyuan.exchange.gazetteer import COUNTY
from qingyuan.exchange.judging import Judge, Judged
from qingyuan.exchange.values import name_of
from qingyuan.registry.duplicates import limits_at
from qingyuan.registry.models import Outlet, OutletQuerySet, Proposal

NEAR_M = 10.0
_GUESSED = frozenset({"field.unit_from_name", "field.unit_from_point"})
"""The row itself named no county."""
_POSITION = {"longitude_deg", "latitude_deg", "position_given"}
_CELL = 50_000.0  # cells a degree for each metre looked around: 0.0002° is wider than 10 m everywhere in the country


@dataclass(slots=True)
class Near:
    """Positions of the register in one unit, sorted by cell, for asking what lies within metres of a point."""

    keys: np.ndarray
    ids: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    within_m: float

    @classmethod
    def read(cls, path: str, formers: Formers, *, within_m: float = NEAR_M) -> Near:
        """Every position of a unit's standing outlets, and of entries dropped as duplicates."""
        rows = Outlet.objects.within(path).filter(withdrawn_at=None, mkey__isnull=False)
        # As floats: a decimal made for each of them costs more than the reading of it.
        point = (Cast("longitude_deg", FloatField()), Cast("latitude_deg", FloatField()))
        standing = rows.values_list("pk", *point).iterator(10_000)
        found = [*standing, *formers.located()]
        lon = np.array([row[1] for row in found], dtype=np.float64)
        lat = np.array([row[2] for row in found], dtype=np.float64)
        keys = _key(np.floor(lon * _CELL / within_m), np.floor(lat * _CELL / within_m))
        order = np.argsort(keys, kind="stable")
        ids = np.array([row[0] for row in found], dtype=np.int64)
        return cls(keys[order], ids[order], lon[order], lat[order], within_m)

    def beside(self, points: Sequence[tuple[float, float]]) -> list[bool]:
        """Of each point: may anything lie so near? A no is sure."""
        where = np.floor(np.array(points, dtype=np.float64).reshape(-1, 2) * (_CELL / self.within_m))
        found = np.zeros(len(where), dtype=bool)
        for dx in (-1, 0, 1):
            first = np.searchsorted(self.keys, _key(where[:, 0] + dx, where[:, 1] - 1), "left")
            found |= first < np.searchsorted(self.keys, _key(where[:, 0] + dx, where[:, 1] + 1), "right")
        return found.tolist()

    def around(self, lon: float, lat: float) -> list[tuple[int, float]]:
        """Ids and metres of what lies so near."""
        if not len(self.keys):
            return []
        x, y = np.floor(lon * _CELL / self.within_m), np.floor(lat * _CELL / self.within_m)
        found = []
        for dx in (-1, 0, 1):
            first = np.searchsorted(self.keys, _key(x + dx, y - 1), "left")
            last = np.searchsorted(self.keys, _key(x + dx, y + 1), "right")
            for place in range(int(first), int(last)):
                metres = distance_m(lon, lat, float(self.lon[place]), float(self.lat[place]))
                if metres <= self.within_m:
                    found.append((int(self.ids[place]), metres))
        return found


def _key(x: ArrayLike, y: ArrayLike) -> NDArray[np.int64]:
    return (np.asarray(x) * 1_000_000 + np.asarray(y)).astype(np.int64)


@dataclass(slots=True)
class _Seen:
    """Where in the file an identity came up before: the line's number by the hash of codes, names in a county, whole
    lines; by the id of outlets."""

    codes: Firsts = field(default_factory=Firsts)
    names: Firsts = field(default_factory=Firsts)
    rows: Firsts = field(default_factory=Firsts)
    outlets: Firsts = field(default_factory=Firsts)


@dataclass(frozen=True, slots=True)
class _Named:
    """An outlet of the register that bears a name of the file; with `former`, that did as a dropped entry."""

    pk: int
    unit_path: str
    national_code: str
    local_code: str
    former: int | None = None

    def is_another(self, national: str, local: str) -> bool:
        """The same name, but both sides have a code of the same kind and the codes differ."""
        return bool(national and self.national_code and national != self.national_code) or bool(
            local and self.local_code and local != self.local_code
        )


class Matcher:
    """Finds the outlet of each row and refuses what is ambiguous or twice in the file."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.top = judge.gazetteer.top
        self._formers = Formers.read()
        self._near: Near | None = None
        self._limit_m = limits_at(self.top.path, on=judge.today).distance_m
        self._around: Near | None = None
        self._seen = _Seen()

    def match(self, batch: Sequence[Judged]) -> dict[int, Outlet]:
        """Set `outlet_id` on the rows that are known, and `former` on those that name a dropped entry; gives the
        outlets by id."""
        for judged in batch:
            self._within_file(judged)
        by_code, by_name = self._by_code(batch), self._by_name(batch)
        candidates = {
            judged.row: self._candidates(judged, by_code, by_name) if by_code or judged.name in by_name else {}
            for judged in batch
        }
        candidates |= self._by_points([judged for judged in batch if not candidates[judged.row]])
        wanted = {pk for found in candidates.values() for pk in found}
        if not wanted:
            return {}
        standing = self._standing().select_related("water", "party", "unit", "managing_unit")
        outlets = standing.in_bulk(wanted)
        formers = self._formers.as_it_stood({pk for found in candidates.values() for pk in found.values() if pk})
        for judged in batch:
            found = {outlets[pk]: former for pk, former in sorted(candidates[judged.row].items()) if pk in outlets}
            judged.former = formers.get(next(iter(found.values())) or 0) if len(found) == 1 else None
            self._decide(judged, list(found))
        self._hold(batch, outlets)
        return outlets

    def _hold(self, batch: Sequence[Judged], outlets: Mapping[int, Outlet]) -> None:
        """What an old file still says of a kept entry, and was put aside for the dropped one's word, does not come back
        by itself: it is told, and a person corrects it if it must be."""
        befores = self._formers.before(outlets.values())
        for judged in batch:
            olds = befores.get(judged.outlet_id or 0, ())
            if not olds or judged.former is not None:
                continue
            now = differences(judged, outlets[judged.outlet_id or 0], self.judge.gazetteer)
            for old in olds:
                judged.held |= now.keys() - differences(judged, old, self.judge.gazetteer).keys()
            if judged.held:
                self.judge.tell(judged, "identity.old_value", fields="、".join(_titles(judged.held)))

    # --- within the file -----------------------------------------------------------------------------------------

    def _within_file(self, judged: Judged) -> None:
        if (other := self._seen.rows.first(self._whole(judged), judged.row)) != judged.row:
            self.judge.tell(judged, "identity.duplicate_row", other=other)
            return
        codes = [str(judged.values[name]) for name in ("national_code", "local_code") if judged.values.get(name)]
        for code in codes:
            if (other := self._seen.codes.first(hash(code), judged.row)) != judged.row:
                self.judge.tell(judged, "code.duplicate", "code", value=code, other=other)
        if not codes and judged.name and judged.unit is not None:
            key = hash((self._county(judged), judged.name))
            if (other := self._seen.names.first(key, judged.row)) != judged.row:
                self.judge.tell(judged, "name.duplicate", "name", other=other, unit=judged.unit.name, value=judged.name)
        if not codes and not judged.name and judged.point is None:
            self.judge.tell(judged, "identity.nothing")

    def _whole(self, judged: Judged) -> int:
        """The hash of what a line says, its number in the list aside."""
        raw = judged.raw
        if judged.said is not None:
            return hash(
                tuple([pair for pair in raw.items() if pair[0] != "seq"]) if "seq" in raw else tuple(raw.items())
            )
        # The order of the columns, whatever repairs came later.
        order = [name for name in self.judge.columns if name in raw and name != "seq"]
        order += sorted(raw.keys() - {*order, "seq"})
        return hash(tuple([(name, str(raw[name])) for name in order]))

    def _county(self, judged: Judged) -> str:
        if judged.unit is None:
            return self.top.path
        county = self.judge.gazetteer.above(judged.unit, COUNTY)
        return county.path if county is not None else judged.unit.path

    # --- in the register -----------------------------------------------------------------------------------------

    def _standing(self) -> OutletQuerySet:
        return Outlet.objects.filter(withdrawn_at=None)

    def _by_code(self, batch: Sequence[Judged]) -> dict[str, list[int]]:
        """Ids by code; who bears a code comes before who bore it."""
        found: dict[str, list[int]] = {}
        for name, kind in (("national_code", "national"), ("local_code", "local")):
            path = self.top.path if kind == "local" else None
            codes = {str(judged.values[name]) for judged in batch if judged.values.get(name)}
            if not codes:
                continue
            rows = self._standing() if path is None else self._standing().within(path)
            for pk, code in rows.filter(**{f"{name}__in": codes}).values_list("pk", name):
                found.setdefault(code, []).append(pk)
            for code, pk in aliases(kind, codes - found.keys(), path=path):
                found.setdefault(code, []).append(self._formers.leads_to(pk))
        return found

    def _by_name(self, batch: Sequence[Judged]) -> dict[str, list[_Named]]:
        names = {judged.name for judged in batch if judged.name}
        found: dict[str, list[_Named]] = {}
        if names:
            rows = self._standing().within(self.top.path).filter(name__in=among(names))
            columns = ("pk", "name", "unit_path", "national_code", "local_code")
            for pk, name, path, national, local in rows.values_list(*columns):
                found.setdefault(name, []).append(_Named(pk, path, national, local))
        for name in names:
            for one in self._formers.by_name.get(name, ()):
                former = _Named(one.kept, one.unit_path, one.national_code, one.local_code, one.outlet)
                found.setdefault(name, []).append(former)
        return found

    def _candidates(
        self, judged: Judged, by_code: dict[str, list[int]], by_name: dict[str, list[_Named]]
    ) -> dict[int, int | None]:
        """Id → the dropped entry by which it was found, None where it was found as itself."""
        national, local = (str(judged.values.get(name) or "") for name in ("national_code", "local_code"))
        codes = [code for code in (national, local) if code]
        coded = {pk for code in codes for pk in by_code.get(code, ())}
        if coded:
            formers = {pk: self._formers.coded(pk, codes) for pk in coded}
            return {pk: former.outlet if former is not None else None for pk, former in formers.items()}
        county = self._county(judged)
        guessed = any(item.code in _GUESSED for item in judged.findings)
        named = [
            one
            for one in by_name.get(judged.name, ())
            # Where the county is our guess, an outlet whose county nobody stated yet may be the one.
            if one.unit_path.startswith(county) or (guessed and county.startswith(one.unit_path))
            if not one.is_another(national, local)
        ]
        standing: dict[int, int | None] = {one.pk: None for one in named if one.former is None}
        return standing or {one.pk: one.former for one in named}

    def _by_points(self, batch: Sequence[Judged]) -> dict[int, dict[int, int | None]]:
        """What is found by the point, for rows that nothing else was found for."""
        placed = [(judged, judged.point) for judged in batch if judged.point is not None]
        if not placed:
            return {}
        near = self._near = self._near or Near.read(self.top.path, self._formers)
        beside = near.beside([point for _judged, point in placed])
        close = [(judged, dict(near.around(*point))) for (judged, point), it in zip(placed, beside, strict=True) if it]
        found = {judged.row: self._by_point(judged, around) for judged, around in close if around}
        self._tell_doubles([(judged, point) for judged, point in placed if judged.row not in found])
        return found

    def _tell_doubles(self, placed: Sequence[tuple[Judged, tuple[float, float]]]) -> None:
        """A line that would enter anew within the scheme's distance of what stands: said, and a person decides (大同
        二(二) 不重不漏). Two that are coded or numbered apart are two."""
        if self._limit_m <= NEAR_M or not placed:
            return
        wide = self._around = self._around or Near.read(self.top.path, self._formers, within_m=self._limit_m)
        beside = wide.beside([point for _judged, point in placed])
        close = [(one, dict(wide.around(*point))) for (one, point), it in zip(placed, beside, strict=True) if it]
        known = self._standing().in_bulk({pk for _one, around in close for pk in around})
        for judged, around in close:
            for pk, metres in sorted(around.items(), key=lambda one: one[1]):
                outlet = known.get(pk)
                if outlet is None or self._is_another(judged, outlet):
                    continue
                where = "longitude" if "longitude" in judged.raw else "coordinates"
                said = {"other": outlet.name, "metres": f"{metres:.0f}", "limit": f"{self._limit_m:g}"}
                self.judge.tell(judged, "coordinate.near_another", where, **said)
                break

    @staticmethod
    def _is_another(judged: Judged, outlet: Outlet) -> bool:
        national, local = (str(judged.values.get(name) or "") for name in ("national_code", "local_code"))
        known = _Named(outlet.pk, outlet.unit_path, outlet.national_code, outlet.local_code)
        return known.is_another(national, local) or _numbered_apart(judged.name, outlet.name)

    def _by_point(self, judged: Judged, around: Mapping[int, float]) -> dict[int, int | None]:
        national, local = (str(judged.values.get(name) or "") for name in ("national_code", "local_code"))
        party = str(judged.values.get("party_name") or "")
        county = self._county(judged)
        close = Outlet.objects.filter(pk__in=around).select_related("party")
        standing: dict[int, int | None] = {}
        dropped: dict[int, int | None] = {}
        for outlet in close:
            former = self._formers.by_outlet.get(outlet.pk)
            codes = former or outlet
            known = _Named(outlet.pk, outlet.unit_path, codes.national_code, codes.local_code)
            apart = known.is_another(national, local) or _numbered_apart(judged.name, outlet.name)
            here = outlet.unit_path.startswith(county) and not apart
            if party and here and party in party_names(outlet):
                if former is None:
                    standing[outlet.pk] = None
                else:
                    dropped[former.kept] = former.outlet
            elif former is None:
                where = "longitude" if "longitude" in judged.raw else "coordinates"
                there = f"台账中的“{outlet.name}”"
                metres = f"{around[outlet.pk]:.1f}"
                self.judge.tell(judged, "coordinate.shared", where, other=there, metres=metres)
        return standing or dropped

    def _decide(self, judged: Judged, found: Sequence[Outlet]) -> None:
        if len(found) > 1:
            names = "、".join(outlet.national_code or outlet.local_code or outlet.name for outlet in found[:3])
            self.judge.tell(judged, "identity.ambiguous", "name", outlets=names)
        elif found:
            outlet = found[0]
            path = outlet.managing_path if self.top.kind == "zone" else outlet.unit_path
            if not path.startswith(self.top.path):
                self.judge.tell(judged, "identity.outside_scope", "code", outlet=outlet.name, unit=self.top.name)
            elif self._changes_nothing(judged, outlet):
                judged.outlet_id = outlet.pk
            elif (other := self._seen.outlets.first(outlet.pk, judged.row)) != judged.row:
                self.judge.tell(judged, "identity.twice", other=other, outlet=outlet.name)
            else:
                judged.outlet_id = outlet.pk

    def _changes_nothing(self, judged: Judged, outlet: Outlet) -> bool:
        """A row about a dropped entry that says what it always said: it may stand beside the row of the kept one."""
        if judged.former is None:
            return False
        self.judge.tell(judged, "identity.resolved", "name", former=judged.former.name, outlet=outlet.name)
        return not changes(judged, outlet, self.judge.gazetteer)


def _titles(columns: Iterable[str]) -> list[str]:
    """What columns are called; a position once."""
    return sorted({"坐标" if one in _POSITION else str(Outlet._meta.get_field(one).verbose_name) for one in columns})  # type: ignore[union-attr]


def _numbered_apart(name: str, other: str) -> bool:
    """1号口 and 2号口 of one plant may stand metres apart: where both names are numbered, the numbers must agree."""
    numbers, others = re.findall(r"\d+", name), re.findall(r"\d+", other)
    return bool(numbers) and bool(others) and numbers != others


def party_names(outlet: Outlet) -> set[str]:
    """The responsible party's name and every name proposed for it."""
    proposed = Proposal.objects.filter(outlet=outlet, about="party").values_list("text", flat=True)
    return {name_of(name) for name in ([outlet.party.name] if outlet.party else []) + list(proposed) if name}


def open_proposals(outlets: Iterable[int]) -> dict[int, dict[str, list[Proposal]]]:
    """Proposals of outlets by id and subject."""
    found: dict[int, dict[str, list[Proposal]]] = {}
    for proposal in Proposal.objects.filter(outlet__in=list(outlets)):
        found.setdefault(proposal.outlet_id, {}).setdefault(proposal.about, []).append(proposal)
    return found
