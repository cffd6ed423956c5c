"""`backup FILE` and `restore FILE`."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from qingyuan.commands.answers import answer
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import site_backup, site_restore


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    save = groups.add_parser("backup", help="备份整个站点")
    save.add_argument("file", metavar="FILE", type=Path)
    save.add_argument("--json", action="store_true", help="只输出一份 JSON")
    save.set_defaults(run=backup)
    back = groups.add_parser("restore", help="从备份恢复站点")
    back.add_argument("file", metavar="FILE", type=Path)
    back.add_argument("--replace", action="store_true", help="取代站点现有数据")
    back.add_argument("--json", action="store_true", help="只输出一份 JSON")
    back.set_defaults(run=restore)


def backup(asked: argparse.Namespace) -> int:
    """Write the whole site into one file."""
    try:
        manifest = site_backup.write(asked.file, at=timezone.now())
    except OSError as fault:
        text = _("备份文件不能写入：%(why)s。")
        raise Refused(Refusal("backup.unwritable", text, {"why": fault.strerror})) from fault
    members: dict[str, dict[str, object]] = manifest["members"]  # type: ignore[assignment]
    rows = {name.split("/")[1].removesuffix(".jsonl"): said["rows"] for name, said in members.items() if "rows" in said}
    document = {
        "file": str(asked.file),
        "rows": rows,
        "files": sum(name.startswith("library/") for name in members),
        "ledger_root": manifest["ledger_root"],
        "hashes": {name: said["sha256"] for name, said in members.items()},
    }
    total = sum(int(str(count)) for count in rows.values())
    return answer(asked, document, [f"已备份 {total} 行、{document['files']} 份文件到 {asked.file}"])


def restore(asked: argparse.Namespace) -> int:
    """Prove a backup, then put it back; anything wrong leaves the site as it was."""
    if not asked.file.is_file():
        raise Refused(Refusal("backup.no_file", _("没有这个备份文件：%(file)s。"), {"file": str(asked.file)}))
    call_command("migrate", verbosity=0)
    done = site_restore.restore(asked.file, replace=asked.replace)
    document = {"rows": dict(done.rows), "files": done.files, "ledger_entries": done.ledger_entries}
    lines = [f"已恢复 {sum(done.rows.values())} 行、{done.files} 份文件；变更留痕 {done.ledger_entries} 条核验通过"]
    return answer(asked, document, lines)
