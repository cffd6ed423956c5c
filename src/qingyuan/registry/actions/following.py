"""What follows when places change: zone memberships and the water flags outlets are counted under.

Places never calls up; the door that changed a zone or a flag calls here, and so does the clock every night.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qingyuan.places.models import Water
from qingyuan.registry import tallies, zones
from qingyuan.registry.models import Outlet

BATCH = 2_000


def place_in_zones(unit_path: str, *, on: date) -> int:
    """Find anew which zones the outlets of a unit's subtree lie in, after its zones changed. Returns how many outlets
    were asked. Doing it twice changes nothing."""
    last, number, asked = 0, -1, 0
    while number:
        last, number = place_some_in_zones(unit_path, on=on, after=last)
        asked += number
    return asked


def place_some_in_zones(unit_path: str, *, on: date, after: int) -> tuple[int, int]:
    """One batch of it, of the outlets after an id. Returns the last id and how many were asked: none at the end."""
    batch = list(Outlet.objects.within(unit_path).filter(pk__gt=after).order_by("pk")[:BATCH])
    if not batch:
        return after, 0
    with transaction.atomic():
        zones.place_again(batch, on=on)
    return batch[-1].pk, len(batch)


def count_under_flags(*, on: date) -> int:
    """Count outlets again whose water bears other flags than they were counted under, because a flag was set, cleared
    or begins today. Returns how many moved."""
    return tallies.refresh_water_flags(on=on)


@transaction.atomic
def follow_waters(*, on: date) -> int:
    """After a water came to flow into another, or its flags changed: its outlets are found and counted where it now is.
    Returns how many moved. Doing it twice changes nothing."""
    moved = 0
    paths = dict(Water.objects.values_list("pk", "path"))
    held = Outlet.objects.filter(water__isnull=False).order_by().values_list("water_id", "water_path").distinct()
    for water_id, was in [pair for pair in held if paths[pair[0]] != pair[1]]:
        outlets = list(Outlet.objects.filter(water_id=water_id, water_path=was))
        before = [tallies.seen(outlet) for outlet in outlets]
        for outlet in outlets:
            outlet.water_path = paths[water_id]
        tallies.change(zip(before, [tallies.seen(outlet) for outlet in outlets], strict=True))
        Outlet.objects.filter(pk__in=[outlet.pk for outlet in outlets]).update(water_path=paths[water_id])
        moved += len(outlets)
    return moved + tallies.refresh_water_flags(on=on)
