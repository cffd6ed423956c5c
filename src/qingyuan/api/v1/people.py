"""人员与本人: who asks and what he may do; officers one manages, their assignments. Passwords and tokens are given at
the page and the command line only: their texts must be kept nowhere, and answers of this door are kept."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.access import actions
from qingyuan.access import officers as queries
from qingyuan.access.models import Assignment, Officer
from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Page, Ref, Told, Word
from qingyuan.api.v1.act_reading import body_of, water_of
from qingyuan.api.writes import write
from qingyuan.core.access import Permission, Role
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit

router = Router(tags=["人员"])
SIZE = 50


class GrantRow(Told):
    """A role and how far it reaches."""

    role: str
    permissions: list[str]
    units: list[Ref]
    waters: list[str] = Field(description="水体路径")
    bodies: list[int] = Field(description="只管其责任区的部门")
    parties: list[int] = Field(description="本单位")


class Me(Told):
    """Who asks."""

    id: str
    name: str
    grants: list[GrantRow]


class AssignmentRow(Told):
    """A role held from a day to a day, within a reach."""

    id: int
    role: str
    unit: Ref | None
    water: Ref | None
    body: Ref | None
    party: Ref | None
    own_area_only: bool
    from_day: date
    to_day: date | None
    delegated_from: Ref | None = Field(description="代理：原任职人员")


class OfficerRow(Told):
    """A person or a program, with the assignments in the asker's scope."""

    id: int
    version: int
    username: str
    name: str
    is_active: bool
    is_program: bool
    assignments: list[AssignmentRow]


class Assign(Given):
    """A role and its reach."""

    role: Role
    unit: Word = ""
    water: Word = ""
    body: Id | None = None
    party: Id | None = None
    own_area_only: bool = False
    from_day: Day
    to_day: Day | None = None


class End(Given):
    """The day an assignment ends."""

    on: Day


@router.get("/me", response=Me, summary="本人")
def me(request: HttpRequest) -> Me:
    """令牌所属的程序（或登录的人员）及其角色、范围和权限。"""
    who = asking.actor(request)
    paths = {path for grant in who.grants for path in grant.reach.unit_paths}
    units = {one.path: Ref(id=one.code, name=one.name) for one in Unit.objects.filter(path__in=paths)}
    grants = [
        GrantRow(
            role=grant.role.value,
            permissions=sorted(grant.permissions),
            units=[units[path] for path in sorted(grant.reach.unit_paths) if path in units],
            waters=sorted(grant.reach.water_paths),
            bodies=sorted(grant.reach.body_ids),
            parties=sorted(grant.reach.party_ids),
        )
        for grant in who.grants
    ]
    return Me(id=who.id, name=who.name, grants=grants)


@router.get("/officers", response=Page[OfficerRow], summary="人员列表")
def listed(request: HttpRequest, q: Word = "", after: Word = "") -> Page[OfficerRow]:
    """本人管理的人员和程序，按登录名排序。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    found = queries.officers_in_scope(who, text=q)
    if after:
        found = found.filter(username__gt=after)
    rows = list(found[: SIZE + 1])
    last = rows[SIZE - 1].username if len(rows) > SIZE else ""
    return Page[OfficerRow](items=[_row(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/officers/{pk}", response=OfficerRow, summary="一名人员")
def shown(request: HttpRequest, pk: Id) -> OfficerRow:
    """一名人员或一个程序，及其任职。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    return told(request, queries.officer_in_scope(who, pk))


@router.post("/officers/{pk}/assignments", response=OfficerRow, summary="任职")
@write(status=201, changes=True)
def assign(request: HttpRequest, pk: Id, given: Assign) -> OfficerRow:
    """自某日起在某范围内担任某角色。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    found = to_change(request, pk)
    reach = {
        "unit": asking.unit(request, given.unit) if given.unit else None,
        "water": water_of(given.water),
        "body": body_of(given.body),
        "party": body_of(given.party),
    }
    if not any((reach["unit"], reach["water"], reach["party"], reach["body"] and given.own_area_only)):
        raise Refused(Refusal("officers.no_reach", _("请写明管辖范围：区划、水体、责任区部门或排污单位。")))
    if given.to_day is not None and given.to_day <= given.from_day:
        raise Refused(Refusal("officers.days", _("任职的截止日期须晚于起始日期。")))
    more = {"own_area_only": given.own_area_only, "from_day": given.from_day, "to_day": given.to_day}
    actions.assign(found, role=given.role, by=who, at=timezone.now(), **reach, **more)  # type: ignore[arg-type]
    return told(request, found)


@router.post("/officers/{pk}/assignments/{assignment}/end", response=OfficerRow, summary="结束任职")
@write(changes=True)
def end_assignment(request: HttpRequest, pk: Id, assignment: Id, given: End) -> OfficerRow:
    """自某日起不再担任。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    found = to_change(request, pk)
    actions.end_assignment(held(request, found, assignment), on=given.on, by=who, at=timezone.now())
    return told(request, found)


def to_change(request: HttpRequest, pk: int) -> Officer:
    """The officer to be acted upon, as the client read him (If-Match). Held until the act is done.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = queries.officer_in_scope(asking.require(request, Permission.OFFICERS_MANAGE), pk)
    Officer.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "is_active"])
    asking.as_read(request, found.version, found.name)
    return found


def held(request: HttpRequest, of: Officer, pk: int) -> Assignment:
    """One assignment of an officer; NotFound else."""
    found = queries.assignment_in_scope(asking.actor(request), pk)
    if found.officer_id != of.pk:
        raise NotFound("assignment", str(pk))
    return found


def told(request: HttpRequest, one: Officer) -> OfficerRow:
    """An officer as he is now, with the version a change must name; one whom the act took out of the asker's scope is
    still told."""
    found = queries.officers_in_scope(asking.actor(request)).filter(pk=one.pk).first()
    found = found or Officer.objects.get(pk=one.pk)
    asking.seen(request, found.version)
    return _row(found)


def _row(one: Officer) -> OfficerRow:
    assignments = [assignment_row(row) for row in one.assignments.all()]
    plain = {name: getattr(one, name) for name in ("version", "username", "name", "is_active", "is_program")}
    return OfficerRow(id=one.pk, **plain, assignments=assignments)


def assignment_row(row: Assignment) -> AssignmentRow:
    """An assignment as it is answered."""
    lender = row.delegated_from.officer if row.delegated_from else None
    return AssignmentRow(
        id=row.pk,
        role=row.role,
        unit=Ref(id=row.unit.code, name=row.unit.name) if row.unit else None,
        water=Ref(id=row.water.code, name=row.water.name) if row.water else None,
        body=Ref(id=row.body.pk, name=row.body.name) if row.body else None,
        party=Ref(id=row.party.pk, name=row.party.name) if row.party else None,
        own_area_only=row.reaches_own_area_only,
        from_day=row.from_day,
        to_day=row.to_day,
        delegated_from=Ref(id=lender.pk, name=lender.name) if lender else None,
    )
