"""疑似重复登记: which entries may be the same outlet entered twice, by distance, name, code and party.

A suspicion only; a person decides (actions.resolve_duplicate, actions.keep_apart). How near and how alike is pack data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from django.db.models import FloatField, Q
from django.db.models.functions import Cast
from numpy.typing import NDArray

from qingyuan.core.access import Actor
from qingyuan.core.geometry import (
    KEY_ZOOM,
    bbox_around,
    distance_m,
    metres_per_degree,
    morton_keys,
    tile_range,
    tiles_over,
)
from qingyuan.core.policy import Policy
from qingyuan.places.models import Unit
from qingyuan.places.paths import ancestors_of, path_after, within_q
from qingyuan.registry import names
from qingyuan.registry.models import ApartPair, MainLink, NameGram, Outlet, OutletQuerySet, Resolution
from qingyuan.registry.queries import coded, visible_to, without_ended_leads
from qingyuan.registry.rules import policies, policy_of

ZOOM = 16  # a tile is some hundred metres wide
MOST_NEIGHBOURS = 200
MOST_IN_A_COUNTY = 5_000
MOST_LOOKED_AT = 2_000
"""Outlets one page of pairs looks through; a county that holds more is looked through alone."""
FINEST, MOST_RANGES = 13, 16
"""Around many outlets: tiles of some five kilometres, or coarser ones where that would be too many ranges of keys."""
_ENDINGS = re.compile(r"(入河)?(排污口|排口)$")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Limits:
    """From which distance (m) and which share of common bigrams two entries are suspected."""

    distance_m: float
    name_share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two entries that may be one outlet. `distance_m` None: one of them has no position."""

    first: Outlet
    second: Outlet
    distance_m: float | None
    name_share: float
    same_code: bool
    same_party: bool

    @property
    def key(self) -> tuple[int, int]:
        """The pair by ids, the lower first."""
        low, high = sorted((self.first.pk, self.second.pk))
        return low, high


def limits_at(unit_path: str, *, on: date) -> Limits:
    """What the policy of a unit calls near and alike."""
    return _limits_of(policy_of(unit_path, on=on))


def _limits_of(policy: Policy) -> Limits:
    distance = policy.value("register.duplicate_distance_m", 50)
    share = policy.value("register.duplicate_name_share", 0.6)
    return Limits(float(distance), float(share))  # type: ignore[arg-type]


def share_of(one: str, other: str) -> float:
    """How alike two names are: the common bigrams of both as a share of all, 0 to 1. Other numbers in the name (1号,
    2号) make them different outlets: 0.

    >>> share_of("甲厂1号", "甲厂2号"), share_of("甲厂", "甲厂")
    (0.0, 1.0)
    """
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return 0.0
    left, right = names.grams(one), names.grams(other)
    return 2 * len(left & right) / (len(left) + len(right))


class Spot(NamedTuple):
    """What of an entry the comparing of many needs, and no more."""

    pk: int
    name: str
    unit_path: str
    local_code: str
    national_code: str
    party_id: int | None
    longitude_deg: float | None
    latitude_deg: float | None


class Judge:
    """Judges pairs; the words every name of a county shares are read once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._units: dict[str, tuple[str, ...]] = {}

    def compare(self, one: Outlet, other: Outlet) -> Candidate:
        """How the two compare, suspected or not."""
        return Candidate(one, other, *self._alike(one, other))

    def judge(self, one: Outlet, other: Outlet) -> Candidate | None:
        """The pair as a candidate, or None."""
        return self.compare(one, other) if self.suspects(one, other) else None

    def suspects(self, one: Outlet | Spot, other: Outlet | Spot) -> bool:
        """Whether the pair is a candidate."""
        apart = _distance(one, other)
        same_code = bool(one.local_code) and one.local_code == other.local_code
        if same_code:
            return True
        if apart == 0:  # whatever they are called and coded: one point is one mouth, or one of them is wrong
            return True
        if apart is not None and apart > self.limits.distance_m:
            return False
        _apart, share, _same_code, same_party = self._alike(one, other)
        if apart is None:
            return share == 1 and one.unit_path[:6] == other.unit_path[:6]
        both_coded = bool(one.national_code and other.national_code)
        same_place = same_party or apart <= self.limits.distance_m / 10
        return share >= self.limits.name_share or (same_place and not both_coded)

    def read_units(self, paths: Iterable[str]) -> None:
        """Read the names of the units of many entries at once."""
        new = {path: ancestors_of(path) for path in set(paths) - set(self._units)}
        above = {path for each in new.values() for path in each}
        names = dict(Unit.objects.filter(path__in=above).values_list("path", "name")) if above else {}
        for path, each in new.items():
            found = filter(None, (names.get(one, "") for one in each))
            self._units[path] = tuple(sorted(found, key=len, reverse=True))

    def _alike(self, one: Outlet | Spot, other: Outlet | Spot) -> tuple[float | None, float, bool, bool]:
        return (
            _distance(one, other),
            share_of(self._bare(one), self._bare(other)),
            bool(one.local_code) and one.local_code == other.local_code,
            one.party_id is not None and one.party_id == other.party_id,
        )

    def _bare(self, outlet: Outlet | Spot) -> str:
        """The name without the units it lies in and the words every outlet bears; whole when nothing else is left."""
        if outlet.unit_path not in self._units:
            self.read_units([outlet.unit_path])
        bare = "".join(outlet.name.split())
        for name in self._units[outlet.unit_path]:
            bare = bare.replace(name, "", 1)
        return _ENDINGS.sub("", bare) or outlet.name


def _distance(one: Outlet | Spot, other: Outlet | Spot) -> float | None:
    if one.longitude_deg is None or one.latitude_deg is None:
        return None
    if other.longitude_deg is None or other.latitude_deg is None:
        return None
    return distance_m(
        float(one.longitude_deg), float(one.latitude_deg), float(other.longitude_deg), float(other.latitude_deg)
    )


def candidates(actor: Actor, of: Outlet, *, on: date, limit: int = 5) -> list[Candidate]:
    """Entries in the actor's scope that may be the same as this one, the most suspicious first. A handful of queries,
    each along an index."""
    judge = Judge(limits_at(of.unit_path, on=on))
    seen = without_ended_leads(visible_to(actor, leads=True).exclude(pk=of.pk)).select_related("unit", "party")
    found: dict[int, Outlet] = {}
    for part in _partners(of, judge.limits):
        found |= {one.pk: one for one in seen.filter(part)[:MOST_NEIGHBOURS]}
    settled = settled_with([of.pk])
    judged = (judge.judge(of, one) for one in found.values() if _pair(of.pk, one.pk) not in settled)
    return sorted(filter(None, judged), key=_suspicion)[:limit]


def _partners(of: Outlet, limits: Limits) -> Iterator[Q]:
    """Where to look: around the point, under the same code, under the rarest bigram of the name in the county."""
    if of.longitude_deg is not None and of.latitude_deg is not None:
        yield _within(bbox_around(float(of.longitude_deg), float(of.latitude_deg), limits.distance_m), ZOOM)
    if of.local_code:
        yield coded(of.local_code, "local_code")
    yield Q(name=of.name) & within_q("unit_path", of.unit_path[:6])
    if of.longitude_deg is None:
        county = within_q("unit_path", of.unit_path[:6])
        grams = sorted(names.grams(of.name))[:8]
        counts = {gram: NameGram.objects.filter(county, gram=gram)[:MOST_NEIGHBOURS].count() for gram in grams}
        rarest = min(counts, key=lambda gram: counts[gram])
        ids = NameGram.objects.filter(county, gram=rarest).values_list("outlet", flat=True)[:MOST_NEIGHBOURS]
        yield Q(pk__in=list(ids))


def _within(box: tuple[float, float, float, float], zoom: int) -> Q:
    ranges = Q(pk__in=[])
    for x, y in tiles_over(box, zoom):
        first, last = tile_range(zoom, x, y)
        ranges |= Q(mkey__gte=first, mkey__lt=last)
    return ranges


def _suspicion(one: Candidate) -> tuple[bool, float, float, int]:
    return not one.same_code, -one.name_share, one.distance_m if one.distance_m is not None else 1e9, one.second.pk


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def settled_with(ids: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs somebody has decided about: apart, or main and branch of one mouth."""
    apart = ApartPair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).values_list("first", "second")
    linked = MainLink.objects.filter(Q(branch__in=ids) | Q(main__in=ids), to_day=None).values_list("branch", "main")
    return {_pair(*pair) for pair in (*apart, *linked)}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs of a page, and the key of the next page ("" at the end)."""

    pairs: tuple[Candidate, ...]
    after: str


def pairs_in(found: OutletQuerySet, actor: Actor, *, on: date, after: str = "", size: int = 20) -> Pairs:
    """Candidate pairs among the outlets of a set, county by county from a key on: counties are read with what lies
    around them and compared in memory. A page looks through a bounded number of outlets, so it may be short. A pair
    over a border belongs to the county of its lower id."""
    path, ids = _read_key(after)
    own, following = _counties_from(found, path)
    limits = _limits(own, on=on)
    judges = {county: Judge(each) for county, each in limits.items()}
    mine = {one.pk for one in own}
    kept = []
    everybody = {one.pk: one for one in [*own, *_around(own, actor, _widest(limits))]}
    close = [pair for pair in _close(everybody.values(), _widest(limits)) if pair[0].pk in mine]
    for judge in judges.values():
        judge.read_units(one.unit_path for pair in close if judge is judges[_county_of(pair[0])] for one in pair)
    for one, other in close:
        county, key = _county_of(one), (one.pk, other.pk)
        seen_before = county == path and ids is not None and key <= ids
        if not seen_before and judges[county].suspects(one, other):
            kept.append((county, key))
    settled = _settled_all({pk for _county, key in kept for pk in key})
    listed = sorted({one for one in kept if one[1] not in settled})
    if len(listed) > size:
        listed = listed[:size]
        county, key = listed[-1]
        following_key = f"{county}~{key[0]}~{key[1]}"
    else:
        following_key = f"{following}~~" if following else ""
    wanted = {pk for _county, key in listed for pk in key}
    whole = Outlet.objects.filter(pk__in=wanted).select_related("unit", "party").in_bulk()
    pairs = [judges[county].compare(whole[low], whole[high]) for county, (low, high) in listed]
    return Pairs(tuple(pairs), following_key)


def _read_key(after: str) -> tuple[str, tuple[int, int] | None]:
    path, _mark, rest = after.partition("~")
    low, _mark, high = rest.partition("~")
    if low.isdecimal() and high.isdecimal() and len(low) < 18 and len(high) < 18:
        return path, (int(low), int(high))
    return path, None


def _spots(found: OutletQuerySet) -> list[Spot]:
    """The rows of a set, without making records of them."""
    place = (Cast("longitude_deg", FloatField()), Cast("latitude_deg", FloatField()))
    return [Spot._make(row) for row in found.values_list(*Spot._fields[:-2], *place)]


def _county_of(one: Outlet | Spot) -> str:
    """The county of an entry; the entry's own unit where that is none, but a city or a province."""
    return one.unit_path[:6]


def _counties_from(found: OutletQuerySet, start: str) -> tuple[list[Spot], str]:
    """The outlets of whole counties from one on, as many as a page looks through, and the county that follows."""
    rows = _spots(found.filter(unit_path__gte=start).order_by("unit_path", "pk")[: MOST_LOOKED_AT + 1])
    if len(rows) <= MOST_LOOKED_AT:
        return rows, ""
    last = _county_of(rows[-1])
    if whole := [one for one in rows if _county_of(one) != last]:
        return whole, last
    here = Q(unit_path__gte=last, unit_path__lt=path_after(last)) if len(last) == 6 else Q(unit_path=last)
    beyond = found.filter(unit_path__gt=last).exclude(here).order_by("unit_path").values_list("unit_path", flat=True)
    return _spots(found.filter(here).order_by("pk")[:MOST_IN_A_COUNTY]), (beyond.first() or "")[:6]


def _limits(own: Sequence[Spot], *, on: date) -> dict[str, Limits]:
    """The limits of every county of a page; a pack is asked once."""
    asked = policies()
    return {county: _limits_of(asked(county, on)) for county in {_county_of(one) for one in own}}


def _widest(limits: Mapping[str, Limits]) -> float:
    return max((each.distance_m for each in limits.values()), default=1.0)


def _settled_all(ids: set[int]) -> set[tuple[int, int]]:
    """settled_with for many, in parts that fit into a statement."""
    listed = sorted(ids)
    return {pair for start in range(0, len(listed), 400) for pair in settled_with(listed[start : start + 400])}


def _around(own: Sequence[Spot], actor: Actor, distance_m: float) -> list[Spot]:
    """What lies in the tiles of these outlets and is not among their counties: the other bank of a border river."""
    placed = [(one.longitude_deg, one.latitude_deg) for one in own if one.longitude_deg is not None]
    if not placed:
        return []
    # Said as a "not": a range of units beside the ranges of keys would lead the database along the wrong index.
    among = Q(unit_path__gte=_county_of(own[0]), unit_path__lte=max(one.unit_path for one in own))
    keys = _keys_around(placed, distance_m)
    beside = _spots(visible_to(actor).filter(_ranges(keys), ~among).order_by()[:MOST_IN_A_COUNTY])
    if not beside:
        return []
    lon, lat = np.array([(one.longitude_deg, one.latitude_deg) for one in beside], float).T
    shift = 2 * (KEY_ZOOM - FINEST)
    near = np.isin(morton_keys(lon, lat) >> shift, keys >> shift)
    return [one for one, holds in zip(beside, near.tolist(), strict=True) if holds]


def _keys_around(points: Sequence[tuple[float | None, float | None]], distance_m: float) -> NDArray[np.int64]:
    """Keys of the corners of the squares around points: their tiles hold everything near to any of the points."""
    lon, lat = np.array(points, float).T
    east_m, north_m = metres_per_degree(float(np.abs(lat).max()))
    east, north = distance_m / east_m, distance_m / north_m
    corners = [morton_keys(lon + x * east, lat + y * north) for x in (-1, 1) for y in (-1, 1)]
    return np.unique(np.concatenate(corners))


def _ranges(keys: NDArray[np.int64]) -> Q:
    """The tiles of these keys as ranges, as fine as MOST_RANGES allows."""
    for zoom in range(FINEST, -1, -1):
        shift = 2 * (KEY_ZOOM - zoom)
        tiles = np.unique(keys >> shift)
        ends = np.flatnonzero(np.diff(tiles) > 1)
        if len(ends) < MOST_RANGES:
            break
    first, last = tiles[np.r_[0, ends + 1]], tiles[np.r_[ends, len(tiles) - 1]]
    ranges = Q(pk__in=[])
    for begin, end in zip(first.tolist(), last.tolist(), strict=True):
        ranges |= Q(mkey__gte=begin << shift, mkey__lt=(end + 1) << shift)
    return ranges


def _close(outlets: Iterable[Spot], distance_m: float) -> Iterator[tuple[Spot, Spot]]:
    """Pairs worth judging, the lower id first: in the same or neighbouring squares of the limit's width, of one code,
    or of one name."""
    outlets = sorted(outlets)
    widest = max((abs(one.latitude_deg) for one in outlets if one.latitude_deg is not None), default=0.0)
    east_m, north_m = metres_per_degree(widest)  # one measure for all, so that no square is narrower than the limit
    squares: dict[tuple[int, int], list[Spot]] = {}
    words: dict[str, list[Spot]] = {}
    for one in outlets:
        for word in (f"c{one.local_code}" if one.local_code else "", f"n{one.unit_path[:6]}{one.name}"):
            same = words.setdefault(word, []) if word else []
            yield from ((other, one) for other in same[-MOST_NEIGHBOURS:])
            same.append(one)
        if one.longitude_deg is None or one.latitude_deg is None:
            continue
        x, y = int(one.longitude_deg * east_m / distance_m), int(one.latitude_deg * north_m / distance_m)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                yield from ((other, one) for other in squares.get((x + dx, y + dy), ()))
        squares.setdefault((x, y), []).append(one)


def resolutions_of(outlet: Outlet) -> list[Resolution]:
    """Entries found to be this outlet once more, and the other way round; the standing ones, newest first."""
    of = Q(kept=outlet) | Q(dropped=outlet)
    standing = Resolution.objects.filter(of, undone_at=None).select_related("kept", "dropped")
    return list(standing.order_by("-pk"))
