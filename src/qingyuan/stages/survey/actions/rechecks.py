"""抽查复核: a sample of closed segments drawn by a seed, walked by a second team, compared with the first finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from qingyuan.core import draw as drawing
from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey import guards_rechecks as guards
from qingyuan.stages.survey.actions.writing import record
from qingyuan.stages.survey.models import Campaign, Segment, Team
from qingyuan.stages.survey.models_rechecks import Recheck, RecheckFinding, RecheckSegment
from qingyuan.stages.survey.words import FindingKind


@dataclass(frozen=True, slots=True)
class Difference:
    """One outlet as the second team saw it. `outlet` None: the first team has none there (漏查)."""

    kind: FindingKind
    name: str
    outlet: Outlet | None = None
    field: str = ""
    first: str = ""
    second: str = ""


@transaction.atomic
def draw(
    campaign: Campaign,
    *,
    team: Team,
    seed: str,
    share: Decimal,
    by: Actor,
    on: date,
    at: datetime,
    key: str = "",
) -> Recheck:
    """抽取岸段: with the seed and the list of closed segments, which are kept, anybody can draw the same again.

    Raises
    ------
    Refused
    """
    if key and (made := Recheck.objects.filter(key=key, drawn_by=by.id).first()):
        return made
    closed = list(Segment.objects.filter(campaign=campaign, closed_on__isnull=False).order_by("number"))
    require(guards.draw(campaign, team=team, seed=seed, share=share, closed=len(closed), by=by, on=on, at=at))
    numbers = {str(one.number): one for one in closed}
    sample = drawing.drawn(seed.strip(), numbers, share=share)
    made = Recheck.objects.create(
        campaign=campaign,
        team=team,
        seed=seed.strip(),
        share=share,
        pool=[one.number for one in closed],
        drawn_on=on,
        drawn_by=by.id,
        recorded_at=at,
        key=key or None,
    )
    RecheckSegment.objects.bulk_create(RecheckSegment(recheck=made, segment=numbers[one]) for one in sample)
    details = {
        "recheck": made.pk,
        "team": team.name,
        "seed": made.seed,
        "share": share,
        "pool": made.pool,
        "drawn": [int(one) for one in sample],
    }
    record(campaign, "survey.draw", on=on, by=by, at=at, parameter="survey.recheck_share", details=details)
    return made


@transaction.atomic
def record_second_walk(
    part: RecheckSegment, *, findings: Sequence[Difference], by: Actor, on: date, at: datetime, note: str = ""
) -> RecheckSegment:
    """登记复核结果 of one drawn segment: what is the same, what was missed, what was recorded wrongly.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.record_second_walk(part, findings=findings, by=by, on=on, at=at))
    rows = RecheckSegment.objects.filter(pk=part.pk, version=part.version, done_on=None)
    if not rows.update(done_on=on, done_by=by.id, note=note.strip(), version=F("version") + 1):
        raise StaleRecord(str(part.segment.number))
    part.refresh_from_db()
    RecheckFinding.objects.bulk_create(
        RecheckFinding(
            part=part,
            kind=one.kind,
            outlet=one.outlet,
            name=one.name.strip()[:128],
            field=one.field,
            first=one.first[:200],
            second=one.second[:200],
        )
        for one in findings
    )
    kinds = [one.kind for one in findings]
    details = {
        "recheck": part.recheck_id,
        "segment": part.segment.number,
        **{kind.value: kinds.count(kind) for kind in FindingKind},
    }
    record(part.recheck.campaign, "survey.second_walk", on=on, by=by, at=at, details=details)
    return part
