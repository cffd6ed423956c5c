"""Beside the plans of outlets: the plan of a unit or 责任区, hard cases, packages of projects, programmes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Model

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.remediation import guards_area, rules_plans
from qingyuan.stages.remediation.actions.plans import record
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import FundedOutlet, FundingPackage, HardCase, Programme, YearPlan
from qingyuan.stages.remediation.words_plans import PackageState, YearPlanState


def _tell(
    subject: Model,
    kind: str,
    act: str,
    *,
    unit_path: str,
    on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object],
    clause: str = "",
    evidence: tuple[str, ...] = (),
) -> None:
    ledger.record(
        (kind, str(subject.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details=details,
        clause=clause,
        pack=pack_of(policy_of(unit_path, on=on)),
        evidence=evidence,
    )


def _change(row: YearPlan | FundingPackage, **values: object) -> None:
    moved = type(row).objects.filter(pk=row.pk, version=row.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(str(row))
    row.version += 1
    for name, value in values.items():
        setattr(row, name, value)


@transaction.atomic
def draft_year_plan(
    unit: Unit,
    *,
    year: int = 0,
    title: str,
    text: str = "",
    on: date,
    by: Actor,
    at: datetime,
    body: Body | None = None,
) -> YearPlan:
    """编制区域整治方案 of a unit, or of a department's 责任区. One a year; drafted again it is changed until approved.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_area.draft_year_plan(unit, body=body, year=year, title=title, by=by, on=on, at=at))
    clause = rules_plans.clause_of(policy_of(unit.path, on=on), "remediation.area_plan")
    plan, made = YearPlan.objects.get_or_create(
        unit=unit,
        body=body,
        year=year,
        defaults={
            "unit_path": unit.path,
            "title": title.strip(),
            "text": text.strip(),
            "clause": clause,
            "drafted_by": by.id,
            "drafted_on": on,
            "recorded_at": at,
        },
    )
    if not made and plan.state == YearPlanState.DRAFT and (plan.title, plan.text) != (title.strip(), text.strip()):
        _change(plan, title=title.strip(), text=text.strip(), drafted_by=by.id)
    details = {"year": year, "title": plan.title}
    _tell(
        plan, "year_plan", "year_plan.draft", unit_path=unit.path, on=on, by=by, at=at, details=details, clause=clause
    )
    return plan


@transaction.atomic
def approve_year_plan(plan: YearPlan, *, paper_sha256: str, on: date, by: Actor, at: datetime) -> YearPlan:
    """审定区域整治方案.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if plan.state == YearPlanState.APPROVED and plan.approved_by == by.id:
        return plan
    require(guards_area.approve_year_plan(plan, paper_sha256=paper_sha256, by=by, on=on, at=at))
    check_filed({paper_sha256})
    _change(plan, state=YearPlanState.APPROVED, approved_by=by.id, approved_on=on, paper_sha256=paper_sha256)
    details = {"year": plan.year, "title": plan.title}
    _tell(
        plan,
        "year_plan",
        "year_plan.approve",
        unit_path=plan.unit_path,
        on=on,
        by=by,
        at=at,
        details=details,
        clause=plan.clause,
        evidence=(paper_sha256,),
    )
    return plan


@transaction.atomic
def list_hard_case(found: Round, *, reason: str, on: date, by: Actor, at: datetime) -> HardCase:
    """列为重点难点.

    Raises
    ------
    Refused
    """
    require(guards_area.list_hard_case(found, reason=reason, by=by, on=on, at=at))
    case = HardCase.objects.create(round=found, reason=reason.strip(), since=on, listed_by=by.id, recorded_at=at)
    record(found, "round.list_hard_case", on=on, by=by, at=at, private={"reason": reason})
    return case


@transaction.atomic
def end_hard_case(case: HardCase, *, outcome: str, on: date, by: Actor, at: datetime) -> HardCase:
    """移出重点难点.

    Raises
    ------
    Refused
    """
    require(guards_area.end_hard_case(case, outcome=outcome, by=by, on=on, at=at))
    case.ended_on, case.outcome = on, outcome.strip()
    case.save(update_fields=["ended_on", "outcome"])
    record(case.round, "round.end_hard_case", on=on, by=by, at=at, private={"outcome": outcome})
    return case


@transaction.atomic
def open_package(unit: Unit, *, title: str, on: date, by: Actor, at: datetime) -> FundingPackage:
    """建立资金打包 (新绛 三(六)).

    Raises
    ------
    Refused
    """
    require(guards_area.open_package(unit, title=title, by=by, on=on, at=at))
    clause = rules_plans.clause_of(policy_of(unit.path, on=on), "remediation.funding_package")
    package = FundingPackage.objects.create(
        unit=unit,
        unit_path=unit.path,
        title=title.strip(),
        clause=clause,
        opened_by=by.id,
        opened_on=on,
        recorded_at=at,
    )
    details = {"title": package.title}
    _tell(package, "package", "package.open", unit_path=unit.path, on=on, by=by, at=at, details=details, clause=clause)
    return package


@transaction.atomic
def add_to_package(package: FundingPackage, *, outlet: Outlet, on: date, by: Actor, at: datetime) -> FundedOutlet:
    """列入资金打包. Twice is once.

    Raises
    ------
    Refused
    """
    require(guards_area.add_to_package(package, outlet=outlet, by=by, on=on, at=at))
    row, made = FundedOutlet.objects.get_or_create(
        package=package, outlet=outlet, defaults={"added_by": by.id, "added_on": on}
    )
    if made:
        details = {"outlet": outlet.pk, "outlet_name": outlet.name}
        path = package.unit_path
        _tell(
            package,
            "package",
            "package.add",
            unit_path=path,
            on=on,
            by=by,
            at=at,
            details=details,
            clause=package.clause,
        )
    return row


@transaction.atomic
def move_package(
    package: FundingPackage,
    *,
    state: PackageState,
    on: date,
    by: Actor,
    at: datetime,
    source: str = "",
    amount_yuan: Decimal | None = None,
) -> FundingPackage:
    """变更打包状态.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_area.move_package(package, state=state, source=source, amount_yuan=amount_yuan, by=by, on=on, at=at))
    _change(package, state=state, source=source, amount_yuan=amount_yuan)
    details = {"state": state, "source": source, "amount_yuan": amount_yuan}
    path = package.unit_path
    _tell(
        package, "package", "package.move", unit_path=path, on=on, by=by, at=at, details=details, clause=package.clause
    )
    return package


@transaction.atomic
def enter_programme(
    unit: Unit, *, kind: str, title: str, on: date, by: Actor, at: datetime, due: date | None = None
) -> Programme:
    """登记统筹工程. The same title again is the same programme.

    Raises
    ------
    Refused
    """
    require(guards_area.enter_programme(unit, kind=kind, title=title, by=by, on=on))
    row, made = Programme.objects.get_or_create(
        unit=unit,
        title=title.strip(),
        defaults={"unit_path": unit.path, "kind": kind, "due": due, "entered_by": by.id, "recorded_at": at},
    )
    if made:
        clause = rules_plans.clause_of(policy_of(unit.path, on=on), "remediation.linked_programmes")
        details = {"kind": kind, "title": row.title, "due": due.isoformat() if due else None}
        _tell(
            row,
            "programme",
            "programme.enter",
            unit_path=unit.path,
            on=on,
            by=by,
            at=at,
            details=details,
            clause=clause,
        )
    return row
