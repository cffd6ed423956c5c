"""The list of cases."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.core.access import Permission
from qingyuan.stages.tracing import queries
from qingyuan.stages.tracing.words import Conclusion, Why
from qingyuan.web import lookup

SIZE = 50


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Cases one may see, the newest first, by what became of them."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    state, why = request.GET.get("state", ""), request.GET.get("why", "")
    state = state if state in queries.STATES else ""
    why = why if why in set(Why.values) else ""
    mine = bool(request.GET.get("mine"))
    text, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")
    own = frozenset(grant.body_id for grant in who.grants if grant.body_id is not None)
    path = at.path if at else ""
    rows = queries.listed(
        who,
        path=path,
        state=state,
        why=why,
        text=text,
        body_ids=(own or frozenset({0})) if mine else frozenset(),
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=SIZE + 1,
    )
    numbers = queries.counts(who, path=path)
    asked = {"state": state, "why": why, "q": text, "mine": "1" if mine else ""}

    def address(**more: str) -> str:
        return urlencode({name: value for name, value in {**asked, **more}.items() if value})

    labels = [("", _("全部")), (queries.OPEN, _("在办")), (queries.WAITING, _("待明确责任主体"))]
    labels += [(one.value, str(one.label)) for one in Conclusion]
    context = {
        "at": at,
        "rows": rows[:SIZE],
        "asked": asked,
        "next": address(after=str(rows[SIZE - 1].pk)) if len(rows) > SIZE else "",
        "states": [(value, label, numbers[value], address(state=value)) for value, label in labels],
        "whys": Why.choices,
        "has_body": bool(own),
        "trail": lookup.trail(request, at),
    }
    return render(request, "tracing/cases.html", context)
