"""How many outlets a party keeps in one county, and a park keeps within it: counted from the register.

The rules of one outlet to an enterprise (大同 三(六), 济源 三(三)4) read these. The site of an enterprise is taken to
be what it has in one county. What is merged or closed is kept no longer. While any outlet that would have to be counted
is not classified yet, nobody can tell the number. Who is no enterprise has no site: a town that answers keeps none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.core.zones import ZoneKind
from qingyuan.places.paths import path_after
from qingyuan.prepared import prepared
from qingyuan.registry.models import Outlet, OutletQuerySet, ZoneMembership

COUNTY = 6
GONE = (Stage.MERGED, Stage.CLOSED)
INDUSTRY, STORM = ("GY.enterprise",), ("GY.enterprise_storm",)
PARK, PARK_STORM = ("GY.enterprise", "GY.park_wwtp"), ("GY.enterprise_storm", "GY.park_wwtp_storm")
PARTY_FACTS = ("industry_outlets_of_party", "storm_outlets_of_party")
PARK_FACTS = ("park_outlets", "park_storm_outlets")


@dataclass(frozen=True, slots=True)
class Kept:
    """Outlets for sewage and for rain; both None while some are not classified."""

    industry: int | None
    storm: int | None


def by_party(among: OutletQuerySet) -> dict[tuple[int, str], Kept]:
    """(party, county path) → what it keeps there, of the outlets given."""
    return _by_party(_of_parties(among))


def _of_parties(among: OutletQuerySet) -> QuerySet[Outlet, Any]:
    return (
        among.filter(in_register=True, party__isnull=False)
        .exclude(stage__in=GONE)
        .annotate(county=Substr("unit_path", 1, COUNTY))
        .values_list("party_id", "county", "party__kind", "type_key")
        .annotate(n=Count("pk"))
        .order_by()
    )


@prepared
def _of_party(party: Any, begins: Any, ends: Any) -> QuerySet[Outlet, Any]:
    return _of_parties(Outlet.objects.filter(party_id=party, unit_path__gte=begins, unit_path__lt=ends))


def _by_party(rows: Iterable[tuple[int, str, str, str, int]]) -> dict[tuple[int, str], Kept]:
    found: dict[tuple[int, str, str], dict[str, int]] = {}
    for party, county, kind, type_key, number in rows:
        found.setdefault((party, county, kind), {})[type_key] = number
    return {
        (party, county): _kept(types, INDUSTRY, STORM) if kind == BodyKind.ENTERPRISE else Kept(0, 0)
        for (party, county, kind), types in found.items()
    }


def by_park(zone_ids: Collection[int]) -> dict[int, Kept]:
    """Park → what stands in it."""
    rows = (
        ZoneMembership.objects.filter(zone__in=zone_ids, outlet__in_register=True)
        .exclude(outlet__stage__in=GONE)
        .values_list("zone_id", "outlet__type_key")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {}
    for zone, type_key, number in rows:
        found.setdefault(zone, {})[type_key] = number
    return {zone: _kept(types, PARK, PARK_STORM) for zone, types in found.items()}


def most(kept: Collection[Kept]) -> Kept:
    """Of several parks that hold one point the fullest counts; unknown if any is."""
    industry = [one.industry for one in kept]
    storm = [one.storm for one in kept]
    known = kept and None not in industry
    return Kept(max(industry), max(storm)) if known else Kept(None, None)  # type: ignore[type-var]


def facts_of_one(of: Outlet, *, in_park: object) -> dict[str, object]:
    """The counts as facts about one outlet; what nobody can tell is left out. At most three queries. Who surely lies in
    no park (`in_park` False) shares it with nobody."""
    found: dict[str, object] = {}
    if of.party_id:
        county = of.unit_path[:COUNTY]
        rows = _of_party(party=of.party_id, begins=county, ends=path_after(county))
        kept = _by_party(rows).get((of.party_id, county))
        found |= as_facts(PARTY_FACTS, kept)
    parks = [zone for zone, kind in zones_of_one(of).items() if kind == ZoneKind.PARK]
    if parks:
        found |= as_facts(PARK_FACTS, most(list(by_park(parks).values())))
    elif in_park is False:
        found |= dict.fromkeys(PARK_FACTS, 0)
    return found


def zones_of_one(of: Outlet) -> dict[int, str]:
    """The zones the point of one outlet lies in, each with its kind."""
    return dict(_zones(outlet=of.pk))


@prepared
def _zones(outlet: Any) -> QuerySet[ZoneMembership, Any]:
    return ZoneMembership.objects.filter(outlet_id=outlet).order_by().values_list("zone_id", "zone__kind")


def as_facts(names: tuple[str, str], kept: Kept | None) -> dict[str, object]:
    """What is kept under the names of the vocabulary."""
    pair = (kept.industry, kept.storm) if kept is not None else (None, None)
    return {name: number for name, number in zip(names, pair, strict=True) if number is not None}


def _kept(types: Mapping[str, int], industry: Collection[str], storm: Collection[str]) -> Kept:
    if types.get(""):
        return Kept(None, None)
    return Kept(sum(types.get(key, 0) for key in industry), sum(types.get(key, 0) for key in storm))
