"""Merging what several devices said about one record, field by field.

Every saving is a `Revision`: all its fields, and which revisions its writer had before him. What holds is a function of
the *set* of revisions alone, so the order in which they come, and how often each comes, makes no difference (a law).
Nothing is thrown away: where two wrote the same field without knowing of each other the later saying is shown and both
stay as a `Conflict` until a person writes a revision that knows them both and says that it settles the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Value = object
"""Anything JSON can say. None or an absent name: nothing was said; "" says that there is nothing."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One saving of a record. `id` never changes; `base` are the revisions its writer knew; `at` is when it was written
    (epoch seconds, only to show the later of two), `by` who wrote, for the reader. `settles` are the fields whose
    conflict this revision decides."""

    id: str
    fields: Mapping[str, Value]
    base: frozenset[str] = frozenset()
    at: float = 0.0
    by: str = ""
    settles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Saying:
    """A value of a field and the revision that said it."""

    value: Value
    revision: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two wrote apart from each other. The first saying is the one shown."""

    field: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What holds: the fields, the open conflicts, and the heads, which a revision that settles them must know."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    heads: tuple[str, ...] = ()


def merge(revisions: Iterable[Revision]) -> Merged:
    """What a set of revisions says together. A base that has not come yet is taken as saying nothing.

    >>> first = Revision("1", {"name": "甲", "bank": "左岸"})
    >>> here = Revision("2", {"bank": "右岸"}, frozenset("1"))
    >>> there = Revision("3", {"name": "乙"}, frozenset("1"))
    >>> dict(merge([there, first, here]).fields)
    {'bank': '右岸', 'name': '乙'}
    """
    return _Histories(revisions).whole


class _Histories:
    """The revisions with what each writer knew, and what each one wrote anew."""

    def __init__(self, revisions: Iterable[Revision]) -> None:
        self.known = {one.id: one for one in revisions}
        self.before = {name: self._ancestors(name) for name in self.known}
        self._wrote: dict[str, frozenset[str]] = {}

    @cached_property
    def whole(self) -> Merged:
        """All of them together."""
        everything = frozenset(self.known)
        heads = [name for name in everything if not any(self._later(other, name) for other in everything)]
        found = self._merged(everything)
        return Merged(found.fields, found.conflicts, tuple(sorted(heads)))

    def _ancestors(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(self.known[name].base)
        while waiting:
            each = waiting.pop()
            if each in self.known and each not in found and each != name:
                found.add(each)
                waiting.extend(self.known[each].base)
        return frozenset(found)

    def _later(self, one: str, other: str) -> bool:
        """Whether one knew the other. Two that claim to know each other (no writer can) count as apart."""
        return other in self.before[one] and one not in self.before[other]

    def _wrote_anew(self, name: str) -> frozenset[str]:
        """The fields a revision says otherwise than what its writer had before him, or settles."""
        if name not in self._wrote:
            one = self.known[name]
            earlier = frozenset(each for each in self.before[name] if self._later(name, each))
            ground = self._merged(earlier).fields
            said = {field: value for field, value in one.fields.items() if value is not None}
            self._wrote[name] = frozenset(
                field for field, value in said.items() if ground.get(field) != value or field in one.settles
            )
        return self._wrote[name]

    def _merged(self, names: frozenset[str]) -> Merged:
        writers: dict[str, list[str]] = {}
        for name in names:
            for written in self._wrote_anew(name):
                writers.setdefault(written, []).append(name)
        fields: dict[str, Value] = {}
        conflicts: list[Conflict] = []
        for written in sorted(writers):
            candidates = writers[written]
            standing = [one for one in candidates if not any(self._later(other, one) for other in candidates)]
            sayings = sorted((self._saying(one, written) for one in standing), key=_order, reverse=True)
            fields[written] = sayings[0].value
            if any(one.value != sayings[0].value for one in sayings):
                conflicts.append(Conflict(written, tuple(sayings)))
        return Merged(fields, tuple(conflicts))

    def _saying(self, name: str, written: str) -> Saying:
        one = self.known[name]
        return Saying(one.fields[written], one.id, one.by, one.at)


def _order(saying: Saying) -> tuple[float, str]:
    return saying.at, saying.revision
