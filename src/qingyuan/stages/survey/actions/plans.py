"""排查溯源方案: filed with procedures, road map and timetable, approved by a second officer, worked off row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.stages.survey import guards
from qingyuan.stages.survey.actions.writing import change, record
from qingyuan.stages.survey.drafts import StepDraft
from qingyuan.stages.survey.models import Campaign, PlanStep
from qingyuan.stages.survey.words import CampaignState


@transaction.atomic
def file_plan(
    campaign: Campaign,
    *,
    paper: str,
    procedures: Sequence[str],
    roadmap: str,
    steps: Sequence[StepDraft],
    by: Actor,
    on: date,
    at: datetime,
) -> Campaign:
    """提交方案. Filing again before it is approved takes the place of what was filed; the ledger keeps both.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.file_plan(campaign, paper=paper, steps=steps, by=by, on=on, at=at))
    change(
        campaign,
        plan_sha256=paper,
        procedures=list(dict.fromkeys(procedures)),
        roadmap=roadmap.strip(),
        plan_filed_by=by.id,
        plan_filed_on=on,
    )
    PlanStep.objects.filter(campaign=campaign).delete()  # rows of a draft; what was filed before is in the ledger
    PlanStep.objects.bulk_create(
        PlanStep(
            campaign=campaign,
            number=number,
            procedure=step.procedure,
            text=step.text.strip(),
            due=step.due,
            body=step.body,
            body_name=step.body.name if step.body else step.body_name.strip(),
        )
        for number, step in enumerate(steps, 1)
    )
    timetable = [{"text": one.text, "due": one.due, "body": one.body_name} for one in steps]
    details = {"procedures": list(campaign.procedures), "roadmap": campaign.roadmap, "timetable": timetable}
    record(
        campaign,
        "survey.file_plan",
        on=on,
        by=by,
        at=at,
        parameter="survey.plan_required",
        details=details,
        evidence=[paper],
    )
    return campaign


@transaction.atomic
def approve_plan(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> Campaign:
    """审定方案.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.approve_plan(campaign, by=by, on=on, at=at))
    before = campaign.state
    change(campaign, state=CampaignState.APPROVED, approved_by=by.id, approved_on=on)
    record(
        campaign,
        "survey.approve_plan",
        on=on,
        by=by,
        at=at,
        parameter="survey.plan_required",
        changes={"state": (before, campaign.state)},
        evidence=[campaign.plan_sha256],
    )
    return campaign


@transaction.atomic
def finish_step(step: PlanStep, *, by: Actor, on: date, at: datetime) -> PlanStep:
    """完成时间表的一行. Pressing twice changes nothing more.

    Raises
    ------
    Refused
    """
    PlanStep.objects.select_for_update().filter(pk=step.pk).values_list("pk").first()
    step.refresh_from_db(fields=["done_on", "done_by"])
    require(guards.finish_step(step, on=on, by=by, at=at))
    step.done_on, step.done_by = on, by.id
    step.save(update_fields=["done_on", "done_by"])
    details = {"step": step.number, "text": step.text, "due": step.due}
    record(step.campaign, "survey.finish_step", on=on, by=by, at=at, details=details)
    return step
