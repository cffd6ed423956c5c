"""溯源: cases, their steps, sources and chain, the conclusion, who is to answer; following the network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Ref, Word
from qingyuan.api.v1 import tracing_shapes as shapes
from qingyuan.api.v1.act_reading import body_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.ledger_shapes import entry_of
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.tracing_shapes import BodyPart, CaseFile, Followed, TracingCase
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.flows import tracing_support
from qingyuan.ledger import queries as ledger
from qingyuan.registry import offers
from qingyuan.registry import queries as registry
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import actions, guards, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Why

router = Router(tags=["溯源"])
SIZE = 50
TIMELINE = 200
State = Literal["", "open", "waiting", "definite", "inconclusive", "not_needed"]


@router.get("/cases", response=Page[TracingCase], summary="溯源案件列表")
def listed(
    request: HttpRequest,
    unit: Word = "",
    state: State = "",
    why: Why | None = None,
    q: Word = "",
    after: Id | None = None,
) -> Page[TracingCase]:
    """可见的案件，新的在前；waiting 为已有结论、尚未明确责任主体。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = queries.listed(
        who,
        path=asking.unit(request, unit).path if unit else "",
        state=state,
        why=why.value if why else "",
        text=q,
        after=after or 0,
        limit=SIZE + 1,
    )
    last = found[SIZE - 1].pk if len(found) > SIZE else None
    return Page[TracingCase](items=[shapes.row_of(one) for one in found[:SIZE]], next=next_address(request, last))


@router.post("/cases", response=CaseFile, summary="立案溯源")
@write(status=201)
def open_case(request: HttpRequest, given: shapes.OpenCase) -> CaseFile:
    """牵头和配合单位按本地方案；另定牵头单位须写明理由。"""
    by, at = asking.require(request, Permission.TRACING_OPEN), timezone.now()
    case = actions.open_case(
        registry.outlet(by, given.outlet),
        why=given.why,
        why_text=given.why_text,
        lead=body_of(given.lead),
        lead_reason=given.lead_reason,
        on=given.on,
        by=by,
        at=at,
    )
    tracing_support.hand_out(case, by=by, on=asking.today(), at=at)
    asking.located(request, f"/api/v1/cases/{case.pk}")
    return _told(request, queries.case(by, case.pk))


@router.get("/cases/{pk}", response=CaseFile, summary="一个溯源案件")
def shown(request: HttpRequest, pk: Id) -> CaseFile:
    """步骤、证据、来源、链条、结论、责任主体建议，以及可以办理的事项和不能办理的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, queries.case(asking.actor(request), pk))


@router.get("/cases/{pk}/evidence/{file}", summary="下载证据", openapi_extra=binary())
def evidence(request: HttpRequest, pk: Id, file: Id) -> FileResponse:
    """一个步骤的证据，总是作为附件。"""
    found = queries.evidence(queries.case(asking.actor(request), pk), file)
    return download(found.sha256)


@router.post("/cases/{pk}/step", response=CaseFile, summary="记录步骤")
@write(changes=True)
def step(request: HttpRequest, pk: Id, given: shapes.AddStep) -> CaseFile:
    """方法不限于方案所列，其他方法须写明。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    sent = given.model_dump(include={"method", "method_note", "place", "result", "confidence"})
    position = given.position.pair if given.position else None
    files = dict.fromkeys(given.evidence, "")
    actions.add_step(case, **sent, position=position, evidence=files, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/steps/{number}/strike", response=CaseFile, summary="划去步骤")
@write(changes=True)
def strike(request: HttpRequest, pk: Id, number: Id, given: shapes.Strike) -> CaseFile:
    """有误的步骤划去，原文仍可查。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    found = case.steps.filter(pk=number).first()
    if found is None:
        raise NotFound("step", str(number))
    found.case = case
    actions.strike_step(found, reason=given.reason, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/source", response=CaseFile, summary="登记来源")
@write(changes=True)
def source(request: HttpRequest, pk: Id, given: shapes.SetSource) -> CaseFile:
    """已知的占比之和不超过 1；不清楚的不写。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    share = None if given.share is None else Decimal(f"{given.share:.4f}")
    actions.set_source(case, body=_body(given.body), share=share, note=given.note, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/sources/{number}/end", response=CaseFile, summary="删去来源")
@write(changes=True)
def end_source(request: HttpRequest, pk: Id, number: Id, given: OnDay) -> CaseFile:
    """查明不是来源的删去，留痕仍可查。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    found = case.sources.filter(pk=number).select_related("body").first()
    if found is None:
        raise NotFound("source", str(number))
    found.case = case
    actions.end_source(found, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/extend", response=CaseFile, summary="向上游延伸")
@write(changes=True)
def extend(request: HttpRequest, pk: Id, given: shapes.Extend) -> CaseFile:
    """新的点，水流向 lower；末端的排污单位同时登记为来源。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    actions.extend(
        case,
        lower=queries.node(acting["by"], given.lower),
        kind=given.kind,
        name=given.name,
        body=body_of(given.body),
        position=given.position.pair if given.position else None,
        length_m=None if given.length_m is None else Decimal(f"{given.length_m:.1f}"),
        note=given.note,
        **acting,
    )
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/connect", response=CaseFile, summary="连接两点")
@write(changes=True)
def connect(request: HttpRequest, pk: Id, given: shapes.Connect) -> CaseFile:
    """成环的不予连接。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    upper, lower = (queries.node(acting["by"], one) for one in (given.upper, given.lower))
    actions.connect(case, upper=upper, lower=lower, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/disconnect", response=CaseFile, summary="断开两点")
@write(changes=True)
def disconnect(request: HttpRequest, pk: Id, given: shapes.Connect) -> CaseFile:
    """水并不从 upper 流向 lower。"""
    case, acting = _to_change(request, pk, Permission.TRACING_WORK, given)
    edge = case.edges.filter(upper=given.upper, lower=given.lower, ended_at=None).first()
    if edge is None:
        raise NotFound("edge", f"{given.upper}-{given.lower}")
    actions.disconnect(edge, case, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/lead", response=CaseFile, summary="另定牵头单位")
@write(changes=True)
def lead(request: HttpRequest, pk: Id, given: shapes.SetLead) -> CaseFile:
    """与本地规定不同的，须写明理由。"""
    case, acting = _to_change(request, pk, Permission.TRACING_OPEN, given)
    actions.set_lead(case, lead=_body(given.body), reason=given.reason, **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/conclude", response=CaseFile, summary="得出结论")
@write(changes=True)
def conclude(request: HttpRequest, pk: Id, given: shapes.Conclude) -> CaseFile:
    """确定须有排污单位；无法确定的由方案规定的单位兜底。"""
    case, acting = _to_change(request, pk, Permission.TRACING_CONCLUDE, given)
    actions.conclude(case, conclusion=given.conclusion, note=given.note, sha256=given.sha256 or "", **acting)
    return _told(request, queries.case(acting["by"], pk))


@router.post("/cases/{pk}/fix-party", response=CaseFile, summary="明确责任主体")
@write(changes=True)
def fix_party(request: HttpRequest, pk: Id, given: shapes.CaseParty) -> CaseFile:
    """不另附材料的，以溯源报告为依据。"""
    case, acting = _to_change(request, pk, Permission.OUTLET_FIX_PARTY, given)
    actions.fix_party(
        case, body=_body(given.body), basis=given.basis, sha256=given.sha256 or "", note=given.note, **acting
    )
    return _told(request, queries.case(acting["by"], pk))


@router.get("/nodes/{pk}/upstream", response=Followed, summary="上游")
def upstream(request: HttpRequest, pk: Id) -> Followed:
    """流到这一点的全部管网和排污单位。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _followed(queries.network(queries.node(asking.actor(request), pk)))


@router.get("/nodes/{pk}/downstream", response=Followed, summary="下游")
def downstream(request: HttpRequest, pk: Id) -> Followed:
    """从这一点流出所经过的管网和排污口。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _followed(queries.network(queries.node(asking.actor(request), pk), upstream=False))


def _body(pk: int) -> Body:
    found = body_of(pk)
    assert found is not None
    return found


def _to_change(request: HttpRequest, pk: int, permission: Permission, given: OnDay) -> tuple[Case, Any]:
    """The case to be acted upon, as the client read it, and who acts when; held until the act is done."""
    by: Actor = asking.actor(request)
    found = queries.case(by, pk)
    asking.require(request, permission)
    Case.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "conclusion"])
    asking.as_read(request, found.version, found.outlet.name)
    at: datetime = timezone.now()
    return found, {"on": given.on, "by": by, "at": at}


def _followed(network: queries.Network) -> Followed:
    depths = network.followed.depths
    return Followed(
        start=network.start.pk,
        nodes=[shapes.node_of(network.nodes[pk], depth) for pk, depth in depths.items() if pk in network.nodes],
        edges=[shapes.EdgeRow(upper=upper, lower=lower) for upper, lower in network.followed.edges],
        more=network.followed.more,
    )


def _told(request: HttpRequest, found: Case) -> CaseFile:
    who, on = asking.actor(request), asking.today()
    asking.seen(request, found.version)
    fallback = queries.fallback(found.outlet, on=on)
    return CaseFile(
        **shapes.fields_of(found),  # type: ignore[arg-type]
        why_text=found.why_text,
        note=found.note,
        report=found.paper_sha256,
        lead_reason=found.lead_reason,
        bodies=_bodies(found),
        steps=[shapes.step_of(one) for one in queries.steps_of(found)],
        sources=[shapes.source_of(one) for one in queries.sources_of(found)],
        chain=_followed(queries.network(found.outlet.node)),
        proposals=[
            shapes.PartyProposed(
                body=Ref(id=int(one.value), name=one.text),
                basis=str(one.reasons.get("basis", "")),
                clause=one.clause,
                proposed_at=one.proposed_at,
            )
            for one in queries.party_proposals(found.outlet)
        ],
        fallback=shapes.FallbackRow(
            name=fallback.named.name if fallback.named else "",
            body=shapes.ref(fallback.named.body) if fallback.named else None,
            words=list(fallback.words),
            may_designate=fallback.may_designate,
            clause=fallback.clause,
            status=fallback.status,
        ),
        against={name: reason_of(reason) for name, reason in _against(found, who).items()},
        timeline=[entry_of(line) for line in ledger.timeline("case", str(found.pk), limit=TIMELINE)],
    )


def _bodies(found: Case) -> list[BodyPart]:
    """Who leads and supports, with the item each supporting body got."""
    parts = {one.name: one.part for one in tracing_support.states(found)}
    return [shapes.body_of_case(one, parts.get(one.name)) for one in queries.bodies_of(found)]


def _against(found: Case, by: Actor) -> Mapping[str, Refusal | None]:
    """What stands against each act; what will be sent with it is taken to be in order."""
    at, on = timezone.now(), asking.today()
    work = guards.work(found, by=by)
    concludes = access.refusal(by, Permission.TRACING_CONCLUDE, place_of(found.outlet))
    return {
        **dict.fromkeys(("step", "source", "extend", "connect", "disconnect"), work),
        "lead": access.refusal(by, Permission.TRACING_OPEN, place_of(found.outlet)) or guards.still_open(found),
        "conclude": concludes or guards.still_open(found),
        "fix-party": offers.fix_party(found.outlet, by, on, at),
    }
