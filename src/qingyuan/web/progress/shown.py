"""The board as a page draws it: every figure a link to its rows, every line a link to the unit below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.boards.progress.queries import Board, Cell, Integrity, Line, Part, PartKind, Pioneers, Where
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import METRES, STATUS_LABELS, Status
from qingyuan.web.progress.asked import Asked
from qingyuan.web.templatetags.qingyuan import percentage

# What the shipped schemes call their targets; a title that is not among them is shown as the scheme writes it.
TITLES = (
    noop("排查"),
    noop("溯源"),
    noop("溯源确定责任主体"),
    noop("整治"),
    noop("规范整治"),
    noop("推进分类整治"),
    noop("分类监管覆盖"),
    noop("现有排污口设置审核"),
    noop("监督管理体系"),
    noop("监督管理制度体系"),
    noop("信息管理平台"),
    noop("下级实施方案"),
    noop("市（州）实施方案"),
    noop("“基本完成”的比例"),
)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell with its links and words. `reason` says why it is unknown."""

    cell: Cell
    percentage: str
    status: str
    reason: str
    numerator_url: str
    denominator_url: str
    missing_url: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with the address that opens it, if it can be opened."""

    line: Line
    name: str
    url: str
    is_memo: bool
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A target over its column: what, by when, how much, on which waters, and the signs beside its share."""

    target: Target
    required: str
    signs: tuple[tuple[str, int], ...] = ()


def columns(cells: Iterable[Cell], integrity: Iterable[Integrity | None] = ()) -> list[Column]:
    """The heads of the columns."""
    signs = [one.signs if one else () for one in integrity]
    found = []
    for place, cell in enumerate(cells):
        required = cell.target.required
        words = f"{required * 100:g} %" if required is not None else ""
        found.append(Column(cell.target, words, signs[place] if place < len(signs) else ()))
    return found


def lines(board: Board, asked: Asked, places: tuple[int, ...]) -> list[ShownLine]:
    """The total first, then the parts, then what is in them already."""
    shown = [_line(board.total, asked, places)]
    shown += [_line(line, asked, places) for line in board.parts]
    return shown + [_line(line, asked, places, memo=True) for line in board.memo]


def _line(line: Line, asked: Asked, places: tuple[int, ...], *, memo: bool = False) -> ShownLine:
    opened = line.kind in (PartKind.UNIT, PartKind.ZONE)
    url = f"{reverse('web:scoreboard')}?{asked.link(Where(line.where.path), unit=line.key)}" if opened else ""
    words = {PartKind.TOTAL: _("合计"), PartKind.DIRECT: _(line.name), PartKind.NONE: _(line.name)}
    cells = tuple(_cell(line.cells[place], line, asked) for place in places)
    return ShownLine(line, words.get(line.kind, line.name), url, memo, cells)


def _cell(cell: Cell, line: Line, asked: Asked) -> ShownCell:
    figure = cell.figure
    known = figure.numerator is not None and bool(figure.denominator)

    def behind(part: Part) -> str:
        code = {"unit": line.key} if line.kind in (PartKind.UNIT, PartKind.ZONE) else {}
        if figure.measure == METRES and asked.of_waters:
            return f"{reverse('web:scoreboard')}?{asked.link()}"  # the page of the banks is that of a territory
        if figure.measure == METRES:  # bank is not made of outlets: where it was walked is a page of its own
            return f"{reverse('web:survey-coverage')}?{urlencode({'unit': asked.unit.code, **code})}"
        query = asked.link(line.where, target=cell.target.key, part=part.value, since="", **code)
        return f"{reverse('web:scoreboard-rows')}?{query}"

    reason = _(figure.reason) if figure.reason else "" if known else _("没有应计的排污口")
    return ShownCell(
        cell,
        percentage(figure.numerator or 0, figure.denominator or 1) if known else "",
        _(STATUS_LABELS[cell.status]) if cell.status is Status.PROGRESS else "",
        reason,
        behind(Part.NUMERATOR) if known else "",
        behind(Part.DENOMINATOR) if known else "",
        behind(Part.MISSING)
        if known and ((figure.numerator or 0) < (figure.denominator or 0) or figure.open_waters)
        else "",
    )


def ahead(found: Pioneers | None) -> dict[str, object]:
    """The waters that go ahead: the group first, each figure with the reason where it is unknown."""
    if found is None:
        return {}
    shown = [
        (
            line,
            [(one, _(one.reason) if one.reason else "") for one in (line.monitoring, line.tracing, line.remediation)],
        )
        for line in (found.total, *found.lines)
    ]
    return {"pioneers": found, "pioneer_lines": shown}
