"""`archive show`, `export`, `verify`: 一口一档 of one outlet, by the same functions as the pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils import timezone

from qingyuan.boards.archive import queries as boards
from qingyuan.commands.answers import answer, refuse, verb
from qingyuan.core import sealing
from qingyuan.core.access import CONSOLE
from qingyuan.core.archive import STATES
from qingyuan.exchange import archiving

ENDINGS = (".zip", ".pdf")


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `archive` with its verbs."""
    verbs = groups.add_parser("archive", help="一口一档").add_subparsers(dest="verb", required=True, metavar="VERB")
    look = verb(verbs, "show", show, "一个排污口的档案：各组成和完整程度")
    look.add_argument("code", metavar="CODE", help="排污口编码或编号")
    out = verb(verbs, "export", export, "导出档案：.zip 为封存包，.pdf 为一份文件")
    out.add_argument("code", metavar="CODE", help="排污口编码或编号")
    out.add_argument("--out", required=True, type=Path, metavar="FILE")
    check = verb(verbs, "verify", verify, "核验封存包，不需要站点里的记录")
    check.add_argument("file", type=Path, metavar="FILE")


def show(asked: argparse.Namespace) -> int:
    """Each section, and the score with its parts."""
    found = boards.archive(CONSOLE, asked.code, on=timezone.localdate())
    whole = found.completeness
    document = {
        "outlet": found.outlet.pk,
        "name": found.outlet.name,
        "score": whole.score,
        "present": whole.present,
        "applying": len(whole.applying),
        "complete": whole.is_complete,
        "sections": [
            {
                "section": one.section.value,
                "name": one.name,
                "state": one.state.value,
                "why": one.why,
                "mandatory": one.mandatory,
            }
            for one in whole.sections
        ],
    }
    lines = [f"{one.name}  {STATES[one.state]}{'  ' + one.why if one.why else ''}" for one in whole.sections]
    said = (
        f"{whole.present}/{len(whole.applying)}（{whole.score} %），{'已' if whole.is_complete else '未'}完成登记建档"
    )
    return answer(asked, document, [found.outlet.name, *lines, said])


def export(asked: argparse.Namespace) -> int:
    """Write the file of an outlet, whole or not at all."""
    if asked.out.suffix not in ENDINGS:
        return refuse(asked.json, "archive.ending", "文件名须以 .zip 或 .pdf 结尾。")
    at = timezone.now()
    found = boards.archive(CONSOLE, asked.code, on=timezone.localdate(at))
    if asked.out.suffix == ".pdf":
        made = archiving.as_pdf(found, at=at)
    else:
        made = archiving.as_pack(found, by=CONSOLE.name, at=at)
    draft = asked.out.with_name(f".{asked.out.name}.part")
    draft.write_bytes(made.content)
    draft.replace(asked.out)
    document = {"file": str(asked.out), "bytes": len(made.content), "missing_files": list(made.missing)}
    lines = [f"已写入 {asked.out}（{len(made.content)} 字节）"]
    lines += [f"缺少文件：{sha256}" for sha256 in made.missing]
    return answer(asked, document, lines)


def _why(no: OSError) -> str:
    match no:
        case FileNotFoundError():
            return "没有这个文件"
        case IsADirectoryError():
            return "这是文件夹"
        case PermissionError():
            return "没有读取权限"
        case _:
            return "打不开"


def verify(asked: argparse.Namespace) -> int:
    """Check a pack byte by byte; exit code 1 when anything was changed."""
    try:
        content = asked.file.read_bytes()
    except OSError as no:
        return refuse(asked.json, "archive.unreadable", f"无法读取文件 {asked.file}：{_why(no)}。")
    seen = sealing.verify(content)
    document = {
        "whole": seen.whole,
        "sha256": seen.sha256,
        "files": seen.files,
        "about": dict(seen.about),
        "anchored": seen.anchored,
        "faults": [{"file": one.name, "code": one.code, "text": one.text} for one in seen.faults],
    }
    lines = [f"{one.name or asked.file.name}：{one.text}" for one in seen.faults]
    lines += [seen.anchored] if seen.anchored else []
    lines.append("完整，与封存时一致" if seen.whole else f"{len(seen.faults)} 处与封存时不一致")
    return answer(asked, document, [f"sha256 {seen.sha256}", *lines], ok=seen.whole)
