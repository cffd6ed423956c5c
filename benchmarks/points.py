"""Candidates of a duplicate for a new point: what the form of a new outlet asks as soon as it has a position, and what
the page of an outlet asks. Points are drawn from the register itself, by weight, and always hold the most crowded.

Peer: the distance to every outlet, sorted, as a database without an index of places answers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks.measuring import Measured, beside
from benchmarks.people import Person, clerk, nation

if TYPE_CHECKING:
    from qingyuan.registry.models import Outlet

AIM = "≤ 50 ms"
POINTS = 100
SEED = 20240601


def measure() -> list[Measured]:
    """Near a point for an officer of the country and of a county, and candidates of an outlet on record."""
    from django.utils import timezone

    from qingyuan.registry import duplicates, nearby
    from qingyuan.registry.duplicates import limits_at

    on = timezone.localdate()
    found = []
    for who in (nation(), clerk()):
        drawn = _drawn(who)
        metres = limits_at(drawn[0].unit_path, on=on).distance_m

        def near(one: Outlet, who: Person = who, metres: float = metres) -> object:
            return nearby.near(who.actor, float(one.longitude_deg or 0), float(one.latitude_deg or 0), within_m=metres)

        def scanned(one: Outlet, who: Person = who) -> object:
            return _scan(who, one)

        what = f"near a new point, {who.word}, {len(drawn)} points"
        peer = _each(drawn, scanned)
        found.append(
            beside("duplicates", what, _each(drawn, near), peer, rounds=len(drawn), aim=AIM, peer_name="full scan")
        )

        def candidates(one: Outlet, who: Person = who) -> object:
            return duplicates.candidates(who.actor, one, on=on)

        what = f"candidates of an outlet, {who.word}, {len(drawn)} outlets"
        found.append(beside("duplicates", what, _each(drawn, candidates), rounds=len(drawn), aim=AIM))
    return found


def _each(drawn: list[Outlet], run: Callable[[Outlet], object]) -> Callable[[], object]:
    """One outlet after the other, round and round."""
    following = cycle(drawn)
    return lambda: run(next(following))


def _drawn(who: Person) -> list[Outlet]:
    import numpy as np

    from qingyuan.core.geometry import KEY_ZOOM
    from qingyuan.registry.models import Outlet
    from qingyuan.registry.nearby import ZOOM
    from qingyuan.registry.queries import visible_to

    rows = visible_to(who.actor).exclude(mkey=None).order_by("pk").values_list("pk", "mkey")
    ids, keys = np.array(list(rows), np.int64).T
    tiles, counts = np.unique(keys >> 2 * (KEY_ZOOM - ZOOM), return_counts=True)
    crowded = ids[keys >> 2 * (KEY_ZOOM - ZOOM) == tiles[counts.argmax()]][0]
    drawn = np.random.default_rng(SEED).choice(ids, min(POINTS, len(ids)) - 1, replace=False)
    return list(Outlet.objects.filter(pk__in=[int(crowded), *map(int, drawn)]))


def _scan(who: Person, one: Outlet) -> object:
    from django.db.models import F
    from django.db.models.functions import Power

    from qingyuan.registry.queries import visible_to

    away = Power(F("longitude_deg") - one.longitude_deg, 2) + Power(F("latitude_deg") - one.latitude_deg, 2)
    return list(visible_to(who.actor, leads=True).annotate(away=away).order_by("away").values_list("pk", "away")[:10])
