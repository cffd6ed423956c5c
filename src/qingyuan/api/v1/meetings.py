"""会议: sittings of a mechanism with their decisions; those with an owner or a day become work items."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Word
from qingyuan.api.v1 import dispatch_shapes as shapes
from qingyuan.api.v1.act_reading import unit_of
from qingyuan.api.v1.dispatch import bodies, outlets
from qingyuan.api.v1.dispatch_shapes import MeetingFile, MeetingRow
from qingyuan.api.v1.downloads import download
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.flows import item_notices
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.models import Meeting

router = Router(tags=["会议"])
SIZE = 50


@router.get("/meetings", response=Page[MeetingRow], summary="会议列表")
def listed(request: HttpRequest, unit: Word = "", mechanism: Word = "", after: Id | None = None) -> Page[MeetingRow]:
    """范围内的会议，后登记的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    found = queries.meetings(who, path=path, mechanism=mechanism, after=after or 0, limit=SIZE + 1)
    last = found[SIZE - 1].pk if len(found) > SIZE else None
    return Page[MeetingRow](items=[shapes.meeting_of(one) for one in found[:SIZE]], next=next_address(request, last))


@router.post("/meetings", response=MeetingFile, summary="登记会议")
@write(status=201)
def record(request: HttpRequest, given: shapes.NewMeeting) -> MeetingFile:
    """逐项写明会议决定；有责任单位、期限、排污口或条款的，同时成为交办事项。"""
    by, at = asking.require(request, Permission.DISPATCH_ISSUE), timezone.now()
    made = actions.record_meeting(
        mechanism=given.mechanism,
        title=given.title,
        unit=unit_of(request, given.unit),
        decisions=[
            actions.NewDecision(
                text=one.text,
                owners=bodies(one.owners),
                supporting=bodies(one.supporting),
                due=one.due,
                outlets=outlets(by, one.outlets),
                clause=one.clause,
            )
            for one in given.decisions
        ],
        minutes_sha256=given.minutes or "",
        on=given.on,
        by=by,
        at=at,
    )
    items = [one.item for one in made.decisions.select_related("item") if one.item]
    item_notices.tell(items, by=by, on=asking.today(), at=at)
    asking.located(request, f"/api/v1/meetings/{made.pk}")
    return _told(made)


@router.get("/meetings/{pk}", response=MeetingFile, summary="一次会议")
def shown(request: HttpRequest, pk: Id) -> MeetingFile:
    """会议决定，及由此产生的交办事项。"""
    return _told(queries.meeting(asking.actor(request), pk))


@router.get("/meetings/{pk}/minutes", summary="下载会议纪要", openapi_extra=binary())
def minutes(request: HttpRequest, pk: Id) -> FileResponse:
    """会议纪要，总是作为附件。"""
    found = queries.meeting(asking.actor(request), pk)
    if not found.minutes_sha256:
        raise NotFound("minutes", str(pk))
    return download(found.minutes_sha256)


def _told(found: Meeting) -> MeetingFile:
    decisions = [
        shapes.DecisionRow(number=one.number, text=one.text, item=one.item_id)
        for one in found.decisions.order_by("number")
    ]
    return MeetingFile(**shapes.meeting_fields(found), decisions=decisions)  # type: ignore[arg-type]
