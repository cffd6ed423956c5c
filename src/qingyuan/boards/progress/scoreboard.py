"""The scoreboard: units, rivers, departments or types against the targets of one scheme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qingyuan.boards.progress import counting
from qingyuan.boards.progress.aims import Aim, aims_of, policy_at
from qingyuan.boards.progress.where import NONE, Asking, Where, check_scope
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import Figure, Judgement, Status, judge, status_of
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Level, Unit, Water


class By(StrEnum):
    """Into what a board is parted."""

    UNIT = "unit"
    COUNTY = "county"
    WATER = "water"
    BODY = "body"
    TYPE = "type"


class PartKind(StrEnum):
    """What a line stands for. DIRECT: what hangs on the unit itself. NONE: what has no water, department or type."""

    TOTAL = "total"
    UNIT = "unit"
    ZONE = "zone"
    DIRECT = "direct"
    WATER = "water"
    BODY = "body"
    TYPE = "type"
    NONE = "none"


LABELS = {
    PartKind.TOTAL: _("合计"),
    PartKind.ZONE: _("其中"),
    PartKind.DIRECT: _("直属/未分到下级"),
    By.UNIT: _("按区划"),
    By.COUNTY: _("按县（市、区）"),
    By.WATER: _("按河流"),
    By.BODY: _("按部门"),
    By.TYPE: _("按类型"),
}
COUNTY_DIGITS = 6
WITHOUT = {By.WATER: _("未填受纳水体"), By.BODY: _("未指定责任部门"), By.TYPE: _("未分类")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One target on one line."""

    target: Target
    figure: Figure
    judgement: Judgement
    status: Status

    @property
    def share(self) -> float | None:
        """The share as a number between 0 and 1, for drawing and for scripts; the judgement was made exactly."""
        share = self.figure.share
        return None if share is None else float(share)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit, river, department or type with its cells. `where` asks for exactly this line."""

    kind: PartKind
    key: str
    name: str
    where: Where
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A scheme's targets over a unit. The parts add up to the total; `memo` lines (zones) are in it already."""

    where: Where
    asking: Asking
    policy: Policy
    aims: tuple[Aim, ...]
    total: Line
    by: By
    parts: tuple[Line, ...] = ()
    memo: tuple[Line, ...] = ()

    @property
    def has_scheme(self) -> bool:
        """Whether the unit's packs set any target at all."""
        return bool(self.aims)


def scoreboard(
    where: Where, asking: Asking, *, actor: Actor, by: By = By.UNIT, parts: bool = True, measured_only: bool = False
) -> Board:
    """How far a unit is against the targets of its scheme, and its parts. `measured_only`: aims with shares only.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    check_scope(actor, where)
    where = where.narrowed(scheme=where.judged_by)
    policy = policy_at(where.judged_by, asking)
    aims = tuple(aim for aim in aims_of(policy) if aim.rule is not None or not measured_only)
    name = Unit.objects.filter(path=where.path).values_list("name", flat=True).first() or where.path
    if not aims:
        return Board(where, asking, policy, (), Line(PartKind.TOTAL, where.path, name, where, ()), by)
    total = _line(PartKind.TOTAL, where.path, name, where, asking, aims, counting.total(where, asking, aims))
    board = Board(where, asking, policy, aims, total, by)
    if not parts:
        return board
    if by in (By.UNIT, By.COUNTY):
        lines, memo = _units(board)
    else:
        lines, memo = _others(board), ()
    return Board(where, asking, policy, aims, total, by, lines, memo)


def _line(
    kind: PartKind,
    key: str,
    name: str,
    where: Where,
    asking: Asking,
    aims: Sequence[Aim],
    counts: Iterable[tuple[int, int, bool, int]],
) -> Line:
    counts = list(counts)
    return Line(kind, key, name, where, tuple(cell_of(aim, aim.figure(counts), asking) for aim in aims))


def cell_of(aim: Aim, figure: Figure, asking: Asking) -> Cell:
    """A figure judged by its target on the day asked."""
    target = aim.target
    judgement = judge(figure, target.required)
    status = status_of(figure, judgement, required=target.required, due=target.due, on=asking.as_of)
    return Cell(target, figure, judgement, status)


def _units(board: Board) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    where, asking, aims = board.where, board.asking, board.aims
    below = list(Unit.objects.filter(parent__path=where.path).order_by("path"))
    zones = [unit for unit in below if unit.kind == "zone"]
    divisions = [unit for unit in below if unit.kind == "division"]
    if board.by is By.COUNTY and len(where.path) < COUNTY_DIGITS:
        divisions = list(Unit.objects.within(where.path).filter(level=Level.COUNTY, kind="division").order_by("path"))
    counts = counting.by_unit(where, asking, aims, [unit.path for unit in divisions])
    lines = []
    for unit in divisions:
        if unit.valid_to is None or counts.get(unit.path):
            at = where.narrowed(path=unit.path)
            lines.append(_line(PartKind.UNIT, unit.code, unit.name, at, asking, aims, counts.get(unit.path, ())))
    if divisions:
        direct = [
            cell for path, cells in counts.items() if path not in {one.path for one in divisions} for cell in cells
        ]
        if direct:
            at = where.narrowed(exact=True)
            lines.append(_line(PartKind.DIRECT, "", LABELS[PartKind.DIRECT], at, asking, aims, direct))
    managed = counting.by_zone(where, asking, aims, [unit.path for unit in zones])
    memo = tuple(
        _line(
            PartKind.ZONE,
            unit.code,
            unit.name,
            where.narrowed(path=unit.path),
            asking,
            aims,
            managed.get(unit.path, ()),
        )
        for unit in zones
    )
    return tuple(lines), memo


_COLUMNS = {By.WATER: "water_id", By.BODY: "body_id", By.TYPE: "type_key"}
_KINDS = {By.WATER: PartKind.WATER, By.BODY: PartKind.BODY, By.TYPE: PartKind.TYPE}


def _others(board: Board) -> tuple[Line, ...]:
    where, asking, aims, by = board.where, board.asking, board.aims, board.by
    counts = counting.by_column(where, asking, aims, _COLUMNS[by])
    names = _names(by, counts, board.policy)
    lines = []
    for key, cells in counts.items():
        without = key in ("", str(NONE))
        at = where.narrowed(**{_COLUMNS[by]: key if by is By.TYPE else int(key)})
        name = WITHOUT[by] if without else names.get(key, key)
        lines.append(_line(PartKind.NONE if without else _KINDS[by], key, name, at, asking, aims, cells))
    return tuple(sorted(lines, key=lambda line: (line.kind is PartKind.NONE, line.name, line.key)))


def _names(by: By, keys: Iterable[str], policy: Policy) -> dict[str, str]:
    if by is By.TYPE:
        tree = tree_of(policy)
        return {key: second.name for key in keys if key and (second := tree.second(key))}
    ids = [int(key) for key in keys if key != str(NONE)]
    if by is By.WATER:
        return {str(pk): name for pk, name in Water.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {str(pk): name for pk, name in Body.objects.filter(pk__in=ids).values_list("pk", "name")}


def name_of_body(body_id: int) -> str:
    """A department's name; empty when there is none."""
    return Body.objects.filter(pk=body_id).values_list("name", flat=True).first() or ""
