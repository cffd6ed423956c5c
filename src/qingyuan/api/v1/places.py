"""区划、区域: units and zones, and what holds a point. Waters are in waters.py."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Id, Latitude, Longitude, Page, Ref, Told, Word
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.core.zones import ZoneKind
from qingyuan.places import locating, queries
from qingyuan.places.models import Unit, Zone
from qingyuan.places.paths import within_q

router = Router(tags=["区划、水体、区域"])
SIZE = 100


class UnitRow(Told):
    """A division or a zone that is managed like one."""

    code: str
    name: str
    level: int
    kind: str
    parent: str | None
    status: str
    valid_from: date | None
    valid_to: date | None


class ZoneRow(Told):
    """A zone in which clauses forbid, restrict or ask something."""

    id: int
    kind: str
    name: str
    level: str
    unit: Ref
    valid_from: date | None
    valid_to: date | None
    status: str
    is_demo: bool


class InKind(Told):
    """Whether a point lies in a zone of a kind; null: nobody can tell, the layer is not loaded."""

    kind: str
    inside: bool | None
    zones: list[ZoneRow]


class Located(Told):
    """The units that hold a point, the deepest first, and the zones of every kind."""

    known: bool
    units: list[UnitRow]
    zones: list[InKind]


@router.get("/units", response=Page[UnitRow], summary="行政区划")
def units(request: HttpRequest, within: Word = "", q: Word = "", after: Word = "") -> Page[UnitRow]:
    """某区划以下现行的区划，按代码顺序。"""
    path = queries.unit(within).path if within else ""
    found = queries.units_below(path, itself=True).select_related("parent")
    if q:
        found = found.filter(name__startswith=q)
    if after:
        found = found.filter(path__gt=after)
    rows = list(found[: SIZE + 1])
    last = rows[SIZE - 1].path if len(rows) > SIZE else ""
    return Page[UnitRow](items=[_unit(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/units/{code}", response=UnitRow, summary="一个区划")
def unit(request: HttpRequest, code: Word) -> UnitRow:  # noqa: ARG001
    """按代码读取，旧代码指向现行区划。"""
    return _unit(queries.unit_for(code) if code[:2].isdecimal() else queries.unit(code))


@router.get("/places/locate", response=Located, summary="某点所在的区划和区域")
def locate(request: HttpRequest, longitude_deg: Longitude, latitude_deg: Latitude, on: Day | None = None) -> Located:  # noqa: ARG001
    """没有载入界线或图层的，答“不知道”，不答“不在”。"""
    found = locating.locate(longitude_deg, latitude_deg)
    presence = locating.zones_at(longitude_deg, latitude_deg, on or asking.today())
    zones = [
        InKind(kind=kind.value, inside=one.inside, zones=[_zone(zone) for zone in one.zones])
        for kind, one in presence.items()
    ]
    return Located(known=found.known, units=[_unit(one) for one in found.units], zones=zones)


@router.get("/zones", response=Page[ZoneRow], summary="区域")
def zones(
    request: HttpRequest, unit: Word = "", kind: ZoneKind | None = None, after: Id | None = None
) -> Page[ZoneRow]:
    """现行的各类区域（保护区、功能区等），不含图形；图形见 OGC 接口。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = Zone.objects.filter(valid_to=None).select_related("unit").defer("geometry").order_by("pk")
    if unit:
        found = found.filter(within_q("unit__path", queries.unit(unit).path))
    if kind is not None:
        found = found.filter(kind=kind.value)
    if after is not None:
        found = found.filter(pk__gt=after)
    rows = list(found[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[ZoneRow](items=[_zone(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/zones/{pk}", response=ZoneRow, summary="一个区域")
def zone(request: HttpRequest, pk: Id) -> ZoneRow:
    """按编号读取。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = Zone.objects.filter(pk=pk).select_related("unit").defer("geometry").first()
    if found is None:
        raise NotFound("zone", str(pk))
    return _zone(found)


def _unit(one: Unit) -> UnitRow:
    plain = {name: getattr(one, name) for name in ("code", "name", "level", "kind", "status", "valid_from", "valid_to")}
    return UnitRow(**plain, parent=one.parent.code if one.parent else None)


def _zone(one: Zone) -> ZoneRow:
    named = ("kind", "name", "level", "valid_from", "valid_to", "status", "is_demo")
    plain = {name: getattr(one, name) for name in named}
    return ZoneRow(id=one.pk, unit=Ref(id=one.unit.code, name=one.unit.name), **plain)
