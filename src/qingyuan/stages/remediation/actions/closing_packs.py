"""封存销号包: everything that shows a round was closed rightly, in one file that proves itself without this system."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.core import sealing
from qingyuan.core.access import Actor
from qingyuan.core.proof import Json
from qingyuan.core.refusal import require
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.registry.actions.deciding import record
from qingyuan.stages.remediation import closing_pack
from qingyuan.stages.remediation import guards_closure as guards
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import ClosingPack


@transaction.atomic
def seal_round(found: Round, *, on: date, by: Actor, at: datetime) -> ClosingPack:
    """封存. As long as nothing was written about the outlet since, the last pack is the pack; only when an anchor was
    made since, under which more of its ledger stands, a new one proves that. The hash of the pack stands in the ledger,
    so that another pack in its place shows.

    Raises
    ------
    Refused
    """
    require(guards.seal_round(found, by=by))
    outlet = found.outlet
    anchor = ledger.last_anchor()
    entries, anchored = closing_pack.counted(found, anchor)
    last = ClosingPack.objects.filter(round=found).order_by("-pk").first()
    if last is not None and last.entries == entries and not _proves_more(last, anchored):
        return last
    parts = closing_pack.parts_of(found)
    about: dict[str, Json] = {
        "kind": "closing",
        "subject": f"round:{found.pk}",
        "outlet": outlet.pk,
        "code": outlet.national_code or outlet.local_code,
        "title": outlet.name,
        "round": found.number,
        "outcome": found.outcome,
        "unit": outlet.unit_path,
        "sealed_on": on.isoformat(),
        "sealed_at": at.isoformat(),
        "pack": found.pack,
    }
    chains, said = closing_pack.chains_of(found, anchor), closing_pack.said_of(anchor) if anchor else None
    content = sealing.seal(parts, about=about, chains=chains, anchor=said)
    filed = library.file_bytes(content, name=f"销号封存包-{outlet.pk}-{found.number}.zip", by=by, at=at)
    details = {"round": found.number, "sha256": filed.sha256, "bytes": len(content), "parts": len(parts)}
    record(outlet, "closing.seal", on=on, by=by, at=at, details=details, evidence=(filed.sha256,))
    return ClosingPack.objects.create(
        round=found,
        sha256=filed.sha256,
        size_bytes=len(content),
        parts=len(parts),
        sealed_on=on,
        sealed_by=by.id,
        recorded_at=at,
        entries=entries + 1,  # and the one that says it was sealed
        anchored=anchored,
    )


def _proves_more(last: ClosingPack, anchored: int) -> bool:
    """Whether a new pack would show more of the ledger under an anchor. What only says that the last pack was sealed
    is not worth another."""
    return last.anchored < min(anchored, last.entries - 1)
