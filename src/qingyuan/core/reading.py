"""What is written down when somebody reads or takes away what is sensitive: the kinds, and one reading as a line.

A reading is no act: it changes nothing, so it has no entry in the ledger. Nor has a try that a ban refused: it is
written down here as well, for nothing came of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _

LONGEST_ASKED = 500


class ReadKind(StrEnum):
    """What was read. The values are stored."""

    EXPORT = "export"
    LEDGER = "ledger"
    PAPER = "paper"
    OFFICERS = "officers"
    BODY = "body"
    SHARE = "share"
    FEATURES = "features"
    AUDIT = "audit"
    TRIED = "tried"


READ_KINDS: dict[ReadKind, str] = {
    ReadKind.EXPORT: _("导出台账"),
    ReadKind.LEDGER: _("导出变更留痕"),
    ReadKind.PAPER: _("下载材料"),
    ReadKind.OFFICERS: _("查看账号"),
    ReadKind.BODY: _("查看单位"),
    ReadKind.SHARE: _("调用共享数据"),
    ReadKind.FEATURES: _("调用空间要素服务"),
    ReadKind.AUDIT: _("查看审计"),
    ReadKind.TRIED: _("试图合并、封堵城镇雨洪排口"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: who (with which program), what, when, in which unit, asked how, how many rows, from which network
    address, and whether it was answered (HTTP status; 403 and 404 are refused tries)."""

    at: datetime
    actor_id: str
    kind: ReadKind
    subject: str = ""
    unit_path: str = ""
    asked: str = ""
    rows: int | None = None
    program: str = ""
    origin: str = ""
    status: int = 200

    def line(self) -> str:
        """As one line of JSON, without its end."""
        plain = asdict(self) | {"at": self.at.isoformat(), "asked": self.asked[:LONGEST_ASKED]}
        return json.dumps({name: value for name, value in plain.items() if value not in ("", None)}, ensure_ascii=False)


def read_line(text: str) -> Reading | None:
    """The reading of a line; None for a line that was torn or is none.

    >>> read_line("{")
    """
    try:
        plain = json.loads(text)
        return Reading(**plain | {"at": datetime.fromisoformat(plain["at"]), "kind": ReadKind(plain["kind"])})
    except (ValueError, TypeError, KeyError):
        return None
