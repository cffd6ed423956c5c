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
from qingyuan.core.lifecycle import Stage
from qingyuan.ledger import versions
from qingyuan.places.queries import published_calendar
from qingyuan.registry import actions, shared_points
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


@pytest.mark.django_db
def test_few_that_are_read_and_many_that_are_counted_are_told_alike(monkeypatch):
    """Days that differ from place to place (大同 has its own) and none; instants, days and due days."""
    build.country()
    datong, yuncheng = build.unit("140214"), build.unit("140825")
    for on in (date(2023, 6, 1), date(2023, 6, 21), date(2023, 7, 3)):
        for unit in (datong, yuncheng):
            build.outlet(unit, on=on, **({"position": None} if on.month == 7 else {}))
            build.outlet(unit, on=on, stage=Stage.PARTY_FIXED)
    asked = [(CONSOLE, ""), (CONSOLE, "14"), (build.actor(Role.REVIEWER, datong), "140214")]
    read = [queries.waiting(who, on=TODAY, path=path) for who, path in asked]
    monkeypatch.setattr(queries, "MOST_READ", 0)
    assert [queries.waiting(who, on=TODAY, path=path) for who, path in asked] == read
    assert any(count.later for count in read[0].counts)
    assert any(count.overdue for count in read[0].counts)


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
def test_who_comes_to_share_a_point_is_found_by_the_keys_known_before():
    build.country()
    county = build.unit("140214")
    first = build.outlet(county)
    assert shared_points.keys_that_come_twice() == ()
    there = {"longitude_deg": first.longitude_deg, "latitude_deg": first.latitude_deg}
    actions.correct(build.outlet(county), values=there, reason="测试", on=TODAY, by=CONSOLE, at=build.recorded(TODAY))
    with CaptureQueriesContext(connection) as asked:
        assert len(shared_points.keys_that_come_twice()) == 1
    assert "mkey" in asked[2]["sql"]
    assert "IN" in asked[2]["sql"]


@pytest.fixture
def remembering(monkeypatch):
    """A test is one transaction, in which nothing would be remembered, and which is always under way."""
    monkeypatch.setattr(versions, "_LAST_AND_UNDER_WAY", versions._LAST)
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
    elsewhere = build.actor(Role.REVIEWER, build.unit("140825"))
    assert queries.waiting(elsewhere, on=TODAY).counts == ()
