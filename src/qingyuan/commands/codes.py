"""`codes issue`, `reserve`, `void`, `list`: national codes, by the same functions as the pages."""

from __future__ import annotations

import argparse

from django.db import transaction
from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal
from qingyuan.flows import standardisation_support
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import coding


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `codes` with its verbs."""
    verbs = groups.add_parser("codes", help="命名编码").add_subparsers(dest="verb", required=True, metavar="VERB")
    give = verb(verbs, "issue", issue, "赋码：一个排污口，或者一个区划里等待赋码的")
    give.add_argument("--outlet", default="", metavar="KEY", help="排污口编码或编号")
    give.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    give.add_argument("--code", default="", help="手工填写的编码（只对一个排污口）")
    give.add_argument("--basin", default="", help="流域水系字母（只对一个排污口）")
    give.add_argument("--name", default="", help="同时改名（只对一个排污口）")
    give.add_argument("--limit", type=int, default=50, help="一次最多几个（按区划）")
    give.add_argument("--dry-run", action="store_true", help="只看将赋出的编码，不写入")
    hold = verb(verbs, "reserve", reserve, "预留号段")
    hold.add_argument("--unit", required=True, help="哪个县（市、区）")
    hold.add_argument("--basin", required=True)
    hold.add_argument("--count", type=int, required=True)
    hold.add_argument("--holder", required=True, help="使用单位或队伍")
    hold.add_argument("--key", default="", help="同一 KEY 只预留一次")
    end = verb(verbs, "void", void, "注销编码")
    end.add_argument("key", metavar="KEY", help="排污口编码或编号")
    end.add_argument("--reason", required=True)
    ask = verb(verbs, "list", list_codes, "已赋编码")
    ask.add_argument("--unit", default="")
    ask.add_argument("--prefix", default="", help="编码以此开头")
    ask.add_argument("--after", type=int, default=0, metavar="ID")
    ask.add_argument("--limit", type=int, default=50)


def issue(asked: argparse.Namespace) -> int:
    """One outlet, or what waits in a unit: with `--dry-run` what would be given."""
    at = timezone.now()
    on = timezone.localdate(at)
    if asked.outlet:
        outlet = registry.outlet(CONSOLE, asked.outlet)
        if asked.dry_run:
            return _shown(asked, coding.preview([outlet], on=on, by=CONSOLE, at=at))
        said = {"code": asked.code, "basin": asked.basin.upper(), "name": asked.name}
        made = coding.issue_code(outlet, **said, on=on, by=CONSOLE, at=at)
        standardisation_support.after_code(outlet, by=CONSOLE, on=on, at=at)
        return answer(asked, {"codes": [{"outlet": outlet.pk, "code": made.text}]}, [f"{made.text}  {outlet.name}"])
    path = places.unit_for(asked.unit).path if asked.unit else ""
    rows = queries.waiting_for_code(CONSOLE, path=path, limit=asked.limit)
    shown = coding.preview(rows, on=on, by=CONSOLE, at=at)
    if asked.dry_run:
        return _shown(asked, shown)
    able = {one.pk: code for one, code, no in shown if no is None}
    with transaction.atomic():
        outlets = [one for one, _code, no in shown if no is None]
        issued = coding.issue_many(outlets, expected=able, on=on, by=CONSOLE, at=at)
        for one in {outlet.unit_path[:6]: outlet for outlet in outlets}.values():
            standardisation_support.after_code(one, by=CONSOLE, on=on, at=at)
    codes = [{"outlet": one.outlet_id, "code": one.text} for one in issued]
    lines = [f"{one.text}  {one.outlet.name}" for one in issued]
    return answer(asked, {"codes": codes}, [*lines, f"赋码 {len(issued)} 个"])


def _shown(asked: argparse.Namespace, shown: list[tuple[Outlet, str, Refusal | None]]) -> int:
    codes = [
        {"outlet": one.pk, "name": one.name, "code": code, "reason": no.code if no else ""} for one, code, no in shown
    ]
    lines = [f"{code or '—'}  {one.name}  {no.sentence if no else ''}".rstrip() for one, code, no in shown]
    return answer(asked, {"codes": codes}, lines)


def reserve(asked: argparse.Namespace) -> int:
    """A range of numbers of a county."""
    at = timezone.now()
    made = coding.reserve_segment(
        places.unit_for(asked.unit),
        basin=asked.basin.upper(),
        count=asked.count,
        holder=asked.holder,
        key=f"console:{asked.key}" if asked.key else "",
        on=timezone.localdate(at),
        by=CONSOLE,
        at=at,
    )
    document = {"id": made.pk, "county": made.county, "basin": made.basin, "first": made.first, "last": made.last}
    return answer(asked, document, [f"{made}  {made.holder}"])


def void(asked: argparse.Namespace) -> int:
    """End a code for ever."""
    at = timezone.now()
    outlet = registry.outlet(CONSOLE, asked.key)
    old = outlet.national_code
    coding.void_code(outlet, reason=asked.reason, on=timezone.localdate(at), by=CONSOLE, at=at)
    return answer(asked, {"outlet": outlet.pk, "voided": old}, [f"已注销 {old}"])


def list_codes(asked: argparse.Namespace) -> int:
    """A page of codes, the newest first."""
    path = places.unit_for(asked.unit).path if asked.unit else ""
    rows = queries.issued(CONSOLE, path=path, text=asked.prefix, after=asked.after, limit=asked.limit)
    codes = [
        {"id": one.pk, "code": one.text, "outlet": one.outlet_id, "state": one.state, "issued_on": one.issued_on}
        for one in rows
    ]
    lines = [f"{one.text}  {one.get_state_display()}  {one.issued_on}  {one.outlet.name}" for one in rows]
    return answer(asked, {"codes": codes}, lines or ["没有"])
