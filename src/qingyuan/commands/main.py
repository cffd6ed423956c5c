"""`qingyuan GROUP VERB … [--json]`: finds the group, starts Django only when it is needed, and turns every foreseen
error into a sentence and an exit code in one place: 0 done, 1 refused or found wrong, 2 usage.

A group is a module with `add_parser(groups)`; each verb leaves its handler in `run`. Commands act as the site's officer
`console`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from qingyuan.commands.answers import WRONG, refuse
from qingyuan.core import memory
from qingyuan.core.policy import PackError
from qingyuan.core.refusal import DomainError, NotFound, Refused, StaleRecord

GROUPS: dict[str, tuple[str, str]] = {
    "init": ("site", "建立新站点：数据表、区划、政策包、首个管理员"),
    "demo": ("site", "建立演示站点，全部记录标明演示"),
    "serve": ("serving", "运行站点：网页和后台任务"),
    "web": ("serving", "只运行网页"),
    "work": ("work", "只运行后台任务和时钟"),
    "packs": ("packs", "政策包"),
    "places": ("places", "行政区划、水体、区域"),
    "outlets": ("outlets", "排污口：导入、导出、查看、校验编码"),
    "field": ("field", "现场排查：接收救援文件、查看设备"),
    "leads": ("leads", "线索：列表、导入、处置、撤销处置、漏查研判"),
    "dispatch": ("dispatch", "交办：交办、列表、查看、办结、提级"),
    "survey": ("survey", "排查专项：列表、查看、岸线覆盖"),
    "tracing": ("tracing", "溯源：案件列表、查看、立案"),
    "codes": ("codes", "命名编码：赋码、预留号段、注销"),
    "signs": ("signs", "标识牌：PDF、登记立牌、敦促"),
    "standardisation": ("standardisation", "规范化：待规范化、核对项目、确认、工作看板"),
    "archive": ("archives", "一口一档：查看、导出、核验"),
    "remediation": ("remediation", "整治：问题清单、线索核对"),
    "progress": ("progress", "目标完成情况"),
    "ledger": ("ledger", "变更留痕：核验、锚定"),
    "audit": ("audit", "审计：谁办了什么，谁看了什么"),
    "tallies": ("tallies", "计数：核对、归并"),
    "backup": ("backup", "备份整个站点"),
    "restore": ("backup", "从备份恢复站点"),
    "training": ("training", "复制一个演练站点"),
    "upgrade": ("upgrade", "升级站点：备份、升级、核验、可回退"),
    "officers": ("officers", "人员：由文件批量新建账号"),
    "programs": ("programs", "程序：新建、签发令牌、停用令牌"),
    "docs": ("docs", "由代码生成参考文档"),
}
KINDS = {
    "unit": "行政区划",
    "outlet": "排污口",
    "body": "单位",
    "file": "文件",
    "water": "水体",
    "import": "导入批次",
    "item": "交办事项",
    "lead": "线索",
    "case": "溯源案件",
    "program": "程序",
    "token": "令牌",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (argparse itself leaves with 2 on wrong usage)."""
    given = list(sys.argv[1:] if words is None else words)
    group = next((word for word in given if not word.startswith("-")), "")
    parser = argparse.ArgumentParser(
        prog="qingyuan", description="清源：入河排污口监督管理信息平台", epilog="各命令加 --json 只输出一份 JSON。"
    )
    groups = parser.add_subparsers(dest="group", required=True, metavar="GROUP")
    if group in GROUPS:
        _start_django()
        importlib.import_module(f"qingyuan.commands.{GROUPS[group][0]}").add_parser(groups)
    else:
        for name, (_module, text) in GROUPS.items():
            groups.add_parser(name, help=text)
    asked = parser.parse_args(given)
    return _run(asked)


def _start_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyuan.project.settings")
    django.setup()
    memory.settle()


def _run(asked: argparse.Namespace) -> int:
    from django.db import DatabaseError

    handler = getattr(asked, "run", None) or asked.handler
    as_json = bool(getattr(asked, "json", False))
    try:
        return int(handler(asked) or 0)
    except Refused as no:
        return refuse(as_json, no.refusal.code, no.refusal.sentence, clause=no.refusal.clause)
    except NotFound as no:
        kind, key = (*map(str, no.args), "")[:2]
        return refuse(as_json, f"{kind}.not_found", f"没有找到{KINDS.get(kind, kind)}“{key}”。")
    except StaleRecord:
        return refuse(as_json, "record.stale", "记录已被他人修改，请重新办理。")
    except PackError as no:
        return refuse(as_json, "packs.fault", "\n".join(str(fault) for fault in no.faults))
    except DomainError as no:
        return refuse(as_json, "refused", str(no.args[-1]) if no.args else "不能办理。")
    except DatabaseError as no:
        if not _initialised():
            return refuse(as_json, "site.not_initialised", "站点尚未建立，请先运行 qingyuan init 或 qingyuan demo。")
        return refuse(as_json, "site.database", f"数据库出错：{no}")
    except BrokenPipeError:  # whoever read our lines has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except KeyboardInterrupt:
        return WRONG


def _initialised() -> bool:
    from django.db import DatabaseError, connection

    try:
        return "ledger_entry" in connection.introspection.table_names()
    except DatabaseError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
