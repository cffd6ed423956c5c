"""Where an outlet lies, as far as scope asks."""

from __future__ import annotations

from qingyuan.core.access import Place
from qingyuan.registry.models import Outlet


def place_of(outlet: Outlet) -> Place:
    """The outlet's place: territory, managing unit and department, water, and its responsible party."""
    return Place(
        unit_path=outlet.unit_path,
        managing_path=outlet.managing_path,
        managing_body_id=outlet.managing_body_id,
        water_path=outlet.water_path,
        party_ids=frozenset({outlet.party_id}) if outlet.party_id else frozenset(),
    )
