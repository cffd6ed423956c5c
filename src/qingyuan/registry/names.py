"""The bigrams of names, so that two characters of a name find it at once on either database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qingyuan.ledger import rows
from qingyuan.registry.models import NameGram, Outlet


def grams(text: str) -> set[str]:
    """Every two neighbouring characters, spaces and case aside."""
    plain = "".join(text.split()).lower()
    return {plain[place : place + 2] for place in range(len(plain) - 1)} or {plain}


def index(outlets: Iterable[Outlet]) -> None:
    """Write the bigrams of outlets that have none yet."""
    rows.insert(
        NameGram,
        ("gram", "unit_path", "outlet_id"),
        [
            (gram, outlet.unit_path, outlet.pk)
            for outlet in outlets
            for gram in sorted(grams(outlet.name + outlet.local_code))
        ],
    )


def reindex(outlets: Sequence[Outlet]) -> None:
    """Write the bigrams anew after a name or a unit changed."""
    NameGram.objects.filter(outlet__in=[outlet.pk for outlet in outlets]).delete()
    index(outlets)
