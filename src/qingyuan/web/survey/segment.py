"""One segment: its levels, what was walked and what not, its tracks, why it cannot be closed yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.core.access import refusal as access_refusal
from qingyuan.stages.survey import finishing, queries
from qingyuan.stages.survey.words import SurveyLevel
from qingyuan.web import lookup
from qingyuan.web.survey import drawing
from qingyuan.web.survey.page import Button
from qingyuan.web.survey.segment_acts import ACTS


@require_GET
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one segment."""
    who, at = lookup.actor(request), timezone.now()
    found, on = queries.segment_of(who, pk), timezone.localdate(at)
    done = queries.levels_of(found)
    tracks = queries.tracks_of(found.campaign, segment=found)
    shown = []
    for act in ACTS.values():
        if access_refusal(who, act.permission) is not None or act.needs_closed != (found.closed_on is not None):
            continue
        url = reverse("web:segment-act", args=[found.pk, act.name])
        shown.append(Button(_(act.label), url, act.reason(found, who, on, at), act.first))
    context = {
        "segment": found,
        "campaign": found.campaign,
        "trail": lookup.trail(request, found.unit),
        "levels": [(level, done.get(level)) for level in SurveyLevel],
        "gaps": queries.gaps([found]),
        "map": drawing.collection([found]) if found.line is not None else "",
        "tracks": [(one, [_(part["text"]) % part["params"] for part in one.findings]) for one in tracks],
        "there": finishing.outlets_on(found),
        "buttons": shown,
    }
    return render(request, "survey/segment.html", context)
