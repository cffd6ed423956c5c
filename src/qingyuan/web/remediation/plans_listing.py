"""整治方案 in lists: plans and those that are late, outlets without one, transition periods, hard cases; and the
approval of several plans with one confirmation."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.plans import BATCHES
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.flows import remediation_notices
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, guards_plans, queries_plan_list, queries_plans, rules_plans
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.words_plans import PlanState
from qingyuan.web import lookup
from qingyuan.web.remediation import plans_doing

SIZE = 50
MOST = 200
TABS = {
    "plans": noop("整治方案"),
    "missing": noop("缺方案"),
    "transitions": noop("过渡期"),
    "hard": noop("重点难点"),
    "legacy": noop("历史遗留"),
}
CONFLICT = 409


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """A page of one of the lists; each ends where the next begins (keyset by due day or number)."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "plans"
    path = at.path if at else ""
    state, batch = request.GET.get("state", ""), request.GET.get("batch", "")
    late = request.GET.get("late", "")
    asked = queries_plans.Asked(
        on=on,
        path=path,
        state=state if state in PlanState.values else "",
        batch=batch if batch in {one.value for one in BATCHES} else "",
        overdue=late == "overdue",
        slow=late == "slow",
    )
    rows = _rows(tab, request, asked, after=request.GET.get("after", ""))
    given = {"tab": tab, "state": asked.state, "batch": asked.batch, "late": late}

    def address(**more: str) -> str:
        return urlencode({name: value for name, value in {**given, **more}.items() if value})

    context = {
        "at": at,
        "tab": tab,
        "tabs": [(key, _(label), urlencode({"tab": key})) for key, label in TABS.items()],
        "rows": rows[:SIZE],
        "next": address(after=_mark(tab, rows[SIZE - 1])) if len(rows) > SIZE else "",
        "asked": asked,
        "late": late,
        "states": PlanState.choices,
        "batches": [(one.value, _(label)) for one, label in BATCHES.items()],
        "in_batches": _in_batches(who, at, on=on) if tab == "plans" and at is not None and at.path else [],
        "today": on,
        "dues": queries_plans.dues_of(rows[:SIZE]) if tab in ("plans", "legacy") else {},
        "late_ones": queries_plans.late_among(rows[:SIZE], on=on) if tab in ("plans", "legacy") else set(),
        "leads": queries_plan_list.leads_of(rows[:SIZE]) if tab in ("plans", "legacy") else {},
        "counts": _counts(who, asked) if tab == "plans" else [],
        "may_approve": access_refusal(who, Permission.REMEDIATION_APPROVE) is None,
        "trail": lookup.trail(request, at),
    }
    return render(request, "remediation/plans.html", context)


def _counts(who: Actor, asked: queries_plans.Asked) -> list[tuple[str, str, int]]:
    """What is late or waits, as figures whose lists they open."""
    found = queries_plan_list.counts(who, asked)
    return [
        (_("已逾期"), "late=overdue", found.overdue),
        (_("步骤滞后"), "late=slow", found.slow),
        (_("待审定"), f"state={PlanState.SUBMITTED.value}", found.waiting),
    ]


def _mark(tab: str, last: Any) -> str:
    return queries_plan_list.mark(last) if tab == "plans" else str(last.pk)


def _in_batches(who: Actor, at: Unit, *, on: date) -> list[tuple[str, str, int]]:
    """Each batch of the scheme with its name and how many plans stand in it (新绛: two, 取缔 is none)."""
    counted: Counter[str] = Counter()
    for (batch, _state), number in queries_plans.by_batch(who, path=at.path).items():
        counted[batch] += number
    return [(one.value, _(BATCHES[one]), counted[one]) for one in rules_plans.batches(policy_of(at.path, on=on))]


def _rows(tab: str, request: HttpRequest, asked: queries_plans.Asked, *, after: str) -> list[Any]:
    who = lookup.actor(request)
    found: QuerySet[Any] = {
        "plans": lambda: queries_plans.plans(who, asked),
        "missing": lambda: queries_plans.without_plan(who, path=asked.path).select_related("unit", "party"),
        "transitions": lambda: queries_plans.transitions(who, path=asked.path),
        "hard": lambda: queries_plans.hard_cases(who, path=asked.path),
        "legacy": lambda: queries_plans.legacy_cases(who),
    }[tab]()
    if tab == "plans":
        return queries_plan_list.page(found, after=after, size=SIZE + 1)
    found = found.order_by("-pk")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    return list(found[: SIZE + 1])


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """审定 several plans: first what exactly will happen, then the doing. Each is judged by itself."""
    lookup.require(request, Permission.REMEDIATION_APPROVE)
    by, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    chosen = [int(one) for one in request.POST.getlist("plan") if one.isdecimal() and len(one) < 18][:MOST]
    found = [queries_plans.plan(by, pk) for pk in dict.fromkeys(chosen)]
    rows: list[tuple[Plan, Refusal | None]] = [
        (one, guards_plans.approve(one, paper_sha256="x", by=by, on=on, at=at)) for one in found
    ]
    doable = [one for one, barred in rows if barred is None]
    if request.POST.get("step") != "do":
        context = {"rows": rows, "doable": len(doable), "against": len(rows) - len(doable)}
        return render(request, "remediation/plans_bulk.html", context)
    done = 0
    for one in doable:
        try:
            with transaction.atomic():
                actions.approve(one, paper_sha256=plans_doing.document(one, by=by, at=at), on=on, by=by, at=at)
                remediation_notices.tell(one.round, by=by, on=on, at=at)
                done += 1
        except Refused as no:
            messages.error(request, f"{one.round.outlet.name}{_('：')}{_(no.refusal.text) % dict(no.refusal.params)}")
    messages.success(request, _("已审定 %(n)s 份方案。") % {"n": done})
    return redirect("web:remediation-plans")
