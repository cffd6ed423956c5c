"""Asking for campaigns, segments and what of the banks was walked. What lies outside the asker's scope does not exist.

A campaign is seen by whoever reaches its unit, its department or one of its waters, and by the members of its teams,
who see of its segments only their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from qingyuan.core import coverage
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.stages.survey.models import Campaign, PlanStep, Segment, SegmentLevel, TeamMember, Track
from qingyuan.stages.survey.words import CampaignState

PAGE = 50


def scope_q(actor: Actor, *, prefix: str = "") -> Q:
    """The filter that keeps what lies in the actor's scope; `prefix` leads from the rows to the campaign."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            scope |= within_q("unit_path", path) if path else Q(pk__isnull=False)
        if grant.reach.body_ids:
            scope |= Q(**{f"{prefix}managing_body__in": grant.reach.body_ids})
    return scope


def _on_team(actor: Actor) -> QuerySet[TeamMember]:
    return TeamMember.objects.filter(officer_id=actor.id, to_day=None)


def visible_to(actor: Actor) -> QuerySet[Campaign]:
    """The campaigns the actor may see."""
    seen = scope_q(actor) | Q(pk__in=_on_team(actor).values("team__campaign"))
    for grant in actor.grants:
        for path in grant.reach.water_paths:
            seen |= Q(pk__in=Campaign.objects.filter(within_q("waters__path", path)).values("pk"))
    return Campaign.objects.filter(seen).select_related("unit", "managing_body", "lead_body")


def segments_visible_to(actor: Actor) -> QuerySet[Segment]:
    """The segments the actor may see: those of his territory, department and waters, and those his team walks."""
    seen = scope_q(actor, prefix="campaign__") | Q(team__in=_on_team(actor).values("team"))
    for grant in actor.grants:
        for path in grant.reach.water_paths:
            seen |= within_q("water__path", path)
    return Segment.objects.filter(seen).select_related("campaign", "water", "unit", "team").defer("line")


def campaign(actor: Actor, key: str | int) -> Campaign:
    """One campaign by its id or key.

    Raises
    ------
    NotFound
        There is none, or it lies outside the actor's scope.
    """
    text = str(key)
    wanted = Q(key=text)
    if text.isdecimal() and len(text) < 18:
        wanted |= Q(pk=int(text))
    found = visible_to(actor).filter(wanted).first()
    if found is None:
        raise NotFound("campaign", text)
    return found


def segment_of(actor: Actor, pk: int) -> Segment:
    """One segment with its line; NotFound outside the actor's scope."""
    found = segments_visible_to(actor).filter(pk=pk).defer(None).first()
    if found is None:
        raise NotFound("segment", str(pk))
    return found


def my_segments(actor: Actor, on: date) -> list[Segment]:
    """The segments of campaigns under way that the actor's teams walk on a day, with their lines, as a phone loads."""
    mine = TeamMember.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), officer_id=actor.id, from_day__lte=on, team__is_second=False
    )
    return list(
        Segment.objects.filter(team__in=mine.values("team"), campaign__state=CampaignState.STARTED)
        .select_related("campaign", "water", "unit", "team")
        .order_by("campaign", "number")
    )


def listed(
    actor: Actor, *, path: str = "", state: str = "", text: str = "", after: int = 0, limit: int = PAGE
) -> list[Campaign]:
    """A page of campaigns, the newest first; `after` is the last id of the page before."""
    found = visible_to(actor).filter(within_q("unit_path", path))
    if state:
        found = found.filter(state=state)
    if text.strip():
        found = found.filter(title__contains=text.strip())
    if after:
        found = found.filter(pk__lt=after)
    return list(found.prefetch_related("waters").order_by("-pk")[:limit])


def segments(
    actor: Actor, found: Campaign, *, open_only: bool = False, water: int = 0, after: int = 0, limit: int = PAGE
) -> list[Segment]:
    """A page of a campaign's segments by number; `after` is the last number of the page before."""
    rows = segments_visible_to(actor).filter(campaign=found, number__gt=after)
    if open_only:
        rows = rows.filter(closed_on=None)
    if water:
        rows = rows.filter(water=water)
    return list(rows.prefetch_related("levels").order_by("number")[:limit])


# --- how far


@dataclass(frozen=True, slots=True)
class Progress:
    """Metres of bank, walked and in all, and segments, closed and in all."""

    covered_m: int = 0
    length_m: int = 0
    closed: int = 0
    number: int = 0

    @property
    def share(self) -> float | None:
        """The share walked; None without any bank."""
        return self.covered_m / self.length_m if self.length_m else None


SUMS = {
    "covered_m": Sum("covered_m"),
    "length_m": Sum("length_m"),
    "closed": Count("pk", filter=Q(closed_on__isnull=False)),
    "number": Count("pk"),
}


def progress_of(campaigns: Iterable[Campaign]) -> dict[int, Progress]:
    """How far each campaign is, in one query."""
    ids = [one.pk for one in campaigns]
    rows = Segment.objects.filter(campaign__in=ids).values("campaign").annotate(**SUMS).order_by()
    found = {row["campaign"]: as_progress(row) for row in rows}
    return {pk: found.get(pk, Progress()) for pk in ids}


def as_progress(row: Mapping[str, Any]) -> Progress:
    """The sums of a grouped row."""
    return Progress(*(row[name] or 0 for name in ("covered_m", "length_m", "closed", "number")))


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far a unit, a team or a water is within a campaign."""

    name: str
    progress: Progress


def by_unit(found: Campaign) -> list[UnitProgress]:
    """How far each unit is within a campaign."""
    rows = Segment.objects.filter(campaign=found).values("unit__name", "unit_path").annotate(**SUMS)
    return [UnitProgress(row["unit__name"], as_progress(row)) for row in rows.order_by("unit_path")]


def by_team(found: Campaign) -> list[UnitProgress]:
    """How far each team is; segments nobody was given stand under an empty name."""
    rows = Segment.objects.filter(campaign=found).values("team__name").annotate(**SUMS).order_by("team__name")
    return [UnitProgress(row["team__name"] or "", as_progress(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a segment nobody walked, in metres from its start."""

    segment: Segment
    from_m: int
    to_m: int

    @property
    def length_m(self) -> int:
        """Its length."""
        return self.to_m - self.from_m


def gaps(rows: Iterable[Segment]) -> list[Gap]:
    """What of some segments is not covered."""
    return [
        Gap(one, round(start), round(end))
        for one in rows
        for start, end in coverage.gaps(one.covered, one.length_m, least_m=0.5)
    ]


def open_gaps(actor: Actor, found: Campaign, *, after: int = 0, limit: int = PAGE) -> list[Gap]:
    """The gaps of a campaign by segment; `after` is the number of the last segment shown."""
    rows = segments_visible_to(actor).filter(campaign=found, covered_m__lt=F("length_m"), number__gt=after)
    return gaps(rows.order_by("number")[:limit])


def tracks_of(found: Campaign, *, segment: Segment | None = None, limit: int = PAGE) -> list[Track]:
    """The latest tracks of a campaign or a segment, without their points."""
    rows = Track.objects.filter(campaign=found).defer("points")
    if segment is not None:
        rows = rows.filter(Q(segment=segment) | Q(walks__segment=segment)).distinct()
    return list(rows.select_related("segment").order_by("-recorded_at", "-pk")[:limit])


def stray_tracks(found: Campaign, *, limit: int = PAGE) -> list[Track]:
    """Tracks of a campaign that cover nothing and name no segment, the latest first, without their points."""
    rows = Track.objects.filter(campaign=found, segment=None, walks=None).defer("points")
    return list(rows.order_by("-recorded_at", "-pk")[:limit])


def track(found: Campaign, client_id: UUID) -> Track:
    """A track of a campaign; NotFound for none."""
    one = Track.objects.filter(campaign=found, client_id=client_id).select_related("campaign", "segment").first()
    if one is None:
        raise NotFound("track", str(client_id))
    return one


def levels_of(segment: Segment) -> dict[int, SegmentLevel]:
    """The result in force of each level."""
    return {one.level: one for one in sorted(segment.levels.all(), key=lambda one: one.pk)}


def steps_of(found: Campaign) -> Sequence[PlanStep]:
    """The plan's timetable."""
    return list(found.steps.select_related("body").order_by("number"))


def step_of(found: Campaign, number: int) -> PlanStep:
    """A row of the timetable; NotFound for none."""
    step = PlanStep.objects.filter(campaign=found, number=number).select_related("campaign", "body").first()
    if step is None:
        raise NotFound("step", str(number))
    return step


def without_track(rows: QuerySet[Segment]) -> QuerySet[Segment]:
    """Segments no track was laid on."""
    laid = Track.objects.filter(Q(segment=OuterRef("pk")) | Q(walks__segment=OuterRef("pk")))
    return rows.filter(~Exists(laid))
