"""Entries on the very same point: few among hundreds of thousands, found by the keys of the map that come twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet

from qingyuan.ledger.versions import carried_on
from qingyuan.registry.models import Outlet, OutletQuerySet

MOST_KEYS = 500
"""To here the keys of the map that come twice are a list; more are asked for within the question about them."""
MOST_TOUCHED = 2_000
"""Beyond so many entries touched since, all keys are counted anew."""


def sharing(found: OutletQuerySet, *, everywhere: bool) -> OutletQuerySet:
    """Of these those that may share a point: whoever does is among them. `everywhere`: they are the whole register's,
    where the keys are counted; in a unit, whose rows are fewer than that, they help where they are known."""
    few = keys_that_come_twice(afresh=everywhere)
    if few is not None and len(few) <= MOST_KEYS:
        return found.filter(mkey__in=few)
    return found.filter(mkey__in=_twice()) if everywhere else found.filter(mkey__isnull=False)


@carried_on("outlet", most=MOST_TOUCHED)
def keys_that_come_twice(before: tuple[int, ...] | None, touched: Sequence[str]) -> tuple[int, ...]:
    """Keys of the map under which more than one entry lies, MOST_KEYS or one more. One run over an index at first;
    afterwards those known, and those of the entries touched since, are looked at again."""
    if before is None or len(before) > MOST_KEYS:
        return _keys(_twice())
    moved = Outlet.objects.filter(pk__in=[int(pk) for pk in set(touched)], mkey__isnull=False)
    keys = {*before, *moved.order_by().values_list("mkey", flat=True)}
    return _keys(_twice().filter(mkey__in=keys))


def _keys(twice: QuerySet[Outlet, Any]) -> tuple[int, ...]:
    return tuple(key for (key,) in twice.values_list("mkey")[: MOST_KEYS + 1] if key is not None)


def _twice() -> QuerySet[Outlet, Any]:
    located = Outlet.objects.filter(mkey__isnull=False).order_by()
    return located.values("mkey").annotate(entries=Count("mkey")).filter(entries__gt=1).values("mkey")
