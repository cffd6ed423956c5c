"""整治实施: progress by step, branch pipes that are cleared, and the report that the works are done (T13)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.refusal import require
from qingyuan.registry import actions as registry
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_works as guards
from qingyuan.stages.remediation.actions.noting import note
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import PlanStep
from qingyuan.stages.remediation.models_works import BranchPipe, StepReport
from qingyuan.stages.remediation.rules import clause_of

DONE = 100


@transaction.atomic
def report_progress(
    found: Round,
    *,
    step: PlanStep,
    percent: int,
    on: date,
    by: Actor,
    at: datetime,
    text: str = "",
    key: str = "",
) -> StepReport:
    """报告进度 of a step in percent; 100 is done. The same press is one report.

    Raises
    ------
    Refused
    """
    if key and (made := StepReport.objects.filter(key=key, step=step).first()):
        return made
    PlanStep.objects.select_for_update().filter(pk=step.pk).values_list("pk").first()
    step.refresh_from_db(fields=["done_on"])
    require(guards.report_progress(found, step, percent=percent, text=text, by=by, on=on, at=at))
    made = StepReport.objects.create(
        step=step, key=key or None, percent=percent, text=text.strip(), day=on, reported_by=by.id, recorded_at=at
    )
    if percent == DONE:
        PlanStep.objects.filter(pk=step.pk).update(done_on=on)
        step.done_on = on
    details = {"step": step.number, "title": step.title, "percent": percent}
    note(
        found.outlet,
        "works.progress",
        found=found,
        on=on,
        by=by,
        at=at,
        details=details,
        private={"text": text.strip()},
    )
    return made


@transaction.atomic
def record_branch(
    outlet: Outlet,
    *,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    owner: Body | None = None,
    owner_text: str = "",
    is_illegal: bool = True,
    key: str = "",
) -> BranchPipe:
    """登记支管、支线 that joins the outlet's channel, with whose it is.

    Raises
    ------
    Refused
    """
    if key and (made := BranchPipe.objects.filter(key=key).first()):
        return made
    who = owner.name if owner else owner_text
    require(guards.record_branch(outlet, name=name, who=who, by=by, on=on, at=at))
    made = BranchPipe.objects.create(
        outlet=outlet,
        key=key or None,
        name=name.strip(),
        owner=owner,
        owner_text="" if owner else owner_text.strip(),
        is_illegal=is_illegal,
        found_on=on,
        clause=clause_of(policy_of(outlet.unit_path, on=on), "outlet.units_per_outlet"),
        recorded_by=by.id,
        recorded_at=at,
    )
    details = {"branch": made.pk, "name": made.name, "is_illegal": is_illegal}
    note(outlet, "works.branch", on=on, by=by, at=at, details=details, private={"owner": who}, clause=made.clause)
    return made


@transaction.atomic
def clear_branch(pipe: BranchPipe, *, how: str, on: date, by: Actor, at: datetime, sha256: str = "") -> BranchPipe:
    """清理支管、支线. Pressed again it is cleared once.

    Raises
    ------
    Refused, NotFound
    """
    BranchPipe.objects.select_for_update().filter(pk=pipe.pk).values_list("pk").first()
    pipe.refresh_from_db(fields=["cleared_on", "cleared_by", "how", "paper_sha256"])
    if (pipe.cleared_on, pipe.how) == (on, how.strip()) and how.strip():
        return pipe
    require(guards.clear_branch(pipe, how=how, by=by, on=on, at=at))
    if sha256:
        check_filed({sha256})
    pipe.cleared_on, pipe.cleared_by, pipe.how, pipe.paper_sha256 = on, by.id, how.strip(), sha256
    pipe.save(update_fields=["cleared_on", "cleared_by", "how", "paper_sha256"])
    details = {"branch": pipe.pk, "name": pipe.name}
    note(
        pipe.outlet,
        "works.clear_branch",
        on=on,
        by=by,
        at=at,
        details=details,
        private={"how": how},
        clause=pipe.clause,
        files=(sha256,) if sha256 else (),
    )
    return pipe


@transaction.atomic
def report_done(found: Round, *, sha256: str, on: date, by: Actor, at: datetime) -> Outlet:
    """报告完工 (T13), with the report. The outlet comes to 待验收; done already, nothing happens.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    outlet = found.outlet
    require(guards.report_done(found, has_paper=bool(sha256), by=by, on=on, at=at))
    papers = {Paper.WORKS_REPORT: sha256}
    move = registry.Advance(outlet, Move.REPORT_DONE, on, papers, details={"round": found.number})
    registry.advance_many([move], by=by, at=at)
    return outlet
