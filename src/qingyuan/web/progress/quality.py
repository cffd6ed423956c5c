"""数据质量: what the records lack, as counts that lead to lists."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.quality import queries
from qingyuan.boards.quality.queries import KINDS, Fault
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.web import lookup

PAGE = 50


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Every list with its number, for the unit one stands at."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at = lookup.here(request)
    found = queries.counts(lookup.actor(request), on=timezone.localdate(), path=at.path if at else "")
    asked = f"?{urlencode({'unit': at.code})}" if at else ""
    lists = [
        {
            "label": _(count.label),
            "meaning": _(count.meaning),
            "number": count.number,
            "more": count.more,
            "url": reverse("web:quality-rows", args=[count.fault.value]) + asked,
        }
        for count in found
    ]
    return render(request, "progress/quality.html", {"lists": lists, "at": at, "trail": lookup.trail(request, at)})


@require_safe
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """The outlets on one list."""
    lookup.require(request, Permission.OUTLET_VIEW)
    if name not in set(Fault):
        raise NotFound("list", name)
    at = lookup.here(request)
    after = request.GET.get("after", "")
    page, more = queries.rows(
        Fault(name),
        lookup.actor(request),
        on=timezone.localdate(),
        path=at.path if at else "",
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=PAGE,
    )
    asked = {"unit": at.code if at else "", "after": str(more or "")}
    context = {
        "label": _(KINDS[Fault(name)].label),
        "meaning": _(KINDS[Fault(name)].meaning),
        "outlets": page,
        "at": at,
        "trail": lookup.trail(request, at),
        "next": urlencode({key: value for key, value in asked.items() if value}) if more else "",
    }
    return render(request, "progress/quality_rows.html", context)
