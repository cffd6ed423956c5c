"""责任主体: who answers for outlets, and how the duties stand at each."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Mark, Page, Ref, Told, Word
from qingyuan.boards.parties import queries
from qingyuan.core.access import Permission

router = Router(tags=["溯源"])


class AnsweringParty(Told):
    """A party and how many outlets it answers for."""

    body: Ref
    kind: str
    outlets: int


class PartyDutyRow(Told):
    """One duty at one outlet: done, undone, not_yet or ended."""

    name: str
    state: str
    overdue: bool
    source: str
    since: date | None


class AnsweredRow(Told):
    """An outlet the party answers for. `due`: the day by which the duties should be done, null when none is set."""

    outlet: Ref
    stage: str
    basis: str
    since: date | None
    due: date | None
    duties: list[PartyDutyRow]


@router.get("/parties", response=Page[AnsweringParty], summary="责任主体列表")
def listed(request: HttpRequest, unit: Word = "", q: Word = "", after: Mark = "") -> Page[AnsweringParty]:
    """已明确由谁负责的，按名称。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    found = queries.parties(who, path=path, text=q, after=after, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    last = f"{shown[-1].body.name}~{shown[-1].body.pk}" if len(found) > queries.PAGE else None
    rows = [
        AnsweringParty(body=Ref(id=one.body.pk, name=one.body.name), kind=one.body.kind, outlets=one.outlets)
        for one in shown
    ]
    return Page[AnsweringParty](items=rows, next=next_address(request, last))


@router.get("/parties/{pk}", response=Page[AnsweredRow], summary="一个责任主体负责的排污口和职责")
def shown(request: HttpRequest, pk: Id, after: Id | None = None) -> Page[AnsweredRow]:
    """每个排污口的职责及是否落实；企业账号只见本单位。"""
    who, on = asking.require(request, Permission.OUTLET_VIEW), asking.today()
    body = queries.party(who, pk)
    found = queries.answers_for(who, body, on=on, after=after or 0, limit=queries.PAGE + 1)
    rows = found[: queries.PAGE]
    last = rows[-1].outlet.pk if len(found) > queries.PAGE else None
    return Page[AnsweredRow](items=[_row(one) for one in rows], next=next_address(request, last))


def _row(one: queries.Answered) -> AnsweredRow:
    duties = [
        PartyDutyRow(name=duty.name, state=duty.state.value, overdue=duty.overdue, source=duty.source, since=duty.since)
        for duty in one.duties
    ]
    outlet = Ref(id=one.outlet.pk, name=one.outlet.name)
    return AnsweredRow(
        outlet=outlet, stage=one.outlet.stage, basis=one.basis, since=one.since, due=one.due, duties=duties
    )
