"""归档与事实: papers into an outlet's file, dated facts with their source, links of the chain."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Place
from qingyuan.core.lifecycle import PAPERS, Paper
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit
from qingyuan.registry import guards, guards_records, surveyed
from qingyuan.registry.actions.deciding import change, record
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Channel, ChannelOutlet, ChannelSource, Fact, FiledPaper, Outlet


@transaction.atomic
def file_paper(
    outlet: Outlet, *, kind: Paper, sha256: str, on: date, by: Actor, at: datetime, title: str = ""
) -> FiledPaper:
    """归入材料: a document of the library into the outlet's file.

    Raises
    ------
    Refused, NotFound
    """
    require(guards.file_paper(outlet, by=by, on=on, at=at))
    check_filed({sha256})
    filed = FiledPaper.objects.create(
        outlet=outlet,
        kind=kind,
        sha256=sha256,
        title=title or PAPERS[kind],
        day=on,
        round=outlet.round,
        filed_by=by.id,
        filed_at=at,
    )
    record(outlet, "outlet.file_paper", on=on, by=by, at=at, details={"kind": kind}, evidence=(sha256,))
    return filed


@transaction.atomic
def enter_fact(
    subject: tuple[str, str],
    *,
    place: Place,
    name: str,
    value: object,
    source: str,
    on: date,
    by: Actor,
    at: datetime,
    sha256: str = "",
) -> Fact:
    """录入事实: a dated, sourced value about an outlet, party, water or zone, in a declared word.

    Raises
    ------
    Refused, NotFound
    """
    require(guards.enter_fact(place=place, name=name, value=value, source=source, by=by, on=on, at=at))
    if sha256:
        check_filed({sha256})
    kind, subject_id = subject
    entered = Fact.objects.create(
        subject_kind=kind,
        subject_id=str(subject_id),
        name=name,
        value=value,
        from_day=on,
        source=source,
        sha256=sha256,
        entered_by=by.id,
        recorded_at=at,
    )
    ledger.record(
        (kind, str(subject_id)),
        "fact.enter",
        by=by,
        at=at,
        occurred=on,
        changes={name: (None, value)},
        details={"source": source},
        evidence=(sha256,) if sha256 else (),
    )
    return entered


@transaction.atomic
def retract_fact(fact: Fact, *, place: Place, reason: str, by: Actor, at: datetime) -> None:
    """撤回事实: it was wrong. What was believed until now can still be asked.

    Raises
    ------
    Refused
    """
    require(guards_records.retract_fact(fact, place=place, reason=reason, by=by))
    fact.retracted_at = at
    fact.save(update_fields=["retracted_at"])
    ledger.record(
        (fact.subject_kind, fact.subject_id),
        "fact.retract",
        by=by,
        at=at,
        occurred=fact.from_day,
        changes={fact.name: (fact.value, None)},
        details={"reason": reason},
    )


@transaction.atomic
def add_channel(
    *,
    name: str,
    unit: Unit,
    outlet: Outlet,
    on: date,
    by: Actor,
    at: datetime,
    kind: str = "",
    length_m: Decimal | None = None,
    sources: tuple[tuple[Body, Decimal | None], ...] = (),
) -> Channel:
    """登记排污通道: the channel that leads to an outlet, and the dischargers that use it with their shares.

    Raises
    ------
    Refused
    """
    require(guards.correct(outlet, values={}, reason=name, by=by, on=on, at=at))
    channel = Channel.objects.create(name=name, unit=unit, kind=kind, length_m=length_m)
    ChannelOutlet.objects.create(channel=channel, outlet=outlet, from_day=on)
    ChannelSource.objects.bulk_create(
        ChannelSource(channel=channel, body=body, share=share, from_day=on) for body, share in sources
    )
    record(
        outlet,
        "outlet.add_channel",
        on=on,
        by=by,
        at=at,
        details={"channel": channel.pk, "name": name, "sources": [[body.pk, share] for body, share in sources]},
    )
    if sources and (sets := surveyed.supplied(outlet, surveyed.UNIT_BASICS)):
        change(outlet, sets, on=on, at=at)
    return channel
