"""What is sent about leads and what is answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext
from pydantic import Field

from qingyuan.api.shapes import (
    Day,
    Given,
    Id,
    Name,
    Reason,
    Reasons,
    Ref,
    Sha256,
    Text16,
    Text32,
    Text40,
    Text64,
    Text128,
    Text200,
    Text500,
    Told,
    Word,
)
from qingyuan.api.v1.act_shapes import Described
from qingyuan.core.leads import Reason as RankReason
from qingyuan.stages.survey.doctoring import sentence_of
from qingyuan.stages.survey.models_leads import Hint, Lead, LeadBatch
from qingyuan.stages.survey.ranking import Probable
from qingyuan.stages.survey.twins import Twin
from qingyuan.stages.survey.words_leads import HintKind, LeadSource, LeadState, NotOutlet

Datum = Literal["cgcs2000", "wgs84", "gcj02", "bd09"]
Level = Annotated[int, Field(ge=1, le=3, description="级次：1 资料与遥感，2 徒步，3 攻坚")]


class NewLeadGiven(Given):
    """A lead. The position is as given: an odd one is told, never a reason to refuse."""

    on: Day
    source: LeadSource
    unit: Word = Field(description="行政区划代码")
    longitude: Text40 = Field("", description="经度原文，度或度分秒")
    latitude: Text40 = Field("", description="纬度原文")
    datum: Datum = "cgcs2000"
    name: Text128 = ""
    code: Text32 = ""
    text: Text500 = ""
    source_ref: Text128 = Field("", description="来源编号")
    year: Annotated[int, Field(ge=1950, le=2200)] | None = None
    water: Word = Field("", description="水体代码")
    bank: Text16 = ""
    photo: Sha256 | None = Field(None, description="影像（先上传到 /files）")
    techniques: list[Text32] = Field(default_factory=list, max_length=10)
    level: Level = 1
    campaign: Id | None = None


class LeadUpload(Given):
    """A file of leads."""

    on: Day
    title: Text200 = Field(min_length=1)
    source: LeadSource
    unit: Word
    datum: Datum = "cgcs2000"
    origin: Text200 = ""
    year: Annotated[int, Field(ge=1950, le=2200)] | None = None
    technique: Text32 = ""
    level: Level = 1
    campaign: Id | None = None
    sheet: Text64 = ""


class EndAsOutlet(Given):
    """是排污口: the survey record."""

    on: Day
    record: Sha256 = Field(description="排查记录（先上传到 /files）")
    name: Text128 = ""
    water: Word = Field("", description="受纳水体代码")
    longitude_deg: Annotated[float, Field(ge=73, le=136)] | None = None
    latitude_deg: Annotated[float, Field(ge=3, le=54)] | None = None
    party_proposed: Text128 = ""
    unit_unknown: bool = Field(False, description="排污单位不明，待溯源")
    type_proposed: Word = ""
    apart: Text200 = Field("", description="附近已有排污口时，不是同一个的理由")
    level: Level = 2
    fields: Described = Field(default_factory=lambda: Described.model_validate({}))


class EndAsNone(Given):
    """不是排污口."""

    on: Day
    why: NotOutlet
    reason: Reasons
    level: Level = 2


class EndAsTwin(Given):
    """重复: of an outlet, or of another lead."""

    on: Day
    outlet: Id | None = None
    lead: Id | None = None
    reason: Reasons


class WithReason(Given):
    """A day and a reason."""

    on: Day
    reason: Reasons


class MendGiven(WithReason):
    """更正位置."""

    longitude: Text40
    latitude: Text40
    datum: Datum = "cgcs2000"


class SettleMany(Given):
    """批量处置为不是排污口: all or none. Each with the version that was read."""

    on: Day
    leads: dict[Annotated[str, Field(pattern=r"^[0-9]{1,15}$")], Annotated[int, Field(ge=0)]] = Field(
        min_length=1, max_length=200, description="线索编号：读取时的版本"
    )
    why: NotOutlet
    reason: Reasons


class HintGiven(Given):
    """研判依据."""

    on: Day
    kind: HintKind
    unit: Word
    text: Text200 = Field(min_length=1)
    paper: Sha256
    longitude: Text40 = ""
    latitude: Text40 = ""
    datum: Datum = "cgcs2000"
    water: Word = ""
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    from_km: Annotated[float, Field(ge=0, le=10_000)] | None = None
    until_km: Annotated[float, Field(ge=0, le=10_000)] | None = None


class FindingTold(Told):
    """What was found about a lead on entry."""

    code: str
    severity: str
    text: str


class LeadRow(Told):
    """A lead in a list."""

    id: int
    key: str
    version: int
    name: str
    code: str
    source: LeadSource
    source_ref: str
    year: int | None
    unit: Ref
    water: Ref | None
    campaign: int | None
    batch: int | None
    state: LeadState
    longitude_deg: float | None
    latitude_deg: float | None
    position_given: str
    datum: str
    along_m: int | None
    found_level: int
    due: date | None
    outlet: int | None = Field(description="在名录中的登记（待核时为候选，不计入任何数字）")
    same_as: int | None
    same_lead: int | None
    findings: list[FindingTold]


class Settled(Told):
    """The leads that were ended together."""

    items: list[LeadRow]


class TwinTold(Told):
    """What a lead may be once more."""

    outlet: int | None
    lead: int | None
    name: str
    distance_m: float | None = Field(description="沿岸距离")
    name_share: float
    same_code: bool
    same_photo: bool


class LeadFile(LeadRow):
    """One lead with everything known of it, and the reasons against ending or reopening it (null: now)."""

    text: str
    photo: str
    techniques: list[str]
    score: float | None
    reasons: list[str]
    ended_on: date | None
    ended_level: int | None
    why: str
    reason: str
    missing: list[str] = Field(description="登记为排污口后待补充的内容")
    twins: list[TwinTold]
    why_not_end: Reason | None
    why_not_reopen: Reason | None


class BatchTold(Told):
    """A file of leads that was taken in."""

    id: int
    title: Name
    source: LeadSource
    year: int | None
    unit: Ref
    counts: dict[str, int]
    findings: list[str]


class LineTold(Told):
    """What became of the leads of a source or a technique."""

    name: str
    total: int
    open: int
    outlet: int
    not_outlet: int
    duplicate: int


class Statistics(Told):
    """By source and by technique."""

    by_source: list[LineTold]
    by_technique: list[LineTold]


class RankTold(Told):
    """Why a kilometre stands where it stands."""

    kind: HintKind
    points: float
    clues: list[str]


class ProbableTold(Told):
    """A kilometre of a water where an outlet was probably missed."""

    water: Ref
    kilometre: int | None = Field(description="自河线起点的千米数；没有河线时为 null")
    score: float
    reasons: list[RankTold]
    longitude_deg: float | None
    latitude_deg: float | None
    open_leads: int


class HintTold(Told):
    """A fact that speaks for a missed outlet."""

    id: int
    kind: HintKind
    text: str
    unit: Ref
    water: Ref | None
    day: date
    share: float | None
    retracted: bool


def row_fields(one: Lead) -> dict[str, Any]:
    """What a list says of a lead."""
    return {
        "id": one.pk,
        "key": one.key,
        "version": one.version,
        "name": one.name,
        "code": one.code,
        "source": one.source,
        "source_ref": one.source_ref,
        "year": one.year,
        "unit": Ref(id=one.unit.code, name=one.unit.name),
        "water": Ref(id=one.water.code, name=one.water.name) if one.water else None,
        "campaign": one.campaign_id,
        "batch": one.batch_id,
        "state": one.state,
        "longitude_deg": None if one.longitude_deg is None else float(one.longitude_deg),
        "latitude_deg": None if one.latitude_deg is None else float(one.latitude_deg),
        "position_given": one.position_given,
        "datum": one.datum,
        "along_m": one.along_m,
        "found_level": one.found_level,
        "due": one.due,
        "outlet": one.outlet_id,
        "same_as": one.same_as_id,
        "same_lead": one.same_lead_id,
        "findings": [_finding(finding) for finding in one.findings],
    }


def _finding(one: dict[str, Any]) -> FindingTold:
    text, params = gettext(sentence_of(one)), one.get("params") or {}
    return FindingTold(code=one["code"], severity=one["severity"], text=text % params if params else text)


def twin_of(one: Twin) -> TwinTold:
    """A suspicion."""
    return TwinTold(
        outlet=one.outlet.pk if one.outlet else None,
        lead=one.lead.pk if one.lead else None,
        name=one.name,
        distance_m=None if one.distance_m is None else round(one.distance_m, 1),
        name_share=round(one.name_share, 3),
        same_code=one.same_code,
        same_photo=one.same_photo,
    )


def batch_of(one: LeadBatch) -> BatchTold:
    """A batch."""
    return BatchTold(
        id=one.pk,
        title=one.title,
        source=LeadSource(one.source),
        year=one.year,
        unit=Ref(id=one.unit.code, name=one.unit.name),
        counts=one.counts,
        findings=[str(finding["text"]) for finding in one.findings],
    )


def probable_of(one: Probable) -> ProbableTold:
    """A kilometre."""
    return ProbableTold(
        water=Ref(id=one.water.code, name=one.water.name),
        kilometre=one.kilometre.number,
        score=one.kilometre.score,
        reasons=[_rank(reason) for reason in one.kilometre.reasons],
        longitude_deg=one.point[0] if one.point else None,
        latitude_deg=one.point[1] if one.point else None,
        open_leads=one.open_leads,
    )


def _rank(one: RankReason) -> RankTold:
    return RankTold(kind=HintKind(one.kind), points=one.points, clues=[clue.text for clue in one.clues])


def hint_of(one: Hint) -> HintTold:
    """A hint."""
    return HintTold(
        id=one.pk,
        kind=HintKind(one.kind),
        text=one.text,
        unit=Ref(id=one.unit.code, name=one.unit.name),
        water=Ref(id=one.water.code, name=one.water.name) if one.water else None,
        day=one.day,
        share=one.share,
        retracted=one.retracted_at is not None,
    )
