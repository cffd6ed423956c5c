"""qingyuan officers: accounts of people out of a file."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from django.utils import timezone

from qingyuan.access.passwords import new_password
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import people
from qingyuan.rulebook.queries import policy_for


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `officers` with its verb."""
    verbs = groups.add_parser("officers", help="人员：由文件批量新建账号").add_subparsers(dest="verb", required=True)
    many = verb(verbs, "add-many", add_many, "由 xlsx、csv 批量新建账号，一次性密码只输出一次")
    many.add_argument("file", metavar="FILE", type=Path, help="列：登录名、姓名、角色、行政区划、单位、起、止")
    many.add_argument("--dry-run", action="store_true", help="只核对，不新建")


def add_many(asked: argparse.Namespace) -> int:
    """Judge the file; unless it is a dry run, enter its good lines. Exit 1 when a line is refused."""
    if not asked.file.is_file():
        raise NotFound("file", str(asked.file))
    at = timezone.now()
    lines = people.texts_of(asked.file, asked.file.name)
    judged = people.judge(lines, by=CONSOLE, today=timezone.localdate(at))
    document = judged.as_json()
    said = [f"{one.cell} {one.column}：{one.text}" for one in judged.findings]
    if not asked.dry_run:
        length = policy_for("", on=timezone.localdate(at)).value("signin.password_min_length", 8)
        password = partial(new_password, length if isinstance(length, int) else 8)
        done = people.enter(judged, password=password, by=CONSOLE, at=at)
        document["passwords"] = [{"username": one.username, "password": text} for one, text in done.made]
        said += [f"{one.username}\t{text}" for one, text in done.made]
    said.append(
        f"共{len(judged.rows)}行：新建{judged.count('new')}，新增任职{judged.count('role')}，"
        f"无变化{judged.count('unchanged')}，退回{judged.count('refused')}"
    )
    return answer(asked, document, said, ok=not judged.count("refused"))
