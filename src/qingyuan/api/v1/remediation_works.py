"""整治实施: progress, evidence, what is missing, doubts, branch pipes, the report that the works are done."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Word
from qingyuan.api.v1 import remediation_works_shapes as shapes
from qingyuan.api.v1.act_reading import body_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.v1.remediation_works_shapes import DoubtRow, EvidencePiece, WorksFile
from qingyuan.api.writes import write
from qingyuan.core.access import Actor, Permission
from qingyuan.stages.remediation import actions, guards_works, queries
from qingyuan.stages.remediation import queries_works as works
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import Doubt
from qingyuan.stages.remediation.words_works import DoubtKind

router = Router(tags=["整治"])
SIZE = 50
WORK = Permission.REMEDIATION_WORK


@router.get("/rounds/{pk}/works", response=WorksFile, summary="整治实施情况")
def shown(request: HttpRequest, pk: Id) -> WorksFile:
    """进度、佐证清单和缺项、佐证和疑点、支管支线，以及现在不能报告完工的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, queries.round_by_id(asking.actor(request), pk))


@router.post("/rounds/{pk}/evidence", response=EvidencePiece, summary="提交佐证")
@write(status=201, upload=True)
def add_evidence(
    request: HttpRequest, pk: Id, file: File[UploadedFile], given: Form[shapes.AddEvidence]
) -> EvidencePiece:
    """一个文件一次；拍摄时间、位置、方向从照片读取，照片没有的以填写的为准。同一文件、同一用途只存一份。"""
    found, by, at = _about(request, pk)
    asking.require(request, Permission.OUTLET_VIEW)
    position = None
    if given.longitude is not None and given.latitude is not None:
        position = (Decimal(f"{given.longitude:.6f}"), Decimal(f"{given.latitude:.6f}"))
    made = actions.add_evidence(
        found,
        kind=given.kind,
        given=actions.Given(content_of(file), name_of(file)),
        measure=given.measure,
        step=works.step(found, given.step) if given.step else None,
        before=works.evidence(by, given.before) if given.before else None,
        position=position,
        bearing=None if given.bearing is None else Decimal(f"{given.bearing:.1f}"),
        note=given.note,
        on=given.on,
        by=by,
        at=at,
    )
    return shapes.piece_of(made)


@router.get("/evidence/{pk}/file", summary="下载佐证", openapi_extra=binary())
def file(request: HttpRequest, pk: Id) -> FileResponse:
    """原样，总是作为附件。"""
    return download(works.evidence(asking.actor(request), pk).sha256)


@router.post("/rounds/{pk}/steps/{number}/progress", response=WorksFile, summary="报告进度")
@write()
def progress(request: HttpRequest, pk: Id, number: Id, given: shapes.StepProgress) -> WorksFile:
    """完成百分比；100 为该步骤完成。"""
    found, by, at = _about(request, pk, WORK)
    step = works.step(found, number)
    actions.report_progress(found, step=step, percent=given.percent, text=given.text, on=given.on, by=by, at=at)
    return _told(request, found)


@router.post("/rounds/{pk}/done", response=WorksFile, summary="报告整治完成")
@write()
def done(request: HttpRequest, pk: Id, given: shapes.WorksDone) -> WorksFile:
    """各步骤完成、佐证齐全后，由责任主体或执行单位报告，转为待验收。"""
    found, by, at = _about(request, pk, WORK)
    actions.report_done(found, sha256=given.sha256, on=given.on, by=by, at=at)
    return _told(request, queries.round_by_id(by, pk))


@router.post("/rounds/{pk}/branches", response=WorksFile, summary="登记支管、支线")
@write(status=201)
def branch(request: HttpRequest, pk: Id, given: shapes.AddBranch) -> WorksFile:
    """接入单位在单位库中的写 body，不在的写 owner_text。"""
    found, by, at = _about(request, pk, Permission.REMEDIATION_PLAN)
    actions.record_branch(
        found.outlet,
        name=given.name,
        owner=body_of(given.body),
        owner_text=given.owner_text,
        is_illegal=given.is_illegal,
        on=given.on,
        by=by,
        at=at,
    )
    return _told(request, found)


@router.post("/rounds/{pk}/branches/{number}/clear", response=WorksFile, summary="清理支管、支线")
@write()
def clear(request: HttpRequest, pk: Id, number: Id, given: shapes.ClearBranch) -> WorksFile:
    """违规接入的清理之后才能验收。"""
    found, by, at = _about(request, pk, WORK)
    pipe = works.branch(found.outlet, number)
    actions.clear_branch(pipe, how=given.how, sha256=given.sha256 or "", on=given.on, by=by, at=at)
    return _told(request, found)


@router.get("/doubts", response=Page[DoubtRow], summary="疑点列表")
def doubts(
    request: HttpRequest,
    unit: Word = "",
    kind: DoubtKind | None = None,
    state: Literal["", "open", "confirmed", "dismissed"] = "",
    after: Id | None = None,
) -> Page[DoubtRow]:
    """可见的疑点，新的在前；open 为还没有认定的。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    asked = works.doubts(who, path=path, kind=kind.value if kind else "", state=state)
    found = works.doubt_page(asked, after=after, limit=SIZE + 1)
    last = found[SIZE - 1].pk if len(found) > SIZE else None
    rows = [shapes.doubt_of(one) for one in found[:SIZE]]
    return Page[DoubtRow](items=rows, next=next_address(request, last))


@router.post("/rounds/{pk}/doubts", response=DoubtRow, summary="提出疑点")
@write(status=201)
def raise_doubt(request: HttpRequest, pk: Id, given: shapes.RaiseDoubt) -> DoubtRow:
    """损害群众切身利益、弄虚作假、敷衍应付。"""
    found, by, at = _about(request, pk, Permission.REMEDIATION_REOPEN)
    made = actions.raise_doubt(found.outlet, kind=given.kind, text=given.text, on=given.on, by=by, at=at)
    return shapes.doubt_of(made)


@router.get("/doubts/{pk}", response=DoubtRow, summary="一个疑点")
def one_doubt(request: HttpRequest, pk: Id) -> DoubtRow:
    """由什么引起、说明、认定。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = works.doubt(asking.actor(request), pk)
    asking.seen(request, found.version)
    return shapes.doubt_of(found)


@router.post("/doubts/{pk}/explain", response=DoubtRow, summary="说明疑点")
@write(changes=True)
def explain(request: HttpRequest, pk: Id, given: shapes.ExplainDoubt) -> DoubtRow:
    """由整治的责任主体或执行单位说明。"""
    found, acting = _doubt(request, pk, WORK, given)
    return _answered(request, actions.explain_doubt(found, text=given.text, **acting))


@router.post("/doubts/{pk}/decide", response=DoubtRow, summary="认定或排除疑点")
@write(changes=True)
def decide(request: HttpRequest, pk: Id, given: shapes.DecideDoubt) -> DoubtRow:
    """提交佐证和作出说明的人员以外的审核人员认定。"""
    found, acting = _doubt(request, pk, Permission.REMEDIATION_ACCEPT, given)
    made = actions.decide_doubt(
        found, confirmed=given.confirmed, reason=given.reason, sha256=given.sha256 or "", **acting
    )
    return _answered(request, made)


def _about(request: HttpRequest, pk: int, permission: Permission | None = None) -> tuple[Round, Actor, datetime]:
    """The round, who acts and when. Scope is asked before the permission."""
    by = asking.actor(request)
    found = queries.round_by_id(by, pk)
    if permission is not None:
        asking.require(request, permission)
    return found, by, timezone.now()


def _doubt(request: HttpRequest, pk: int, permission: Permission, given: OnDay) -> tuple[Doubt, Any]:
    """The doubt as the client read it, held until the act is done."""
    by = asking.actor(request)
    found = works.doubt(by, pk)
    asking.require(request, permission)
    Doubt.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version"])
    asking.as_read(request, found.version, found.outlet.name)
    return found, {"on": given.on, "by": by, "at": timezone.now()}


def _answered(request: HttpRequest, found: Doubt) -> DoubtRow:
    asking.seen(request, found.version)
    return shapes.doubt_of(found)


def _told(request: HttpRequest, found: Round) -> WorksFile:
    who, at = asking.actor(request), timezone.now()
    against = guards_works.report_done(found, has_paper=True, by=who, on=asking.today(), at=at)
    return WorksFile(
        round=found.pk,
        outlet=shapes.outlet_ref(found),
        stage=found.outlet.stage,
        steps=[shapes.step_of(one) for one in works.progress_of(found)],
        checklist=[shapes.item_of(one) for one in works.checklist_of(found)],
        evidence=[shapes.piece_of(one) for one in works.evidence_of(found)],
        branches=[shapes.branch_of(one) for one in works.branches_of(found.outlet)],
        doubts=[shapes.doubt_of(one) for one in found.doubts.select_related("outlet__unit").order_by("-pk")],
        against_done=reason_of(against),
    )
