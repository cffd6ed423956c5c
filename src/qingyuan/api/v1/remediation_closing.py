"""销号: levels, checks, acceptance, filing, outcome, the sealed pack, looks back, relapses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Reason, Ref, Sha256, Text64, Text500, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound
from qingyuan.flows import remediation_notices
from qingyuan.registry import queries as registry
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries, queries_closure, rules_closure
from qingyuan.stages.remediation import guards_closure as guards
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Filing, Relapse
from qingyuan.stages.remediation.words_closure import FilingState, Source

router = Router(tags=["销号"])
SIZE = 50
ACCEPT, FILE, REOPEN = Permission.REMEDIATION_ACCEPT, Permission.REMEDIATION_FILE_UPWARD, Permission.REMEDIATION_REOPEN
Outcome = Literal["retained", "merged", "closed"]


class ClosingLevel(Told):
    """One level of 销号 of the outlet's scheme."""

    number: int
    title: str
    clause: str
    reached: bool


class FilingRow(Told):
    """销号备案. `state`: pending 待备案, filed 已备案, returned 退回."""

    id: int
    round: int
    outlet: Ref
    level: str
    state: str
    to_path: str
    proof_sha256: str
    filed_on: date
    decided_on: date | None
    reason: str


class RelapseRow(Told):
    """反弹线索. `state`: reported, confirmed, dismissed; `new_round`: the stay it began."""

    id: int
    outlet: Ref
    source: str
    text: str
    state: str
    happened_on: date
    new_round: int | None


class ClosingFile(Told):
    """Where the closure of a round stands. `pack_sha256`: the pack sealed last."""

    round: int
    outlet: Ref
    stage: str
    outcome: str
    ended_on: date | None
    levels: list[ClosingLevel]
    filings: list[FilingRow]
    pack_sha256: str
    times_reopened: int
    against_acceptance: Reason | None


class SiteChecked(OnDay):
    """现场核查."""

    passed: bool
    note: Text500
    photo_sha256: Sha256 | None = None


class Accepted(OnDay):
    """验收."""

    sha256: Sha256
    note: Text500 = ""


class Returned(OnDay):
    """退回."""

    reason: Text500


class FiledUpward(OnDay):
    """报上级备案."""

    sha256: Sha256
    note: Text500 = ""


class Decided(OnDay):
    """去向. `into`: the outlet merged into; `sha256`: the record of merging or closing; `order_sha256`: the order."""

    outcome: Outcome
    into: Text64 = ""
    sha256: Sha256 | None = None
    order_sha256: Sha256 | None = None


class RelapseReported(OnDay):
    """反弹线索."""

    source: Source
    text: Text500
    sha256: Sha256


def _about(request: HttpRequest, pk: int, permission: Permission) -> tuple[Round, dict[str, Any], datetime]:
    """The round, who acts and when. Scope is asked before the permission."""
    by, at = asking.actor(request), timezone.now()
    found = queries.round_by_id(by, pk)
    asking.require(request, permission)
    return found, {"by": by, "at": at}, at


@router.get("/rounds/{pk}/closing", response=ClosingFile, summary="一轮整治的销号情况")
def shown(request: HttpRequest, pk: Id) -> ClosingFile:
    """各层级、备案、去向、封存包，以及现在不能验收的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(asking.actor(request), queries.round_by_id(asking.actor(request), pk))


@router.post("/rounds/{pk}/site-check", response=ClosingFile, summary="登记现场核查")
@write()
def check_site(request: HttpRequest, pk: Id, given: SiteChecked) -> ClosingFile:
    """实施整治的人员不核查。"""
    found, acting, _at = _about(request, pk, ACCEPT)
    photo = given.photo_sha256 or ""
    actions.check_site(found, passed=given.passed, note=given.note, photo_sha256=photo, on=given.on, **acting)
    return _after(acting, found)


@router.post("/rounds/{pk}/accept", response=ClosingFile, summary="验收销号")
@write()
def accept(request: HttpRequest, pk: Id, given: Accepted) -> ClosingFile:
    """证明材料齐全、现场核查合格之后；须附验收记录。"""
    found, acting, _at = _about(request, pk, ACCEPT)
    actions.accept(found, paper_sha256=given.sha256, note=given.note, on=given.on, **acting)
    return _after(acting, found)


@router.post("/rounds/{pk}/return-works", response=ClosingFile, summary="退回整改")
@write()
def return_works(request: HttpRequest, pk: Id, given: Returned) -> ClosingFile:
    """确定去向之前都可以退回。"""
    found, acting, _at = _about(request, pk, ACCEPT)
    actions.return_works(found, reason=given.reason, on=given.on, **acting)
    return _after(acting, found)


@router.post("/rounds/{pk}/file-upward", response=FilingRow, summary="报上级备案")
@write(status=201)
def file_upward(request: HttpRequest, pk: Id, given: FiledUpward) -> FilingRow:
    """证明材料报上一级生态环境部门；备案之前不计入完成整治。"""
    found, acting, _at = _about(request, pk, FILE)
    made = actions.file_upward(found, proof_sha256=given.sha256, note=given.note, on=given.on, **acting)
    return _filed(made, acting)


@router.post("/rounds/{pk}/outcome", response=ClosingFile, summary="确定保留、合并或取缔")
@write()
def decide(request: HttpRequest, pk: Id, given: Decided) -> ClosingFile:
    """最后一级完成之后；与审定的方案一致。"""
    found, acting, _at = _about(request, pk, ACCEPT)
    paper = given.sha256 or ""
    match given.outcome:
        case "retained":
            actions.decide_retain(found, on=given.on, **acting)
        case "merged":
            target = registry.outlet(acting["by"], given.into) if given.into else None
            actions.decide_merge(found, target=target, paper_sha256=paper, on=given.on, **acting)
        case _:
            order = given.order_sha256 or ""
            actions.decide_close(found, order_sha256=order, record_sha256=paper, on=given.on, **acting)
    return _after(acting, found)


@router.post("/rounds/{pk}/seal", response=ClosingFile, summary="封存销号包")
@write()
def seal(request: HttpRequest, pk: Id) -> ClosingFile:
    """没有新的记录时还是原来的包。"""
    found, acting, _at = _about(request, pk, Permission.OUTLET_EXPORT)
    actions.seal_round(found, on=asking.today(), **acting)
    return _told(acting["by"], found)


@router.get("/rounds/{pk}/pack", summary="下载销号封存包", openapi_extra=binary())
def pack(request: HttpRequest, pk: Id) -> FileResponse:
    """最近封存的包，不用本系统也能核验。"""
    found, _acting, _at = _about(request, pk, Permission.OUTLET_EXPORT)
    held = queries_closure.packs_of(found)
    if not held:
        raise NotFound("file", str(pk))
    return download(held[0].sha256)


@router.get("/filings", response=Page[FilingRow], summary="销号备案列表")
def filings(
    request: HttpRequest, unit: Word = "", state: FilingState | None = None, after: Id | None = None
) -> Page[FilingRow]:
    """可见的备案，新的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    wanted = state.value if state else ""
    found = queries_closure.filings(who, state=wanted, path=path, after=after or 0, limit=SIZE + 1)
    last = found[SIZE - 1].pk if len(found) > SIZE else None
    return Page[FilingRow](items=[filing_of(one) for one in found[:SIZE]], next=next_address(request, last))


@router.post("/filings/{pk}/take", response=FilingRow, summary="予以备案")
@write()
def take(request: HttpRequest, pk: Id, given: OnDay) -> FilingRow:
    """由上一级生态环境部门办理。"""
    acting = _acting(request)
    return _filed(actions.take_filing(_filing(request, pk), on=given.on, **acting), acting)


@router.post("/filings/{pk}/return", response=FilingRow, summary="退回备案")
@write()
def send_back(request: HttpRequest, pk: Id, given: Returned) -> FilingRow:
    """须写明理由；补充材料后可重新报备。"""
    filing, acting = _filing(request, pk), _acting(request)
    return _filed(actions.return_filing(filing, reason=given.reason, on=given.on, **acting), acting)


@router.post("/outlets/{key}/relapses", response=RelapseRow, summary="登记反弹线索")
@write(status=201)
def report(request: HttpRequest, key: Word, given: RelapseReported) -> RelapseRow:
    """超标排放、举报、执法案件或巡查发现，须附材料；确认之后才重新列入问题清单。"""
    outlet = registry.outlet(asking.actor(request), key)
    asking.require(request, Permission.OUTLET_ENTER_FACT)
    made = actions.report_relapse(
        outlet,
        source=given.source,
        text=given.text,
        paper_sha256=given.sha256,
        on=given.on,
        **_acting(request),
    )
    return relapse_of(made)


@router.post("/relapses/{pk}/reopen", response=RelapseRow, summary="确认反弹，重新列入问题清单")
@write()
def reopen(request: HttpRequest, pk: Id, given: OnDay) -> RelapseRow:
    """整治取得的进展不再计入。"""
    found, acting = _relapse(request, pk), _acting(request)
    remediation_notices.tell(actions.reopen(found, on=given.on, **acting), on=asking.today(), **acting)
    return relapse_of(found)


@router.post("/relapses/{pk}/dismiss", response=RelapseRow, summary="排除反弹线索")
@write()
def dismiss(request: HttpRequest, pk: Id, given: Returned) -> RelapseRow:
    """须写明理由。"""
    found = _relapse(request, pk)
    return relapse_of(actions.dismiss_relapse(found, reason=given.reason, on=given.on, **_acting(request)))


def _acting(request: HttpRequest) -> dict[str, Any]:
    return {"by": asking.actor(request), "at": timezone.now()}


def _after(acting: Mapping[str, Any], found: Round) -> ClosingFile:
    """Where it stands after an act; whom it concerns is told."""
    remediation_notices.tell(found, on=asking.today(), **acting)
    return _told(acting["by"], found)


def _filed(filing: Filing, acting: Mapping[str, Any]) -> FilingRow:
    remediation_notices.tell(filing.round, on=asking.today(), **acting)
    return filing_of(filing)


def _filing(request: HttpRequest, pk: int) -> Filing:
    found = queries_closure.filing(asking.actor(request), pk)
    asking.require(request, FILE)
    return found


def _relapse(request: HttpRequest, pk: int) -> Relapse:
    found = queries_closure.relapse(asking.actor(request), pk)
    asking.require(request, REOPEN)
    return found


def filing_of(one: Filing) -> FilingRow:
    """A filing as it is told."""
    outlet = one.round.outlet
    return FilingRow(
        id=one.pk,
        round=one.round_id,
        outlet=Ref(id=outlet.pk, name=outlet.name),
        level=one.title,
        state=one.state,
        to_path=one.to_path,
        proof_sha256=one.proof_sha256,
        filed_on=one.filed_on,
        decided_on=one.decided_on,
        reason=one.reason,
    )


def relapse_of(one: Relapse) -> RelapseRow:
    """A relapse as it is told."""
    return RelapseRow(
        id=one.pk,
        outlet=Ref(id=one.outlet_id, name=one.outlet.name),
        source=one.source,
        text=one.text,
        state=one.state,
        happened_on=one.happened_on,
        new_round=one.new_round_id,
    )


def _told(who: Actor, found: Round) -> ClosingFile:
    outlet, at = found.outlet, timezone.now()
    on = timezone.localdate(at)
    done = rules_closure.reached(outlet)
    held = queries_closure.packs_of(found)
    against = guards.accept(found, paper_sha256="0" * 64, by=who, on=on, at=at)
    return ClosingFile(
        round=found.pk,
        outlet=Ref(id=outlet.pk, name=outlet.name),
        stage=outlet.stage,
        outcome=found.outcome,
        ended_on=found.ended_on,
        levels=[
            ClosingLevel(number=one.number, title=one.title, clause=one.clause, reached=one.number <= done)
            for one in rules_closure.levels(policy_of(outlet.unit_path, on=on))
        ],
        filings=[filing_of(one) for one in queries_closure.filings_of(found)],
        pack_sha256=held[0].sha256 if held else "",
        times_reopened=queries_closure.repeats(outlet),
        against_acceptance=reason_of(against),
    )
