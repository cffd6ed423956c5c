"""查找: one field for codes, names, parties and rivers. An exact code goes straight to its outlet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit, Water
from qingyuan.registry import queries as registry
from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup
from qingyuan.web.outlets.bodies import search_bodies

SHOWN = 12


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What matches, by kind: outlets, organisations, waters, units of one's reach."""
    lookup.require(request, Permission.OUTLET_VIEW)
    text = " ".join(request.GET.get("q", "").split())[:60]
    who = lookup.actor(request)
    if text and text.isascii() and len(text) >= 6:
        try:
            return redirect("web:outlet", pk=registry.outlet(who, text).pk)
        except NotFound:
            pass
    context: dict[str, object] = {"q": text}
    if text:
        at = lookup.here(request)
        policy = policy_of(at.path if at else "", on=timezone.localdate())
        outlets = registry.search(registry.visible_to(who, leads=True), *policy.spellings(text))
        units = Unit.objects.standing().filter(name__startswith=text).order_by("level", "path")[:200]
        context |= {
            "outlets": list(outlets.select_related("unit").order_by("unit_path", "pk")[: SHOWN + 1]),
            "bodies": search_bodies(request, text, limit=SHOWN),
            "waters": list(Water.objects.filter(name__startswith=text).defer("geometry").order_by("path")[:SHOWN]),
            "units": [unit for unit in units if lookup.is_within_reach(who, unit.path)][:SHOWN],
            "shown": SHOWN,
        }
    return render(request, "outlets/search.html", context)
