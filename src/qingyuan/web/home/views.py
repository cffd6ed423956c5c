"""首页. Left what waits for me, right how my unit stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingyuan.registry import queries as registry
from qingyuan.web import lookup

NEWEST = 8


def home(request: HttpRequest) -> HttpResponse:
    """待办 and the scoreboard of my unit; who has no territory (a river chief, an enterprise) sees his outlets."""
    at = lookup.here(request)
    who = lookup.actor(request)
    outlets = [] if at else list(registry.visible_to(who).select_related("unit").order_by("pk")[:NEWEST])
    return render(request, "home/home.html", {"at": at, "outlets": outlets, "grants": who.grants})
