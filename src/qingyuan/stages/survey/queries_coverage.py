"""Asking over all campaigns: bank walked by unit and water, the gaps one by one, findings by technique."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.places.models import Unit
from qingyuan.places.paths import within_q
from qingyuan.stages.survey.models import Segment, SegmentLevel
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries import PAGE, SUMS, Gap, UnitProgress, as_progress, scope_q, segments_visible_to
from qingyuan.stages.survey.queries import gaps as gaps_of
from qingyuan.stages.survey.words import CampaignKind, CampaignState
from qingyuan.stages.survey.words_leads import LeadState


def counted(actor: Actor, path: str) -> QuerySet[Segment]:
    """The segments of surveys below a unit that count and that the actor may see."""
    rows = segments_visible_to(actor).filter(within_q("unit_path", path), campaign__kind=CampaignKind.SURVEY)
    return rows.exclude(campaign__state=CampaignState.WITHDRAWN)


def by_unit(actor: Actor, at: Unit) -> list[UnitProgress]:
    """How far each unit with segments is, the whole first."""
    rows = counted(actor, at.path).order_by().values("unit_path", "unit__name").annotate(**SUMS).order_by("unit_path")
    return [UnitProgress(row["unit__name"], as_progress(row)) for row in rows]


def by_water(actor: Actor, at: Unit) -> list[UnitProgress]:
    """How far each water with segments is."""
    rows = counted(actor, at.path).order_by().values("water__path", "water__name").annotate(**SUMS)
    return [UnitProgress(row["water__name"], as_progress(row)) for row in rows.order_by("water__path")]


@dataclass(frozen=True, slots=True)
class Gaps:
    """A page of gaps; `after` is the key of the next page, "" for none."""

    rows: list[Gap]
    after: str


def gaps(actor: Actor, *, path: str, after: str = "", limit: int = PAGE) -> Gaps:
    """What nobody walked, segment by segment, the longest campaign under way first come."""
    rows = counted(actor, path).filter(covered_m__lt=F("length_m")).order_by("pk")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__gt=int(after))
    page = list(rows[: limit + 1])
    return Gaps(gaps_of(page[:limit]), str(page[limit - 1].pk) if len(page) > limit else "")


@dataclass(frozen=True, slots=True)
class TechniqueRow:
    """A technical means: whether the scheme names it, leads it brought, outlets among them, segments it was used on."""

    name: str
    is_named: bool
    leads: int
    outlets: int
    segments: int


def by_technique(actor: Actor, at: Unit, *, known: Collection[str]) -> list[TechniqueRow]:
    """Findings by technical means, those the scheme names first (安阳 四(三), 新绛 五(十三), 吉林 四(十六))."""
    leads = Lead.objects.filter(scope_q(actor, prefix="campaign__"), within_q("unit_path", at.path))
    found, outlets, used = Counter[str](), Counter[str](), Counter[str]()
    for names, state in leads.exclude(techniques=[]).values_list("techniques", "state").iterator():
        found.update(names)
        if state == LeadState.OUTLET:
            outlets.update(names)
    levels = SegmentLevel.objects.filter(Q(segment__in=counted(actor, at.path).values("pk"))).exclude(techniques=[])
    for names in levels.values_list("techniques", flat=True).iterator():
        used.update(set(names))
    everything = [*known, *sorted((found.keys() | used.keys()) - set(known))]
    return [TechniqueRow(one, one in known, found[one], outlets[one], used[one]) for one in everything]
