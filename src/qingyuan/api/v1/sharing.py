"""信息共享: the four objects of the chain for the departments of a unit, all of them or what changed since a cursor.

Every call is written down in the read log before it is answered, refused ones included.
Clauses: 济源 四(四), 安阳 三(三), 大同 四(十二), 吉林 三(十二).
"""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.access import reading
from qingyuan.api import asking
from qingyuan.api.problems import Problem, sentence
from qingyuan.api.shapes import Ref, Told, Word
from qingyuan.core.access import Permission
from qingyuan.core.reading import Reading, ReadKind
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.exchange import sharing
from qingyuan.exchange.layers import Feature
from qingyuan.places.models import Unit

router = Router(tags=["信息共享"])


class Record(Told):
    """One record as a GeoJSON feature in CGCS2000 degrees; geometry null: no position on record."""

    type: str = "Feature"
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class Arranged(Told):
    """What the scheme of a unit says of sharing, and the objects that can be called."""

    unit: Ref
    words: list[str]
    clause: str
    status: str
    objects: dict[str, str] = Field(description="对象代码 → 名称")


class SharedPage(Told):
    """A page of one object."""

    object: str
    unit: Ref
    clause: str
    items: list[Record]
    gone: list[str] = Field(description="原在本区划、现已不在的记录编号；只在按游标读取时有")
    cursor: str = Field(description="读完各页后，下一次用 since 带上它，只取此后变化的")
    next: str | None = Field(description="下一页的地址；没有下一页时为 null")


@router.get("/share/{unit}", response=Arranged, summary="共享对象和依据")
def arranged(request: HttpRequest, unit: Word) -> Arranged:
    """本区划方案规定共享什么，依据哪一条。"""
    found = _unit(request, unit, "")
    said = sharing.arrangement(found, on=asking.today())
    objects = {key: sharing.OBJECTS[key] for key in said.objects}
    return Arranged(unit=_ref(found), words=list(said.words), clause=said.clause, status=said.status, objects=objects)


@router.get("/share/{unit}/{object}", response=SharedPage, summary="读取共享对象")
def shared(
    request: HttpRequest,
    unit: Word,
    object: Word,
    after: Word = "",
    since: Word = "",
    limit: Annotated[int, Field(ge=1, le=sharing.MOST)] = sharing.MOST,
) -> SharedPage:
    """权限和管辖范围内的排污单位（dischargers）、排污通道（channels）、入河排污口（outlets）、受纳水体（waters）。"""
    found = _unit(request, unit, object)
    try:
        page = sharing.share(
            asking.actor(request), found, object, on=asking.today(), after=after, since=since, limit=limit
        )
    except NotFound:
        _write_down(request, object, found.path, None, 404)
        raise
    except Refused as no:
        # A mark or cursor that is none of ours: the client's fault, not a conflict.
        raise Problem(400, no.refusal.code, sentence(no.refusal)) from None
    _write_down(request, object, found.path, len(page.features), 200)
    return SharedPage(
        object=object,
        unit=_ref(found),
        clause=page.clause,
        items=[_record(one) for one in page.features],
        gone=list(page.gone),
        cursor=page.cursor,
        next=_next(request, page.after, since),
    )


def _unit(request: HttpRequest, code: str, what: str) -> Unit:
    """The unit, if its data may be shared with who asks; a refused try is written down."""
    try:
        asking.require(request, Permission.DATA_SHARE)
        return sharing.unit_shared(asking.actor(request), code)
    except Refused:
        _write_down(request, what, _path_of(code), None, 403)
        raise
    except NotFound:
        _write_down(request, what, "", None, 404)
        raise


def _path_of(code: str) -> str:
    return Unit.objects.filter(code=code).values_list("path", flat=True).first() or ""


def _write_down(request: HttpRequest, what: str, path: str, rows: int | None, status: int) -> None:
    actor = asking.actor(request)
    reading.write(
        Reading(
            at=timezone.now(),
            actor_id=actor.id,
            kind=ReadKind.SHARE,
            subject=what,
            unit_path=path,
            asked=request.get_full_path(),
            rows=rows,
            program=actor.name if "Authorization" in request.headers else "",
            origin=request.META.get("REMOTE_ADDR", ""),
            status=status,
        )
    )


def _ref(unit: Unit) -> Ref:
    return Ref(id=unit.code, name=unit.name)


def _record(one: Feature) -> Record:
    geometry = json.loads(one.geometry) if isinstance(one.geometry, str) else one.geometry
    return Record(id=one.id, geometry=dict(geometry) if geometry else None, properties=dict(one.properties))


def _next(request: HttpRequest, after: str, since: str) -> str | None:
    if not after:
        return None
    asked = {name: value for name, value in request.GET.items() if name not in {"after", "since"}}
    return f"{request.path}?{urlencode({**asked, 'since' if since else 'after': after})}"
