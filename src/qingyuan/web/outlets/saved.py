"""保存的筛选 on the list: links above the filters; saved, renamed and deleted by their owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qingyuan.core.access import Permission
from qingyuan.registry import actions
from qingyuan.registry.models import SavedView
from qingyuan.web import lookup
from qingyuan.web.outlets.filters import Filters

KNOWN = frozenset(
    {"unit", "type", "stage", "position", "source", "special", "q", "sort", "water", "party", "department"}
)


@dataclass(frozen=True, slots=True)
class Link:
    """A saved filter as a link; `current` when the page shows just this."""

    pk: int
    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The links, and what saving the present page would keep."""

    links: tuple[Link, ...]
    query: str
    columns: Sequence[str]


def shown(request: HttpRequest, asked: Filters, columns: Sequence[str]) -> Shown:
    """The officer's saved filters beside the present one."""
    query = asked.address()
    links = [
        Link(one.pk, one.name, address_of(one), one.query == query and list(one.columns) == list(columns))
        for one in actions.views_of(lookup.actor(request))
    ]
    return Shown(tuple(links), query, columns)


def address_of(view: SavedView) -> str:
    """The address of the list as it was saved; it can be sent to a colleague."""
    columns = urlencode([("columns", name) for name in view.columns])
    return f"{reverse('web:outlets')}?" + "&".join(filter(None, (view.query, columns)))


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the present filter."""
    from qingyuan.web.outlets.register import COLUMNS

    lookup.require(request, Permission.OUTLET_VIEW)
    asked = parse_qsl(request.POST.get("query", ""), max_num_fields=40)
    query = urlencode([(name, value) for name, value in asked if name in KNOWN])
    columns = [name for name in request.POST.getlist("columns") if name in COLUMNS]
    view = actions.save_view(
        request.POST.get("name", ""), query=query, columns=columns, by=lookup.actor(request), at=timezone.now()
    )
    messages.success(request, _("已保存筛选“%(name)s”。") % {"name": view.name})
    return redirect(address_of(view))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename one's own."""
    lookup.require(request, Permission.OUTLET_VIEW)
    view = actions.rename_view(pk, request.POST.get("name", ""), by=lookup.actor(request), at=timezone.now())
    messages.success(request, _("已改名为“%(name)s”。") % {"name": view.name})
    return redirect(address_of(view))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own."""
    lookup.require(request, Permission.OUTLET_VIEW)
    actions.delete_view(pk, by=lookup.actor(request), at=timezone.now())
    messages.success(request, _("已删除保存的筛选，排污口没有变化。"))
    return redirect("web:outlets")
