"""A line of an outlet's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qingyuan.core.archive import Section


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, what it says, of which day. `sha256`: a paper of the library that goes with it. `entry`: the
    number of an entry made by hand, which can be withdrawn."""

    label: str
    text: str = ""
    day: date | None = None
    sha256: str = ""
    entry: int = 0


Lines = Iterator[tuple[Section, Line]]
