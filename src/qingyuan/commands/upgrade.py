"""`upgrade`: a site of an older release comes to this one. It is backed up, brought forward aside, proved, and put in
place; whatever goes wrong, it is as it was. `upgrade --back FILE` brings the backed-up site back.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from qingyuan import __version__
from qingyuan.commands import backup, databases, filling
from qingyuan.commands.answers import answer, note, verb
from qingyuan.commands.archive import Reader
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `upgrade`."""
    parser = verb(groups, "upgrade", upgrade, "升级站点：备份、升级、核验；不成则保持原样")
    parser.add_argument("--rehearse", action="store_true", help="只演练：做完全部步骤，不替换站点")
    parser.add_argument("--back", type=Path, metavar="FILE", help="回退到升级时所作的备份")
    parser.add_argument("--discard", action="store_true", help="回退时舍弃备份之后的记录")


class Rehearsed(Exception):
    """Everything went well and nothing is to be put in place."""


def upgrade(asked: argparse.Namespace) -> int:
    """Back up, bring forward, prove; or bring back."""
    require(_no_site())
    return _back(asked) if asked.back else _forward(asked)


def _no_site() -> Refusal | None:
    if databases.is_laid():
        return None
    return Refusal("site.not_initialised", _("站点尚未建立，请先运行 qingyuan init 或 qingyuan demo。"))


def _tables_agree() -> Refusal | None:
    """Every step is recorded and yet something is missing: no upgrade mends that, and saying 无须升级 would hide it."""
    missing = databases.lacking()
    if not missing:
        return None
    text = _("各升级步骤都已记录，数据表却缺少 %(what)s（共 %(count)s 处）；请从备份恢复站点。")
    return Refusal("upgrade.tables_differ", text, {"what": "、".join(missing[:5]), "count": len(missing)})


def _forward(asked: argparse.Namespace) -> int:
    with databases.alone():
        steps = databases.pending()
        if not steps:
            require(_tables_agree())
            document: dict[str, object] = {"program": __version__, "migrations": [], "backup": None, "rehearsed": False}
            return answer(asked, document, [f"站点已是 {__version__} 版，无须升级。"])
        kept = _place_of_backup()
        note(asked, f"备份到 {kept}")
        backup.write(kept)
        note(asked, f"升级数据表（{len(steps)} 步）并核验")
        try:
            with databases.aside(empty=False):
                backup.bring_forward()
                require(_tables_agree())
                if asked.rehearse:
                    raise Rehearsed
        except Rehearsed:
            pass
        except DatabaseError as fault:
            text = _("升级没有完成，站点保持原样：%(fault)s")
            raise Refused(Refusal("upgrade.failed", text, {"fault": str(fault)})) from fault
    document = {"program": __version__, "migrations": steps, "backup": str(kept), "rehearsed": asked.rehearse}
    said = "演练通过，站点没有改动。" if asked.rehearse else f"已升级到 {__version__} 版，留痕和计数核验无误。"
    return answer(asked, document, [said, f"升级前的备份：{kept}", f"如需回退：qingyuan upgrade --back {kept}"])


def _place_of_backup() -> Path:
    folder = settings.HOME / "upgrades"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{timezone.localtime():%Y%m%d-%H%M%S}.zip"


def _back(asked: argparse.Namespace) -> int:
    note(asked, "检验备份文件")
    archive = Reader(asked.back)
    require(backup.from_later_release(archive))
    with databases.alone():
        require(_newer_entries(archive, discard=asked.discard))
        counts, report = backup.put_in_place(archive, upgraded=False)
    program = str(archive.manifest["program"])
    document = {"program": program, "rows": counts, "ledger": {"entries": report.entries, "chains": report.chains}}
    lines = [f"已回退到 {program} 版的站点，留痕 {report.entries} 条核验无误。", f"请改用 {program} 版程序运行它。"]
    return answer(asked, document, lines)


def _newer_entries(archive: Reader, *, discard: bool) -> Refusal | None:
    """What was recorded since the backup would be lost."""
    newer = int(str(filling.ledger_head()["entries"])) - int(archive.manifest["ledger"]["entries"])
    if newer <= 0 or discard:
        return None
    text = _("备份之后又有 %(count)s 条留痕，回退会失去它们；确需回退请加 --discard。")
    return Refusal("upgrade.newer_entries", text, {"count": newer})
