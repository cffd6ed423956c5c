"""一口一档: the sections of an outlet's file, papers entered by hand, the exports; the work board."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.shapes import Id, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.standardisation_shapes import EnterPaper, PutAside
from qingyuan.api.writes import write
from qingyuan.boards.archive import queries as boards
from qingyuan.boards.work import queries as work
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import archiving
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation.actions import standardising

router = Router(tags=["规范化"])


class ArchiveLine(Told):
    """One line of a section. `sha256`: the paper that goes with it; `entry`: an entry made by hand."""

    label: str
    text: str
    day: date | None
    sha256: str
    entry: int


class ArchiveSection(Told):
    """A section: how it stands, why it is missing or does not apply, what it holds."""

    section: str
    name: str
    state: str
    mandatory: bool
    why: str
    lines: list[ArchiveLine]


class ArchiveFile(Told):
    """一口一档 of an outlet. `score`: percent of the sections that apply; `complete`: 是否完成登记建档."""

    outlet: int
    name: str
    form: str
    clause: str
    score: int
    present: int
    applying: int
    complete: bool
    sections: list[ArchiveSection]


class WorkColumn(Told):
    """A stage of the board: its name, the stage above it, the stages of outlets that stand in it."""

    key: str
    name: str
    within: str
    stages: list[str]


class WorkRow(Told):
    """A unit of the board with its counts, in the order of the columns. `unit` empty: what hangs on no part."""

    unit: str
    name: str
    counts: list[int]
    total: int


class WorkBoard(Told):
    """工作看板. `awaiting`: 待规范化."""

    columns: list[WorkColumn]
    rows: list[WorkRow]
    whole: WorkRow
    awaiting: int
    clause: str
    status: str


@router.get("/work-board", response=WorkBoard, summary="工作看板")
def work_board(request: HttpRequest, unit: Word = "") -> WorkBoard:
    """各阶段的排污口数，分县（市、区）；每行之和等于合计。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = work.board(who, asking.unit_or_own(request, unit), on=asking.today())
    return WorkBoard(
        columns=[
            WorkColumn(key=one.key, name=one.name, within=one.within, stages=list(one.stages)) for one in found.stages
        ],
        rows=[_row(one) for one in found.rows],
        whole=_row(found.whole),
        awaiting=found.awaiting,
        clause=found.clause,
        status=found.status,
    )


def _row(one: work.Row) -> WorkRow:
    unit = one.unit
    return WorkRow(
        unit=unit.code if unit else "", name=unit.name if unit else "", counts=list(one.counts), total=one.total
    )


@router.get("/outlets/{key}/archive", response=ArchiveFile, summary="一口一档")
def shown(request: HttpRequest, key: Word) -> ArchiveFile:
    """各组成、缺什么、完整程度。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(asking.outlet(request, key))


@router.get("/outlets/{key}/archive.pdf", summary="导出档案 PDF", openapi_extra=binary("application/pdf"))
def as_pdf(request: HttpRequest, key: Word) -> FileResponse:
    """一份 PDF。"""
    asking.require(request, Permission.OUTLET_EXPORT)
    found = boards.archive_of(asking.outlet(request, key), on=asking.today())
    made = archiving.as_pdf(found, at=timezone.now())
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


@router.get("/outlets/{key}/archive.zip", summary="导出档案封存包", openapi_extra=binary("application/zip"))
def as_pack(request: HttpRequest, key: Word) -> FileResponse:
    """封存包：PDF、JSON、全部材料和变更留痕，脱离平台可核验。"""
    who = asking.require(request, Permission.OUTLET_EXPORT)
    found = boards.archive_of(asking.outlet(request, key), on=asking.today())
    made = archiving.as_pack(found, by=who.name, at=timezone.now())
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


@router.get("/outlets/{key}/archive/papers/{sha256}", summary="下载档案材料", openapi_extra=binary())
def paper(request: HttpRequest, key: Word, sha256: Word) -> FileResponse:
    """档案中的一份材料，总是作为附件。"""
    asking.require(request, Permission.OUTLET_VIEW)
    if sha256 not in boards.archive_of(asking.outlet(request, key), on=asking.today()).papers:
        raise NotFound("paper", sha256)
    return download(sha256)


@router.post("/outlets/{key}/archive/papers", response=ArchiveFile, summary="归入档案")
@write(changes=True)
def enter_paper(request: HttpRequest, key: Word, given: EnterPaper) -> ArchiveFile:
    """把文件库中的一份材料归入档案的一个组成。"""
    outlet, acting = to_change(request, key, Permission.STANDARDISATION_WORK, given)
    standardising.enter_paper(outlet, section=given.section, title=given.title, sha256=given.sha256, **acting)
    return _told(outlet)


@router.post("/outlets/{key}/archive/asides", response=ArchiveFile, summary="注明不适用")
@write(changes=True)
def put_aside(request: HttpRequest, key: Word, given: PutAside) -> ArchiveFile:
    """可以不适用的组成写明理由。"""
    outlet, acting = to_change(request, key, Permission.STANDARDISATION_CONFIRM, given)
    standardising.put_aside(outlet, section=given.section, reason=given.reason, **acting)
    return _told(outlet)


@router.post("/outlets/{key}/archive/entries/{pk}/withdraw", response=ArchiveFile, summary="撤回归入的材料")
@write(changes=True)
def withdraw(request: HttpRequest, key: Word, pk: Id, given: OnDay) -> ArchiveFile:
    """人工归入的材料或不适用的说明可以撤回，留痕仍可查。"""
    outlet, acting = to_change(request, key, Permission.STANDARDISATION_WORK, given)
    entry = queries.entry(acting["by"], pk)
    if entry.outlet_id != outlet.pk:
        raise NotFound("archive_entry", str(pk))
    standardising.withdraw_entry(entry, **acting)
    return _told(outlet)


def to_change(request: HttpRequest, key: Word, permission: Permission, given: OnDay) -> tuple[Outlet, dict[str, Any]]:
    """The outlet to be acted upon, as the client read it, and who acts when; held until the act is done."""
    asking.outlet(request, key)
    by = asking.require(request, permission)
    outlet = asking.outlet_to_change(request, key)
    return outlet, {"on": given.on, "by": by, "at": timezone.now()}


def _told(outlet: Outlet) -> ArchiveFile:
    found = boards.archive_of(outlet, on=asking.today())
    whole = found.completeness
    return ArchiveFile(
        outlet=outlet.pk,
        name=outlet.name,
        form=found.form,
        clause=found.clause,
        score=whole.score,
        present=whole.present,
        applying=len(whole.applying),
        complete=whole.is_complete,
        sections=[
            ArchiveSection(
                section=part.standing.section.value,
                name=part.standing.name,
                state=part.standing.state.value,
                mandatory=part.standing.mandatory,
                why=part.standing.why,
                lines=[
                    ArchiveLine(label=line.label, text=line.text, day=line.day, sha256=line.sha256, entry=line.entry)
                    for line in part.lines
                ],
            )
            for part in found.parts
        ],
    )
