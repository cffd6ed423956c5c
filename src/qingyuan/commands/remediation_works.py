"""`remediation works …`: what the works of an outlet show and lack, progress, evidence, doubts; as on the pages."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation import queries_works as works
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.words_works import DoubtKind, EvidenceKind


def add_works(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `works` with its verbs."""
    verbs = kinds.add_parser("works", help="整治实施、佐证、疑点").add_subparsers(
        dest="works", required=True, metavar="VERB"
    )
    look = verb(verbs, "show", show, "一个排污口的进度、佐证清单和缺项")
    look.add_argument("outlet", metavar="KEY", help="编码或编号")
    step = verb(verbs, "progress", progress, "报告一个步骤的进度")
    step.add_argument("outlet", metavar="KEY")
    step.add_argument("step", type=int, help="步骤序号")
    step.add_argument("percent", type=int)
    step.add_argument("--text", default="")
    step.add_argument("--on", type=date.fromisoformat, help="日期，不写为今天")
    add = verb(verbs, "add", add_evidence, "提交佐证")
    add.add_argument("outlet", metavar="KEY")
    add.add_argument("kind", choices=EvidenceKind.values)
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.add_argument("--on", type=date.fromisoformat, help="日期，不写为今天")
    add.add_argument("--note", default="")
    ask = verb(verbs, "doubts", doubts, "疑点列表")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--kind", choices=DoubtKind.values, default="")
    ask.add_argument("--state", choices=("open", "confirmed", "dismissed", ""), default="open")
    ask.add_argument("--after", type=int, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)


def _round(key: str) -> Round:
    outlet = registry.outlet(CONSOLE, key)
    found = queries.round_of(outlet)
    if found is None:
        raise NotFound("round", key)
    return queries.round_by_id(CONSOLE, found.pk)


def show(asked: argparse.Namespace) -> int:
    """Progress, checklist, evidence with what speaks against it."""
    found = _round(asked.outlet)
    steps, items = works.progress_of(found), works.checklist_of(found)
    held = works.evidence_of(found)
    document = {
        "round": found.pk,
        "outlet": {"id": found.outlet_id, "name": found.outlet.name, "stage": found.outlet.stage},
        "steps": [
            {"number": one.step.number, "title": one.step.title, "due": one.step.due, "percent": one.percent}
            for one in steps
        ],
        "checklist": [{"title": one.title, "clause": one.wanted.clause, "done": one.done} for one in items],
        "missing": list(works.missing_of(found)),
        "evidence": [
            {
                "id": one.pk,
                "kind": one.kind,
                "day": one.day,
                "sha256": one.sha256,
                "off_m": one.off_m,
                "state": one.state,
                "findings": [finding["code"] for finding in one.findings],
            }
            for one in held
        ],
    }
    lines = [f"{one.step.number}. {one.step.title}  {one.percent} %" for one in steps]
    lines += [f"{'已有' if one.done else '还缺'}  {one.title}" for one in items]
    lines += [f"{one.pk}  {one.get_kind_display()}  {one.day}  {one.get_state_display()}" for one in held]
    return answer(asked, document, lines)


def progress(asked: argparse.Namespace) -> int:
    """Report how far a step is."""
    found, at = _round(asked.outlet), timezone.now()
    step = next((one.step for one in works.progress_of(found) if one.step.number == asked.step), None)
    if step is None:
        raise NotFound("step", str(asked.step))
    on = asked.on or timezone.localdate(at)
    made = actions.report_progress(found, step=step, percent=asked.percent, text=asked.text, on=on, by=CONSOLE, at=at)
    return answer(asked, {"step": step.number, "percent": made.percent}, [f"{step.title}  {made.percent} %"])


def add_evidence(asked: argparse.Namespace) -> int:
    """Hand in files of one kind; what is odd about each is said."""
    found, at = _round(asked.outlet), timezone.now()
    made = [
        actions.add_evidence(
            found,
            kind=EvidenceKind(asked.kind),
            given=actions.Given(path.read_bytes(), path.name),
            note=asked.note,
            on=asked.on or timezone.localdate(at),
            by=CONSOLE,
            at=at,
        )
        for path in asked.files
    ]
    rows = [{"id": one.pk, "state": one.state, "findings": [f["code"] for f in one.findings]} for one in made]
    lines = [f"{one.pk}  {one.title}  {one.get_state_display()}" for one in made]
    return answer(asked, {"evidence": rows}, lines)


def doubts(asked: argparse.Namespace) -> int:
    """A page of doubts, newest first."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    found = works.doubt_page(
        works.doubts(CONSOLE, path=path, kind=asked.kind, state=asked.state), after=asked.after, limit=asked.limit
    )
    rows = [
        {
            "id": one.pk,
            "outlet": {"id": one.outlet_id, "name": one.outlet.name},
            "kind": one.kind,
            "state": one.state,
            "text": one.text,
            "clause": one.clause,
            "raised_on": one.raised_on,
        }
        for one in found
    ]
    lines = [f"{one.pk}  {one.outlet.name}  {one.get_kind_display()}  {one.text}  {one.clause}" for one in found]
    return answer(asked, {"doubts": rows}, lines)
