"""待办: which tasks of a group are shown first, however few duties were asked for them; and how they are remembered."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import Mock, patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.boards.tasks import queries
from qingyuan.boards.tasks.duties import Found, Segment
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.duties import Duty, Group, Source, due_day
from qingyuan.ledger import versions
from qingyuan.places.queries import published_calendar
from tests import build

TODAY = date(2023, 7, 5)
CALENDAR = published_calendar()
LIMITS = {Duty.VERIFY: 5, Duty.CLASSIFY: 0, Duty.SUPPLEMENT: 10, Duty.FEED_BACK: None, Duty.MEND_CHAIN: None}


def ground():
    return Mock(calendar=CALENDAR, **{"segments.side_effect": lambda duty: [Segment("", (), LIMITS[duty])]})


def task(duty: Duty, number: int, due: date | None) -> queries.Task:
    return queries.Task(duty, Group.LATER, Source.OUTLET, number, "", due, "", "", "")


@given(st.dictionaries(st.sampled_from(list(LIMITS)), st.lists(st.integers(0, 30), min_size=1, max_size=9)))
def test_of_a_group_the_first_by_due_day_are_shown_whichever_duties_were_asked(began):
    """Of one day in the order of duties, of one duty the longest waiting first."""
    carried, tasks = {}, {}
    for duty in filter(began.get, LIMITS):
        starts = sorted(TODAY + timedelta(days=each) for each in began[duty])
        dues = starts if duty is Duty.FEED_BACK else [due_day(start, LIMITS[duty], CALENDAR) for start in starts]
        carried[duty] = Found(len(starts), starts[0])
        tasks[duty] = [task(duty, number, due) for number, due in enumerate(dues)]
    with patch.object(queries, "_tasks", lambda duty, _group, _by, *, limit: tasks[duty][:limit]):
        shown = queries._first(carried, Group.LATER, ground(), limit=6)

    whole = [one for duty in carried for one in tasks[duty]]
    assert shown == tuple(sorted(whole, key=lambda one: one.due or date.max)[:6])


def test_a_duty_that_is_due_later_than_what_is_shown_is_not_asked(monkeypatch):
    asked = []

    def tasks(duty, _group, _by, *, limit):
        asked.append(duty)
        return [task(duty, number, TODAY) for number in range(limit)]

    monkeypatch.setattr(queries, "_tasks", tasks)
    carried = {Duty.VERIFY: Found(9, TODAY), Duty.FEED_BACK: Found(9, TODAY), Duty.MEND_CHAIN: Found(9, 1)}
    assert len(queries._first(carried, Group.LATER, ground(), limit=6)) == 6
    assert asked == [Duty.FEED_BACK]


@pytest.fixture
def remembering(monkeypatch):
    """A test is one transaction, in which nothing would be remembered."""
    monkeypatch.setattr(versions, "_may_be_taken_back", lambda: False)


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
def test_what_waits_is_told_from_memory_until_anybody_enters_something():
    build.country()
    county = build.unit("140214")
    reviewer = build.actor(Role.REVIEWER, county)
    build.outlet(county)
    before = queries.waiting(reviewer, on=TODAY)
    with CaptureQueriesContext(connection) as asked:
        assert queries.waiting(reviewer, on=TODAY) == before
    assert len(asked) == 1

    build.outlet(county)
    after = queries.waiting(reviewer, on=TODAY)
    assert sum(count.all for count in after.counts) > sum(count.all for count in before.counts)
    assert queries.waiting(CONSOLE, on=TODAY) != after
