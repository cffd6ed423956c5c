"""Two versions of a table told apart by the ids of their rows: what is new, what is gone, which columns changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that stands in both versions with other values: column → (then, now)."""

    id: int
    changes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the later version has that the earlier has not, and the other way round."""

    added: tuple[int, ...]
    removed: tuple[int, ...]
    changed: tuple[ChangedRow, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)


Table = Mapping[int, Sequence[str]]


def difference(columns_before: Sequence[str], before: Table, columns_now: Sequence[str], now: Table) -> Difference:
    """The difference of two versions. Only columns both versions have are compared.

    Law: len(now) = len(before) + added − removed; a version does not differ from itself.
    """
    common = [
        (name, columns_before.index(name), columns_now.index(name)) for name in columns_now if name in columns_before
    ]
    return Difference(
        added=tuple(pk for pk in now if pk not in before),
        removed=tuple(pk for pk in before if pk not in now),
        changed=tuple(_changed(before, now, common)),
    )


def _changed(before: Table, now: Table, common: Sequence[tuple[str, int, int]]) -> Iterable[ChangedRow]:
    for pk, row in now.items():
        if pk not in before:
            continue
        then = before[pk]
        differs = {name: (then[was], row[is_]) for name, was, is_ in common if then[was] != row[is_]}
        if differs:
            yield ChangedRow(pk, differs)
