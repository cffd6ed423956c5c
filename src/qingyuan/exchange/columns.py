"""Which column is which field: guessed from the header, or told by a mapping, and remembered for the same header.

Pure. A guess carries its confidence; under `SURE` it is shown to the user as a question. A field has one column only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.fields import BY_NAME, FIELDS, Field
from qingyuan.exchange.header import Heading
from qingyuan.exchange.values import plain

SURE = 0.75
EXACT, BY_GROUP, WITHOUT_BRACKETS, CONTAINED = 1.0, 0.95, 0.9, 0.6

_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_SYNONYMS: dict[str, Field] = {plain(word): item for item in FIELDS for word in (*item.synonyms, item.title, item.name)}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for. `field` is empty when nothing fits; `how` is exact, group, part, memory or told."""

    column: int
    label: str
    field: str
    confidence: float
    how: str


def known(label: str) -> bool:
    """Is this word a column name we know?"""
    return bool(label) and (_exact(label) is not None or _exact(_BRACKETS.sub("", label)) is not None)


def signature(heading: Heading) -> str:
    """The same for two files with the same header, whatever their title and blanks."""
    joined = "\x1f".join(
        f"{plain(group)}\x1e{plain(label)}" for group, label in zip(heading.groups, heading.labels, strict=True)
    )
    return hashlib.sha256(joined.encode()).hexdigest()


def guess(heading: Heading) -> list[Guess]:
    """A guess for each column, best first come when two claim the same field."""
    found = [_guess_one(column, label, heading.groups[column]) for column, label in enumerate(heading.labels)]
    taken: set[str] = set()
    for item in sorted(found, key=lambda item: (-item.confidence, item.column)):
        if item.field in taken:
            found[item.column] = Guess(item.column, item.label, "", 0.0, "")
        elif item.field:
            taken.add(item.field)
    return found


def _exact(label: str) -> Field | None:
    return _SYNONYMS.get(plain(label))


def _guess_one(column: int, label: str, group: str) -> Guess:
    if not label:
        return Guess(column, label, "", 0.0, "")
    if (field := _by_group(label, group)) is not None:
        return Guess(column, label, field.name, BY_GROUP, "group")
    if (field := _exact(label)) is not None:
        return Guess(column, label, field.name, EXACT, "exact")
    if (field := _exact(_BRACKETS.sub("", label))) is not None:
        return Guess(column, label, field.name, WITHOUT_BRACKETS, "exact")
    text = plain(label)
    near = [(len(word) / len(text), field) for word, field in _SYNONYMS.items() if len(word) >= 3 and word in text]
    if near:
        share, field = max(near, key=lambda pair: pair[0])
        return Guess(column, label, field.name, round(CONTAINED * min(1.0, 0.5 + share), 2), "part")
    return Guess(column, label, "", 0.0, "")


def _by_group(label: str, group: str) -> Field | None:
    """名称 under 排污单位信息 is the party's name, under 排污口信息 the outlet's."""
    bare, above = plain(label), plain(group)
    if not above:
        return None
    for field in FIELDS:
        if bare in map(plain, field.bare) and above in map(plain, field.groups):
            return field
    return None


def mapping_of(guesses: Sequence[Guess]) -> dict[int, str]:
    """Column → field, of the guesses that name one."""
    return {item.column: item.field for item in guesses if item.field}


def told(heading: Heading, mapping: Mapping[str, str | None]) -> dict[int, str]:
    """Column → field from `{header: field}`; what the mapping leaves out is guessed, an empty field means 不导入.

    Raises
    ------
    Refused
        `file.mapping` when it names a column the file lacks, an unknown field, or one field twice.
    """
    columns = {plain(label): column for column, label in reversed(list(enumerate(heading.labels))) if label}
    result = mapping_of(guess(heading))
    given: dict[int, str] = {}
    for label, name in mapping.items():
        column = columns.get(plain(label))
        if column is None:
            raise Refused(Refusal("file.mapping", _("对应表里的列“%(column)s”在文件表头中找不到。"), {"column": label}))
        if name and name not in BY_NAME:
            raise Refused(Refusal("file.mapping", _("对应表里的字段“%(field)s”不存在。"), {"field": name}))
        if name and name in given.values():
            raise Refused(Refusal("file.mapping", _("对应表把字段“%(field)s”给了两列。"), {"field": name}))
        given[column] = name or ""
    result = {column: name for column, name in result.items() if column not in given and name not in given.values()}
    return result | {column: name for column, name in given.items() if name}
