"""How many outlets of a unit are of these types at these stages: a sum of tallies, never a count over the register."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, Sum, Value
from django.db.models.functions import Concat

from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import within_q
from qingyuan.registry.models import OutletQuerySet, Tally
from qingyuan.registry.tallies import REGISTER, UNIT

MANY = 2_000
PAGE, FEW_PLACES = 50, 60


def how_many(path: str, *, types: Collection[str] | None = None, stages: Collection[str] | None = None) -> int:
    """Outlets of the register in a unit's subtree (or managed by a zone); None: of any type, at any stage."""
    rows = Tally.objects.filter(cube=REGISTER, scope=UNIT, key=path)
    if types is not None:
        rows = rows.filter(type_key__in=types)
    if stages is not None:
        rows = rows.filter(stage__in=stages)
    return int(rows.aggregate(n=Sum("n"))["n"] or 0)


def at_stages(
    found: OutletQuerySet, stages: Collection[str], *, whole: bool, types: Collection[str] | None = None
) -> OutletQuerySet:
    """Of these the outlets at some stages, for a page in the order of units or ids. `whole`: they are the whole
    country's, where as many as the tallies say (`types`: that will be left of them) would have to be sorted for every
    page; then the stage is asked as a text that no index holds, and the page is soon met in its order. So too a rarer
    type, unless so few are left that a page would be met late: those are looked up in the counties that have them."""
    if not whole:
        return found.filter(stage__in=stages)
    left = how_many("", stages=stages, types=types)
    if left > MANY or (types is not None and left * how_many("", stages=stages) > PAGE * how_many("")):
        return found.alias(at_stage=Concat("stage", Value(""))).filter(at_stage__in=stages)
    if types is not None and (places := _where(types, stages, left)) is not None:
        there = reduce(or_, (within_q("unit_path", path) for path in places), Q(pk__in=[]))
        return found.filter(there, stage__in=stages, type_key__in=types)
    return found.filter(stage__in=stages)


def _where(types: Collection[str], stages: Collection[str], number: int) -> list[str] | None:
    """The counties of so many outlets, where they are few and every one lies in a county."""
    counties = Unit.objects.filter(level=Level.COUNTY).order_by().values("path")
    here = Tally.objects.filter(cube=REGISTER, scope=UNIT, key__in=counties, type_key__in=types, stage__in=stages)
    found = dict(here.order_by().values_list("key").annotate(number=Sum("n")).filter(number__gt=0)[: FEW_PLACES + 1])
    return sorted(found) if len(found) <= FEW_PLACES and sum(found.values()) == number else None
