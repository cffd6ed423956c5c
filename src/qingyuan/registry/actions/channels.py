"""更正、解除排污通道: the chain is drawn from what then stands; branch outlets are another relation and stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.registry import guards_records, surveyed
from qingyuan.registry.actions.deciding import change, record
from qingyuan.registry.models import Channel, ChannelOutlet, ChannelSource


@transaction.atomic
def correct_channel(
    link: ChannelOutlet,
    *,
    name: str,
    kind: str,
    length_m: Decimal | None,
    sources: Sequence[tuple[Body, Decimal | None]],
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
) -> Channel:
    """更正排污通道: its name, form, length, and exactly these dischargers with their shares, as it should have been
    recorded. A discharger that never used it keeps its row with an empty span; nothing is deleted.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_records.correct_channel(link, name=name, sources=sources, reason=reason, by=by, on=on, at=at))
    channel, outlet = link.channel, link.outlet
    values = {"name": name.strip(), "kind": kind, "length_m": length_m}
    changes: dict[str, tuple[object, object]] = {
        f"channel_{field}": (getattr(channel, field), new)
        for field, new in values.items()
        if getattr(channel, field) != new
    }
    held = {
        row.body_id: row for row in ChannelSource.objects.filter(channel=channel, to_day=None).select_related("body")
    }
    if {pk: row.share for pk, row in held.items()} != {body.pk: share for body, share in sources}:
        before = [(row.body, row.share) for row in held.values()]
        changes["dischargers"] = (_named(before), _named(sources))
    if not changes:
        return channel
    change(outlet, surveyed.supplied(outlet, surveyed.UNIT_BASICS) if sources else {}, on=on, at=at)
    Channel.objects.filter(pk=channel.pk).update(**values)
    channel.refresh_from_db()
    _put_sources(channel, held, sources, from_day=link.from_day or on)
    details = {"channel": channel.pk, "channel_name": channel.name, "reason": reason}
    record(outlet, "outlet.correct_channel", on=on, by=by, at=at, changes=changes, details=details)
    return channel


def _named(sources: Sequence[tuple[Body, Decimal | None]]) -> dict[str, Decimal | None]:
    """Dischargers by name with their shares, as the ledger tells them; the second of one name with its number."""
    found: dict[str, Decimal | None] = {}
    for body, share in sources:
        found[f"{body.name}#{body.pk}" if body.name in found else body.name] = share
    return found


def _put_sources(
    channel: Channel, held: dict[int, ChannelSource], sources: Sequence[tuple[Body, Decimal | None]], *, from_day: date
) -> None:
    wanted = {body.pk: share for body, share in sources}
    for body_id, row in held.items():
        if body_id not in wanted:
            row.to_day = row.from_day or from_day
            row.from_day = row.from_day or from_day
        else:
            row.share = wanted[body_id]
        row.save(update_fields=["share", "from_day", "to_day"])
    new = [body for body, _share in sources if body.pk not in held]
    ChannelSource.objects.bulk_create(
        ChannelSource(channel=channel, body=body, share=wanted[body.pk], from_day=from_day) for body in new
    )


@transaction.atomic
def remove_channel(link: ChannelOutlet, *, on: date, by: Actor, at: datetime, reason: str) -> None:
    """解除排污通道: from a day on the channel no longer leads to the outlet; from its first day on when it never did.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_records.remove_channel(link, reason=reason, by=by, on=on, at=at))
    change(link.outlet, {}, on=on, at=at)
    link.to_day = on
    link.save(update_fields=["to_day"])
    details = {"channel": link.channel_id, "channel_name": link.channel.name, "reason": reason}
    record(link.outlet, "outlet.remove_channel", on=on, by=by, at=at, details=details)
