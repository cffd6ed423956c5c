"""The list of items."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.bodies import naming
from qingyuan.core.access import Permission
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import queries
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus
from qingyuan.web import lookup
from qingyuan.web.dispatch import filters


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items one may see, what is overdue first."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    asked = filters.read(request.GET)
    path = at.path if at else ""
    rows, after = filters.page(filters.found(asked, who, path=path, on=on), on=on, after=request.GET.get("after", ""))
    numbers = filters.counts(asked, who, path=path, on=on)
    labels = [("", _("全部")), *((one.value, str(one.label)) for one in ItemStatus)]
    context = {
        "at": at,
        "asked": asked,
        "rows": rows,
        "next": asked.address(after=after) if after else "",
        "statuses": [(value, label, numbers[value], asked.address(status=value)) for value, label in labels],
        "views": [(name, label, asked.address(view=name)) for name, label in filters.VIEWS.items()],
        "dues": filters.DUES.items(),
        "kinds": ItemKind.choices,
        "clauses": clauses(at, on),
        "trail": lookup.trail(request, at),
        "may_issue": bool(who.holding(Permission.DISPATCH_ISSUE)),
        "has_body": bool(queries.bodies_of(who)),
    }
    return render(request, "dispatch/items.html", context)


def clauses(at: Unit | None, on: date) -> list[str]:
    """The clauses of the scheme under which work is handed out."""
    return [str(row["clause"]) for row in naming.rows(policy_of(at.path, on=on))] if at else []
