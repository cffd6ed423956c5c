"""An entry of the ledger as it is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from qingyuan.api.shapes import Told
from qingyuan.ledger.queries import Line


class EntryLine(Told):
    """One entry: what was done, when it happened and was recorded, by whom, what changed, under which clause."""

    number: int
    act: str
    occurred: str
    recorded_at: datetime
    actor: str
    actor_name: str | None
    delegated_from: str | list[str] | None = Field(description="代理：以谁的任职办理；用自己的任职则为空")
    delegated_from_name: str | None
    clause: str
    pack: str
    changes: dict[str, list[Any]] = Field(description="字段：[原值, 新值]")
    details: dict[str, Any]
    evidence: list[str] = Field(description="材料的内容哈希")
    hash: str


def entry_of(line: Line) -> EntryLine:
    """A line of the ledger as it is answered."""
    return EntryLine(
        number=line.number,
        act=line.act,
        occurred=line.occurred,
        recorded_at=line.recorded_at,
        actor=line.actor_id,
        actor_name=line.actor_name,
        delegated_from=line.details.get("delegated_from"),  # type: ignore[arg-type] # as record_many wrote it
        delegated_from_name=line.lender_name,
        clause=line.clause,
        pack=line.pack,
        changes={name: list(pair) for name, pair in line.changes.items()},
        details=dict(line.details),
        evidence=list(line.evidence),
        hash=line.hash,
    )
