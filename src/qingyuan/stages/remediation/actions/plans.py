"""一口一策: a plan is drafted, submitted, approved or returned, and its works begin (T8, T9, T11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.plans import Duty
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.registry.actions.moving import Advance, advance_many, check_filed
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation import guards_plans, guards_recalling, queries_plans, rules_plans
from qingyuan.stages.remediation.drafts_plans import PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan, PlanDuty, PlanStep
from qingyuan.stages.remediation.words_plans import PlanState


def change(plan: Plan, **values: object) -> None:
    """Write columns of a plan that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    moved = Plan.objects.filter(pk=plan.pk, version=plan.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(str(plan))
    plan.version += 1
    for name, value in values.items():
        setattr(plan, name, value)


def record(
    found: Round,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
    clause: str = "",
    evidence: Sequence[str] = (),
) -> None:
    """One entry about a stay under its clause and the packs of its outlet. What people wrote is private."""
    ledger.record(
        ("round", str(found.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details={"outlet": found.outlet_id, "outlet_name": found.outlet.name, **(details or {})},
        private={name: text for name, text in (private or {}).items() if text},
        clause=clause or found.clause,
        pack=pack_of(policy_of(found.outlet.unit_path, on=on)),
        evidence=tuple(one for one in evidence if one),
    )


@transaction.atomic
def draft_plan(
    found: Round, *, given: PlanGiven, on: date, by: Actor, at: datetime, key: str = "", read_version: int | None = None
) -> Plan:
    """编制方案 (T8), or change the one in the making. What was returned, or is in force, gets a new version; the old
    stays to be read. `key`: the same press again gives the plan made before. `read_version`: the version of the draft
    that was read, where one was.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if key and (made := Plan.objects.filter(key=key).first()):
        return made
    require(guards_plans.draft_plan(found, given=given, by=by, on=on, at=at))
    known = rules_plans.template(found, on=on)
    unsaid: dict[str, Any] = {name: text for name, text in known.items() if getattr(given, name) is None}
    given = replace(given, **unsaid)
    if given.water_opinion_sha256:
        check_filed({given.water_opinion_sha256})
    draft = queries_plans.draft_of(found)
    if draft is not None and read_version is not None and draft.version != read_version:
        raise StaleRecord(str(draft))
    if draft is not None and draft.state == PlanState.DRAFT:
        return _rewrite(draft, given, on=on, by=by, at=at)
    if draft is not None:
        change(draft, state=PlanState.SUPERSEDED)
    try:
        with transaction.atomic():
            plan = _new_version(found, given, key=key, on=on, by=by, at=at)
    except IntegrityError:  # the same button pressed in another window this moment
        standing = queries_plans.draft_of(found)
        if standing is None:
            raise
        return standing
    _charge(plan, given, on=on)
    _steps(plan, given)
    if found.outlet.stage == Stage.PROBLEM:
        advance_many([Advance(found.outlet, Move.DRAFT_PLAN, on)], by=by, at=at)
    details = {"plan": plan.number, "batch": plan.batch, "measures": [one["key"] for one in plan.measures]}
    record(found, "round.draft_plan", on=on, by=by, at=at, details=details, clause=plan.clause)
    return plan


def _new_version(found: Round, given: PlanGiven, *, key: str, on: date, by: Actor, at: datetime) -> Plan:
    policy = policy_of(found.outlet.unit_path, on=on)
    last = Plan.objects.filter(round=found).aggregate(n=Max("number"))["n"] or 0
    return Plan.objects.create(
        round=found,
        number=last + 1,
        key=key or None,
        unit_path=found.outlet.unit_path,
        pack=pack_of(policy),
        pack_hash=rules_plans.pack_hash(found.outlet.unit_path, on=on),
        clause=rules_plans.clause_of(policy, "remediation.plan_level"),
        drafted_by=by.id,
        drafted_on=on,
        recorded_at=at,
        is_demo=found.outlet.is_demo,
        **given.columns,
    )


def _rewrite(draft: Plan, given: PlanGiven, *, on: date, by: Actor, at: datetime) -> Plan:
    new = given.columns
    before = {name: getattr(draft, name) for name in new}
    changes = {name: (_plain(before[name]), _plain(value)) for name, value in new.items() if before[name] != value}
    steps = [(one.title, one.due, one.starts_on, one.body_id, one.length_m) for one in queries_plans.steps_of(draft)]
    wanted = [
        (one.title, one.due, one.starts_on, one.body.pk if one.body else None, one.length_m) for one in given.steps
    ]
    charged = [(one.duty, one.name) for one in queries_plans.duties_of(draft)]
    to_charge = [(one.duty, one.name) for one in _duties(draft, given, on=on)]
    if not changes and steps == wanted and charged == to_charge:
        return draft
    change(draft, **new)
    draft.duties.all().delete()
    draft.steps.all().delete()
    _charge(draft, given, on=on)
    _steps(draft, given)
    details = {"plan": draft.number, "changed": sorted(changes), "steps": len(given.steps)}
    record(draft.round, "round.change_plan", on=on, by=by, at=at, details=details, clause=draft.clause)
    return draft


def _plain(value: object) -> object:
    return getattr(value, "pk", value)


def _charge(plan: Plan, given: PlanGiven, *, on: date) -> None:
    PlanDuty.objects.bulk_create(_duties(plan, given, on=on))


def _duties(plan: Plan, given: PlanGiven, *, on: date) -> list[PlanDuty]:
    """The three duties by the scheme; another lead takes the place of the scheme's, under no clause."""
    rows = [
        PlanDuty(
            plan=plan,
            duty=one.duty,
            name=one.named.body.name if one.named.body else one.named.name,
            body=one.named.body,
            clause=one.clause,
        )
        for one in rules_plans.charged(plan.round.outlet, on=on)
    ]
    if given.lead is not None and not any(row.body_id == given.lead.pk for row in rows):
        rows = [row for row in rows if row.duty != Duty.LEAD]
        rows.insert(0, PlanDuty(plan=plan, duty=Duty.LEAD, name=given.lead.name, body=given.lead))
    return rows


def _steps(plan: Plan, given: PlanGiven) -> None:
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            number=number,
            title=one.title.strip(),
            starts_on=one.starts_on,
            due=one.due,
            body=one.body,
            length_m=one.length_m,
        )
        for number, one in enumerate(given.steps, start=1)
    )


@transaction.atomic
def submit(plan: Plan, *, on: date, by: Actor, at: datetime) -> Plan:
    """提交方案. Pressed twice it is submitted once.

    Raises
    ------
    Refused, StaleRecord
    """
    if plan.state == PlanState.SUBMITTED and plan.submitted_by == by.id:
        return plan
    require(guards_plans.submit(plan, by=by, on=on, at=at))
    change(plan, state=PlanState.SUBMITTED, submitted_by=by.id, submitted_on=on)
    record(plan.round, "round.submit_plan", on=on, by=by, at=at, details={"plan": plan.number}, clause=plan.clause)
    return plan


@transaction.atomic
def recall_plan(plan: Plan, *, on: date, by: Actor, at: datetime) -> Plan:
    """撤回方案: the same version is in the making again, to be mended and handed in anew.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_recalling.recall_plan(plan, by=by, on=on, at=at))
    change(plan, state=PlanState.DRAFT, submitted_by="", submitted_on=None)
    record(plan.round, "round.recall_plan", on=on, by=by, at=at, details={"plan": plan.number}, clause=plan.clause)
    return plan


@transaction.atomic
def approve(plan: Plan, *, paper_sha256: str, on: date, by: Actor, at: datetime, note: str = "") -> Plan:
    """审定方案 (T9). A version approved later takes the place of the one in force; the stage stays then.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if plan.state == PlanState.APPROVED and plan.decided_by == by.id:
        return plan
    require(guards_plans.approve(plan, paper_sha256=paper_sha256, by=by, on=on, at=at))
    if paper_sha256:
        check_filed({paper_sha256})
    earlier = queries_plans.plan_of(plan.round)
    if earlier is not None:
        change(earlier, state=PlanState.SUPERSEDED)
    started = earlier.works_started_on if earlier else None
    change(
        plan,
        state=PlanState.APPROVED,
        decided_by=by.id,
        decided_on=on,
        decision_note=note.strip(),
        paper_sha256=paper_sha256,
        works_started_on=started,
    )
    outlet = plan.round.outlet
    if outlet.stage == Stage.PLAN_DRAFT:
        papers = {Paper.REMEDIATION_PLAN: paper_sha256} if paper_sha256 else {}
        advance_many([Advance(outlet, Move.APPROVE_PLAN, on, papers)], by=by, at=at)
    evidence = (paper_sha256,)
    details = {"plan": plan.number, "batch": plan.batch}
    record(
        plan.round, "round.approve_plan", on=on, by=by, at=at, details=details, evidence=evidence, clause=plan.clause
    )
    return plan


@transaction.atomic
def return_plan(plan: Plan, *, note: str, on: date, by: Actor, at: datetime) -> Plan:
    """退回方案, with the reason.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_plans.return_plan(plan, note=note, by=by, on=on, at=at))
    change(plan, state=PlanState.RETURNED, decided_by=by.id, decided_on=on, decision_note=note.strip())
    private = {"note": note}
    record(plan.round, "round.return_plan", on=on, by=by, at=at, details={"plan": plan.number}, private=private)
    return plan


@transaction.atomic
def start_works(found: Round, *, on: date, by: Actor, at: datetime) -> Plan:
    """开工 (T11). Pressed twice the works begin once.

    Raises
    ------
    Refused, StaleRecord
    """
    plan = queries_plans.plan_of(found)
    if plan is not None and plan.works_started_on == on and found.outlet.stage == Stage.REMEDIATING:
        return plan
    require(guards_plans.start_works(found, by=by, on=on, at=at))
    assert plan is not None
    change(plan, works_started_on=on)
    advance_many([Advance(found.outlet, Move.START_WORKS, on)], by=by, at=at)
    record(found, "round.start_works", on=on, by=by, at=at, details={"plan": plan.number}, clause=plan.clause)
    return plan
