"""The acts upon a stay's plan: which guard greys the button, which form asks, which action does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.access import reading
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Stage
from qingyuan.core.plans import Batch
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import remediation_notices
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import (
    guards_area,
    guards_orders,
    guards_plans,
    guards_recalling,
    queries,
    queries_plans,
    rules_plans,
)
from qingyuan.stages.remediation.models import Round
from qingyuan.web import lookup, refusals
from qingyuan.web.remediation import plans_doing, plans_forms

Reason = Callable[[Round, Actor, date, datetime], Refusal | None]
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it; `shown`: whether it is of use now;
    `parameter`: the setting whose clause asks for it."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[plans_forms.AboutRound]
    do: Callable[[plans_doing.Asked], str]
    shown: Callable[[Round], bool] = lambda _found: True
    says: str = ""
    parameter: str = ""


def _draft(found: Round, by: Actor, on: date, _at: datetime) -> Refusal | None:
    return guards_plans.may_draft(found, by=by, on=on)


def _submit(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    plan = queries_plans.draft_of(found)
    if plan is None:
        return Refusal("remediation.no_draft", noop("还没有拟定中的方案。"))
    return guards_plans.submit(plan, by=by, on=on, at=at)


def _recall(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    plan = queries_plans.draft_of(found)
    if plan is None:
        return Refusal("remediation.no_draft", noop("还没有待审定的方案。"))
    return guards_recalling.recall_plan(plan, by=by, on=on, at=at)


def _decide(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    plan = queries_plans.draft_of(found)
    if plan is None:
        return Refusal("remediation.no_draft", noop("还没有待审定的方案。"))
    return guards_plans.decide(plan, by=by, on=on, at=at)


def _approve(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    plan = queries_plans.draft_of(found)
    if plan is None:
        return Refusal("remediation.no_draft", noop("还没有待审定的方案。"))
    return guards_plans.approve(plan, paper_sha256="x", by=by, on=on, at=at)


def _start(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards_plans.start_works(found, by=by, on=on, at=at)


def _order(found: Round, by: Actor, on: date, _at: datetime) -> Refusal | None:
    return guards_orders.may_order(found, by=by, on=on)


def _ask(found: Round, by: Actor, on: date, _at: datetime) -> Refusal | None:
    return guards_orders.may_have_transition(found, by=by, on=on)


def _period(found: Round) -> object:
    return next((one for one in queries_plans.transitions_of(found) if one.state in ("asked", "approved")), None)


def _decide_period(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    period = next((one for one in queries_plans.transitions_of(found) if one.state == "asked"), None)
    if period is None:
        return Refusal("remediation.no_request", noop("没有待审定的过渡期申请。"))
    return guards_orders.decide_transition(period, note="…", agreed=True, by=by, on=on, at=at)


def _end_period(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    period = next((one for one in queries_plans.transitions_of(found) if one.state == "approved"), None)
    if period is None:
        return Refusal("remediation.no_transition", noop("没有正在进行的过渡期。"))
    return guards_orders.end_transition(period, by=by, on=on, at=at)


def _hard(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards_area.list_hard_case(found, reason="…", by=by, on=on, at=at)


def _solved(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    case = queries_plans.hard_case_of(found)
    if case is None:
        return Refusal("remediation.not_hard", noop("该口没有列为重点难点。"))
    return guards_area.end_hard_case(case, outcome="…", by=by, on=on, at=at)


def _is_drafting(found: Round) -> bool:
    return queries_plans.draft_of(found) is not None


def _is_submitted(found: Round) -> bool:
    draft = queries_plans.draft_of(found)
    return draft is not None and draft.state == "submitted"


def _is_asked(found: Round) -> bool:
    return any(one.state == "asked" for one in queries_plans.transitions_of(found))


def _is_running(found: Round) -> bool:
    return any(one.state == "approved" for one in queries_plans.transitions_of(found))


def _is_approved(found: Round) -> bool:
    return found.outlet.stage == "plan_approved"


def _is_before_report(found: Round) -> bool:
    return found.outlet.stage in (Stage.PROBLEM, *guards_plans.DRAFTED)


def _is_working(found: Round) -> bool:
    return found.outlet.stage == "remediating" and _period(found) is None


def _is_hard(found: Round) -> bool:
    return queries_plans.hard_case_of(found) is not None


def _may_close(found: Round) -> bool:
    """An order is of use where the plan closes, there is no plan yet, or closing is no batch of the scheme (新绛)."""
    plan = queries_plans.latest_of(found)
    policy = policy_of(found.outlet.unit_path, on=timezone.localdate())
    return plan is None or plan.batch == Batch.BAN or Batch.BAN not in rules_plans.batches(policy)


_SUBJECTS = "remediation.transition.subjects"
_PLAN, _APPROVE = Permission.REMEDIATION_PLAN, Permission.REMEDIATION_APPROVE
F, D = plans_forms, plans_doing
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "draft",
            noop("编制方案"),
            _PLAN,
            _draft,
            F.DraftPlan,
            D.draft,
            lambda found: _is_before_report(found) and not _is_submitted(found),
            parameter="remediation.plan_level",
        ),
        Act(
            "submit",
            noop("提交方案"),
            _PLAN,
            _submit,
            F.Plain,
            D.submit,
            lambda found: _is_drafting(found) and not _is_submitted(found),
            says=noop("提交后由牵头部门审定；审定之前可以撤回，撤回或退回之后才能修改。"),
            parameter="remediation.plan_required_fields",
        ),
        Act(
            "recall",
            noop("撤回方案"),
            _PLAN,
            _recall,
            F.Plain,
            D.recall,
            _is_submitted,
            says=noop("审定之前，编制人或提交人可以撤回；撤回后方案回到拟定中，可以修改再提交。"),
        ),
        Act("approve", noop("审定方案"), _APPROVE, _approve, F.Approve, D.approve, _is_submitted),
        Act("return", noop("退回方案"), _APPROVE, _decide, F.Return, D.send_back, _is_submitted),
        Act(
            "start", noop("开工"), _PLAN, _start, F.Plain, D.start, _is_approved, parameter="remediation.executor_roles"
        ),
        Act(
            "order",
            noop("登记取缔决定"),
            Permission.REMEDIATION_ORDER,
            _order,
            F.OrderClosing,
            D.order,
            _may_close,
            parameter="remediation.ban_authority",
        ),
        Act(
            "transition",
            noop("申请过渡期"),
            _PLAN,
            _ask,
            F.AskTransition,
            D.ask_transition,
            _is_working,
            parameter=_SUBJECTS,
        ),
        Act("agree", noop("同意过渡期"), _APPROVE, _decide_period, F.Approve, D.agree, _is_asked),
        Act("decline", noop("不同意过渡期"), _APPROVE, _decide_period, F.Return, D.decline, _is_asked),
        Act("end-transition", noop("结束过渡期"), _PLAN, _end_period, F.Plain, D.end_transition, _is_running),
        Act(
            "hard",
            noop("列为重点难点"),
            _PLAN,
            _hard,
            F.HardCase,
            D.hard,
            lambda found: _is_before_report(found) and not _is_hard(found),
        ),
        Act("solved", noop("移出重点难点"), _PLAN, _solved, F.Solved, D.solved, _is_hard),
    )
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one stay: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    found = queries.round_by_id(by, pk)
    barred = access.refusal(by, chosen.permission, place_of(found.outlet))
    barred = barred or chosen.reason(found, by, timezone.localdate(at), at)
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)  # who may not do it is told so, whatever he read before
        return _do(request, chosen, found, by=by, at=at)
    if barred is not None:
        return refusals.refused(request, barred)
    return ask(request, chosen, found, form_of(chosen, found))


def form_of(chosen: Act, found: Round) -> plans_forms.AboutRound:
    """The empty form; that of a plan shows what stands, or what the rules propose."""
    initial: dict[str, object] = {}
    if chosen.name == "draft":
        plan = queries_plans.latest_of(found)
        initial = plans_forms.initial_of(plan) if plan else plans_forms.suggested(found, on=timezone.localdate())
    return chosen.form(outlet=found.outlet, initial=initial)


def read(found: Round) -> str:
    """What was read: the versions of outlet and plan; a form that comes back with another was overtaken."""
    plan = queries_plans.latest_of(found)
    return f"{found.outlet.version}.{plan.pk if plan else 0}.{plan.version if plan else 0}"


def _do(request: HttpRequest, chosen: Act, found: Round, *, by: Actor, at: datetime) -> HttpResponse:
    with transaction.atomic():
        Round.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
        found = queries.round_by_id(by, found.pk)
        if request.POST.get("read", "") != read(found):
            back = plans_doing.address(found)
            raise lookup.overtaken(request, ("round", found.pk), name=found.outlet.name, back=back)
        if (barred := chosen.reason(found, by, timezone.localdate(at), at)) is not None:
            raise Refused(barred)
        form = chosen.form(request.POST, request.FILES, outlet=found.outlet)
        if not form.is_valid():
            return ask(request, chosen, found, form, status=CONFLICT)
        try:
            with transaction.atomic():
                said = chosen.do(plans_doing.Asked(found, form, by, at))
        except Refused as no:
            if no.refusal.code.startswith("access."):
                raise
            reading.with_refusal(request, no.refusal.code)
            return ask(request, chosen, found, form, fault=no.refusal, status=CONFLICT)
    remediation_notices.tell(found, by=by, on=timezone.localdate(at), at=at)
    messages.success(request, said)
    return redirect("web:round", pk=found.pk)


def ask(
    request: HttpRequest,
    chosen: Act,
    found: Round,
    form: plans_forms.AboutRound,
    *,
    fault: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form of an act; with the reason where what was filled in cannot be."""
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "round": found,
        "outlet": found.outlet,
        "form": form,
        "fault": fault,
        "clause": form.policy.parameters.get(chosen.parameter),
        "read": read(found),
        "has_files": form.is_multipart(),
        "is_draft": chosen.name == "draft",
        "demands": plans_doing.told(found) if chosen.name in ("draft", "submit", "approve", "start") else [],
    }
    return render(request, "remediation/plan_act.html", context, status=status)
