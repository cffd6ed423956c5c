"""What follows when places change: zone memberships and the water flags outlets are counted under.

Places never calls up; the door that changed a zone or a flag calls here, and so does the clock every night.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

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
