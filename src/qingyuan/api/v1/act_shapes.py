"""What is sent with each act upon an outlet."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qingyuan.api.shapes import (
    Day,
    Given,
    Id,
    Name,
    Position,
    Reasons,
    Sha256,
    Text16,
    Text18,
    Text24,
    Text32,
    Text40,
    Text64,
    Text120,
    Text128,
    Text200,
    Text500,
    Word,
)
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Milestone, Paper, Stage

Papers = dict[Paper, Sha256]
Value = bool | int | float | str


class OnDay(Given):
    """The day it happened."""

    on: Day = Field(description="办理日期")


class Described(Given):
    """Columns that describe an outlet. What is not sent is not touched."""

    local_code: Text32 = ""
    town_text: Text64 = ""
    village_text: Text64 = ""
    water_text: Text64 = ""
    section_interval: Text128 = ""
    conduit_form: Text32 = Field("", description="入河方式，用本地方案的词")
    mouth_text: Text200 = ""
    mouth_shape: Text32 = ""
    mouth_size_mm: Text64 = ""
    bank: Text16 = ""
    diversion_mode: Text32 = ""
    discharge_pattern: Text32 = ""
    daily_discharge_m3: float | None = Field(None, ge=0, le=9_999_999_999, description="m³/d")
    emission_standard: Text120 = ""
    approval_date: Day | None = None
    permit_date: Day | None = None
    permit_number: Text24 = ""
    special_kind: Text40 = ""
    position_given: Text120 = Field("", description="坐标原文")
    remark: Text500 = ""


class NewOutletGiven(OnDay):
    """An outlet found by a survey."""

    name: Name
    unit: Word = Field(description="行政区划代码")
    papers: Papers = Field(default_factory=dict, description="材料类型：文件的 sha256（先上传到 /files）")
    is_direct: bool = Field(True, description="是否直接入河；否则只记为线索")
    not_direct: Text200 = Field("", description="不列入名录的理由")
    position: Position | None = None
    water: Word = Field("", description="受纳水体代码")
    managing_unit: Word = Field("", description="管理单位（开发区等）代码；空为所在区划")
    managing_body: Id | None = Field(None, description="责任区部门")
    type_proposed: Word = Field("", description="建议的二级类型")
    party_proposed: Text128 = Field("", description="建议的责任主体")
    unit_unknown: bool = Field(False, description="排污单位不明，待溯源")
    apart: Text200 = Field("", description="附近已有排污口时，不是同一个的理由")
    fields: Described = Field(default_factory=lambda: Described.model_validate({}))


class BroughtIn(NewOutletGiven):
    """An outlet of a register under way, at the stage its source states."""

    stage: Stage
    milestones: dict[Milestone, Day] = Field(default_factory=dict, description="来源台账所写的各节点日期")
    type_key: Word = ""
    party: Id | None = None


class WithPapers(OnDay):
    """An act with papers."""

    papers: Papers = Field(default_factory=dict, description="材料类型：文件的 sha256（先上传到 /files）")


class NewParty(Given):
    """A party that is not among the organisations yet."""

    name: Name
    kind: BodyKind = BodyKind.OTHER
    credit_code: Text18 = ""
    industry: Word = ""


class FixParty(WithPapers):
    """Who answers for the outlet: a known body, or a new one."""

    party: Id | None = None
    new_party: NewParty | None = None
    basis: Literal["applicant", "tracing", "designated", "fallback"]
    note: Text200 = ""


class Classify(OnDay):
    """The second-level type, confirmed."""

    type_key: Word
    top: Word = Field("", description="一级类型；空为该二级类型所属")
    reasons: Text200 = ""
    special_kind: Text40 | None = None


class ProposeType(OnDay):
    """A type proposed."""

    type_key: Word
    reasons: Text200 = ""


class SuggestType(OnDay):
    """The two inputs of the pack's table."""

    industry: Word
    character: Word


class Corrected(Described):
    """What a correction may set. Position, water and department are cleared by null."""

    name: Name = "-"
    position: Position | None = None
    water: Word | None = None
    managing_body: Id | None = None


class Correct(OnDay):
    """A correction: the fields sent are set, the others stay."""

    values: Corrected
    reason: Reasons


class ChangeUnit(WithPapers):
    """Another unit from a day on, by a paper."""

    unit: Word = Field(description="新的行政区划代码")
    managing_unit: Word = ""


class FilePaper(OnDay):
    """A document of the library into the outlet's file."""

    kind: Paper
    sha256: Sha256
    title: Text200 = ""


class EnterFact(OnDay):
    """A fact about the outlet, its party or its water, as its word says."""

    name: Word
    value: Value
    source: Reasons
    sha256: Sha256 | None = None


class Retract(Given):
    """Why it is taken back."""

    reason: Reasons


class ChannelSourceGiven(Given):
    """A discharger on the channel, and its share of the flow."""

    body: Id
    share: float | None = Field(None, ge=0, le=1)


class AddChannel(OnDay):
    """A channel that leads to the outlet."""

    name: Name
    kind: Text32 = ""
    length_m: float | None = Field(None, ge=0, le=99_999_999)
    sources: list[ChannelSourceGiven] = Field(default_factory=list, max_length=20)


class RemoveChannel(OnDay):
    """From this day on the channel no longer leads to the outlet."""

    reason: Reasons
