"""消息: what one was told, and reading it. Everybody's own affair alone."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Given, Id, Page, Ref, Told
from qingyuan.api.writes import write
from qingyuan.stages.notice import actions, queries
from qingyuan.stages.notice.kinds import LABELS, SENTENCES, Kind
from qingyuan.stages.notice.models import Notice

router = Router(tags=["消息"])


class NoticeRow(Told):
    """A notice. `about` and `about_id`: the record it speaks of; `body`: for whom one is told."""

    id: int
    kind: str
    label: str
    text: str
    body: Ref | None
    about: str
    about_id: str
    made_at: datetime
    read_at: datetime | None
    is_demo: bool


class UpTo(Given):
    """The newest notice one has seen."""

    up_to: Id


class NoticesRead(Told):
    """How many are read now that were not."""

    read: int


@router.get("/notices", response=Page[NoticeRow], summary="消息")
def listed(request: HttpRequest, unread: bool = False, after: Id | None = None) -> Page[NoticeRow]:
    """发给本人（本程序）的消息，新的在前；unread 为只看未读。"""
    page = queries.page(asking.actor(request), only_unread=unread, after=str(after or ""))
    return Page[NoticeRow](items=[_row(one) for one in page.rows], next=next_address(request, page.after))


@router.post("/notices/read", response=NoticesRead, summary="全部标为已读")
@write()
def read_all(request: HttpRequest, given: UpTo) -> NoticesRead:
    """到 up_to 为止的都标为已读；此后收到的不变。"""
    return NoticesRead(read=actions.mark_all_read(up_to=given.up_to, by=asking.actor(request), at=timezone.now()))


@router.post("/notices/{pk}/read", response=NoticeRow, summary="标为已读")
@write()
def read(request: HttpRequest, pk: Id) -> NoticeRow:
    """标为已读；再读不变。"""
    return _row(actions.mark_read(pk, by=asking.actor(request), at=timezone.now()))


def _row(one: Notice) -> NoticeRow:
    kind = Kind(one.kind)
    return NoticeRow(
        id=one.pk,
        kind=one.kind,
        label=_(LABELS[kind]),
        text=_(SENTENCES[kind]) % {"from": "", "title": "", **one.params},
        body=Ref(id=one.body.pk, name=one.body.name) if one.body else None,
        about=one.about_kind,
        about_id=one.about_id,
        made_at=one.made_at,
        read_at=one.read_at,
        is_demo=one.is_demo,
    )
