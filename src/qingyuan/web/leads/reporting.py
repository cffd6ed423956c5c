"""登记线索: one by hand, or a file of them."""

from __future__ import annotations

from uuid import uuid4

from django import forms as plain
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.exchange import leads as files
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.stages.survey import queries as survey
from qingyuan.stages.survey.actions.leads import report_lead
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.words import CampaignState
from qingyuan.web import lookup
from qingyuan.web.leads import forms
from qingyuan.web.templatetags.qingyuan import refusal_sentence

OPEN = (CampaignState.DRAFTED, CampaignState.APPROVED, CampaignState.STARTED)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """One lead by hand. An odd position is told and kept."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    at_unit = _standing(request)
    form = forms.NewLead(request.POST or None, request.FILES or None, path=at_unit.path, initial={"unit": at_unit.code})
    if request.method == "POST" and form.is_valid():
        given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
        try:
            with transaction.atomic():
                photo = ""
                if given["photo"]:
                    photo = library.file_bytes(given["photo"].read(), name=given["photo"].name, by=by, at=at).sha256
                made = report_lead(
                    by,
                    source=given["source"],
                    longitude=given["longitude"],
                    latitude=given["latitude"],
                    datum=given["datum"],
                    unit=given["unit"],
                    campaign=_campaign(request),
                    at=at,
                    on=given["on"],
                    name=given["name"],
                    code=given["code"],
                    text=given["text"],
                    water=given["water"],
                    photo_sha256=photo,
                    level=int(given["level"]),
                    key=request.POST.get("key", "")[:64],
                )
        except Refused as no:
            form.add_error(None, refusal_sentence(no.refusal))
        else:
            messages.success(request, _("已登记线索“%(name)s”。") % {"name": made.name})
            return redirect("web:lead", pk=made.pk)
    return _ask(request, "leads/new.html", form, at_unit)


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """A file of leads, with its images."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    at_unit = _standing(request)
    form = forms.File(request.POST or None, request.FILES or None, path=at_unit.path)
    if request.method == "POST" and form.is_valid():
        given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
        try:
            images = given["images"]
            made = files.take_in(
                given["file"].read(),
                given["file"].name,
                files.Asked(
                    title=given["title"],
                    source=given["source"],
                    unit=at_unit,
                    campaign=_campaign(request),
                    datum=given["datum"],
                    origin=given["origin"],
                    year=given["year"],
                    techniques=(given["technique"],) if given["technique"] else (),
                    level=int(given["level"]),
                    images=files.images_of(images.read(), images.name) if images else {},
                ),
                by=by,
                on=given["on"],
                at=at,
                key=request.POST.get("key", "")[:64],
            )
        except Refused as no:
            form.add_error(None, refusal_sentence(no.refusal))
        else:
            said = _("已导入“%(title)s”：%(rows)s 条线索，%(located)s 条有位置，%(doubtful)s 条需要核对。")
            messages.success(request, said % {"title": made.title, **made.counts})
            return redirect(f"{reverse('web:leads')}?batch={made.pk}")
    return _ask(request, "leads/import.html", form, at_unit)


def _standing(request: HttpRequest) -> Unit:
    found = lookup.here(request) if request.method == "GET" else lookup.standing(request)
    if found is None:
        raise NotFound("unit", "")
    return found


def _campaign(request: HttpRequest) -> Campaign | None:
    asked = request.POST.get("campaign", "") or request.GET.get("campaign", "")
    return survey.campaign(lookup.actor(request), asked) if asked else None


def _ask(request: HttpRequest, template: str, form: plain.Form, at_unit: Unit) -> HttpResponse:
    who = lookup.actor(request)
    running = [one for one in survey.listed(who, path=at_unit.path, limit=50) if one.state in OPEN]
    context = {
        "form": form,
        "at": at_unit,
        "campaigns": running,
        "campaign": request.POST.get("campaign", "") or request.GET.get("campaign", ""),
        "key": request.POST.get("key", "") or uuid4().hex,
        "trail": lookup.trail(request, at_unit),
    }
    return render(request, template, context, status=409 if request.method == "POST" else 200)
