"""`ledger verify` and `ledger anchor`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date

from django.utils import timezone

from qingyuan.commands.answers import answer, verb
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions, queries


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ledger` with its verbs."""
    verbs = groups.add_parser("ledger", help="变更留痕").add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verb(verbs, "verify", verify, "核验留痕链")
    check.add_argument("--subject", metavar="KIND:ID", help="只核验一个对象，如 outlet:17")
    fix = verb(verbs, "anchor", anchor, "固定当日全部链头")
    fix.add_argument("--day", type=date.fromisoformat, default=None, help="哪一天（默认今天）")


def verify(asked: argparse.Namespace) -> int:
    """Walk the chains and name every break."""
    kind, _colon, subject = (asked.subject or "").partition(":")
    if asked.subject and not (kind and subject):
        require(Refusal("ledger.subject", _("对象应写作 KIND:ID，例如 outlet:17。")))
    report = queries.verify(kind or None, subject or None)
    document = {
        "entries": report.entries,
        "chains": report.chains,
        "breaks": [asdict(one) for one in report.breaks],
    }
    lines = [f"留痕 {report.entries} 条，链 {report.chains} 条，断点 {len(report.breaks)} 处"]
    lines += [f"{one.kind}:{one.subject_id} 第 {one.number} 条：{one.reason}" for one in report.breaks]
    return answer(asked, document, lines, ok=report.whole)


def anchor(asked: argparse.Namespace) -> int:
    """Fix all heads as the anchor of a day; doing it twice changes nothing."""
    made = actions.anchor(asked.day or timezone.localdate(), at=timezone.now())
    document = {"day": made.day.isoformat(), "heads": made.heads, "root": made.root, "hash": made.hash}
    return answer(asked, document, [f"{made.day}  链头 {made.heads} 个  根 {made.root}"])
