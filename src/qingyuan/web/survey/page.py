"""One campaign: how far it is, what lacks, its segments and gaps, its teams, plan and second walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.core.access import Actor
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.flows import survey_support
from qingyuan.ledger import queries as ledger
from qingyuan.library import queries as library
from qingyuan.stages.survey import finishing, guards, queries, queries_rechecks, rules
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.words import CampaignState, SurveyLevel
from qingyuan.web import lookup
from qingyuan.web.survey import drawing
from qingyuan.web.survey.acts import ACTS
from qingyuan.web.timeline import told

TIMELINE = 100
MAPPED = 600
"""So many segments are drawn on the small map; the table and the gaps list all of them."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act that may be done, or the reason why not."""

    label: str
    url: str
    reason: Refusal | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment with the results of its levels."""

    segment: Segment
    levels: tuple[tuple[str, str], ...]


@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one campaign."""
    who, at = lookup.actor(request), timezone.now()
    found, on = queries.campaign(who, pk), timezone.localdate(at)
    after, only = _number(request.GET.get("after", "")), request.GET.get("open", "")
    rows = queries.segments(who, found, open_only=only == "1", after=after, limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    policy = rules.policy_of(found.unit_path, on=on)
    gaps = queries.open_gaps(who, found, limit=20)
    started = found.state == CampaignState.STARTED
    context = {
        "campaign": found,
        "trail": lookup.trail(request, found.unit),
        "progress": queries.progress_of([found])[found.pk],
        "waters": found.waters.defer("geometry").order_by("path"),
        "missing": finishing.missing(found, on=on) if started else (),
        "buttons": buttons(found, who, on=on, at=at),
        "lines": [segment_line(one) for one in shown],
        "next": shown[-1].number if len(rows) > queries.PAGE else "",
        "open_only": only == "1",
        "units": queries.by_unit(found),
        "by_team": queries.by_team(found),
        "gaps": gaps,
        "map": drawn(who, found),
        "teams": found.teams.prefetch_related("members").select_related("body").order_by("pk"),
        "steps": [(one, guards.finish_step(one, on=on, by=who, at=at)) for one in queries.steps_of(found)],
        "supporting": survey_support.states(found),
        "tracks": queries.tracks_of(found, limit=10),
        "rechecks": queries_rechecks.rechecks_of(found),
        "plan_required": policy.parameters.get("survey.plan_required"),
        # What an act changed stands on the page above; the entry itself keeps it in the words of the machine.
        "timeline": told(
            replace(line, changes={}, details={}) for line in ledger.timeline("campaign", str(found.pk), limit=TIMELINE)
        ),
        "today": on,
    }
    return render(request, "survey/campaign.html", context)


def segment_line(one: Segment) -> SegmentLine:
    """A segment as a row of the table."""
    done = queries.levels_of(one)
    words = [
        (str(level.label).partition("：")[0], str(done[level].get_result_display()) if level in done else "")
        for level in SurveyLevel
    ]
    return SegmentLine(one, tuple(words))


def drawn(who: Actor, found: Campaign) -> str:
    """The campaign's segments on a map, those with gaps first; empty where none has a line."""
    rows = queries.segments_visible_to(who).filter(campaign=found, line__isnull=False).defer(None)
    some = list(rows.order_by("closed_on", "number")[:MAPPED])
    return drawing.collection(some) if some else ""


def buttons(found: Campaign, who: Actor, *, on: date, at: datetime) -> Sequence[Button]:
    """The acts upon a campaign; those the officer could never do are left out."""
    shown = []
    for act in ACTS.values():
        if access_refusal(who, act.permission) is not None or not act.fits(found):
            continue
        reason = act.reason(found, who, on, at)
        url = reverse("web:campaign-act", args=[found.pk, act.name])
        shown.append(Button(_(act.label), url, reason, act.first))
    return shown


@require_GET
def plan(request: HttpRequest, pk: int) -> FileResponse:
    """The plan's paper. Always a download: nothing uploaded is ever shown as a page of this site."""
    found = queries.campaign(lookup.actor(request), pk)
    if not found.plan_sha256:
        raise NotFound("plan", str(pk))
    file = library.file(found.plan_sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
