"""What hundreds of tests begin with is made by the real actions once in a process; later tests get the same rows back.

Rows go back only into tables that are empty; a test that has begun already goes the real way.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection

Rows = list[tuple[object, ...]]
_kept: dict[str, dict[str, tuple[list[str], Rows]]] = {}


def once(name: str, make: Callable[[], None]) -> None:
    """Call `make`, or put back the rows that it made when it was first called under this name."""
    if name not in _kept:
        before = _counts()
        make()
        grown = [table for table, count in _counts().items() if count != before[table]]
        if not any(before[table] for table in grown):
            _kept[name] = {table: _rows(table) for table in grown}
    elif _any_filled(list(_kept[name])):
        make()
    else:
        for table, (columns, rows) in _kept[name].items():
            _put(table, columns, rows)


def _counts() -> dict[str, int]:
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {_quoted(table)}" for table in tables))
        return dict(cursor.fetchall())


def _any_filled(tables: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {_quoted(table)})" for table in tables))
        return bool(cursor.fetchone()[0])


def _rows(table: str) -> tuple[list[str], Rows]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_quoted(table)}")
        return [column[0] for column in cursor.description], cursor.fetchall()


def _put(table: str, columns: list[str], rows: Rows) -> None:
    places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
    names = ", ".join(map(_quoted, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quoted(table)} ({names}) VALUES {places}", [value for row in rows for value in row]
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
