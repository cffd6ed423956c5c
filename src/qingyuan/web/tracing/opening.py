"""立案: why, and who leads."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refused, require
from qingyuan.flows import survey_opens_tracing, tracing_support
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import actions, queries, rules
from qingyuan.stages.tracing.words import Why
from qingyuan.web import lookup
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.tracing import forms


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, or the opening. An outlet with a case under way leads to that case."""
    lookup.require(request, Permission.TRACING_OPEN)
    outlet = asked_outlet(request)
    who, at = lookup.actor(request), timezone.now()
    require(access_refusal(who, Permission.TRACING_OPEN, place_of(outlet)))
    held = queries.open_case_of(outlet)
    if held is not None:
        messages.info(request, _("该口已有在办的溯源案件。"))
        return redirect("web:case", pk=held.pk)
    on = timezone.localdate(at)
    if request.method == "POST":
        form = forms.OpenCase(request.POST, outlet=outlet)
        if form.is_valid():
            try:
                with transaction.atomic():
                    given = form.cleaned_data
                    case = actions.open_case(
                        outlet,
                        why=Why(given["why"]),
                        why_text=given["why_text"],
                        lead=given["lead"],
                        lead_reason=given["lead_reason"],
                        key=f"press:{request.POST.get('key', '')[:56]}",
                        on=given["on"],
                        by=who,
                        at=at,
                    )
                    tracing_support.hand_out(case, by=who, on=on, at=at)
                messages.success(request, _("已立案。"))
                return redirect("web:case", pk=case.pk)
            except Refused as no:
                form.add_error(None, refusal_sentence(no.refusal))
        return _ask(request, outlet, form, status=409)
    due = survey_opens_tracing.why_of(outlet, on=on)
    return _ask(request, outlet, forms.OpenCase(outlet=outlet, initial={"why": (due or Why.UNCLEAR).value}))


def asked_outlet(request: HttpRequest) -> Outlet:
    """The outlet the address names, if one may see it; NotFound else."""
    given = request.GET.get("outlet", "") or request.POST.get("outlet", "")
    if not (given.isdecimal() and len(given) < 18):
        raise NotFound("outlet", given)
    return lookup.outlet(request, int(given))


def _ask(request: HttpRequest, outlet: Outlet, form: forms.OpenCase, *, status: int = 200) -> HttpResponse:
    why = Why(form.data.get("why") or form.initial.get("why") or Why.UNCLEAR)
    context = {
        "outlet": outlet,
        "form": form,
        "asked": rules.assigned(outlet, why=why, on=timezone.localdate()),
        "key": request.POST.get("key", "") or uuid4().hex,
        "trail": lookup.trail(request, outlet.unit),
    }
    return render(request, "tracing/new.html", context, status=status)
