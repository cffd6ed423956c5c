"""Codes, number ranges and signboards for the oracle: one where an outlet lies, the same however often it is asked."""

from __future__ import annotations

from qingyuan.core.access import CONSOLE
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import coding, signs
from qingyuan.stages.standardisation.models import Segment, Sign, Urging
from tests import build
from tests.library import photos


def _when(outlet: Outlet) -> dict[str, object]:
    return {"on": outlet.stage_since, "by": CONSOLE, "at": build.recorded(outlet.stage_since)}


def _coded(outlet: Outlet) -> Outlet:
    found = Outlet.objects.select_related("unit", "party", "water").get(pk=outlet.pk)
    if not found.national_code:
        code = f"ZZ-{found.unit.code[:6]}-{8000 + found.pk % 999}-QT-00"
        register.take_code(found, code=code, as_national=True, **_when(outlet))
    return found


def sign(outlet: Outlet) -> Sign:
    """A board that stands, with its photograph."""
    if (made := queries.sign_of(outlet)) is not None:
        return made
    found = _coded(outlet)
    made = signs.design_sign(found, **_when(outlet))
    place = (found.longitude_deg, found.latitude_deg)
    photo = photos.photo(5_000 + outlet.pk * 10 + made.number)
    return signs.erect_sign(made, photo=photo, name="立牌.jpg", position=place, **_when(outlet))


def urging(outlet: Outlet) -> Urging:
    """The party was urged before the board was erected."""
    if made := Urging.objects.filter(outlet=outlet).first():
        return made
    found = _coded(outlet)
    if (board := queries.sign_of(outlet)) is not None:
        signs.void_sign(board, reason="换新", **_when(outlet))
    return signs.urge_party(found, turn=1, since=outlet.stage_since, **_when(outlet))


def segment(outlet: Outlet) -> Segment:
    """Numbers reserved in the outlet's county."""
    key = f"oracle:{outlet.unit.code}"
    return coding.reserve_segment(outlet.unit, basin="ZZ", count=5, holder="某队", key=key, **_when(outlet))
