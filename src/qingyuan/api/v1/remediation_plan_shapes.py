"""What is sent about plans, and what is answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from qingyuan.api.shapes import PLAIN, Day, Given, Id, Reason, Ref, Sha256, Text128, Text200, Text500, Told, Word
from qingyuan.api.v1.act_shapes import OnDay

Note = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=1000)]


class PlanMeasureGiven(Given):
    """A measure by its key of the catalogue, in own words, and why."""

    key: Word
    text: Text500 = ""
    why: Text500 = ""


class PlanStepGiven(Given):
    """A step of a plan."""

    title: Text200
    due: Day
    starts_on: Day | None = None
    body: Id | None = None
    length_m: Decimal | None = Field(default=None, ge=0, le=999_999_999)


class OutletPlanIn(OnDay):
    """A plan; what is left out may follow until it is submitted."""

    batch: Word
    measures: list[PlanMeasureGiven] = Field(default_factory=list, max_length=40)
    problems: Note | None = None
    category: Text200 | None = None
    territory: Text200 | None = None
    departments: Text500 | None = None
    steps: list[PlanStepGiven] = Field(default_factory=list, max_length=60)
    due: Day | None = None
    responsible_body: Id | None = None
    lead: Id | None = None
    cost_yuan: Decimal | None = Field(default=None, ge=0, le=999_999_999_999)
    funding: Text200 = ""
    basis: Text500 = ""
    target_outlet: Word = ""
    receiving_works: Text128 = ""
    technology: Text500 = ""
    livelihood_note: Note = ""
    safety_note: Note = ""
    water_supply_note: Note = ""
    flood_answer: Literal["", "yes", "no"] = ""
    flood_measure: Note = ""
    water_opinion_sha256: Sha256 | None = None
    legacy_case: Note = ""
    merge_attempt: Note = ""
    deviation_reason: Note = ""
    risk_note: Note = ""
    programmes: list[Text128] = Field(default_factory=list, max_length=20)


class OutletPlanApproval(OnDay):
    """审定. The paper is the plan's text in the library."""

    sha256: Sha256
    note: Text500 = ""


class OutletPlanReturn(OnDay):
    """退回."""

    note: Text500


class ClosingOrderIn(OnDay):
    """A closing order."""

    measure: Word
    zone_kind: Word
    body: Id
    legal_basis: Text200
    sha256: Sha256


class TransitionIn(OnDay):
    """A request for a transition period."""

    reason: Note
    interim_measure: Note
    until: Day
    sha256: Sha256


class TransitionDecision(OnDay):
    """Whether it is agreed to."""

    agreed: bool
    note: Text500 = ""


class AtOnceIn(OnDay):
    """What was put right at once."""

    norm: Text200
    text: Note
    before_sha256: Sha256 | None = None
    after_sha256: Sha256 | None = None
    report_sha256: Sha256 | None = None


class PlanRuleTold(Told):
    """What a rule says of the plan. `met` null: a fact is missing. `stops`: the acts it holds up while unmet."""

    rule: str
    effect: str
    text: str
    clause: str
    met: bool | None
    forbids: bool
    asks_reason: bool
    stops: list[str]
    missing: list[str]


class OutletPlanRow(Told):
    """One version of a plan in a list."""

    id: int
    round: int
    outlet: Ref
    number: int
    state: str
    batch: str
    due: date | None
    effective_due: date | None
    is_overdue: bool
    pack: str


class PlanStepTold(Told):
    """A step."""

    number: int
    title: str
    starts_on: date | None
    due: date
    done_on: date | None
    length_m: float | None


class PlanDutyTold(Told):
    """牵头、执行、指导督导."""

    duty: str
    name: str
    body: int | None
    clause: str


class PlanMeasureTold(Told):
    """A measure that is offered."""

    key: str
    title: str


class OutletPlanFile(Told):
    """One stay with its plan and what may be done; `against` says why not."""

    id: int
    outlet: Ref
    stage: str
    cause: str
    is_open: bool
    outcome: str
    plan: OutletPlanRow | None
    given: dict[str, Any]
    steps: list[PlanStepTold]
    duties: list[PlanDutyTold]
    rules: list[PlanRuleTold]
    proposed_batch: str
    proposed_measures: list[str]
    offered: dict[str, list[PlanMeasureTold]]
    changed_packs: list[str] | None
    against: dict[str, Reason | None]
