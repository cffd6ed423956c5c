"""命名编码: what an outlet may be called and coded; codes issued, one or many at once, voided, reserved offline."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import (
    Given,
    Id,
    Name,
    Page,
    Reason,
    Reasons,
    Ref,
    Sha256,
    Text24,
    Text64,
    Text128,
    Text200,
    Told,
    Word,
)
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.flows import standardisation_support
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import guards, queries
from qingyuan.stages.standardisation.actions import coding
from qingyuan.stages.standardisation.models import IssuedCode, Segment

router = Router(tags=["命名编码"])
SIZE = 50
ISSUE = Permission.CODE_ISSUE


class CodeRow(Told):
    """A code that was issued."""

    code: str
    outlet: Ref
    state: str = Field(description="standing 有效，voided 已注销")
    by_hand: bool
    doubts: list[str] = Field(description="存疑而未拒绝之处")
    segment: int | None
    clause: str
    issued_on: date
    voided_on: date | None
    void_reason: str


class Coding(Told):
    """An outlet's name and code: what is proposed, what was issued, and why not."""

    outlet: Ref
    national_code: str
    name: str = Field(description="按 HJ 1235 式样建议的名称")
    basin: str = Field(description="建议的流域水系字母")
    basin_name: str
    letters: str = Field(description="类型代码")
    letters_status: str
    authority: list[str] = Field(description="由谁赋码")
    clause: str
    codes: list[CodeRow]
    against_issue: Reason | None
    against_void: Reason | None


class Issued(Told):
    """The codes that were issued together."""

    codes: list[CodeRow]


class Awaiting(Told):
    """An outlet that may be coded, with the code it would get now."""

    outlet: Ref
    code: str
    against: Reason | None


class IssueCode(OnDay):
    """Everything is proposed where it is left empty: the next serial, the basin, the present name."""

    basin: Text24 = Field("", description="流域水系字母")
    code: Text24 = Field("", description="手工填写的编码")
    name: Text128 = Field("", description="同时改名")


class Pair(Given):
    """An outlet and the code that was shown for it."""

    outlet: Id
    code: Text24


class IssueMany(OnDay):
    """Exactly these codes, or none."""

    codes: list[Pair] = Field(min_length=1, max_length=500)


class Void(OnDay):
    """Why, and on which paper."""

    reason: Reasons
    sha256: Sha256 | None = None


class Reserve(OnDay):
    """So many numbers of a county."""

    unit: Word
    basin: Text24
    count: int = Field(ge=1, le=9999)
    holder: Name
    purpose: Text200 = ""


class UsedNumber(Given):
    """A number of the range and the outlet that got it."""

    outlet: Text64
    serial: int = Field(ge=1, le=9999)
    name: Text128 = ""


class Report(OnDay):
    """The numbers that were used."""

    used: list[UsedNumber] = Field(min_length=1, max_length=500)


class CodeSegment(Told):
    """A range of numbers."""

    id: int
    version: int
    unit: Ref
    basin: str
    first: int
    last: int
    holder: str
    purpose: str
    state: str
    reserved_on: date
    closed_on: date | None
    codes: list[CodeRow]


@router.get("/codes", response=Page[CodeRow], summary="已赋编码")
def listed(request: HttpRequest, unit: Word = "", q: Word = "", after: Id | None = None) -> Page[CodeRow]:
    """在本系统赋出、注销的编码，新的在前；q 为编码的开头。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    rows = queries.issued(who, path=path, text=q, after=after or 0, limit=SIZE + 1)
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[CodeRow](items=[_row(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/codes/waiting", response=Page[Awaiting], summary="待编码的排污口")
def waiting(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[Awaiting]:
    """可以赋码而未赋码的排污口，以及现在赋码将得到的编码；批量赋码时原样送回。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    rows = queries.waiting_for_code(who, path=path, after=after or 0, limit=SIZE + 1)
    shown = coding.preview(rows[:SIZE], on=asking.today(), by=who, at=timezone.now())
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    items = [Awaiting(outlet=_ref(one), code=code, against=reason_of(no)) for one, code, no in shown]
    return Page[Awaiting](items=items, next=next_address(request, last))


@router.post("/codes", response=Issued, summary="批量赋码")
@write(status=201)
def issue_many(request: HttpRequest, given: IssueMany) -> Issued:
    """与确认的编码逐个相同才写入，有一个不同则一个都不写。"""
    by, at = asking.require(request, ISSUE), timezone.now()
    expected = {one.outlet: one.code for one in given.codes}
    outlets = registry.visible_to(by).filter(pk__in=expected).select_related("unit", "party", "water").order_by("pk")
    found = list(outlets.defer("water__geometry"))
    if len(found) < len(expected):
        raise NotFound("outlet", str(min(set(expected) - {one.pk for one in found})))
    made = coding.issue_many(found, expected=expected, on=given.on, by=by, at=at)
    for one in {row.outlet.unit_path[:6]: row.outlet for row in made}.values():
        standardisation_support.after_code(one, by=by, on=given.on, at=at)
    return Issued(codes=[_row(one) for one in made])


@router.get("/outlets/{key}/code", response=Coding, summary="一个排污口的命名编码")
def shown(request: HttpRequest, key: Word) -> Coding:
    """建议的名称和编码、历次编码、能否赋码和注销。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, asking.outlet(request, key))


@router.post("/outlets/{key}/code", response=Coding, summary="赋码")
@write(changes=True)
def issue(request: HttpRequest, key: Word, given: IssueCode) -> Coding:
    """不写编码则取下一个顺序码；手工填写的编码须与区划、类型相符且从未用过。If-Match 用排污口的 ETag。"""
    found, by, at = asking.outlet_to_change(request, key), asking.require(request, ISSUE), timezone.now()
    said = {"basin": given.basin.upper(), "code": given.code, "name": given.name}
    coding.issue_code(found, **said, on=given.on, by=by, at=at)
    standardisation_support.after_code(found, by=by, on=given.on, at=at)
    return _told(request, found)


@router.post("/outlets/{key}/code/void", response=Coding, summary="注销编码")
@write(changes=True)
def void(request: HttpRequest, key: Word, given: Void) -> Coding:
    """原编码作为别名永久保留，不再使用；注销编码不是销号。"""
    found, by = asking.outlet_to_change(request, key), asking.require(request, ISSUE)
    coding.void_code(found, reason=given.reason, on=given.on, by=by, at=timezone.now(), sha256=given.sha256 or "")
    return _told(request, found)


@router.get("/code-segments", response=Page[CodeSegment], summary="号段")
def segments(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[CodeSegment]:
    """预留的号段，新的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = queries.segments_visible_to(who).order_by("-pk")
    if unit:
        found = found.filter(within_q("unit_path", asking.unit(request, unit).path))
    rows = list((found.filter(pk__lt=after) if after else found)[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[CodeSegment](items=[_segment(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.post("/code-segments", response=CodeSegment, summary="预留号段")
@write(status=201)
def reserve(request: HttpRequest, given: Reserve) -> CodeSegment:
    """为没有网络的队伍或单位预留顺序码。"""
    by = asking.require(request, ISSUE)
    made = coding.reserve_segment(
        asking.unit(request, given.unit),
        basin=given.basin.upper(),
        count=given.count,
        holder=given.holder,
        purpose=given.purpose,
        on=given.on,
        by=by,
        at=timezone.now(),
    )
    asking.located(request, f"/api/v1/code-segments/{made.pk}")
    asking.seen(request, made.version)
    return _segment(made)


@router.get("/code-segments/{pk}", response=CodeSegment, summary="一个号段")
def segment(request: HttpRequest, pk: Id) -> CodeSegment:
    """号段和其中已上报的编码。"""
    found = queries.segment(asking.require(request, Permission.OUTLET_VIEW), pk)
    asking.seen(request, found.version)
    return _segment(found)


@router.post("/code-segments/{pk}/report", response=CodeSegment, summary="上报号段")
@write(changes=True)
def report(request: HttpRequest, pk: Id, given: Report) -> CodeSegment:
    """用掉的顺序码各属哪个排污口；已上报的不重复写入。"""
    found, by = _to_change(request, pk), asking.actor(request)
    used = [coding.Used(registry.outlet(by, one.outlet), one.serial, one.name) for one in given.used]
    coding.report_segment(found, used, on=given.on, by=by, at=timezone.now())
    asking.seen(request, found.version)
    return _segment(found)


@router.post("/code-segments/{pk}/close", response=CodeSegment, summary="收回号段")
@write(changes=True)
def close(request: HttpRequest, pk: Id, given: OnDay) -> CodeSegment:
    """没有用掉的号不再赋给别人。"""
    found = _to_change(request, pk)
    coding.close_segment(found, on=given.on, by=asking.actor(request), at=timezone.now())
    asking.seen(request, found.version)
    return _segment(found)


def _to_change(request: HttpRequest, pk: int) -> Segment:
    found = queries.segment(asking.actor(request), pk)
    asking.require(request, ISSUE)
    asking.as_read(request, found.version, str(found))
    return found


def _ref(one: Outlet) -> Ref:
    return Ref(id=one.pk, name=one.name)


def _row(one: IssuedCode) -> CodeRow:
    return CodeRow(
        code=one.text,
        outlet=_ref(one.outlet),
        state=one.state,
        by_hand=one.by_hand,
        doubts=list(one.doubts),
        segment=one.segment_id,
        clause=one.clause,
        issued_on=one.issued_on,
        voided_on=one.voided_on,
        void_reason=one.void_reason,
    )


def _segment(one: Segment) -> CodeSegment:
    plain = {name: getattr(one, name) for name in ("version", "basin", "first", "last", "holder", "purpose", "state")}
    used = one.codes.select_related("outlet").order_by("serial")
    return CodeSegment(
        id=one.pk,
        unit=Ref(id=one.unit.code, name=one.unit.name),
        reserved_on=one.reserved_on,
        closed_on=one.closed_on,
        codes=[_row(code) for code in used],
        **plain,
    )


def _told(request: HttpRequest, found: Outlet) -> Coding:
    by, on, at = asking.actor(request), asking.today(), timezone.now()
    asking.seen(request, found.version)
    proposed = queries.proposed(found, on=on)
    return Coding(
        outlet=_ref(found),
        national_code=found.national_code,
        name=proposed.name,
        basin=proposed.basin,
        basin_name=proposed.basin_name,
        letters=proposed.letters.letters if proposed.letters else "",
        letters_status=proposed.letters.status if proposed.letters else "",
        authority=list(proposed.authority.names),
        clause=proposed.authority.clause,
        codes=[_row(one) for one in queries.issued_of(found)],
        against_issue=reason_of(guards.issue_code(found, basin="", code="", name="", by=by, on=on, at=at)),
        against_void=reason_of(guards.void_code(found, reason="…", by=by, on=on, at=at)),
    )
