"""`qingyuan packs …`: what the packs say, whether they fit, and taking new ones in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

import yaml
from django.utils import timezone

from qingyuan.commands import packs_proposals
from qingyuan.core.access import CONSOLE
from qingyuan.core.policy import FACTS, PackError, PackFault, Policy
from qingyuan.core.policy.conditions import facts_of
from qingyuan.core.policy.facts import FactError
from qingyuan.core.policy.words import said
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.places.paths import code_of, path_of
from qingyuan.places.queries import unit_for
from qingyuan.rulebook import actions, queries, texts
from qingyuan.rulebook.checking import faults_of
from qingyuan.rulebook.document import document

DONE, WRONG = 0, 1


def add_parser(groups: argparse._SubParsersAction) -> None:
    """Register `packs` and its verbs; each leaves its handler in `args.run`."""
    verbs = groups.add_parser("packs", help="政策包").add_subparsers(dest="verb", required=True, metavar="VERB")
    _verb(verbs, "list", list_packs, "在用的政策包", "--on")
    check = _verb(verbs, "check", check_packs, "检查政策包，不作任何改动")
    check.add_argument("path", nargs="?", type=Path, help="政策包文件夹；不写则检查在用的和随系统发布的")
    _verb(verbs, "facts", list_facts, "事实词表")
    show = _verb(verbs, "show", show_policy, "某地施行的参数及其来处", "--on")
    show.add_argument("unit", help="区划代码或名称")
    judge = _verb(verbs, "judge", judge_facts, "按某地的规则判断一组事实", "--on")
    judge.add_argument("unit", help="区划代码或名称")
    judge.add_argument("--facts", required=True, type=Path, help="JSON 或 YAML 文件：事实名 → 值")
    load = _verb(verbs, "load", load_packs, "载入政策包")
    load.add_argument("path", type=Path)
    load.add_argument("--from", dest="from_day", required=True, type=date.fromisoformat, help="施行日")
    compare = _verb(verbs, "compare", compare_units, "两地不同的参数", "--on")
    compare.add_argument("first", help="区划代码或名称")
    compare.add_argument("second", help="区划代码或名称")
    page = _verb(verbs, "document", write_document, "生成政策包对照表", "--on")
    page.add_argument("--out", type=Path, help="写到文件；不写则输出")
    packs_proposals.add_verbs(verbs, _verb, _print)


def _verb(
    verbs: argparse._SubParsersAction, name: str, handler: Callable[[argparse.Namespace], int], text: str, *options: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="只输出一份 JSON")
    if "--on" in options:
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="哪一天（默认今天）")
    parser.set_defaults(run=handler)
    return parser


def list_packs(args: argparse.Namespace) -> int:
    """The packs in force, from the nation down."""
    found = queries.packs(on=_day(args))
    keys = ("parameters", "values", "rules", "cases", "readings")
    rows = [{key: part for key, part in asdict(pack).items() if key not in keys} for pack in found]
    for row, pack in zip(rows, found, strict=True):
        row["counts"] = {key: getattr(pack, key) for key in keys}
    lines = [f"{pack.code}  {pack.title}  {pack.document_no}  上级 {pack.parent or '—'}" for pack in found]
    return _print(args, rows, lines)


def check_packs(args: argparse.Namespace) -> int:
    """Every fault of the packs given beside those in force; changes nothing."""
    faults, count = _check(args.path)
    rows = [_fault(fault) for fault in faults]
    _print(args, {"packs": count, "faults": rows}, [str(fault) for fault in faults] or [f"{count} 个政策包，没有问题"])
    return WRONG if faults else DONE


def _check(path: Path | None) -> tuple[list[PackFault], int]:
    try:
        given = texts.read_folder(path or texts.SHIPPED)
    except PackError as slip:
        return list(slip.faults), 0
    packs = dict(queries.packs_in_force(on=timezone.localdate()))
    faults = []
    for name, files in given.items():
        pack, slips = texts.parse(files)
        faults += [PackFault(f"{name}/{slip.file}", slip.key, slip.reason, slip.code) for slip in slips]
        if pack is not None:
            packs[pack.code] = pack
    return faults + faults_of(packs), len(given)


def list_facts(args: argparse.Namespace) -> int:
    """The vocabulary, each word with the rules that read it."""
    packs = queries.packs_in_force(on=timezone.localdate()).values()
    readers: dict[str, dict[str, None]] = {}
    for rule in (rule for pack in packs for rule in pack.rules):
        for name in facts_of(rule.when):
            readers.setdefault(name, {})[rule.id] = None
    rows = [{**asdict(fact), "rules": list(readers.get(fact.name, ()))} for fact in FACTS.values()]
    return _print(args, rows, [f"{row['name']}  {row['type']}  {row['title']}：{row['meaning']}" for row in rows])


def show_policy(args: argparse.Namespace) -> int:
    """Every parameter of a unit on a day with where it came from."""
    policy = _policy(args, args.unit)
    if policy is None:
        return WRONG
    parameters = {
        name: {
            "value": item.value,
            "from": item.from_day,
            "clause": item.clause,
            "origin": item.origin,
            "status": item.status,
            "locked": item.locked,
            "inherited": item.inherited,
        }
        for name, item in policy.parameters.items()
    }
    lines = [f"{code_of(policy.unit_path)}  {policy.on}  {' ← '.join(reversed(policy.packs))}"]
    lines += [
        f"{name} = {said(item.value)}  {item.clause}  {item.origin}{'（承自上级）' if item.inherited else ''}"
        for name, item in policy.parameters.items()
    ]
    if policy.parents:
        lines.insert(1, f"上位文件：{'、'.join(policy.parents)}")
    document = {"unit": code_of(policy.unit_path), "on": policy.on, "packs": policy.packs, "parents": policy.parents}
    return _print(args, {**document, "parameters": parameters}, lines)


def judge_facts(args: argparse.Namespace) -> int:
    """What the rules of a unit say about the facts in a file."""
    policy = _policy(args, args.unit)
    if policy is None:
        return WRONG
    try:
        facts = yaml.safe_load(args.facts.read_text("utf-8"))
        if not isinstance(facts, Mapping):
            raise FactError({args.facts.name: "应是事实名到值的表"})
        verdicts = policy.judge(facts)
    except (FactError, OSError, UnicodeDecodeError, yaml.YAMLError) as slip:
        return _refuse(args, str(slip))
    keys = ("rule", "verdict", "effect", "text", "clause", "origin", "missing")
    rows = [{key: getattr(verdict, key) for key in keys} for verdict in verdicts]
    words = {True: "是", False: "否", None: "不能断定"}
    lines = [
        f"{words[verdict.verdict]}  {verdict.rule}  {verdict.text}（{verdict.clause}）"
        + (f"  缺：{'、'.join(FACTS[name].title for name in verdict.missing)}" if verdict.missing else "")
        for verdict in verdicts
        if verdict.verdict is not False
    ]
    return _print(args, rows, lines)


def load_packs(args: argparse.Namespace) -> int:
    """Take packs in, or every fault and nothing taken in."""
    try:
        loaded = actions.load_pack(args.path, from_day=args.from_day, by=CONSOLE, at=timezone.now())
    except PackError as slip:
        faults = [_fault(fault) for fault in slip.faults]
        _print(args, {"loaded": [], "faults": faults}, [str(fault) for fault in slip.faults])
        return WRONG
    except Refused as slip:
        return _refuse(args, slip.refusal.sentence)
    rows: list[dict[str, object]] = [
        {"pack": version.pack, "from": version.in_force_from, "sha256": version.sha256, "unit_path": version.unit_path}
        for version in loaded
    ]
    lines = [f"已载入 {version.pack}，自 {version.in_force_from} 起施行" for version in loaded]
    return _print(args, {"loaded": rows, "faults": []}, lines or ["与在用的相同，没有新的版本"])


def compare_units(args: argparse.Namespace) -> int:
    """The parameters on which two units differ."""
    first, second = _policy(args, args.first), _policy(args, args.second)
    if first is None or second is None:
        return WRONG
    found = queries.compare(first.unit_path, second.unit_path, on=first.on)
    rows = [
        {
            "parameter": one.name,
            "title": one.title,
            "values": [one.first, one.second],
            "clauses": [one.first_clause, one.second_clause],
            "origins": [one.first_origin, one.second_origin],
        }
        for one in found
    ]
    units = [code_of(policy.unit_path) for policy in (first, second)]
    lines = [
        f"{one.name}：{said(one.first)}（{one.first_clause}）／{said(one.second)}（{one.second_clause}）"
        for one in found
    ]
    return _print(args, {"units": units, "on": first.on, "differences": rows}, lines)


def write_document(args: argparse.Namespace) -> int:
    """The difference matrix as a page."""
    page = document(on=_day(args))
    if args.out is None:
        return _print(args, {"document": page}, [page.rstrip("\n")])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(page, "utf-8")
    return _print(args, {"out": str(args.out)}, [f"已写到 {args.out}"])


def _policy(args: argparse.Namespace, unit: str) -> Policy | None:
    """The policy of a unit named by code or name; says so and gives None when there is no such unit."""
    try:
        path = unit_for(unit).path
    except NotFound:
        try:
            path = path_of(unit)  # a code is enough where the tables of places are not loaded
        except ValueError:
            _refuse(args, f"没有这个区划：{unit}")
            return None
    return queries.policy_for(path, on=_day(args))


def _day(args: argparse.Namespace) -> date:
    return args.on or timezone.localdate()


def _fault(fault: PackFault) -> dict[str, str]:
    return {"file": fault.file, "key": fault.key, "reason": fault.reason, "code": fault.code}


def _refuse(args: argparse.Namespace, text: str) -> int:
    if args.json:
        _print(args, {"error": text}, [])
    else:
        sys.stderr.write(text + "\n")
    return WRONG


def _print(args: argparse.Namespace, answer: object, lines: list[str]) -> int:
    """One JSON document, or lines for people."""
    if args.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        sys.stdout.write("\n".join(lines) + "\n")
    return DONE
