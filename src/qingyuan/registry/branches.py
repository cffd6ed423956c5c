"""支口: outlets that share one mouth. HJ 1235-2021 gives the main outlet branch number 00, its branches 01 and on.

How they are counted: no scheme says that branches are one outlet with their main, so each entry counts for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qingyuan.prepared import prepared
from qingyuan.registry.models import MainLink, Outlet


@dataclass(frozen=True, slots=True)
class Links:
    """The main outlet of a branch (None: it is none), and the branches of a main."""

    main: Outlet | None
    branches: tuple[Outlet, ...]


def links_of(outlet: Outlet, *, on: date) -> Links:
    """What the outlet shares its mouth with on a day. One query."""
    rows = _links(outlet=outlet.pk, on=on)
    main = next((row.main for row in rows if row.branch_id == outlet.pk), None)
    return Links(main, tuple(row.branch for row in rows if row.main_id == outlet.pk))


@prepared
def _links(outlet: Any, on: Any) -> QuerySet[MainLink]:
    standing = Q(from_day__lte=on) & (Q(to_day=None) | Q(to_day__gt=on))
    found = MainLink.objects.filter(standing & (Q(branch_id=outlet) | Q(main_id=outlet)))
    return found.select_related("main", "branch").order_by("branch__national_code", "branch")
