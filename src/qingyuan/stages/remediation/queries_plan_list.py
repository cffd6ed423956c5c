"""The list of plans as who answers for them reads it: those due first, who leads, how many are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.plans import Duty
from qingyuan.stages.remediation import queries_plans
from qingyuan.stages.remediation.models_plans import Plan, PlanDuty
from qingyuan.stages.remediation.words_plans import PlanState

MOST = 1000
"""No further than this is counted."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many plans of a territory are past their day, have a step past its day, wait for approval; none above
    `MOST`."""

    overdue: int
    slow: int
    waiting: int


def page(found: QuerySet[Plan], *, after: str, size: int) -> list[Plan]:
    """The next `size` plans by due day, those without one last. `after`: `mark` of the last one shown; empty from the
    beginning."""
    found = found.order_by(F("due").asc(nulls_last=True), "pk")
    if (last := _read(after)) is not None:
        day, pk = last
        behind = Q(due=None, pk__gt=pk) if day is None else Q(due__gt=day) | Q(due=day, pk__gt=pk) | Q(due=None)
        found = found.filter(behind)
    return list(found[:size])


def mark(of: Plan) -> str:
    """Where a page ends: 2024-06-30.17, or .17 without a due day."""
    return f"{of.due.isoformat() if of.due else ''}.{of.pk}"


def _read(after: str) -> tuple[date | None, int] | None:
    day, dot, pk = after.rpartition(".")
    if not dot or not pk.isascii() or not pk.isdigit() or len(pk) > 17:
        return None
    try:
        return (date.fromisoformat(day) if day else None), int(pk)
    except ValueError:
        return None


def leads_of(some: Sequence[Plan]) -> dict[int, str]:
    """Who leads each of a page of plans, in words: one query."""
    found: dict[int, str] = {}
    rows = PlanDuty.objects.filter(plan__in=[one.pk for one in some], duty=Duty.LEAD).order_by("pk")
    for plan, name in rows.values_list("plan", "name"):
        found[plan] = f"{found[plan]}、{name}" if plan in found else name
    return found


def counts(actor: Actor, asked: queries_plans.Asked) -> Counts:
    """Of the territory that is asked for, whatever else the list is narrowed to."""
    whole = queries_plans.Asked(on=asked.on, path=asked.path)
    return Counts(
        _few(queries_plans.plans(actor, replace(whole, overdue=True))),
        _few(queries_plans.plans(actor, replace(whole, slow=True))),
        _few(queries_plans.plans(actor, replace(whole, state=PlanState.SUBMITTED))),
    )


def _few(found: QuerySet[Plan]) -> int:
    return found.order_by()[:MOST].count()


__all__ = ["MOST", "Counts", "counts", "leads_of", "mark", "page"]
