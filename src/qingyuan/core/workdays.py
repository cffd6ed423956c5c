"""Working days, counted on a table somebody published. Beyond the table the answer is Unknown, never a guess.

The table says of each day whether it is worked, holidays and make-up days (调休) included; who fills it is places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Unknown:
    """The table does not reach the day that would have to be looked at."""

    day: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days `first` to `last` are known: Monday to Friday is worked, except as `exceptions` says (True: worked)."""

    first: date
    last: date
    exceptions: Mapping[date, bool]

    def is_working(self, day: date) -> bool | Unknown:
        """Whether a day is worked."""
        if day in self.exceptions:
            return self.exceptions[day]
        if not self.first <= day <= self.last:
            return Unknown(day)
        return day.weekday() < 5


def add_working_days(start: date, days: int, calendar: Calendar) -> date | Unknown:
    """The day that is `days` working days after `start`; the start itself is not counted. Negative counts backwards.

    `days=0` gives the start, worked or not.
    """
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = start, abs(days)
    while left:
        day += step
        match calendar.is_working(day):
            case Unknown() as unknown:
                return unknown
            case True:
                left -= 1
            case _:
                pass
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int | Unknown:
    """How many working days lie after `start` up to and with `end`; negative when `end` is the earlier."""
    if end < start:
        behind = working_days_between(end, start, calendar)
        return behind if isinstance(behind, Unknown) else -behind
    count, day = 0, start
    while day < end:
        day += timedelta(days=1)
        match calendar.is_working(day):
            case Unknown() as unknown:
                return unknown
            case worked:
                count += worked
    return count
