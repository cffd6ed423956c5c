"""单位: organisations one may see, and the outlets each answers for."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.bodies import queries as bodies_queries
from qingyuan.bodies.models import Body
from qingyuan.core.access import Permission
from qingyuan.core.functions import FUNCTIONS
from qingyuan.ledger import queries as ledger
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.web import lookup
from qingyuan.web.outlets import body_acts
from qingyuan.web.outlets.body_words import told_of_body
from qingyuan.web.outlets.register import tree_at

SIZE = 50


@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """Organisations by name, page by page."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who = lookup.actor(request)
    text, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    found = registry.bodies_visible_to(who).select_related("unit")
    at = lookup.here(request)
    if at is not None:
        found = found.filter(within_q("unit_path", at.path))
    if text:
        found = found.filter(Q(name__icontains=text) | Q(credit_code=text.upper()))
    name, _mark, pk = after.rpartition("~")
    if pk.isdecimal():
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    rows = list(found.order_by("name", "pk")[: SIZE + 1])
    more = len(rows) > SIZE
    rows = rows[:SIZE]
    counts = dict(
        registry.visible_to(who)
        .filter(party__in=[row.pk for row in rows])
        .order_by()
        .values_list("party")
        .annotate(n=Count("pk"))
    )
    context = {
        "rows": [(row, counts.get(row.pk, 0)) for row in rows],
        "q": text,
        "after": f"{rows[-1].name}~{rows[-1].pk}" if more else "",
        "may_enter": bool(at and who.holding(Permission.BODIES_MAINTAIN)),
        "trail": lookup.trail(request, at),
    }
    return render(request, "outlets/bodies.html", context)


@require_GET
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: what it is, what it does, the outlets it answers for that the asker may see."""
    who = lookup.actor(request)
    found = body_acts.one(request, pk)
    tree = tree_at(found.unit)
    names = {child.key: child.name for top in tree.tops for child in top.children}
    answers_for = registry.visible_to(who).filter(party=found).select_related("unit", "water").defer("water__geometry")
    outlets = list(answers_for.order_by("unit_path", "pk")[:200])
    duties = bodies_queries.functions_of(found, on=timezone.localdate())
    context = {
        "body": found,
        "outlets": [(one, names.get(one.type_key, "")) for one in outlets],
        "functions": [_(FUNCTIONS[one]) for one in sorted(duties)],
        "timeline": told_of_body(ledger.timeline("body", str(found.pk), limit=50)),
        "trail": lookup.trail(request, found.unit),
        "below": list(registry.bodies_visible_to(who).filter(parent=found).order_by("name")[:50]),
        **body_acts.why_not(request, found),
    }
    return render(request, "outlets/body.html", context)


def search_bodies(request: HttpRequest, text: str, *, limit: int) -> list[Body]:
    """Organisations one may see whose name holds the text."""
    found = registry.bodies_visible_to(lookup.actor(request)).filter(name__icontains=text)
    return list(found.select_related("unit").order_by("name", "pk")[:limit])
