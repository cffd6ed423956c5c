"""自定义规则和试算: handing in a pack or a setting, deciding about it, and what other rules would change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.problems import Problem
from qingyuan.api.shapes import Day, Given, Id, Page, Ref, Text500, Told, Word, text
from qingyuan.api.writes import write
from qingyuan.boards.what_if import against, queries, words
from qingyuan.boards.what_if.against import Against
from qingyuan.boards.what_if.judging import State
from qingyuan.core.access import Permission
from qingyuan.core.policy import PackError
from qingyuan.core.policy.parameters import Status
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.rulebook import proposals, proposing
from qingyuan.rulebook.models import PackProposal
from qingyuan.rulebook.texts import MAX_BYTES

router = Router(tags=["自定义规则"])
LIMIT = 50
Answer = TypeVar("Answer")
Because = Text500
States = Literal["absent", "no", "unknown", "yes"]


class FaultRow(Told):
    """One thing wrong with a text."""

    file: str
    key: str
    reason: str
    code: str


class ProposalRow(Told):
    """A pack text that was handed in. `state`: faulty, waiting, approved, rejected or withdrawn."""

    id: int
    state: str
    unit: str
    pack: str
    title: str
    setting: str
    sha256: str
    wanted_from: date | None
    in_force_from: date | None
    retroactive: bool
    reason: str
    proposer: str
    proposed_at: datetime
    decider: str
    decided_at: datetime | None
    decision: str
    faults: list[FaultRow]


class Files(Given):
    """A pack as its yaml files: name → text."""

    unit: Word
    files: dict[Word, text(MAX_BYTES)] = Field(min_length=1, max_length=64)  # type: ignore[valid-type]
    wanted_from: Day | None = None
    reason: text(500, least=1)  # type: ignore[valid-type]


class SettingGiven(Given):
    """Another value of one parameter, as the page takes it: a number, 是 or 否, lines for a list, YAML for a table."""

    unit: Word
    name: text(120, least=1)  # type: ignore[valid-type]
    value: text(20_000, least=1)  # type: ignore[valid-type]
    clause: text(120, least=1)  # type: ignore[valid-type]
    status: Status = Status.READ
    from_day: Day
    reason: text(500, least=1)  # type: ignore[valid-type]


class Approval(Given):
    """The day of effect; a day that lies back needs a reason."""

    from_day: Day
    reason: Because = ""


class Opinion(Given):
    """A reason."""

    reason: Because = ""


class MoveRow(Told):
    """So many outlets go from one answer of a rule to another."""

    rule: str
    title: str
    clause: str
    now: States
    then: States
    outlets: int


class WhatIf(Told):
    """What would change. `decided`: outlets on which at least one rule decides otherwise than it does now."""

    unit: str
    on: date
    outlets: int
    changed: int
    decided: int
    sentences: list[str]
    moves: list[MoveRow]
    parameters: int


class ChangedRow(Told):
    """An outlet of which a rule would say something else."""

    outlet: Ref
    now: States
    then: States


@router.get("/pack-proposals", response=Page[ProposalRow], summary="提交的政策包")
def listed(request: HttpRequest, unit: Word = "", state: Word = "", after: Id | None = None) -> Page[ProposalRow]:
    """管辖范围内提交的政策包，新的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    found, more = proposals.proposals(who, path=path, state=state, after=after, limit=LIMIT)
    return Page[ProposalRow](items=[_row(one) for one in found], next=next_address(request, more))


@router.post("/pack-proposals", response={201: ProposalRow}, summary="提交政策包")
@write(status=201)
def handed_in(request: HttpRequest, given: Files) -> ProposalRow:
    """当即检查；有问题的保留为 faulty，逐条列出文件、键、原因，不施行。"""
    who = asking.require(request, Permission.RULEBOOK_PROPOSE)
    files = [(name, content.encode()) for name, content in given.files.items()]
    made = proposing.propose_files(
        files,
        unit=asking.unit(request, given.unit),
        wanted_from=given.wanted_from,
        reason=given.reason,
        by=who,
        at=timezone.now(),
    )
    return _row(made)


@router.get("/pack-proposals/{int:pk}", response=ProposalRow, summary="一次提交")
def one(request: HttpRequest, pk: Id) -> ProposalRow:
    """状态、问题、审定结果。"""
    return _row(proposals.proposal(asking.require(request, Permission.OUTLET_VIEW), pk))


@router.post("/pack-settings", response={201: ProposalRow}, summary="另提一项参数的取值")
@write(status=201)
def setting(request: HttpRequest, given: SettingGiven) -> ProposalRow:
    """只改一项；与提交政策包同样检查、审定。"""
    who = asking.require(request, Permission.RULEBOOK_PROPOSE)
    made = _checked(
        lambda: proposing.propose_setting(
            unit=asking.unit(request, given.unit),
            name=given.name,
            value=given.value,
            clause=given.clause,
            status=given.status,
            from_day=given.from_day,
            reason=given.reason,
            by=who,
            at=timezone.now(),
        ),
        "body.value",
    )
    return _row(made)


@router.post("/pack-proposals/{int:pk}/approve", response=ProposalRow, summary="审定施行")
@write()
def approve(request: HttpRequest, pk: Id, given: Approval) -> ProposalRow:
    """提交人以外的人审定，自某日施行。"""
    who = asking.require(request, Permission.RULEBOOK_APPROVE)
    found = proposals.proposal(who, pk)
    _checked(
        lambda: proposing.approve(found, from_day=given.from_day, reason=given.reason, by=who, at=timezone.now()),
        "body.from_day",
    )
    return _again(found)


@router.post("/pack-proposals/{int:pk}/reject", response=ProposalRow, summary="退回")
@write()
def reject(request: HttpRequest, pk: Id, given: Opinion) -> ProposalRow:
    """须写明理由。"""
    who = asking.require(request, Permission.RULEBOOK_APPROVE)
    found = proposals.proposal(who, pk)
    proposing.reject(found, reason=given.reason, by=who, at=timezone.now())
    return _again(found)


@router.post("/pack-proposals/{int:pk}/withdraw", response=ProposalRow, summary="撤回提交")
@write()
def withdraw(request: HttpRequest, pk: Id, given: Opinion) -> ProposalRow:
    """只有提交人可以撤回。"""
    who = asking.require(request, Permission.RULEBOOK_PROPOSE)
    found = proposals.proposal(who, pk)
    proposing.withdraw_proposal(found, reason=given.reason, by=who, at=timezone.now())
    return _again(found)


@router.get("/policies/{unit}/what-if", response=WhatIf, summary="试算")
def what_if(
    request: HttpRequest,
    unit: Word,
    by: Word = "",
    proposal: Id | None = None,
    day: Day | None = None,
    on: Day | None = None,
) -> WhatIf:
    """按别处的规则（by）、一个提案（proposal）或者某日施行的规则（day）判断全部排污口，三者填一。"""
    asking.require(request, Permission.OUTLET_VIEW)
    here, today = asking.unit(request, unit), on or asking.today()
    other = _other(request, here, today, by=by, proposal=proposal, day=day)
    result = queries.what_if(asking.actor(request), here, other, on=today)
    moves = [
        MoveRow(
            rule=line.id,
            title=line.rule.title,
            clause=line.rule.clause,
            now=_state(now),
            then=_state(then),
            outlets=number,
        )
        for line in result.moving
        for now, then, number in line.moves
    ]
    return WhatIf(
        unit=here.code,
        on=today,
        outlets=result.outlets,
        changed=result.outlets_changed,
        decided=result.outlets_decided,
        sentences=[said % filled for said, filled in words.sentences(result)],
        moves=moves,
        parameters=len(result.parameters),
    )


@router.get("/policies/{unit}/what-if/rows", response=Page[ChangedRow], summary="试算：会变的排污口")
def what_if_rows(
    request: HttpRequest,
    unit: Word,
    rule: Annotated[str, Field(max_length=120)],
    by: Word = "",
    proposal: Id | None = None,
    day: Day | None = None,
    on: Day | None = None,
    after: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0,
) -> Page[ChangedRow]:
    """一条规则下结论会变的排污口，按编号翻页。"""
    asking.require(request, Permission.OUTLET_VIEW)
    here, today = asking.unit(request, unit), on or asking.today()
    other = _other(request, here, today, by=by, proposal=proposal, day=day)
    found, more = queries.rows(asking.actor(request), here, other, on=today, rule=rule, after=after, limit=LIMIT)
    items = [
        ChangedRow(outlet=Ref(id=row.outlet.pk, name=row.outlet.name), now=_state(row.now), then=_state(row.then))
        for row in found
    ]
    return Page[ChangedRow](items=items, next=next_address(request, more))


def _other(request: HttpRequest, here: Unit, on: date, *, by: str, proposal: int | None, day: date | None) -> Against:
    if by:
        return against.by_unit(here, places.unit(by), on=on)
    if proposal is not None:
        found = proposals.proposal(asking.actor(request), proposal)
        return _checked(lambda: against.by_proposal(found, on=max(on, found.wanted_from or on)), "query.proposal")
    if day is not None:
        return against.by_day(day, on=on)
    raise Problem(422, "api.invalid", _("请写明与什么比较：by（另一区划）、proposal（自定义规则）或 day（日期）。"))


def _checked(asked: Callable[[], Answer], place: str) -> Answer:
    try:
        return asked()
    except PackError as slip:
        errors = [{"place": place, "text": f"{fault.file}：{fault.key}：{fault.reason}"} for fault in slip.faults]
        raise Problem(422, errors=errors) from None


def _state(state: State) -> States:
    return state.name.lower()  # type: ignore[return-value]


def _again(found: PackProposal) -> ProposalRow:
    found.refresh_from_db()
    return _row(found)


def _row(of: PackProposal) -> ProposalRow:
    return ProposalRow(
        id=of.pk,
        state=of.state,
        unit=of.unit_code,
        pack=of.pack,
        title=of.title,
        setting=of.setting,
        sha256=of.sha256,
        wanted_from=of.wanted_from,
        in_force_from=of.in_force_from,
        retroactive=of.retroactive,
        reason=of.reason,
        proposer=of.proposer,
        proposed_at=of.proposed_at,
        decider=of.decider,
        decided_at=of.decided_at,
        decision=of.decision,
        faults=[FaultRow(**fault) for fault in of.faults],
    )
