"""整治方案: plans with what the rules say of them, orders to close, transition periods, works at once."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Ref, Word
from qingyuan.api.v1 import remediation_plan_shapes as shapes
from qingyuan.api.v1.act_reading import body_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.plans import Demand
from qingyuan.core.refusal import NotFound
from qingyuan.flows import remediation_notices
from qingyuan.registry import queries as registry
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import (
    actions,
    guards_orders,
    guards_plans,
    guards_recalling,
    queries,
    queries_plans,
    rules_plans,
)
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep, PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan

router = Router(tags=["整治"])
SIZE = 50
State = Literal["", "draft", "submitted", "approved", "returned"]


@router.get("/remediation/plans", response=Page[shapes.OutletPlanRow], summary="整治方案列表")
def listed(
    request: HttpRequest,
    unit: Word = "",
    state: State = "",
    batch: Literal["", "ban", "merge", "standardise"] = "",
    late: Literal["", "overdue", "slow"] = "",
    after: Id | None = None,
) -> Page[shapes.OutletPlanRow]:
    """每个未结束的整治轮次的现行版本，新的在前；late=overdue 已逾期，slow 步骤滞后。"""
    who, on = asking.require(request, Permission.OUTLET_VIEW), asking.today()
    path = asking.unit(request, unit).path if unit else ""
    asked = queries_plans.Asked(
        on=on, path=path, state=state, batch=batch, overdue=late == "overdue", slow=late == "slow"
    )
    found = queries_plans.plans(who, asked).order_by("-pk")
    rows = list((found.filter(pk__lt=after) if after else found)[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[shapes.OutletPlanRow](items=[_row(one, on) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/rounds/{pk}", response=shapes.OutletPlanFile, summary="一个整治轮次的方案")
def shown(request: HttpRequest, pk: Id) -> shapes.OutletPlanFile:
    """方案、步骤、职责、适用的规定，建议的批次和措施，以及各项办理不能办的理由。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, queries.round_by_id(who, pk))


@router.post("/rounds/{pk}/plan", response=shapes.OutletPlanFile, summary="编制整治方案")
@write(changes=True)
def draft(request: HttpRequest, pk: Id, given: shapes.OutletPlanIn) -> shapes.OutletPlanFile:
    """城镇雨洪排口的合并、封堵（含措施文字）不接受；步骤按日期先后。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_PLAN, given)
    target = registry.outlet(acting["by"], given.target_outlet) if given.target_outlet else None
    apart = {
        "on",
        "measures",
        "steps",
        "responsible_body",
        "lead",
        "target_outlet",
        "programmes",
        "water_opinion_sha256",
    }
    made = PlanGiven(
        measures=tuple(GivenMeasure(**one.model_dump()) for one in given.measures),
        steps=tuple(
            GivenStep(one.title, one.due, one.starts_on, body_of(one.body), one.length_m) for one in given.steps
        ),
        responsible_body=body_of(given.responsible_body),
        lead=body_of(given.lead),
        target_outlet=target,
        water_opinion_sha256=given.water_opinion_sha256 or "",
        programmes=tuple(given.programmes),
        **given.model_dump(exclude=apart),
    )
    actions.draft_plan(found, given=made, **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/submit", response=shapes.OutletPlanFile, summary="提交整治方案")
@write(changes=True)
def submit(request: HttpRequest, pk: Id, given: OnDay) -> shapes.OutletPlanFile:
    """必填内容齐全、规定都满足；与“原则上”不一致的须有理由。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_PLAN, given)
    actions.submit(_draft(found), **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/recall", response=shapes.OutletPlanFile, summary="撤回整治方案")
@write(changes=True)
def recall(request: HttpRequest, pk: Id, given: OnDay) -> shapes.OutletPlanFile:
    """审定之前由编制人或提交人撤回，方案回到拟定中。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_PLAN, given)
    actions.recall_plan(_draft(found), **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/approve", response=shapes.OutletPlanFile, summary="审定整治方案")
@write(changes=True)
def approve(request: HttpRequest, pk: Id, given: shapes.OutletPlanApproval) -> shapes.OutletPlanFile:
    """由牵头部门审定，编制人不能审定自己的方案。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_APPROVE, given)
    actions.approve(_draft(found), paper_sha256=given.sha256, note=given.note, **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/return", response=shapes.OutletPlanFile, summary="退回整治方案")
@write(changes=True)
def send_back(request: HttpRequest, pk: Id, given: shapes.OutletPlanReturn) -> shapes.OutletPlanFile:
    """须写明理由；再次编制为新的版本。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_APPROVE, given)
    actions.return_plan(_draft(found), note=given.note, **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/start", response=shapes.OutletPlanFile, summary="开工")
@write(changes=True)
def start(request: HttpRequest, pk: Id, given: OnDay) -> shapes.OutletPlanFile:
    """方案审定之后；可能影响防洪的须有消除隐患的措施，取缔的须有决定。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_PLAN, given)
    actions.start_works(found, **acting)
    return _again(request, pk)


@router.post("/rounds/{pk}/order", response=shapes.OutletPlanFile, summary="登记取缔决定")
@write(changes=True)
def order(request: HttpRequest, pk: Id, given: shapes.ClosingOrderIn) -> shapes.OutletPlanFile:
    """只有本地方案或法律规定的机关可以决定。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_ORDER, given)
    actions.order_closing(
        found,
        measure=given.measure,
        zone_kind=given.zone_kind,
        body=body_of(given.body),
        legal_basis=given.legal_basis,
        paper_sha256=given.sha256,
        **acting,
    )
    return _again(request, pk)


@router.post("/rounds/{pk}/transition", response=shapes.OutletPlanFile, summary="申请过渡期")
@write(changes=True)
def transition(request: HttpRequest, pk: Id, given: shapes.TransitionIn) -> shapes.OutletPlanFile:
    """须有理由、过渡措施和截止日期；本地方案不给的主体不能申请。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_PLAN, given)
    actions.ask_transition(
        found,
        reason=given.reason,
        interim_measure=given.interim_measure,
        until=given.until,
        paper_sha256=given.sha256,
        **acting,
    )
    return _again(request, pk)


@router.post("/rounds/{pk}/transition/decide", response=shapes.OutletPlanFile, summary="审定过渡期")
@write(changes=True)
def decide_transition(request: HttpRequest, pk: Id, given: shapes.TransitionDecision) -> shapes.OutletPlanFile:
    """同意后按截止日期计算逾期，方案自己的期限不变。"""
    found, acting = _to_change(request, pk, Permission.REMEDIATION_APPROVE, given)
    period = next((one for one in queries_plans.transitions_of(found) if one.state == "asked"), None)
    if period is None:
        raise NotFound("transition", str(pk))
    period.plan.round = found
    actions.decide_transition(period, agreed=given.agreed, note=given.note, **acting)
    return _again(request, pk)


@router.post("/outlets/{key}/remediate-at-once", response=shapes.OutletPlanFile, summary="立行立改")
@write(changes=True)
def at_once(request: HttpRequest, key: Word, given: shapes.AtOnceIn) -> shapes.OutletPlanFile:
    """在排查、核实或溯源阶段直接整改，不另编方案，整改后待验收。"""
    asking.outlet(request, key)
    by, at = asking.require(request, Permission.REMEDIATION_PLAN), timezone.now()
    outlet = asking.outlet_to_change(request, key)
    found = actions.remediate_at_once(
        outlet,
        norm=given.norm,
        text=given.text,
        before_sha256=given.before_sha256 or "",
        after_sha256=given.after_sha256 or "",
        report_sha256=given.report_sha256 or "",
        on=given.on,
        by=by,
        at=at,
    )
    return _again(request, found.pk)


def _step(one: shapes.PlanStepGiven) -> GivenStep:
    return GivenStep(one.title, one.due, one.starts_on, body_of(one.body), one.length_m)


def _to_change(request: HttpRequest, pk: int, permission: Permission, given: OnDay) -> tuple[Round, Any]:
    by = asking.actor(request)
    queries.round_by_id(by, pk)
    asking.require(request, permission)
    Round.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found = queries.round_by_id(by, pk)
    asking.as_read(request, version_of(found), found.outlet.name)
    return found, {"on": given.on, "by": by, "at": timezone.now()}


def version_of(found: Round) -> int:
    """Whatever is changed about a stay changes this: the sum of versions, of outlet, stay and plans."""
    plans = sum(one.version + 1 for one in queries_plans.versions_of(found))
    periods = sum(one.version + 1 for one in queries_plans.transitions_of(found))
    return found.outlet.version + found.version + plans + periods + len(queries_plans.orders_of(found))


def _draft(found: Round) -> Plan:
    plan = queries_plans.draft_of(found)
    if plan is None:
        raise NotFound("plan", str(found.pk))
    plan.round = found
    return plan


def _again(request: HttpRequest, pk: int) -> shapes.OutletPlanFile:
    """The file as it stands after an act; whom it concerns is told."""
    who = asking.actor(request)
    found = queries.round_by_id(who, pk)
    remediation_notices.tell(found, by=who, on=asking.today(), at=timezone.now())
    return _told(request, found)


def _row(one: Plan, on: date) -> shapes.OutletPlanRow:
    outlet = one.round.outlet
    return shapes.OutletPlanRow(
        id=one.pk,
        round=one.round_id,
        outlet=Ref(id=outlet.pk, name=outlet.name),
        number=one.number,
        state=one.state,
        batch=one.batch,
        due=one.due,
        effective_due=queries_plans.due_of(one),
        is_overdue=queries_plans.is_plan_overdue(one, on=on),
        pack=one.pack,
    )


def _rule(one: Demand) -> shapes.PlanRuleTold:
    return shapes.PlanRuleTold(
        rule=one.rule,
        effect=one.effect,
        text=one.text,
        clause=one.clause,
        met=one.met,
        forbids=one.forbids,
        asks_reason=one.asks_reason,
        stops=sorted(one.stops),
        missing=list(one.missing),
    )


def _told(request: HttpRequest, found: Round) -> shapes.OutletPlanFile:
    by, at, on = asking.actor(request), timezone.now(), asking.today()
    asking.seen(request, version_of(found))
    plan = queries_plans.latest_of(found)
    if plan is not None:
        plan.round = found
    policy = policy_of(found.outlet.unit_path, on=on)
    batch, measures = rules_plans.suggestion(found.outlet, on=on)
    told = queries_plans.demands(plan, on=on) if plan else rules_plans.proposals(found.outlet, on=on)
    changes = queries_plans.changed_packs(plan, on=on) if plan else None
    against = {
        "plan": guards_plans.may_draft(found, by=by, on=on),
        "submit": guards_plans.submit(plan, by=by, on=on, at=at) if plan else None,
        "recall": guards_recalling.recall_plan(plan, by=by, on=on, at=at) if plan else None,
        "approve": guards_plans.approve(plan, paper_sha256="x", by=by, on=on, at=at) if plan else None,
        "start": guards_plans.start_works(found, by=by, on=on, at=at),
        "order": guards_orders.may_order(found, by=by, on=on),
        "transition": guards_orders.may_have_transition(found, by=by, on=on),
    }
    return shapes.OutletPlanFile(
        id=found.pk,
        outlet=Ref(id=found.outlet.pk, name=found.outlet.name),
        stage=found.outlet.stage,
        cause=found.cause,
        is_open=found.is_open,
        outcome=found.outcome,
        plan=_row(plan, on) if plan else None,
        given={
            name: getattr(plan, name)
            for name in (*rules_plans.TEMPLATE, *rules_plans.NOTES, "measures", "programmes", "flood_answer")
        }
        if plan
        else {},
        steps=[
            shapes.PlanStepTold(
                number=one.number,
                title=one.title,
                starts_on=one.starts_on,
                due=one.due,
                done_on=one.done_on,
                length_m=float(one.length_m) if one.length_m is not None else None,
            )
            for one in (queries_plans.steps_of(plan) if plan else [])
        ],
        duties=[
            shapes.PlanDutyTold(duty=one.duty, name=one.name, body=one.body_id, clause=one.clause)
            for one in (queries_plans.duties_of(plan) if plan else [])
        ],
        rules=[_rule(one) for one in told],
        proposed_batch=batch,
        proposed_measures=list(measures),
        offered={
            one.value: [
                shapes.PlanMeasureTold(key=measure.key, title=measure.title)
                for measure in rules_plans.offered(policy, batch=one, type_key=found.outlet.type_key)
            ]
            for one in rules_plans.batches(policy)
        },
        changed_packs=None if changes is None else [one.rule for one in changes],
        against={name: reason_of(reason) for name, reason in against.items()},
    )
