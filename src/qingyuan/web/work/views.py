"""工作看板: the stages of the work with counts for each county; each count opens the list it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.boards.work import queries as boards
from qingyuan.core.access import Permission
from qingyuan.web import lookup


@dataclass(frozen=True, slots=True)
class Cell:
    """A count and the list it opens; no address where there is nothing to list, or no unit to list it of."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the board. `below`: the board of that unit."""

    name: str
    below: str
    cells: tuple[Cell, ...]
    total: Cell


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of the unit one stands at; who has no territory sees what he may see, by county."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    found = boards.board(who, at, on=timezone.localdate())
    lines = [_line(row, found.stages, within=at is not None) for row in found.rows]
    context = {
        "at": at,
        "board": found,
        "lines": lines,
        "whole": _line(found.whole, found.stages, within=at is not None),
        "trail": lookup.trail(request, at),
    }
    return render(request, "work/board.html", context)


def _line(row: boards.Row, stages: Sequence[boards.WorkStage], *, within: bool) -> Line:
    cells = tuple(
        Cell(number, _address(row, stage.stages) if number else "")
        for stage, number in zip(stages, row.counts, strict=True)
    )
    total = Cell(row.total, _address(row, ()) if row.total else "")
    name = row.unit.name if row.unit is not None else _("本级直接") if within else _("其他")
    below = f"{reverse('web:work-board')}?unit={row.unit.code}" if row.unit is not None and row.has_parts else ""
    return Line(name, below, cells, total)


def _address(row: boards.Row, stages: Sequence[str]) -> str:
    """The list of a count. What hangs on no part has no list of its own."""
    if row.unit is None:
        return ""
    asked = {"unit": row.unit.code, "stage": ",".join(stages)}
    return f"{reverse('web:outlets')}?{urlencode({name: text for name, text in asked.items() if text}, safe=',')}"
