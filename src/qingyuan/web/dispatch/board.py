"""统筹协调: what is overdue at which body, what came up and waits for a decision, what the meetings decided."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.flows import item_notices
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import actions, queries
from qingyuan.web import lookup

MEETINGS = 8
LONGEST = 400


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of the coordinating office (济源 五(一): 河长办、环委办统筹协调、督促落实)."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    found = queries.overdue_board(who, on=on, path=path)
    context = {
        "at": at,
        "lines": list(zip(found, _places([one.unit_path for one in found]), strict=True)),
        "number": len({item.pk for line in found for item in line.items}),
        "issues": queries.issues(who, on=on, path=path),
        "meetings": queries.meetings(who, path=path, limit=MEETINGS),
        "coordinator": policy_of(path, on=on).parameters.get("organisation.coordinator"),
        "barred": access_refusal(who, Permission.DISPATCH_URGE),
        "may_issue": bool(who.holding(Permission.DISPATCH_ISSUE)),
        "trail": lookup.trail(request, at),
        "today": on,
    }
    return render(request, "dispatch/board.html", context)


def _places(paths: list[str]) -> list[str]:
    """The names of the units bodies sit in, in the same order."""
    names = dict(Unit.objects.filter(path__in=set(paths)).values_list("path", "name"))
    return [names.get(path, "") for path in paths]


@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """Issue one urging notice for each item chosen. An item is urged once a day, however often it is pressed."""
    lookup.require(request, Permission.DISPATCH_URGE)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    given = [int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) < 18]
    items = [queries.item(who, pk) for pk in dict.fromkeys(given)]
    with transaction.atomic():
        made = actions.urge(items, text=request.POST.get("text", "")[:LONGEST], on=on, by=who, at=at)
        item_notices.tell(items, by=who, on=on, at=at)
    said = ngettext("已督促 %(n)s 个事项。", "已督促 %(n)s 个事项。", len(made)) % {"n": len(made)}
    messages.success(request, said)
    return redirect("web:dispatch-board")
