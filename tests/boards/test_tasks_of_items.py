"""待办 beyond the outlet: work handed out, issues, plans, codes, shared points. Every count is the rows behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qingyuan.boards.tasks import queries
from qingyuan.core.access import Actor, Role
from qingyuan.core.duties import RULES, SINCE, SOURCES, Duty, Group, Source
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions as registry
from qingyuan.stages.dispatch import actions
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus
from qingyuan.stages.reporting import actions as reporting
from qingyuan.stages.reporting.filers import scheme_for
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON

TODAY = date(2024, 3, 20)  # a Wednesday
LATER = datetime(2024, 3, 20, 2, 0, tzinfo=UTC)
CLAUSE = "大同 四(十一)"  # 市生态环境局 answers, 市公安局 supports


@pytest.fixture
def datong(db):
    build.country()
    return bodies.bureaus("140200", bodies.DATONG_BUREAUS)


def item(datong, *, due: date | None = None, subject="查处违法排污", **more) -> WorkItem:
    given = {"kind": ItemKind.TASK, "clause": CLAUSE, "unit": build.unit("140200")} | more
    by = bodies.officer_of(datong["大同市城市管理局"])
    return actions.issue(subject=subject, due=due, on=DAY, by=by, at=NOON, **given)


def numbers(who: Actor, *, on: date = TODAY, path: str = "1402") -> dict[str, tuple[int, int, int]]:
    found = queries.waiting(who, on=on, path=path)
    return {count.duty.value: (count.overdue, count.week, count.later) for count in found.counts}


def act_feedback(of: WorkItem, body, who: Actor) -> None:
    actions.feedback(of.parts.get(body=body), text="已办理", on=TODAY, by=who, at=LATER)
    of.refresh_from_db()


def test_at_least_twelve_kinds_each_say_where_they_come_from_when_they_are_due_and_what_ends_them():
    assert len(Duty) >= 12
    for duty in Duty:
        rule = RULES[duty]
        assert rule.closes, duty
        assert rule.source in SOURCES
        assert not rule.since or rule.since in SINCE


def test_work_handed_out_waits_for_the_officers_of_its_bodies_until_they_have_fed_back(datong):
    ecology, police, water = (datong[name] for name in ("大同市生态环境局", "大同市公安局", "大同市水务局"))
    made = item(datong, due=date(2024, 3, 22))
    leads, helps = bodies.officer_of(ecology), bodies.officer_of(police)
    assert numbers(leads)["feed_back"] == (0, 1, 0)
    assert numbers(helps)["feed_back"] == (0, 1, 0)
    assert "feed_back" not in numbers(bodies.officer_of(water))
    assert numbers(leads, on=date(2024, 3, 25))["feed_back"] == (1, 0, 0)
    (task,) = queries.page(leads, Duty.FEED_BACK, Group.WEEK, on=TODAY, path="1402")
    assert (task.about, task.about_id, task.due, task.clause) == (Source.ITEM, made.pk, date(2024, 3, 22), CLAUSE)
    act_feedback(made, police, helps)
    assert "feed_back" not in numbers(helps)
    assert "close_item" not in numbers(leads)
    act_feedback(made, ecology, leads)
    assert numbers(leads)["close_item"] == (0, 1, 0)
    assert "close_item" not in numbers(helps), "a supporting body does not close"
    actions.close(made, on=TODAY, by=leads, at=LATER)
    assert "close_item" not in numbers(leads)


def test_what_was_returned_waits_as_such(datong):
    ecology = datong["大同市生态环境局"]
    made, who = item(datong), bodies.officer_of(ecology)
    act_feedback(made, ecology, who)
    issuer = bodies.officer_of(datong["大同市城市管理局"])
    actions.return_feedback(made.parts.get(body=ecology), reason="请补充", on=TODAY, by=issuer, at=LATER)
    assert sum(numbers(who)["mend_feedback"]) == 1
    assert "feed_back" not in numbers(who)


def test_an_item_is_not_to_be_closed_while_one_below_it_is_open(datong):
    ecology = datong["大同市生态环境局"]
    county = bodies.government(build.unit("140213"))
    made, who = item(datong), bodies.officer_of(ecology)
    actions.pass_down(made, on=DAY, by=bodies.officer_of(datong["大同市城市管理局"]), at=NOON)
    made.refresh_from_db()
    act_feedback(made, ecology, who)
    assert made.status == ItemStatus.ANSWERED
    assert "close_item" not in numbers(who)
    below = made.children.filter(parts__body=county).get()
    clerk = bodies.officer_of(county)
    assert sum(numbers(clerk, path="140213")["feed_back"]) == 1
    act_feedback(below, county, clerk)
    for child in made.children.exclude(status=ItemStatus.CLOSED).filter(parts__body=county):
        actions.close(child, on=TODAY, by=clerk, at=LATER)
    assert sum(numbers(who)["close_item"]) == 1


def test_an_issue_waits_for_whoever_coordinates_until_an_opinion_is_given(datong):
    made = item(datong, kind=ItemKind.ISSUE, clause="", responsible=[datong["大同市水务局"]])
    city = build.actor(Role.LEADER, build.unit("140200"))
    county = build.actor(Role.LEADER, build.unit("140213"))
    assert sum(numbers(city)["settle_issue"]) == 1
    assert "settle_issue" not in numbers(county, path="140213")
    actions.decide(made, text="由市水务局牵头", on=TODAY, by=city, at=LATER)
    assert "settle_issue" not in numbers(city)


def test_what_grew_old_waits_for_the_body_it_was_put_before(datong):
    made = item(datong, due=date(2024, 3, 6))
    late = date(2024, 6, 3)
    went_up = actions.escalate_due(on=late, by=build.CONSOLE, at=datetime(2024, 6, 3, 2, 0, tzinfo=UTC))
    who = bodies.officer_of(next(one.body for one in went_up if one.body))
    assert sum(numbers(who, on=late)["coordinate"]) == 1
    actions.decide(made, text="限期办结", on=late, by=who, at=datetime(2024, 6, 3, 3, 0, tzinfo=UTC))
    assert "coordinate" not in numbers(who, on=late)


def test_a_classified_outlet_without_a_code_waits_to_be_coded(datong):
    county = build.unit("140825")
    build.outlet(county, on=date(2024, 3, 1), stage=Stage.CLASSIFIED)
    build.outlet(county, on=date(2024, 3, 1), stage=Stage.VERIFIED)
    assert sum(numbers(build.actor(Role.REVIEWER, county), path="140825")["code"]) == 1


def test_two_on_one_point_wait_to_be_looked_at_until_they_are_found_to_be_different(datong):
    county = build.unit("140213")
    pair = [build.outlet(county, on=date(2024, 3, 1)) for _ in range(2)]
    other = pair[1]
    registry.correct(
        other,
        values={"longitude_deg": pair[0].longitude_deg, "latitude_deg": pair[0].latitude_deg},
        reason="坐标照抄",
        on=TODAY,
        by=build.CONSOLE,
        at=LATER,
    )
    who = build.actor(Role.REVIEWER, county)
    assert sum(numbers(who, path="140213")["unshare"]) == 2
    registry.keep_apart(pair[0], other, reason="并排两口", on=TODAY, by=who, at=LATER)
    assert "unshare" not in numbers(who, path="140213")


def scene(datong) -> list[tuple[Actor, str]]:
    """Items, issues and outlets of every kind, and the officers who look at them from different places."""
    county = build.unit("140213")
    government = bodies.government(county)
    for number, due in enumerate((None, date(2024, 3, 6), date(2024, 3, 20), date(2024, 3, 24), date(2024, 4, 30))):
        item(datong, due=due, subject=f"事项{number}")
        item(datong, due=due, subject=f"分工{number}", clause="大同 四(十二)")
        item(datong, due=due, subject=f"问题{number}", kind=ItemKind.ISSUE, clause="", responsible=[government])
    ecology = bodies.officer_of(datong["大同市生态环境局"])
    for made in WorkItem.objects.filter(clause=CLAUSE)[:3]:
        act_feedback(made, datong["大同市生态环境局"], ecology)
    for number, stage in enumerate((Stage.SURVEYED, Stage.VERIFIED, Stage.PARTY_FIXED, Stage.CLASSIFIED)):
        for back in (2, 20, 40):
            build.outlet(county, on=TODAY - timedelta(days=back + number), stage=stage)
    build.outlet(county, on=DAY, position=None)
    return [
        (ecology, "1402"),
        (bodies.officer_of(datong["大同市公安局"], Role.CLERK), "1402"),
        (bodies.officer_of(government), "140213"),
        (build.actor(Role.LEADER, build.unit("140200")), "1402"),
        (build.actor(Role.REVIEWER, build.unit("140000")), "14"),
    ]


def test_every_count_is_the_number_of_rows_behind_it_by_kind_and_all_together(datong):
    kinds = set()
    for who, path in scene(datong):
        found = queries.waiting(who, on=TODAY, path=path)
        kinds |= {count.duty for count in found.counts}
        for count in found.counts:
            for group in Group:
                assert len(walked(queries.page, who, count.duty, group, path)) == getattr(count, group.value)
        for group, number, first in found.groups:
            together = walked_together(who, group, path)
            assert len(together) == number
            assert len({(task.duty, task.about, task.about_id, task.after) for task in together}) == number
            assert all(task.group is group for task in together)
            assert list(first) == sorted(first, key=lambda task: task.due or date.max)
    assert len(kinds) >= 8


def walked(page, who: Actor, duty: Duty, group: Group, path: str) -> list[queries.Task]:
    seen, after = [], ""
    while found := page(who, duty, group, on=TODAY, path=path, after=after, limit=3):
        seen += found
        after = found[-1].after
    return seen


def walked_together(who: Actor, group: Group, path: str) -> list[queries.Task]:
    seen, after = [], ""
    while found := queries.page_of_group(who, group, on=TODAY, path=path, after=after, limit=4):
        seen += [task for _key, task in found]
        after = found[-1][0]
    return seen


def test_the_duties_of_the_plans_register_wait_for_who_must_file_and_then_for_who_decides(datong):
    county, city = build.unit("140213"), build.unit("140200")
    clerk, reviewer = build.actor(Role.CLERK, county), build.actor(Role.REVIEWER, city)
    assert sum(numbers(clerk, path="140213")["file_plan"]) == 1
    assert "file_plan" not in numbers(build.actor(Role.CLERK, city)), "who only could file in their place has none"
    scheme = scheme_for(county, on=TODAY)
    filer = next(one for one in scheme.filers if one.unit == county)
    reporting.file_plan(
        filer,
        scheme,
        title="平城区实施方案",
        sha256=build.paper(at=LATER),
        parts=list(scheme.offered),
        issued_on=TODAY,
        on=TODAY,
        by=clerk,
        at=LATER,
    )
    assert "file_plan" not in numbers(clerk, path="140213")
    assert sum(numbers(reviewer)["approve_plan"]) == 1
