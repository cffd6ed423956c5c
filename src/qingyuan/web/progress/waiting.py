"""待办 for pages: each duty with the address where it is done."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.tasks import queries
from qingyuan.boards.tasks.queries import Task
from qingyuan.core.access import Actor
from qingyuan.core.duties import GROUP_LABELS, RULES, Duty, Group
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.web import lookup

PAGE = 50
ACTS = {
    Duty.VERIFY: "verify",
    Duty.TRACE: "fix-party",
    Duty.FIX_PARTY: "fix-party",
    Duty.CLASSIFY: "classify",
    Duty.LOCATE: "correct",
    Duty.SUPPLEMENT: "correct",
    Duty.DECIDE: "classify",
    Duty.MEND_CHAIN: "add-channel",
}


def my_tasks(actor: Actor, unit: Unit | None, *, on: date) -> dict[str, object]:
    """Context of tasks/_list.html: groups by due day with their first tasks, counts of every duty, reports to come."""
    waiting = queries.waiting(actor, on=on, path=unit.path if unit else "")
    return {
        "groups": [
            {"label": _(GROUP_LABELS[group]), "number": number, "items": [_item(task) for task in tasks]}
            for group, number, tasks in waiting.groups
        ],
        "counts": [
            {
                "label": _(count.label),
                "cells": [(getattr(count, group.value), _page_url(count.duty, group, unit)) for group in Group],
            }
            for count in waiting.counts
        ],
        "reports": waiting.reports,
    }


def _item(task: Task) -> dict[str, object]:
    return {
        "task": task,
        "label": _(RULES[task.duty].label),
        "url": reverse("web:act", args=[task.outlet_id, ACTS[task.duty]]),
    }


def _page_url(duty: Duty, group: Group, unit: Unit | None, after: str = "") -> str:
    asked = {"unit": unit.code if unit else "", "after": after}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("web:tasks", args=[duty.value, group.value]) + (f"?{query}" if query else "")


@require_safe
def tasks(request: HttpRequest, duty: str, group: str) -> HttpResponse:
    """Every outlet that carries one duty, the longest waiting first."""
    if duty not in set(Duty) or group not in set(Group):
        raise NotFound("duty", duty)
    unit = lookup.here(request)
    found = queries.page(
        lookup.actor(request),
        Duty(duty),
        Group(group),
        on=timezone.localdate(),
        path=unit.path if unit else "",
        after=request.GET.get("after", ""),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    return render(
        request,
        "tasks/page.html",
        {
            "label": _(RULES[Duty(duty)].label),
            "group_label": _(GROUP_LABELS[Group(group)]),
            "items": [_item(task) for task in shown],
            "next": _page_url(Duty(duty), Group(group), unit, shown[-1].after) if len(found) > PAGE else "",
            "trail": lookup.trail(request, unit),
        },
    )
