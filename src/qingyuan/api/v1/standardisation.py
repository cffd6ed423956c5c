"""规范化建设: the list, the checklist, facilities, confirming (T19) and daily supervision (T20)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Word
from qingyuan.api.v1 import standardisation_shapes as shapes
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.archives import to_change
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.standardisation_shapes import AwaitingOutlet, StandardisationFile, StandardisationItem
from qingyuan.api.writes import write
from qingyuan.boards.archive.completeness import completeness_of, completenesses, row_of
from qingyuan.bodies.models import Body
from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound
from qingyuan.core.standardising import open_items
from qingyuan.flows import standardising as flow
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation.actions import instruments, standardising
from qingyuan.stages.standardisation.models_archive import Facility

router = Router(tags=["规范化"])
SIZE = 50
WORK, CONFIRM = Permission.STANDARDISATION_WORK, Permission.STANDARDISATION_CONFIRM


@router.get("/standardisation", response=Page[AwaitingOutlet], summary="待规范化的排污口")
def waiting(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[AwaitingOutlet]:
    """保留而尚未规范化的排污口，各自未完成的项目和档案完整程度。"""
    who, on = asking.require(request, Permission.OUTLET_VIEW), asking.today()
    found = registry.visible_to(who).filter(stage=Stage.RETAINED).select_related("unit")
    if unit:
        found = found.within(asking.unit(request, unit).path)
    rows = list(found.filter(pk__gt=after or 0).order_by("pk")[: SIZE + 1])
    files = dict(completenesses([row_of(one) for one in rows[:SIZE]], on=on))
    checklists = queries.items_of_many(rows[:SIZE], files, on=on)
    items = [
        AwaitingOutlet(
            outlet=one.pk,
            name=one.name,
            national_code=one.national_code,
            unit=one.unit.code,
            stage=one.stage,
            open=[item.name for item in open_items(checklists[one.pk])],
            score=files[one.pk].score,
        )
        for one in rows[:SIZE]
    ]
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[AwaitingOutlet](items=items, next=next_address(request, last))


@router.get("/outlets/{key}/standardisation", response=StandardisationFile, summary="规范化建设核对")
def shown(request: HttpRequest, key: Word) -> StandardisationFile:
    """核对项目、设施，以及能否确认规范化。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, asking.outlet(request, key))


@router.post("/outlets/{key}/checks", response=StandardisationFile, summary="核对项目")
@write(changes=True)
def check(request: HttpRequest, key: Word, given: shapes.CheckItem) -> StandardisationFile:
    """现场核对的结果，或者豁免和理由。"""
    outlet, acting = to_change(request, key, WORK, given)
    photo = given.photo_sha256 or ""
    standardising.check_item(
        outlet, item=given.item, result=given.result, reason=given.reason, photo_sha256=photo, **acting
    )
    return _told(request, outlet)


@router.post("/outlets/{key}/facilities", response=StandardisationFile, summary="登记设施")
@write(changes=True)
def add_facility(request: HttpRequest, key: Word, given: shapes.AddFacility) -> StandardisationFile:
    """监测采样点、检查井、视频、流量或闸阀。"""
    outlet, acting = to_change(request, key, WORK, given)
    instruments.add_facility(
        outlet,
        **given.model_dump(include={"kind", "name", "place", "device_number", "state"}),
        position=given.position.pair if given.position else None,
        photo_sha256=given.photo_sha256 or "",
        **acting,
    )
    return _told(request, outlet)


@router.post("/outlets/{key}/facilities/{pk}/state", response=StandardisationFile, summary="变更设施状态")
@write(changes=True)
def change_facility(request: HttpRequest, key: Word, pk: Id, given: shapes.ChangeFacility) -> StandardisationFile:
    """故障、拆除须写明理由。"""
    outlet, acting = to_change(request, key, WORK, given)
    one = _facility(outlet, pk)
    instruments.change_facility(one, state=given.state, note=given.note, sha256=given.sha256 or "", **acting)
    return _told(request, outlet)


@router.post("/outlets/{key}/facilities/{pk}/gate", response=StandardisationFile, summary="记录闸阀启闭")
@write(changes=True)
def work_gate(request: HttpRequest, key: Word, pk: Id, given: shapes.WorkGate) -> StandardisationFile:
    """汛期打开、非汛期关闭。"""
    outlet, acting = to_change(request, key, WORK, given)
    instruments.work_gate(_facility(outlet, pk), is_open=given.is_open, note=given.note, **acting)
    return _told(request, outlet)


@router.post("/outlets/{key}/facilities/{pk}/file", response=StandardisationFile, summary="闸阀备案")
@write(changes=True)
def file_gate(request: HttpRequest, key: Word, pk: Id, given: shapes.FileGate) -> StandardisationFile:
    """备案须附材料。"""
    outlet, acting = to_change(request, key, WORK, given)
    instruments.file_gate(_facility(outlet, pk), sha256=given.sha256, note=given.note, **acting)
    return _told(request, outlet)


@router.post("/outlets/{key}/standardise", response=StandardisationFile, summary="确认规范化")
@write(changes=True)
def standardise(request: HttpRequest, key: Word, given: OnDay) -> StandardisationFile:
    """本地要求的项目都完成或豁免之后；未完成的逐项说明。"""
    outlet, acting = to_change(request, key, CONFIRM, given)
    return _told(request, flow.standardise(outlet, **acting))


@router.post("/outlets/{key}/supervise", response=StandardisationFile, summary="纳入日常监管")
@write(changes=True)
def supervise(request: HttpRequest, key: Word, given: shapes.Supervise) -> StandardisationFile:
    """监管单位、监管方案；本地要求的，还须有河湖长。"""
    outlet, acting = to_change(request, key, CONFIRM, given)
    owner = Body.objects.filter(pk=given.owner).first()
    if owner is None:
        raise NotFound("body", str(given.owner))
    standardising.supervise(outlet, owner=owner, chief=given.chief, sha256=given.sha256, **acting)
    return _told(request, outlet)


def _facility(outlet: Outlet, pk: int) -> Facility:
    found = Facility.objects.filter(pk=pk, outlet=outlet).first()
    if found is None:
        raise NotFound("facility", str(pk))
    found.outlet = outlet
    return found


def _told(request: HttpRequest, outlet: Outlet) -> StandardisationFile:
    on, at, file = asking.today(), timezone.now(), completeness_of(outlet, on=asking.today())
    asking.seen(request, outlet.version)
    return StandardisationFile(
        outlet=outlet.pk,
        name=outlet.name,
        stage=outlet.stage,
        items=[
            StandardisationItem(
                item=one.key,
                name=one.name,
                answer=one.answer.value,
                state=one.state.value,
                why=one.why,
                clause=one.clause,
                status=one.status,
            )
            for one in queries.items_of(outlet, archive=file, on=on)
        ],
        facilities=[shapes.facility_of(one) for one in queries.facilities_of(outlet)],
        archive_complete=file.is_complete,
        against=reason_of(flow.refusal(outlet, on=on, by=asking.actor(request), at=at)),
    )
