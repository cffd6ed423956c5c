"""The read log in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.access.models import Reading
from qingyuan.exchange.layers import LAYERS

ABOUT = {
    "outlet": noop("排污口"),
    "body": noop("单位"),
    "officer": noop("账号"),
    "item": noop("交办事项"),
    "meeting": noop("会议"),
    "plan": noop("实施方案"),
    "import": noop("导入批次"),
}


def about(row: Reading) -> str:
    """What was read, in words: a layer by its title, a record by its kind and number."""
    first, _colon, rest = row.subject.partition(":")
    label = LAYERS[first].title if first in LAYERS else ABOUT.get(first, first)
    return f"{_(label)} {rest}".strip() if label else ""
