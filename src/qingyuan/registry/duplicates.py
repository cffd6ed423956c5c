"""疑似重复登记: which entries may be the same outlet entered twice, by distance, name, code and party.

A suspicion only; a person decides (actions.resolve_duplicate, actions.keep_apart). How near and how alike is pack data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.core.geometry import bbox_around, distance_m, metres_per_degree, tile_range, tiles_over
from qingyuan.places.models import Unit
from qingyuan.places.paths import ancestors_of, path_after, within_q
from qingyuan.registry import names
from qingyuan.registry.models import ApartPair, MainLink, NameGram, Outlet, OutletQuerySet, Resolution
from qingyuan.registry.queries import visible_to
from qingyuan.registry.rules import policy_of

ZOOM = 16  # a tile is some hundred metres wide
MOST_NEIGHBOURS = 200
MOST_TILES = 16
MOST_IN_A_COUNTY = 5_000
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
    policy = policy_of(unit_path, on=on)
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


class Judge:
    """Judges pairs; the words every name of a county shares are read once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._units: dict[str, tuple[str, ...]] = {}

    def compare(self, one: Outlet, other: Outlet) -> Candidate:
        """How the two compare, suspected or not."""
        return Candidate(
            one,
            other,
            _distance(one, other),
            share_of(self._bare(one), self._bare(other)),
            bool(one.local_code) and one.local_code == other.local_code,
            one.party_id is not None and one.party_id == other.party_id,
        )

    def judge(self, one: Outlet, other: Outlet) -> Candidate | None:
        """The pair as a candidate, or None."""
        found = self.compare(one, other)
        apart = found.distance_m
        near = apart is not None and apart <= self.limits.distance_m
        on_one_spot = apart is not None and apart <= self.limits.distance_m / 10
        unplaced = apart is None and found.name_share == 1 and one.unit_path[:6] == other.unit_path[:6]
        both_coded = bool(one.national_code and other.national_code)
        alike = near and found.name_share >= self.limits.name_share
        same_place = (near and found.same_party) or on_one_spot
        if found.same_code or unplaced or alike or (same_place and not both_coded):
            return found
        return None

    def _bare(self, outlet: Outlet) -> str:
        """The name without the units it lies in and the words every outlet bears; whole when nothing else is left."""
        if outlet.unit_path not in self._units:
            above = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path)).values_list("name", flat=True)
            self._units[outlet.unit_path] = tuple(sorted(filter(None, above), key=len, reverse=True))
        bare = "".join(outlet.name.split())
        for name in self._units[outlet.unit_path]:
            bare = bare.replace(name, "", 1)
        return _ENDINGS.sub("", bare) or outlet.name


def _distance(one: Outlet, other: Outlet) -> float | None:
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
    seen = visible_to(actor, leads=True).exclude(pk=of.pk).select_related("unit", "party")
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
        yield Q(local_code=of.local_code)
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
    """Candidate pairs among the outlets of a set, county by county from a key on: each county is read with what lies
    around it and compared in memory. A page looks through a bounded number of counties, so it may be short."""
    path, ids = _read_key(after)
    listed: list[Candidate] = []
    looked, county = 0, _next_county(found, path, itself=bool(path))
    while county is not None and looked < size:
        for pair in _of_county(found, actor, county, on=on):
            if county == path and ids is not None and pair.key <= ids:
                continue
            listed.append(pair)
            if len(listed) > size:
                last = listed[size - 1]
                return Pairs(tuple(listed[:size]), f"{_county_of(last)}~{last.key[0]}~{last.key[1]}")
        looked += 1
        county = _next_county(found, county, itself=False)
        if county is not None and looked >= size:
            return Pairs(tuple(listed), f"{county}~~")
    return Pairs(tuple(listed), "")


def _read_key(after: str) -> tuple[str, tuple[int, int] | None]:
    path, _mark, rest = after.partition("~")
    low, _mark, high = rest.partition("~")
    if low.isdigit() and high.isdigit() and len(low) < 18 and len(high) < 18:
        return path, (int(low), int(high))
    return path, None


def _next_county(found: OutletQuerySet, path: str, *, itself: bool) -> str | None:
    """The first county from a path on that holds an outlet of the set."""
    beyond = Q(unit_path__gte=path) if itself else Q(unit_path__gte=path_after(path)) if path else Q()
    first = found.filter(beyond).order_by("unit_path").values_list("unit_path", flat=True).first()
    return first[:6] if first is not None else None


def _county_of(pair: Candidate) -> str:
    return pair.first.unit_path[:6]


def _of_county(found: OutletQuerySet, actor: Actor, county: str, *, on: date) -> list[Candidate]:
    """Pairs with at least one side in the county; a pair over a border belongs to the county of its lower id."""
    own = list(
        found.filter(unit_path__gte=county, unit_path__lt=path_after(county))
        .select_related("unit", "party")
        .order_by("pk")[:MOST_IN_A_COUNTY]
    )
    judge = Judge(limits_at(county, on=on))
    everybody = {one.pk: one for one in [*own, *_around(own, actor, judge.limits)]}
    mine = {one.pk for one in own}
    settled = _settled_all(mine)
    kept = [
        pair
        for one, other in _close(everybody.values(), judge.limits)
        if (one.pk in mine or other.pk in mine)
        and (one.pk if one.pk < other.pk else other.pk) in mine
        and _pair(one.pk, other.pk) not in settled
        and (pair := judge.judge(*sorted((one, other), key=lambda outlet: outlet.pk))) is not None
    ]
    return sorted({pair.key: pair for pair in kept}.values(), key=lambda pair: pair.key)


def _settled_all(mine: set[int]) -> set[tuple[int, int]]:
    """settled_with for many, in parts that fit into a statement."""
    ids = sorted(mine)
    return {pair for start in range(0, len(ids), 400) for pair in settled_with(ids[start : start + 400])}


def _around(own: Sequence[Outlet], actor: Actor, limits: Limits) -> list[Outlet]:
    """What lies in the box of the county's outlets and is not of the county: the other bank of a border river."""
    placed = [one for one in own if one.longitude_deg is not None]
    if not placed:
        return []
    longitudes = [float(one.longitude_deg) for one in placed]  # type: ignore[arg-type]
    latitudes = [float(one.latitude_deg) for one in placed]  # type: ignore[arg-type]
    east_m, north_m = metres_per_degree(sum(latitudes) / len(latitudes))
    east, north = limits.distance_m / east_m, limits.distance_m / north_m
    box = (min(longitudes) - east, min(latitudes) - north, max(longitudes) + east, max(latitudes) + north)
    zoom = next(z for z in range(ZOOM, -1, -1) if len(list(tiles_over(box, z))) <= MOST_TILES)
    county = own[0].unit_path[:6]
    others = visible_to(actor).filter(_within(box, zoom))
    beside = others.filter(Q(unit_path__lt=county) | Q(unit_path__gte=path_after(county)))
    return list(beside.select_related("unit", "party")[:MOST_IN_A_COUNTY])


def _close(outlets: Iterable[Outlet], limits: Limits) -> Iterator[tuple[Outlet, Outlet]]:
    """Pairs worth judging: in the same or neighbouring squares of the limit's width, of one code, or of one name."""
    outlets = list(outlets)
    widest = max((abs(float(one.latitude_deg)) for one in outlets if one.latitude_deg is not None), default=0.0)
    east_m, north_m = metres_per_degree(widest)  # one measure for all, so that no square is narrower than the limit
    squares: dict[tuple[int, int], list[Outlet]] = {}
    words: dict[str, list[Outlet]] = {}
    for one in outlets:
        for word in (f"c{one.local_code}" if one.local_code else "", f"n{one.unit_path[:6]}{one.name}"):
            same = words.setdefault(word, []) if word else []
            yield from ((one, other) for other in same[-MOST_NEIGHBOURS:])
            same.append(one)
        if one.longitude_deg is None or one.latitude_deg is None:
            continue
        longitude, latitude = float(one.longitude_deg), float(one.latitude_deg)
        x, y = int(longitude * east_m / limits.distance_m), int(latitude * north_m / limits.distance_m)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                yield from ((one, other) for other in squares.get((x + dx, y + dy), ()))
        squares.setdefault((x, y), []).append(one)


def resolutions_of(outlet: Outlet) -> list[Resolution]:
    """Entries found to be this outlet once more, and the other way round; the standing ones, newest first."""
    of = Q(kept=outlet) | Q(dropped=outlet)
    standing = Resolution.objects.filter(of, undone_at=None).select_related("kept", "dropped")
    return list(standing.order_by("-pk"))
