"""May they? Taking back a fact, correcting and ending a channel: what was entered once and turned out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry import guards
from qingyuan.registry.models import ChannelOutlet, Fact
from qingyuan.registry.places_of import place_of

ALL = Decimal("1.000001")
"""The whole of a channel's flow, with what rounding of its shares may add."""


@guard
def retract_fact(fact: Fact, *, place: Place, reason: str, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_ENTER_FACT, place)
    if fact.retracted_at is not None:
        yield Refusal("registry.fact_retracted", _("这条事实已经撤回。"))
    if not reason.strip():
        yield Refusal("registry.no_retract_reason", _("请填写撤回理由。"))


@guard
def correct_channel(
    link: ChannelOutlet,
    *,
    name: str,
    sources: Sequence[tuple[Body, Decimal | None]],
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    yield _may_change(link, reason=reason, by=by, on=on, at=at)
    if not name.strip():
        yield Refusal("registry.no_channel_name", _("请填写通道名称。"))
    if len({body.pk for body, _share in sources}) != len(sources):
        yield Refusal("registry.source_twice", _("同一个单位只填写一次。"))
    if sum((share or Decimal(0) for _body, share in sources), Decimal(0)) > ALL:
        yield Refusal("registry.shares", _("各单位水量占比之和超过 100 %。"))


@guard
def remove_channel(link: ChannelOutlet, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield _may_change(link, reason=reason, by=by, on=on, at=at)
    if link.from_day is not None and on < link.from_day:
        text = _("解除日期早于登记的起始日期%(day)s；登记有误的，请填写起始日期。")
        yield Refusal("registry.channel_order", text, {"day": link.from_day.isoformat()})


@guard
def _may_change(link: ChannelOutlet, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    outlet = link.outlet
    yield access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet))
    yield guards.withdrawn(outlet)
    if link.to_day is not None:
        yield Refusal("registry.channel_gone", _("这条通道已不再通向本排污口。"))
    if not reason.strip():
        yield Refusal("registry.no_reason", _("请填写更正理由。"))
    yield guards.not_yet(on, at)
