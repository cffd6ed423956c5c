"""Cases, their steps, sources and chain as they are sent and answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from qingyuan.api.shapes import PLAIN, Id, Position, Reason, Reasons, Ref, Sha256, Text128, Text200, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.ledger_shapes import EntryLine
from qingyuan.stages.dispatch.models import Part
from qingyuan.stages.tracing.models import Case, CaseBody, Node, Source, Step
from qingyuan.stages.tracing.words import Conclusion, Confidence, NodeKind, Why

Said = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Plain = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=4000)]


class TracingCase(Told):
    """One case. `conclusion` empty: still open."""

    id: int
    version: int
    outlet: Ref
    unit: Ref
    why: str
    clause: str
    conclusion: str
    opened_on: date
    concluded_on: date | None
    party: Ref | None
    is_demo: bool


class BodyPart(Told):
    """Who leads or supports. `body` null: the scheme names it, nobody registered it. `item`, `state`: the work item
    handed out to it and where its part stands."""

    part: str
    name: str
    body: Ref | None
    clause: str
    item: int | None
    state: str | None


class EvidenceRow(Told):
    """A piece of evidence."""

    id: int
    title: str
    sha256: str


class TracingStep(Told):
    """A step of tracing. `struck_reason` empty: it stands."""

    id: int
    method: str
    method_note: str
    day: date
    place: str
    longitude_deg: float | None = Field(description="°，CGCS2000")
    latitude_deg: float | None = Field(description="°，CGCS2000")
    result: str
    confidence: str
    files: list[EvidenceRow]
    struck_reason: str
    recorded_at: datetime


class TracedSource(Told):
    """A unit the water comes from. `share` null: unknown."""

    id: int
    body: Ref
    share: float | None = Field(description="占比，0 至 1")
    note: str
    parent: Ref | None
    supervising_body: Ref | None
    industry: str


class NodeRow(Told):
    """A point of the network; `depth` counts edges from where one asked."""

    id: int
    kind: str
    name: str
    depth: int
    outlet: int | None
    body: Ref | None


class EdgeRow(Told):
    """Water runs from `upper` to `lower`."""

    upper: int
    lower: int


class Followed(Told):
    """What lies upstream or downstream of a point. `more`: there is more than is listed."""

    start: int
    nodes: list[NodeRow]
    edges: list[EdgeRow]
    more: bool


class PartyProposed(Told):
    """Whom somebody proposed to answer."""

    body: Ref
    basis: str
    clause: str
    proposed_at: datetime


class FallbackRow(Told):
    """Whom the scheme makes answer where nobody can be found. `body` null: not registered, or the town is unknown."""

    name: str
    body: Ref | None
    words: list[str]
    may_designate: bool
    clause: str
    status: str


class CaseFile(TracingCase):
    """One case with everything about it; `against`: why an act cannot be done now, null when it can."""

    why_text: str
    note: str
    report: str
    lead_reason: str
    bodies: list[BodyPart]
    steps: list[TracingStep]
    sources: list[TracedSource]
    chain: Followed
    proposals: list[PartyProposed]
    fallback: FallbackRow
    against: dict[str, Reason | None]
    timeline: list[EntryLine]


class OpenCase(OnDay):
    """立案."""

    outlet: Id
    why: Why
    why_text: Text200 = ""
    lead: Id | None = Field(None, description="另定的牵头单位；空为本地规定的单位")
    lead_reason: Text200 = ""


class AddStep(OnDay):
    """A step; evidence by the hashes of files uploaded before."""

    method: Word
    method_note: Text200 = ""
    place: Text200 = ""
    position: Position | None = None
    result: Said
    confidence: Confidence = Confidence.UNKNOWN
    evidence: list[Sha256] = Field(default_factory=list, max_length=20)


class Strike(OnDay):
    """Why a step is struck."""

    reason: Reasons


class SetSource(OnDay):
    """A source, or its share anew."""

    body: Id
    share: float | None = Field(None, ge=0, le=1)
    note: Text200 = ""


class Extend(OnDay):
    """A new point whose water runs to `lower`."""

    lower: Id
    kind: NodeKind
    name: Text128 = ""
    body: Id | None = None
    position: Position | None = None
    length_m: float | None = Field(None, ge=0, le=99_999_999, description="长度，m")
    note: Text200 = ""


class Connect(OnDay):
    """Water runs from one standing point to another."""

    upper: Id
    lower: Id


class Conclude(OnDay):
    """What the case found."""

    conclusion: Conclusion
    note: Plain = ""
    sha256: Sha256 | None = None


class CaseParty(OnDay):
    """Who answers, and on which basis; without a paper the case's report is the paper."""

    body: Id
    basis: Literal["applicant", "tracing", "designated", "fallback"]
    sha256: Sha256 | None = None
    note: Text200 = ""


class SetLead(OnDay):
    """Another lead than the scheme's, with the reason."""

    body: Id
    reason: Text200 = ""


def ref(one: object) -> Ref | None:
    """A record named by its id and name."""
    return None if one is None else Ref(id=one.pk, name=one.name)  # type: ignore[attr-defined]


def fields_of(found: Case) -> dict[str, object]:
    """The columns of a case."""
    outlet = found.outlet
    plain = ("version", "why", "clause", "conclusion", "opened_on", "concluded_on", "is_demo")
    return {
        "id": found.pk,
        "outlet": ref(outlet),
        "unit": Ref(id=outlet.unit.code, name=outlet.unit.name),
        "party": ref(outlet.party),
        **{name: getattr(found, name) for name in plain},
    }


def row_of(found: Case) -> TracingCase:
    """A case in a list."""
    return TracingCase(**fields_of(found))  # type: ignore[arg-type]


def body_of_case(one: CaseBody, given: Part | None = None) -> BodyPart:
    """Who leads or supports; `given`: its part in the item handed out."""
    item, state = (given.item_id, str(given.state)) if given else (None, None)
    return BodyPart(part=one.part, name=one.name, body=ref(one.body), clause=one.clause, item=item, state=state)


def step_of(one: Step) -> TracingStep:
    """A step with its evidence."""
    plain = ("method", "method_note", "day", "place", "result", "confidence", "struck_reason", "recorded_at")
    files = [EvidenceRow(id=file.pk, title=file.title, sha256=file.sha256) for file in one.files.all()]
    return TracingStep(id=one.pk, files=files, **_position(one), **{name: getattr(one, name) for name in plain})


def _position(one: Step) -> Any:
    given = {"longitude_deg": one.longitude_deg, "latitude_deg": one.latitude_deg}
    return {name: None if value is None else float(value) for name, value in given.items()}


def source_of(one: Source) -> TracedSource:
    """A source with its affiliation."""
    return TracedSource(
        id=one.pk,
        body=Ref(id=one.body_id, name=one.body.name),
        share=None if one.share is None else float(one.share),
        note=one.note,
        parent=ref(one.body.parent),
        supervising_body=ref(one.body.supervising_body),
        industry=one.body.industry,
    )


def node_of(one: Node, depth: int) -> NodeRow:
    """A point of the network."""
    return NodeRow(id=one.pk, kind=one.kind, name=one.name, depth=depth, outlet=one.outlet_id, body=ref(one.body))
