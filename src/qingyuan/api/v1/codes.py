"""编码核对: a list of national codes handed in, beside the register as it stands; codes taken one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Given, Id, Page, Ref, Text64, Told, Word
from qingyuan.api.v1.outlet_shapes import OutletFile, told
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, require
from qingyuan.exchange.code_lists import read_codes
from qingyuan.library import actions as library
from qingyuan.library import queries as kept
from qingyuan.places.paths import within_q
from qingyuan.registry import actions, guards_work
from qingyuan.registry.code_matching import Match, Report, Row, reconcile
from qingyuan.registry.models import CodeList

router = Router(tags=["编码核对"])
SIZE = 100


class ListRow(Told):
    """A list that was handed in."""

    id: int
    unit: Ref
    name: str
    rows: int
    sha256: str
    filed_at: datetime


class ListFile(ListRow):
    """A list with how many entries stand how, and how many coded outlets it leaves out."""

    counts: dict[str, int]
    only_here: int


class MatchRow(Told):
    """One line of the list beside the register; `differences`: field → [list, register]."""

    row: int
    code: str
    name: str
    match: str
    outlet: Ref | None
    differences: dict[str, list[str]]
    distance_m: float | None = Field(description="相距，m")
    fault: str


class CodesUpload(Given):
    """For which unit."""

    unit: Word


class TakeCode(Given):
    """A code of the list for an outlet, which was read before (If-Match): as its national code, or as an alias."""

    outlet: Id
    code: Text64
    as_national: bool = True


@router.get("/code-lists", response=Page[ListRow], summary="编码清单")
def listed(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[ListRow]:
    """交来的清单，新的在前。"""
    asking.require(request, Permission.OUTLET_CORRECT)
    at = asking.unit_or_own(request, unit)
    if at is None:
        raise NotFound("unit", unit)
    found = CodeList.objects.filter(within_q("unit__path", at.path)).select_related("unit").order_by("-pk")
    rows = list((found.filter(pk__lt=after) if after else found)[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[ListRow](items=[ListRow(**_plain(one)) for one in rows[:SIZE]], next=next_address(request, last))


@router.post("/code-lists", response=ListFile, summary="上传编码清单")
@write(status=201, upload=True)
def hand_in(request: HttpRequest, file: File[UploadedFile], given: Form[CodesUpload]) -> ListFile:
    """含“国家编码”一列的 xlsx、csv 等；同一文件只存一份。"""
    by, at = asking.require(request, Permission.OUTLET_CORRECT), timezone.now()
    unit = asking.unit(request, given.unit)
    require(guards_work.file_code_list(unit=unit, by=by))
    content, name = content_of(file), name_of(file)
    entries = read_codes(content, name)
    paper = library.file_bytes(content, name=name, by=by, at=at)
    made = actions.file_code_list(unit=unit, sha256=paper.sha256, name=name, rows=len(entries), by=by, at=at)
    asking.located(request, f"/api/v1/code-lists/{made.pk}")
    return _told(made)


@router.get("/code-lists/{pk}", response=ListFile, summary="核对结果")
def shown(request: HttpRequest, pk: Id) -> ListFile:
    """与现在的登记对照：各类多少条。"""
    return _told(_list(request, pk))


@router.get("/code-lists/{pk}/rows", response=Page[MatchRow], summary="核对结果：逐条")
def rows(request: HttpRequest, pk: Id, match: Match | None = None, after: Id | None = None) -> Page[MatchRow]:
    """逐条对照，可只看一类；after 是已读的条数。"""
    found = [one for one in _report(_list(request, pk)).rows if match is None or one.match is match]
    start = after or 0
    last = start + SIZE if start + SIZE < len(found) else None
    return Page[MatchRow](items=[_row(one) for one in found[start : start + SIZE]], next=next_address(request, last))


@router.post("/code-lists/{pk}/take", response=OutletFile, summary="采用编码")
@write(changes=True)
def take(request: HttpRequest, pk: Id, given: TakeCode) -> OutletFile:
    """作为国家编码（此后不再变更），或者作为曾用编码。If-Match 用排污口的 ETag。"""
    of, by = _list(request, pk), asking.actor(request)
    found = asking.outlet_to_change(request, given.outlet)
    how = {"code": given.code, "as_national": given.as_national, "sha256": of.sha256}
    actions.take_code(found, on=asking.today(), by=by, at=timezone.now(), **how)  # type: ignore[arg-type]
    return told(request, found)


def _list(request: HttpRequest, pk: int) -> CodeList:
    who = asking.require(request, Permission.OUTLET_CORRECT)
    found = CodeList.objects.select_related("unit").filter(pk=pk).first()
    if found is None or not asking.is_within_reach(who, found.unit.path):
        raise NotFound("code list", str(pk))
    return found


def _report(of: CodeList) -> Report:
    return reconcile(read_codes(kept.content_of(of.sha256), of.name), of.unit, on=asking.today())


def _told(of: CodeList) -> ListFile:
    report = _report(of)
    counts = {match.value: number for match, number in report.counts.items()}
    return ListFile(**_plain(of), counts=counts, only_here=report.only_here_count)


def _plain(of: CodeList) -> dict[str, Any]:
    plain = {name: getattr(of, name) for name in ("name", "rows", "sha256", "filed_at")}
    return plain | {"id": of.pk, "unit": Ref(id=of.unit.code, name=of.unit.name)}


def _row(one: Row) -> MatchRow:
    return MatchRow(
        row=one.entry.line,
        code=one.entry.code,
        name=one.entry.name,
        match=one.match.value,
        outlet=Ref(id=one.outlet.pk, name=one.outlet.name) if one.outlet else None,
        differences={name: list(pair) for name, pair in (one.differences or {}).items()},
        distance_m=None if one.distance_m is None else round(one.distance_m, 1),
        fault=one.entry.fault,
    )
