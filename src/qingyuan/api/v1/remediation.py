"""整治: the problem list, what waits before it, triage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field, StringConstraints

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import PLAIN, Id, Mark, Page, Reason, Ref, Sha256, Text500, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Paper
from qingyuan.flows import remediation_support
from qingyuan.registry import paging
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, guards, queries, rules
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.queries import Asked, Listed

router = Router(tags=["整治"])
SIZE = 50
ListName = Literal["listed", "awaiting", "leads", "watch"]
Said = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class FindingRow(Told):
    """What stands against an outlet. `rule` empty: an officer stated it. `state`: lead, confirmed, dismissed."""

    id: int
    kind: str
    kind_name: str
    rule: str
    clause: str
    text: str
    facts: dict[str, Any]
    state: str
    found_on: date
    decided_on: date | None
    reason: str
    basis_sha256: str


class RoundRow(Told):
    """One stay on the problem list."""

    id: int
    number: int
    cause: str
    listed_on: date
    ended_on: date | None
    outcome: str
    pack: str
    clause: str


class ProblemRow(Told):
    """One outlet of a list."""

    outlet: Ref
    unit: Ref
    stage: str
    type_key: str
    party: Ref | None
    round: RoundRow | None
    findings: list[FindingRow]
    is_demo: bool


class LeadBody(Told):
    """Whom the scheme gives the outlet's type, in its own word; `body` null: nobody registered it."""

    name: str
    body: int | None
    duty: str
    supervises: bool = Field(description="指导督导：不报告完工、不验收")
    clause: str


class ProblemFile(Told):
    """Everything about one outlet as a problem, and what stands against each act."""

    outlet: Ref
    stage: str
    findings: list[FindingRow]
    rounds: list[RoundRow]
    zone_finding_illegal: bool | None = Field(description="是否违法设置；null 为未认定")
    leads: list[LeadBody]
    against: dict[str, Reason | None]


class Find(OnDay):
    """登记问题线索."""

    kind: Word
    text: Said
    sha256: Sha256 | None = None


class Decide(OnDay):
    """认定 or 排除. `sha256`: the paper it rests on."""

    reason: Text500 = ""
    sha256: Sha256 | None = None


class TakeBack(OnDay):
    """撤回认定."""

    reason: Said


class ListIt(OnDay):
    """列入问题清单. `findings`: the leads that are confirmed with it; null: all that need no paper."""

    findings: list[int] | None = None
    reason: Text500 = ""
    sha256: Sha256 | None = Field(None, description="研判意见")


class NoProblem(OnDay):
    """认定没有问题."""

    reason: Said
    sha256: Sha256 | None = Field(None, description="研判意见")


@router.get("/problems", response=Page[ProblemRow], summary="问题排污口清单")
def listed(
    request: HttpRequest,
    unit: Word = "",
    which: ListName = "listed",
    kind: Word = "",
    stage: Word = "",
    q: Word = "",
    after: Mark = "",
) -> Page[ProblemRow]:
    """listed 问题清单，awaiting 待认定，leads 待核查线索，watch 借道排污监管；按行政区划排列。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    asked = Asked(path=asking.unit(request, unit).path if unit else "", kind=kind, stage=stage, text=q)
    found = {
        "listed": lambda: queries.problems(who, asked=asked, on=asking.today()),
        "awaiting": lambda: queries.awaiting(who, asked=asked),
        "leads": lambda: queries.with_leads(who, asked=asked),
        "watch": lambda: queries.watched(who, asked=asked),
    }[which]()
    shown = found.select_related("unit", "water", "party").defer("water__geometry")
    page = paging.page_of(shown, sort="place", after=after, size=SIZE)
    names = rules.kinds(policy_of(asked.path, on=asking.today()))
    rows = [_row(one, names) for one in queries.listed(page.rows)]
    return Page[ProblemRow](items=rows, next=next_address(request, page.after))


@router.get("/problems/{key}", response=ProblemFile, summary="一个排污口的问题")
def shown(request: HttpRequest, key: Word) -> ProblemFile:
    """问题和线索、历次整治、分类型牵头，以及各项办理不能办的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, asking.outlet(request, key))


@router.post("/problems/{key}/find", response=ProblemFile, summary="登记问题线索")
@write(status=201)
def find(request: HttpRequest, key: Word, given: Find) -> ProblemFile:
    """由有权部门核查之后才作数。"""
    by, at = asking.require(request, Permission.OUTLET_ENTER_FACT), timezone.now()
    outlet = asking.outlet(request, key)
    actions.find(outlet, kind=given.kind, text=given.text, sha256=given.sha256 or "", on=given.on, by=by, at=at)
    return _told(request, outlet)


@router.post("/problems/{key}/list", response=ProblemFile, summary="列入问题排污口清单")
@write(changes=True)
def list_as_problem(request: HttpRequest, key: Word, given: ListIt) -> ProblemFile:
    """所列线索一并认定；位于保护区域的线索须先附依据认定。"""
    by, at = asking.require(request, Permission.REMEDIATION_TRIAGE), timezone.now()
    outlet = asking.outlet_to_change(request, key)
    made = actions.list_as_problem(
        outlet,
        findings=_chosen(outlet, given),
        reason=given.reason,
        papers={Paper.TRIAGE_OPINION: given.sha256} if given.sha256 else {},
        on=given.on,
        by=by,
        at=at,
    )
    remediation_support.hand_out(made, by=by, on=asking.today(), at=at)
    return _told(request, outlet)


def _chosen(outlet: Outlet, given: ListIt) -> list[Finding]:
    standing = [one for one in queries.findings_of(outlet) if one.state != "dismissed"]
    if given.findings is not None:
        return [one for one in standing if one.pk in given.findings or one.state == "confirmed"]
    policy = policy_of(outlet.unit_path, on=given.on)
    return [one for one in standing if one.state == "confirmed" or not rules.settles(policy, one.rule)]


@router.post("/problems/{key}/no-problem", response=ProblemFile, summary="认定没有问题")
@write(changes=True)
def no_problem(request: HttpRequest, key: Word, given: NoProblem) -> ProblemFile:
    """尚未核查的线索以同一理由排除。"""
    by, at = asking.require(request, Permission.REMEDIATION_TRIAGE), timezone.now()
    outlet = asking.outlet_to_change(request, key)
    papers = {Paper.TRIAGE_OPINION: given.sha256} if given.sha256 else {}
    actions.find_no_problem(outlet, reason=given.reason, papers=papers, on=given.on, by=by, at=at)
    return _told(request, outlet)


@router.post("/problems/{key}/retain", response=ProblemFile, summary="无问题保留")
@write(changes=True)
def retain(request: HttpRequest, key: Word, given: OnDay) -> ProblemFile:
    """须有设置审批、备案或排污许可；没有的先补办。"""
    by, at = asking.require(request, Permission.REMEDIATION_TRIAGE), timezone.now()
    outlet = asking.outlet_to_change(request, key)
    actions.retain_without_problem(outlet, on=given.on, by=by, at=at)
    return _told(request, outlet)


@router.post("/findings/{pk}/confirm", response=ProblemFile, summary="认定问题")
@write()
def confirm(request: HttpRequest, pk: Id, given: Decide) -> ProblemFile:
    """位于保护区域的须附法律依据和认定材料。"""
    by, at = asking.actor(request), timezone.now()
    found = queries.finding(by, pk)
    asking.require(request, Permission.REMEDIATION_TRIAGE)
    actions.confirm(found, reason=given.reason, basis_sha256=given.sha256 or "", on=given.on, by=by, at=at)
    return _told(request, found.outlet)


@router.post("/findings/{pk}/dismiss", response=ProblemFile, summary="排除线索")
@write()
def dismiss(request: HttpRequest, pk: Id, given: Decide) -> ProblemFile:
    """须写明理由；所据情况不变则不再列出。"""
    by, at = asking.actor(request), timezone.now()
    found = queries.finding(by, pk)
    asking.require(request, Permission.REMEDIATION_TRIAGE)
    actions.dismiss(found, reason=given.reason, basis_sha256=given.sha256 or "", on=given.on, by=by, at=at)
    return _told(request, found.outlet)


@router.post("/findings/{pk}/take-back", response=ProblemFile, summary="撤回认定")
@write()
def take_back(request: HttpRequest, pk: Id, given: TakeBack) -> ProblemFile:
    """还没有据此列入清单的可以撤回，回到待核查。"""
    by, at = asking.actor(request), timezone.now()
    found = queries.finding(by, pk)
    asking.require(request, Permission.REMEDIATION_TRIAGE)
    actions.take_back(found, reason=given.reason, on=given.on, by=by, at=at)
    return _told(request, found.outlet)


def _told(request: HttpRequest, outlet: Outlet) -> ProblemFile:
    by, at, on = asking.actor(request), timezone.now(), asking.today()
    asking.seen(request, outlet.version)
    standing = queries.findings_of(outlet)
    policy = policy_of(outlet.unit_path, on=on)
    ready = [one for one in standing if one.state == "confirmed" or not rules.settles(policy, one.rule)]
    against = {
        "list": guards.list_as_problem(outlet, findings=ready or standing, by=by, on=on, at=at),
        "no-problem": guards.find_no_problem(outlet, standing=standing, reason="…", by=by, on=on, at=at),
        "retain": guards.retain_without_problem(outlet, by=by, on=on, at=at),
    }
    return ProblemFile(
        outlet=Ref(id=outlet.pk, name=outlet.name),
        stage=outlet.stage,
        findings=_findings(standing, rules.kinds(policy)),
        rounds=[_round(one) for one in queries.rounds_of(outlet)],
        zone_finding_illegal=queries.zone_finding(outlet, on=on),
        leads=[
            LeadBody(
                name=named.body.name if named.body else named.name,
                body=named.body.pk if named.body else None,
                duty=lead.duty,
                supervises=lead.supervises,
                clause=lead.clause,
            )
            for lead in queries.leads_by_type(outlet, on=on)
            for named in lead.bodies
        ],
        against={name: reason_of(reason) for name, reason in against.items()},
    )


def _row(one: Listed, names: Any) -> ProblemRow:
    outlet = one.outlet
    return ProblemRow(
        outlet=Ref(id=outlet.pk, name=outlet.name),
        unit=Ref(id=outlet.unit.code, name=outlet.unit.name),
        stage=outlet.stage,
        type_key=outlet.type_key,
        party=Ref(id=outlet.party.pk, name=outlet.party.name) if outlet.party else None,
        round=_round(one.round) if one.round else None,
        findings=_findings(one.findings, names),
        is_demo=outlet.is_demo,
    )


def _round(one: Round) -> RoundRow:
    columns = ("number", "cause", "listed_on", "ended_on", "outcome", "pack", "clause")
    return RoundRow(id=one.pk, **{name: getattr(one, name) for name in columns})


def _findings(found: Iterable[Finding], names: Any) -> list[FindingRow]:
    columns = (
        "kind",
        "rule",
        "clause",
        "text",
        "facts",
        "state",
        "found_on",
        "decided_on",
        "reason",
        "basis_sha256",
    )
    return [
        FindingRow(
            id=one.pk, kind_name=str(names.get(one.kind, one.kind)), **{key: getattr(one, key) for key in columns}
        )
        for one in found
    ]
