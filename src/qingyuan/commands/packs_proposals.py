"""`qingyuan packs propose/approve/reject/proposals/what-if`: a bureau's own pack, and what other rules would change."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.utils import timezone

from qingyuan.boards.what_if import against, queries, words
from qingyuan.boards.what_if.against import Against
from qingyuan.boards.what_if.queries import Result, Row
from qingyuan.core.access import CONSOLE
from qingyuan.core.policy import PackError, PackFault
from qingyuan.core.policy.words import said
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.places.models import Unit
from qingyuan.places.queries import unit_for
from qingyuan.rulebook import proposals, proposing
from qingyuan.rulebook.models import PackProposal

DONE, WRONG = 0, 1
Print = Callable[[argparse.Namespace, object, list[str]], int]
Verb = Callable[..., argparse.ArgumentParser]


def add_verbs(verbs: argparse._SubParsersAction, verb: Verb, answer: Print) -> None:
    """Register the verbs with the group's own way of adding one and of printing an answer."""
    propose = verb(verbs, "propose", _telling(answer, propose_pack), "提交政策包，待另一名人员审定")
    propose.add_argument("path", type=Path, help="文件夹、zip 或 yaml 文件")
    propose.add_argument("--unit", required=True, help="区划代码或名称")
    propose.add_argument("--from", dest="from_day", type=date.fromisoformat, default=None, help="拟施行日")
    propose.add_argument("--reason", default="", help="理由")
    approve = verb(verbs, "approve", _telling(answer, approve_proposal), "审定提案，自某日施行")
    approve.add_argument("id", type=int)
    approve.add_argument("--from", dest="from_day", required=True, type=date.fromisoformat, help="施行日")
    approve.add_argument("--reason", default="", help="意见；追溯施行的必填")
    reject = verb(verbs, "reject", _telling(answer, reject_proposal), "退回提案")
    reject.add_argument("id", type=int)
    reject.add_argument("--reason", required=True)
    listing = verb(verbs, "proposals", _telling(answer, list_proposals), "提案及其状态")
    listing.add_argument("--unit", default="", help="区划代码或名称")
    listing.add_argument("--state", default="", choices=["", *PackProposal.State.values])
    trying = verb(verbs, "what-if", _telling(answer, try_rules), "试算：按别的规则判断一地的全部排污口", "--on")
    trying.add_argument("unit", help="区划代码或名称")
    by = trying.add_mutually_exclusive_group(required=True)
    by.add_argument("--by", default="", help="按哪个区划的规则")
    by.add_argument("--proposal", type=int, default=None, help="按哪个提案")
    by.add_argument("--day", type=date.fromisoformat, default=None, help="按哪一天施行的规则")
    trying.add_argument("--rows", default="", metavar="RULE", help="一并列出此规则下会变的排污口")


def _telling(answer: Print, run: Callable[[argparse.Namespace, Print], int]) -> Callable[[argparse.Namespace], int]:
    def told(args: argparse.Namespace) -> int:
        try:
            return run(args, answer)
        except Refused as slip:
            answer(args, {"error": slip.refusal.sentence, "code": slip.refusal.code}, [slip.refusal.sentence])
        except NotFound as slip:
            answer(args, {"error": "没有找到", "what": [str(one) for one in slip.args]}, [f"没有找到：{slip.args}"])
        except PackError as slip:
            rows = [_fault(fault) for fault in slip.faults]
            answer(args, {"faults": rows}, [str(fault) for fault in slip.faults])
        return WRONG

    return told


def propose_pack(args: argparse.Namespace, answer: Print) -> int:
    """Hand in a pack; a faulty one is kept as refused, and the exit code says so."""
    files = sorted(args.path.glob("*.y*ml")) if args.path.is_dir() else [args.path]
    given = [(file.name, file.read_bytes()) for file in files if file.is_file()]
    made = proposing.propose_files(
        given, unit=unit_for(args.unit), wanted_from=args.from_day, reason=args.reason, by=CONSOLE, at=timezone.now()
    )
    lines = [f"{made.pk}  {made.get_state_display()}  {made.pack or made.title}"]
    lines += [f"{fault['file']}：{fault['key']}：{fault['reason']}" for fault in made.faults]
    answer(args, _row(made), lines)
    return WRONG if made.state == PackProposal.State.FAULTY else DONE


def approve_proposal(args: argparse.Namespace, answer: Print) -> int:
    """Put a proposal in force from a day."""
    found = proposals.proposal(CONSOLE, args.id)
    proposing.approve(found, from_day=args.from_day, reason=args.reason, by=CONSOLE, at=timezone.now())
    found.refresh_from_db()
    return answer(args, _row(found), [f"{found.pack} 自 {args.from_day} 起施行"])


def reject_proposal(args: argparse.Namespace, answer: Print) -> int:
    """Send a proposal back."""
    found = proposals.proposal(CONSOLE, args.id)
    proposing.reject(found, reason=args.reason, by=CONSOLE, at=timezone.now())
    found.refresh_from_db()
    return answer(args, _row(found), [f"{found.pk}  {found.get_state_display()}"])


def list_proposals(args: argparse.Namespace, answer: Print) -> int:
    """The newest proposals of a unit."""
    path = unit_for(args.unit).path if args.unit else ""
    found, _more = proposals.proposals(CONSOLE, path=path, state=args.state, limit=200)
    lines = [f"{one.pk}  {one.get_state_display()}  {one.unit_name}  {one.pack}  {one.title}" for one in found]
    return answer(args, [_row(one) for one in found], lines or ["没有提案"])


def try_rules(args: argparse.Namespace, answer: Print) -> int:
    """What judging the register of a unit otherwise would change."""
    unit, on = unit_for(args.unit), args.on or timezone.localdate()
    other = _other(args, unit, on)
    result = queries.what_if(CONSOLE, unit, other, on=on)
    document = _document(result)
    lines = [text % given for text, given in words.sentences(result)]
    if args.rows:
        found = list(queries.every_row(CONSOLE, unit, other, on=on, rule=args.rows))
        document["rows"] = [
            {"id": row.outlet.pk, "name": row.outlet.name, "now": row.now.name.lower(), "then": row.then.name.lower()}
            for row in found
        ]
        lines += [f"{row.outlet.pk}  {row.outlet.name}：{' → '.join(_answers(row))}" for row in found]
    return answer(args, document, lines)


def _answers(row: Row) -> tuple[str, str]:
    return words.answer(row.rule, row.now), words.answer(row.rule, row.then)


def _other(args: argparse.Namespace, unit: Unit, on: date) -> Against:
    if args.by:
        return against.by_unit(unit, unit_for(args.by), on=on)
    if args.proposal is not None:
        return against.by_proposal(proposals.proposal(CONSOLE, args.proposal), on=on)
    return against.by_day(args.day, on=on)


def _document(result: Result) -> dict[str, object]:
    return {
        "unit": result.unit.code,
        "on": result.on,
        "by": {result.against.by.value: result.against.key},
        "outlets": result.outlets,
        "changed": result.outlets_changed,
        "decided": result.outlets_decided,
        "rules": [
            {
                "rule": line.id,
                "title": line.rule.title,
                "clause": line.rule.clause,
                "changed": line.changed,
                "moves": [
                    {"now": now.name.lower(), "then": then.name.lower(), "outlets": number}
                    for now, then, number in line.moves
                ],
                "reworded": line.reworded,
            }
            for line in (*result.moving, *(one for one in result.rules if one.reworded and not one.changed))
        ],
        "parameters": [
            {
                "parameter": one.name,
                "values": [said(one.first), said(one.second)],
                "clauses": [one.first_clause, one.second_clause],
            }
            for one in result.parameters
        ],
        "types": [
            {"type": line.type_key, "now": line.top_now, "then": line.top_then, "outlets": line.number}
            for line in result.types
            if line.moves
        ],
        "targets": [
            {
                "target": line.key,
                "due": line.due,
                **{
                    side: None
                    if aimed is None
                    else {
                        "numerator": aimed.figure.numerator,
                        "denominator": aimed.figure.denominator,
                        "required": aimed.target.required,
                        "clause": aimed.target.clause,
                    }
                    for side, aimed in (("now", line.now), ("then", line.then))
                },
            }
            for line in result.targets
            if line.moves
        ],
    }


def _row(of: PackProposal) -> dict[str, object]:
    return {
        "id": of.pk,
        "state": of.state,
        "unit": of.unit_code,
        "pack": of.pack,
        "title": of.title,
        "sha256": of.sha256,
        "from": of.in_force_from or of.wanted_from,
        "retroactive": of.retroactive,
        "proposer": of.proposer,
        "decider": of.decider,
        "decision": of.decision,
        "faults": of.faults,
    }


def _fault(fault: PackFault) -> dict[str, str]:
    return {"file": fault.file, "key": fault.key, "reason": fault.reason, "code": fault.code}
