"""取缔决定, 过渡期, 立行立改 (T10, T12)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import PAPERS, Move, Paper
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry.actions.moving import Advance, advance_many, check_filed
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_orders, queries, queries_plans, rules_plans
from qingyuan.stages.remediation.actions.plans import record
from qingyuan.stages.remediation.actions.rounds import open_round
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import AtOnce, Order, Transition
from qingyuan.stages.remediation.words import Cause
from qingyuan.stages.remediation.words_plans import TransitionState


@transaction.atomic
def order_closing(
    found: Round,
    *,
    measure: str,
    zone_kind: str,
    body: Body | None,
    legal_basis: str,
    paper_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Order:
    """登记取缔决定. The order goes into the outlet's file; the same `key` again gives the order made before.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Order.objects.filter(key=key).first()):
        return made
    require(
        guards_orders.order_closing(
            found,
            measure=measure,
            zone_kind=zone_kind,
            body=body,
            legal_basis=legal_basis,
            paper_sha256=paper_sha256,
            by=by,
            on=on,
            at=at,
        )
    )
    check_filed({paper_sha256})
    policy = policy_of(found.outlet.unit_path, on=on)
    asked = rules_plans.competence(policy, measure=measure, zone_kind=zone_kind)
    assert body is not None
    assert asked is not None
    order = Order.objects.create(
        round=found,
        key=key or None,
        measure=measure,
        zone_kind=zone_kind,
        body=body,
        legal_basis=legal_basis.strip(),
        clause=asked.clause,
        issued_on=on,
        paper_sha256=paper_sha256,
        recorded_by=by.id,
        recorded_at=at,
    )
    FiledPaper.objects.create(
        outlet=found.outlet,
        kind=Paper.CLOSING_ORDER,
        sha256=paper_sha256,
        title=PAPERS[Paper.CLOSING_ORDER],
        day=on,
        round=found.outlet.round,
        filed_by=by.id,
        filed_at=at,
    )
    details = {"measure": measure, "body": body.name, "zone": zone_kind, "legal_basis": order.legal_basis}
    proof = (paper_sha256,)
    record(found, "round.order_closing", on=on, by=by, at=at, details=details, clause=asked.clause, evidence=proof)
    return order


@transaction.atomic
def ask_transition(
    found: Round,
    *,
    reason: str,
    interim_measure: str,
    until: date | None,
    paper_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Transition:
    """申请过渡期.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Transition.objects.filter(key=key).first()):
        return made
    require(
        guards_orders.ask_transition(
            found,
            reason=reason,
            interim_measure=interim_measure,
            until=until,
            paper_sha256=paper_sha256,
            by=by,
            on=on,
            at=at,
        )
    )
    check_filed({paper_sha256})
    plan = queries_plans.plan_of(found)
    assert plan is not None
    assert until is not None
    clause = rules_plans.clause_of(policy_of(plan.unit_path, on=on), "remediation.transition.subjects")
    period = Transition.objects.create(
        plan=plan,
        key=key or None,
        reason=reason.strip(),
        interim_measure=interim_measure.strip(),
        until=until,
        clause=clause,
        paper_sha256=paper_sha256,
        asked_by=by.id,
        asked_on=on,
        recorded_at=at,
    )
    private = {"reason": reason, "interim_measure": interim_measure}
    details = {"until": until.isoformat()}
    record(found, "round.ask_transition", on=on, by=by, at=at, details=details, private=private, clause=clause)
    return period


def _change(period: Transition, **values: object) -> None:
    moved = Transition.objects.filter(pk=period.pk, version=period.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(str(period))
    period.version += 1
    for name, value in values.items():
        setattr(period, name, value)


@transaction.atomic
def decide_transition(
    period: Transition, *, agreed: bool, on: date, by: Actor, at: datetime, note: str = ""
) -> Transition:
    """审定过渡期 (T12): agreed, the deadline that overdue is counted from is its end; the plan's own stays.

    Raises
    ------
    Refused, StaleRecord
    """
    if period.decided_by == by.id and period.state in (TransitionState.APPROVED, TransitionState.REFUSED):
        return period
    require(guards_orders.decide_transition(period, note=note, agreed=agreed, by=by, on=on, at=at))
    state = TransitionState.APPROVED if agreed else TransitionState.REFUSED
    _change(period, state=state, decided_by=by.id, decided_on=on, decision_note=note.strip())
    found = period.plan.round
    if agreed:
        papers = {Paper.TRANSITION_REASON: period.paper_sha256}
        advance_many([Advance(found.outlet, Move.ENTER_TRANSITION, on, papers)], by=by, at=at)
    details = {"until": period.until.isoformat(), "agreed": agreed}
    record(
        found,
        "round.decide_transition",
        on=on,
        by=by,
        at=at,
        details=details,
        private={"note": note},
        clause=period.clause,
        evidence=(period.paper_sha256,),
    )
    return period


@transaction.atomic
def end_transition(period: Transition, *, on: date, by: Actor, at: datetime) -> Transition:
    """结束过渡期: the works go on (T12).

    Raises
    ------
    Refused, StaleRecord
    """
    if period.state == TransitionState.ENDED:
        return period
    require(guards_orders.end_transition(period, by=by, on=on, at=at))
    _change(period, state=TransitionState.ENDED, ended_on=on)
    found = period.plan.round
    advance_many([Advance(found.outlet, Move.END_TRANSITION, on)], by=by, at=at)
    record(found, "round.end_transition", on=on, by=by, at=at, clause=period.clause)
    return period


@transaction.atomic
def remediate_at_once(
    outlet: Outlet,
    *,
    norm: str,
    text: str,
    before_sha256: str,
    after_sha256: str,
    report_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
) -> Round:
    """立行立改 (T10): onto the list and to 待验收 in one act, without a plan. Pressed twice it is done once.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    standing = queries.round_of(outlet)
    if standing is not None and queries_plans.at_once_of(standing) is not None:
        return standing
    require(
        guards_orders.remediate_at_once(
            outlet,
            norm=norm,
            text=text,
            before_sha256=before_sha256,
            after_sha256=after_sha256,
            report_sha256=report_sha256,
            by=by,
            on=on,
            at=at,
        )
    )
    check_filed({before_sha256, after_sha256, report_sha256})
    found = open_round(outlet, cause=Cause.IMMEDIATE, on=on, by=by, at=at)
    AtOnce.objects.create(
        round=found,
        norm=norm.strip(),
        text=text.strip(),
        before_sha256=before_sha256,
        after_sha256=after_sha256,
        done_on=on,
        done_by=by.id,
        recorded_at=at,
    )
    papers = {Paper.WORKS_REPORT: report_sha256}
    advance_many([Advance(outlet, Move.REMEDIATE_AT_ONCE, on, papers)], by=by, at=at)
    found.outlet = outlet
    clause = rules_plans.clause_of(policy_of(outlet.unit_path, on=on), "remediation.immediate_allowed")
    evidence = (before_sha256, after_sha256, report_sha256)
    record(
        found,
        "round.at_once",
        on=on,
        by=by,
        at=at,
        details={"norm": norm.strip()},
        private={"text": text},
        clause=clause,
        evidence=evidence,
    )
    return found
