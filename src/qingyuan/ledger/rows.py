"""Many rows into a table, fast, the same on SQLite and PostgreSQL: executemany or COPY instead of one ORM object each.

For writers of thousands of rows in one transaction (imports, batches of moves). Values are handed in as the columns
hold them; no model code runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain, count
from typing import Any

from django.db import connection, models
from pydantic_core import to_json

# Rows a statement on SQLite: what it costs to begin and end one is a third of writing a narrow row.
MOST_TOGETHER, MOST_MARKS = 50, 900
REMEMBERED = 1_000  # days and instants as texts


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
    """Insert rows given by field names (a foreign key by its `_id`), inside a transaction: a row that is refused takes
    all of it along, so SQLite need not keep copies of pages to take back one statement (OR FAIL)."""
    table, listed, turns = _plan(model, tuple(columns), connection.vendor)
    values: list[Sequence[Any]] = list(zip(*rows, strict=True))  # by column
    if not values:
        return
    for place, turn in turns:
        values[place] = [None if value is None else turn(value) for value in values[place]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The driver's own errors become Django's, as those of any other statement.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in zip(*values, strict=True):
                    copy.write_row(row)
        else:
            _insert_together(cursor, f"INSERT OR FAIL INTO {table} ({listed}) VALUES ", values)  # noqa: S608


@cache
def _plan(
    model: type[models.Model], columns: tuple[str, ...], vendor: str
) -> tuple[str, str, tuple[tuple[int, Callable[[Any], Any]], ...]]:
    """Table, columns, and how the values of some of them are turned, by place."""
    fields = [column_of(model, name) for name in columns]
    turns = [(place, turn) for place, field in enumerate(fields) if (turn := _turn(field, vendor)) is not None]
    listed = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    return connection.ops.quote_name(model._meta.db_table), listed, tuple(turns)


def _insert_together(cursor: Any, into: str, columns: Sequence[Sequence[Any]]) -> None:
    """Many rows a statement, what is over one by one: a statement of just so many would be made for this batch only.
    What all rows say alike is handed over once a statement: of a batch that is more than half."""
    rows = len(columns[0])
    alike = [rows >= MOST_TOGETHER and column.count(column[0]) == rows for column in columns]
    alike[-1] = False  # so that a row is never nothing
    once = [column[0] for column, same in zip(columns, alike, strict=True) if same]
    each = [column for column, same in zip(columns, alike, strict=True) if not same]
    values = list(chain.from_iterable(zip(*each, strict=True)))
    width = len(each)
    together = max(1, min(MOST_TOGETHER, MOST_MARKS // width))
    step = together * width
    whole = len(values) // step * step
    if parts := [once + values[at : at + step] for at in range(0, whole, step)]:
        cursor.executemany(into + _marks(tuple(alike), together), parts)
    if rest := [once + values[at : at + width] for at in range(whole, len(values), width)]:
        cursor.executemany(into + _marks(tuple(alike), 1), rest)


@lru_cache(maxsize=REMEMBERED)
def _marks(alike: tuple[bool, ...], rows: int) -> str:
    """The marks of so many rows: first those of the columns in which all are alike, then row by row."""
    once, each = count(1), count(sum(alike) + 1)
    shared = [f"?{next(once)}" if same else "" for same in alike]
    return ", ".join([f"({', '.join([mark or f'?{next(each)}' for mark in shared])})" for _row in range(rows)])


def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field that holds a column, by the field's name or the column's (unit, unit_id)."""
    return next(field for field in model._meta.concrete_fields if name in (field.name, field.attname))


_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}


def as_json(value: Any) -> str:
    """A value of a JSON column as the driver takes it; most are empty."""
    if not value and (empty := _EMPTY.get(value.__class__)):
        return empty
    return to_json(value).decode()


def _turn(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    """How a value of this field becomes what the database driver takes; None: as it is. Days and instants come again
    and again in a batch, so each is written out once."""
    match field:
        case models.JSONField():
            return as_json
        case _ if vendor == "postgresql":
            return None
        case models.DateTimeField():
            return lru_cache(maxsize=REMEMBERED)(
                lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
            )
        case models.DateField():
            return lru_cache(maxsize=REMEMBERED)(lambda value: value.isoformat())
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
