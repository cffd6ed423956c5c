"""A stay on the problem list begins and ends. Nobody presses these: triage, remediation at once, reopening and closure
do, within their own act."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.lifecycle import Milestone, Stage
from qingyuan.core.refusal import require
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.models import PROBLEM_STAGES, MilestoneRecord, Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation import guards, rules
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.words import Cause, FindingState, Outcome

BATCH = 500


@transaction.atomic
def open_round(
    outlet: Outlet,
    *,
    cause: Cause,
    on: date,
    by: Actor,
    at: datetime,
    reopened_from: str = "",
    reason: str = "",
) -> Round:
    """A stay begins, under the packs of this day; every finding that is confirmed and in no stay belongs to it. The
    caller's own act, and its entry in the ledger, says why.

    Raises
    ------
    Refused
        The outlet is on the list already.
    """
    require(guards.open_round(outlet))
    policy = policy_of(outlet.unit_path, on=on)
    last = Round.objects.filter(outlet=outlet).aggregate(n=Max("number"))["n"] or 0
    made = Round.objects.create(
        outlet=outlet,
        number=last + 1,
        cause=cause,
        reopened_from=reopened_from,
        reason=reason.strip(),
        pack=pack_of(policy),
        clause=rules.clause_of(policy, "register.problem_list") or rules.clause_of(policy, "remediation.batches"),
        listed_on=on,
        listed_by=by.id,
        recorded_at=at,
        is_demo=outlet.is_demo,
    )
    Finding.objects.filter(
        outlet=outlet, round=None, state=FindingState.CONFIRMED, withdrawn_at=None, settled_on=None
    ).update(round=made)
    return made


@transaction.atomic
def end_round(found: Round, *, outcome: Outcome, on: date, by: Actor) -> Round:
    """The stay is over: the outlet is retained, merged or closed, and what was confirmed is settled."""
    found.ended_on, found.ended_by, found.outcome = on, by.id, outcome
    found.version += 1
    found.save(update_fields=["ended_on", "ended_by", "outcome", "version"])
    Finding.objects.filter(round=found, withdrawn_at=None, settled_on=None).update(settled_on=on)
    return found


def take_up(outlet: Outlet, *, at: datetime, by: Actor = CONSOLE) -> Round | None:
    """带入在办台账: an outlet brought in at a stage of remediation gets the stay it never had. None: it needs none."""
    if Stage(outlet.stage) not in PROBLEM_STAGES or Round.objects.filter(outlet=outlet, ended_on=None).exists():
        return None
    listed = MilestoneRecord.objects.filter(
        outlet=outlet, milestone=Milestone.PROBLEM_LISTED.value, reached=True, retracted_at=None
    )
    day = listed.order_by("-day").values_list("day", flat=True).first() or outlet.stage_since
    with transaction.atomic():
        made = open_round(outlet, cause=Cause.BROUGHT_IN, on=day, by=by, at=at)
        record(outlet, "round.take_up", on=day, by=by, at=at, details={"round": made.number}, clause=made.clause)
    return made


def take_up_all(*, at: datetime, by: Actor = CONSOLE) -> int:
    """The same for every outlet that lacks it, for the clock. Returns how many."""
    taken, last = 0, 0
    waiting = (
        Outlet.objects.standing()
        .filter(stage__in=[one.value for one in PROBLEM_STAGES], withdrawn_at=None)
        .exclude(pk__in=Round.objects.filter(ended_on=None).values("outlet"))
        .order_by("pk")
    )
    while some := list(waiting.filter(pk__gt=last)[:BATCH]):
        with transaction.atomic():
            taken += sum(take_up(one, at=at, by=by) is not None for one in some)
        last = some[-1].pk
    return taken
