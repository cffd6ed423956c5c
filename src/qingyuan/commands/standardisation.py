"""`standardisation list`, `show`, `confirm`, `board`: the checklist and the work board, by what the pages call."""

from __future__ import annotations

import argparse

from django.utils import timezone

from qingyuan.boards.archive.completeness import completenesses, row_of
from qingyuan.boards.archive.queries import checklist_of
from qingyuan.boards.work import queries as work
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Stage
from qingyuan.core.standardising import ITEM_STATES, open_items
from qingyuan.flows import standardising as flow
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive as queries


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `standardisation` with its verbs."""
    group = groups.add_parser("standardisation", help="规范化建设")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    ask = verb(verbs, "list", listed, "待规范化的排污口和各自未完成的项目")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一个排污口的核对项目")
    look.add_argument("code", metavar="CODE", help="排污口编码或编号")
    do = verb(verbs, "confirm", confirm, "确认规范化")
    do.add_argument("code", metavar="CODE", help="排污口编码或编号")
    board = verb(verbs, "board", show_board, "工作看板：各阶段的排污口数，分县")
    board.add_argument("--unit", default="", help="哪个区划（代码或名称）")


def listed(asked: argparse.Namespace) -> int:
    """A page of outlets that stay and are not yet standardised."""
    on = timezone.localdate()
    found = Outlet.objects.standing().filter(stage=Stage.RETAINED, pk__gt=asked.after).select_related("unit")
    if asked.unit:
        found = found.within(places.unit_for(asked.unit).path)
    rows = list(found.order_by("pk")[: asked.limit])
    files = dict(completenesses([row_of(one) for one in rows], on=on))
    items = queries.items_of_many(rows, files, on=on)
    told = [
        {
            "outlet": one.pk,
            "name": one.name,
            "unit": one.unit.code,
            "score": files[one.pk].score,
            "open": [item.name for item in open_items(items[one.pk])],
        }
        for one in rows
    ]
    lines = [f"{one['outlet']}  {one['name']}  档案 {one['score']} %  未完成：{_names(one['open'])}" for one in told]
    return answer(asked, {"outlets": told}, lines or ["没有待规范化的排污口"])


def _names(found: object) -> str:
    return "、".join(map(str, found)) if isinstance(found, list) and found else "无"


def show(asked: argparse.Namespace) -> int:
    """The checklist of one outlet."""
    outlet = registry.outlet(CONSOLE, asked.code)
    items = checklist_of(outlet, on=timezone.localdate())
    document = {
        "outlet": outlet.pk,
        "name": outlet.name,
        "stage": outlet.stage,
        "items": [
            {"item": one.key, "name": one.name, "state": one.state.value, "why": one.why, "clause": one.clause}
            for one in items
        ],
    }
    lines = ["  ".join(filter(None, (one.name, ITEM_STATES[one.state], one.why, one.clause))) for one in items]
    return answer(asked, document, [outlet.name, *lines])


def confirm(asked: argparse.Namespace) -> int:
    """Confirm one outlet. Twice changes nothing."""
    at = timezone.now()
    outlet = registry.outlet(CONSOLE, asked.code)
    flow.standardise(outlet, on=timezone.localdate(at), by=CONSOLE, at=at)
    return answer(asked, {"outlet": outlet.pk, "stage": outlet.stage}, [f"{outlet.name} 已规范化"])


def show_board(asked: argparse.Namespace) -> int:
    """The board of a unit, the nation's without one."""
    at = places.unit_for(asked.unit) if asked.unit else Unit.objects.get(path="")
    found = work.board(CONSOLE, at, on=timezone.localdate())
    names = [stage.name for stage in found.stages]
    document = {
        "unit": at.code,
        "columns": names,
        "rows": [
            {"unit": row.unit.code if row.unit else "", "counts": list(row.counts), "total": row.total}
            for row in found.rows
        ],
        "whole": list(found.whole.counts),
        "total": found.whole.total,
        "awaiting": found.awaiting,
    }
    lines = ["  ".join(["区划", *names, "合计"])]
    for row in (*found.rows, found.whole):
        name = row.unit.name if row.unit else "本级直接"
        lines.append("  ".join([name, *map(str, row.counts), str(row.total)]))
    return answer(asked, document, [*lines, f"待规范化 {found.awaiting}"])
