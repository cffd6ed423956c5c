"""Work items and meetings as they are sent and answered."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from qingyuan.api.shapes import Day, Given, Id, Reason, Ref, Sha256, Told, Word, text
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.ledger_shapes import EntryLine
from qingyuan.bodies.naming import Line, Named
from qingyuan.stages.dispatch.models import Feedback, Meeting, Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind, PartKind

LONGEST = 4000
MOST_BODIES = 200
Plain = text(LONGEST)
Said = text(LONGEST, least=1)
Subject = text(200, least=1)


class ItemRow(Told):
    """One work item. `due` null: no day is set."""

    id: int
    version: int
    kind: str
    status: str
    clause: str
    subject: str
    unit: Ref
    parent: int | None
    meeting: int | None
    issued_on: date
    issued_body: Ref | None
    due: date | None
    closed_on: date | None
    is_demo: bool


class FeedbackRow(Told):
    """What one body reported."""

    id: int
    day: date
    text: str
    sha256: str
    given_at: datetime
    returned_reason: str
    returned_on: date | None


class PartRow(Told):
    """A body's part in an item. `body` null: the scheme names it, nobody registered it."""

    id: int
    part: str
    name: str
    body: Ref | None
    state: str
    state_on: date | None
    is_added: bool
    feedbacks: list[FeedbackRow]


class EscalationRow(Told):
    """An item was put before whom the scheme has coordinate."""

    step: int
    name: str
    body: Ref | None
    clause: str
    age_days: int = Field(description="已历天数，d")
    day: date


class UrgingRow(Told):
    """An item was urged."""

    body: Ref | None
    text: str
    overdue_days: int = Field(description="逾期天数，d")
    day: date


class Below(Told):
    """What became of the items below, at every level."""

    total: int
    answered: int
    closed: int
    returned: int
    overdue: int
    unregistered: int


class ItemFile(ItemRow):
    """One item with everything on record about it, and what may be done now."""

    text: str
    is_list_open: bool = Field(description="名单带“等”，可以增加单位")
    decision: str
    decided_on: date | None
    parts: list[PartRow]
    outlets: list[Ref]
    escalations: list[EscalationRow]
    urgings: list[UrgingRow]
    children: list[ItemRow]
    below: Below
    against: dict[str, Reason | None] = Field(description="各项办理：null 为可以办理，否则是理由")
    timeline: list[EntryLine]


class NamedRow(Told):
    """A body a clause names."""

    name: str
    unit: Ref
    body: Ref | None


class ClauseRow(Told):
    """A clause under which work may be handed out. `open`: the list ends in 等."""

    clause: str
    open: bool
    responsible: list[NamedRow]
    implementing: list[NamedRow]
    supporting: list[NamedRow]


class LateRow(Told):
    """What is overdue at one body."""

    name: str
    body: int | None
    items: list[ItemRow]


class Board(Told):
    """The coordinating office's board."""

    overdue: list[LateRow]
    issues: list[ItemRow]


class Urged(Told):
    """What was urged."""

    items: list[ItemRow]


class DecisionRow(Told):
    """One thing a meeting decided; `item`: the work item it became."""

    number: int
    text: str
    item: int | None


class MeetingRow(Told):
    """A meeting of a mechanism."""

    id: int
    mechanism: str
    title: str
    unit: Ref
    held_on: date
    minutes_sha256: str
    is_demo: bool


class MeetingFile(MeetingRow):
    """A meeting with its decisions."""

    decisions: list[DecisionRow]


class Issue(OnDay):
    """Something to be handed out. Under a clause its list names the bodies."""

    unit: Word = Field(description="行政区划代码")
    kind: ItemKind = ItemKind.TASK
    subject: Subject  # type: ignore[valid-type]
    text: Plain = ""  # type: ignore[valid-type]
    clause: Word = Field("", description="方案条款；办理单位按条款的名单")
    due: Day | None = Field(None, description="空为按方案规定的工作日")
    responsible: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)
    supporting: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)
    outlets: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)


class PassDown(OnDay):
    """To the bodies below."""

    due: Day | None = None


class FeedBack(OnDay):
    """What one body did. `part` null: the part of one's own body."""

    part: Id | None = None
    text: Said  # type: ignore[valid-type]
    sha256: Sha256 | None = Field(None, description="佐证材料，先上传到 /files")


class Return(OnDay):
    """A feedback sent back."""

    part: Id
    reason: Said  # type: ignore[valid-type]


class Close(OnDay):
    """The end."""

    note: Plain = ""  # type: ignore[valid-type]


class Reopen(OnDay):
    """Anew."""

    reason: Said  # type: ignore[valid-type]
    due: Day | None = None


class ItemOpinion(OnDay):
    """What the coordinating level says."""

    text: Said  # type: ignore[valid-type]
    due: Day | None = None


class Urge(OnDay):
    """An urging."""

    text: Plain = ""  # type: ignore[valid-type]


class UrgeMany(Urge):
    """One urging for all that is chosen."""

    items: list[Id] = Field(min_length=1, max_length=MOST_BODIES)


class AddBody(OnDay):
    """One more body, where the list ends in 等."""

    body: Id
    part: PartKind = PartKind.RESPONSIBLE


class NameBody(OnDay):
    """The body behind a name."""

    part: Id
    body: Id


class Outlets(OnDay):
    """The outlets an item is about."""

    outlets: list[Id] = Field(min_length=1, max_length=MOST_BODIES)


class OneOutlet(OnDay):
    """The outlet an item is no longer about."""

    outlet: Id


class DecisionGiven(Given):
    """One decision. With owners, a day, outlets or a clause it becomes a work item."""

    text: Said  # type: ignore[valid-type]
    owners: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)
    supporting: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)
    due: Day | None = None
    outlets: list[Id] = Field(default_factory=list, max_length=MOST_BODIES)
    clause: Word = ""


class NewMeeting(OnDay):
    """A sitting with its decisions; `on` is the day it was held."""

    unit: Word
    mechanism: Word
    title: Subject  # type: ignore[valid-type]
    decisions: list[DecisionGiven] = Field(min_length=1, max_length=30)
    minutes: Sha256 | None = Field(None, description="会议纪要，先上传到 /files")


def ref(one: object) -> Ref | None:
    """A body by id and name."""
    return None if one is None else Ref(id=one.pk, name=one.name)  # type: ignore[attr-defined]


def row_of(one: WorkItem) -> ItemRow:
    """An item as a row."""
    return ItemRow(**fields_of(one))  # type: ignore[arg-type]


def fields_of(one: WorkItem) -> dict[str, object]:
    """The fields of a row."""
    plain = ("version", "kind", "status", "clause", "subject", "issued_on", "due", "closed_on", "is_demo")
    return {name: getattr(one, name) for name in plain} | {
        "id": one.pk,
        "unit": Ref(id=one.unit.code, name=one.unit.name),
        "parent": one.parent_id,
        "meeting": one.meeting_id,
        "issued_body": ref(one.issued_body),
    }


def part_of(one: Part) -> PartRow:
    """A part with its feedbacks, the newest first."""
    plain = {name: getattr(one, name) for name in ("part", "name", "state", "state_on", "is_added")}
    feedbacks = [_feedback(given) for given in one.feedbacks.all()]
    return PartRow(id=one.pk, body=ref(one.body), feedbacks=feedbacks, **plain)


def _feedback(one: Feedback) -> FeedbackRow:
    plain = ("day", "text", "sha256", "given_at", "returned_reason", "returned_on")
    return FeedbackRow(id=one.pk, **{name: getattr(one, name) for name in plain})


def clause_of(one: Line) -> ClauseRow:
    """A clause with the bodies it names."""
    lists = {name: [_named(each) for each in getattr(one, name)] for name in ("responsible", "implementing")}
    return ClauseRow(clause=one.clause, open=one.open, supporting=[_named(each) for each in one.supporting], **lists)


def _named(one: Named) -> NamedRow:
    return NamedRow(name=one.name, unit=Ref(id=one.unit.code, name=one.unit.name), body=ref(one.body))


def meeting_of(one: Meeting) -> MeetingRow:
    """A meeting as a row."""
    return MeetingRow(**meeting_fields(one))  # type: ignore[arg-type]


def meeting_fields(one: Meeting) -> dict[str, object]:
    """The fields of a meeting's row."""
    plain = ("mechanism", "title", "held_on", "minutes_sha256", "is_demo")
    unit = Ref(id=one.unit.code, name=one.unit.name)
    return {name: getattr(one, name) for name in plain} | {"id": one.pk, "unit": unit}
