"""名录和清单: the registers a scheme names, live and as they were published, and what differs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Given, Id, Mark, Page, Text200, Told, Word
from qingyuan.api.writes import write
from qingyuan.core import access
from qingyuan.core.access import Permission, Place
from qingyuan.core.comparing import Difference
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.exchange.registers import FORMATS, write_register
from qingyuan.places.models import Unit
from qingyuan.registry import actions, paging, registers, versions
from qingyuan.registry.models import RegisterVersion
from qingyuan.registry.registers import KINDS, Register, Row

router = Router(tags=["名录和清单"])
SIZE = 100
COMPARED_AT_MOST = 20_000
RegisterFormat = StrEnum("RegisterFormat", {name.upper(): name for name in FORMATS})  # type: ignore[misc]
XLSX = RegisterFormat("xlsx")


class VersionRow(Told):
    """A published version, and how many rows differ from the one before."""

    number: int
    name: str
    snapshot_day: date
    rows: int
    added: int
    removed: int
    changed: int
    sha256: str
    digest: str
    clause: str
    pack: str
    note: str
    published_at: datetime


class RegisterRow(Told):
    """A register the scheme of the unit names, how many stand in it now, and its last version."""

    key: str
    name: str
    kind: str
    meaning: str
    columns: list[str]
    clause: str
    count: int
    last: VersionRow | None


class RegisterLine(Told):
    """One line: the outlet and the columns as text, in the order of the register's columns."""

    outlet: int
    values: list[str]


class ChangedLine(Told):
    """A row that stands in both with other values: column → [then, now]."""

    outlet: int
    changes: dict[str, list[str]]


class Differs(Told):
    """What the later has that the earlier has not. `before` and `now`: version numbers; `now` null: the live one."""

    before: int
    now: int | None
    added: list[int]
    removed: list[int]
    changed: list[ChangedLine]


class Publish(Given):
    """`after`: the number of the version that was seen as the last one; 0 for none."""

    unit: Word
    after: int = Field(ge=0, le=2**31 - 1)
    note: Text200 = ""


@router.get("/registers", response=list[RegisterRow], summary="名录和清单")
def listed(request: HttpRequest, unit: Word = "") -> list[RegisterRow]:
    """所在方案规定建立的名录和清单、现有个数、最近一版。"""
    at, on = _unit(request, unit), asking.today()
    return [_register(one, at) for one in registers.registers_of(at.path, on=on)]


@router.get("/registers/{name}", response=Page[RegisterLine], summary="现行名录")
def live(request: HttpRequest, name: Word, unit: Word = "", after: Mark = "") -> Page[RegisterLine]:
    """现在列入的排污口，逐页读取。"""
    at, on = _unit(request, unit), asking.today()
    of = registers.register_of(at.path, name, on=on)
    found = registers.outlets_in(of, at, on=on).select_related("water", "party", "managing_body")
    page = paging.page_of(found.defer("water__geometry"), sort="place", after=after, size=SIZE)
    rows = [_line(one) for one in registers.page_rows(of, page.rows, at, on=on)]
    return Page[RegisterLine](items=rows, next=next_address(request, page.after))


@router.get("/registers/{name}/versions", response=list[VersionRow], summary="历次版本")
def published(request: HttpRequest, name: Word, unit: Word = "") -> list[VersionRow]:
    """已发布的版本，新的在前。"""
    at = _unit(request, unit)
    registers.register_of(at.path, name, on=asking.today())
    return [_version(one) for one in versions.versions_of(at, name)]


@router.get("/registers/{name}/versions/{number}", response=Page[RegisterLine], summary="一版的内容")
def version(
    request: HttpRequest, name: Word, number: Id, unit: Word = "", after: Id | None = None
) -> Page[RegisterLine]:
    """发布时的各行，永不改变；after 是已读的行数。"""
    found = _published(_unit(request, unit), name, number)
    rows, start = versions.rows_as_listed(versions.snapshot_of(found)), after or 0
    last = start + SIZE if start + SIZE < len(rows) else None
    return Page[RegisterLine](
        items=[_line(one) for one in rows[start : start + SIZE]], next=next_address(request, last)
    )


@router.get("/registers/{name}/difference", response=Differs, summary="两版的差异")
def difference(
    request: HttpRequest, name: Word, unit: Word = "", before: Id | None = None, now: Id | None = None
) -> Differs:
    """before 默认最近一版，now 默认现行：新增、减少、变更。"""
    at, on = _unit(request, unit), asking.today()
    of = registers.register_of(at.path, name, on=on)
    earlier = _published(at, name, before) if before else versions.last_of(at, name)
    if earlier is None:
        raise NotFound("register version", name)
    later = _published(at, name, now) if now else None
    count = later.rows if later else registers.how_many(of, at, on=on)
    if max(count, earlier.rows) > COMPARED_AT_MOST:
        text = _("超过 %(n)s 行，请分区划比较。")
        raise Refused(Refusal("registry.too_many", text, {"n": COMPARED_AT_MOST}))
    snapshot = versions.snapshot_of(later) if later else versions.live(of, at, on=on)
    found = versions.differs(versions.snapshot_of(earlier), snapshot)
    return _differs(found, before=earlier.number, now=later.number if later else None)


@router.get("/registers/{name}/export", summary="导出名录", openapi_extra=binary())
def export(
    request: HttpRequest, name: Word, unit: Word = "", number: Id | None = None, format: RegisterFormat = XLSX
) -> FileResponse:
    """现行名录，或某一版（number），导出为 xlsx 或 csv。"""
    at, on = _unit(request, unit), asking.today()
    place = Place(unit_path=at.path, managing_path=at.path)
    require(access.refusal(asking.actor(request), Permission.OUTLET_EXPORT, place))
    of = registers.register_of(at.path, name, on=on)
    if number:
        snapshot = versions.snapshot_of(_published(at, name, number))
        columns, rows = snapshot.columns, iter(versions.rows_as_listed(snapshot))
    else:
        found = registers.outlets_in(of, at, on=on)
        columns, rows = of.columns, registers.rows_of(of, found, at, on=on)
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        write_register(out, format.value, name=of.name, columns=columns, rows=rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    filename = f"{of.name}{number or on.isoformat()}.{format.value}"
    return FileResponse(out, as_attachment=True, filename=filename, content_type="application/octet-stream")


@router.post("/registers/{name}/publish", response=VersionRow, summary="发布新版")
@write(status=201)
def publish(request: HttpRequest, name: Word, given: Publish) -> VersionRow:
    """由方案规定的单位发布；自上一版以来没有变化的不发布。此前有人另行发布的，答 412。"""
    at = asking.unit(request, given.unit)
    by = asking.require(request, Permission.REGISTER_PUBLISH)
    made = actions.publish_version(at, name, after=given.after, note=given.note, by=by, at=timezone.now())
    asking.located(request, f"/api/v1/registers/{name}/versions/{made.number}?unit={at.code}")
    return _version(made)


def _unit(request: HttpRequest, code: str) -> Unit:
    """A register is a unit's: who has no territory has none."""
    asking.require(request, Permission.OUTLET_VIEW)
    found = asking.unit_or_own(request, code)
    if found is None:
        raise NotFound("unit", code)
    return found


def _published(at: Unit, name: str, number: int) -> RegisterVersion:
    if number > 2**31 - 1:
        raise NotFound("register version", str(number))
    return versions.version_of(at, name, number)


def _register(one: Register, at: Unit) -> RegisterRow:
    last = versions.last_of(at, one.key)
    return RegisterRow(
        key=one.key,
        name=one.name,
        kind=one.kind,
        meaning=translated(KINDS[one.kind]),
        columns=list(one.columns),
        clause=one.clause,
        count=registers.how_many(one, at, on=asking.today()),
        last=_version(last) if last else None,
    )


def _version(one: RegisterVersion) -> VersionRow:
    return VersionRow.model_validate({name: getattr(one, name) for name in VersionRow.model_fields})


def _line(one: Row) -> RegisterLine:
    return RegisterLine(outlet=one.outlet_id, values=list(one.values))


def _differs(found: Difference, *, before: int, now: int | None) -> Differs:
    changed = [
        ChangedLine(outlet=one.id, changes={name: list(pair) for name, pair in one.changes.items()})
        for one in found.changed
    ]
    return Differs(before=before, now=now, added=list(found.added), removed=list(found.removed), changed=changed)
