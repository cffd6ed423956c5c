"""台账: the list of outlets. Filters, search, columns, pages; a row opens in place."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from qingyuan.access.reading import with_rows
from qingyuan.core.access import Permission
from qingyuan.core.classification import Tree, tree_of
from qingyuan.core.refusal import NotFound
from qingyuan.exchange.queries import SUFFIXES, export_outlets
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry import listing, paging
from qingyuan.registry import queries as registry
from qingyuan.registry.actions.together import MOST_ROWS
from qingyuan.registry.counts import how_many
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup
from qingyuan.web.bulk import forms as bulk
from qingyuan.web.outlets import filters, saved
from qingyuan.web.outlets.filters import Filters

COLUMNS = {
    "type": _("类型"),
    "stage": _("阶段"),
    "unit": _("所在区划"),
    "water": _("受纳水体"),
    "party": _("责任主体"),
    "managing": _("管理单位"),
    "department": _("责任区部门"),
    "conduit": _("入河方式"),
    "position": _("坐标"),
    "since": _("进入本阶段"),
    "missing": _("待补充"),
    "permit": _("排污许可证"),
}
SHOWN_FIRST = ("type", "stage", "unit", "water", "party", "since", "missing")
COLUMNS_IN_SESSION = "outlet-columns"
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One outlet as the list shows it."""

    outlet: Outlet
    type_name: str
    missing: int


@require_GET
def outlets(request: HttpRequest) -> HttpResponse:
    """The list. An exact code goes straight to its outlet."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at = lookup.here(request)
    if (found := _by_code(request)) is not None:
        return redirect("web:outlet", pk=found.pk)
    tree = tree_at(at)
    asked = filters.read(request.GET, at=at, tree=tree, who=lookup.actor(request))
    page = page_for(request, asked)
    context = {
        "asked": asked,
        "sentence": asked.sentence(tree),
        "rows": [Row(one, _type_name(tree, one.type_key), len(one.missing)) for one in page.rows],
        "after": asked.address(after=page.after) if page.after else "",
        "before": asked.address(before=page.before) if page.before else "",
        "count": count_of(request, asked),
        "most": MOST_COUNTED,
        "columns": (columns := columns_of(request)),
        "saved_views": saved.shown(request, asked, columns),
        "bulk_kinds": bulk.offered(lookup.actor(request)),
        "bulk_most": MOST_ROWS,
        "all_columns": COLUMNS,
        "tree": tree,
        "choices": filters,
        "sorts": filters.sorts_at(at),
        "stages": filters.stage_choices(),
        "units": _units_to_choose(request, at),
        "trail": lookup.trail(request, at),
        "may_register": bool(lookup.actor(request).holding(Permission.OUTLET_REGISTER)),
        "export": f"{reverse('web:outlets-export')}?{asked.address()}" if _may_export(request) else "",
        "export_ledger": f"{reverse('web:outlets-ledger')}?{asked.address()}",
    }
    return render(request, "outlets/list.html", context)


def page_for(request: HttpRequest, asked: Filters) -> paging.Page:
    """The page of the list an address asks for."""
    found = (
        narrowed(request, asked)
        .select_related("unit", "managing_unit", "managing_body", "water", "party")
        .defer("water__geometry")
    )
    return paging.page_of(
        found, sort=asked.sort, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )


def narrowed(request: HttpRequest, asked: Filters) -> OutletQuerySet:
    """What one may see of what is asked for."""
    return listing.narrowed(lookup.actor(request), asked.asked(), on=timezone.localdate())


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """导出所见: the rows of the list, all pages of it, as xlsx, csv or 附件1."""
    lookup.require(request, Permission.OUTLET_EXPORT)
    at, who, on = lookup.here(request), lookup.actor(request), timezone.localdate()
    asked = filters.read(request.GET, at=at, tree=tree_at(at), who=who)
    form = request.GET.get("as", "")
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        written = export_outlets(out, form, by=who, on=on, unit=at, found=narrowed(request, asked))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{at.name if at else _('我的')}{_('排污口台账')}{on.isoformat()}.{SUFFIXES[written.format]}"
    return with_rows(FileResponse(out, as_attachment=True, filename=name), written.rows)


def count_of(request: HttpRequest, asked: Filters) -> int | None:
    """How many there are: from the tallies, else counted up to a limit; None: more than that."""
    if asked.counted_by_tally and asked.at is not None:
        types = asked.types if asked.type else None
        return how_many(asked.at.path, types=types, stages=asked.stages())
    found = narrowed(request, asked)
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    return counted if counted <= MOST_COUNTED else None


def columns_of(request: HttpRequest) -> list[str]:
    """The columns chosen, kept in the session."""
    if chosen := [name for name in request.GET.getlist("columns") if name in COLUMNS]:
        if request.session.get(COLUMNS_IN_SESSION) != chosen:
            request.session[COLUMNS_IN_SESSION] = chosen
        return chosen
    kept = request.session.get(COLUMNS_IN_SESSION)
    return [name for name in kept if name in COLUMNS] if isinstance(kept, list) else list(SHOWN_FIRST)


def tree_at(at: Unit | None) -> Tree:
    """The classification in force where one stands, today."""
    return tree_of(policy_of(at.path if at else "", on=timezone.localdate()))


def _type_name(tree: Tree, type_key: str) -> str:
    second = tree.second(type_key) if type_key else None
    return second.name if second else type_key


def _by_code(request: HttpRequest) -> Outlet | None:
    text = request.GET.get("q", "").strip()
    if len(text) < 6 or not text.isascii() or len(request.GET) > 1:
        return None
    try:
        return registry.outlet(lookup.actor(request), text)
    except NotFound:
        return None


def _units_to_choose(request: HttpRequest, at: Unit | None) -> list[Unit]:
    if at is None:
        return []
    return [*lookup.trail(request, at), *places.children(at.path)]


def _may_export(request: HttpRequest) -> bool:
    return bool(lookup.actor(request).holding(Permission.OUTLET_EXPORT))
