"""区划与图层: which layers stand, and official files that replace them: compared, taken in, taken back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Page, Reason, Ref, Text64, Told, Word, text
from qingyuan.api.v1.act_reading import wrong
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.writes import write
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import require
from qingyuan.core.zones import ZoneKind
from qingyuan.exchange import official
from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.places.guards import maintain
from qingyuan.places.models import OfficialChange, OfficialFile
from qingyuan.places.official import acts, guards, queries
from qingyuan.places.official.words import DETAILS, FAULTS

router = Router(tags=["区划与图层"])
SIZE = 50
OURS = {"wanted", "found", "why"}
"""Words of ours within a sentence; the rest is what the file says."""
LayerSubject = StrEnum("LayerSubject", {"UNITS": "units", "WATERS": "waters", "ZONES": "zones"})
ChangeKind = StrEnum("ChangeKind", {name.upper(): name for name in acts.ORDER})  # type: ignore[misc]


class LayerRow(Told):
    """A layer as it stands at a unit. `loaded` null: the question does not arise."""

    subject: str
    kind: str
    label: str
    count: int
    drawn: int
    loaded: bool | None
    sources: list[str]
    map_numbers: list[str]
    day: date | None
    is_demo: bool


class OfficialRow(Told):
    """An official file, how many features it would change, and what stands against each act (null: nothing)."""

    id: int
    subject: str
    zone_kind: str
    unit: Ref
    filename: str
    sha256: str
    layer: str
    source: str
    map_number: str
    day: date
    whole: bool
    notes: list[str]
    state: str
    counts: dict[str, int]
    by_name: str
    staged_at: datetime
    taken_at: datetime | None
    undone_at: datetime | None
    why_not_take_in: Reason | None
    why_not_repair: Reason | None
    why_not_undo: Reason | None


class FeatureChange(Told):
    """What one feature would change, in words. `number` 0: the file leaves it out."""

    id: int
    number: int
    code: str
    name: str
    change: str
    details: list[str]
    faults: list[str]


class OfficialUpload(Given):
    """What makes a file official."""

    unit: Word
    subject: LayerSubject
    zone_kind: ZoneKind | None = Field(None, description="subject 为 zones 时必填")
    source: text(256, least=1) = Field(description="发布单位和文号")  # type: ignore[valid-type]
    map_number: Text64 = ""
    day: Day = Field(description="启用日期")
    whole: bool = Field(True, description="文件是完整的：未列入的视为撤除")
    layer: Text64 = ""


@router.get("/layers/{unit}", response=list[LayerRow], summary="现有图层")
def layers(request: HttpRequest, unit: Word) -> list[LayerRow]:
    """区划、水体和各类区域：个数、来源、审图号、启用日期。"""
    asking.require(request, Permission.PLACES_MAINTAIN)
    found = queries.layers_at(asking.unit(request, unit), on=asking.today())
    return [LayerRow(**{name: getattr(one, name) for name in LayerRow.model_fields}) for one in found]


@router.get("/official-files", response=list[OfficialRow], summary="官方文件")
def listed(request: HttpRequest, unit: Word = "") -> list[OfficialRow]:
    """最近交来的文件，新的在前。"""
    who = asking.require(request, Permission.PLACES_MAINTAIN)
    at = asking.unit_or_own(request, unit)
    return [_told(one, who) for one in queries.files_of(who, at)] if at else []


@router.post("/official-files", response=OfficialRow, summary="上传官方文件并比对")
@write(status=201, upload=True)
def stage(request: HttpRequest, file: File[UploadedFile], given: Form[OfficialUpload]) -> OfficialRow:
    """与现有的比对，逐个说明变化；采用之前什么都不变。"""
    who = asking.require(request, Permission.PLACES_MAINTAIN)
    at = asking.unit(request, given.unit)
    require(maintain(who, at))
    if (given.subject.value == "zones") != (given.zone_kind is not None):
        raise wrong("zone_kind", _("上传区域时写明区域类别，其他图层不写。"))
    what = official.Asked(
        given.subject.value,
        at,
        acts.Official(given.source, given.day, given.map_number),
        zone_kind=given.zone_kind.value if given.zone_kind else "",
        whole=given.whole,
        layer=given.layer,
    )
    content = content_of(file, MAX_FILE_BYTES)
    made = official.stage(content, name_of(file), what, by=who, at=timezone.now())
    asking.located(request, f"/api/v1/official-files/{made.pk}")
    return _told(made, who)


@router.get("/official-files/{pk}", response=OfficialRow, summary="一个官方文件")
def shown(request: HttpRequest, pk: Id) -> OfficialRow:
    """各类变化多少个，能否采用、修复、撤销。"""
    return _told(_file(request, pk), asking.actor(request))


@router.get("/official-files/{pk}/changes", response=Page[FeatureChange], summary="官方文件的变化")
def changes(
    request: HttpRequest, pk: Id, change: ChangeKind | None = None, after: Id | None = None
) -> Page[FeatureChange]:
    """逐个要素的变化和错误。"""
    found = queries.changes_of(_file(request, pk), change.value if change else "")
    rows = list(found.filter(pk__gt=after or 0).order_by("pk")[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[FeatureChange](items=[_change(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.post("/official-files/{pk}/repair", response=OfficialRow, summary="按建议修复图形")
@write()
def repair(request: HttpRequest, pk: Id) -> OfficialRow:
    """用修复的图形代替有错的，重新比对。"""
    found, who = _file(request, pk), asking.actor(request)
    return _told(acts.repair(found, by=who, at=timezone.now()), who)


@router.post("/official-files/{pk}/take-in", response=OfficialRow, summary="采用官方文件")
@write()
def take_in(request: HttpRequest, pk: Id) -> OfficialRow:
    """整个文件一次采用，然后重新计算排污口所在区域。"""
    found, who = _file(request, pk), asking.actor(request)
    return _told(official.take_in(found, by=who, at=timezone.now()), who)


@router.post("/official-files/{pk}/undo", response=OfficialRow, summary="撤销采用")
@write()
def undo(request: HttpRequest, pk: Id) -> OfficialRow:
    """恢复到采用之前；其后同一范围又有改动的不能撤销。"""
    found, who = _file(request, pk), asking.actor(request)
    return _told(official.undo(found, by=who, at=timezone.now()), who)


@router.post("/official-files/{pk}/drop", response=OfficialRow, summary="放弃官方文件")
@write()
def drop(request: HttpRequest, pk: Id) -> OfficialRow:
    """不采用这个文件。"""
    found, who = _file(request, pk), asking.actor(request)
    return _told(acts.drop(found, by=who, at=timezone.now()), who)


def _file(request: HttpRequest, pk: int) -> OfficialFile:
    return queries.file_of(asking.require(request, Permission.PLACES_MAINTAIN), pk)


def _told(one: OfficialFile, who: Actor) -> OfficialRow:
    plain = set(OfficialRow.model_fields) - {"id", "unit", "why_not_take_in", "why_not_repair", "why_not_undo"}
    return OfficialRow(
        **{name: getattr(one, name) for name in plain},
        id=one.pk,
        unit=Ref(id=one.unit.code, name=one.unit.name),
        why_not_take_in=reason_of(guards.take_in(one, by=who)),
        why_not_repair=reason_of(guards.repair(one, by=who)),
        why_not_undo=reason_of(guards.undo(one, by=who)),
    )


def _change(one: OfficialChange) -> FeatureChange:
    plain = {name: getattr(one, name) for name in ("number", "code", "name", "change")}
    details = [_worded(DETAILS, each) for each in one.details]
    return FeatureChange(id=one.pk, details=details, faults=[_worded(FAULTS, each) for each in one.faults], **plain)


def _worded(sentences: Any, one: dict[str, Any]) -> str:
    said = {name: _(str(value)) if name in OURS else value for name, value in one.items()}
    return _(sentences[str(one["what"])]) % said
