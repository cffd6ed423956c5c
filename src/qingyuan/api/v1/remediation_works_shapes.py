"""Works, evidence, doubts and branch pipes as they are sent and answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from qingyuan.api.shapes import PLAIN, Id, Name, Reason, Ref, Sha256, Text128, Text500, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import BranchPipe, Doubt, Evidence
from qingyuan.stages.remediation.queries_works import Item, Progress
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind

Words = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Some = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, max_length=1000)]


class AddEvidence(OnDay):
    """What a file shows. Position and bearing stand in where the photograph is silent."""

    kind: EvidenceKind
    measure: Word = ""
    step: Id | None = None
    before: Id | None = Field(default=None, description="对照的整治前照片")
    longitude: Annotated[float, Field(ge=73, le=136)] | None = None
    latitude: Annotated[float, Field(ge=3, le=54)] | None = None
    bearing: Annotated[float, Field(ge=0, le=360)] | None = Field(default=None, description="°，正北为 0")
    note: Text500 = ""


class StepProgress(OnDay):
    """Progress in percent."""

    percent: Annotated[int, Field(ge=0, le=100)]
    text: Text500 = ""


class WorksDone(OnDay):
    """The report of the works, in the library."""

    sha256: Sha256


class AddBranch(OnDay):
    """A branch pipe and whose it is."""

    name: Name
    body: Id | None = None
    owner_text: Text128 = ""
    is_illegal: bool = True


class ClearBranch(OnDay):
    """How it was cleared."""

    how: Text500
    sha256: Sha256 | None = None


class RaiseDoubt(OnDay):
    """A doubt in words."""

    kind: DoubtKind
    text: Words


class ExplainDoubt(OnDay):
    """The explanation."""

    text: Words


class DecideDoubt(OnDay):
    """The decision: true, it is so; false, it is not."""

    confirmed: bool
    reason: Some = ""
    sha256: Sha256 | None = None


class StepRow(Told):
    """A step with its last report."""

    id: int
    number: int
    title: str
    due: date
    percent: int
    reported_on: date | None
    done_on: date | None


class ChecklistRow(Told):
    """One thing the works must show, and whether something that proves it is there."""

    kind: str
    measure: str
    title: str
    clause: str
    done: bool


class EvidenceFinding(Told):
    """What speaks against a piece: note, doubt, or false (suspected of falsification)."""

    code: str
    severity: str
    text: str
    clause: str


class EvidencePiece(Told):
    """A piece of evidence. `proves` false: doubted or rejected."""

    id: int
    kind: str
    measure: str
    title: str
    sha256: str
    note: str
    day: date
    taken_at: datetime | None
    longitude_deg: float | None = Field(description="°，CGCS2000")
    latitude_deg: float | None = Field(description="°，CGCS2000")
    position_source: str
    bearing_deg: float | None
    off_m: int | None
    before: int | None
    state: str
    proves: bool
    findings: list[EvidenceFinding]


class BranchRow(Told):
    """A branch pipe. `cleared_on` null: it stands."""

    id: int
    name: str
    owner: str
    is_illegal: bool
    found_on: date
    cleared_on: date | None
    how: str
    clause: str


class DoubtRow(Told):
    """A doubt: open, explained, dismissed or confirmed."""

    id: int
    version: int
    outlet: Ref
    round: int | None
    evidence: int | None
    kind: str
    text: str
    clause: str
    state: str
    raised_on: date
    due: date | None
    explanation: str
    explained_on: date | None
    reason: str
    decided_on: date | None


class WorksFile(Told):
    """The works of a round."""

    round: int
    outlet: Ref
    stage: str
    steps: list[StepRow]
    checklist: list[ChecklistRow]
    evidence: list[EvidencePiece]
    branches: list[BranchRow]
    doubts: list[DoubtRow]
    against_done: Reason | None


def outlet_ref(found: Round) -> Ref:
    """The outlet of a round."""
    return Ref(id=found.outlet_id, name=found.outlet.name)


def step_of(one: Progress) -> StepRow:
    """A step as it is answered."""
    return StepRow(
        id=one.step.pk,
        number=one.step.number,
        title=one.step.title,
        due=one.step.due,
        percent=one.percent,
        reported_on=one.report.day if one.report else None,
        done_on=one.step.done_on,
    )


def item_of(one: Item) -> ChecklistRow:
    """A line of the checklist as it is answered."""
    wanted = one.wanted
    return ChecklistRow(
        kind=wanted.kind.value, measure=wanted.measure, title=one.title, clause=wanted.clause, done=one.done
    )


def piece_of(one: Evidence) -> EvidencePiece:
    """A piece as it is answered."""
    return EvidencePiece(
        id=one.pk,
        kind=one.kind,
        measure=one.measure,
        title=one.title,
        sha256=one.sha256,
        note=one.note,
        day=one.day,
        taken_at=one.taken_at,
        longitude_deg=None if one.longitude_deg is None else float(one.longitude_deg),
        latitude_deg=None if one.latitude_deg is None else float(one.latitude_deg),
        position_source=one.position_source,
        bearing_deg=None if one.bearing_deg is None else float(one.bearing_deg),
        off_m=one.off_m,
        before=one.pair_id,
        state=one.state,
        proves=one.proves,
        findings=[
            EvidenceFinding(
                code=found["code"],
                severity=found["severity"],
                text=found["text"] % found["params"] if found["params"] else found["text"],
                clause=found["clause"],
            )
            for found in one.findings
        ],
    )


def branch_of(one: BranchPipe) -> BranchRow:
    """A branch pipe as it is answered."""
    return BranchRow(
        id=one.pk,
        name=one.name,
        owner=one.who,
        is_illegal=one.is_illegal,
        found_on=one.found_on,
        cleared_on=one.cleared_on,
        how=one.how,
        clause=one.clause,
    )


def doubt_of(one: Doubt) -> DoubtRow:
    """A doubt as it is answered."""
    return DoubtRow(
        id=one.pk,
        version=one.version,
        outlet=Ref(id=one.outlet_id, name=one.outlet.name),
        round=one.round_id,
        evidence=one.evidence_id,
        kind=one.kind,
        text=one.text,
        clause=one.clause,
        state=one.state,
        raised_on=one.raised_on,
        due=one.due,
        explanation=one.explanation,
        explained_on=one.explained_on,
        reason=one.reason,
        decided_on=one.decided_on,
    )
