"""保存的筛选: the filters one keeps under a name. One's own affair alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.shapes import Done, Given, Id, Text40, Told, Word, text
from qingyuan.api.v1.act_reading import wrong
from qingyuan.api.v1.outlets import Wanted
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.registry import actions
from qingyuan.registry.actions.viewing import LONGEST_QUERY
from qingyuan.registry.models import SavedView

router = Router(tags=["保存的筛选"])
KNOWN = frozenset(Wanted.model_fields)
WHERE = frozenset({"after", "before", "size"})
Query = text(LONGEST_QUERY)


class ViewRow(Told):
    """A saved filter: `query` as it stands in the address of the list."""

    id: int
    name: str
    query: str
    columns: list[str]
    saved_at: datetime


class NewView(Given):
    """A filter under a name; the same name again takes its place."""

    name: Text40
    query: Annotated[Query, Field(description="列表地址中 ? 之后的部分")] = ""  # type: ignore[valid-type]
    columns: list[Word] = Field(default_factory=list, max_length=40)


class NewName(Given):
    """Another name."""

    name: Text40


@router.get("/saved-views", response=list[ViewRow], summary="保存的筛选")
def listed(request: HttpRequest) -> list[ViewRow]:
    """本人保存的筛选，按名称。"""
    return [_row(one) for one in actions.views_of(asking.require(request, Permission.OUTLET_VIEW))]


@router.post("/saved-views", response=ViewRow, summary="保存筛选")
@write(status=201)
def save(request: HttpRequest, given: NewView) -> ViewRow:
    """条件是列表地址中的筛选，没有的条件不接受；同名的被代替。"""
    by = asking.require(request, Permission.OUTLET_VIEW)
    asked = parse_qsl(given.query, max_num_fields=None)
    if unknown := next((name for name, _value in asked if name not in KNOWN | WHERE), ""):
        raise wrong("query", _("没有参数“%(name)s”。"), name=unknown[:60])
    query = urlencode([(name, value) for name, value in asked if name in KNOWN])
    return _row(actions.save_view(given.name, query=query, columns=given.columns, by=by, at=timezone.now()))


@router.post("/saved-views/{pk}/rename", response=ViewRow, summary="改名")
@write()
def rename(request: HttpRequest, pk: Id, given: NewName) -> ViewRow:
    """只能改本人保存的。"""
    by = asking.require(request, Permission.OUTLET_VIEW)
    return _row(actions.rename_view(pk, given.name, by=by, at=timezone.now()))


@router.post("/saved-views/{pk}/remove", response=Done, summary="删除保存的筛选")
@write()
def remove(request: HttpRequest, pk: Id) -> Done:
    """排污口没有变化；已经删除的不变。"""
    by = asking.require(request, Permission.OUTLET_VIEW)
    there = any(one.pk == pk for one in actions.views_of(by))
    actions.delete_view(pk, by=by, at=timezone.now())
    return Done(done=there)


def _row(one: SavedView) -> ViewRow:
    return ViewRow(id=one.pk, name=one.name, query=one.query, columns=list(one.columns), saved_at=one.saved_at)
