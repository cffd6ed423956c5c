"""What a closing pack of a round holds: every record of it as JSON, every file it names, and a summary to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from django.db.models import ForeignKey, Model

from qingyuan.core.lifecycle import PAPERS, STAGES, Paper, Stage
from qingyuan.core.proof import Json
from qingyuan.core.refusal import NotFound
from qingyuan.core.sealing import Chain
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.models import Anchor, Entry
from qingyuan.library import queries as library
from qingyuan.library.models import File
from qingyuan.registry.models import FiledPaper
from qingyuan.stages.remediation import queries, queries_closure
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import SiteCheck
from qingyuan.stages.remediation.models_plans import AtOnce, Order, Plan, PlanDuty, PlanStep, Transition
from qingyuan.stages.remediation.models_works import BranchPipe, Doubt, Evidence, StepReport

SUMMARY = "01-销号情况.txt"
# What an entry of the ledger keeps apart, a pack keeps apart too: opaque ids of officers stay, names of people do not.
LEFT_OUT = frozenset({"version", "key", "is_demo", "checked_name", "decided_name"})


def parts_of(found: Round) -> dict[str, bytes]:
    """Path in the pack → bytes. A file that the library no longer holds is named in the summary as missing."""
    records = dict(_records(found))
    parts = {f"records/{name}.json": _dump(rows) for name, rows in records.items() if rows}
    missing: list[str] = []
    for name, sha256 in _files(found):
        try:
            parts[name] = library.content_of(sha256)
        except NotFound:
            missing.append(name)
    parts[SUMMARY] = _summary(found, missing).encode()
    return parts


def _records(found: Round) -> Iterator[tuple[str, list[dict[str, Json]]]]:
    outlet = found.outlet
    yield "outlet", [_row(outlet, only=_SAID_OF_OUTLET)]
    yield "round", [_row(found)]
    yield "findings", _rows(queries.findings_in(found))
    plans = list(Plan.objects.filter(round=found).order_by("number"))
    yield "plans", _rows(plans)
    yield "plan_duties", _rows(PlanDuty.objects.filter(plan__in=plans).order_by("pk"))
    yield "plan_steps", _rows(PlanStep.objects.filter(plan__in=plans).order_by("plan", "number"))
    yield "transitions", _rows(Transition.objects.filter(plan__in=plans).order_by("pk"))
    yield "orders", _rows(Order.objects.filter(round=found).order_by("pk"))
    yield "at_once", _rows(AtOnce.objects.filter(round=found))
    yield "progress", _rows(StepReport.objects.filter(step__plan__in=plans).order_by("pk"))
    yield "evidence", _rows(Evidence.objects.filter(round=found).order_by("pk"))
    yield "doubts", _rows(Doubt.objects.filter(round=found).order_by("pk"))
    yield "branch_pipes", _rows(BranchPipe.objects.filter(outlet=outlet).order_by("pk"))
    yield "site_checks", _rows(SiteCheck.objects.filter(round=found).order_by("pk"))
    yield "acceptances", _rows(queries_closure.acceptances_of(found))
    yield "filings", _rows(queries_closure.filings_of(found))
    yield "papers", _rows(papers_of(found))
    reviews = [one.review for one in found.acceptances.exclude(review=None).select_related("review")]
    yield "draws", _rows(one for one in reviews if one is not None)


_SAID_OF_OUTLET = (
    "id",
    "name",
    "national_code",
    "local_code",
    "unit",
    "unit_path",
    "water",
    "stage",
    "stage_since",
    "type_key",
    "party",
    "longitude_deg",
    "latitude_deg",
    "merged_into",
    "round",
)


def papers_of(found: Round) -> list[FiledPaper]:
    """The papers filed for the outlet since it was last listed; those of an earlier stay by their own round."""
    later = Round.objects.filter(outlet=found.outlet, number__gt=found.number, cause="reopened").count()
    turn = max(found.outlet.round - later, 0)
    return list(FiledPaper.objects.filter(outlet=found.outlet, round=turn).order_by("pk"))


def _files(found: Round) -> Iterator[tuple[str, str]]:
    """Path in the pack and content hash of every file a record of the round names, each content once."""
    seen: set[str] = set()
    held = Evidence.objects.filter(round=found).order_by("pk")
    checks = SiteCheck.objects.filter(round=found).exclude(photo_sha256="").order_by("pk")
    named = [(f"papers/{n:02d}-{PAPERS[Paper(one.kind)]}", one.sha256) for n, one in enumerate(papers_of(found), 1)]
    named += [(f"evidence/{n:02d}-{one.get_kind_display()}", one.sha256) for n, one in enumerate(held, 1)]
    named += [(f"site/{n:02d}-现场核查", one.photo_sha256) for n, one in enumerate(checks, 1)]
    for once in AtOnce.objects.filter(round=found):
        named += [("evidence/00-整改前", once.before_sha256), ("evidence/00-整改后", once.after_sha256)]
    named += [("papers/备案证明材料", one.proof_sha256) for one in queries_closure.filings_of(found)]
    endings = dict(File.objects.filter(sha256__in=[one for _, one in named]).values_list("sha256", "name"))
    for name, sha256 in named:
        if sha256 and sha256 not in seen:
            seen.add(sha256)
            ending = endings.get(sha256, "").rpartition(".")[2].lower()
            safe = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
            yield f"{name.replace('／', '、')}-{sha256[:8]}.{safe}", sha256


def subjects_of(found: Round) -> tuple[tuple[str, str], ...]:
    """Whose chains of the ledger tell of a round: the outlet's and its own."""
    return ("outlet", str(found.outlet_id)), ("round", str(found.pk))


def chains_of(found: Round, anchor: Anchor | None) -> list[Chain]:
    """These chains whole, each with its way to the anchor's root."""
    asked = subjects_of(found)
    paths = ledger.paths_to(anchor, asked) if anchor is not None else {}
    made = []
    for kind, subject in asked:
        entries = Entry.objects.filter(kind=kind, subject_id=subject).order_by("number")
        listed = list(entries.values_list("previous", "algorithm", "body", "hash"))
        if listed:
            made.append(Chain(kind, subject, listed, paths.get((kind, subject))))
    return made


def counted(found: Round, anchor: Anchor | None) -> tuple[int, int]:
    """How many entries these chains have, and how many of them stand under the anchor."""
    asked = subjects_of(found)
    entries = sum(Entry.objects.filter(kind=kind, subject_id=subject).count() for kind, subject in asked)
    return entries, sum(ledger.anchored_number(*one, anchor) for one in asked) if anchor is not None else 0


def said_of(anchor: Anchor) -> dict[str, Json]:
    """An anchor as it can be compared with what was published, and its hash computed anew."""
    return {
        "day": anchor.day.isoformat(),
        "root": anchor.root,
        "heads": anchor.heads,
        "last_entry": anchor.last_entry_id,
        "algorithm": anchor.algorithm,
        "previous": anchor.previous,
        "hash": anchor.hash,
    }


# --- rows as JSON ----------------------------------------------------------------------------------------------------


def _rows(rows: Iterable[Model]) -> list[dict[str, Json]]:
    return [_row(one) for one in rows]


def _row(one: Model, *, only: tuple[str, ...] = ()) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for field in one._meta.concrete_fields:
        if field.name in LEFT_OUT or (only and field.name not in only):
            continue
        value = getattr(one, field.attname)
        found[field.name] = _plain(value)
        if isinstance(field, ForeignKey) and value is not None and field.name in _NAMED:
            found[f"{field.name}_name"] = str(getattr(getattr(one, field.name), "name", ""))
    return found


_NAMED = frozenset({"unit", "water", "party", "body", "owner", "responsible_body", "merged_into", "target_outlet"})


def _plain(value: object) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case float() | Decimal():
            return str(value)
        case _:
            return str(value)


def _dump(rows: list[dict[str, Json]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _summary(found: Round, missing: list[str]) -> str:
    outlet = found.outlet
    lines = [
        f"排污口：{outlet.name}",
        f"编码：{outlet.national_code or outlet.local_code or '未编码'}",
        f"行政区划：{outlet.unit.name}（{outlet.unit_path}）",
        f"责任主体：{outlet.party.name if outlet.party else '未明确'}",
        f"第{found.number}轮整治：{found.listed_on.isoformat()} 列入，"
        f"{found.ended_on.isoformat() if found.ended_on else '尚未结束'}",
        f"去向：{found.get_outcome_display() or '未定'}",
        f"当前阶段：{STAGES[Stage(outlet.stage)]}",
    ]
    lines += [
        f"{one.title}：{one.get_verdict_display()}（{one.decided_on.isoformat()}）{'，已作废' if one.is_void else ''}"
        for one in queries_closure.acceptances_of(found)
    ]
    lines += [
        f"{one.title}：{one.get_state_display()}（{(one.decided_on or one.filed_on).isoformat()}）"
        for one in queries_closure.filings_of(found)
    ]
    lines += [f"文件缺失：{name}" for name in missing]
    return "\n".join([*lines, ""])
