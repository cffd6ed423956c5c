"""May they, for what comes from the field? What is sent is always kept: these say who may send, and who may decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.survey.models import Segment, TeamMember
from qingyuan.stages.survey.models_field import FieldRecord, RecordState

MOST_PHOTO_BYTES = 30 * 1024 * 1024


def _place(path: str) -> Place:
    return Place(unit_path=path, managing_path=path)


@guard
def send(*, by: Actor) -> Iterator[Refusal | None]:
    """Anything at all from a phone."""
    yield access.refusal(by, Permission.SURVEY_RECORD)


@guard
def send_photo(*, by: Actor, size: int) -> Iterator[Refusal | None]:
    """A photo of so many bytes."""
    yield access.refusal(by, Permission.SURVEY_RECORD)
    if not 0 < size <= MOST_PHOTO_BYTES:
        yield Refusal("field.photo_size", _("照片应在 %(most)s MB 以内。"), {"most": MOST_PHOTO_BYTES // 1024 // 1024})


@guard
def accept_record(record: FieldRecord, *, by: Actor) -> Iterator[Refusal | None]:
    """仍然入库: take a record into the register although something was found against it."""
    yield access.refusal(by, Permission.SURVEY_LEAD, _place(record.unit_path))
    if record.state != RecordState.NEEDS_YOU:
        yield Refusal("field.nothing_to_decide", _("这条记录没有待处理的问题。"))


@guard
def amend_record(record: FieldRecord, *, by: Actor) -> Iterator[Refusal | None]:
    """更正现场记录: the office says what the phone did not know."""
    yield access.refusal(by, Permission.SURVEY_LEAD, _place(record.unit_path))


@guard
def decide_conflict(record: FieldRecord, *, by: Actor) -> Iterator[Refusal | None]:
    """Say which of two phones is right."""
    yield access.refusal(by, Permission.SURVEY_LEAD, _place(record.unit_path))
    if not record.conflicts:
        yield Refusal("field.no_conflict", _("这条记录各设备说法一致。"))


@guard
def take_rescue(*, by: Actor) -> Iterator[Refusal | None]:
    """救援文件: what left a phone as a file comes in through the office."""
    yield access.refusal(by, Permission.SURVEY_LEAD)


def outside_area(segment: Segment, *, author: str, by: Actor, on: date) -> Refusal | None:
    """The record lies on a segment that was not given to its author's team. A segment without a team is open to all who
    may record there; who leads the survey there may record anywhere in it."""
    place = _place(segment.unit_path)
    if access.refusal(by, Permission.SURVEY_RECORD, place) is None:
        if segment.team_id is None:
            return None
        if author == by.id and access.refusal(by, Permission.SURVEY_LEAD, place) is None:
            return None
    members = TeamMember.objects.filter(team=segment.team_id, officer_id=author, from_day__lte=on)
    if segment.team_id and members.filter(Q(to_day=None) | Q(to_day__gte=on)).exists():
        return None
    text = _("第%(number)s岸段没有分给填写人所在的队伍。")
    return Refusal("record.outside_area", text, {"number": segment.number})
