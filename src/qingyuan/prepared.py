"""Questions whose statement is made once in a process and asked with new values ever after.

Making a statement takes Django several times as long as a small database takes to answer it, and a page asks a few
dozen. What is kept is the text of the question, never an answer.

    @prepared
    def _of_officer(officer: Any, on: Any) -> QuerySet[Assignment]:
        return Assignment.objects.filter(officer_id=officer, from_day__lte=on)

    _of_officer(officer=7, on=today)   # → a list

The function is called with places for the values in their stead: it may compare with them (exact, lt, in, …) and look
at nothing else of them; no LIKE, no NULL, nothing that a value would change in the statement itself. A value that is a
list is asked with as many places as it has members; an empty list answers with an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime
from inspect import signature
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Q, QuerySet

T = TypeVar("T")
LONG = 20
"""Beyond so many members a list is asked with as it is: lists of a page are short, and lengths would pile up."""


class _Place(Expression):
    """Where a value will stand."""

    def __init__(self, name: str, index: int | None = None) -> None:
        super().__init__()
        self.name, self.index = name, index

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002 asked so by Django
        return "%s", [self]


class _Made:
    """A statement that was made: Django's compiler after its work, and what it made."""

    def __init__(self, asked: QuerySet[Any, Any], alias: str) -> None:
        self.asked = asked
        self.compiler = asked.query.get_compiler(using=alias)
        self.sql, self.params = self.compiler.as_sql()
        columns = [one[0] for one in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)

    def answers(self, alias: str, values: dict[str, Any]) -> list[Any]:
        connection = connections[alias]
        params = tuple(
            _adapted(connection, values[one.name] if one.index is None else values[one.name][one.index])
            if isinstance(one, _Place)
            else one
            for one in self.params
        )
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_rest, **_more: (self.sql, params)
        compiler.get_converters = lambda _columns: self.converters
        query = copy(self.asked.query)
        query.get_compiler = lambda *_rest, **_more: compiler  # type: ignore[method-assign]
        rows: Any = self.asked._iterable_class
        return list(rows(_Asked(alias, query, self.asked)))


class _Asked:
    """As much of a QuerySet as Django's iterables look at."""

    def __init__(self, alias: str, query: Any, asked: Any) -> None:
        self.db, self.query, self.model = alias, query, asked.model
        self._fields, self._known_related_objects = asked._fields, asked._known_related_objects


class Prepared(Generic[T]):
    """A question that was prepared. Call it with the values by name; the answer is a list."""

    def __init__(self, ask: Callable[..., QuerySet[Any, T]]) -> None:
        self.ask, self.names = ask, tuple(signature(ask).parameters)
        self.made: dict[tuple[object, ...], _Made] = {}

    def __call__(self, **values: Any) -> list[T]:
        lengths = tuple(
            len(value) if isinstance(value, list | tuple) else None for value in map(values.__getitem__, self.names)
        )
        if 0 in lengths:
            return []
        if any(length is not None and length > LONG for length in lengths):
            return list(self.ask(**values))
        alias = DEFAULT_DB_ALIAS
        key = (connections[alias].vendor, *lengths)
        made = self.made.get(key)
        if made is None:
            places = {name: _places(name, length) for name, length in zip(self.names, lengths, strict=True)}
            made = _Made(self.ask(**places), alias)
            self.made[key] = made
        return made.answers(alias, values)

    def first(self, **values: Any) -> T | None:
        """The first answer; the question itself limits how many are read."""
        found = self(**values)
        return found[0] if found else None


def prepared(ask: Callable[..., QuerySet[Any, T]]) -> Prepared[T]:
    """The question of a function that makes it."""
    return Prepared(ask)


def any_of(column: str, values: Iterable[Any]) -> Q:
    """The filter for a foreign key among values; Django's `in` looks at each of them."""
    found = Q()
    for value in values:
        found |= Q(**{column: value})
    return found


def _places(name: str, length: int | None) -> _Place | list[_Place]:
    return _Place(name) if length is None else [_Place(name, index) for index in range(length)]


def _adapted(connection: Any, value: object) -> object:
    """A value as the database takes it."""
    match value:
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
        case None:
            raise TypeError("a prepared question has no place for nothing: NULL is another statement")
        case _:
            return value
