"""What becomes of an outlet's channels when it is merged or closed: they lead elsewhere, or nowhere, from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.models import ChannelOutlet, Outlet


@transaction.atomic
def redirect_channels(outlet: Outlet, *, to: Outlet | None, on: date, by: Actor, at: datetime) -> int:
    """The channels that led to the outlet lead to `to` from that day on; None: they are no longer used. What was, stays
    on record. Returns how many; a channel that already leads there is not doubled.

    Permission is the caller's affair: this is part of merging and closing (T17).
    """
    standing = ChannelOutlet.objects.filter(Q(to_day=None) | Q(to_day__gt=on), outlet=outlet).select_related("channel")
    links = list(standing)
    if not links:
        return 0
    ChannelOutlet.objects.filter(pk__in=[one.pk for one in links]).update(to_day=on)
    named = [one.channel.name for one in links]
    if to is not None:
        there = set(ChannelOutlet.objects.filter(outlet=to, to_day=None).values_list("channel_id", flat=True))
        new = [one for one in links if one.channel_id not in there]
        ChannelOutlet.objects.bulk_create(ChannelOutlet(channel=one.channel, outlet=to, from_day=on) for one in new)
        details: dict[str, object] = {"channels": named, "from": outlet.pk, "from_name": outlet.name}
        record(to, "outlet.take_channels", on=on, by=by, at=at, details=details)
    details = {"channels": named, "to": to.pk if to else None, "to_name": to.name if to else ""}
    record(outlet, "outlet.leave_channels", on=on, by=by, at=at, details=details)
    return len(links)
