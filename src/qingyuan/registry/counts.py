"""How many outlets of a unit are of these types at these stages: a sum of tallies, never a count over the register."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum

from qingyuan.registry.models import Tally
from qingyuan.registry.tallies import REGISTER, UNIT


def how_many(path: str, *, types: Collection[str] | None = None, stages: Collection[str] | None = None) -> int:
    """Outlets of the register in a unit's subtree (or managed by a zone); None: of any type, at any stage."""
    rows = Tally.objects.filter(cube=REGISTER, scope=UNIT, key=path)
    if types is not None:
        rows = rows.filter(type_key__in=types)
    if stages is not None:
        rows = rows.filter(stage__in=stages)
    return int(rows.aggregate(n=Sum("n"))["n"] or 0)
