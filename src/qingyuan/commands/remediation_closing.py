"""`remediation accept|file|outcome|seal|filings|relapses|reopen`: closure, by the same functions as the pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.library import actions as library
from qingyuan.library import queries as files
from qingyuan.places import queries as places
from qingyuan.stages.remediation import actions, queries, queries_closure
from qingyuan.stages.remediation.models_closure import Filing
from qingyuan.stages.remediation.words_closure import FilingState


def add_closing(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs of closure."""
    wait = verb(kinds, "acceptance", awaiting, "待验收的整治")
    wait.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    wait.add_argument("--after", type=int, default=0, metavar="ID")
    wait.add_argument("--limit", type=int, default=50)
    take = verb(kinds, "accept", accept, "现场核查合格并验收一轮整治")
    take.add_argument("round", type=int, metavar="ROUND")
    take.add_argument("--record", required=True, type=Path, metavar="FILE", help="验收记录")
    take.add_argument("--note", default="", help="现场核查情况；写明时一并登记现场核查合格")
    held = verb(kinds, "filings", filings, "销号备案")
    held.add_argument("--unit", default="")
    held.add_argument("--state", choices=FilingState.values, default="")
    held.add_argument("--after", type=int, default=0, metavar="ID")
    keep = verb(kinds, "seal", seal, "封存一轮整治的销号包")
    keep.add_argument("round", type=int, metavar="ROUND")
    keep.add_argument("--out", required=True, type=Path, metavar="FILE")
    rate = verb(kinds, "relapse-rate", relapse_rate, "反弹率")
    rate.add_argument("--unit", default="")


def awaiting(asked: argparse.Namespace) -> int:
    """Rounds that await acceptance."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    found = queries_closure.awaiting(CONSOLE, path=path, after=asked.after, limit=asked.limit)
    rows = [
        {"round": one.pk, "outlet": one.outlet_id, "name": one.outlet.name, "since": one.outlet.stage_since}
        for one in found
    ]
    lines = [f"{one.pk}  {one.outlet.unit.name}  {one.outlet.name}  {one.outlet.stage_since}" for one in found]
    return answer(asked, rows, lines or ["没有待验收的排污口。"])


def accept(asked: argparse.Namespace) -> int:
    """Accept the first level; with a note the check on the ground is recorded as passed."""
    at = timezone.now()
    on = timezone.localdate(at)
    found = queries.round_by_id(CONSOLE, asked.round)
    paper = library.file_bytes(asked.record.read_bytes(), name=asked.record.name, by=CONSOLE, at=at)
    if asked.note:
        actions.check_site(found, passed=True, note=asked.note, on=on, by=CONSOLE, at=at)
    made = actions.accept(found, paper_sha256=paper.sha256, note=asked.note, on=on, by=CONSOLE, at=at)
    document = {"round": found.pk, "level": made.level, "title": made.title, "on": made.decided_on}
    return answer(asked, document, [f"{found.outlet.name}：{made.title} 已验收"])


def filings(asked: argparse.Namespace) -> int:
    """Filings, the newest first."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    found = queries_closure.filings(CONSOLE, state=asked.state, path=path, after=asked.after)
    lines = [f"{one.pk}  {one.round.outlet.name}  {one.get_state_display()}  {one.filed_on}" for one in found]
    return answer(asked, [_row(one) for one in found], lines or ["没有"])


def _row(one: Filing) -> dict[str, object]:
    return {
        "id": one.pk,
        "round": one.round_id,
        "outlet": one.round.outlet_id,
        "name": one.round.outlet.name,
        "state": one.state,
        "filed_on": one.filed_on,
        "decided_on": one.decided_on,
        "reason": one.reason,
    }


def seal(asked: argparse.Namespace) -> int:
    """Seal the round and write the pack; `archive verify` checks it."""
    at = timezone.now()
    found = queries.round_by_id(CONSOLE, asked.round)
    made = actions.seal_round(found, on=timezone.localdate(at), by=CONSOLE, at=at)
    content = files.content_of(made.sha256)
    draft = asked.out.with_name(f".{asked.out.name}.part")
    draft.write_bytes(content)
    draft.replace(asked.out)
    document = {"file": str(asked.out), "sha256": made.sha256, "bytes": len(content)}
    return answer(asked, document, [f"已写入 {asked.out}，sha256 {made.sha256}"])


def relapse_rate(asked: argparse.Namespace) -> int:
    """How many closed rounds came back, with the rows."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    on = timezone.localdate()
    rate = queries_closure.relapse_rate(CONSOLE, path=path, on=on)
    rows = [
        {"outlet": one.outlet_id, "name": one.outlet.name, "source": one.source, "on": one.decided_on}
        for one in queries_closure.relapsed_rounds(CONSOLE, path=path, on=on)
    ]
    share = None if rate.share is None else float(rate.share)
    document = {"closed": rate.closed, "relapsed": rate.relapsed, "repeats": rate.repeats, "share": share, "rows": rows}
    return answer(asked, document, [f"已结束 {rate.closed} 轮，反弹 {rate.relapsed} 轮"])
