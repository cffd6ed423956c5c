"""设备: what each phone says of itself and of what it still holds. What it no longer names has left it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.stages.survey.checking_field import moment
from qingyuan.stages.survey.models_field import FieldDevice, FieldHolding, HoldingState

MOST_HOLDINGS = 5_000
KINDS = frozenset({"record", "track", "photo"})


@transaction.atomic
def meet_device(by: Actor, *, said: Mapping[str, object], offset_s: float, at: datetime) -> FieldDevice | None:
    """A device made contact: who uses it, how far its clock is off. None for one that gives no name."""
    uid = str(said.get("id") or "")[:64]
    if not uid:
        return None
    keeps = said.get("keeps")
    now = {
        "label": str(said.get("label") or "")[:120],
        "officer_id": by.id,
        "officer_name": by.name[:64],
        "unit_path": min((path for grant in by.grants for path in grant.reach.unit_paths), default=""),
        "clock_offset_s": max(-(2**31) + 1, min(2**31 - 1, round(offset_s))),
        "keeps": keeps if isinstance(keeps, bool) else None,
        "form_version": str(said.get("form_version") or "")[:16],
        "last_seen": at,
    }
    found, _new = FieldDevice.objects.update_or_create(uid=uid, defaults=now, create_defaults={**now, "first_seen": at})
    return found


@transaction.atomic
def take_holdings(device: FieldDevice, held: Sequence[object]) -> None:
    """What the device still holds takes the place of what it said before."""
    rows: dict[tuple[str, str], FieldHolding] = {}
    for one in held[:MOST_HOLDINGS]:
        if not isinstance(one, Mapping):
            continue
        kind, item = str(one.get("kind") or ""), str(one.get("id") or "")[:64]
        state = str(one.get("state") or "")
        if kind in KINDS and item and state in HoldingState.values:
            title = str(one.get("title") or "")[:200]
            since = moment(one.get("since"))
            rows[kind, item] = FieldHolding(device=device, kind=kind, item=item, title=title, state=state, since=since)
    FieldHolding.objects.filter(device=device).delete()
    FieldHolding.objects.bulk_create(rows.values())
