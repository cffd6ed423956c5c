"""首页. Left what waits for me, right how my unit stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from qingyuan.registry import queries as registry
from qingyuan.registry.counts import how_many
from qingyuan.web import lookup
from qingyuan.web.progress.views import my_unit

NEWEST = 8


def home(request: HttpRequest) -> HttpResponse:
    """待办 and the scoreboard of my unit; who has no territory (a river chief, an enterprise) sees his outlets."""
    at = lookup.here(request)
    who = lookup.actor(request)
    context: dict[str, object] = {"at": at, "grants": who.grants}
    if at is None:
        outlets = registry.visible_to(who).select_related("unit").order_by("pk")
        context["outlets"] = list(outlets[:NEWEST])
    else:
        context |= {"mine": my_unit(who, at, at=timezone.now()), "count": how_many(at.path)}
    return render(request, "home/home.html", context)
