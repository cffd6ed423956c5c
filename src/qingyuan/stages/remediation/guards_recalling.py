"""May they? Taking back a plan that was handed in and not yet decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet, withdrawn
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation.guards_plans import over
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.words_plans import PlanState


@guard
def recall_plan(plan: Plan, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """撤回方案: whoever drew it up or handed it in, before anybody decided about it."""
    outlet = plan.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    yield over(plan.round)
    if plan.state != PlanState.SUBMITTED:
        yield Refusal("remediation.nothing_to_recall", _("方案没有在待审定，不需要撤回。"))
    if by.id not in {plan.drafted_by, plan.submitted_by}:
        yield Refusal("remediation.not_drafter", _("只有编制人或提交人可以撤回方案，其他人请退回。"))
    if plan.submitted_on is not None and on < plan.submitted_on:
        text = _("日期早于提交日期%(day)s。")
        yield Refusal("remediation.before_submitted", text, {"day": plan.submitted_on.isoformat()})
    yield not_yet(on, at)
