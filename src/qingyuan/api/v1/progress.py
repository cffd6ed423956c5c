"""进度: how far a unit is against its scheme, as of any day, as known at any time, why it changed, and the rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Day, Id, Moment, Page, Ref, Told, Word
from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, By, Cell, Line, Part, Where
from qingyuan.core.access import Permission
from qingyuan.core.days import local_day
from qingyuan.places import queries as places
from qingyuan.places.models import Unit

router = Router(tags=["进度"])


class TargetFigure(Told):
    """A target with its figure. Unknown is null, with the reason. `measure`: outlets, or metres of bank; `open_waters`:
    waters whose banks nobody has measured yet."""

    target: str
    title: str
    clause: str
    due: date | None
    numerator: int | None
    denominator: int | None
    share: float | None
    required: float | None
    met: bool | None
    gap: int | None
    status: str
    quote: str
    reason: str | None
    measure: str
    open_waters: int


class PartFigures(Told):
    """A part (unit, river, department, type) with its figures."""

    key: str
    name: str
    kind: str
    targets: list[TargetFigure]


class ChangeRow(Told):
    """What one reason did to a figure."""

    target: str
    reason: str
    numerator: int
    denominator: int
    outlets: list[int]


class Progress(Told):
    """A unit against its scheme. `children` add up to `targets`; `memo` (zones) is in them already."""

    unit: str
    as_of: date
    known_at: datetime | None
    has_scheme: bool
    targets: list[TargetFigure]
    children: list[PartFigures]
    memo: list[PartFigures]
    changes: list[ChangeRow]


class RowBehind(Told):
    """An outlet behind a figure. `visible`: it still lies in the asker's scope."""

    outlet: int
    name: str
    code: str
    stage: str
    type_key: str
    visible: bool


@router.get("/progress", response=list[Ref], summary="可查进度的区划")
def schemes(request: HttpRequest) -> list[Ref]:
    """本人辖区；负责水体的（流域机构、河湖长），为评判这些水体上排污口的各方案所在区划。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    if paths := asking.unit_paths(who):
        units = list(Unit.objects.filter(path__in=paths).order_by("path"))
    else:
        units = queries.schemes_on_waters(who, _asking(None, None))
    return [Ref(id=one.code, name=one.name) for one in units]


@router.get("/progress/{unit}", response=Progress, summary="进度")
def board(
    request: HttpRequest,
    unit: Word,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    explain_since: Moment | None = None,
    body: Id | None = None,
    by: By = By.UNIT,
) -> Progress:
    """截至某日（as_of）、按某时掌握的情况（known_at）的进度；explain_since 说明自某时以来的变化。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    where, asked = _where(request, unit).narrowed(body_id=body), _asking(as_of, known_at)
    found = queries.scoreboard(where, asked, actor=who, by=by)
    changes: list[ChangeRow] = []
    if explain_since is not None:
        earlier = Asking(min(asked.as_of, local_day(explain_since)), explain_since, asked.at)
        for told in queries.explain(where, earlier, asked, actor=who):
            changes += [
                ChangeRow(
                    target=told.target.key,
                    reason=str(one.reason),
                    numerator=one.numerator,
                    denominator=one.denominator,
                    outlets=list(one.outlets),
                )
                for one in told.changes
            ]
    return Progress(
        unit=unit,
        as_of=asked.as_of,
        known_at=known_at,
        has_scheme=found.has_scheme,
        targets=[_figure(cell) for cell in found.total.cells],
        children=[_part(line) for line in found.parts],
        memo=[_part(line) for line in found.memo],
        changes=changes,
    )


@router.get("/progress/{unit}/rows", response=Page[RowBehind], summary="数字背后的排污口")
def rows(
    request: HttpRequest,
    unit: Word,
    target: Annotated[Word, Field(description="目标的 key")],
    part: Part = Part.DENOMINATOR,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    body: Id | None = None,
    water: Annotated[Word, Field(description="只看这一水体（编码）")] = "",
    after: Id | None = None,
) -> Page[RowBehind]:
    """已完成（numerator）、应计（denominator）或尚未完成（missing）的排污口，个数与数字一致。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    where = _where(request, unit).narrowed(body_id=body, water_id=_water_id(water))
    page = queries.rows_behind(where, target, part, _asking(as_of, known_at), actor=who, after=after or 0)
    items = [
        RowBehind(
            outlet=one.outlet_id,
            name=one.name,
            code=one.code,
            stage=one.stage,
            type_key=one.type_key,
            visible=one.visible,
        )
        for one in page.rows
    ]
    return Page[RowBehind](items=items, next=next_address(request, page.after))


def _where(request: HttpRequest, code: str) -> Where:
    """The unit in the asker's territory; for whose scope is waters, his waters in the unit alone."""
    who = asking.actor(request)
    if not asking.unit_paths(who):
        return queries.waters_within(who, places.unit(code).path)
    return Where(asking.unit(request, code).path)


def _water_id(code: str) -> int | None:
    return places.water(code).pk if code else None


def _asking(as_of: date | None, known_at: datetime | None) -> Asking:
    now = timezone.now()
    return Asking(as_of or local_day(now), known_at, now)


def _figure(cell: Cell) -> TargetFigure:
    target = cell.target
    return TargetFigure(
        target=target.key,
        title=target.title,
        clause=target.clause,
        due=target.due,
        numerator=cell.figure.numerator,
        denominator=cell.figure.denominator,
        share=cell.share,
        required=None if target.required is None else float(target.required),
        met=cell.judgement.met,
        gap=cell.judgement.gap,
        status=str(cell.status),
        quote=target.quote,
        reason=cell.figure.reason,
        measure=cell.figure.measure,
        open_waters=cell.figure.open_waters,
    )


def _part(line: Line) -> PartFigures:
    return PartFigures(
        key=line.key, name=line.name, kind=str(line.kind), targets=[_figure(cell) for cell in line.cells]
    )
