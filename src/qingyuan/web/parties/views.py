"""责任主体: a town, a street office, a zone, a department or an enterprise, with what it answers for."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.parties import queries
from qingyuan.boards.parties.duties import WORDS
from qingyuan.bodies import queries as bodies
from qingyuan.core.access import Permission
from qingyuan.core.functions import FUNCTIONS
from qingyuan.web import lookup


@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """Who answers for outlets one may see, by name."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    text, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")
    rows = queries.parties(who, path=at.path if at else "", text=text, after=after, limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    last = shown[-1].body if len(rows) > queries.PAGE else None
    context = {
        "rows": shown,
        "q": text,
        "next": urlencode({"q": text, "after": f"{last.name}~{last.pk}"}) if last else "",
        "trail": lookup.trail(request, at),
    }
    return render(request, "parties/list.html", context)


@require_safe
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """One party: the outlets it answers for, and how its duties stand at each."""
    who, on = lookup.actor(request), timezone.localdate()
    body = queries.party(who, pk)
    lookup.require(request, Permission.OUTLET_VIEW)
    given = request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 18 else 0
    rows = queries.answers_for(who, body, on=on, after=after, limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    context = {
        "body": body,
        "rows": [
            (one, [(duty, _(WORDS[duty.state]), _(duty.because) if duty.because else "") for duty in one.duties])
            for one in shown
        ],
        "asked": queries.asked_by(body, shown[0].outlet if shown else None, on=on),
        "functions": [_(FUNCTIONS[one]) for one in sorted(bodies.functions_of(body, on=on))],
        "undone": sum(one.undone for one in shown),
        "overdue": sum(duty.overdue for one in shown for duty in one.duties),
        "next": urlencode({"after": shown[-1].outlet.pk}) if len(rows) > queries.PAGE else "",
        "trail": lookup.trail(request, body.unit),
    }
    return render(request, "parties/party.html", context)
