"""The bigrams of names, so that two characters of a name find it at once on either database.

The table is nothing but its key, and the database cuts the names itself: an outlet has some twenty bigrams, so this is
the largest part of what an import writes. It cuts all names at one place before the next: names of a register begin and
end alike, so that what comes one after the other lies side by side. What an outlet no longer bears is taken out by the
spelling it had.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from qingyuan.registry.models import Outlet

if TYPE_CHECKING:
    from qingyuan.registry.entered import Entered


class Spelling(NamedTuple):
    """What of an outlet is cut into bigrams, as it stood."""

    outlet: int
    unit_path: str
    plain: str


_CUT_SQLITE = """
WITH RECURSIVE place(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM place WHERE at < %s),
said(outlet, path, plain, until) AS MATERIALIZED (
    SELECT value ->> 0, value ->> 1, value ->> 2, max(length(value ->> 2), 2) FROM json_each(%s)
)
INSERT OR IGNORE INTO registry_namegram (gram, unit_path, outlet_id)
SELECT substr(plain, at, 2), path, outlet FROM place CROSS JOIN said WHERE at < until"""
_CUT_POSTGRESQL = """
INSERT INTO registry_namegram (gram, unit_path, outlet_id)
SELECT DISTINCT substr(plain, at, 2), path, outlet
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS said(outlet, path, plain),
    generate_series(1, greatest(length(plain), 2) - 1) AS at
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING"""


def grams(text: str) -> set[str]:
    """Every two neighbouring characters, spaces and case aside."""
    plain = _plain(text)
    return {plain[place : place + 2] for place in range(len(plain) - 1)} or {plain}


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def spelling(outlet: Outlet | Entered) -> Spelling:
    """The outlet as it is spelt now: to be kept before a name, a code or a unit changes."""
    return Spelling(outlet.pk, outlet.unit_path, _plain(outlet.name + outlet.local_code))


def index(spelt: Sequence[Spelling]) -> None:
    """Write the bigrams of outlets; the same as `grams` gives, doing it twice changes nothing."""
    if not spelt:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_CUT_POSTGRESQL, [list(column) for column in zip(*spelt, strict=True)])
        else:
            longest = max(len(one.plain) for one in spelt)
            cursor.execute(_CUT_SQLITE, [longest, json.dumps(spelt, ensure_ascii=False)])


def forget(spelt: Iterable[Spelling]) -> None:
    """Take out the bigrams of outlets as they were spelt."""
    gone = [(gram, one.unit_path, one.outlet) for one in spelt for gram in grams(one.plain)]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM registry_namegram WHERE gram = %s AND unit_path = %s AND outlet_id = %s", gone)


def reindex(outlets: Sequence[Outlet], *, were: Sequence[Spelling]) -> None:
    """Write the bigrams anew after a name, a code or a unit changed; `were` are the spellings from before."""
    forget(were)
    index([spelling(outlet) for outlet in outlets])
