"""The facts of many outlets by column, for judging a register at once: the same as `queries.facts_of` one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from qingyuan.core.policy.facts import FACTS
from qingyuan.core.policy.judging import Column
from qingyuan.core.zones import ZoneKind, fact_of
from qingyuan.places.models import Layer
from qingyuan.places.paths import ancestors_of
from qingyuan.registry import kept
from qingyuan.registry.kept import COUNTY
from qingyuan.registry.models import Fact, Outlet, OutletQuerySet, ZoneMembership

SIZE = 20_000
CHUNK = 900
DENSE = 4  # ids a row up to which the facts of a batch are asked by one statement over its range
ROW = (
    "pk",
    "unit_path",
    "type_key",
    "special_kind",
    "stage",
    "is_direct",
    "conduit_form",
    "mkey",
    "party_id",
    "party__industry",
    "water_id",
    "water__name",
    "water_flags",
    "milestones",
)
ZONES = {kind: fact_of(kind) for kind in ZoneKind if fact_of(kind) in FACTS}
_Best = dict[int, tuple[tuple[date, int], object]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some outlets in the order of their ids, with their facts by column. `counties` is whose policy each is under."""

    ids: Sequence[int]
    counties: Sequence[str]
    type_keys: Sequence[str]
    special_kinds: Sequence[str]
    water_flags: Sequence[int]
    milestones: Sequence[int]
    columns: Mapping[str, Column]


def batches(found: OutletQuerySet, *, path: str, on: date, names: Collection[str], size: int = SIZE) -> Iterator[Batch]:
    """The outlets of a set within a unit, batch by batch, with the facts named, as of a day. Memory stays even."""
    reading = _Reading(found, path, on, frozenset(names))
    rows = found.order_by("pk").values_list(*ROW)
    # By key, never from an open cursor: who writes between the batches must not be held to what was there at the first.
    part = list(rows[:size])
    while part:
        yield reading.batch(part)
        part = list(rows.filter(pk__gt=part[-1][0])[:size]) if len(part) == size else []


class _Reading:
    """What is asked once for all batches: layers loaded, what parties keep."""

    def __init__(self, found: OutletQuerySet, path: str, on: date, names: frozenset[str]) -> None:
        self.on, self.names = on, names
        self.kinds = {kind: name for kind, name in ZONES.items() if name in names}
        if not names.isdisjoint(kept.PARK_FACTS):
            self.kinds[ZoneKind.PARK] = ZONES[ZoneKind.PARK]
        self.layers = set(Layer.objects.values_list("kind", "unit__path")) if self.kinds else set()
        self.covered: dict[str, frozenset[str]] = {}
        self.kept: dict[tuple[int, str], kept.Kept] = {}
        if not names.isdisjoint(kept.PARTY_FACTS):
            whole = "Z" not in path and len(path) <= COUNTY  # nothing of a county lies outside it
            parties = found.exclude(party=None).values("party")
            self.kept = kept.by_party(
                Outlet.objects.all().within(path) if whole else Outlet.objects.filter(party__in=parties)
            )

    def batch(self, rows: list[tuple]) -> Batch:
        by_field = dict(zip(ROW, zip(*rows, strict=True), strict=True))
        values: dict[str, Sequence[object]] = {
            "stage": list(by_field["stage"]),
            "direct_to_water": list(by_field["is_direct"]),
            "type_key": [one or None for one in by_field["type_key"]],
            "special_kind": [one or None for one in by_field["special_kind"]],
            "conduit_form": [one or None for one in by_field["conduit_form"]],
            "party_industry": [one or None for one in by_field["party__industry"]],
            "water_name": list(by_field["water__name"]),
        }
        zones = self._zones(rows)
        self._kept(rows, values, zones)
        taken = {name: zones[name] for name in zones if name in self.names}
        taken |= {name: Column.of(values[name]) for name in values if name in self.names}
        for name, best in self._stated(rows).items():
            taken[name] = _with(taken.get(name), best, len(rows))
        return Batch(
            ids=by_field["pk"],
            counties=[path if "Z" in path else path[:COUNTY] for path in by_field["unit_path"]],
            type_keys=by_field["type_key"],
            special_kinds=by_field["special_kind"],
            water_flags=by_field["water_flags"],
            milestones=by_field["milestones"],
            columns=taken,
        )

    def _covered(self, path: str) -> frozenset[str]:
        if path not in self.covered:
            above = set(ancestors_of(path))
            self.covered[path] = frozenset(kind for kind, unit in self.layers if unit in above)
        return self.covered[path]

    def _zones(self, rows: list[tuple]) -> dict[str, Column]:
        """In, surely not in, or unknown: no point, or no layer of that kind for the place."""
        if not self.kinds:
            return {}
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        has_point = np.fromiter((row[7] is not None for row in rows), dtype=bool, count=len(rows))
        lies_in: dict[str, list[int]] = {}
        for outlet, kind, _zone in self._memberships(rows, [one.value for one in self.kinds]):
            lies_in.setdefault(kind, []).append(outlet)
        layers: dict[frozenset[str], int] = {}
        under = [layers.setdefault(self._covered(row[1]), len(layers)) for row in rows]
        found = {}
        for one, name in self.kinds.items():
            kind = one.value
            inside = np.isin(ids, np.array(lies_in.get(kind, ()), dtype=np.int64)) & has_point
            is_covered = np.array([kind in some for some in layers])[under]
            found[name] = Column(inside, inside | (has_point & is_covered))
        return found

    def _memberships(self, rows: list[tuple], kinds: list[str]) -> list[tuple[int, str, int]]:
        first, last = rows[0][0], rows[-1][0]
        lying = ZoneMembership.objects.filter(zone__kind__in=kinds, outlet__gte=first, outlet__lte=last)
        return list(lying.values_list("outlet_id", "zone__kind", "zone_id"))

    def _kept(self, rows: list[tuple], values: dict[str, Sequence[object]], zones: Mapping[str, Column]) -> None:
        if self.kept:
            found = [self.kept.get((row[8], row[1][:COUNTY])) if row[8] else None for row in rows]
            values[kept.PARTY_FACTS[0]] = [one.industry if one else None for one in found]
            values[kept.PARTY_FACTS[1]] = [one.storm if one else None for one in found]
        if self.names.isdisjoint(kept.PARK_FACTS):
            return
        parks: dict[int, list[int]] = {}
        for outlet, _kind, zone in self._memberships(rows, [ZoneKind.PARK.value]):
            parks.setdefault(outlet, []).append(zone)
        counted = kept.by_park({zone for zones in parks.values() for zone in zones})
        park = zones[ZONES[ZoneKind.PARK]]
        outside = (park.known & ~park.values).tolist()
        together: list[kept.Kept] = [
            kept.most([counted[zone] for zone in parks[row[0]] if zone in counted])
            if row[0] in parks
            else kept.Kept(0, 0)
            if outside[place]
            else kept.Kept(None, None)
            for place, row in enumerate(rows)
        ]
        values[kept.PARK_FACTS[0]] = [one.industry for one in together]
        values[kept.PARK_FACTS[1]] = [one.storm for one in together]

    def _stated(self, rows: list[tuple]) -> dict[str, _Best]:
        """Name → place in the batch → the value stated last about the outlet, its party or its water."""
        found: dict[str, _Best] = {}
        for kind, column in (("outlet", 0), ("party", 8), ("water", 10)):
            places: dict[str, list[int]] = {}
            for place, row in enumerate(rows):
                if row[column] is not None:
                    places.setdefault(str(row[column]), []).append(place)
            for subject, name, value, day, pk in self._facts(kind, list(places), rows):
                best = found.setdefault(name, {})
                for place in places.get(subject, ()):
                    if place not in best or best[place][0] < (day, pk):
                        best[place] = ((day, pk), value)
        return found

    def _facts(self, kind: str, subjects: list[str], rows: list[tuple]) -> Iterable[tuple[str, str, object, date, int]]:
        stated = Fact.objects.filter(subject_kind=kind, name__in=self.names, from_day__lte=self.on, retracted_at=None)
        first, last = rows[0][0], rows[-1][0]
        asked: list[Collection[str] | QuerySet] = [subjects[at : at + CHUNK] for at in range(0, len(subjects), CHUNK)]
        if kind == "outlet" and len(rows) > CHUNK and last - first < DENSE * len(rows):
            numbers = Outlet.objects.filter(pk__gte=first, pk__lte=last)
            asked = [numbers.annotate(text=Cast("pk", CharField())).values("text")]
        for some in asked:
            yield from stated.filter(subject_id__in=some).values_list("subject_id", "name", "value", "from_day", "pk")


def _with(column: Column | None, best: _Best, length: int) -> Column:
    """A column with what is stated instead of what follows from the record."""
    given: list[object] = [None] * length
    if column is not None:
        given = [value if known else None for value, known in zip(column.values.tolist(), column.known, strict=True)]
    for place, (_order, value) in best.items():
        given[place] = value
    return Column.of(given)
