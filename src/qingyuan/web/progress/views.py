"""考核报告: the scoreboard of a unit, the rows behind a figure, and what the home page shows of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import PART_LABELS, Asking, Board, By, Part, Where
from qingyuan.boards.progress.scoreboard import LABELS
from qingyuan.core.access import Actor, Permission
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import milestones_of
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.progress import METRES
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit, Water
from qingyuan.web import lookup
from qingyuan.web.progress.asked import Asked, asked, earlier
from qingyuan.web.progress.shown import ahead, columns, lines
from qingyuan.web.templatetags.qingyuan import kilometres

PAGE = 50
INTEGRITY_FROM_LEVEL = 2
"""The signs beside a share are counted row by row: for provinces and the nation they are asked one level down."""


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """Units × targets on a day as known at a time, with the reasons for the difference to an earlier day."""
    lookup.require(request, Permission.OUTLET_VIEW)
    what = asked(request)
    who = lookup.actor(request)
    board = queries.scoreboard(what.where, what.asking, actor=who, by=what.by)
    counted = tuple(place for place, cell in enumerate(board.total.cells) if not _is_a_date(cell.target.metric))
    told = queries.explain(what.where, what.since, what.asking, actor=who) if what.since else ()
    return render(
        request,
        "progress/scoreboard.html",
        {
            "asked": what,
            "board": board,
            "trail": lookup.trail(request, what.unit),
            "columns": columns([board.total.cells[place] for place in counted], _signs(board, what, who, counted)),
            "lines": lines(board, what, counted),
            "dates": [cell.target for cell in board.total.cells if _is_a_date(cell.target.metric)],
            "told": [one for one in told if one.after.numerator is not None or one.before.numerator is not None],
            "since": what.since.as_of if what.since else None,
            "tabs": _tabs(what),
            "schemes": queries.schemes_on_waters(who, what.asking) if what.of_waters else [],
            "rows_url": reverse("web:scoreboard-rows"),
            **ahead(queries.pioneers(what.where, what.asking, actor=who)),
        },
    )


def _is_a_date(metric: str) -> bool:
    return metric in {"management_system", "platform_initial", "subordinate_plan_due"}


def _signs(board: Board, what: Asked, who: Actor, counted: tuple[int, ...]) -> list[queries.Integrity | None]:
    if what.unit.level < INTEGRITY_FROM_LEVEL:
        return []
    return queries.integrity(what.where, [board.aims[place] for place in counted], what.asking, actor=who)


def _tabs(what: Asked) -> list[tuple[str, str, bool]]:
    """(words, address, current) of the ways a board can be parted."""
    kinds = [by for by in By if by is not By.COUNTY or len(what.unit.path) < len("1402")]
    return [(_(LABELS[by]), f"?{what.link(by='' if by is what.default else by.value)}", by is what.by) for by in kinds]


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The outlets behind a figure, as they stood on the day."""
    lookup.require(request, Permission.OUTLET_VIEW)
    what = asked(request)
    who = lookup.actor(request)
    given = request.GET.get("part", "")
    part = Part(given) if given in set(Part) else Part.DENOMINATOR
    after = request.GET.get("after", "")
    page = queries.rows_behind(
        what.where,
        request.GET.get("target", ""),
        part,
        what.asking,
        actor=who,
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=PAGE,
    )
    target = page.aim.target.key
    units = dict(Unit.objects.filter(path__in={row.unit_path for row in page.rows}).values_list("path", "name"))
    waters = dict(Water.objects.filter(pk__in={row.water_id for row in page.rows}).values_list("pk", "name"))
    shown = [
        {
            "row": row,
            "unit": units.get(row.unit_path, row.unit_path),
            "water": waters.get(row.water_id or 0, ""),
            "reached": [_(MILESTONES[one]) for one in milestones_of(row.milestones)],
        }
        for row in page.rows
    ]
    parts = [
        (_(PART_LABELS[one]), f"?{what.link(what.where, target=target, part=one.value)}", one is part) for one in Part
    ]
    board = queries.scoreboard(what.where, what.asking, actor=who, parts=False)
    return render(
        request,
        "progress/rows.html",
        {
            "asked": what,
            "trail": lookup.trail(request, what.unit),
            "target": page.aim.target,
            "cell": next(cell for cell in board.total.cells if cell.target.key == target),
            "rows": shown,
            "parts": parts,
            "narrowed": _narrowed(what.where),
            "next": f"?{what.link(what.where, target=target, part=part.value, after=str(page.after))}"
            if page.after
            else "",
            "back": f"{reverse('web:scoreboard')}?{what.link(Where(what.unit.path))}",
        },
    )


def _narrowed(where: Where) -> str:
    """What narrows the rows besides the unit, in words."""
    if where.exact:
        return _("直属/未分到下级")
    if where.water_id is not None:
        return Water.objects.filter(pk=where.water_id).values_list("name", flat=True).first() or _("未填受纳水体")
    if where.body_id is not None:
        return queries.name_of_body(where.body_id) or _("未指定责任部门")
    return "" if where.type_key is None else where.type_key or _("未分类")


def my_unit(actor: Actor, unit: Unit, *, at: datetime) -> dict[str, object]:
    """Context of progress/_my_unit.html: one row per target of my scheme, with the change since a week ago."""
    return _mine(actor, unit, Where(unit.path), at=at)


def my_waters(actor: Actor, *, at: datetime) -> dict[str, object]:
    """The same over my waters, by the scheme that judges most of their outlets; empty for who has none."""
    schemes = queries.schemes_on_waters(actor, Asking.today(at))
    return _mine(actor, schemes[0], queries.waters_within(actor, schemes[0].path), at=at) if schemes else {}


def _mine(actor: Actor, unit: Unit, where: Where, *, at: datetime) -> dict[str, object]:
    asking = Asking.today(at)
    try:
        board = queries.scoreboard(where, asking, actor=actor, parts=False)
    except NotFound:
        return {}
    since = local_day(at - timedelta(days=7))
    default = By.UNIT if where.water_ids is None else By.WATER
    what = Asked(unit, where, asking, default, earlier(asking, since), default)
    before = queries.scoreboard(where, earlier(asking, since), actor=actor, parts=False)
    was = {cell.target.key: cell.figure for cell in before.total.cells}
    line = lines(board, Asked(unit, where, asking, default, None, default), tuple(range(len(board.total.cells))))[0]
    targets = [
        {"shown": cell, "target": cell.cell.target, "change": _change(was.get(cell.cell.target.key), cell.cell.figure)}
        for cell in line.cells
        if not _is_a_date(cell.cell.target.metric)
    ]
    return {
        "unit": unit,
        "of_waters": what.of_waters,
        "has_scheme": board.has_scheme,
        "targets": targets,
        "url": f"{reverse('web:scoreboard')}?unit={unit.code}",
        "why": f"{reverse('web:scoreboard')}?{what.link()}#why",
        "since": since,
    }


def _change(before: object, after: object) -> str:
    """+3 / +4 since then: what was done and what there is to do; empty when nothing changed or nobody can tell."""
    was, now = (getattr(one, "numerator", None) for one in (before, after))
    if was is None or now is None:
        return ""
    more = now - was
    to_do = getattr(after, "denominator", 0) - getattr(before, "denominator", 0)
    if not more and not to_do:
        return ""
    if getattr(after, "measure", "") == METRES:  # bank is said in kilometres, here as beside it
        return f"{_signed_km(more)} / {_signed_km(to_do)}{_(' 公里')}"
    return f"{queries.signed(more)} / {queries.signed(to_do)}"


def _signed_km(metres: int) -> str:
    sign = "+" if metres > 0 else "−" if metres < 0 else ""
    return f"{sign}{kilometres(abs(metres))}"
