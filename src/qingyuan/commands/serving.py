"""`serve` runs web and work together, `web` only the pages. One thread per process (measured.md §6); Ctrl-C ends it."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connection

from qingyuan.commands import databases
from qingyuan.commands.answers import DONE, WRONG, note, refuse, verb
from qingyuan.core.refusal import Refusal, require
from qingyuan.core.refusal import gettext_noop as _

PATIENCE_S = 15


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `serve` and `web`."""
    for name, run, text in (("serve", serve, "运行网页和后台任务"), ("web", web, "只运行网页")):
        parser = verb(groups, name, run, text)
        parser.add_argument("--host", default=settings.HOST, help="监听地址（默认 %(default)s）")
        parser.add_argument("--port", type=int, default=settings.PORT, help="端口（默认 %(default)s）")
        parser.add_argument("--workers", type=int, default=max(1, min(4, os.cpu_count() or 1)), help="网页进程数")
        parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), type=Path, help="证书和私钥（PEM）")


def serve(asked: argparse.Namespace) -> int:
    """Web and work as two children; when one ends the other is ended too."""
    require(not_ready())
    require(_no_certificate(asked))
    worker = [sys.executable, "-m", "qingyuan.commands.main", "work"]
    note(asked, f"{address(asked)}    Ctrl-C 结束")
    with databases.running():
        return keep([web_command(asked), worker], _environment(asked))


def web(asked: argparse.Namespace) -> int:
    """The pages alone."""
    require(not_ready())
    require(_no_certificate(asked))
    note(asked, f"{address(asked)}    Ctrl-C 结束")
    with databases.running():
        return keep([web_command(asked)], _environment(asked))


def not_ready() -> Refusal | None:
    """A site without tables, or with tables of another version, is not served."""
    if not databases.is_laid():
        return Refusal("site.not_initialised", _("站点尚未建立，请先运行 qingyuan init 或 qingyuan demo。"))
    if databases.pending():
        return Refusal("site.not_migrated", _("数据表与程序版本不一致，请先执行 qingyuan upgrade（先备份，后升级）。"))
    return None


def _no_certificate(asked: argparse.Namespace) -> Refusal | None:
    for path in asked.tls or ():
        if not path.is_file():
            return Refusal("site.no_certificate", _("没有找到证书文件“%(path)s”。"), {"path": str(path)})
    return None


def address(asked: argparse.Namespace) -> str:
    """Where the site answers."""
    return f"{'https' if asked.tls else 'http'}://{asked.host}:{asked.port}"


def web_command(asked: argparse.Namespace) -> list[str]:
    """The web server's command line."""
    tls = ["--ssl-certificate", str(asked.tls[0]), "--ssl-keyfile", str(asked.tls[1])] if asked.tls else []
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "1"),
        *("--host", asked.host, "--port", str(asked.port), "--workers", str(asked.workers)),
        *("--log-level", "warning", "--respawn-failed-workers", *tls),
        "qingyuan.project.wsgi:application",
    ]


def _environment(asked: argparse.Namespace) -> dict[str, str]:
    """What the children are told: whether they answer by TLS, and where web processes share their figures."""
    figures = settings.HOME / "metrics"
    shutil.rmtree(figures, ignore_errors=True)  # of processes that have ended
    figures.mkdir(mode=0o700, parents=True)
    told = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    return {**told, "QINGYUAN_HTTPS": "1"} if asked.tls else told


def keep(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> int:
    """Run the commands until one ends or a signal comes, then end them all. 0 when it was asked for."""
    connection.close()
    # Each in a group of its own: a server that is ended while it starts leaves no worker behind.
    children = [
        subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  our own programs
        for command in commands
    ]
    asked_to_end = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_end
        asked_to_end = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not asked_to_end and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE_S
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    if asked_to_end:
        return DONE
    refuse(False, "site.ended", _("网页或后台任务意外结束，站点已停止。"))
    return WRONG
