"""Writes of this room: one function, one button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.registry.rules import pack_of
from qingyuan.rulebook import regulations
from qingyuan.stages.reporting import guards
from qingyuan.stages.reporting.filers import DUE, Filer, Scheme
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan


@transaction.atomic
def file_plan(
    filer: Filer,
    scheme: Scheme,
    *,
    title: str,
    sha256: str,
    issued_on: date,
    parts: Iterable[str],
    on: date,
    by: Actor,
    at: datetime,
    is_demo: bool = False,
) -> SubordinatePlan:
    """报送实施方案. The same document again while it waits is the same plan.

    Raises
    ------
    Refused
    """
    last = guards.latest(scheme, filer)
    if last is not None and last.state == PlanState.FILED and (last.sha256, last.filed_by) == (sha256, by.id):
        return last
    require(guards.file_plan(filer, scheme, title=title, sha256=sha256, issued_on=issued_on, on=on, by=by))
    given = set(parts)
    plan = SubordinatePlan.objects.create(
        root_path=scheme.root.path,
        filer=filer.key,
        unit=filer.unit,
        body=filer.body,
        number=last.number + 1 if last else 1,
        title=title.strip(),
        sha256=sha256,
        issued_on=issued_on,
        filed_on=on,
        parts=[one for one in scheme.offered if one in given],
        filed_by=by.id,
        filed_at=at,
        is_demo=is_demo,
    )
    ledger.record(
        ("plan", str(plan.pk)),
        "plan.file",
        by=by,
        at=at,
        occurred=on,
        details={
            "filer": filer.key,
            "name": filer.name,
            "number": plan.number,
            "title": plan.title,
            "issued": issued_on,
            "parts": plan.parts,
        },
        clause=filer.clause,
        pack=pack_of(scheme.policy),
        evidence=[sha256],
    )
    return plan


def approve_plan(plan: SubordinatePlan, scheme: Scheme, *, on: date, by: Actor, at: datetime) -> SubordinatePlan:
    """审核通过.

    Raises
    ------
    Refused
        Among others: the plan lacks a part the scheme asks for (吉林 四(十三)).
    StaleRecord
    """
    require(guards.approve_plan(plan, scheme, by=by))
    return _decide(plan, PlanState.APPROVED, "", on=on, by=by, at=at, clause=scheme.required_clause)


def refuse_plan(plan: SubordinatePlan, *, reason: str, on: date, by: Actor, at: datetime) -> SubordinatePlan:
    """退回, with the reason; the filer may file again.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.refuse_plan(plan, reason=reason, by=by))
    return _decide(plan, PlanState.REFUSED, reason.strip()[:500], on=on, by=by, at=at, clause="")


@transaction.atomic
def set_due(
    scheme: Scheme, *, day: date, reason: str, on: date, by: Actor, at: datetime, is_demo: bool = False
) -> None:
    """确定报送期限, where the scheme sets none: a decision of the coordinating unit, shown as one.

    Raises
    ------
    Refused
    """
    require(guards.set_due(scheme, day=day, by=by))
    regulations.decide(
        unit=scheme.root,
        name=DUE,
        value=day.isoformat(),
        from_day=on,
        reason=reason,
        clause=scheme.due.clause,
        by=by,
        at=at,
        is_demo=is_demo,
    )


@transaction.atomic
def _decide(
    plan: SubordinatePlan, state: PlanState, reason: str, *, on: date, by: Actor, at: datetime, clause: str
) -> SubordinatePlan:
    moved = SubordinatePlan.objects.filter(pk=plan.pk, version=plan.version).update(
        state=state, reason=reason, decided_on=on, decided_by=by.id, version=F("version") + 1
    )
    if not moved:
        raise StaleRecord(plan.title)
    ledger.record(
        ("plan", str(plan.pk)),
        "plan.approve" if state is PlanState.APPROVED else "plan.refuse",
        by=by,
        at=at,
        occurred=on,
        changes={"state": (plan.state, state)},
        details={"reason": reason} if reason else {},
        clause=clause,
    )
    plan.refresh_from_db()
    return plan
