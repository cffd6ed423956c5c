"""列入问题清单 → 消息: who answers for an outlet, and the department in whose area it lies, learn that it was listed.

Told under a key of the stay on the list: asking again tells nobody twice.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from qingyuan.access.models import Assignment
from qingyuan.core.access import Actor
from qingyuan.stages.notice.actions import Told, notify_many
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.notice.queries import officer_id
from qingyuan.stages.remediation.models import Round

PAGE = "web:outlet"


def tell(found: Round, *, by: Actor, on: date, at: datetime) -> int:
    """Tell of a stay that began. Returns how many notices are new."""
    outlet = found.outlet
    bodies = [pk for pk in (outlet.party_id, outlet.managing_body_id) if pk is not None]
    own = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), party=outlet.party_id or 0, from_day__lte=on, officer__is_active=True
    )
    told = Told(
        f"problem:{found.pk}",
        Kind.PROBLEM_LISTED,
        ("outlet", str(outlet.pk)),
        bodies=bodies,
        officers=list(own.order_by("officer").values_list("officer", flat=True).distinct()),
        params={"name": outlet.name},
        link=(PAGE, (outlet.pk,)),
        but=officer_id(by),
        is_demo=found.is_demo,
    )
    return notify_many([told], by=by, on=on, at=at)
