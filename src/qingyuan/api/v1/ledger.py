"""变更留痕: what happened to an outlet or an organisation, and whether its chain holds."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.shapes import Id, Told
from qingyuan.api.v1.ledger_shapes import EntryLine, entry_of
from qingyuan.core import access
from qingyuan.core.access import Permission, Place
from qingyuan.core.refusal import NotFound, require
from qingyuan.ledger import queries
from qingyuan.registry.queries import bodies_visible_to
from qingyuan.registry.queries import outlet as outlet_of

router = Router(tags=["变更留痕"])
Kind = Literal["outlet", "body"]


class BreakRow(Told):
    """A place where a chain does not hold."""

    kind: str
    subject_id: str
    number: int
    reason: str


class Verified(Told):
    """What a verification saw."""

    entries: int
    chains: int
    whole: bool
    breaks: list[BreakRow]


@router.get("/ledger/{kind}/{pk}", response=list[EntryLine], summary="变更留痕")
def timeline(request: HttpRequest, kind: Kind, pk: Id) -> list[EntryLine]:
    """一个排污口或单位的全部留痕，最新的在前。"""
    asking.require(request, Permission.OUTLET_VIEW)
    _in_scope(request, kind, pk)
    return [entry_of(line) for line in queries.timeline(kind, str(pk))]


@router.get("/ledger/{kind}/{pk}/verify", response=Verified, summary="核验变更留痕")
def verify(request: HttpRequest, kind: Kind, pk: Id) -> Verified:
    """重算一条链的哈希，列出每一处断裂。"""
    asking.require(request, Permission.LEDGER_VERIFY)
    _in_scope(request, kind, pk)
    return _told(queries.verify(kind, str(pk)))


@router.get("/ledger/verify", response=Verified, summary="核验全部变更留痕")
def verify_all(request: HttpRequest) -> Verified:
    """重算全部链。须有全国（全站）范围的核验权限。"""
    who = asking.require(request, Permission.LEDGER_VERIFY)
    require(access.refusal(who, Permission.LEDGER_VERIFY, Place()))
    return _told(queries.verify())


def _told(report: queries.Report) -> Verified:
    breaks = [BreakRow.model_validate(one, from_attributes=True) for one in report.breaks]
    return Verified(entries=report.entries, chains=report.chains, whole=report.whole, breaks=breaks)


def _in_scope(request: HttpRequest, kind: Kind, pk: int) -> None:
    who = asking.actor(request)
    if kind == "outlet":
        outlet_of(who, pk)
    elif not bodies_visible_to(who).filter(pk=pk).exists():
        raise NotFound("body", str(pk))
