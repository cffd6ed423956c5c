"""水体: the waters of one's scope, and all that is on record about one: where it flows, its flags, its outlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from urllib.parse import urlencode

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.core.waters import LABELS, Status, WaterFlagKind, WaterKind
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.queries import Line
from qingyuan.library import queries as library
from qingyuan.places import guards, queries
from qingyuan.places.models import Water, WaterFlag
from qingyuan.registry import waters as registry
from qingyuan.web import lookup
from qingyuan.web.places.water_forms import flag_words
from qingyuan.web.timeline import Told, told

SIZE = 50
MOST = 100
TOLD = {"name", "other_names", "kind", "parent"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag row as the page tells it. `now`: it holds today; `begins`: only later; `gone`: it was taken back."""

    row: WaterFlag
    label: str
    status: str
    now: bool
    begins: bool
    gone: bool


@require_GET
def waters(request: HttpRequest) -> HttpResponse:
    """Waters by their stems, page by page, with search and the flags they bear today."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    text, flag, kind = (request.GET.get(name, "").strip() for name in ("q", "flag", "kind"))
    today = timezone.localdate()
    found = registry.waters_visible_to(who)
    if at is not None and at.path:
        found = found.filter(pk__in=queries.waters_in(at.path).values("pk"))
    if text:
        found = found.filter(Q(name__contains=text) | Q(other_names__contains=text) | Q(code=text.upper()))
    if flag in set(WaterFlagKind):
        found = found.filter(pk__in=queries.water_ids_with([flag], today))
    if kind in set(WaterKind):
        found = found.filter(kind=kind)
    if after := request.GET.get("after", ""):
        found = found.filter(path__gt=after)
    rows = list(found.select_related("parent").defer("geometry", "parent__geometry")[: SIZE + 1])
    more, rows = len(rows) > SIZE, rows[:SIZE]
    counts = registry.outlets_on(who, rows)
    flags = _flags_today(rows, on=today)
    asked = {"unit": at.code if at else "", "q": text, "flag": flag, "kind": kind}
    context = {
        "rows": [(row, _(LABELS[WaterKind(row.kind)]), flags.get(row.pk, []), counts.get(row.pk, 0)) for row in rows],
        "asked": asked,
        "flags": flag_words(),
        "kinds": [(one.value, _(LABELS[one])) for one in WaterKind],
        "next": urlencode({**{name: value for name, value in asked.items() if value}, "after": rows[-1].path})
        if more
        else "",
        "may_enter": bool(at and who.holding(Permission.PLACES_MAINTAIN)),
        "trail": lookup.trail(request, at),
    }
    return render(request, "places/waters.html", context)


def _flags_today(rows: list[Water], *, on: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in queries.flag_history([water.pk for water in rows]):
        if row.retracted_at is None and _holds(row, on):
            found.setdefault(row.water_id, []).append(_(LABELS[WaterFlagKind(row.flag)]))
    return found


def _holds(row: WaterFlag, on: date) -> bool:
    return (row.from_day is None or row.from_day <= on) and (row.to_day is None or row.to_day > on)


@require_GET
def water(request: HttpRequest, code: str) -> HttpResponse:
    """One water: what it is, what it flows into, what flows into it, its flags from when to when and by which paper."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who = lookup.actor(request)
    found = registry.water_visible_to(who, code)
    visible = registry.waters_visible_to(who)
    up = list(visible.filter(parent=found)[: MOST + 1])
    context = {
        "water": found,
        "kind": _(LABELS[WaterKind(found.kind)]),
        "units": list(found.units.order_by("path")),
        "down": _downstream(found, set(visible.values_list("pk", flat=True))),
        "up": up[:MOST],
        "up_more": len(up) > MOST,
        "flags": flags_of(found, on=timezone.localdate()),
        "sections": list(found.sections.order_by("level", "name")[:MOST]),
        "outlets": registry.outlets_on(who, [found]).get(found.pk, 0),
        "timeline": told_of_water(ledger.timeline("water", found.code, limit=50)),
        "why_not": guards.maintain_water(found, lookup.actor(request)),
        "trail": lookup.trail(request, lookup.here(request)),
    }
    return render(request, "places/water.html", context)


def _downstream(found: Water, visible: set[int]) -> list[tuple[Water, bool]]:
    """The waters it flows on through, the nearest first, each with whether it can be opened."""
    codes = [found.path[end - 6 : end] for end in range(len(found.path) - 6, 5, -6)]
    rows = {one.code: one for one in Water.objects.filter(code__in=codes).defer("geometry")}
    return [(rows[code], rows[code].pk in visible) for code in codes if code in rows]


def flags_of(found: Water, *, on: date) -> list[Flag]:
    """Every flag row, those in force first, those taken back last."""
    shown = [
        Flag(
            row,
            _(LABELS[WaterFlagKind(row.flag)]),
            _(LABELS[Status(row.status)]),
            row.retracted_at is None and _holds(row, on),
            row.retracted_at is None and bool(row.from_day and row.from_day > on),
            row.retracted_at is not None,
        )
        for row in queries.flag_history([found.pk])
    ]
    return sorted(shown, key=lambda one: (one.gone, not one.now, one.row.flag, one.row.from_day or date.min))


def told_of_water(lines: list[Line]) -> list[Told]:
    """Entries about a water in words."""
    labels = {
        **{field.name: str(field.verbose_name) for field in Water._meta.concrete_fields if field.name in TOLD},
        "units": _("流经"),
        "source": _("依据"),
        "flag": _("标记"),
        "from": _("起"),
        "to": _("止"),
        "flows_into": _("汇入"),
    }
    values = {
        "flag": {one.value: _(LABELS[one]) for one in WaterFlagKind},
        "kind": {one.value: _(LABELS[one]) for one in WaterKind},
    }
    return told(lines, labels=labels, values=values)


@require_GET
def paper(request: HttpRequest, code: str, flag: int) -> FileResponse:
    """The paper a flag rests on; always a download."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = registry.water_visible_to(lookup.actor(request), code)
    row = WaterFlag.objects.filter(water=found, pk=flag).exclude(paper="").first()
    if row is None:
        raise NotFound("paper", str(flag))
    file = library.file(row.paper)
    content = BytesIO(library.content_of(file.sha256))
    return FileResponse(content, as_attachment=True, filename=file.name or row.source)
