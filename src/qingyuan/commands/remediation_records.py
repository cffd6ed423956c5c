"""`remediation clusters …` and `remediation records …`: fish farms to be collected together, records by type."""

from __future__ import annotations

import argparse
import json

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.remediation import actions, queries, queries_clusters, queries_records
from qingyuan.stages.remediation.models import Round


def add_records(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `clusters` and `records` with their verbs."""
    verbs = kinds.add_parser("clusters", help="连片统一设口").add_subparsers(
        dest="clusters", required=True, metavar="VERB"
    )
    ask = verb(verbs, "list", clusters, "连片的中小型水产养殖散排口")
    ask.add_argument("unit", help="哪个区划（代码或名称）")
    put = verb(verbs, "propose", propose, "为一片编制统一设口的方案")
    put.add_argument("outlets", metavar="KEY", nargs="+", help="编码或编号，第一个是保留的统一排污口")
    put.add_argument("--works", required=True, help="统一收集处理养殖尾水的设施")
    put.add_argument("--departments", default="", help="联动部门；不写则用已知的")
    verbs = kinds.add_parser("records", help="专项台账").add_subparsers(dest="records", required=True, metavar="VERB")
    look = verb(verbs, "list", records, "一种台账：要登记的排污口、内容、合计")
    look.add_argument("unit", help="哪个区划（代码或名称）")
    look.add_argument("kind", help="台账的键")
    save = verb(verbs, "save", save_it, "登记一个排污口的台账")
    save.add_argument("outlet", metavar="KEY", help="编码或编号")
    save.add_argument("kind", help="台账的键")
    save.add_argument("values", help='JSON，如 {"treatable": false}')
    save.add_argument("--title", default="", help="名称，如 稳定塘")


def clusters(asked: argparse.Namespace) -> int:
    """The groups of a place."""
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    found = queries_clusters.clusters(CONSOLE, path=unit.path, on=on)
    told = [{"clause": one.clause, "outlets": [each.outlet_id for each in one.rounds]} for one in found]
    lines = [f"{one.clause}  " + "、".join(each.outlet.name for each in one.rounds) for one in found]
    return answer(asked, {"clusters": told}, lines)


def _round(key: str) -> Round:
    found = queries.round_of(registry.outlet(CONSOLE, key))
    if found is None:
        raise NotFound("round", key)
    return found


def propose(asked: argparse.Namespace) -> int:
    """Plans for one group."""
    at = timezone.now()
    rounds = [_round(key) for key in asked.outlets]
    given = actions.Common(asked.works, departments=asked.departments)
    on = timezone.localdate(at)
    made = actions.propose_common(rounds[0], rounds, given=given, on=on, by=CONSOLE, at=at)
    told = [{"round": one.round_id, "batch": one.batch, "into": one.target_outlet_id} for one in made]
    return answer(asked, {"plans": told}, [f"{one.round.outlet.name}  {one.get_batch_display()}" for one in made])


def records(asked: argparse.Namespace) -> int:
    """What is asked of which outlets, and what is known."""
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    kind = queries_records.kind_at(unit.path, asked.kind, on=on)
    rows = queries_records.page(CONSOLE, kind, path=unit.path, on=on, limit=1000)
    told = [
        {
            "outlet": one.outlet.pk,
            "name": one.outlet.name,
            "open": one.is_open,
            "records": [{"title": each.title, "values": each.values, "due": each.due} for each in one.records],
        }
        for one in rows
    ]
    sums = dict(queries_records.totals(CONSOLE, kind, path=unit.path, on=on))
    lines = [f"{one.outlet.pk}  {one.outlet.name}  {kind.open if one.is_open else ''}".rstrip() for one in rows]
    return answer(
        asked, {"records": told, "totals": sums}, [*lines, *(f"{key}  {sum_:g}" for key, sum_ in sums.items())]
    )


def save_it(asked: argparse.Namespace) -> int:
    """Register."""
    at = timezone.now()
    outlet, on = registry.outlet(CONSOLE, asked.outlet), timezone.localdate(at)
    kind = queries_records.kind_at(outlet.unit_path, asked.kind, on=on)
    values = json.loads(asked.values)
    made = actions.save_record(outlet, kind, title=asked.title, values=values, on=on, by=CONSOLE, at=at)
    due = made.due.isoformat() if made.due else None
    state = "" if made.is_complete else kind.open
    return answer(asked, {"complete": made.is_complete, "due": due}, [f"{outlet.name}  {state}  {due or ''}".rstrip()])
