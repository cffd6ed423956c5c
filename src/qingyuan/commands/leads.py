"""`leads list`, `import`, `settle`, `reopen`, `missing`: leads, by the same functions as the pages."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.exchange import leads as files
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.survey import queries as survey
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey import ranking
from qingyuan.stages.survey.actions import lead_endings
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries_leads import OVERDUE, Asked
from qingyuan.stages.survey.words_leads import DATUMS, LeadSource, LeadState, NotOutlet

SETTLED = ("outlet", "not_outlet", "duplicate")


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `leads` with its verbs."""
    verbs = groups.add_parser("leads", help="线索").add_subparsers(dest="verb", required=True, metavar="VERB")
    ask = verb(verbs, "list", list_leads, "线索列表")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--state", choices=[*LeadState.values, OVERDUE], default="")
    ask.add_argument("--source", choices=LeadSource.values, default="")
    ask.add_argument("--campaign", default="", help="排查专项（编号或 KEY）")
    ask.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)
    bring = verb(verbs, "import", take_in, "导入线索文件，每一行成为一条线索")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--unit", required=True, help="哪个区划（代码或名称）")
    bring.add_argument("--source", required=True, choices=LeadSource.values)
    bring.add_argument("--title", default="", help="这批线索的名称（默认用文件名）")
    bring.add_argument("--year", type=int, help="历次排查成果的年份")
    bring.add_argument("--origin", default="", help="出处")
    bring.add_argument("--datum", choices=list(DATUMS), default="cgcs2000")
    bring.add_argument("--campaign", default="", help="排查专项（编号或 KEY）")
    bring.add_argument("--images", type=Path, metavar="ZIP", help="影像，一张或压缩包")
    bring.add_argument("--sheet", default="")
    end = verb(verbs, "settle", settle, "处置一条线索")
    end.add_argument("key", help="线索编号或 KEY")
    end.add_argument("--as", dest="ending", required=True, choices=SETTLED)
    end.add_argument("--reason", default="", help="理由")
    end.add_argument("--why", choices=NotOutlet.values, default="", help="不是排污口的情形")
    end.add_argument("--outlet", default="", metavar="KEY", help="与哪一个排污口重复")
    end.add_argument("--lead", default="", metavar="KEY", help="与哪一条线索重复")
    end.add_argument("--record", type=Path, metavar="FILE", help="排查记录（登记为排污口时）")
    end.add_argument("--name", default="", help="排污口名称")
    end.add_argument("--water", default="", help="受纳水体名称（原文）")
    end.add_argument("--pattern", default="", help="排放方式")
    end.add_argument("--party", default="", help="排污单位")
    end.add_argument("--unit-unknown", action="store_true", help="排污单位不明，待溯源")
    end.add_argument("--apart", default="", help="不是附近排污口的理由")
    end.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="处置日期（默认今天）")
    back = verb(verbs, "reopen", reopen, "撤销处置")
    back.add_argument("key")
    back.add_argument("--reason", required=True)
    guess = verb(verbs, "missing", missing, "疑似漏查排口研判")
    guess.add_argument("--unit", required=True, help="哪个区划（代码或名称）")


def list_leads(asked: argparse.Namespace) -> int:
    """A page of leads, the newest first, with the counts by state."""
    on = timezone.localdate()
    path = places.unit_for(asked.unit).path if asked.unit else ""
    campaign = survey.campaign(CONSOLE, asked.campaign).pk if asked.campaign else None
    wanted = Asked(asked.state, asked.source, campaign, None, path)
    rows, last = queries.page(queries.narrowed(CONSOLE, wanted, on=on), after=asked.after, size=asked.limit)
    counts = queries.counts(CONSOLE, wanted, on=on)
    document = {"counts": counts, "leads": [told(one) for one in rows], "after": last}
    lines = [f"{LeadState(one.state).label}  {one.pk}  {one.unit.name}  {one.name}" for one in rows]
    return answer(asked, document, [*lines, f"共 {counts['']} 条，待核 {counts[LeadState.OPEN]} 条"])


def take_in(asked: argparse.Namespace) -> int:
    """Take in a file of leads."""
    at = timezone.now()
    images = files.images_of(asked.images.read_bytes(), asked.images.name) if asked.images else {}
    made = files.take_in(
        asked.file,
        asked.file.name,
        files.Asked(
            title=asked.title or asked.file.stem,
            source=asked.source,
            unit=places.unit_for(asked.unit),
            campaign=survey.campaign(CONSOLE, asked.campaign) if asked.campaign else None,
            datum=asked.datum,
            origin=asked.origin,
            year=asked.year,
            sheet=asked.sheet,
            images=images,
        ),
        by=CONSOLE,
        on=timezone.localdate(at),
        at=at,
    )
    leads = list(made.leads.select_related("unit", "water").order_by("pk"))
    document = {"batch": made.pk, **made.counts, "leads": [told(one) for one in leads]}
    line = f"{made.title}：{made.counts['rows']} 条线索，{made.counts['doubtful']} 条需要核对"
    return answer(asked, document, [line])


def settle(asked: argparse.Namespace) -> int:
    """End one lead."""
    at = timezone.now()
    on = asked.on or timezone.localdate(at)
    lead = queries.lead(CONSOLE, asked.key)
    match asked.ending:
        case "outlet":
            record = ""
            if asked.record:
                content = asked.record.read_bytes()
                record = library.file_bytes(content, name=asked.record.name, by=CONSOLE, at=at).sha256
            fields = {
                "name": asked.name,
                "water_text": asked.water,
                "discharge_pattern": asked.pattern,
                "party_proposed": asked.party,
                "unit_unknown": asked.unit_unknown,
                "apart": asked.apart,
            }
            lead_endings.end_as_outlet(CONSOLE, lead, fields=fields, paper_sha256=record, at=at, on=on)
        case "not_outlet":
            lead_endings.end_as_not_outlet(CONSOLE, lead, why=asked.why, reason=asked.reason, at=at, on=on)
        case _:
            outlet = registry.outlet(CONSOLE, asked.outlet) if asked.outlet else None
            other = queries.lead(CONSOLE, asked.lead) if asked.lead else None
            lead_endings.end_as_duplicate(
                CONSOLE, lead, of_outlet=outlet, of_lead=other, reason=asked.reason, at=at, on=on
            )
    return _said(asked, lead)


def reopen(asked: argparse.Namespace) -> int:
    """Take the ending of a lead back."""
    at = timezone.now()
    lead = queries.lead(CONSOLE, asked.key)
    lead_endings.reopen(CONSOLE, lead, reason=asked.reason, at=at, on=timezone.localdate(at))
    return _said(asked, lead)


def missing(asked: argparse.Namespace) -> int:
    """The kilometres where an outlet was probably missed, with their reasons."""
    unit, on = places.unit_for(asked.unit), timezone.localdate()
    found = ranking.probable(CONSOLE, path=unit.path, on=on)
    document = [
        {
            "water": one.water.name,
            "kilometre": one.kilometre.number,
            "score": one.kilometre.score,
            "reasons": [
                {"kind": reason.kind, "points": reason.points, "clues": [clue.text for clue in reason.clues]}
                for reason in one.kilometre.reasons
            ],
            "open_leads": one.open_leads,
        }
        for one in found
    ]
    lines = [
        f"{one.kilometre.score:g}  {one.water.name}"
        f"{'' if one.kilometre.number is None else f' 第 {one.kilometre.number} 千米'}  "
        + "；".join(reason.clues[0].text for reason in one.kilometre.reasons)
        for one in found
    ]
    return answer(asked, document, lines or ["没有研判依据。"])


def _said(asked: argparse.Namespace, lead: Lead) -> int:
    found = queries.lead(CONSOLE, lead.pk)
    return answer(asked, told(found), [f"{LeadState(found.state).label}  {found.pk}  {found.name}"])


def told(one: Lead) -> dict[str, object]:
    """A lead for scripts."""
    return {
        "id": one.pk,
        "key": one.key,
        "name": one.name,
        "source": one.source,
        "ref": one.source_ref,
        "unit": one.unit.code,
        "water": one.water.name if one.water else "",
        "state": one.state,
        "longitude_deg": None if one.longitude_deg is None else float(one.longitude_deg),
        "latitude_deg": None if one.latitude_deg is None else float(one.latitude_deg),
        "outlet": one.outlet_id,
        "same_as": one.same_as_id,
        "due": one.due.isoformat() if one.due else None,
        "findings": [str(finding["code"]) for finding in one.findings],
    }
