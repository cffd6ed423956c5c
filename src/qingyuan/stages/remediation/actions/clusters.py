"""连片统一设口: one treatment and one outlet for several of aquaculture, as a plan for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.plans import Batch
from qingyuan.core.refusal import require
from qingyuan.stages.remediation import guards_clusters
from qingyuan.stages.remediation.actions.plans import draft_plan
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan

MEASURE = "common_aquaculture"


@dataclass(frozen=True, slots=True)
class Common:
    """What the plans of a group have in common; the rest is completed plan by plan. `departments` empty: those that are
    known of each outlet."""

    works: str
    due: date | None = None
    basis: str = ""
    flood_answer: str = ""
    deviation_reason: str = ""
    departments: str = ""


@transaction.atomic
def propose_common(
    keep: Round, rounds: Sequence[Round], *, given: Common, on: date, by: Actor, at: datetime
) -> list[Plan]:
    """统一收集、统一设口: the one that stays is put in order with the members named in its plan, the others are merged
    into it. All or none; plans are submitted and approved as any other.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_clusters.propose_common(keep, rounds, works=given.works, by=by, on=on, at=at))
    others = [one for one in rounds if one.pk != keep.pk]
    members = "、".join(one.outlet.name for one in others)
    made = []
    for one in (keep, *others):
        stays = one.pk == keep.pk
        text = f"{given.works.strip()}统一收集处理，统一设口：{members if stays else keep.outlet.name}"
        plan = PlanGiven(
            batch=Batch.STANDARDISE if stays else Batch.MERGE,
            measures=(GivenMeasure(MEASURE, text[:500]),),
            due=given.due,
            responsible_body=one.outlet.party,
            target_outlet=None if stays else keep.outlet,
            receiving_works=given.works.strip(),
            basis=given.basis,
            flood_answer=given.flood_answer,
            deviation_reason=given.deviation_reason,
            departments=given.departments.strip() or None,
        )
        made.append(draft_plan(one, given=plan, on=on, by=by, at=at))
    return made
