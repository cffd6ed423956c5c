"""待办: what waits, for whom, until when, under which clause."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingyuan.boards.tasks import queries
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.duties import Duty, Group, cutoffs, due_day, group_of
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.core.reports import reports
from qingyuan.core.workdays import Calendar
from qingyuan.places.queries import published_calendar
from qingyuan.registry import actions, duplicates
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import visible_to
from tests import build

TODAY = date(2023, 7, 5)  # a Wednesday
DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))


@given(today=DAYS, days=st.integers(0, 40) | st.none(), back=st.integers(-30, 90))
def test_the_cutoffs_sort_as_the_due_days_do(today, days, back):
    calendar = published_calendar()
    start = today - timedelta(days=back)
    cut = cutoffs(days, today=today, calendar=calendar)
    said = Group.OVERDUE if start < cut.overdue else Group.WEEK if start < cut.later else Group.LATER
    assert said == group_of(due_day(start, days, calendar), today=today)


def test_beyond_the_table_of_working_days_nothing_is_overdue():
    short = Calendar(date(2023, 1, 1), date(2023, 6, 30), {})
    assert due_day(date(2023, 6, 29), 5, short) is None
    assert group_of(None, today=date(2023, 8, 1)) is Group.LATER
    cut = cutoffs(5, today=date(2023, 8, 1), calendar=short)
    assert cut.overdue <= date(2023, 6, 29)


def test_yearly_reports_come_back_every_year_and_dated_ones_once():
    rows = [
        {"day": "每年01-05", "what": "年度报告", "kind": "report"},
        {"day": date(2024, 3, 1), "what": "专报", "kind": "report"},
        {"day": date(2024, 2, 1), "what": "目标", "kind": "target"},
    ]
    told = list(reports(rows, clause="测试 一", since=date(2023, 12, 1), until=date(2025, 2, 1)))
    assert [(one.what, one.due) for one in told] == [
        ("年度报告", date(2024, 1, 5)),
        ("年度报告", date(2025, 1, 5)),
        ("专报", date(2024, 3, 1)),
    ]


@pytest.fixture
def country(db):
    build.country()


def numbers(who, **asked) -> dict[str, tuple[int, int, int]]:
    found = queries.waiting(who, on=TODAY, **asked)
    return {count.duty.value: (count.overdue, count.week, count.later) for count in found.counts}


def test_what_waits_is_grouped_by_when_it_is_due(country):
    county = build.unit("140214")
    for on in (date(2023, 6, 1), date(2023, 6, 21), date(2023, 7, 3)):
        build.outlet(county, on=on)
    build.outlet(county, on=date(2023, 6, 1), stage=Stage.VERIFIED)
    reviewer = build.actor(Role.REVIEWER, county)

    found = queries.waiting(reviewer, on=TODAY)

    assert numbers(reviewer)["verify"] == (1, 1, 1)
    assert numbers(reviewer)["trace"] == (1, 0, 0)
    overdue = {group: tasks for group, _number, tasks in found.groups}[Group.OVERDUE]
    first = overdue[0]
    assert first.sentence.endswith("核实") or "启动溯源" in first.sentence
    assert first.due == date(2023, 6, 15)
    assert first.clause


def test_nobody_is_asked_to_verify_what_he_entered_himself(country):
    county = build.unit("140214")
    reviewer = build.actor(Role.REVIEWER, county)
    actions.register(build.new_outlet(county, on=date(2023, 6, 1)), by=reviewer, at=build.recorded(date(2023, 6, 1)))
    other = build.actor(Role.REVIEWER, county)
    assert "verify" not in numbers(reviewer)
    assert numbers(other)["verify"] == (1, 0, 0)


def test_a_duty_is_shown_to_whoever_may_do_it_there_and_to_nobody_else(country):
    here, there = build.unit("140214"), build.unit("140213")
    build.outlet(here, on=date(2023, 6, 1))
    assert "verify" in numbers(build.actor(Role.REVIEWER, here))
    assert "verify" in numbers(build.actor(Role.REVIEWER, build.unit("140200")))
    assert numbers(build.actor(Role.REVIEWER, there)) == {}
    assert numbers(build.actor(Role.CLERK, here)) == {}
    assert numbers(build.actor(Role.LEADER, here)) == {}


def test_in_datong_only_the_city_s_ecology_bureau_is_asked_to_classify(country):
    county = build.unit("140214")
    build.outlet(county, on=date(2023, 6, 1), stage=Stage.PARTY_FIXED)
    city = build.unit("140200")
    bureau = build.body(city, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    assert "classify" not in numbers(build.actor(Role.REVIEWER, county))
    assert "classify" in numbers(build.actor(Role.REVIEWER, city, body=bureau))


def test_an_outlet_without_a_position_waits_to_be_located_and_not_to_be_verified(country):
    county = build.unit("140825")
    build.outlet(county, on=date(2023, 7, 3), position=None)
    reviewer = build.actor(Role.REVIEWER, county)
    assert set(numbers(reviewer)) == {"locate"}


def test_missing_fields_are_named(country):
    county = build.unit("140825")
    new = build.new_outlet(county, on=date(2023, 7, 3), fields={"missing": ["mouth_text", "conduit_form"]})
    actions.register(new, by=build.SURVEYOR, at=build.recorded(date(2023, 7, 3)))
    clerk = build.actor(Role.CLERK, county)
    page = queries.page(clerk, Duty.SUPPLEMENT, Group.LATER, on=TODAY)
    assert [task.sentence.partition("：")[2] for task in page] == ["补充口门及位置、入河方式"]


def test_an_opinion_after_the_decision_waits_as_a_disagreement(country):
    county = build.unit("140825")
    made = build.outlet(county, on=date(2023, 6, 1), stage=Stage.CLASSIFIED)
    clerk = build.actor(Role.CLERK, county)
    actions.propose_type(
        made, type_key="SH.municipal_wwtp", reasons="来水为污水厂尾水", on=TODAY, by=clerk, at=build.recorded(TODAY)
    )
    found = queries.page(build.actor(Role.REVIEWER, county), Duty.DECIDE, Group.LATER, on=TODAY)
    assert [task.sentence.partition("：")[2] for task in found] == ["分类有不同意见“来水为污水厂尾水”，请处理"]


def test_a_classified_outlet_with_a_broken_chain_waits_to_be_mended(country):
    county = build.unit("140825")
    build.outlet(county, on=date(2023, 6, 1), stage=Stage.CLASSIFIED)
    build.outlet(county, on=date(2023, 6, 1), stage=Stage.VERIFIED)
    found = queries.page(build.actor(Role.CLERK, county), Duty.MEND_CHAIN, Group.LATER, on=TODAY)
    assert (len(found), found[0].due) == (1, None)


def test_pages_follow_each_other_without_gap_or_double(country):
    county = build.unit("140214")
    made = {build.outlet(county, on=date(2023, 6, 1 + number % 3)).pk for number in range(7)}
    reviewer = build.actor(Role.REVIEWER, county)
    seen, after = [], ""
    while page := queries.page(reviewer, Duty.VERIFY, Group.OVERDUE, on=TODAY, after=after, limit=2):
        seen += [task.outlet_id for task in page]
        after = page[-1].after
    assert len(seen) == 7
    assert set(seen) == made


def test_the_reports_of_the_scheme_wait_before_their_day(country):
    clerk = build.actor(Role.CLERK, build.unit("140214"))
    told = queries.waiting(clerk, on=date(2023, 9, 1), path="140214").reports
    assert [(one.due, one.clause) for one in told] == [(date(2023, 9, 30), "大同 五(十四)")]
    county = build.actor(Role.CLERK, build.unit("410502"))
    yearly = queries.waiting(county, on=date(2023, 12, 20), path="410502").reports
    assert [(one.due, one.clause) for one in yearly] == [(date(2024, 1, 5), "安阳 四(一)")]


def standing(code, position):
    """An outlet on this very point."""
    new = build.new_outlet(build.unit(code))._replace(position=position)
    return actions.register(new, by=build.SURVEYOR, at=build.NOON)


def test_who_looks_at_the_whole_register_is_told_of_shared_points_as_the_county_is(country):
    here, there = ((Decimal(lon), Decimal("40.080000")) for lon in ("113.250000", "113.150000"))
    pair = [standing("140213", here) for _number in range(2)]
    apart = [standing("140214", there) for _number in range(2)]
    standing("140212", (here[0], here[1] + Decimal("0.000001")))
    actions.keep_apart(*apart, reason="上下两个口", on=TODAY, by=CONSOLE, at=build.recorded(TODAY))
    everywhere, county = (build.actor(Role.REVIEWER, build.unit(code)) for code in ("000000", "140213"))
    for who, path in ((everywhere, ""), (county, "140213")):
        told = [
            task.outlet_id for group in Group for task in queries.page(who, Duty.UNSHARE, group, on=TODAY, path=path)
        ]
        assert told == [one.pk for one in pair]
        assert sum(numbers(who, path=path)["unshare"]) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.booleans()), min_size=2, max_size=7))
def test_every_shared_point_that_is_counted_is_a_pair_on_the_page_of_duplicates(country, places):
    """Whoever is told of a shared point finds the pair there, whatever the two are called and coded."""
    with transaction.atomic():
        for number, (lon, county, coded) in enumerate(places):
            code = ("140213", "140214")[county]
            made = standing(code, (Decimal("113.25") + Decimal(lon) / 1000, Decimal("40.08")))
            values = {"name": f"{'甲乙丙丁戊己庚'[number]}厂{'东西'[number % 2]}侧工矿企业排污口"}
            if coded:
                values["national_code"] = f"DB-{code}-{number:04d}-GY-00"
            Outlet.objects.filter(pk=made.pk).update(**values)
        for path in ("", "1402", "140213"):
            who = build.actor(Role.REVIEWER, build.unit({"": "000000", "1402": "140200"}.get(path, path)))
            pages = (queries.page(who, Duty.UNSHARE, group, on=TODAY, path=path) for group in Group)
            told = {task.outlet_id for page in pages for task in page}
            found, after, pairs = visible_to(who).within(path), "", []
            while (page := duplicates.pairs_in(found, who, on=TODAY, after=after)) and (page.pairs or page.after):
                pairs += page.pairs
                if not (after := page.after):
                    break
            there = {pk for one in pairs if one.distance_m == 0 for pk in one.key}
            assert told == {pk for pk in there if found.filter(pk=pk).exists()}
        transaction.set_rollback(True)
