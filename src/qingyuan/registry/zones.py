"""Which zones an outlet's point lies in: computed in bulk when it is written, again when a zone changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qingyuan.ledger import rows
from qingyuan.places import queries as places
from qingyuan.registry.entered import Entered
from qingyuan.registry.models import Outlet, ZoneMembership


def place(outlets: Sequence[Outlet] | Sequence[Entered], *, on: date) -> None:
    """Write the memberships of outlets that have none yet."""
    located = [outlet for outlet in outlets if outlet.longitude_deg is not None and outlet.latitude_deg is not None]
    if not located:
        return
    points = [(float(outlet.longitude_deg or 0), float(outlet.latitude_deg or 0)) for outlet in located]
    found = places.zones_for_points(points, on=on)
    rows.insert(
        ZoneMembership,
        ("outlet_id", "zone_id"),
        [(outlet.pk, zone_id) for outlet, zones in zip(located, found, strict=True) for zone_id in sorted(zones)],
    )


def place_again(outlets: Sequence[Outlet], *, on: date) -> None:
    """Write the memberships anew, after a point moved or a zone changed."""
    ZoneMembership.objects.filter(outlet__in=[outlet.pk for outlet in outlets]).delete()
    place(outlets, on=on)
