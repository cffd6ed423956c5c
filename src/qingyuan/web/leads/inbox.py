"""线索: the inbox with its filters, points on the map, statistics, and bulk endings."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import queries as survey
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries_leads import OVERDUE, Asked
from qingyuan.stages.survey.words_leads import LeadSource, LeadState, NotOutlet
from qingyuan.web import lookup
from qingyuan.web.leads.said import findings

SIZE = 50
CAMPAIGNS = 50


@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Leads one may see in the unit one stands at, the newest first."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    asked = read(request.GET, path=at.path if at else "")
    after = request.GET.get("after", "")
    rows, last = queries.page(
        queries.narrowed(who, asked, on=on), after=int(after) if after.isdecimal() and len(after) < 18 else 0, size=SIZE
    )
    numbers = queries.counts(who, asked, on=on)
    batch = queries.batch(who, asked.batch) if asked.batch is not None else None
    policy = policy_of(at.path if at else "", on=on)
    context = {
        "at": at,
        "asked": asked,
        "rows": [(one, findings(one)) for one in rows],
        "next": address(asked, after=last) if last else "",
        "states": [(state, label, numbers[state], address(asked, state=state)) for state, label in _states()],
        "sources": LeadSource.choices,
        "campaigns": survey.listed(who, path=asked.path, limit=CAMPAIGNS),
        "batch": batch,
        "batches": queries.batches(who, path=asked.path, limit=8),
        "points": points(rows),
        "whys": NotOutlet.choices,
        "by_source": queries.by_source(queries.narrowed(who, Asked(path=asked.path), on=on)),
        "by_technique": queries.by_technique(queries.narrowed(who, Asked(path=asked.path), on=on)),
        "source_names": dict(LeadSource.choices),
        "barred": access_refusal(who, Permission.SURVEY_SETTLE),
        "clause": policy.parameters.get("survey.slogan"),
        "trail": lookup.trail(request, at),
    }
    return render(request, "leads/list.html", context)


def _states() -> list[tuple[str, str]]:
    return [("", _("全部")), *((one.value, str(one.label)) for one in LeadState), (OVERDUE, _("逾期"))]


def read(given: QueryDict, *, path: str) -> Asked:
    """The filters an address asks for; anything unknown is taken as not asked."""

    def number(name: str) -> int | None:
        text = given.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 18 else None

    state, source = given.get("state", ""), given.get("source", "")
    return Asked(
        state=state if state in (*LeadState.values, OVERDUE) else "",
        source=source if source in LeadSource.values else "",
        campaign=number("campaign"),
        batch=number("batch"),
        path=path,
        text=" ".join(given.get("q", "").split())[:60],
        doubtful=given.get("doubtful") == "1",
    )


def address(asked: Asked, **changed: object) -> str:
    """The query string of these filters with some changed."""
    said = {
        "state": asked.state,
        "source": asked.source,
        "campaign": asked.campaign or "",
        "batch": asked.batch or "",
        "q": asked.text,
        "doubtful": "1" if asked.doubtful else "",
    }
    return urlencode({name: value for name, value in (said | changed).items() if value})


def points(rows: list[Lead]) -> str:
    """The leads of a page as points of the map."""
    return json.dumps(
        [
            {"lon": float(one.longitude_deg), "lat": float(one.latitude_deg), "label": one.name}
            for one in rows
            if one.longitude_deg is not None and one.latitude_deg is not None
        ],
        ensure_ascii=False,
    )
