"""Outlets near a point: what may be the same outlet once more. Found on the index of tile keys."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.core.geometry import bbox_around, distance_m, tile_range, tiles_over
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import visible_to, without_ended_leads

ZOOM = 16  # a tile is some hundred metres wide: a few ranges cover the circle


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An outlet and how far it is, m."""

    outlet: Outlet
    distance_m: float


def near(
    actor: Actor, longitude_deg: float, latitude_deg: float, *, within_m: float, limit: int = 10
) -> list[Neighbour]:
    """Outlets and leads the actor may see within a distance of a point, the nearest first. One query."""
    ranges = Q(pk__in=[])
    for x, y in tiles_over(bbox_around(longitude_deg, latitude_deg, within_m), ZOOM):
        first, last = tile_range(ZOOM, x, y)
        ranges |= Q(mkey__gte=first, mkey__lt=last)
    found = [
        Neighbour(one, distance_m(longitude_deg, latitude_deg, float(one.longitude_deg), float(one.latitude_deg)))
        for one in without_ended_leads(visible_to(actor, leads=True).filter(ranges)).select_related("unit", "party")[
            :500
        ]
        if one.longitude_deg is not None and one.latitude_deg is not None
    ]
    close = [one for one in found if one.distance_m <= within_m]
    return sorted(close, key=lambda one: one.distance_m)[:limit]
