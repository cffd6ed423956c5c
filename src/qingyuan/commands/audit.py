"""`audit acts` and `audit reads`: the two lists of the audit page."""

from __future__ import annotations

import argparse
from datetime import date

from django.utils import timezone

from qingyuan.access import reading
from qingyuan.access.models import Officer
from qingyuan.boards.audit import queries
from qingyuan.boards.audit.queries import Asked
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.rulebook.queries import policy_for


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `audit` with its verbs."""
    verbs = groups.add_parser("audit", help="审计").add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, run, text in (("acts", acts, "谁办了什么"), ("reads", reads, "谁看了什么")):
        one = verb(verbs, name, run, text)
        one.add_argument("--officer", help="登录名")
        one.add_argument("--what", default="", help="事项（如 outlet.verify，export）")
        one.add_argument("--unit", help="区划（代码或名称）")
        one.add_argument("--from", dest="from_day", type=date.fromisoformat, help="自哪一天")
        one.add_argument("--to", dest="to_day", type=date.fromisoformat, help="至哪一天")
        one.add_argument("--limit", type=int, default=100, help="最多几条（默认 100）")


def acts(asked: argparse.Namespace) -> int:
    """Entries of the ledger across all subjects, newest first."""
    page = queries.acts(CONSOLE, _asked(asked), size=asked.limit)
    document = [
        {
            "id": one.id,
            "recorded": one.line.recorded_at.isoformat(),
            "occurred": one.line.occurred,
            "actor": one.line.actor_id,
            "actor_name": one.line.actor_name,
            "delegated_from": one.line.details.get("delegated_from"),
            "act": one.line.act,
            "kind": one.kind,
            "subject": one.subject_id,
            "subject_name": one.subject,
            "unit_path": one.place.unit_path if one.place else None,
            "clause": one.line.clause,
            "changes": dict(one.line.changes),
            "hash": one.line.hash,
        }
        for one in page.rows
    ]
    lines = [
        f"{one['recorded']}  {one['actor_name']}  {one['act']}  {one['kind']}:{one['subject']}" for one in document
    ]
    return answer(asked, document, lines)


def reads(asked: argparse.Namespace) -> int:
    """The read log, newest first; what is still in the files is taken in before."""
    at = timezone.now()
    keep = policy_for("", on=timezone.localdate(at)).value("audit.read_log_days", 200)
    reading.take_in(by=CONSOLE, at=at, keep_days=int(str(keep)))
    page = queries.reads(CONSOLE, _asked(asked), size=asked.limit)
    document = [
        {
            "at": one.row.at.isoformat(),
            "actor": one.row.actor_id,
            "actor_name": one.who,
            "program": one.row.program,
            "kind": one.row.kind,
            "subject": one.row.subject,
            "unit_path": one.row.unit_path,
            "asked": one.row.asked,
            "rows": one.row.rows,
            "origin": one.row.origin,
            "status": one.row.status,
        }
        for one in page.rows
    ]
    lines = [f"{one['at']}  {one['actor_name']}  {one['kind']}  {one['subject']}  {one['rows']}" for one in document]
    return answer(asked, document, lines)


def _asked(asked: argparse.Namespace) -> Asked:
    actor_id = ""
    if asked.officer:
        officer = Officer.objects.filter(username=asked.officer).first()
        if officer is None:
            raise NotFound("officer", asked.officer)
        actor_id = f"officer:{officer.pk}"
    path = places.unit_for(asked.unit).path if asked.unit else ""
    return Asked(actor_id, asked.what, path, asked.from_day, asked.to_day)
