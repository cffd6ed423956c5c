"""导入、导出、瓦片: files of the register in and out, and the map."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from tempfile import TemporaryFile
from typing import Annotated

from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.access.reading import with_rows
from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.problems import Problem
from qingyuan.api.shapes import Given, Id, Page, Reason, Ref, Text64, Told, Word
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.outlets import Wanted, asked_of
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.writes import write
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.exchange import actions, guards, queries, working
from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.exchange.fields import FIELDS
from qingyuan.exchange.models import FindingRow, Import
from qingyuan.exchange.refused import write_refused
from qingyuan.registry import listing, tiles

router = Router(tags=["导入、导出、地图"])
SIZE = 100
Columns = dict[Annotated[str, Field(pattern=r"^[0-9]{1,4}$")], Word]
Format = StrEnum("Format", {name.upper(): name for name in queries.FORMATS})  # type: ignore[misc]
XLSX = Format("xlsx")


class ImportRow(Told):
    """An import: its file, its columns, how far it is, and the reasons against each next step (null: now)."""

    id: int
    version: int = Field(description="随每一步办理变化；写入时用 If-Match 写明")
    filename: str
    unit: Ref
    sheet: str
    sheets: list[str]
    state: str = Field(description="staged 已上传、judged 已核对、taking 入库中、taken 已入库、undone 已撤销")
    working: bool = Field(description="正在后台办理；稍后再读")
    labels: list[str] = Field(description="表头")
    mapping: dict[str, str] = Field(description="列号（自 0 起）：字段")
    rows: int
    counts: dict[str, int]
    taken: int
    by: str
    staged_at: datetime
    taken_at: datetime | None
    why_not_judge: Reason | None
    why_not_accept: Reason | None
    why_not_take_in: Reason | None
    why_not_undo: Reason | None


class Finding(Told):
    """One thing found in a row."""

    id: int
    row: int
    column: str
    cell: str
    code: str
    severity: str
    text: str
    suggestion: str
    repairable: bool
    settled: str


class FieldRow(Told):
    """A field a column may be taken for."""

    name: str
    title: str


class Upload(Given):
    """What is said beside the file."""

    unit: Word = Field(description="行政区划代码")
    sheet: Word = Field("", description="工作表；空为自动选择")
    stage: Stage | None = Field(None, description="全部带入为某阶段，须附来源台账")
    source: Text64 = Field("", description="来源台账的 sha256")


class Mapping(Given):
    """Which column is which field; columns left out are not read."""

    columns: Columns = Field(description="列号（自 0 起）：字段")


class Accept(Given):
    """One finding, or every finding of a code."""

    finding: Id | None = None
    code: Word = ""


class Skip(Given):
    """The finding that is left as it is."""

    finding: Id


class MapInfo(Told):
    """What a map client needs."""

    tiles: str = Field(description="瓦片地址模板（MVT）")
    min_zoom: int
    max_zoom: int
    extent: list[float] | None = Field(description="西、南、东、北，°")
    version: str
    unplaced: int = Field(description="没有坐标的排污口数")


@router.get("/imports", response=list[ImportRow], summary="导入批次")
def imports(request: HttpRequest) -> list[ImportRow]:
    """最近的导入，最新的在前。"""
    who = asking.require(request, Permission.OUTLET_IMPORT)
    return [_row(one, who) for one in queries.imports_of(who)]


@router.post("/imports", response=ImportRow, summary="上传台账")
@write(status=201, upload=True)
def stage(request: HttpRequest, file: File[UploadedFile], given: Form[Upload]) -> ImportRow:
    """上传文件并找出表头；入库之前，名录中看不到其中任何内容。source 是来源台账的 sha256，stage 是全部带入的阶段。"""
    who = asking.require(request, Permission.OUTLET_IMPORT)
    content = content_of(file, MAX_FILE_BYTES)
    batch = actions.stage(
        content,
        name_of(file),
        unit=asking.unit(request, given.unit),
        by=who,
        at=timezone.now(),
        sheet=given.sheet,
        stated=given.stage if given.source else None,
        source_sha256=given.source,
    )
    asking.located(request, f"/api/v1/imports/{batch.pk}")
    return _told(request, batch)


@router.get("/imports/fields", response=list[FieldRow], summary="可对应的字段")
def fields(request: HttpRequest) -> list[FieldRow]:  # noqa: ARG001
    """列可以对应的字段。"""
    return [FieldRow(name=one.name, title=str(one.title)) for one in FIELDS]


@router.get("/imports/{pk}", response=ImportRow, summary="一次导入")
def shown(request: HttpRequest, pk: Id) -> ImportRow:
    """进行到哪一步，结果如何，下一步能否办理。"""
    return _told(request, _batch(request, pk))


@router.get("/imports/{pk}/findings", response=Page[Finding], summary="导入问题")
def findings(
    request: HttpRequest, pk: Id, code: Word = "", severity: Word = "", after: Id | None = None
) -> Page[Finding]:
    """逐格指出的问题，及可以采用的建议。"""
    found = _batch(request, pk).findings.filter(pk__gt=after or 0).order_by("pk")
    if code:
        found = found.filter(code=code)
    if severity:
        found = found.filter(severity=severity)
    rows = list(found[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[Finding](items=[_finding_row(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/imports/{pk}/refused", summary="退回的行", openapi_extra=binary("text/csv"))
def refused(request: HttpRequest, pk: Id) -> FileResponse:
    """退回的行：行号、退回原因和原文件的各列（csv），修改后可再次上传。"""
    batch, out = _batch(request, pk), BytesIO()
    rows = write_refused(out, batch, line=gettext("行号"), reason=gettext("退回原因"))
    out.seek(0)
    answer = FileResponse(out, as_attachment=True, filename=f"refused-{batch.pk}.csv", content_type="text/csv")
    return with_rows(answer, rows)


@router.post("/imports/{pk}/columns", response=ImportRow, summary="对应列并核对")
@write(in_one=False, changes=True)
def columns(request: HttpRequest, pk: Id, given: Mapping) -> ImportRow:
    """写明各列是什么字段，然后核对。大文件在后台核对，working 为 true 时稍后再读。"""
    batch, by, at = _to_change(request, pk), asking.actor(request), timezone.now()
    known = {one.name for one in FIELDS}
    chosen = {int(number): name for number, name in given.columns.items()}
    if wrong := [number for number, name in chosen.items() if number >= len(batch.labels) or name not in known | {""}]:
        raise Problem(422, errors=[{"place": f"body.columns.{number}", "text": "?"} for number in wrong])
    actions.map_columns(batch, chosen, by=by)
    working.start(batch, lambda: actions.judge(batch, by=by, at=at))
    return _told(request, _batch(request, pk))


@router.post("/imports/{pk}/accept", response=ImportRow, summary="采用建议")
@write(in_one=False, changes=True)
def accept(request: HttpRequest, pk: Id, given: Accept) -> ImportRow:
    """采用一条建议，或采用一类问题（code）的全部建议，然后重新核对。"""
    batch, by, at = _to_change(request, pk), asking.actor(request), timezone.now()
    if given.finding is not None:
        found = _finding(batch, given.finding)
        working.start(batch, lambda: actions.accept(batch, [found], by=by, at=at))
    else:
        working.start(batch, lambda: actions.accept_all(batch, given.code, by=by, at=at))
    return _told(request, _batch(request, pk))


@router.post("/imports/{pk}/skip", response=ImportRow, summary="跳过问题")
@write(changes=True)
def skip(request: HttpRequest, pk: Id, given: Skip) -> ImportRow:
    """已经看过，照原样。"""
    batch, by = _to_change(request, pk), asking.actor(request)
    actions.skip(batch, _finding(batch, given.finding), by=by)
    return _told(request, batch)


@router.post("/imports/{pk}/take-in", response=ImportRow, summary="入库")
@write(in_one=False, changes=True)
def take_in(request: HttpRequest, pk: Id) -> ImportRow:
    """合格的行进入名录，其余留下并写明理由。大文件在后台入库，中断后可再次办理。"""
    batch, by, at = _to_change(request, pk), asking.actor(request), timezone.now()
    working.start(batch, lambda: actions.take_in(batch, by=by, at=at))
    return _told(request, _batch(request, pk))


@router.post("/imports/{pk}/undo", response=ImportRow, summary="撤销导入")
@write(in_one=False, changes=True)
def undo(request: HttpRequest, pk: Id) -> ImportRow:
    """入库的行此后没有变更的，可以整批撤销。"""
    batch, by, at = _to_change(request, pk), asking.actor(request), timezone.now()
    working.start(batch, lambda: actions.undo(batch, by=by, at=at))
    return _told(request, _batch(request, pk))


@router.get("/exports/outlets", summary="导出台账", openapi_extra=binary())
def export(request: HttpRequest, wanted: Query[Wanted], format: Format = XLSX) -> FileResponse:
    """按列表的条件导出 附件1、xlsx、csv 等，流式下载。"""
    who = asking.require(request, Permission.OUTLET_EXPORT)
    on, at = asking.today(), asking.unit(request, wanted.unit) if wanted.unit else None
    found = listing.narrowed(who, asked_of(request, wanted), on=on)
    home = at or asking.unit_or_own(request, "")
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        written = queries.export_outlets(out, format.value, by=who, on=on, unit=home, found=found)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"outlets-{on.isoformat()}.{queries.SUFFIXES[format.value]}"
    answer = FileResponse(out, as_attachment=True, filename=name, content_type="application/octet-stream")
    return with_rows(answer, written.rows)


@router.get("/map", response=MapInfo, summary="地图")
def map_info(request: HttpRequest) -> MapInfo:
    """瓦片的地址、级别、范围和数据版本。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    extent = tiles.extent(who)
    return MapInfo(
        tiles="/api/v1/tiles/{z}/{x}/{y}",
        min_zoom=0,
        max_zoom=18,
        extent=list(extent) if extent else None,
        version=tiles.version(),
        unplaced=tiles.unplaced(who),
    )


@router.get("/tiles/{zoom}/{x}/{y}", summary="地图瓦片", openapi_extra=binary("application/vnd.mapbox-vector-tile"))
def tile(
    request: HttpRequest,
    zoom: Annotated[int, Field(ge=0, le=18)],
    x: Annotated[int, Field(ge=0, lt=2**18)],
    y: Annotated[int, Field(ge=0, lt=2**18)],
) -> HttpResponse:
    """范围内排污口的矢量瓦片；没有内容时为空。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    try:
        content = tiles.tile(who, zoom, x, y)
    except ValueError:
        raise NotFound("tile", f"{zoom}/{x}/{y}") from None
    return HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")


def _batch(request: HttpRequest, pk: int) -> Import:
    return queries.import_batch(asking.require(request, Permission.OUTLET_IMPORT), pk)


def _to_change(request: HttpRequest, pk: int) -> Import:
    """The import to be acted upon, as the client read it (If-Match); 412 when a step was done since."""
    found = _batch(request, pk)
    asking.as_read(request, version_of(found), found.filename)
    return found


def _told(request: HttpRequest, one: Import) -> ImportRow:
    asking.seen(request, version_of(one))
    return _row(one, asking.actor(request))


def version_of(one: Import) -> int:
    """A number that differs after every step: columns told, judged, a finding settled, rows taken in, undone."""
    settled = one.findings.exclude(settled="").values_list("settled").annotate(n=Count("pk")).order_by("settled")
    said = [one.state, one.mapping, one.counts, one.cursor, one.judged_to, list(settled)]
    said += [str(moment) for moment in (one.judged_at, one.taken_at, one.undone_at)]
    return int(hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12], 16)


def _finding(batch: Import, pk: int) -> FindingRow:
    found = batch.findings.filter(pk=pk).first()
    if found is None:
        raise NotFound("finding", str(pk))
    return found


def _row(one: Import, who: Actor) -> ImportRow:
    plain = ("filename", "sheet", "sheets", "state", "mapping", "rows", "staged_at", "taken_at")
    return ImportRow(
        id=one.pk,
        version=version_of(one),
        **{name: getattr(one, name) for name in plain},
        unit=Ref(id=one.unit.code, name=one.unit.name),
        working=working.is_running(one) or one.state == "taking",
        labels=[str(label) for label in one.labels],
        counts={str(name): int(number) for name, number in one.counts.items()},
        taken=one.lines.filter(state="taken").count() if one.state in {"taking", "taken"} else 0,
        by=one.by_name,
        why_not_judge=_against(guards.judge(one, by=who)),
        why_not_accept=_against(guards.accept(one, by=who)),
        why_not_take_in=_against(guards.take_in(one, by=who)),
        why_not_undo=_against(guards.undo(one, by=who)),
    )


def _against(refusal: Refusal | None) -> Reason | None:
    return reason_of(refusal)


def _finding_row(one: FindingRow) -> Finding:
    plain = {
        name: getattr(one, name) for name in ("column", "cell", "code", "severity", "text", "suggestion", "settled")
    }
    return Finding(id=one.pk, row=one.number, repairable=bool(one.repair), **plain)
