"""How an outlet stood on a day: the spans say what asking day by day says."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.standing import Marks, Statement, applied, spans

DAY = date(2023, 1, 1)
INSTANT = datetime(2024, 1, 1, tzinfo=UTC)

placed = st.builds(
    Statement,
    aspect=st.sampled_from(["unit", "managing", "type"]),
    value=st.sampled_from(["1402", "140213", "140214"]),
    day=st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)),
    recorded_at=st.integers(0, 5).map(lambda n: INSTANT + timedelta(hours=n)),
)
reached = st.builds(
    lambda bit, value, day, hour: Statement(f"milestone.{bit}", value, day, hour, bit=1 << bit),
    st.integers(0, 3),
    st.sampled_from(["0", "1"]),
    st.integers(0, 20).map(lambda n: DAY + timedelta(days=n)),
    st.integers(0, 5).map(lambda n: INSTANT + timedelta(hours=n)),
)
histories = st.lists(placed | reached, max_size=12).map(
    lambda found: [Statement(s.aspect, s.value, s.day, s.recorded_at, n, s.bit) for n, s in enumerate(found)]
)


def asked(statements, day):
    """The plain definition: for each aspect the statement with the latest day, of equals the later one."""
    marks, has_unit = Marks(), False
    for aspect in {one.aspect for one in statements}:
        said = [one for one in statements if one.aspect == aspect and one.day <= day]
        if said:
            marks = applied(marks, max(said, key=lambda one: (one.day, one.recorded_at, one.order)))
            has_unit = has_unit or aspect == "unit"
    return marks if has_unit else None


@given(histories)
def test_the_spans_say_what_asking_each_day_says(statements):
    found = spans(statements)
    for offset in range(-2, 24):
        day = DAY + timedelta(days=offset)
        holding = [span.marks for span in found if span.valid_from <= day < span.valid_to]
        expected = asked(statements, day)
        assert holding == ([] if expected is None else [expected])


@given(histories)
def test_spans_follow_each_other_without_gap_and_differ(statements):
    found = spans(statements)
    for earlier, later in pairwise(found):
        assert earlier.valid_to == later.valid_from
        assert earlier.marks != later.marks


def test_a_milestone_withdrawn_holds_until_that_day():
    history = [
        Statement("unit", "140213", DAY, INSTANT, 0),
        Statement("milestone.accepted_1", "1", date(2023, 2, 1), INSTANT, 1, 256),
        Statement("milestone.accepted_1", "0", date(2023, 6, 1), INSTANT, 2, 256),
    ]
    assert [(span.valid_from, span.marks.milestones) for span in spans(history)] == [
        (DAY, 0),
        (date(2023, 2, 1), 256),
        (date(2023, 6, 1), 0),
    ]
