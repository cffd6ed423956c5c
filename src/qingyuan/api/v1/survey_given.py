"""What is sent about campaigns, segments, tracks and second walks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from qingyuan.api.shapes import (
    PLAIN,
    Day,
    Given,
    Id,
    Name,
    Reasons,
    Sha256,
    Text64,
    Text128,
    Text200,
    Text500,
)
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.stages.survey.words import Bank, CampaignKind, FindingKind, LevelResult

MOST_POINTS = 100_000
Long = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=4000)]
Title = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


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
    body_name: Text128 = ""


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
    name: Name
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
    note: Long = ""


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


class TrackPlace(Given):
    """Which segment a track walked."""

    segment: Id


class DrawGiven(OnDay):
    """抽取复核岸段."""

    team: Id
    seed: Text64
    share: float = Field(gt=0, le=1)


class DifferenceGiven(Given):
    """One outlet as the second team saw it."""

    kind: FindingKind
    name: Name
    outlet: Id | None = None
    field: Text64 = ""
    first: Text200 = ""
    second: Text200 = ""


class SecondWalk(OnDay):
    """登记复核结果."""

    findings: list[DifferenceGiven] = Field(default_factory=list, max_length=500)
    note: Text500 = ""
