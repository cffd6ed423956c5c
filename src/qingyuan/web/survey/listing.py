"""The list of campaigns with how far each is, and the form for a new one."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qingyuan.core.access import Permission, Place
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.places.models import Unit
from qingyuan.stages.survey import guards, queries, rules
from qingyuan.stages.survey.actions import campaigns as actions
from qingyuan.stages.survey.words import CampaignKind, CampaignState
from qingyuan.web import lookup
from qingyuan.web.survey import forms
from qingyuan.web.templatetags.qingyuan import refusal_sentence


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns one may see, the newest first, with how much of the bank was walked."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    state = request.GET.get("state", "")
    state = state if state in CampaignState.values else ""
    text, after = request.GET.get("q", ""), request.GET.get("after", "")
    found = queries.listed(
        who,
        path=at.path if at else "",
        state=state,
        text=text,
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=queries.PAGE + 1,
    )
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    progress = queries.progress_of(rows)
    policy = rules.policy_of(at.path, on=on) if at else None
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "rows": [(one, progress[one.pk]) for one in rows],
        "states": [("", _("全部")), *((one.value, str(one.label)) for one in CampaignState)],
        "state": state,
        "q": text,
        "next": rows[-1].pk if more else "",
        "leads": policy.parameters.get("survey.lead_roles") if policy else None,
        "reason": guards.leading(Place(unit_path=at.path), who, on) if at else None,
    }
    return render(request, "survey/campaigns.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """拟定排查专项: the form, or the setting up."""
    lookup.require(request, Permission.SURVEY_LEAD)
    at = lookup.here(request) if request.method == "GET" else lookup.standing(request)
    if at is None:
        raise NotFound("unit", "")
    who, on = lookup.actor(request), timezone.localdate()
    barred = guards.leading(Place(unit_path=at.path), who, on)
    if barred is not None:
        raise Refused(barred)
    if request.method == "POST":
        form = forms.NewCampaign(request.POST, unit=at)
        if form.is_valid():
            try:
                return _set_up(request, form, at)
            except Refused as no:
                form.add_error(None, refusal_sentence(no.refusal))
        return _ask(request, at, form, status=409)
    return _ask(request, at, forms.NewCampaign(unit=at))


def _set_up(request: HttpRequest, form: forms.NewCampaign, unit: Unit) -> HttpResponse:
    given, at = form.cleaned_data, timezone.now()
    if request.POST.get("unit", unit.code) != unit.code:
        raise NotFound("unit", request.POST["unit"])  # the unit was switched in another window meanwhile
    team = form.team()
    with transaction.atomic():
        made = actions.draft(
            lookup.actor(request),
            title=given["title"],
            kind=CampaignKind(given["kind"]),
            unit=unit,
            waters=form.chosen_waters(),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            managing_body=forms.bodies_of(given["managing"]),
            supporting=given["supporting"],
            teams=[team] if team else [],
            key=request.POST.get("key", "")[:64],
            on=timezone.localdate(at),
            at=at,
        )
    messages.success(request, _("专项已拟定。下一步：划分岸段，提交方案。"))
    return redirect("web:campaign", pk=made.pk)


def _ask(request: HttpRequest, unit: Unit, form: forms.NewCampaign, *, status: int = 200) -> HttpResponse:
    policy = rules.policy_of(unit.path, on=timezone.localdate())
    context = {
        "unit": unit,
        "form": form,
        "key": request.POST.get("key", "") or uuid4().hex,
        "trail": lookup.trail(request, unit),
        "standard": policy.parameters.get("survey.technical_standard"),
        "slogan": policy.parameters.get("survey.slogan"),
        "technical": policy.parameters.get("survey.technical_team_required"),
    }
    return render(request, "survey/new.html", context, status=status)
