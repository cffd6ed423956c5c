"""The lists, with their counts and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, F, OuterRef

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import BITS, Milestone
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.registry.queries import broken_chains, visible_to


class Fault(StrEnum):
    """What a record lacks. The values stand in addresses."""

    BROKEN_CHAIN = "broken-chain"
    MISSING_FIELDS = "missing-fields"
    NO_WATER = "no-water"
    NO_PARTY = "no-party"
    NO_POSITION = "no-position"
    SHARED_POINT = "shared-point"


@dataclass(frozen=True, slots=True)
class Kind:
    """A list by its name, what it says, and the outlets on it."""

    label: str
    meaning: str
    narrow: Callable[[OutletQuerySet, date], OutletQuerySet]


@dataclass(frozen=True, slots=True)
class Count:
    """How many outlets stand on a list."""

    fault: Fault
    label: str
    meaning: str
    number: int


def _without_party(found: OutletQuerySet, _on: date) -> OutletQuerySet:
    """Before it is verified nobody owes a party."""
    verified = BITS[Milestone.VERIFIED]
    return found.filter(party__isnull=True).annotate(was=F("milestones").bitand(verified)).filter(was=verified)


def _shared(found: OutletQuerySet, _on: date) -> OutletQuerySet:
    """Another outlet of the register, in whosoever's scope, stands on the very same point."""
    twin = Outlet.objects.filter(
        mkey=OuterRef("mkey"),
        longitude_deg=OuterRef("longitude_deg"),
        latitude_deg=OuterRef("latitude_deg"),
        in_register=True,
    ).exclude(pk=OuterRef("pk"))
    return found.filter(Exists(twin), mkey__isnull=False)


KINDS: Mapping[Fault, Kind] = {
    Fault.BROKEN_CHAIN: Kind(
        _("断链"),
        _("排污单位、排污通道、排污口、受纳水体之间缺少一环"),
        lambda found, on: broken_chains(found, on=on),
    ),
    Fault.MISSING_FIELDS: Kind(_("待补充"), _("登记时缺少应填的字段"), lambda found, _on: found.exclude(missing=[])),
    Fault.NO_WATER: Kind(
        _("未填受纳水体"),
        _("没有对应到水体，不能计入按水体设定的目标"),
        lambda found, _on: found.filter(water__isnull=True),
    ),
    Fault.NO_PARTY: Kind(_("未明确责任主体"), _("已核实而责任主体尚未明确"), _without_party),
    Fault.NO_POSITION: Kind(
        _("没有坐标"), _("不能核实，也不在图上"), lambda found, _on: found.filter(mkey__isnull=True)
    ),
    Fault.SHARED_POINT: Kind(_("同一坐标"), _("与另一个排污口的坐标完全相同"), _shared),
}


def on_list(fault: Fault, actor: Actor, *, on: date, path: str = "") -> OutletQuerySet:
    """The outlets of the actor's scope, within a unit, that stand on a list."""
    return KINDS[fault].narrow(visible_to(actor).within(path), on)


def counts(actor: Actor, *, on: date, path: str = "") -> tuple[Count, ...]:
    """Every list with its number."""
    return tuple(
        Count(fault, kind.label, kind.meaning, on_list(fault, actor, on=on, path=path).count())
        for fault, kind in KINDS.items()
    )


def rows(
    fault: Fault, actor: Actor, *, on: date, path: str = "", after: int = 0, limit: int = 50
) -> tuple[list[Outlet], int | None]:
    """One page of a list by id, and the id the next page comes after (None: there is none)."""
    found = on_list(fault, actor, on=on, path=path).filter(pk__gt=after).select_related("unit", "water", "party")
    page = list(found.order_by("pk")[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None
