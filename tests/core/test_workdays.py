"""Working days are counted on the published table and on nothing else."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.workdays import Calendar, Unknown, add_working_days, working_days_between

FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)
# The National Day weeks of 2023: 29 September to 6 October free, 7 and 8 October (a weekend) worked.
AUTUMN = Calendar(
    FIRST,
    LAST,
    {date(2023, 9, 29) + timedelta(days=n): False for n in range(8)}
    | {date(2023, 10, 7): True, date(2023, 10, 8): True},
)
# Sixty working days before the first and after the last of them still lie on the table.
days = st.dates(date(2023, 5, 1), date(2024, 9, 1))


def test_holidays_are_skipped_and_make_up_days_counted():
    assert add_working_days(date(2023, 9, 28), 1, AUTUMN) == date(2023, 10, 7)
    assert add_working_days(date(2023, 9, 28), 3, AUTUMN) == date(2023, 10, 9)
    assert working_days_between(date(2023, 9, 28), date(2023, 10, 9), AUTUMN) == 3


@given(days, st.integers(-60, 60))
def test_adding_and_counting_are_inverse(start: date, count: int):
    end = add_working_days(start, count, AUTUMN)
    assert isinstance(end, date)
    counted = working_days_between(start, end, AUTUMN)
    if count >= 0:
        assert counted == count
    else:  # backwards the earlier day is the uncounted one: the start counts if it is worked, the end does not
        assert isinstance(counted, int)
        assert counted == count + 1 - bool(AUTUMN.is_working(start))


@given(days, days, days)
def test_stretches_add_up(a: date, b: date, c: date):
    a, b, c = sorted((a, b, c))
    first, second = working_days_between(a, b, AUTUMN), working_days_between(b, c, AUTUMN)
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert first + second == working_days_between(a, c, AUTUMN)


def test_beyond_the_table_nothing_is_guessed():
    assert add_working_days(date(2024, 12, 30), 5, AUTUMN) == Unknown(date(2025, 1, 1))
    assert working_days_between(date(2024, 12, 30), date(2025, 1, 10), AUTUMN) == Unknown(date(2025, 1, 1))
    assert AUTUMN.is_working(date(2027, 5, 1)) == Unknown(date(2027, 5, 1))


def test_a_day_declared_by_hand_is_known_beyond_the_table():
    calendar = Calendar(FIRST, LAST, {date(2025, 1, 1): False, date(2025, 1, 2): True})
    assert add_working_days(date(2024, 12, 31), 1, calendar) == date(2025, 1, 2)
