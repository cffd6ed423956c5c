"""现场排查: batches and photos of a phone or of another survey app, by the same protocol as /field/; what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.problems import sentence
from qingyuan.api.shapes import Given, Id, Page, Ref, Told, Word
from qingyuan.api.v1.records import content_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.flows import survey_opens_tracing
from qingyuan.stages.survey import queries_field as queries
from qingyuan.stages.survey.actions.batches import Receipt, receipt_of, take_batch
from qingyuan.stages.survey.actions.records import accept_record
from qingyuan.stages.survey.actions.uploads import how_far, take_piece
from qingyuan.stages.survey.models_field import FieldRecord

router = Router(tags=["现场排查"])
RECORD, LEAD = Permission.SURVEY_RECORD, Permission.SURVEY_LEAD
SIZE = 200
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="照片内容的 sha256")]


class FieldFinding(Told):
    """One thing found. `error`: the record waits for a person; `warning`: it does not."""

    code: str
    severity: str
    text: str
    name: str


class FieldReceipt(Told):
    """What became of one item: uploaded 已上传、accepted 已入库、needs_you 待处理、refused 未收下."""

    kind: str
    id: str
    revision: str
    state: str
    kept: list[str] = Field(description="已收到的各次保存")
    findings: list[FieldFinding]
    conflicts: list[str] = Field(description="各设备说法不一的字段")
    outlet: Ref | None
    missing: list[str] = Field(description="尚未收齐的照片")


class FieldAnswer(Told):
    """The answer to a batch, written after every item was committed."""

    at: datetime
    offset_s: float = Field(description="设备时钟须加上的秒数")
    receipts: list[FieldReceipt]


class FieldBatch(Given):
    """Items of one device; the same batch again changes nothing."""

    device: dict[str, Any] = Field(description="id 设备编号、now 设备时间（epoch 秒）、label、keeps")
    items: list[dict[str, Any]] = Field(description="kind 为 record 或 track；见使用手册“现场排查”")
    holding: list[dict[str, Any]] = Field(default_factory=list, description="设备上仍留存的内容")


class PieceSaid(Given):
    """Which part of the photo comes with it."""

    size: Annotated[int, Field(ge=1, le=2**31 - 1, description="照片总字节数")]
    offset: Annotated[int, Field(ge=0, le=2**31 - 1, description="本段自第几字节起")]


class PhotoProgress(Told):
    """How much of a photo has come."""

    received: int
    size: int
    whole: bool


class DeviceRow(Told):
    """A device and what it still holds."""

    id: int
    device: str
    label: str
    officer: str
    last_seen: datetime
    records: int
    photos: int
    tracks: int
    clock_offset_s: int


class FieldRecordRow(Told):
    """A record that waits for a person."""

    id: int
    client_id: str
    officer: str
    occurred_at: datetime
    fields: dict[str, Any]
    receipt: FieldReceipt


@router.post("/field/batch", response=FieldAnswer, summary="上传现场数据")
@write(in_one=False)
def batch(request: HttpRequest, given: FieldBatch) -> FieldAnswer:
    """一批现场记录和轨迹，逐项入库、逐项回执；重复、乱序不影响结果。"""
    by = asking.require(request, RECORD)
    at = timezone.now()
    told = take_batch(by, given.model_dump(), at=at)
    survey_opens_tracing.after_acts((one.outlet for one in told.receipts if one.outlet), on=asking.today(), at=at)
    return FieldAnswer(at=told.at, offset_s=told.offset_s, receipts=[_receipt(one) for one in told.receipts])


@router.get("/field/photos/{sha256}", response=PhotoProgress, summary="照片已收到多少")
def progress(request: HttpRequest, sha256: Sha256) -> PhotoProgress:
    """从已收到的字节数接着上传。"""
    found = how_far(asking.require(request, RECORD), sha256)
    return PhotoProgress(received=found.received, size=found.size, whole=found.whole)


@router.post("/field/photos/{sha256}", response=PhotoProgress, summary="上传一段照片")
@write(upload=True, in_one=False)
def piece(request: HttpRequest, sha256: Sha256, file: File[UploadedFile], given: Form[PieceSaid]) -> PhotoProgress:
    """收齐后按内容校验，归入引用它的记录和排污口。"""
    by = asking.require(request, RECORD)
    content = content_of(file)
    found = take_piece(by, sha256=sha256, size=given.size, offset=given.offset, piece=content, at=timezone.now())
    return PhotoProgress(received=found.received, size=found.size, whole=found.whole)


@router.get("/field/devices", response=list[DeviceRow], summary="现场设备")
def devices(request: HttpRequest, unit: Word = "") -> list[DeviceRow]:
    """各设备最近一次联系时仍留存的内容。"""
    who = asking.require(request, LEAD)
    found = queries.devices(who, path=asking.unit(request, unit).path if unit else "")
    return [
        DeviceRow(
            id=one.pk,
            device=one.uid,
            label=one.label,
            officer=one.officer_name,
            last_seen=one.last_seen,
            records=one.holds_records,  # type: ignore[attr-defined]
            photos=one.holds_photos,  # type: ignore[attr-defined]
            tracks=one.holds_tracks,  # type: ignore[attr-defined]
            clock_offset_s=one.clock_offset_s,
        )
        for one in found[:SIZE]
    ]


@router.get("/field/records", response=Page[FieldRecordRow], summary="待处理的现场记录")
def waiting(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[FieldRecordRow]:
    """须由人处理的现场记录，新的在前。"""
    who = asking.require(request, LEAD)
    path = asking.unit(request, unit).path if unit else ""
    found = queries.records_waiting(who, path=path, after=after or 0)
    last = found[queries.PAGE - 1].pk if len(found) > queries.PAGE else None
    return Page[FieldRecordRow](items=[_row(one) for one in found[: queries.PAGE]], next=next_address(request, last))


@router.get("/field/records/{pk}", response=FieldRecordRow, summary="一条现场记录")
def shown(request: HttpRequest, pk: Id) -> FieldRecordRow:
    """内容、发现的问题和分歧。"""
    found = queries.record(asking.require(request, LEAD), pk)
    asking.seen(request, found.version)
    return _row(found)


@router.post("/field/records/{pk}/accept", response=FieldRecordRow, summary="放行现场记录")
@write(changes=True)
def accept(request: HttpRequest, pk: Id) -> FieldRecordRow:
    """核对无误，虽有问题仍然入库。"""
    by = asking.require(request, LEAD)
    found = queries.record(by, pk)
    asking.as_read(request, found.version, str(found.client_id))
    at = timezone.now()
    accept_record(found, version=found.version, by=by, at=at)
    survey_opens_tracing.after_acts([found.outlet_id] if found.outlet_id else [], on=asking.today(), at=at)
    asking.seen(request, found.version)
    return _row(found)


def _row(one: FieldRecord) -> FieldRecordRow:
    return FieldRecordRow(
        id=one.pk,
        client_id=str(one.client_id),
        officer=one.officer_name,
        occurred_at=one.occurred_at,
        fields=one.fields,
        receipt=_receipt(receipt_of(one)),
    )


def _receipt(one: Receipt) -> FieldReceipt:
    return FieldReceipt(
        kind=one.kind,
        id=one.id,
        revision=one.revision,
        state=one.state,
        kept=list(one.kept),
        findings=[
            FieldFinding(
                code=str(each.get("code") or ""),
                severity=str(each.get("severity") or "warning"),
                text=sentence(queries.reason(each)),
                name=str(each.get("name") or ""),
            )
            for each in one.findings
        ],
        conflicts=list(one.conflicts),
        outlet=Ref(id=one.outlet, name=one.outlet_name) if one.outlet else None,
        missing=list(one.missing),
    )
