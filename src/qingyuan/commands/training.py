"""`training`: a copy of the site for practice, in a folder of its own. Private texts are erased, officers keep their
roles but not their names and passwords, and every page says that this is practice. The site itself is only read.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.commands import backup, databases
from qingyuan.commands.answers import answer, note, verb
from qingyuan.commands.site import one_time_password
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `training`."""
    parser = verb(groups, "training", training, "复制一个演练站点：去除个人信息，账号改用演练密码")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="演练站点的文件夹，须为空或不存在")
    parser.add_argument("--settle", metavar="PASSWORD", help=argparse.SUPPRESS)


def training(asked: argparse.Namespace) -> int:
    """Keep, bring back elsewhere, and take out what is private."""
    if asked.settle:
        return _settle(asked)
    require(_not_here(asked.to))
    password = one_time_password()
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        kept = Path(folder) / "site.zip"
        note(asked, "读取站点")
        backup.write(kept)
        note(asked, "建立演练站点")
        _there(asked.to, "restore", str(kept))
    _there(asked.to, "training", "--to", str(asked.to), "--settle", password)
    document = {"folder": str(asked.to), "password": password}
    lines = [
        f"演练站点已建立：{asked.to}",
        f"全部账号沿用原登录名，密码：{password}",
        f"运行：QINGYUAN_HOME={asked.to} QINGYUAN_PORT=8001 qingyuan serve",
    ]
    return answer(asked, document, lines)


def _not_here(folder: Path) -> Refusal | None:
    if not databases.is_laid():
        return Refusal("site.not_initialised", _("站点尚未建立，请先运行 qingyuan init 或 qingyuan demo。"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Refusal("training.folder", _("文件夹“%(path)s”不是空的。"), {"path": str(folder)})
    return None


def _there(folder: Path, *words: str) -> None:
    """Run a command on the other site, which is always an embedded one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {name: value for name, value in os.environ.items() if name not in {"QINGYUAN_DATABASE_URL"}}
    told["QINGYUAN_HOME"] = str(folder)
    command = [sys.executable, "-m", "qingyuan.commands.main", *words, "--json"]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    if done.returncode:
        raise Refused(Refusal("training.failed", _("演练站点没有建成：%(fault)s"), {"fault": done.stderr.strip()}))


def _settle(asked: argparse.Namespace) -> int:
    at = timezone.now()
    erased = ledger.erase_everything(by=CONSOLE, at=at, reason=_("演练副本不含个人信息"))
    officers = access.make_practice_accounts(password=asked.settle, by=CONSOLE, at=at)
    (settings.HOME / "training").touch()
    return answer(asked, {"erased": erased, "officers": officers}, [])
