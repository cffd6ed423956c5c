"""监管责任: who supervises an outlet, what each department owes, where nobody does, which outlets join the plans."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Page, Ref, Text200, Told, Word
from qingyuan.api.v1.act_reading import unit_of
from qingyuan.api.v1.outlet_shapes import OutletRow, row_of
from qingyuan.api.writes import write
from qingyuan.boards.oversight import queries
from qingyuan.boards.oversight.matrix import Gap, Line, Seat
from qingyuan.core.access import Permission
from qingyuan.core.policy import words
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.places.models import Unit
from qingyuan.rulebook import regulations

router = Router(tags=["监管责任"])
SIZE = 50
COUNTED_FROM_LEVEL = 1
"""Tasks are grouped over the whole subtree: for the nation they are asked a level below."""
Month = Annotated[str, Field(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$", description="如 2023-06；空为上月")]


class DutyRow(Told):
    """Whose duty it is to see to a supervisor."""

    unit: str
    functions: list[str]
    clause: str
    status: str


class OwnerRow(Told):
    """The body that supervises, and by what it was found."""

    body: Ref
    how: str
    how_name: str
    clause: str
    status: str


class DepartmentRow(Told):
    """The department of the party's industry."""

    body: Ref | None
    functions: list[str]
    industry: str
    clause: str
    status: str
    open_items: list[Ref]


class CaseRow(Told):
    """Who decides on which application."""

    case: str
    authority: str


class Supervision(Told):
    """Who supervises one outlet. `owner` null: nobody; `duty` says whose duty it is then."""

    owner: OwnerRow | None
    duty: DutyRow
    chief: str | None
    chief_clause: str
    department: DepartmentRow | None
    authority: list[CaseRow]
    authority_clause: str


class SeatRow(Told):
    """A department in one unit; `contacts`: the officers who act for it."""

    name: str
    unit: Ref
    body: Ref | None
    contacts: list[str]


class TagRow(Told):
    """A duty by its key and in words."""

    key: str
    name: str


class MatrixLine(Told):
    """One organisation of the scheme with its duties and its seats."""

    name: str
    function: str
    duties: list[TagRow]
    clause: str
    seats: list[SeatRow]
    more: int


class GapRow(Told):
    """A department that owes something, and where something is missing."""

    name: str
    function: str
    clause: str
    duties: list[TagRow]
    seat: SeatRow


class Daily(Told):
    """Departments without any record of supervision in a month."""

    first: date
    after: date
    unfinished: bool
    gaps: list[GapRow]


class UnownedRow(Told):
    """An outlet nobody supervises."""

    outlet: OutletRow
    duty: DutyRow


class UnownedTask(Told):
    """So many outlets at one unit's charge nobody supervises."""

    unit: str
    functions: list[str]
    clause: str
    status: str
    outlets: int


class PilotRow(Told):
    """Whether the pilot types of a scheme are in at a county."""

    unit: Ref
    types: list[str]
    is_on: bool
    from_day: date | None
    reason: str
    clause: str
    status: str


class Switch(Given):
    """A county switches its pilot types on or off from a day."""

    on: bool = Field(description="true 开启，false 关闭")
    from_day: Day
    reason: Text200 = ""


@router.get("/outlets/{key}/supervision", response=Supervision, summary="排污口的监管责任")
def of_outlet(request: HttpRequest, key: Word) -> Supervision:
    """监管单位及依据；没有的，写明应由谁落实。河长、行业主管部门、审批单位一并列出。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = queries.oversight_of(asking.outlet(request, key), on=asking.today())
    owner, department, authority = found.owner, found.department, found.authority
    return Supervision(
        owner=OwnerRow(
            body=Ref(id=owner.body.pk, name=owner.body.name),
            how=owner.how.value,
            how_name=translated(queries.HOW_LABELS[owner.how]),
            clause=owner.clause,
            status=owner.status,
        )
        if owner
        else None,
        duty=_duty(found.duty, found.duty_unit),
        chief=found.chief.name if found.chief else None,
        chief_clause=found.chief_clause,
        department=DepartmentRow(
            body=Ref(id=department.body.pk, name=department.body.name) if department.body else None,
            functions=[str(one) for one in department.functions],
            industry=department.industry,
            clause=department.clause,
            status=department.status,
            open_items=[Ref(id=one.pk, name=one.subject) for one in department.tasks],
        )
        if department
        else None,
        authority=[CaseRow(case=case, authority=who) for case, who in authority.decisions] if authority else [],
        authority_clause=authority.clause if authority else "",
    )


@router.get("/supervision/{unit}/matrix", response=list[MatrixLine], summary="职责矩阵")
def matrix(request: HttpRequest, unit: Word) -> list[MatrixLine]:
    """方案所列的单位、职责、依据，及其背后登记的单位和人员。"""
    return [_line(one) for one in queries.matrix(_unit(request, unit), on=asking.today())]


@router.get("/supervision/{unit}/contacts", response=list[GapRow], summary="责任落实")
def contacts(request: HttpRequest, unit: Word) -> list[GapRow]:
    """有职责而没有联系人的部门。"""
    return [_gap(one) for one in queries.without_contact(_unit(request, unit), on=asking.today())]


@router.get("/supervision/{unit}/daily", response=Daily, summary="日常监管")
def daily(request: HttpRequest, unit: Word, month: Month = "") -> Daily:
    """负有日常监管职责、而在某月没有任何记录的部门。"""
    at, on = _unit(request, unit), asking.today()
    asked = _month(month, on)
    first, after = queries.month_of(asked)
    gaps = [_gap(one) for one in queries.without_record(at, month=asked, on=on)]
    return Daily(first=first, after=after, unfinished=after > on, gaps=gaps)


@router.get("/supervision/{unit}/unowned", response=Page[UnownedRow], summary="无人监管清单")
def unowned(request: HttpRequest, unit: Word, after: Id | None = None) -> Page[UnownedRow]:
    """没有监管单位的排污口，及应由谁落实。一页可能不满，以 next 为准。"""
    at, on = _unit(request, unit), asking.today()
    page = queries.unowned(asking.actor(request), at.path, on=on, after=after or 0, limit=SIZE)
    rows = [UnownedRow(outlet=row_of(one.outlet), duty=_duty(one.duty, one.duty_unit)) for one in page.rows]
    return Page[UnownedRow](items=rows, next=next_address(request, page.after or None))


@router.get("/supervision/{unit}/unowned-by-unit", response=list[UnownedTask], summary="无人监管：按责任单位")
def unowned_tasks(request: HttpRequest, unit: Word) -> list[UnownedTask]:
    """各单位应落实监管的个数；全国不作统计。"""
    at, on = _unit(request, unit), asking.today()
    if at.level < COUNTED_FROM_LEVEL:
        return []
    return [
        UnownedTask(
            unit=one.unit,
            functions=[str(name) for name in one.functions],
            clause=one.clause,
            status=one.status,
            outlets=one.number,
        )
        for one in queries.tasks(asking.actor(request), at.path, on=on)
    ]


@router.get("/supervision/{unit}/list", response=Page[OutletRow], summary="监管清单")
def supervision_list(
    request: HttpRequest, unit: Word, on: Day | None = None, after: Id | None = None
) -> Page[OutletRow]:
    """列入检查、监测计划的排污口。"""
    at = _unit(request, unit)
    found = queries.joining(asking.actor(request), at, on=on or asking.today())
    found = found.select_related("unit", "managing_unit", "managing_body", "water", "party").defer("water__geometry")
    rows = list(found.filter(pk__gt=after or 0).order_by("pk")[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[OutletRow](items=[row_of(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/supervision/{unit}/pilots", response=list[PilotRow], summary="先行先试")
def pilots(request: HttpRequest, unit: Word, on: Day | None = None) -> list[PilotRow]:
    """各县（市、区）是否开启先行先试的类型。"""
    return [_pilot(one, pilot) for one, pilot in queries.counties(_unit(request, unit), on=on or asking.today())]


@router.post("/supervision/{unit}/pilot", response=PilotRow, summary="开启或关闭先行先试")
@write()
def switch_pilot(request: HttpRequest, unit: Word, given: Switch) -> PilotRow:
    """县（市、区）自某日起开启或关闭；与现状相同的不重复写入。"""
    county = unit_of(request, unit)
    by = asking.require(request, Permission.REGULATION_MAINTAIN)
    pilot = queries.pilot_of(county.path, on=given.from_day)
    if not queries.may_pilot(county) or not pilot.types:
        raise Refused(Refusal("oversight.no_pilot", _("所在方案没有先行先试的类型，或者不是县（市、区）。")))
    regulations.decide(
        unit=county,
        name=queries.PILOT,
        value=given.on,
        from_day=given.from_day,
        reason=given.reason,
        clause=pilot.clause,
        by=by,
        at=timezone.now(),
    )
    return _pilot(county, queries.pilot_of(county.path, on=given.from_day))


def _unit(request: HttpRequest, code: str) -> Unit:
    asking.require(request, Permission.OUTLET_VIEW)
    return asking.unit(request, code)


def _month(text: str, on: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return on.replace(day=1) - timedelta(days=1)


def _duty(one: queries.Duty, unit: str) -> DutyRow:
    return DutyRow(unit=unit, functions=[str(name) for name in one.functions], clause=one.clause, status=one.status)


def _tags(duties: tuple[str, ...]) -> list[TagRow]:
    return [TagRow(key=tag, name=translated(words.said(tag))) for tag in duties]


def _seat(one: Seat) -> SeatRow:
    return SeatRow(
        name=one.name,
        unit=Ref(id=one.unit.code, name=one.unit.name),
        body=Ref(id=one.body.pk, name=one.body.name) if one.body else None,
        contacts=list(one.contacts),
    )


def _line(one: Line) -> MatrixLine:
    seats = [_seat(seat) for seat in one.seats]
    return MatrixLine(
        name=one.name, function=one.function, duties=_tags(one.duties), clause=one.clause, seats=seats, more=one.more
    )


def _gap(one: Gap) -> GapRow:
    line = one.line
    return GapRow(
        name=line.name, function=line.function, clause=line.clause, duties=_tags(one.duties), seat=_seat(one.seat)
    )


def _pilot(unit: Unit, pilot: queries.Pilot) -> PilotRow:
    return PilotRow(
        unit=Ref(id=unit.code, name=unit.name),
        types=list(pilot.types),
        is_on=pilot.is_on,
        from_day=pilot.decision.from_day if pilot.decision else None,
        reason=pilot.decision.reason if pilot.decision else "",
        clause=pilot.clause,
        status=pilot.status,
    )
