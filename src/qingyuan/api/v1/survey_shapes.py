"""Campaigns, segments, tracks and second walks as they are answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from qingyuan.api.shapes import (
    Reason,
    Ref,
    Told,
)
from qingyuan.api.v1.dispatch_shapes import ref
from qingyuan.api.v1.ledger_shapes import EntryLine
from qingyuan.stages.survey.models import Campaign, Segment, Track
from qingyuan.stages.survey.queries import Progress


class ProgressTold(Told):
    """Metres of bank walked and in all, segments closed and in all."""

    covered_m: int
    length_m: int
    closed: int
    segments: int
    share: float | None


class CampaignRow(Told):
    """One campaign."""

    id: int
    key: str
    version: int
    title: str
    kind: str
    state: str
    unit: Ref
    managing_body: Ref | None
    lead_body: Ref | None
    starts_on: date
    ends_on: date
    standard: str
    finished_on: date | None
    progress: ProgressTold
    is_demo: bool


class TeamRow(Told):
    """A team."""

    id: int
    name: str
    is_technical: bool
    is_second: bool
    members: list[str]


class TimetableRow(Told):
    """A row of the timetable."""

    number: int
    procedure: str
    text: str
    due: date
    body: str
    done_on: date | None


class SupportRow(Told):
    """A supporting body; `state` null: nothing was handed out to it."""

    name: str
    clause: str
    state: str | None


class CampaignFile(CampaignRow):
    """One campaign with everything; `missing`: what lacks before it may be finished; `against`: why not."""

    waters: list[Ref]
    procedures: list[str]
    roadmap: str
    plan: str
    plan_filed_on: date | None
    approved_on: date | None
    started_on: date | None
    teams: list[TeamRow]
    timetable: list[TimetableRow]
    supporting: list[SupportRow]
    missing: list[Reason]
    against: dict[str, Reason | None]
    timeline: list[EntryLine]


class LevelRow(Told):
    """The result of a level."""

    level: int
    result: str
    done_on: date
    techniques: list[str]
    note: str


class SegmentRow(Told):
    """One segment; `covered` and `gaps` in metres from its start."""

    id: int
    version: int
    number: int
    campaign: str
    water: str
    bank: str
    name: str
    unit: str
    team: str | None
    length_m: int
    covered_m: int
    covered: list[list[int]]
    gaps: list[list[int]]
    has_outlets: bool | None
    closed_on: date | None
    levels: list[LevelRow]


class SegmentFile(SegmentRow):
    """One segment with its line as [longitude, latitude] pairs."""

    line: list[list[float]]


class FaultTold(Told):
    """Something wrong with a track that was kept all the same."""

    code: str
    text: str


class TrackTold(Told):
    """A track as it was taken in, with what is wrong with it and what of which segment it covers."""

    client_id: UUID
    campaign: str
    segment: int | None
    walked_on: date
    length_m: int
    recorded_at: datetime
    findings: list[FaultTold]
    covered: dict[int, list[list[int]]]


class DifferenceTold(Told):
    """One outlet as the second team saw it."""

    kind: str
    name: str
    outlet: int | None
    field: str
    first: str
    second: str


class PartTold(Told):
    """A drawn segment; `findings` of the second team."""

    id: int
    version: int
    segment: int
    done_on: date | None
    findings: list[DifferenceTold]


class RecheckTold(Told):
    """A draw with its rates."""

    id: int
    campaign: str
    team: str
    seed: str
    share: float
    pool: list[int]
    as_drawn: bool
    missed_share: float | None
    wrong_share: float | None
    parts: list[PartTold]


class UnitTold(Told):
    """How far a unit or a water is."""

    name: str
    progress: ProgressTold


class GapTold(Told):
    """A stretch nobody walked."""

    segment: int
    number: int
    campaign: str
    from_m: int
    to_m: int


class CoverageTold(Told):
    """Coverage below a unit. `next`: the key of the next page of gaps."""

    unit: str
    units: list[UnitTold]
    waters: list[UnitTold]
    gaps: list[GapTold]
    next: str


def progress_of(one: Progress) -> ProgressTold:
    """Sums as they are answered."""
    return ProgressTold(
        covered_m=one.covered_m, length_m=one.length_m, closed=one.closed, segments=one.number, share=one.share
    )


def fields_of(one: Campaign, progress: Progress) -> dict[str, object]:
    """The fields of a row."""
    plain = ("key", "version", "title", "kind", "state", "starts_on", "ends_on", "standard", "finished_on", "is_demo")
    return {
        **{name: getattr(one, name) for name in plain},
        "id": one.pk,
        "unit": ref(one.unit),
        "managing_body": ref(one.managing_body),
        "lead_body": ref(one.lead_body),
        "progress": progress_of(progress),
    }


def segment_fields(one: Segment, gaps: list[list[int]]) -> dict[str, object]:
    """The fields of a segment."""
    plain = ("version", "number", "bank", "name", "length_m", "covered_m", "covered", "has_outlets", "closed_on")
    levels = {row.level: row for row in sorted(one.levels.all(), key=lambda row: row.pk)}
    return {
        **{name: getattr(one, name) for name in plain},
        "id": one.pk,
        "campaign": one.campaign.key,
        "water": one.water.code,
        "unit": one.unit.code,
        "team": one.team.name if one.team else None,
        "gaps": gaps,
        "levels": [
            LevelRow(level=row.level, result=row.result, done_on=row.done_on, techniques=row.techniques, note=row.note)
            for row in levels.values()
        ],
    }


def track_of(one: Track) -> TrackTold:
    """A track as it is answered."""
    return TrackTold(
        client_id=one.client_id,
        campaign=one.campaign.key,
        segment=one.segment_id,
        walked_on=one.walked_on,
        length_m=one.length_m,
        recorded_at=one.recorded_at,
        findings=[FaultTold(code=f["code"], text=_(f["text"]) % f["params"]) for f in one.findings],
        covered={walk.segment_id: walk.pieces for walk in one.walks.all()},
    )
