"""首页. Left what waits for me, right how my unit stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.tasks import queries as boards
from qingyuan.core.duties import GROUP_LABELS, RULES, Duty, Group
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.registry.counts import how_many
from qingyuan.web import lookup
from qingyuan.web.progress.views import my_unit

NEWEST = 8
PAGE = 50
ACTS = {
    Duty.VERIFY: "verify",
    Duty.TRACE: "open-tracing",
    Duty.FIX_PARTY: "fix-party",
    Duty.CLASSIFY: "classify",
    Duty.LOCATE: "correct",
    Duty.SUPPLEMENT: "correct",
    Duty.DECIDE: "classify",
    Duty.MEND_CHAIN: "add-channel",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with the one button that does it."""

    sentence: str
    due: date | None
    clause: str
    status: str
    button: str
    url: str
    page: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """待办 and the scoreboard of my unit; who has no territory (a river chief, an enterprise) sees his outlets."""
    at = lookup.here(request)
    who = lookup.actor(request)
    on = timezone.localdate()
    waiting = boards.waiting(who, on=on, path=at.path if at else "")
    groups = [
        {"title": _(GROUP_LABELS[group]), "number": number, "tasks": [shown(task) for task in tasks]}
        for group, number, tasks in waiting.groups
        if number
    ]
    counts = [(count, [(group, getattr(count, group.value)) for group in Group]) for count in waiting.counts]
    context: dict[str, object] = {"at": at, "grants": who.grants, "groups": groups, "counts": counts}
    context |= {"reports": waiting.reports, "group_labels": [_(label) for label in GROUP_LABELS.values()]}
    if at is None:
        outlets = registry.visible_to(who).select_related("unit").order_by("pk")
        context["outlets"] = list(outlets[:NEWEST])
    else:
        context |= {"mine": my_unit(who, at, at=timezone.now()), "count": how_many(at.path)}
    return render(request, "home/home.html", context)


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """All tasks of one duty and one group of due days, page by page."""
    at = lookup.here(request)
    given, group = request.GET.get("duty", ""), request.GET.get("group", "")
    if given not in set(Duty) or group not in set(Group):
        raise NotFound("duty", given)
    path = at.path if at else ""
    found = boards.page(
        lookup.actor(request),
        Duty(given),
        Group(group),
        on=timezone.localdate(),
        path=path,
        after=request.GET.get("after", ""),
        limit=PAGE + 1,
    )
    more = len(found) > PAGE
    following = {"duty": given, "group": group, "after": found[PAGE - 1].after} if more else {}
    context = {
        "label": _(RULES[Duty(given)].label),
        "group": _(GROUP_LABELS[Group(group)]),
        "tasks": [shown(task) for task in found[:PAGE]],
        "next": urlencode(following),
        "trail": lookup.trail(request, at),
    }
    return render(request, "home/tasks.html", context)


def shown(task: boards.Task) -> Shown:
    """A task of the board as the page shows it."""
    return Shown(
        sentence=task.sentence,
        due=task.due,
        clause=task.clause,
        status=task.status,
        button=_(RULES[task.duty].label),
        url=reverse("web:act", args=[task.outlet_id, ACTS[task.duty]]),
        page=reverse("web:outlet", args=[task.outlet_id]),
    )
