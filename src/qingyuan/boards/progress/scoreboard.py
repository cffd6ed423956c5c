"""The scoreboard: units, rivers, departments or types against the targets of one scheme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from qingyuan.boards.progress import counting
from qingyuan.boards.progress.aims import Aim, aims_of, policy_at
from qingyuan.boards.progress.banks import Banks, banks
from qingyuan.boards.progress.counting import Counts, Parts
from qingyuan.boards.progress.where import NONE, Asking, Where, check_scope
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Target
from qingyuan.core.progress import Figure, Judgement, Status, judge, status_of
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Level, Unit, Water
from qingyuan.places.paths import within_q
from qingyuan.places.queries import unit_at
from qingyuan.prepared import prepared


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
    aims = aims_of(policy)
    walked = banks(where, asking, aims)
    has_banks = walked is not None and bool(walked.stretches)
    aims = tuple(one for one in aims if one.rule is not None or not measured_only or (one.is_bank and has_banks))
    unit = unit_at(where.path)
    name = unit.name if unit else where.path
    if not aims:
        return Board(where, asking, policy, (), Line(PartKind.TOTAL, where.path, name, where, ()), by)
    below = _below(where, by) if parts else []
    drawn = _Drawing(where, asking, policy, aims, by, walked, below)
    if not parts:
        return drawn.board(drawn.line(PartKind.TOTAL, where.path, name, where, counting.total(where, asking, aims)))
    counts = drawn.counts()
    everything = [cell for cells in counts.values() for cell in cells]
    total = drawn.line(PartKind.TOTAL, where.path, name, where, everything)
    lines, memo = drawn.units(counts) if by in (By.UNIT, By.COUNTY) else (drawn.others(counts), ())
    return drawn.board(total, lines, memo)


def cell_of(aim: Aim, figure: Figure, asking: Asking) -> Cell:
    """A figure judged by its target on the day asked."""
    target = aim.target
    judgement = judge(figure, target.required)
    status = status_of(figure, judgement, required=target.required, due=target.due, on=asking.as_of)
    return Cell(target, figure, judgement, status)


_COLUMNS = {By.WATER: "water_id", By.BODY: "body_id", By.TYPE: "type_key"}
_KINDS = {By.WATER: PartKind.WATER, By.BODY: PartKind.BODY, By.TYPE: PartKind.TYPE}


def _below(where: Where, by: By) -> list[Unit]:
    """The units below; abolished ones too, for days on which they stood."""
    if by is By.COUNTY and len(where.path) < COUNTY_DIGITS:
        below = Unit.objects.filter(kind="division").order_by("path")
        return list(below.filter(within_q("path", where.path), level=Level.COUNTY))
    return _divisions(path=where.path)


@prepared
def _divisions(path: Any) -> QuerySet[Unit]:
    return Unit.objects.filter(kind="division", parent__path=path).order_by("path")


@prepared
def _zones(path: Any) -> QuerySet[Unit]:
    return Unit.objects.filter(kind="zone", parent__path=path).order_by("path")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A board while it is drawn: one question to the database for all its parts, and the lines made from the answer."""

    where: Where
    asking: Asking
    policy: Policy
    aims: tuple[Aim, ...]
    by: By
    banks: Banks | None
    divisions: Sequence[Unit]

    def board(self, total: Line, parts: tuple[Line, ...] = (), memo: tuple[Line, ...] = ()) -> Board:
        return Board(self.where, self.asking, self.policy, self.aims, total, self.by, parts, memo)

    def line(self, kind: PartKind, key: str, name: str, where: Where, counts: Counts) -> Line:
        figures = [self.figure(aim, kind, where, counts) for aim in self.aims]
        cells = tuple(cell_of(aim, figure, self.asking) for aim, figure in zip(self.aims, figures, strict=True))
        return Line(kind, key, name, where, cells)

    def figure(self, aim: Aim, kind: PartKind, where: Where, counts: Counts) -> Figure:
        """What a target counts on a line: outlets, or metres of bank."""
        if self.banks is None or not aim.is_bank:
            return aim.figure(counts)
        if kind is PartKind.DIRECT:
            return self.banks.figure(aim, where, parts={unit.path for unit in self.divisions})
        return self.banks.figure(aim, where)

    def counts(self) -> Parts:
        if self.by in (By.UNIT, By.COUNTY):
            return counting.by_unit(self.where, self.asking, self.aims, [unit.path for unit in self.divisions])
        return counting.by_column(self.where, self.asking, self.aims, _COLUMNS[self.by])

    def units(self, counts: Parts) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        divisions = self.divisions
        lines = [
            self.line(PartKind.UNIT, unit.code, unit.name, self.at(unit), list(counts.get(unit.path, ())))
            for unit in divisions
            if unit.valid_to is None or counts.get(unit.path)
        ]
        own = [cell for path, cells in counts.items() if path not in {one.path for one in divisions} for cell in cells]
        hanging = self.banks is not None and self.banks.hang_on({one.path for one in divisions})
        if divisions and (own or hanging):
            where = self.where.narrowed(exact=True)
            lines.append(self.line(PartKind.DIRECT, "", LABELS[PartKind.DIRECT], where, own))
        return tuple(lines), self.zones()

    def zones(self) -> tuple[Line, ...]:
        zones = _zones(path=self.where.path)
        managed = counting.by_zone(self.where, self.asking, self.aims, [zone.path for zone in zones])
        return tuple(
            self.line(PartKind.ZONE, zone.code, zone.name, self.at(zone), list(managed.get(zone.path, ())))
            for zone in zones
        )

    def others(self, counts: Parts) -> tuple[Line, ...]:
        names = _names(self.by, counts, self.policy)
        lines = []
        for key, cells in counts.items():
            without = key in ("", str(NONE))
            where = self.where.narrowed(**{_COLUMNS[self.by]: key if self.by is By.TYPE else int(key)})
            name = WITHOUT[self.by] if without else names.get(key, key)
            lines.append(self.line(PartKind.NONE if without else _KINDS[self.by], key, name, where, cells))
        return tuple(sorted(lines, key=lambda line: (line.kind is PartKind.NONE, line.name, line.key)))

    def at(self, unit: Unit) -> Where:
        return self.where.narrowed(path=unit.path)


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
