"""Whether a point may be that of an outlet of a unit, as far as the outlines of the units say."""

from __future__ import annotations

from decimal import Decimal

from qingyuan.core.geometry import metres_per_degree
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.locating import unit_for_point
from qingyuan.places.queries import full_name

CITY_DIGITS = len("1402")
BORDER_M = 500.0
"""Outlines are generalised: this near to a border a bank may lie on either side of it."""


def elsewhere(position: tuple[Decimal, Decimal] | None, *, unit_path: str) -> Refusal | None:
    """The point lies in another city than the outlet; where no outline says so, nothing stands against it.

    The same fault refuses a row of a file (coordinate.outside_unit); within the city an outline may be generalised.
    """
    if position is None or len(unit_path) < CITY_DIGITS:
        return None
    lon, lat = (float(one) for one in position)
    east, north = metres_per_degree(lat)
    around = [(lon + x * BORDER_M / east, lat + y * BORDER_M / north) for x in (0, -1, 1) for y in (0, -1, 1)]
    held = [found.path for point in around if (found := unit_for_point(*point)) and len(found.path) >= CITY_DIGITS]
    if not held or any(path[:CITY_DIGITS] == unit_path[:CITY_DIGITS] for path in held):
        return None
    text = _("坐标位于%(where)s，与所填行政区划不符。")
    return Refusal("coordinate.outside_unit", text, {"where": full_name(held[0])})
