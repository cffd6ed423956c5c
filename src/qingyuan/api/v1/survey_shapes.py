"""Campaigns, segments, tracks and second walks as they are sent and answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from qingyuan.api.shapes import Day, Given, Id, Name, Reasons, Ref, Sha256, Text64, Text200, Text500, Told, text
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.ledger_shapes import EntryLine
from qingyuan.api.v1.outlet_shapes import Reason
from qingyuan.stages.survey.models import Campaign, Segment, Track
from qingyuan.stages.survey.queries import Progress
from qingyuan.stages.survey.words import Bank, CampaignKind, FindingKind, LevelResult

MOST_POINTS = 100_000
Long = text(4000)
Title = text(200, least=1)
Number = Field(ge=1, le=9_999_999)


class Member(Given):
    """A member of a team; `officer` empty: a person without an account."""

    name: Name
    officer: Text64 = ""


class TeamGiven(Given):
    """A team as it is set up."""

    name: Text64 = ""
    members: list[Member] = Field(default_factory=list, max_length=200)
    body: Id | None = None
    is_technical: bool = False
    is_second: bool = False


class Draft(OnDay):
    """拟定排查专项."""

    unit: Text64
    title: Title
    kind: CampaignKind = CampaignKind.SURVEY
    waters: list[Text64] = Field(max_length=500, description="水体编码")
    starts_on: Day
    ends_on: Day
    managing_body: Id | None = None
    teams: list[TeamGiven] = Field(default_factory=list, max_length=50)
    supporting: list[Id] = Field(default_factory=list, max_length=200)


class AddTeam(OnDay):
    """增加队伍."""

    team: TeamGiven


class StepGiven(Given):
    """A row of the timetable."""

    procedure: Text64
    text: Title
    due: Day
    body: Id | None = None
    body_name: text(128) = ""  # type: ignore[valid-type]


class FilePlan(OnDay):
    """提交排查溯源方案. `paper`: a file of the library."""

    paper: Sha256
    procedures: list[Text64] = Field(default_factory=list, max_length=20)
    roadmap: Long = ""
    timetable: list[StepGiven] = Field(default_factory=list, max_length=200)


class WithReason(OnDay):
    """An act with its reason."""

    reason: Reasons


class Cut(OnDay):
    """按河线划分岸段."""

    water: Text64
    banks: list[Bank] = Field(min_length=1, max_length=3)
    piece_m: int | None = Field(None, ge=50, le=100_000)


class AddSegment(OnDay):
    """人工填报岸段."""

    water: Text64
    bank: Bank
    name: text(128, least=1)  # type: ignore[valid-type]
    length_m: int = Field(ge=50, le=100_000)
    unit: Text64 = ""


class Assign(OnDay):
    """分派岸段."""

    team: Id
    segments: list[int] = Field(min_length=1, max_length=5000, description="岸段号")
    starts_on: Day | None = None
    ends_on: Day | None = None


class LevelGiven(OnDay):
    """级次结果."""

    level: int = Field(ge=1, le=3)
    result: LevelResult
    techniques: list[Text64] = Field(default_factory=list, max_length=20)
    note: text(1000) = ""  # type: ignore[valid-type]


class CloseSegment(OnDay):
    """完成岸段."""

    has_outlets: bool


class TrackGiven(Given):
    """A track. A point is [longitude, latitude, epoch seconds or null, accuracy in metres or null]."""

    client_id: UUID
    campaign: Text64 = Field(description="专项的 key")
    segment: Id | None = None
    points: list[list[float | None]] = Field(min_length=1, max_length=MOST_POINTS)
    device: Text64 = ""


class DrawGiven(OnDay):
    """抽取复核岸段."""

    team: Id
    seed: Text64
    share: float = Field(gt=0, le=1)


class DifferenceGiven(Given):
    """One outlet as the second team saw it."""

    kind: FindingKind
    name: text(128, least=1)  # type: ignore[valid-type]
    outlet: Id | None = None
    field: Text64 = ""
    first: Text200 = ""
    second: Text200 = ""


class SecondWalk(OnDay):
    """登记复核结果."""

    findings: list[DifferenceGiven] = Field(default_factory=list, max_length=500)
    note: Text500 = ""


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


class StepRow(Told):
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
    timetable: list[StepRow]
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


class PartTold(Told):
    """A drawn segment; `findings` of the second team."""

    id: int
    version: int
    segment: int
    done_on: date | None
    findings: list[DifferenceGiven]


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


def ref(one: object) -> Ref | None:
    """A unit, body or water by id and name."""
    return None if one is None else Ref(id=one.pk, name=one.name)  # type: ignore[attr-defined]


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
