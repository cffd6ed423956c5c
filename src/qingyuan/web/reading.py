"""The read log in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.access.models import Officer, Reading
from qingyuan.boards.audit.queries import Read
from qingyuan.bodies.models import Body
from qingyuan.exchange.layers import LAYERS
from qingyuan.registry.models import Outlet

ABOUT = {
    "outlet": noop("排污口"),
    "body": noop("单位"),
    "officer": noop("账号"),
    "item": noop("交办事项"),
    "meeting": noop("会议"),
    "plan": noop("实施方案"),
    "import": noop("导入批次"),
    "round": noop("整治轮次"),
}
NAMED = {"outlet": (Outlet, "name"), "body": (Body, "name"), "officer": (Officer, "name")}
CONDITIONS = {
    "q": noop("查找"),
    "type": noop("类型"),
    "stage": noop("阶段"),
    "position": noop("坐标"),
    "special": noop("范围"),
    "who": noop("人员"),
    "what": noop("事项"),
    "from": noop("自"),
    "to": noop("至"),
    "on": noop("日期"),
    "sort": noop("排列"),
    "tab": noop("栏目"),
    "view": noop("筛选"),
    "status": noop("状态"),
    "as": noop("格式"),
    "after": noop("翻页"),
    "limit": noop("行数"),
    "bbox": noop("范围"),
}
PAGES = {"outlet": "web:outlet", "body": "web:body"}
SAID_ELSEWHERE = frozenset({"unit"})


def about(row: Reading) -> str:
    """What was read, in words: a layer by its title, a record by its kind and number."""
    first, _colon, rest = row.subject.partition(":")
    label = LAYERS[first].title if first in LAYERS else ABOUT.get(first, first)
    return f"{_(label)} {rest}".strip() if label else ""


def names_of(rows: Sequence[Reading]) -> dict[str, str]:
    """The names of what some rows of the log are about, by their subject; at most one query for each kind."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        kind, _colon, pk = row.subject.partition(":")
        if kind in NAMED and pk.isdecimal():
            wanted[kind].add(pk)
    found = {}
    for kind, ids in wanted.items():
        model, column = NAMED[kind]
        for pk, name in model._default_manager.filter(pk__in=ids).values_list("pk", column):
            found[f"{kind}:{pk}"] = str(name)
    return found


def conditions(row: Reading) -> str:
    """What was asked for, in words; the unit stands in a column of its own. An address stays an address."""
    if row.asked.startswith("/"):
        return row.asked
    colon = _("：")
    given = [(name, text) for name, text in parse_qsl(row.asked) if name not in SAID_ELSEWHERE]
    return _("；").join(f"{_(CONDITIONS[name]) if name in CONDITIONS else name}{colon}{text}" for name, text in given)


def shown(rows: Sequence[Read]) -> list[tuple[Read, str, str, str]]:
    """Readings with what they were about, where that is to be seen, and what was asked for."""
    names, found = names_of([one.row for one in rows]), []
    for one in rows:
        kind, _colon, pk = one.row.subject.partition(":")
        name = names.get(one.row.subject, "")
        url = reverse(PAGES[kind], args=[pk]) if name and kind in PAGES else ""
        found.append((one, name or about(one.row), url, conditions(one.row)))
    return found
