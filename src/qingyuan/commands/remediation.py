"""`remediation problems …`: the problem list and its leads, by the same functions as the pages."""

from __future__ import annotations

import argparse

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.commands.remediation_closing import add_closing
from qingyuan.commands.remediation_plans import add_plans
from qingyuan.commands.remediation_records import add_records
from qingyuan.commands.remediation_works import add_works
from qingyuan.core.access import CONSOLE
from qingyuan.flows import remediation_support
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation.queries import Asked, Listed

LISTS = ("listed", "awaiting", "leads", "watch")


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `remediation` with its verbs."""
    kinds = groups.add_parser("remediation", help="整治").add_subparsers(dest="verb", required=True, metavar="VERB")
    add_problems(kinds)
    add_plans(kinds)
    add_works(kinds)
    add_records(kinds)
    add_closing(kinds)


def add_problems(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `problems` with its verbs."""
    verbs = kinds.add_parser("problems", help="问题清单和线索").add_subparsers(
        dest="problems", required=True, metavar="VERB"
    )
    ask = verb(verbs, "list", problems, "问题清单、待认定、待核查线索、借道排污监管")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--list", choices=LISTS, default="listed", dest="which")
    ask.add_argument("--kind", default="", help="问题类别")
    ask.add_argument("--after", default="", metavar="PATH~ID", help="接着这一个往下列")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一个排污口的问题和历次整治")
    look.add_argument("outlet", metavar="KEY", help="编码或编号")
    again = verb(verbs, "refresh", refresh, "按本地规则核对全部排污口的问题线索")
    again.add_argument("--unit", default="", help="只核对这一区划")
    put = verb(verbs, "add", add, "列入问题清单，一并认定其线索")
    put.add_argument("outlet", metavar="KEY")
    put.add_argument("--reason", default="")
    verb(verbs, "watch", watch, "核对借道排污，更新监管名单")


def problems(asked: argparse.Namespace) -> int:
    """A page of one of the lists."""
    on = timezone.localdate()
    narrowed = Asked(path=places.unit_for(asked.unit).path if asked.unit else "", kind=asked.kind)
    found = {
        "listed": lambda: queries.problems(CONSOLE, asked=narrowed, on=on),
        "awaiting": lambda: queries.awaiting(CONSOLE, asked=narrowed),
        "leads": lambda: queries.with_leads(CONSOLE, asked=narrowed),
        "watch": lambda: queries.watched(CONSOLE, asked=narrowed),
    }[asked.which]()
    path, _mark, pk = asked.after.rpartition("~")
    rows = queries.page(found, after=(path, int(pk)) if pk.isdecimal() else None, limit=asked.limit)
    lines = [
        f"{one.outlet.pk}  {one.outlet.unit.name}  {one.outlet.name}  {one.outlet.get_stage_display()}"
        f"  {'；'.join(finding.text for finding in one.findings)}"
        for one in rows
    ]
    after = f"{rows[-1].outlet.unit_path}~{rows[-1].outlet.pk}" if len(rows) == asked.limit else ""
    return answer(asked, {"outlets": [_told(one) for one in rows], "after": after}, lines)


def show(asked: argparse.Namespace) -> int:
    """What stands against one outlet, and its stays on the list."""
    outlet = registry.outlet(CONSOLE, asked.outlet)
    findings = queries.findings_of(outlet)
    rounds = queries.rounds_of(outlet)
    document = {
        "outlet": outlet.pk,
        "name": outlet.name,
        "stage": outlet.stage,
        "findings": [_finding(one) for one in findings],
        "rounds": [
            {
                "id": one.pk,
                "number": one.number,
                "cause": one.cause,
                "listed_on": one.listed_on,
                "ended_on": one.ended_on,
                "outcome": one.outcome,
                "pack": one.pack,
            }
            for one in rounds
        ],
    }
    lines = [f"{one.get_state_display()}  {one.text}（{one.clause or '无条款'}）" for one in findings]
    lines += [f"第 {one.number} 轮  {one.listed_on} 至 {one.ended_on or '今'}" for one in rounds]
    return answer(asked, document, lines)


def refresh(asked: argparse.Namespace) -> int:
    """Judge the register by the rules in force. Twice changes nothing."""
    at = timezone.now()
    path = places.unit_for(asked.unit).path if asked.unit else ""
    taken = actions.take_up_all(at=at)
    done = actions.refresh(on=timezone.localdate(at), at=at, path=path)
    document = {"outlets": done.outlets, "opened": done.opened, "withdrawn": done.withdrawn, "taken_up": taken}
    return answer(asked, document, [f"核对 {done.outlets} 个，新线索 {done.opened}，撤回 {done.withdrawn}"])


def add(asked: argparse.Namespace) -> int:
    """T7 for one outlet, with every lead that needs no paper."""
    at = timezone.now()
    on = timezone.localdate(at)
    outlet = registry.outlet(CONSOLE, asked.outlet)
    findings = [one for one in queries.findings_of(outlet) if one.state != "dismissed"]
    made = actions.list_as_problem(outlet, findings=findings, reason=asked.reason, on=on, by=CONSOLE, at=at)
    remediation_support.hand_out(made, by=CONSOLE, on=on, at=at)
    return show(argparse.Namespace(outlet=str(outlet.pk), json=asked.json))


def watch(asked: argparse.Namespace) -> int:
    """The monthly check of borrowed discharge."""
    at = timezone.now()
    many = actions.check_borrowed(on=timezone.localdate(at), at=at)
    return answer(asked, {"watched": many}, [f"监管名单 {many} 个"])


def _told(one: Listed) -> dict[str, object]:
    return {
        "id": one.outlet.pk,
        "code": one.outlet.national_code,
        "name": one.outlet.name,
        "unit": one.outlet.unit.code,
        "stage": one.outlet.stage,
        "listed_on": one.round.listed_on if one.round else None,
        "findings": [_finding(finding) for finding in one.findings],
    }


def _finding(one: object) -> dict[str, object]:
    names = ("kind", "rule", "clause", "text", "state", "found_on", "facts")
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}  # type: ignore[attr-defined]
