"""疑似漏查排口研判: the ranked kilometres with their reasons, the facts they rest on, the button that makes a lead."""

from __future__ import annotations

import json
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey import ranking
from qingyuan.stages.survey.actions.lead_batches import enter_hint, retract_hint
from qingyuan.stages.survey.actions.leads import report_lead
from qingyuan.stages.survey.ranking import Probable
from qingyuan.stages.survey.words_leads import LeadSource
from qingyuan.web import lookup
from qingyuan.web.leads import forms
from qingyuan.web.leads.said import reasons
from qingyuan.web.templatetags.qingyuan import refusal_sentence


@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """The list."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    found = ranking.probable(who, path=path, on=on) if at else []
    spots = [
        {"lon": one.point[0], "lat": one.point[1], "label": f"{one.kilometre.score:g}"} for one in found if one.point
    ]
    context = {
        "at": at,
        "rows": [(one, _km(one), reasons(one.kilometre.reasons)) for one in found],
        "hints": ranking.hints_of(who, path=path)[:50] if at else [],
        "points": json.dumps(spots, ensure_ascii=False),
        "weights": policy_of(path, on=on).parameters.get("survey.missing_weights"),
        "barred": access_refusal(who, Permission.SURVEY_SETTLE),
        "trail": lookup.trail(request, at),
    }
    return render(request, "leads/missing.html", context)


def _km(one: Probable) -> str:
    number = one.kilometre.number
    return _("全河") if number is None else _("第 %(a)s～%(b)s 千米") % {"a": number, "b": number + 1}


@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """转为线索: a lead with the score and the reasons of a kilometre. Pressed twice it is one lead."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    at_unit = lookup.standing(request)
    key = request.POST.get("key", "")
    found = ranking.probable(who, path=at_unit.path, on=on) if at_unit else []
    chosen = next((one for one in found if one.key == key), None)
    if chosen is None or at_unit is None:
        raise NotFound("kilometre", key)
    unit = Unit.objects.filter(path=chosen.unit_path).first() or at_unit
    said = reasons(chosen.kilometre.reasons)
    made = report_lead(
        who,
        source=LeadSource.RANKING,
        longitude=chosen.point[0] if chosen.point else None,
        latitude=chosen.point[1] if chosen.point else None,
        datum="cgcs2000",
        unit=unit,
        at=at,
        on=on,
        name=f"{chosen.water.name}{_km(chosen)}疑似漏查排口",
        water=chosen.water,
        score=chosen.kilometre.score,
        reasons=tuple({"text": one} for one in said),
        key=f"rank-{chosen.water.pk}-{chosen.kilometre.number}-{unit.path}-{on.isoformat()}",
    )
    messages.success(request, _("已转为线索“%(name)s”。") % {"name": made.name})
    return redirect("web:lead", pk=made.pk)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """登记研判依据."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    at_unit = lookup.here(request) if request.method == "GET" else lookup.standing(request)
    if at_unit is None:
        raise NotFound("unit", "")
    form = forms.NewHint(request.POST or None, request.FILES or None, path=at_unit.path, initial={"unit": at_unit.code})
    if request.method == "POST" and form.is_valid():
        given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
        try:
            with transaction.atomic():
                paper = library.file_bytes(given["paper"].read(), name=given["paper"].name, by=by, at=at)
                enter_hint(
                    kind=given["kind"],
                    unit=given["unit"],
                    text=given["text"],
                    sha256=paper.sha256,
                    longitude=given["longitude"],
                    latitude=given["latitude"],
                    datum=given["datum"],
                    water=given["water"],
                    share=given["share"],
                    from_km=given["from_km"],
                    until_km=given["until_km"],
                    key=request.POST.get("key", "")[:64],
                    by=by,
                    on=given["on"],
                    at=at,
                )
        except Refused as no:
            form.add_error(None, refusal_sentence(no.refusal))
        else:
            messages.success(request, _("已登记研判依据。"))
            return redirect("web:leads-missing")
    context = {"form": form, "at": at_unit, "key": request.POST.get("key", "") or uuid4().hex}
    return render(request, "leads/hint.html", context, status=409 if request.method == "POST" else 200)


@require_POST
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回研判依据."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    found = queries.hint(lookup.actor(request), pk)
    at = timezone.now()
    reason = request.POST.get("reason", "").strip()[:200]
    retract_hint(found, reason=reason, by=lookup.actor(request), on=timezone.localdate(at), at=at)
    messages.success(request, _("已撤回研判依据。"))
    return redirect("web:leads-missing")
