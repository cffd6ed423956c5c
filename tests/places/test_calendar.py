"""The calendar is the published table with the days the site declared; it never guesses."""

from __future__ import annotations

from datetime import date

import pytest

from qingyuan.core.access import CONSOLE as BY
from qingyuan.core.workdays import Unknown, add_working_days, working_days_between
from qingyuan.ledger.models import Entry
from qingyuan.places import actions, queries
from tests.places_data import AT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("year", "worked"), [(2023, 249), (2024, 251), (2025, 248)])
def test_the_published_years_have_their_known_number_of_working_days(year: int, worked: int):
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31), queries.calendar()) == worked


def test_a_make_up_sunday_is_worked():
    assert queries.calendar().is_working(date(2023, 10, 8)) is True
    assert add_working_days(date(2023, 9, 28), 1, queries.calendar()) == date(2023, 10, 7)


def test_a_later_year_is_unknown_until_it_is_declared():
    calendar = queries.calendar()
    beyond = date(calendar.last.year + 1, 1, 4)
    assert isinstance(calendar.is_working(beyond), Unknown)
    actions.declare_day(beyond, working=True, source="国办通知（演示）", by=BY, at=AT)
    assert queries.calendar().is_working(beyond) is True
    assert isinstance(queries.calendar().is_working(date(beyond.year, 1, 5)), Unknown)
    actions.declare_day(date(beyond.year, 12, 31), working=True, source="国办通知（演示）", by=BY, at=AT)
    assert queries.calendar().is_working(date(beyond.year, 1, 5)) is not None
    assert queries.calendar().last == date(beyond.year, 12, 31)


def test_a_declared_day_overrides_the_table_and_stands_in_the_ledger():
    actions.declare_day(date(2024, 5, 6), working=False, source="省政府通知（演示）", by=BY, at=AT)
    assert queries.calendar().is_working(date(2024, 5, 6)) is False
    actions.declare_day(date(2024, 5, 6), working=True, source="更正（演示）", by=BY, at=AT)
    assert queries.calendar().is_working(date(2024, 5, 6)) is True
    assert Entry.objects.filter(kind="calendar", subject_id="2024-05-06").count() == 2
