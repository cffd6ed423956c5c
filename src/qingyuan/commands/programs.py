"""qingyuan programs: programs that talk to the API, and their tokens."""

from __future__ import annotations

import argparse
from datetime import date

from django.db import transaction
from django.utils import timezone

from qingyuan.access import actions
from qingyuan.access import programs as queries
from qingyuan.access.models import Officer, ProgramToken
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `programs` with its verbs."""
    verbs = groups.add_parser("programs", help="程序：新建、签发令牌、停用令牌").add_subparsers(
        dest="verb", required=True
    )
    verb(verbs, "list", listed, "程序及其令牌")
    made = verb(verbs, "add", add, "新建程序，并在一个区划任职")
    made.add_argument("username", metavar="CODE", help="程序代号")
    made.add_argument("--name", required=True, help="程序名称")
    made.add_argument("--unit", required=True, metavar="UNIT", help="管辖区划（代码或名称）")
    roles = [role.value for role in Role if role is not Role.CONSOLE]
    made.add_argument("--role", required=True, choices=roles, help="角色")
    token = verb(verbs, "token", issue, "签发令牌，只显示一次")
    token.add_argument("username", metavar="CODE", help="程序代号")
    token.add_argument("--label", required=True, help="用途")
    token.add_argument("--from", dest="from_day", type=date.fromisoformat, default=None, help="自哪一天起，默认今天")
    token.add_argument("--to", dest="to_day", type=date.fromisoformat, default=None, help="至哪一天止")
    ended = verb(verbs, "end", end, "停用令牌")
    ended.add_argument("username", metavar="CODE", help="程序代号")
    ended.add_argument("prefix", metavar="PREFIX", help="令牌前缀")


def listed(asked: argparse.Namespace) -> int:
    """Every program with its tokens."""
    found = [_row(one) for one in queries.programs_in_scope(CONSOLE)]
    return answer(asked, found, [f"{row['username']}  {row['name']}" for row in found])


def add(asked: argparse.Namespace) -> int:
    """A new program with one assignment."""
    at = timezone.now()
    unit = places.unit_for(asked.unit)
    with transaction.atomic():
        made = actions.enrol(
            username=asked.username, name=asked.name, password=None, by=CONSOLE, at=at, is_program=True
        )
        day = timezone.localdate(at)
        actions.assign(made, role=Role(asked.role), unit=unit, from_day=day, by=CONSOLE, at=at)
    return answer(asked, _row(made), [f"已新建程序 {made.username}，管辖{unit.name}"])


def issue(asked: argparse.Namespace) -> int:
    """A new token; its text is printed this once."""
    at = timezone.now()
    token, text = actions.issue_token(
        _program(asked.username),
        label=asked.label,
        from_day=asked.from_day or timezone.localdate(at),
        to_day=asked.to_day,
        by=CONSOLE,
        at=at,
    )
    document = {**_token(token), "token": text}
    return answer(asked, document, [text, "令牌只显示这一次，请妥善保存。"])


def end(asked: argparse.Namespace) -> int:
    """End a token at once."""
    found = ProgramToken.objects.filter(officer=_program(asked.username), prefix=asked.prefix, ended_at=None).first()
    if found is None:
        raise NotFound("token", asked.prefix)
    actions.end_token(found, by=CONSOLE, at=timezone.now())
    return answer(asked, {"prefix": found.prefix, "ended": True}, [f"已停用 {found.prefix}…"])


def _program(username: str) -> Officer:
    found = queries.programs_in_scope(CONSOLE).filter(username=username).first()
    if found is None:
        raise NotFound("program", username)
    return found


def _row(one: Officer) -> dict[str, object]:
    tokens = [_token(token) for token in one.tokens.order_by("-from_day", "-pk")]
    return {"id": one.pk, "username": one.username, "name": one.name, "tokens": tokens}


def _token(token: ProgramToken) -> dict[str, object]:
    return {
        "prefix": token.prefix,
        "label": token.label,
        "from": token.from_day,
        "to": token.to_day,
        "last_used": token.last_used_day,
        "ended_at": token.ended_at,
    }
