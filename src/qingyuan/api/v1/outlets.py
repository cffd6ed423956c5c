"""排污口: the list with every filter of the page, one outlet with everything on record about it, entering a new one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Given, Id, Mark, Page, Word
from qingyuan.api.v1 import act_shapes as shapes
from qingyuan.api.v1.act_reading import (
    body_of,
    check_words,
    described,
    known_type,
    position_of,
    unit_of,
    water_of,
    wrong,
)
from qingyuan.api.v1.outlet_shapes import OutletFile, OutletRow, file_of, row_of, told
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import Move, Stage, StageGroup
from qingyuan.core.refusal import NotFound
from qingyuan.flows import survey_opens_tracing
from qingyuan.places import queries as places
from qingyuan.registry import actions, listing, paging, queries
from qingyuan.registry.listing import Asked
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of

router = Router(tags=["排污口"])
STAGES = {*(stage.value for stage in Stage), *(listing.GROUP + group.value for group in StageGroup)}


class Source(StrEnum):
    """How an outlet came into the register."""

    SURVEY = "survey"
    FILE = "file"
    BROUGHT_IN = "brought_in"


class Special(StrEnum):
    """Lists of their own: 待补充, 断链, 线索."""

    PENDING = "pending"
    BROKEN = "broken"
    LEADS = "leads"


class Sort(StrEnum):
    """The orders: by place, by name (within a county)."""

    PLACE = "place"
    NAME = "name"


class Wanted(Given):
    """The filters of the list."""

    unit: Word = Field("", description="行政区划代码；空为本人范围")
    type: Word = Field("", description="一级或二级类型代码；none 为尚未分类")
    stage: Word = Field("", description="阶段，或 group:阶段组")
    position: bool | None = Field(None, description="有无坐标")
    source: Source | None = Field(None, description="来源")
    special: Special | None = Field(None, description="pending 待补充、broken 断链、leads 线索")
    q: Annotated[Word, Field(description="名称或编码含")] = ""
    water: Word = Field("", description="受纳水体代码")
    party: Id | None = Field(None, description="责任主体")
    department: Id | None = Field(None, description="责任区部门")
    sort: Sort = Sort.PLACE


@router.get("/outlets", response=Page[OutletRow], summary="排污口列表")
def listed(
    request: HttpRequest, wanted: Query[Wanted], after: Mark = "", size: Annotated[int, Field(ge=1, le=200)] = 50
) -> Page[OutletRow]:
    """范围内的排污口，按区划或名称排序，逐页读取（next）。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = listing.narrowed(who, asked_of(request, wanted), on=asking.today())
    found = found.select_related("unit", "managing_unit", "managing_body", "water", "party").defer("water__geometry")
    page = paging.page_of(found, sort=wanted.sort.value, after=after, size=size)
    return Page[OutletRow](items=[row_of(one) for one in page.rows], next=next_address(request, page.after))


@router.post("/outlets", response=OutletFile, summary="登记排污口")
@write(status=201)
def register(request: HttpRequest, given: shapes.NewOutletGiven) -> OutletFile:
    """排查登记。材料先上传到 /files，再按类型写明 sha256。"""
    asking.require(request, Permission.OUTLET_REGISTER)
    new = _new(request, given, is_survey_record=True)
    made = actions.register(new, by=asking.actor(request), at=timezone.now())
    survey_opens_tracing.after_act(made, on=asking.today(), at=timezone.now())
    return _entered(request, made)


@router.post("/outlets/bring-in", response=OutletFile, summary="带入在办台账")
@write(status=201)
def bring_in(request: HttpRequest, given: shapes.BroughtIn) -> OutletFile:
    """按来源台账所写的阶段登记一个排污口，须附来源台账。"""
    asking.require(request, Permission.OUTLET_BRING_IN)
    if given.type_key:
        known_type(unit_of(request, given.unit), given.type_key)
    more = {"move": Move.BRING_IN, "stage": given.stage, "milestones": given.milestones, "type_key": given.type_key}
    new = _new(request, given, party=body_of(given.party), **more)
    made = actions.bring_in(new, by=asking.actor(request), at=timezone.now())
    return _entered(request, made)


@router.get("/outlets/{key}", response=OutletFile, summary="一口一档")
def shown(request: HttpRequest, key: Word) -> OutletFile:
    """按编号、国家编码、地方编码或曾用编码读取一个排污口的全部记录，以及可以办理的事项和不能办理的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return file_of(asking.outlet(request, key), asking.actor(request))


def asked_of(request: HttpRequest, wanted: Wanted) -> Asked:
    """What the filters ask for. Unlike a page, a program is told when it asks for what there is not (404)."""
    who = asking.actor(request)
    at = asking.unit_or_own(request, wanted.unit)
    tree = tree_of(policy_of(at.path if at else "", on=asking.today()))
    types = listing.types_asked(tree, wanted.type) if wanted.type else None
    if types == ():
        raise NotFound("type", wanted.type)
    if wanted.stage and wanted.stage not in STAGES:
        raise NotFound("stage", wanted.stage)
    return Asked(
        at=at if wanted.unit else None,
        types=types,
        stages=listing.stages_asked(wanted.stage),
        position=wanted.position,
        source=wanted.source or "",
        special=wanted.special or "",
        q=" ".join(wanted.q.split()),
        water=places.water(wanted.water) if wanted.water else None,
        party=_body(who, wanted.party),
        department=_body(who, wanted.department),
    )


def _body(who: Actor, pk: int | None) -> Body | None:
    if pk is None:
        return None
    found = queries.bodies_visible_to(who).filter(pk=pk).first()
    if found is None:
        raise NotFound("body", str(pk))
    return found


def _entered(request: HttpRequest, made: Outlet) -> OutletFile:
    asking.located(request, f"/api/v1/outlets/{made.pk}")
    return told(request, asking.outlet(request, made.pk))


def _new(request: HttpRequest, given: shapes.NewOutletGiven, **more: Any) -> actions.NewOutlet:
    unit = unit_of(request, given.unit)
    if given.type_proposed:
        known_type(unit, given.type_proposed)
    fields = described(given.fields.model_dump(exclude_defaults=True))
    policy = policy_of(unit.path, on=asking.today())
    check_words(policy, fields)
    if not given.is_direct and not given.not_direct:
        raise wrong("not_direct", _("非直接入河的只记为线索，请写明理由。"))
    return actions.NewOutlet(
        name=given.name,
        unit=unit,
        on=given.on,
        papers=given.papers,
        position=position_of(given.position, unit.path),
        water=water_of(given.water),
        managing_unit=unit_of(request, given.managing_unit) if given.managing_unit else None,
        managing_body=body_of(given.managing_body),
        fields={**fields, "is_direct": given.is_direct},
        type_proposed=(given.type_proposed, "") if given.type_proposed else None,
        party_proposed=given.party_proposed,
        details={} if given.is_direct else {"not_direct": given.not_direct},
        unit_unknown=given.unit_unknown,
        apart_reason=given.apart,
        **more,
    )
