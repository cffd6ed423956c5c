"""交办: choose the clause, see to whom it will go, then send."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Line
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refused, require
from qingyuan.flows import item_notices
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import actions
from qingyuan.stages.dispatch.words import ItemKind
from qingyuan.web import lookup
from qingyuan.web.dispatch import forms
from qingyuan.web.dispatch.listing import clauses
from qingyuan.web.templatetags.qingyuan import refusal_sentence

KINDS = (ItemKind.TASK, ItemKind.ISSUE)
"""Decisions come from meetings, gaps from the list of outlets nobody watches."""


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, or the sending of it."""
    who, at = lookup.actor(request), timezone.now()
    lookup.require(request, Permission.DISPATCH_ISSUE)
    unit = unit_here(request, who)
    given = request.POST if request.method == "POST" else request.GET
    clause, kind = given.get("clause", ""), given.get("kind", "")
    kind = kind if kind in {one.value for one in KINDS} else ItemKind.TASK.value
    on = timezone.localdate(at)
    policy = policy_of(unit.path, on=on)
    line = naming.line(policy, clause, unit=unit, on=on) if clause else None
    if clause and line is None:
        raise NotFound("clause", clause)
    asks = {"who": who, "unit": unit, "clause": clause, "is_open": bool(line and line.open), "on": on}
    if request.method == "POST":
        form = forms.Issue(request.POST, **asks)  # type: ignore[arg-type]
        if form.is_valid():
            try:
                return _send(request, form, unit, clause=clause, kind=ItemKind(kind), by=who)
            except Refused as no:
                form.add_error(None, refusal_sentence(no.refusal))
        return _ask(request, unit, line, clause, kind, form, status=409)
    form = forms.Issue(initial={"outlets": request.GET.get("outlet", "")}, **asks)  # type: ignore[arg-type]
    return _ask(request, unit, line, clause, kind, form)


def unit_here(request: HttpRequest, who: Actor) -> Unit:
    """The unit where the work lies: where one stands, if one may hand out work there.

    Raises
    ------
    NotFound, Refused
    """
    at = lookup.here(request) if request.method == "GET" else lookup.standing(request)
    if at is None:
        raise NotFound("unit", "")
    require(access_refusal(who, Permission.DISPATCH_ISSUE, Place(unit_path=at.path)))
    return at


def _send(
    request: HttpRequest, form: forms.Issue, unit: Unit, *, clause: str, kind: ItemKind, by: Actor
) -> HttpResponse:
    given, at = form.cleaned_data, timezone.now()
    if request.POST.get("unit", unit.code) != unit.code:
        raise NotFound("unit", request.POST["unit"])  # the unit was switched in another window meanwhile
    with transaction.atomic():
        item = actions.issue(
            kind=kind,
            clause=clause,
            subject=given["subject"],
            text=given["text"],
            unit=unit,
            due=given["due"],
            responsible=given.get("responsible", ()),
            supporting=given.get("supporting", ()),
            outlets=given["outlets"],
            key=request.POST.get("key", "")[:64],
            on=given["on"],
            by=by,
            at=at,
        )
        item_notices.tell([item], by=by, on=timezone.localdate(at), at=at)
    messages.success(request, _("已交办，办理单位已收到消息。"))
    return redirect("web:item", pk=item.pk)


def _ask(
    request: HttpRequest, unit: Unit, line: Line | None, clause: str, kind: str, form: forms.Issue, *, status: int = 200
) -> HttpResponse:
    on = timezone.localdate()
    groups = (
        [
            (_("责任单位"), line.responsible),
            (_("落实单位"), line.implementing),
            (_("配合单位"), line.supporting),
        ]
        if line
        else []
    )
    context = {
        "unit": unit,
        "line": line,
        "groups": [(label, named) for label, named in groups if named],
        "clause": clause,
        "kind": kind,
        "kinds": [(one.value, one.label) for one in KINDS],
        "clauses": clauses(unit, on),
        "form": form,
        "key": request.POST.get("key", "") or uuid4().hex,
        "outlet": request.GET.get("outlet", ""),
        "trail": lookup.trail(request, unit),
    }
    return render(request, "dispatch/new.html", context, status=status)
