"""`tallies check` proves the counts against the register; `tallies fold` adds up their signed rows."""

from __future__ import annotations

import argparse

from qingyuan.commands.answers import answer, verb
from qingyuan.registry import tallies


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tallies` with its verbs."""
    verbs = groups.add_parser("tallies", help="计数").add_subparsers(dest="verb", required=True, metavar="VERB")
    verb(verbs, "check", check, "与名录逐一核对")
    verb(verbs, "fold", fold, "归并增减记录")


def check(asked: argparse.Namespace) -> int:
    """Every cell whose tally is not what counting the register gives."""
    found = tallies.differences()
    names = ("cube", "scope", "key", "type_key", "stage", "flags", "milestones", "counted")
    document = {
        "differences": [
            {**dict(zip(names, cell, strict=True)), "tally": tally, "register": register}
            for cell, tally, register in found
        ]
    }
    lines = [f"不一致 {len(found)} 处"] if found else ["计数与名录一致"]
    lines += [f"{cell}：计数 {tally}，名录 {register}" for cell, tally, register in found[:50]]
    return answer(asked, document, lines, ok=not found)


def fold(asked: argparse.Namespace) -> int:
    """Add rows up until nothing is left to add."""
    gone = 0
    while went := tallies.fold():
        gone += went
    return answer(asked, {"folded": gone}, [f"归并 {gone} 行"])
