"""标识牌: coded outlets by their board, one board, its life, its PDF; the boards of many outlets as one PDF."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import (
    Given,
    Id,
    Latitude,
    Longitude,
    Moment,
    Page,
    Reason,
    Reasons,
    Ref,
    Sha256,
    Text200,
    Told,
    Word,
)
from qingyuan.api.v1.act_reading import wrong
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import asks, write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import signboards
from qingyuan.library import queries as library
from qingyuan.registry import queries as registry
from qingyuan.stages.standardisation import board, guards_signs, queries
from qingyuan.stages.standardisation.actions import signs
from qingyuan.stages.standardisation.models import Sign

router = Router(tags=["标识牌"])
SIZE = 50
WORK = Permission.STANDARDISATION_WORK
State = Literal["", "none", "designed", "printed", "erected", "damaged", "void"]


class BoardRow(Told):
    """One row of a board."""

    key: str
    text: str


class Changed(Told):
    """A row that is not true any more."""

    key: str
    printed: str
    today: str


class SignRow(Told):
    """A coded outlet and its board in use; `id` null: it has none."""

    outlet: Ref
    code: str
    state: str
    id: int | None
    urged: int = Field(description="敦促立牌次数")


class SignFile(Told):
    """One board."""

    id: int
    version: int
    outlet: Ref
    number: int
    code: str
    state: str
    content: list[BoardRow]
    width_mm: float
    height_mm: float
    outdated: list[Changed] = Field(description="牌面已过时的内容")
    erected_by: str
    designed_on: date
    printed_on: date | None
    erected_on: date | None
    photo_sha256: str
    photo_taken_at: datetime | None
    distance_m: float | None = Field(description="照片距排污口，m")
    damaged_on: date | None
    damage: str
    void_on: date | None
    void_reason: str
    against: dict[str, Reason | None]


class Design(OnDay):
    """For which outlet."""

    outlet: Id


class Place(Given):
    """Where the photograph was taken."""

    longitude: Longitude
    latitude: Latitude


class Erect(OnDay):
    """The photograph, by its hash in the library (POST /files); position and time where the picture has none."""

    photo: Sha256
    position: Place | None = None
    taken_at: Moment | None = None
    reason: Text200 = Field("", description="距排污口较远的理由")


class Damage(OnDay):
    """What was found."""

    damage: Reasons


class VoidSign(OnDay):
    """Why."""

    reason: Reasons


class ManySigns(Given):
    """The boards wanted, by their numbers."""

    signs: list[Id] = Field(min_length=1, max_length=1000)


@router.get("/signboards", response=Page[SignRow], summary="标识牌")
def listed(
    request: HttpRequest, unit: Word = "", state: State = "", q: Word = "", after: Id | None = None
) -> Page[SignRow]:
    """已编码的排污口和在用的标识牌；none 为未设计。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    rows = queries.listed(who, path=path, state=state, text=q, after=after or 0, limit=SIZE + 1)
    last = rows[SIZE - 1].outlet.pk if len(rows) > SIZE else None
    items = [
        SignRow(
            outlet=Ref(id=row.outlet.pk, name=row.outlet.name),
            code=row.outlet.national_code,
            state=row.state,
            id=row.sign.pk if row.sign else None,
            urged=row.urged,
        )
        for row in rows[:SIZE]
    ]
    return Page[SignRow](items=items, next=next_address(request, last))


@router.post("/signboards", response=SignFile, summary="设计标识牌")
@write(status=201)
def design(request: HttpRequest, given: Design) -> SignFile:
    """牌面内容、尺寸、颜色按本地规定；制作之前再设计一次即更新内容。"""
    by = asking.require(request, WORK)
    made = signs.design_sign(registry.outlet(by, given.outlet), on=given.on, by=by, at=timezone.now())
    asking.located(request, f"/api/v1/signboards/{made.pk}")
    return _told(request, made.pk)


@router.post("/signboards/pdf", summary="多块标识牌的 PDF", openapi_extra=binary("application/pdf"))
@asks
def together(request: HttpRequest, given: ManySigns) -> HttpResponse:
    """一块一页，可直接印制。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    visible = registry.visible_to(who)
    found = list(Sign.objects.filter(pk__in=given.signs, outlet__in=visible).order_by("outlet", "pk"))
    if len(found) < len(set(given.signs)):
        raise NotFound("signboard", str(min(set(given.signs) - {one.pk for one in found})))
    return HttpResponse(signboards.pdf_of(found, at=timezone.now()), content_type="application/pdf")


@router.get("/signboards/{pk}", response=SignFile, summary="一块标识牌")
def shown(request: HttpRequest, pk: Id) -> SignFile:
    """牌面内容、是否过时、经过、可以办理的事项。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, pk)


@router.get("/signboards/{pk}/pdf", summary="一块标识牌的 PDF", openapi_extra=binary("application/pdf"))
def pdf(request: HttpRequest, pk: Id) -> HttpResponse:
    """可直接印制。"""
    found = queries.sign(asking.require(request, Permission.OUTLET_VIEW), pk)
    return HttpResponse(signboards.pdf_of([found], at=timezone.now()), content_type="application/pdf")


@router.get("/signboards/{pk}/photo", summary="立牌照片", openapi_extra=binary())
def photo(request: HttpRequest, pk: Id) -> FileResponse:
    """总是作为附件。"""
    found = queries.sign(asking.require(request, Permission.OUTLET_VIEW), pk)
    if not found.photo_sha256:
        raise NotFound("photo", str(pk))
    return download(found.photo_sha256)


@router.post("/signboards/{pk}/print", response=SignFile, summary="登记制作")
@write(changes=True)
def mark_printed(request: HttpRequest, pk: Id, given: OnDay) -> SignFile:
    """内容仍然属实的方可制作。"""
    signs.mark_printed([_to_change(request, pk)], **_acting(request, given))
    return _told(request, pk)


@router.post("/signboards/{pk}/erect", response=SignFile, summary="登记立牌")
@write(changes=True)
def erect(request: HttpRequest, pk: Id, given: Erect) -> SignFile:
    """须有照片；照片中没有位置的另写。距排污口过远须说明理由。"""
    found = _to_change(request, pk, Permission.SIGN_ERECT)
    try:
        file, content = library.file(given.photo), library.content_of(given.photo)
    except NotFound:
        raise wrong("photo", "没有这份文件，请先上传。") from None
    position = None
    if given.position is not None:
        position = (board.degrees(given.position.longitude), board.degrees(given.position.latitude))
    signs.erect_sign(
        found,
        photo=content,
        name=file.name,
        position=position,
        taken_at=given.taken_at,
        reason=given.reason,
        **_acting(request, given),
    )
    return _told(request, pk)


@router.post("/signboards/{pk}/damage", response=SignFile, summary="登记损坏")
@write(changes=True)
def damage(request: HttpRequest, pk: Id, given: Damage) -> SignFile:
    """已立的标识牌。"""
    signs.report_damage(_to_change(request, pk), damage=given.damage, **_acting(request, given))
    return _told(request, pk)


@router.post("/signboards/{pk}/void", response=SignFile, summary="作废")
@write(changes=True)
def void(request: HttpRequest, pk: Id, given: VoidSign) -> SignFile:
    """作废之后可以设计新牌。"""
    signs.void_sign(_to_change(request, pk), reason=given.reason, **_acting(request, given))
    return _told(request, pk)


def _acting(request: HttpRequest, given: OnDay) -> dict[str, Any]:
    return {"on": given.on, "by": asking.actor(request), "at": timezone.now()}


def _to_change(request: HttpRequest, pk: int, permission: Permission = WORK) -> Sign:
    found = queries.sign(asking.actor(request), pk)
    asking.require(request, permission)
    asking.as_read(request, found.version, str(found))
    return found


def _told(request: HttpRequest, pk: int) -> SignFile:
    by, on, at = asking.actor(request), asking.today(), timezone.now()
    found = queries.sign(by, pk)
    asking.seen(request, found.version)
    plain = {
        name: getattr(found, name)
        for name in (
            *("version", "number", "code", "state", "erected_by", "designed_on", "printed_on", "erected_on"),
            *("photo_sha256", "photo_taken_at", "distance_m", "damaged_on", "damage", "void_on", "void_reason"),
        )
    }
    acting: dict[str, Any] = {"by": by, "on": on, "at": at}
    barred = {
        "print": guards_signs.mark_printed(found, **acting),
        "erect": guards_signs.may_erect(found, **acting),
        "damage": guards_signs.report_damage(found, damage="…", **acting),
        "void": guards_signs.void_sign(found, reason="…", **acting),
    }
    return SignFile(
        id=found.pk,
        outlet=Ref(id=found.outlet.pk, name=found.outlet.name),
        content=[BoardRow(**row) for row in found.content],
        width_mm=found.look["width"],
        height_mm=found.look["height"],
        outdated=[Changed(key=one.key, printed=one.printed, today=one.today) for one in queries.outdated(found, on=on)],
        against={name: reason_of(reason) for name, reason in barred.items()},
        **plain,
    )
