"""单位: organisations one may see, entering and correcting them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Given, Id, Mark, Name, Page, Position, Reasons, Ref, Text18, Told, Word
from qingyuan.api.v1.act_reading import body_of
from qingyuan.api.writes import write
from qingyuan.bodies import actions, queries
from qingyuan.bodies.models import Body
from qingyuan.core.access import Permission
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q
from qingyuan.registry.queries import bodies_visible_to

router = Router(tags=["单位"])
SIZE = 50


class BodyRow(Told):
    """An organisation."""

    id: int
    version: int
    name: str
    kind: str
    unit_type: str
    industry: str
    credit_code: str
    unit: Ref
    longitude_deg: float | None
    latitude_deg: float | None
    valid_from: date | None
    valid_to: date | None
    is_demo: bool


class BodyFile(BodyRow):
    """An organisation with what it does and what it belongs to."""

    parent: Ref | None
    supervising_body: Ref | None
    functions: list[str]


class NewBody(Given):
    """An organisation to be entered."""

    name: Name
    kind: BodyKind
    unit: Word
    unit_type: Word = ""
    industry: Word = ""
    credit_code: Text18 = ""
    parent: Id | None = None
    supervising_body: Id | None = None
    position: Position | None = None
    functions: list[BodyFunction] = []
    from_day: Day | None = None


class BodyValues(Given):
    """What a correction may set; what is not sent is not touched."""

    name: Name = "-"
    kind: BodyKind = BodyKind.OTHER
    unit_type: Word = ""
    industry: Word = ""
    credit_code: Text18 = ""
    parent: Id | None = None
    supervising_body: Id | None = None
    position: Position | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class CorrectBody(Given):
    """A correction of an organisation."""

    on: Day
    values: BodyValues
    reason: Reasons


class SetFunctions(Given):
    """What an organisation does from a day on."""

    on: Day
    functions: list[BodyFunction]
    reason: Reasons


@router.get("/bodies", response=Page[BodyRow], summary="单位列表")
def listed(request: HttpRequest, unit: Word = "", q: Word = "", after: Mark = "") -> Page[BodyRow]:
    """可见的单位，按名称排序。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = bodies_visible_to(who).select_related("unit")
    if unit:
        found = found.filter(within_q("unit_path", asking.unit(request, unit).path))
    if q:
        found = found.filter(Q(name__icontains=q) | Q(credit_code=q.upper()))
    name, _mark, pk = after.rpartition("~")
    if pk.isdecimal() and len(pk) < 18:
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    rows = list(found.order_by("name", "pk")[: SIZE + 1])
    last = f"{rows[SIZE - 1].name}~{rows[SIZE - 1].pk}" if len(rows) > SIZE else ""
    return Page[BodyRow](items=[BodyRow(**_row(one)) for one in rows[:SIZE]], next=next_address(request, last))


@router.post("/bodies", response=BodyFile, summary="登记单位")
@write(status=201)
def enter(request: HttpRequest, given: NewBody) -> BodyFile:
    """登记一个单位及其职能。"""
    by = asking.require(request, Permission.BODIES_MAINTAIN)
    made = actions.enter(
        name=given.name,
        kind=given.kind,
        unit=asking.unit(request, given.unit),
        unit_type=given.unit_type,
        industry=given.industry,
        credit_code=given.credit_code.upper(),
        parent=body_of(given.parent),
        supervising_body=body_of(given.supervising_body),
        position=given.position.pair if given.position else None,
        functions=list(dict.fromkeys(given.functions)),
        from_day=given.from_day,
        by=by,
        at=timezone.now(),
    )
    asking.located(request, f"/api/v1/bodies/{made.pk}")
    return _told(request, made)


@router.get("/bodies/{pk}", response=BodyFile, summary="一个单位")
def shown(request: HttpRequest, pk: Id) -> BodyFile:
    """一个单位；它负责的排污口用 GET /outlets?party=… 读取。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, _visible(request, pk))


@router.post("/bodies/{pk}/correct", response=BodyFile, summary="更正单位信息")
@write(changes=True)
def correct(request: HttpRequest, pk: Id, given: CorrectBody) -> BodyFile:
    """只改写明的字段；隶属单位、主管部门填写单位编号，null 为没有。"""
    found = _to_change(request, pk)
    values: dict[str, Any] = {name: getattr(given.values, name) for name in given.values.model_fields_set}
    if "position" in values:
        position = values.pop("position")
        values["longitude_deg"], values["latitude_deg"] = position.pair if position else (None, None)
    if "credit_code" in values:
        values["credit_code"] = values["credit_code"].upper()
    for name in {"parent", "supervising_body"} & set(values):
        values[name] = body_of(values[name])
    by, at = asking.actor(request), timezone.now()
    return _told(request, actions.correct(found, values=values, reason=given.reason, on=given.on, by=by, at=at))


@router.post("/bodies/{pk}/functions", response=BodyFile, summary="调整职能")
@write(changes=True)
def set_functions(request: HttpRequest, pk: Id, given: SetFunctions) -> BodyFile:
    """自某日起恰好承担这些职能；以前的仍可查。"""
    found, by, at = _to_change(request, pk), asking.actor(request), timezone.now()
    told = dict.fromkeys(given.functions)
    actions.set_functions(found, functions=told, reason=given.reason, on=given.on, by=by, at=at)
    return _told(request, found)


def _to_change(request: HttpRequest, pk: int) -> Body:
    found = _visible(request, pk)
    asking.as_read(request, found.version, found.name)
    return found


def _visible(request: HttpRequest, pk: int) -> Body:
    found = (
        bodies_visible_to(asking.actor(request))
        .filter(pk=pk)
        .select_related("unit", "parent", "supervising_body")
        .first()
    )
    if found is None:
        raise NotFound("body", str(pk))
    return found


def _row(one: Body) -> dict[str, Any]:
    plain = ("version", "name", "kind", "unit_type", "industry", "credit_code", "valid_from", "valid_to", "is_demo")
    position = {
        name: float(value) if (value := getattr(one, name)) is not None else None
        for name in ("longitude_deg", "latitude_deg")
    }
    named = {"id": one.pk, "unit": Ref(id=one.unit.code, name=one.unit.name)}
    return named | position | {name: getattr(one, name) for name in plain}


def _told(request: HttpRequest, one: Body) -> BodyFile:
    asking.seen(request, one.version)
    functions = sorted(queries.functions_of(one, on=asking.today()))
    return BodyFile(
        **_row(one),
        parent=_ref(one.parent),
        supervising_body=_ref(one.supervising_body),
        functions=[function.value for function in functions],
    )


def _ref(one: Body | None) -> Ref | None:
    return Ref(id=one.pk, name=one.name) if one else None
