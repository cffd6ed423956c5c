"""Leads and campaigns for tests, by the real actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from qingyuan.core.access import Actor, Role
from qingyuan.places.models import Unit
from qingyuan.stages.survey.actions.leads import report_lead
from qingyuan.stages.survey.models_leads import Lead
from tests import build

LON, LAT = Decimal("113.310000"), Decimal("40.080000")
_number = count(1)


def clerk(code: str = "140213") -> Actor:
    """Somebody who settles leads there."""
    return build.actor(Role.CLERK, build.unit(code))


def lead(by: Actor, where: Unit, *, on: date = build.DAY, **more: object) -> Lead:
    """A lead found on a remote sensing image, at a place of its own."""
    number = next(_number)
    given: dict[str, object] = {
        "source": "remote_sensing",
        "longitude": LON + Decimal(number) / 500,
        "latitude": LAT,
        "datum": "cgcs2000",
        "source_ref": str(number),
    }
    return report_lead(by, unit=where, at=build.recorded(on), on=on, **(given | more))  # type: ignore[arg-type]
