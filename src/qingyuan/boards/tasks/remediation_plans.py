"""The duties that come with plans: to draft one, to decide one that was submitted, to begin, to be done in time."""

from __future__ import annotations

from datetime import date

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from qingyuan.boards.tasks.items import DUE
from qingyuan.core.lifecycle import Stage
from qingyuan.registry.models import OutletQuerySet
from qingyuan.stages.remediation.models_plans import Plan, Transition
from qingyuan.stages.remediation.queries_plans import WORKING
from qingyuan.stages.remediation.words_plans import PlanState, TransitionState

NEVER = date.max


def to_decide(scope: OutletQuerySet, *, by: str) -> OutletQuerySet:
    """Outlets with a plan that waits for its approval, and that somebody else submitted."""
    waiting = Plan.objects.filter(round__ended_on=None, state=PlanState.SUBMITTED)
    return scope.filter(pk__in=waiting.exclude(submitted_by=by).exclude(drafted_by=by).values("round__outlet"))


def to_finish(scope: OutletQuerySet) -> OutletQuerySet:
    """Outlets under works with the day they are due: the end of a transition period where there is one."""
    plan = Plan.objects.filter(round__outlet=OuterRef("pk"), round__ended_on=None, state=PlanState.APPROVED)
    period = Transition.objects.filter(
        plan__round__outlet=OuterRef("pk"),
        plan__state=PlanState.APPROVED,
        state__in=[TransitionState.APPROVED, TransitionState.ENDED],
    )
    due = Coalesce(Subquery(plan.values("due")[:1]), Value(NEVER))
    until = Coalesce(Subquery(period.order_by("-until").values("until")[:1]), due)
    # Said by the stages that are none of these: by the index of stages all works of the country would be gone through.
    found = scope.filter(pk__in=_planned()).exclude(stage__in=[one for one in Stage if one not in WORKING])
    return found.annotate(**{DUE: Greatest(due, until)})


def _planned() -> Subquery:
    found = Plan.objects.filter(state=PlanState.APPROVED, round__ended_on=None, works_started_on__isnull=False)
    return Subquery(found.values("round__outlet"))
