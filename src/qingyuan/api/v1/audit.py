"""审计: who did what, and who read what."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from qingyuan.access.models import Officer
from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Id, Page, Told, Word
from qingyuan.api.v1.ledger_shapes import EntryLine, entry_of
from qingyuan.boards.audit import queries
from qingyuan.boards.audit.queries import Act, Asked, Read
from qingyuan.core.access import Permission

router = Router(tags=["审计"])


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
def acts(
    request: HttpRequest,
    who: Word = "",
    what: Word = "",
    unit: Word = "",
    first: Day | None = None,
    last: Day | None = None,
    after: Id | None = None,
) -> Page[AuditAct]:
    """谁办了什么，新的在前。who 是账号，what 是事项代码，first、last 是起止日期。一页可能不满，以 next 为准。"""
    by = asking.require(request, Permission.AUDIT_READ)
    page = queries.acts(by, _asked(request, who, what, unit, first, last), after=after or 0)
    return Page[AuditAct](items=[_act(one) for one in page.rows], next=next_address(request, page.after or None))


@router.get("/audit/reads", response=Page[AuditRead], summary="访问审计")
def reads(
    request: HttpRequest,
    who: Word = "",
    what: Word = "",
    unit: Word = "",
    first: Day | None = None,
    last: Day | None = None,
    after: Id | None = None,
) -> Page[AuditRead]:
    """谁读了什么，新的在前；最近的要等下一次收录。"""
    by = asking.require(request, Permission.AUDIT_READ)
    page = queries.reads(by, _asked(request, who, what, unit, first, last), after=after or 0)
    return Page[AuditRead](items=[_read(one) for one in page.rows], next=next_address(request, page.after or None))


def _asked(request: HttpRequest, who: str, what: str, unit: str, first: Day | None, last: Day | None) -> Asked:
    pk = Officer.objects.filter(username=who).values_list("pk", flat=True).first() if who else None
    path = asking.unit(request, unit).path if unit else ""
    return Asked(f"officer:{pk}" if pk else who, what, path, first, last)


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
