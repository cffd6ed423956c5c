"""待办 as a table: which duty stands where, on whom, within how many working days of what, and what ends it.

The number of days and the clause come from the packs (deadline.*); who may do it is core/access.py. Where the table of
working days does not reach, the due day is unknown, and an unknown day is neither overdue nor due this week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qingyuan.core.duties_table import RULES
from qingyuan.core.duties_words import GROUP_LABELS, SINCE, SOURCES, Duty, Group, Rule, Source
from qingyuan.core.workdays import Calendar, Unknown, add_working_days

__all__ = [
    "GROUP_LABELS",
    "RULES",
    "SINCE",
    "SOURCES",
    "Cutoffs",
    "Duty",
    "Group",
    "Rule",
    "Source",
    "cutoffs",
    "due_day",
    "end_of_week",
    "group_of",
]


def end_of_week(today: date) -> date:
    """The Sunday of a day's week."""
    return today + timedelta(days=6 - today.weekday())


def due_day(start: date, days: int | None, calendar: Calendar) -> date | None:
    """The day something is due; None when no number is set or the table does not reach."""
    if days is None:
        return None
    due = add_working_days(start, days, calendar)
    return None if isinstance(due, Unknown) else due


def group_of(due: date | None, *, today: date) -> Group:
    """Where a due day falls, seen from today."""
    if due is None or due > end_of_week(today):
        return Group.LATER
    return Group.OVERDUE if due < today else Group.WEEK


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Begun before `overdue`: overdue. Begun from there to the day before `later`: due this week. Else later."""

    overdue: date
    later: date


def cutoffs(days: int | None, *, today: date, calendar: Calendar) -> Cutoffs:
    """The same as group_of, as days of beginning, so that a database can sort outlets into groups by one comparison.

    Law: group_of(due_day(start)) is what the cutoffs say of `start`.
    """
    if days is None:
        return Cutoffs(date.min, date.min)
    return Cutoffs(
        _first_due_from(today, days, calendar),
        _first_due_from(end_of_week(today) + timedelta(days=1), days, calendar),
    )


def _first_due_from(wanted: date, days: int, calendar: Calendar) -> date:
    """The earliest beginning whose due day is not before `wanted`; an unknown due day counts as late."""
    back = add_working_days(wanted, -days, calendar)
    start = wanted if isinstance(back, Unknown) else back  # near it: on every day from there on it is due in time
    while start > date.min and not _is_before(start, days, wanted, calendar):
        start -= timedelta(days=1)
    while _is_before(start, days, wanted, calendar):
        start += timedelta(days=1)
    return start


def _is_before(start: date, days: int, wanted: date, calendar: Calendar) -> bool:
    due = due_day(start, days, calendar)
    return due is not None and due < wanted
