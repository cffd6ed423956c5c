"""The lists, with their counts and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import BITS, Milestone
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger.versions import until_next_entry
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.registry.queries import broken_chains, visible_to
from qingyuan.registry.shared_points import sharing

MOST_COUNTED = 10_000
"""To here a list is counted: a country has hundreds of thousands, and nobody reads the last digit."""


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
    """A list by its name, what it says, and the outlets on it. `few`: there are few, and an index of their own."""

    label: str
    meaning: str
    narrow: Callable[[OutletQuerySet, date, bool], OutletQuerySet]
    few: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many outlets stand on a list; `more`: that many and more, they are not counted to the end."""

    fault: Fault
    label: str
    meaning: str
    number: int
    more: bool


def _without(column: str) -> Callable[[OutletQuerySet, date, bool], OutletQuerySet]:
    """Outlets whose `column` is empty. The index of the column helps over the whole register only: in a unit it would
    be walked through all the country's empty ones, so there the column is asked as a sum, which has no index."""

    def narrow(found: OutletQuerySet, _on: date, everywhere: bool) -> OutletQuerySet:
        if everywhere:
            return found.filter(**{f"{column}__isnull": True})
        plain = ExpressionWrapper(F(f"{column}_id") + Value(0), output_field=BigIntegerField())
        return found.alias(stands=plain).filter(stands__isnull=True)

    return narrow


def _without_party(found: OutletQuerySet, on: date, everywhere: bool) -> OutletQuerySet:
    """Before it is verified nobody owes a party."""
    verified = BITS[Milestone.VERIFIED]
    return _without("party")(found, on, everywhere).alias(was=F("milestones").bitand(verified)).filter(was=verified)


def _shared(found: OutletQuerySet, _on: date, everywhere: bool) -> OutletQuerySet:
    """Another outlet of the register, in whosoever's scope, stands on the very same point."""
    twin = Outlet.objects.filter(
        mkey=OuterRef("mkey"),
        longitude_deg=OuterRef("longitude_deg"),
        latitude_deg=OuterRef("latitude_deg"),
        in_register=True,
    ).exclude(pk=OuterRef("pk"))
    # With an "or" each row is asked by the index; PostgreSQL would else join the few rows with the whole register.
    return sharing(found, everywhere=everywhere).filter(Q(Exists(twin)) | Q(pk=None))


KINDS: Mapping[Fault, Kind] = {
    Fault.BROKEN_CHAIN: Kind(
        _("断链"),
        _("排污单位、排污通道、排污口、受纳水体之间缺少一环"),
        lambda found, on, _everywhere: broken_chains(found, on=on),
    ),
    Fault.MISSING_FIELDS: Kind(
        _("待补充"), _("登记时缺少应填的字段"), lambda found, _on, _everywhere: found.exclude(missing=[]), few=True
    ),
    Fault.NO_WATER: Kind(
        _("未填受纳水体"),
        _("没有对应到水体，不能计入按水体设定的目标"),
        _without("water"),
    ),
    Fault.NO_PARTY: Kind(_("未明确责任主体"), _("已核实而责任主体尚未明确"), _without_party),
    Fault.NO_POSITION: Kind(
        _("没有坐标"),
        _("不能核实，也不在图上"),
        lambda found, _on, _everywhere: found.filter(mkey__isnull=True),
        few=True,
    ),
    Fault.SHARED_POINT: Kind(_("同一坐标"), _("与另一个排污口的坐标完全相同"), _shared, few=True),
}


def on_list(fault: Fault, actor: Actor, *, on: date, path: str = "") -> OutletQuerySet:
    """The outlets of the actor's scope, within a unit, that stand on a list."""
    return KINDS[fault].narrow(visible_to(actor).within(path), on, _everywhere(actor, path))


def _everywhere(actor: Actor, path: str) -> bool:
    """Whether the whole register is asked about."""
    return not path and any("" in grant.reach.unit_paths for grant in actor.grants)


@until_next_entry
def counts(actor: Actor, *, on: date, path: str = "") -> tuple[Count, ...]:
    """Every list with its number, counted up to MOST_COUNTED; remembered until the next entry."""
    return tuple(_count(fault, on_list(fault, actor, on=on, path=path)) for fault in KINDS)


def _count(fault: Fault, found: OutletQuerySet) -> Count:
    number = found.order_by().values("pk")[: MOST_COUNTED + 1].count()
    kind = KINDS[fault]
    return Count(fault, kind.label, kind.meaning, min(number, MOST_COUNTED), number > MOST_COUNTED)


def rows(
    fault: Fault, actor: Actor, *, on: date, path: str = "", after: int = 0, limit: int = 50
) -> tuple[list[Outlet], int | None]:
    """One page of a list by id, and the id the next page comes after (None: there is none)."""
    found = on_list(fault, actor, on=on, path=path)
    # Few, or those of a unit, are found by an index of their own and sorted; others are met in the order of ids.
    walked = _everywhere(actor, path) and not KINDS[fault].few
    number = F("pk") if walked else F("pk") + 0
    ids = list(
        found.alias(number=number).filter(number__gt=after).order_by("number").values_list("pk", flat=True)[: limit + 1]
    )
    page = Outlet.objects.filter(pk__in=ids[:limit]).select_related("unit", "water", "party").defer("water__geometry")
    return list(page.order_by("pk")), ids[limit - 1] if len(ids) > limit else None
