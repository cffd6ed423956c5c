"""`progress`: the scoreboard of a unit for scripts, as of a day, as known at a time, with the reasons for changes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, Board, Cell, Explanation, Line, PartKind, Where
from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.days import BEIJING, end_of_day, local_day
from qingyuan.core.progress import METRES, STATUS_LABELS
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `progress`, a group of one verb."""
    parser = verb(groups, "progress", progress, "按本地方案的目标计算完成情况")
    parser.add_argument("--unit", required=True, help="区划代码或名称")
    parser.add_argument("--body", default="", help="责任区部门：编号、统一社会信用代码或名称")
    parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="DATE", help="截至哪一天")
    parser.add_argument("--known-at", type=moment, metavar="TIME", help="按当时掌握的情况（日期或时间）")
    parser.add_argument("--explain-since", type=moment, metavar="TIME", help="说明自某时以来的变化")


def moment(text: str) -> datetime:
    """A time as written; without an offset Beijing time; a day alone means the end of that day."""
    try:
        return end_of_day(date.fromisoformat(text)) - timedelta(microseconds=1)
    except ValueError:
        given = datetime.fromisoformat(text)
    return given if given.tzinfo else datetime.combine(given.date(), given.time() or time.min, BEIJING)


def progress(asked: argparse.Namespace) -> int:
    """Targets of the unit, of its parts, and why they changed."""
    unit = places.unit_for(asked.unit)
    body = _body(asked.body, unit) if asked.body else None
    where = Where(unit.path, body_id=body.pk if body else None)
    asking = Asking(asked.as_of, asked.known_at, timezone.now())
    board = queries.scoreboard(where, asking, actor=CONSOLE)
    told = _explained(where, asking, asked.explain_since) if asked.explain_since else ()
    document = {
        "unit": unit.code,
        "as_of": asking.as_of,
        "known_at": asked.known_at.isoformat() if asked.known_at else None,
        "targets": _targets(board.total),
        "children": [_part(line, unit) for line in board.parts],
        "memo": [_part(line, unit) for line in board.memo],
        "changes": [change for explanation in told for change in _changes(explanation)],
    }
    if body:
        document["body"] = {"id": body.pk, "name": body.name}
    if not board.has_scheme:
        document["note"] = "该地区尚无方案"
    return answer(asked, document, _lines(unit, board, told))


def _body(text: str, unit: Unit) -> Body:
    if text.isdecimal() and len(text) < 18:
        return bodies.body(int(text))
    found = bodies.named(text, path=unit.path) or bodies.search(text, path=unit.path, limit=1).first()
    if found is None or text not in (found.name, found.credit_code):
        raise NotFound("body", text)
    return found


def _explained(where: Where, asking: Asking, since: datetime) -> tuple[Explanation, ...]:
    earlier = Asking(min(asking.as_of, local_day(since)), since, asking.at)
    return queries.explain(where, earlier, asking, actor=CONSOLE)


def _targets(line: Line) -> list[dict[str, object]]:
    return [_target(cell) for cell in line.cells]


def _target(cell: Cell) -> dict[str, object]:
    target = cell.target
    return {
        "target": target.key,
        "title": target.title,
        "clause": target.clause,
        "due": target.due,
        "numerator": cell.figure.numerator,
        "denominator": cell.figure.denominator,
        "share": cell.share,
        "required": target.required,
        "met": cell.judgement.met,
        "gap": cell.judgement.gap,
        "status": cell.status,
        "quote": target.quote,
        "reason": cell.figure.reason,
        "measure": cell.figure.measure,
        "open_waters": cell.figure.open_waters,
    }


def _part(line: Line, unit: Unit) -> dict[str, object]:
    """A part; what hangs on the unit itself goes under the unit's own code, so that the parts add up."""
    code = unit.code if line.kind is PartKind.DIRECT else line.key
    return {"unit": code, "name": line.name, "kind": line.kind, "targets": _targets(line)}


def _changes(told: Explanation) -> list[dict[str, object]]:
    return [
        {
            "target": told.target.key,
            "reason": change.reason,
            "numerator": change.numerator,
            "denominator": change.denominator,
            "outlets": list(change.outlets),
        }
        for change in told.changes
    ]


def _lines(unit: Unit, board: Board, told: Iterable[Explanation]) -> Iterable[str]:
    yield f"{unit.name}  截至 {board.asking.as_of}" + (
        f"，按 {board.asking.known_at.astimezone(BEIJING):%Y-%m-%d %H:%M} 掌握" if board.asking.known_at else ""
    )
    if not board.has_scheme:
        yield "该地区尚无方案"
    for place, cell in enumerate(board.total.cells):
        yield f"{cell.target.title}（{cell.target.due or '未定日期'}，{cell.target.clause}）：{said(cell)}"
        for line in (*board.parts, *board.memo):
            if line.cells[place].figure.denominator:
                yield f"    {'其中 ' if line.kind is PartKind.ZONE else ''}{line.name}：{said(line.cells[place])}"
    for explanation in told:
        yield f"{explanation.target.title}（{explanation.target.due or '未定日期'}）的变化：{explanation.sentence}"


def said(cell: Cell) -> str:
    """318 / 454 · 70.0 % 达标, or — with the reason. The percentage is cut off, never rounded up."""
    figure = cell.figure
    if figure.numerator is None or not figure.denominator:
        return f"—（{figure.reason or '没有应计的排污口'}）"
    tenths = figure.numerator * 1000 // figure.denominator
    percentage = f"{tenths // 10}.{tenths % 10} %"
    if figure.measure == METRES:
        gap = f"，还差 {cell.judgement.gap:,} 米" if cell.judgement.gap else ""
        gap += f"，还有 {figure.open_waters} 条水体没有划分岸段" if figure.open_waters else ""
        share = f"{figure.numerator:,} / {figure.denominator:,} 米"
        return f"{share} · {percentage}  {STATUS_LABELS[cell.status]}{gap}"
    gap = f"，还差 {cell.judgement.gap} 个" if cell.judgement.gap else ""
    return f"{figure.numerator:,} / {figure.denominator:,} · {percentage}  {STATUS_LABELS[cell.status]}{gap}"
