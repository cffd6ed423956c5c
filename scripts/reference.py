"""Generate docs/reference from the code: the tables in the book are the tables in force.

python scripts/reference.py           write the pages
python scripts/reference.py --check   say which pages are out of date, change nothing
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from qingyuan.core import access, lifecycle
from qingyuan.core.access import GRANTS, Permission, Role
from qingyuan.core.lifecycle import MOVES, PAPERS, STAGES, TRANSITIONS, Stage
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.policy.facts import FACTS

OUT = Path(__file__).resolve().parent.parent / "docs" / "reference"
HEAD = "<!-- 由 scripts/reference.py 生成，请勿手改；make docs 重新生成。 -->\n\n"


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


def permissions_page() -> str:
    """Who may do what; where is a matter of assignments."""
    lines = ["# 角色与权限", "", "| 权限 | " + " | ".join(access.LABELS[role] for role in Role) + " |"]
    lines.append("|---" * (len(Role) + 1) + "|")
    for permission in Permission:
        marks = " | ".join("●" if permission in GRANTS[role] else "" for role in Role)
        lines.append(f"| {access.LABELS[permission]} `{permission}` | {marks} |")
    return "\n".join(lines) + "\n"


def facts_page() -> str:
    """The vocabulary that packs and guards read."""
    lines = ["# 事实词汇表", "", "| 名称 | 中文 | 对象 | 类型 | 单位 | 含义 |", "|---|---|---|---|---|---|"]
    for fact in sorted(FACTS.values(), key=lambda each: (each.subject, each.name)):
        cells = (f"`{fact.name}`", fact.title, fact.subject, fact.type, fact.unit, fact.meaning.replace("|", "／"))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle_page,
    "permissions.md": permissions_page,
    "facts.md": facts_page,
}


def _ordered(stages: frozenset[lifecycle.Stage | None]) -> list[lifecycle.Stage | None]:
    order: list[lifecycle.Stage | None] = [None, *Stage]
    return sorted(stages, key=order.index)


def main(words: list[str]) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    old = []
    for name, page in PAGES.items():
        text = HEAD + page()
        path = OUT / name
        if not path.exists() or path.read_text("utf-8") != text:
            old.append(name)
            if "--check" not in words:
                path.write_text(text, "utf-8")
    if old and "--check" in words:
        print(f"out of date: {', '.join(old)}; make docs writes them anew")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
