"""交接: when an officer leaves, his roles and the filters he saved go to his successor in one go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.access import actions as access
from qingyuan.access.models import Officer
from qingyuan.access.people import HandedOver
from qingyuan.core.access import Actor
from qingyuan.registry import actions as registry


@transaction.atomic
def hand_over(
    leaver: Officer, *, to: Officer, on: date, today: date, by: Actor, at: datetime
) -> tuple[HandedOver, int]:
    """What passed, and how many saved filters went with it.

    Raises
    ------
    Refused
    """
    done = access.hand_over(leaver, to=to, on=on, today=today, by=by, at=at)
    views = registry.pass_views(f"officer:{leaver.pk}", to_id=f"officer:{to.pk}", by=by, at=at)
    return done, views
