"""`survey list`, `show`, `coverage`: campaigns, what they lack, how much of the banks was walked."""

from __future__ import annotations

import argparse

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.places import queries as places
from qingyuan.stages.survey import finishing, queries, queries_coverage
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.queries import Gap, Progress
from qingyuan.stages.survey.words import CampaignState


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `survey` with its verbs."""
    verbs = groups.add_parser("survey", help="排查专项").add_subparsers(dest="verb", required=True, metavar="VERB")
    ask = verb(verbs, "list", list_campaigns, "专项列表")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--state", choices=CampaignState.values, default="")
    ask.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一个专项：进度、缺口、还缺什么")
    look.add_argument("campaign", help="编号或 key")
    reach = verb(verbs, "coverage", coverage, "岸线覆盖和缺口")
    reach.add_argument("--unit", required=True, help="哪个区划（代码或名称）")
    reach.add_argument("--limit", type=int, default=50, help="缺口列几条")


def list_campaigns(asked: argparse.Namespace) -> int:
    """Campaigns, the newest first."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    found = queries.listed(CONSOLE, path=path, state=asked.state, after=asked.after, limit=asked.limit)
    progress = queries.progress_of(found)
    document = {"campaigns": [_row(one, progress[one.pk]) for one in found]}
    lines = [
        f"{one.pk}  {one.title}  {one.unit.name}  {CampaignState(one.state).label}  {said(progress[one.pk])}"
        for one in found
    ]
    return answer(asked, document, lines or ["没有排查专项"])


def show(asked: argparse.Namespace) -> int:
    """One campaign with its gaps, and what lacks before it may be finished."""
    found = queries.campaign(CONSOLE, asked.campaign)
    progress = queries.progress_of([found])[found.pk]
    started = found.state == CampaignState.STARTED
    missing = finishing.missing(found, on=timezone.localdate()) if started else []
    gaps = queries.open_gaps(CONSOLE, found, limit=200)
    units = queries.by_unit(found)
    document = {
        **_row(found, progress),
        "waters": [water.name for water in found.waters.defer("geometry").order_by("path")],
        "units": [{"unit": one.name, **_progress(one.progress)} for one in units],
        "gaps": [_gap(one) for one in gaps],
        "missing": [{"code": one.code, "text": one.sentence, "clause": one.clause} for one in missing],
    }
    lines = [
        f"{found.title}  {found.unit.name}  {CampaignState(found.state).label}  {said(progress)}",
        *(f"    {one.name}：{said(one.progress)}" for one in units),
        *(f"缺口：岸段 {one.segment.number}，{one.from_m}～{one.to_m} 米" for one in gaps),
        *(f"还缺：{one.sentence}" for one in missing),
    ]
    return answer(asked, document, lines)


def coverage(asked: argparse.Namespace) -> int:
    """Bank walked below a unit, by unit and water, with the gaps."""
    unit = places.unit_for(asked.unit)
    units, waters = queries_coverage.by_unit(CONSOLE, unit), queries_coverage.by_water(CONSOLE, unit)
    gaps = queries_coverage.gaps(CONSOLE, path=unit.path, limit=asked.limit).rows
    document = {
        "unit": unit.code,
        "units": [{"unit": one.name, **_progress(one.progress)} for one in units],
        "waters": [{"water": one.name, **_progress(one.progress)} for one in waters],
        "gaps": [_gap(one) for one in gaps],
    }
    lines = [
        *(f"{one.name}：{said(one.progress)}" for one in units),
        *(f"{one.name}：{said(one.progress)}" for one in waters),
        *(f"缺口：{one.segment.campaign.title} 岸段 {one.segment.number}，{one.from_m}～{one.to_m} 米" for one in gaps),
    ]
    return answer(asked, document, lines or ["还没有划分岸段"])


def said(progress: Progress) -> str:
    """12,345 / 20,000 米 · 61.7 %，岸段 6 / 10."""
    if not progress.length_m:
        return "还没有划分岸段"
    tenths = progress.covered_m * 1000 // progress.length_m
    return (
        f"{progress.covered_m:,} / {progress.length_m:,} 米 · {tenths // 10}.{tenths % 10} %，"
        f"岸段 {progress.closed} / {progress.number}"
    )


def _row(one: Campaign, progress: Progress) -> dict[str, object]:
    return {
        "id": one.pk,
        "key": one.key,
        "title": one.title,
        "unit": one.unit.code,
        "kind": one.kind,
        "state": one.state,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        **_progress(progress),
    }


def _progress(one: Progress) -> dict[str, object]:
    return {
        "covered_m": one.covered_m,
        "length_m": one.length_m,
        "share": one.share,
        "closed": one.closed,
        "segments": one.number,
    }


def _gap(one: Gap) -> dict[str, object]:
    return {
        "campaign": one.segment.campaign.key,
        "segment": one.segment.number,
        "from_m": one.from_m,
        "to_m": one.to_m,
    }
