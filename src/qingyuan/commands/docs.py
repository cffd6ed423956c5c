"""`docs generate`: docs/reference from the code, so that the tables in the book are the tables in force.

`--check` writes nothing and says which pages are out of date. `make docs` and `make check` call the same functions.
"""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from qingyuan.commands.answers import answer, verb
from qingyuan.commands.docs_beside import beside_page
from qingyuan.core import access, lifecycle
from qingyuan.core.access import GRANTS, Permission, Role
from qingyuan.core.access_uses import USES
from qingyuan.core.duties import RULES, SINCE, SOURCES
from qingyuan.core.lifecycle import MOVES, PAPERS, STAGES, TRANSITIONS, Stage
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.policy.facts import FACTS
from qingyuan.rulebook.document import document

PACKAGE = Path(__file__).resolve().parent.parent
OUT = PACKAGE.parent.parent / "docs" / "reference"
HEAD = "<!-- 由 qingyuan docs generate 生成，请勿手改；make docs 重新生成。 -->\n\n"
PACKS_ON = date(2026, 11, 1)
"""The day whose values stand on the page of the packs: the newest of the shipped texts are in force."""
SETTINGS: dict[str, str] = {
    "QINGYUAN_HOME": "站点的全部数据所在的文件夹",
    "QINGYUAN_DATABASE_URL": "数据库；不写则用站点文件夹中的 SQLite，也可写 postgresql://用户@主机/库",
    "QINGYUAN_HOST": "网页监听地址；默认只有本机能访问",
    "QINGYUAN_PORT": "网页端口",
    "QINGYUAN_HTTPS": "1 表示经 HTTPS 访问，登录凭据只随 HTTPS 传送",
    "QINGYUAN_ALLOWED_HOSTS": "允许的域名，逗号分隔；不写则只有本机和监听地址",
    "QINGYUAN_TRUSTED_ORIGINS": "反向代理后的完整网址，逗号分隔",
    "QINGYUAN_SECRET_KEY": "站点密钥；不写则首次运行时生成并存于站点文件夹",
    "QINGYUAN_DEBUG": "1 表示显示错误详情，仅用于开发",
    "QINGYUAN_TIANDITU_KEY": "天地图服务许可；不写则用随系统的底图",
    "QINGYUAN_PUBLIC_URL": "公众访问站点的地址，标识牌二维码指向其下的 /o/编码；印制标识牌之前务必设好",
    "QINGYUAN_NOTICE_KEEP_DAYS": "已读消息保留的天数；未读的一直保留，变更留痕不受影响",
    "QINGYUAN_API_KEEP_ANSWERS_DAYS": "接口幂等键及其答复保留的天数",
    "QINGYUAN_LOG_FILE": "日志文件；不写则写到标准错误",
    "QINGYUAN_LOG_DAYS": "旧日志保留的天数",
    "QINGYUAN_OIDC_ISSUER": "单点登录的颁发者地址（OpenID Connect）；与客户端标识都填写时启用",
    "QINGYUAN_OIDC_CLIENT_ID": "单点登录的客户端标识",
    "QINGYUAN_OIDC_CLIENT_SECRET": "单点登录的客户端密钥；空为公开客户端，只用 PKCE",
    "QINGYUAN_OIDC_NAME": "登录页按钮上的名称",
    "QINGYUAN_OIDC_CLAIM": "哪个声明是登录名",
    "QINGYUAN_METRICS_TOKEN": "从别处读取 /metrics 的令牌；不写则只有本机可读",
    "QINGYUAN_LEDGER_HASH": "变更留痕的摘要算法：sha256 或 sm3",
}


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `docs`."""
    verbs = groups.add_parser("docs", help="参考文档").add_subparsers(dest="verb", required=True, metavar="VERB")
    make = verb(verbs, "generate", generate, "生成参考文档")
    make.add_argument("--check", action="store_true", help="只检查是否过时")
    make.add_argument("--out", type=Path, default=OUT)


def generate(asked: argparse.Namespace) -> int:
    """Write the pages, or say which are out of date."""
    old = write(asked.out, check=asked.check)
    verdict = "过时" if asked.check else "已重新生成"
    lines = [f"{verdict}：{'、'.join(old)}"] if old else ["参考文档与代码一致"]
    return answer(asked, {"out_of_date": old, "written": not asked.check}, lines, ok=not (old and asked.check))


def write(out: Path, *, check: bool) -> list[str]:
    """Write every page that differs, or with `check` only name it."""
    if not check:
        out.mkdir(parents=True, exist_ok=True)
    old = []
    for name, page in PAGES.items():
        text = HEAD + page()
        path = out / name
        if not path.exists() or path.read_text("utf-8") != text:
            old.append(name)
            if not check:
                path.write_text(text, "utf-8")
    return old


def lifecycle_page() -> str:
    """The table of moves and its drawing."""
    lines = ["# 排污口生命周期", "", "```mermaid", "stateDiagram-v2"]
    for move, arrow in TRANSITIONS.items():
        for source in _ordered(arrow.sources):
            if arrow.target is not None:
                lines.append(f"    {source or '[*]'} --> {arrow.target}: {MOVES[move]}")
    lines += [f"    {stage}: {STAGES[stage]}" for stage in Stage]
    lines += ["```", "", "| 行 | 办理 | 从 | 到 | 材料 | 达到 | 撤回 | 条款参数 |", "|---|---|---|---|---|---|---|---|"]
    for move, arrow in TRANSITIONS.items():
        cells = (
            arrow.row,
            f"{MOVES[move]} `{move}`",
            "、".join(STAGES[source] if source else "（未入库）" for source in _ordered(arrow.sources)),
            STAGES[arrow.target] if arrow.target else "（来源台账所述阶段）",
            "、".join(PAPERS[paper] for paper in sorted(arrow.papers)),
            "、".join(MILESTONES[each] for each in sorted(arrow.reaches)),
            "、".join(MILESTONES[each] for each in sorted(arrow.withdraws)),
            f"`{arrow.parameter}`" if arrow.parameter else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _ordered(stages: frozenset[lifecycle.Stage | None]) -> list[lifecycle.Stage | None]:
    order: list[lifecycle.Stage | None] = [None, *Stage]
    return sorted(stages, key=order.index)


def permissions_page() -> str:
    """Who may do what; where is a matter of assignments."""
    lines = ["# 角色与权限", "", "| 权限 | " + " | ".join(access.LABELS[role] for role in Role) + " |"]
    lines.append("|---" * (len(Role) + 1) + "|")
    for permission in Permission:
        marks = " | ".join("●" if permission in GRANTS[role] else "" for role in Role)
        lines.append(f"| {access.LABELS[permission]} `{permission}` | {marks} |")
    lines += ["", "## 在哪里用", "", "接口的地址在 `/api/v1` 之下。", "", "| 权限 | 页面 | 接口 |", "|---|---|---|"]
    for permission, use in USES.items():
        operations = "、".join(f"`{one}`" for one in use.operations)
        lines.append(f"| {access.LABELS[permission]} | {use.pages} | {operations} |")
    lines += ["", "待办、消息、规则、制度库、我的账号不需要专门权限，登录即可。"]
    return "\n".join(lines) + "\n"


def duties_page() -> str:
    """Every kind of 待办: where it comes from, who has it, what it is due by, what ends it."""
    lines = ["# 待办的种类", "", "期限的天数在政策包的参数里，各地不同；参数没有值的，没有期限。", ""]
    lines += ["| 事项 | 来源 | 由谁办理 | 期限参数 | 起算 | 怎样办结 | 依据参数 |", "|---|---|---|---|---|---|---|"]
    for duty, rule in RULES.items():
        source = SOURCES[rule.source] + (f"：{STAGES[rule.stage]}" if rule.stage else "")
        able = f"可以“{access.LABELS[rule.permission]}”的人员"
        cells = (
            f"{rule.label} `{duty}`",
            source,
            f"本单位{able}" if rule.body_acts else able,
            f"`{rule.deadline}`" if rule.deadline else "",
            SINCE[rule.since] if rule.since else "",
            rule.closes,
            f"`{rule.clause_of}`" if rule.clause_of else "事项写明的条款",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def facts_page() -> str:
    """The vocabulary that packs and guards read."""
    lines = ["# 事实词汇表", "", "| 名称 | 中文 | 对象 | 类型 | 单位 | 含义 |", "|---|---|---|---|---|---|"]
    for fact in sorted(FACTS.values(), key=lambda each: (each.subject, each.name)):
        cells = (f"`{fact.name}`", fact.title, fact.subject, fact.type, fact.unit, fact.meaning.replace("|", "／"))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """The environment variables with their defaults and meanings."""
    lines = ["# 设置", "", "全部来自环境变量，都有默认值。", "", "| 变量 | 默认 | 含义 |", "|---|---|---|"]
    defaults = settings_read()
    for name in [*SETTINGS, *sorted(set(defaults) - set(SETTINGS))]:
        default = defaults.get(name, "")
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | {SETTINGS.get(name, '')} |")
    return "\n".join(lines) + "\n"


def settings_read() -> dict[str, str]:
    """The variables the settings file reads, each with its default."""
    text = (PACKAGE / "project" / "settings.py").read_text("utf-8")
    found = re.findall(r'os\.environ\.get\("(QINGYUAN_\w+)"(?:,\s*"([^"]*)")?', text)
    return dict(found)


def commands_page() -> str:
    """Every command with its options, as the parsers have them."""
    from qingyuan.commands.main import GROUPS

    parser = argparse.ArgumentParser(prog="qingyuan")
    groups = parser.add_subparsers()
    for module in dict.fromkeys(module for module, _text in GROUPS.values()):
        importlib.import_module(f"qingyuan.commands.{module}").add_parser(groups)
    lines = ["# 命令行", "", "各命令加 `--json` 只输出一份 JSON。退出码：0 完成，1 被拒绝或发现问题，2 用法不对。", ""]
    for name, (_module, text) in GROUPS.items():
        lines += [f"## {name}", "", text, ""]
        lines += _verbs(f"qingyuan {name}", groups.choices[name])
    return "\n".join(lines).rstrip() + "\n"


def _verbs(prefix: str, parser: argparse.ArgumentParser) -> list[str]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        return [*_options(prefix, parser), ""]
    lines = []
    for name, one in inner[0].choices.items():
        lines += [*_options(f"{prefix} {name}", one), ""]
    return lines


def _options(words: str, parser: argparse.ArgumentParser) -> list[str]:
    listed = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    usual = [action for action in listed if "--json" not in action.option_strings]
    lines = [f"- `{words}` {parser.description or ''}".rstrip()]
    for action in usual:
        name = " ".join(action.option_strings) or str(action.metavar or action.dest)
        said = (action.help or "").replace("%(default)s", _default(action.default))
        must = "（必填）" if action.required and action.option_strings else ""
        lines.append(f"    - `{name}` {said}{must}".rstrip())
    return lines


def _default(value: object) -> str:
    return str(value)


def packs_page() -> str:
    """Every parameter of the shipped packs with its unit, its value in each scheme, the clause and how it is known."""
    return document(on=PACKS_ON).rstrip("\n") + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle_page,
    "permissions.md": permissions_page,
    "duties.md": duties_page,
    "facts.md": facts_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
    "five-schemes.md": beside_page,
    "packs.md": packs_page,
}
