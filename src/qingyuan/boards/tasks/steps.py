"""The rows of a survey plan's timetable: each is a duty of the body it names until somebody says it is done."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from qingyuan.boards.tasks.items import DUE
from qingyuan.core.access import Actor
from qingyuan.core.duties import RULES, Duty
from qingyuan.places.paths import within_q
from qingyuan.stages.survey.models import PlanStep
from qingyuan.stages.survey.words import CampaignState

UNDER_WAY = (CampaignState.APPROVED, CampaignState.STARTED)


def carrying(actor: Actor, *, path: str) -> QuerySet[PlanStep]:
    """The rows not yet done of plans that were approved, of the bodies for which the actor acts (吉林 二(四)1)."""
    held = actor.holding(RULES[Duty.DO_STEP].permission)
    bodies = {grant.body_id for grant in held if grant.body_id is not None}
    rows = PlanStep.objects.filter(
        within_q("body__unit_path", path), body__in=bodies, done_on=None, campaign__state__in=UNDER_WAY
    )
    due = Coalesce(F("due"), Value(date.max))
    return rows.annotate(**{DUE: due}).select_related("campaign", "body")
