"""Coverage by unit over all campaigns, findings by technique, and the experience of earlier surveys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.rulebook import regulations
from qingyuan.stages.survey import queries_coverage, rules
from qingyuan.web import lookup

PAGE = 50
EXPERIENCE = "经验"


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Kilometres walked by unit and water, and the gaps as a list."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    if at is None:
        raise NotFound("unit", "")
    after = request.GET.get("after", "")
    gaps = queries_coverage.gaps(who, path=at.path, after=after, limit=PAGE)
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "units": queries_coverage.by_unit(who, at),
        "waters": queries_coverage.by_water(who, at),
        "gaps": gaps.rows,
        "next": gaps.after,
    }
    return render(request, "survey/coverage.html", context)


@require_safe
def techniques(request: HttpRequest) -> HttpResponse:
    """How many findings each technical means brought, beside the means the scheme names."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    if at is None:
        raise NotFound("unit", "")
    policy = rules.policy_of(at.path, on=on)
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "rows": queries_coverage.by_technique(who, at, known=rules.techniques(policy)),
        "named": policy.parameters.get("survey.techniques"),
    }
    return render(request, "survey/techniques.html", context)


@require_safe
def experience(request: HttpRequest) -> HttpResponse:
    """What earlier surveys learnt, by basin and topic, and what the library holds of it (新绛 五(十三))."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on = lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    found = rules.policy_of(path, on=on).parameters.get("survey.experience")
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "rows": found.value if found else (),
        "source": found,
        "papers": regulations.regulations(path, text=EXPERIENCE, on=on)[:20],
    }
    return render(request, "survey/experience.html", context)
