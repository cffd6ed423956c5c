"""审计: who did what, and who read what."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from qingyuan.access.models import Officer
from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Page, Told, Word
from qingyuan.api.v1.ledger_shapes import EntryLine, entry_of
from qingyuan.boards.audit import queries
from qingyuan.boards.audit.queries import Act, Asked, Read
from qingyuan.core.access import Permission

router = Router(tags=["审计"])


class AuditWanted(Given):
    """Which entries of either list."""

    who: Word = Field("", description="账号")
    what: Word = Field("", description="事项代码")
    unit: Word = Field("", description="行政区划代码；空为本人范围")
    first: Day | None = Field(None, description="起始日期")
    last: Day | None = Field(None, description="截止日期")
    after: Id | None = Field(None, description="翻页标记")


class AuditAct(Told):
    """An entry of the ledger with what it was about."""

    id: int
    kind: str
    subject_id: str
    subject: str
    entry: EntryLine


class AuditRead(Told):
    """One reading."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    program: str
    kind: str
    unit: str
    subject: str
    asked: str
    rows: int | None
    origin: str
    status: int


@router.get("/audit/acts", response=Page[AuditAct], summary="操作审计")
def acts(request: HttpRequest, wanted: Query[AuditWanted]) -> Page[AuditAct]:
    """谁办了什么，新的在前。一页可能不满，以 next 为准。"""
    by = asking.require(request, Permission.AUDIT_READ)
    page = queries.acts(by, _asked(request, wanted), after=wanted.after or 0)
    return Page[AuditAct](items=[_act(one) for one in page.rows], next=next_address(request, page.after or None))


@router.get("/audit/reads", response=Page[AuditRead], summary="访问审计")
def reads(request: HttpRequest, wanted: Query[AuditWanted]) -> Page[AuditRead]:
    """谁读了什么，新的在前；最近的要等下一次收录。"""
    by = asking.require(request, Permission.AUDIT_READ)
    page = queries.reads(by, _asked(request, wanted), after=wanted.after or 0)
    return Page[AuditRead](items=[_read(one) for one in page.rows], next=next_address(request, page.after or None))


def _asked(request: HttpRequest, wanted: AuditWanted) -> Asked:
    who = wanted.who
    pk = Officer.objects.filter(username=who).values_list("pk", flat=True).first() if who else None
    path = asking.unit(request, wanted.unit).path if wanted.unit else ""
    return Asked(f"officer:{pk}" if pk else who, wanted.what, path, wanted.first, wanted.last)


def _act(one: Act) -> AuditAct:
    return AuditAct(id=one.id, kind=one.kind, subject_id=one.subject_id, subject=one.subject, entry=entry_of(one.line))


def _read(one: Read) -> AuditRead:
    row = one.row
    plain = {
        name: getattr(row, name) for name in ("at", "program", "kind", "rows", "origin", "status", "asked", "subject")
    }
    return AuditRead(
        id=row.pk,
        actor=row.actor_id,
        actor_name=one.who,
        unit=one.unit,
        **plain,
    )
