"""Keyset paging: a page is found by the last row of the one before, so the thousandth costs what the first costs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from qingyuan.registry.models import Outlet, OutletQuerySet

SIZE = 50
COLUMNS = {"place": "unit_path", "name": "name"}
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the keys of the pages beside it; empty where there is none."""

    rows: tuple[Outlet, ...]
    after: str
    before: str


def page_of(found: OutletQuerySet, *, sort: str, after: str = "", before: str = "", size: int = SIZE) -> Page:
    """The page that begins after a key, or ends before one; the first page without either."""
    column = COLUMNS[sort]
    backwards = bool(before)
    if key := _key(before or after):
        found = found.filter(_beyond(column, key, backwards=backwards))
    order = (f"-{column}", "-pk") if backwards else (column, "pk")
    rows = list(found.order_by(*order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    follows, precedes = (bool(key), more) if backwards else (more, bool(key))
    return Page(
        rows=tuple(rows),
        after=_said(rows[-1], column) if rows and follows else "",
        before=_said(rows[0], column) if rows and precedes else "",
    )


def _beyond(column: str, key: tuple[str, int], *, backwards: bool) -> Q:
    value, pk = key
    way = "lt" if backwards else "gt"
    # The first half alone is what the index can use; the second half settles ties.
    return Q(**{f"{column}__{way}e": value}) & (Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": pk}))


def _said(row: Outlet, column: str) -> str:
    return f"{getattr(row, column)}{SEPARATOR}{row.pk}"


def _key(text: str) -> tuple[str, int] | None:
    value, _mark, pk = text.rpartition(SEPARATOR)
    return (value, int(pk)) if pk.isdecimal() and len(pk) < 18 else None
