"""Many rows into a table, fast, the same on SQLite and PostgreSQL: executemany or COPY instead of one ORM object each.

For writers of thousands of rows in one transaction (imports, batches of moves). Values are handed in as the columns
hold them; no model code runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection, models

# Rows a statement on SQLite: what it costs to begin and end one is a third of writing a narrow row.
MOST_TOGETHER, MOST_MARKS = 50, 900


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for `count` new rows, nobody else's. Inside a transaction (SQLite has one writer; PostgreSQL a sequence)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        start = (row[0] if row else 0) + 1
        return list(range(start, start + count))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given by field names (a foreign key by its `_id`)."""
    fields = [column_of(model, name) for name in columns]
    names = [str(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(connection.ops.quote_name(name) for name in names)
    turning = [(place, turn) for place, field in enumerate(fields) if (turn := _turn(field)) is not None]
    ready = _turned(rows, turning) if turning else list(rows)
    if not ready:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            into = f"INSERT INTO {table} ({listed}) VALUES "  # noqa: S608  our own names
            marks = f"({', '.join(['%s'] * len(names))})"
            together = max(1, min(MOST_TOGETHER, MOST_MARKS // len(names)))
            whole = len(ready) // together * together
            if together > 1 and whole:
                parts = (chain.from_iterable(ready[at : at + together]) for at in range(0, whole, together))
                cursor.executemany(into + ", ".join([marks] * together), map(list, parts))
                ready = ready[whole:]
            if ready:
                cursor.executemany(into + marks, ready)


def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field that holds a column, by the field's name or the column's (unit, unit_id)."""
    return next(field for field in model._meta.concrete_fields if name in (field.name, field.attname))


def _turned(rows: Iterable[Sequence[Any]], turning: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Sequence[Any]]:
    """Rows as the driver takes them, turned by column."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, turn in turning if columns else ():
        columns[place] = [None if value is None else turn(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


_JSON = json.JSONEncoder(ensure_ascii=False).encode
_EMPTY = {dict: "{}", list: "[]"}


def as_json(value: Any) -> str:
    """A value of a JSON column as the driver takes it; most are empty."""
    return _EMPTY.get(type(value)) or _JSON(value) if not value else _JSON(value)


def _turn(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this field becomes what the database driver takes; None: as it is. Days and instants come again
    and again in a batch, so each is written out once."""
    match field:
        case models.JSONField():
            return as_json
        case _ if connection.vendor == "postgresql":
            return None
        case models.DateTimeField():
            return cache(lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(" "))
        case models.DateField():
            return cache(lambda value: value.isoformat())
        case models.DecimalField():
            return _decimals(field)
        case _:
            return None


def _decimals(field: Any) -> Callable[[Any], Any]:
    """A decimal with the places of its column, as SQLite takes it; one too large for it is the field's to refuse."""
    form, limit = f".{field.decimal_places}f", 10 ** (field.max_digits - field.decimal_places) - 1

    def turn(value: Any) -> Any:
        if value.__class__ is Decimal and -limit < value < limit:
            return format(value, form)
        return field.get_db_prep_save(value, connection)

    return turn
