"""The reports a scheme asks for, by the days of its calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Report:
    """A report a scheme asks for on a day."""

    what: str
    due: date
    clause: str


_YEARLY = re.compile(r"^每年(\d{2})-(\d{2})$")


def reports(rows: Iterable[Mapping[str, object]], *, clause: str, since: date, until: date) -> Iterator[Report]:
    """Reports of a pack's calendar that fall between two days, both included; yearly ones once a year."""
    for row in rows:
        if row.get("kind") != "report":
            continue
        said = row.get("day")
        yearly = _YEARLY.match(said) if isinstance(said, str) else None
        if yearly:
            month, day = map(int, yearly.groups())
            found = [date(year, month, day) for year in range(since.year, until.year + 1)]
        else:
            found = [said] if type(said) is date else []
        for due in found:
            if since <= due <= until:
                yield Report(str(row.get("what", "")), due, str(row.get("clause") or clause))
