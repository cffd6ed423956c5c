"""How many outlets of a unit are of these types at these stages: a sum of tallies, never a count over the register."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum, Value
from django.db.models.functions import Concat

from qingyuan.registry.models import OutletQuerySet, Tally
from qingyuan.registry.tallies import REGISTER, UNIT

MANY = 2_000


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
    page; then the stage is asked as a text that no index holds, and the page is soon met in its order."""
    if whole and how_many("", stages=stages, types=types) > MANY:
        return found.alias(at_stage=Concat("stage", Value(""))).filter(at_stage__in=stages)
    return found.filter(stage__in=stages)
