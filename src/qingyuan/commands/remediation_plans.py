"""`remediation plans …`: plans of outlets, what the rules say of them, submitting, approving and starting them."""

from __future__ import annotations

import argparse
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import plan_papers
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.remediation import actions, queries, queries_plan_list, queries_plans, rules_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep, PlanGiven
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan


def add_plans(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `plans` with its verbs."""
    verbs = kinds.add_parser("plans", help="整治方案").add_subparsers(dest="plans", required=True, metavar="VERB")
    ask = verb(verbs, "list", plans, "整治方案清单")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--late", choices=("overdue", "slow"), default="", help="已逾期、步骤滞后")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一个排污口的方案和适用的规定")
    look.add_argument("outlet", metavar="KEY", help="编码或编号")
    put = verb(verbs, "draft", draft, "由 JSON 文件编制方案（同接口的内容）")
    put.add_argument("outlet", metavar="KEY")
    put.add_argument("file", type=Path)
    for name, act, said in (
        ("submit", submit, "提交方案"),
        ("approve", approve, "审定方案，由系统生成文本"),
        ("start", start, "开工"),
    ):
        one = verb(verbs, name, act, said)
        one.add_argument("outlet", metavar="KEY")
    paper = verb(verbs, "print", print_it, "方案的 PDF")
    paper.add_argument("outlet", metavar="KEY")
    paper.add_argument("--out", type=Path, required=True)


def _round(key: str) -> Round:
    found = queries.round_of(registry.outlet(CONSOLE, key))
    if found is None:
        raise NotFound("round", key)
    return found


def _draft(found: Round) -> Plan:
    plan = queries_plans.draft_of(found)
    if plan is None:
        raise NotFound("plan", str(found.pk))
    plan.round = found
    return plan


def plans(asked: argparse.Namespace) -> int:
    """Plans that are not over."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    on = timezone.localdate()
    narrowed = queries_plans.Asked(on=on, path=path, overdue=asked.late == "overdue", slow=asked.late == "slow")
    found = queries_plan_list.page(queries_plans.plans(CONSOLE, narrowed), after="", size=asked.limit)
    lines = [
        f"{one.round.outlet_id}  {one.round.outlet.name}  {one.get_batch_display()}  {one.get_state_display()}  "
        f"{one.due or '—'}  {one.responsible_body.name if one.responsible_body else '—'}"
        for one in found
    ]
    return answer(asked, {"plans": [_told(one, on) for one in found]}, lines or ["没有"])


def show(asked: argparse.Namespace) -> int:
    """The plan of one outlet, or what the rules propose while there is none."""
    found = _round(asked.outlet)
    on = timezone.localdate()
    plan = queries_plans.latest_of(found)
    told = queries_plans.demands(plan, on=on) if plan else rules_plans.proposals(found.outlet, on=on)
    rules = [
        {"rule": one.rule, "effect": one.effect, "text": one.text, "clause": one.clause, "met": one.met} for one in told
    ]
    document = {"round": found.pk, "plan": _told(plan, on) if plan else None, "rules": rules}
    lines = [f"{'✓' if one.met else '×' if one.met is False else '?'} {one.text}（{one.clause}）" for one in told]
    return answer(asked, document, lines)


def draft(asked: argparse.Namespace) -> int:
    """T8 from a file."""
    found, at = _round(asked.outlet), timezone.now()
    given = json.loads(asked.file.read_text("utf-8"))
    on = timezone.localdate(at)
    actions.draft_plan(found, given=given_of(given, found), on=on, by=CONSOLE, at=at)
    return show(asked)


def given_of(given: dict[str, object], found: Round) -> PlanGiven:
    """A plan from JSON; the responsible party of the outlet unless another is meant."""
    plain = dict(given)
    measures = tuple(GivenMeasure(**one) for one in plain.pop("measures", ()))  # type: ignore[attr-defined]
    steps = tuple(
        GivenStep(one["title"], date.fromisoformat(one["due"]), _day(one.get("starts_on")))
        for one in plain.pop("steps", ())  # type: ignore[attr-defined]
    )
    cost = plain.pop("cost_yuan", None)
    return PlanGiven(
        measures=measures,
        steps=steps,
        due=_day(plain.pop("due", None)),
        cost_yuan=Decimal(str(cost)) if cost is not None else None,
        responsible_body=found.outlet.party,
        **plain,  # type: ignore[arg-type]
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def submit(asked: argparse.Namespace) -> int:
    """提交."""
    at = timezone.now()
    actions.submit(_draft(_round(asked.outlet)), on=timezone.localdate(at), by=CONSOLE, at=at)
    return show(asked)


def approve(asked: argparse.Namespace) -> int:
    """T9 with the plan printed and kept."""
    at = timezone.now()
    plan = _draft(_round(asked.outlet))
    name = f"{plan.round.outlet.name}整治方案.pdf"
    paper = library.file_bytes(plan_papers.plan_pdf(plan, at=at), name=name, by=CONSOLE, at=at).sha256
    actions.approve(plan, paper_sha256=paper, on=timezone.localdate(at), by=CONSOLE, at=at)
    return show(asked)


def start(asked: argparse.Namespace) -> int:
    """T11."""
    at = timezone.now()
    actions.start_works(_round(asked.outlet), on=timezone.localdate(at), by=CONSOLE, at=at)
    return show(asked)


def print_it(asked: argparse.Namespace) -> int:
    """The paper of the version in the making, else in force."""
    found = _round(asked.outlet)
    plan = queries_plans.latest_of(found)
    if plan is None:
        raise NotFound("plan", asked.outlet)
    plan.round = found
    asked.out.write_bytes(plan_papers.plan_pdf(plan, at=timezone.now()))
    return answer(asked, {"file": str(asked.out)}, [str(asked.out)])


def _told(one: Plan, on: date) -> dict[str, object]:
    return {
        "round": one.round_id,
        "outlet": one.round.outlet_id,
        "name": one.round.outlet.name,
        "number": one.number,
        "batch": one.batch,
        "state": one.state,
        "due": queries_plans.due_of(one),
        "overdue": queries_plans.is_plan_overdue(one, on=on),
        "pack": one.pack,
    }
