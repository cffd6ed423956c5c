"""`tracing list`, `show`, `open`: cases of tracing, by the same functions as the pages."""

from __future__ import annotations

import argparse

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.flows import dry_flow_opens_tracing, survey_opens_tracing
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.tracing import actions, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Why


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tracing` with its verbs."""
    verbs = groups.add_parser("tracing", help="溯源").add_subparsers(dest="verb", required=True, metavar="VERB")
    ask = verb(verbs, "list", list_cases, "案件列表")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--state", choices=queries.STATES, default="", help="waiting 为已有结论、尚未明确责任主体")
    ask.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一个案件的全部情况")
    look.add_argument("id", type=int)
    start = verb(verbs, "open", open_case, "立案：一个排污口，或者按本地方案应立案的全部")
    start.add_argument("--outlet", default="", metavar="KEY", help="排污口编码或编号；不写则立全部应立的案")
    start.add_argument("--why", choices=Why.values, default=Why.UNCLEAR.value)
    start.add_argument("--text", default="", help="说明")
    start.add_argument("--key", default="", help="同一 KEY 只立一次")


def list_cases(asked: argparse.Namespace) -> int:
    """A page of cases, the newest first, with the counts by state."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    found = queries.listed(CONSOLE, path=path, state=asked.state, after=asked.after, limit=asked.limit)
    counts = {state or "all": number for state, number in queries.counts(CONSOLE, path=path).items()}
    lines = [
        f"{one.pk}  {one.outlet.unit.name}  {one.outlet.name}  {one.get_why_display()}"
        f"  {one.get_conclusion_display() or '在办'}  责任主体 {one.outlet.party or '未明确'}"
        for one in found
    ]
    said = "，".join(f"{name} {count}" for name, count in counts.items())
    return answer(asked, {"counts": counts, "cases": [_told(one) for one in found]}, [*lines, said])


def show(asked: argparse.Namespace) -> int:
    """One case: steps, sources, chain, who leads, who is proposed to answer."""
    found = queries.case(CONSOLE, asked.id)
    steps, sources, bodies = queries.steps_of(found), queries.sources_of(found), queries.bodies_of(found)
    network = queries.network(found.outlet.node)
    document = {
        **_told(found),
        "why_text": found.why_text,
        "note": found.note,
        "bodies": [{"part": one.part, "name": one.name, "body": one.body_id} for one in bodies],
        "steps": [
            {
                "id": one.pk,
                "method": one.method,
                "on": one.day,
                "place": one.place,
                "result": one.result,
                "confidence": one.confidence,
                "evidence": [file.sha256 for file in one.files.all()],
                "struck": bool(one.struck_at),
            }
            for one in steps
        ],
        "sources": [{"body": one.body_id, "name": one.body.name, "share": one.share} for one in sources],
        "chain": [
            {"upper": network.nodes[upper].name, "lower": network.nodes[lower].name}
            for upper, lower in network.followed.edges
        ],
        "proposals": [
            {"body": int(one.value), "name": one.text, "basis": one.reasons.get("basis")}
            for one in queries.party_proposals(found.outlet)
        ],
    }
    lines = [
        f"{found.pk}  {found.outlet.name}  {found.get_why_display()}（{found.clause or '无条款'}）"
        f"  {found.get_conclusion_display() or '在办'}",
        *(f"    {one.get_part_display()}  {one.name}" for one in bodies),
        *(f"    {one.day}  {one.method}：{one.result}" for one in steps if not one.struck_at),
        *(f"    来源  {one.body.name}  {'未知' if one.share is None else f'{one.share:.0%}'}" for one in sources),
    ]
    return answer(asked, document, lines)


def open_case(asked: argparse.Namespace) -> int:
    """Open one case, or every case the schemes ask for. Twice changes nothing."""
    at = timezone.now()
    on = timezone.localdate(at)
    if asked.outlet:
        outlet = registry.outlet(CONSOLE, asked.outlet)
        key = f"console:{asked.key}" if asked.key else ""
        made = actions.open_case(outlet, why=Why(asked.why), why_text=asked.text, key=key, on=on, by=CONSOLE, at=at)
        return show(argparse.Namespace(id=made.pk, json=asked.json))
    opened = dry_flow_opens_tracing.open_due(on=on, at=at) + survey_opens_tracing.open_due(on=on, at=at)
    return answer(asked, {"opened": opened}, [f"立案 {opened} 件"])


def _told(found: Case) -> dict[str, object]:
    return {
        "id": found.pk,
        "outlet": found.outlet_id,
        "outlet_name": found.outlet.name,
        "unit": found.outlet.unit.code,
        "why": found.why,
        "clause": found.clause,
        "opened_on": found.opened_on,
        "conclusion": found.conclusion,
        "concluded_on": found.concluded_on,
        "party": found.outlet.party_id,
    }
