"""Figures by the version of the data: what was counted over a territory stands until the next entry of the ledger.

Every write is an action with an entry in the same transaction, so a figure that follows from its arguments and from
what was entered is the same as long as nobody entered anything. What may not be remembered so is in ADR 0020.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from django.db import connection
from django.utils.translation import get_language

from qingyuan.ledger.models import Entry

Asked = ParamSpec("Asked")
Figure = TypeVar("Figure")
MOST = 512
"""Figures a process remembers; what was asked for longest ago goes first."""
_LAST = "SELECT COALESCE(MAX(id), 0) FROM ledger_entry"
_LAST_AND_UNDER_WAY = """SELECT (SELECT COALESCE(MAX(id), 0) FROM ledger_entry), (
    SELECT string_agg(virtualtransaction, ' ' ORDER BY virtualtransaction) FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND relation = 'ledger_entry'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


def version() -> str:
    """What has been entered up to now. To be asked before the data are read: what is read then may be younger, never
    older. Two equal answers: nobody entered anything between them. One statement.

    Where several write at a time, an earlier entry may be committed after a later one. Whoever writes an entry holds
    a lock on its table from before the entry has its id until it is committed, so on PostgreSQL the transactions with
    that lock belong to the answer.
    """
    return " ".join(map(str, _told()))


def _told() -> tuple[int, str]:
    """The last entry, and the transactions in which others are entering something."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_AND_UNDER_WAY if connection.vendor == "postgresql" else _LAST)
        last, *under_way = cursor.fetchone()
    return last, (under_way[0] or "") if under_way else ""


class _Remembered:
    """The newest figure of each asking; bounded, for all threads of a process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, now: str) -> tuple[object] | None:
        """The figure as of a version."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != now:
                return None
            self._kept.move_to_end(key)
            return (kept[1],)

    def newest(self, key: Hashable) -> tuple[Hashable, object] | None:
        """The newest figure and the version it is of."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, now: Hashable, figure: object) -> None:
        """Remember a figure as of a version, in place of the one before."""
        with self._lock:
            self._kept[key] = (now, figure)
            self._kept.move_to_end(key)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


_MEMORY = _Remembered()


def until_next_entry(count: Callable[Asked, Figure]) -> Callable[Asked, Figure]:
    """Decorate a question whose answer, in one language, follows from its arguments and from what was entered: asked
    again, it is answered from memory until the next entry. The arguments must be hashable, the answer unchangeable.

    Inside a transaction it is asked anew and not remembered: what one has written oneself may yet be taken back.
    """

    @wraps(count)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Figure:
        if _may_be_taken_back():
            return count(*args, **kwargs)
        key = (count.__module__, count.__qualname__, get_language(), args, tuple(sorted(kwargs.items())))
        now = version()
        if (kept := _MEMORY.get(key, now)) is not None:
            return kept[0]  # type: ignore[return-value]
        figure = count(*args, **kwargs)
        _MEMORY.put(key, now, figure)
        return figure

    return asked


def carried_on(
    kind: str, *, most: int
) -> Callable[[Callable[[Figure | None, Sequence[str]], Figure]], Callable[..., Figure | None]]:
    """Decorate a figure about the whole register that can be made of an earlier one and the subjects of a kind that
    were touched since: counted from the beginning (None) only where none is remembered, or after more than `most`
    entries. Remembered as by until_next_entry. Asked with `afresh` False it is None where it would have to be counted
    from the beginning.
    """

    def decorate(count: Callable[[Figure | None, Sequence[str]], Figure]) -> Callable[..., Figure | None]:
        key = (count.__module__, count.__qualname__)

        @wraps(count)
        def asked(*, afresh: bool = True) -> Figure | None:
            if _may_be_taken_back():
                return count(None, ()) if afresh else None
            last, under_way = _told()
            if (kept := _MEMORY.get(key, f"{last} {under_way}")) is not None:
                return kept[0]  # type: ignore[return-value]
            before = _MEMORY.newest((*key, kind))
            touched = _touched_since(before[0], most=most) if before else None
            if before is None or touched is None:
                if not afresh:
                    return None
                figure = count(None, ())
            else:
                figure = count(before[1], [subject for of, subject in touched if of == kind])  # type: ignore[arg-type]
            _MEMORY.put(key, f"{last} {under_way}", figure)
            if not under_way:  # else an older entry may come after, and would not be among those touched since
                _MEMORY.put((*key, kind), last, figure)
            return figure

        return asked

    return decorate


def _touched_since(last: Hashable, *, most: int) -> list[tuple[str, str]] | None:
    """(kind, id) of the subjects of all later entries; None: there are more entries than that. Along the ids only: by
    the index of subjects SQLite would go through all of a kind."""
    later = Entry.objects.filter(id__gt=last).order_by("id").values_list("kind", "subject_id")
    found = list(later[: most + 1])
    return found if len(found) <= most else None


def _may_be_taken_back() -> bool:
    return connection.in_atomic_block


def forget() -> None:
    """Forget every figure: for tests, whose databases come and go under one process."""
    _MEMORY.clear()
