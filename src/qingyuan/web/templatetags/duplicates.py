"""On an outlet's page: what may be the same outlet once more, and what was found to be."""

from __future__ import annotations

from django import template
from django.utils import timezone

from qingyuan.core.access import Permission
from qingyuan.registry import duplicates
from qingyuan.registry.models import Outlet

register = template.Library()


@register.inclusion_tag("duplicates/_hints.html", takes_context=True)
def duplicate_hints(context: template.Context, outlet: Outlet) -> dict[str, object]:
    """Candidates within the reader's scope and the standing resolutions of an outlet."""
    request = context["request"]
    actor = request.actor
    away = outlet.withdrawn_at is not None
    return {
        "outlet": outlet,
        "candidates": [] if away else duplicates.candidates(actor, outlet, on=timezone.localdate()),
        "resolutions": duplicates.resolutions_of(outlet),
        "may": bool(actor.holding(Permission.OUTLET_RESOLVE_DUPLICATE)),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
