"""What the coordinating offices do: boards of what is overdue, urging, meetings, and what is escalated to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from qingyuan.boards.tasks import items as tasks
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor, Role
from qingyuan.core.duties import Duty
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.actions import NewDecision
from qingyuan.stages.dispatch.models import Escalation, Urging, WorkItem
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON
from tests.web.people import client_of, words

pytestmark = pytest.mark.django_db
DUE = DAY + timedelta(days=14)
OFFICES = ("济源示范区河长制办公室", "济源示范区生态环境保护委员会办公室")


def an_issue(code: str, owner: Body, by: Actor, *, on: date = DAY) -> WorkItem:
    """A hard problem raised on a day, with an owner and a day by which it is due."""
    return actions.issue(
        kind=ItemKind.ISSUE,
        subject="跨镇沟渠排污口责任不清",
        unit=build.unit(code),
        responsible=[owner],
        due=on + timedelta(days=30),
        on=on,
        by=by,
        at=build.recorded(on),
    )


def the_clock(on: date) -> list[Escalation]:
    """What the clock does on a day."""
    return actions.escalate_due(on=on, by=CONSOLE, at=build.recorded(on))


def days(count: int, *, after: date = DAY) -> date:
    """A day so many days after."""
    return after + timedelta(days=count)


def browser(code: str, body: Body) -> Client:
    """The browser of a reviewer of a body."""
    return client_of(build.officer(Role.REVIEWER, build.unit(code), body=body))


@pytest.fixture
def country() -> None:
    """The five places without waters."""
    build.country(waters=False)


@pytest.mark.clause("JY-94")
@pytest.mark.parametrize("office", OFFICES)
def test_the_river_chief_office_and_the_committee_office_see_every_towns_overdue_items_and_urge(office, country):
    known = bodies.bureaus("419001", bodies.JIYUAN_OFFICES)
    towns = bodies.governments("419001", level=4, function=F.TOWN)
    by = bodies.leader("419001", known[office])
    item = actions.issue(
        kind=ItemKind.TASK,
        subject="限期完成入河排污口排查",
        unit=build.unit("419001"),
        responsible=[known[office]],
        due=DUE,
        on=DAY,
        by=by,
        at=NOON,
    )
    actions.pass_down(item, on=DAY, by=by, at=NOON)
    after = DUE + timedelta(days=1)
    board = {line.name: line for line in queries.overdue_board(by, on=after) if line.unit_path != "419001"}
    names = {"沁园街道", "济水街道", "克井镇", "五龙口镇", "轵城镇", "坡头镇"}
    assert {line.items[0].unit.name for line in board.values()} == names
    assert queries.overdue_board(by, on=DUE) == [], "on the day itself nothing is overdue"

    overdue = [one for line in board.values() for one in line.items]
    notices = actions.urge(overdue, text="请于三日内办结。", on=after, by=by, at=build.recorded(after))
    assert {one.item.unit.name for one in notices} == names
    assert {one.body.name for one in notices} == {office}
    assert {one.overdue_days for one in notices} == {1}
    again = actions.urge(overdue, text="请于三日内办结。", on=after, by=by, at=build.recorded(after))
    assert {one.pk for one in again} == {one.pk for one in notices}
    assert Urging.objects.count() == len(names)

    kejing = towns["克井镇"]
    child = next(one for one in overdue if one.unit.name == "克井镇")
    clerk = bodies.officer_of(kejing)
    actions.feedback(queries.own_part(child, clerk), text="已完成。", on=after, by=clerk, at=build.recorded(after))
    child.refresh_from_db()
    actions.close(child, on=after, by=clerk, at=build.recorded(after))
    left = {one.unit.name for line in queries.overdue_board(by, on=after) for one in line.items}
    assert "克井镇" not in left


@pytest.mark.clause("AY-85")
def test_a_decision_of_joint_control_in_anyang_that_names_an_outlet_becomes_a_task_of_the_outlet():
    build.country()
    known = bodies.anyang()
    where = build.unit("410502")
    outlet = build.outlet(where)
    by = bodies.leader("410500", known["安阳市生态环境局"])
    assert {"河湖长制", "水污染防治联防联控"} <= set(queries.mechanisms_of(build.unit("410500"), on=DAY))
    meeting = actions.record_meeting(
        mechanism="水污染防治联防联控",
        title="2024 年第一次联防联控会商",
        unit=build.unit("410500"),
        decisions=[
            NewDecision("对该排污口开展联合溯源。", owners=[known["文峰区人民政府"]], due=DUE, outlets=[outlet]),
            NewDecision("通报上季度工作情况。"),
        ],
        minutes_sha256=build.paper(),
        on=DAY,
        by=by,
        at=NOON,
    )
    first, second = queries.meeting(by, meeting.pk).decisions.order_by("number")
    assert second.item is None, "a decision that asks nobody for anything stays a decision"
    (shown,) = queries.items_of_outlet(by, outlet)
    assert shown == first.item
    assert (shown.kind, shown.due, shown.status) == (ItemKind.DECISION, DUE, ItemStatus.OPEN)
    assert [part.name for part in queries.parts_of(shown)] == ["文峰区人民政府"]
    page = browser("410502", known["文峰区人民政府"]).get(f"/outlets/{outlet.pk}")
    assert "对该排污口开展联合溯源。" in words(page)
    assert f'href="/dispatch/{shown.pk}"' in page.content.decode()
    county = bodies.officer_of(known["文峰区人民政府"], Role.CLERK)
    assert queries.items_of_outlet(county, outlet) == [shown]
    assert queries.items_of_outlet(build.actor(Role.CLERK, build.unit("140200")), outlet) == []


@pytest.mark.clause("DT-167")
def test_decisions_of_a_policy_meeting_in_datong_become_tasks_with_owner_and_date(country):
    known = bodies.datong()
    by = bodies.leader("140200", known["大同市生态环境局"])
    owners = ["大同市水务局", "大同市住房和城乡建设局"]
    meeting = actions.record_meeting(
        mechanism="部门政策衔接会商",
        title="排污口政策衔接会商",
        unit=build.unit("140200"),
        decisions=[
            NewDecision(f"第{place}项：衔接政策。", owners=[known[name]], due=days(place * 10))
            for place, name in enumerate(owners, start=1)
        ],
        on=DAY,
        by=by,
        at=NOON,
    )
    items = [one.item for one in meeting.decisions.order_by("number")]
    assert [(item.parts.get().name, item.due) for item in items] == [
        ("大同市水务局", days(10)),
        ("大同市住房和城乡建设局", days(20)),
    ]
    office = browser("140200", known["大同市生态环境局"])
    page = office.get(f"/dispatch/meetings/{meeting.pk}").content.decode()
    for item, owner, due in zip(items, owners, (days(10), days(20)), strict=True):
        assert f'href="/dispatch/{item.pk}"' in page
        assert owner in (said := words(office.get(f"/dispatch/{item.pk}")))
        assert due.isoformat() in said
    water = bodies.officer_of(known["大同市水务局"], Role.CLERK)
    waiting = tasks.carrying(Duty.FEED_BACK, water, path=build.unit("140200").path)
    assert [part.item for part in waiting] == items[:1]
    with pytest.raises(Refused) as no:
        actions.record_meeting(
            mechanism="示范区统筹协调机制",
            title="别处的机制",
            unit=build.unit("140200"),
            decisions=[NewDecision("x")],
            on=DAY,
            by=by,
            at=NOON,
        )
    assert no.value.refusal.code == "dispatch.mechanism"


@pytest.mark.clause("JY-95")
def test_an_old_issue_of_jiyuan_goes_to_the_river_chief_office_and_the_committee_office(country):
    known = bodies.bureaus("419001", bodies.JIYUAN_OFFICES)
    town = bodies.governments("419001", level=4, function=F.TOWN)["克井镇"]
    item = an_issue("419001100", town, bodies.leader("419001"))
    assert the_clock(days(15)) == [], "older than the configured 15 days, not as old"
    assert {one.body for one in the_clock(days(16))} == {known[name] for name in OFFICES}
    for office in OFFICES:
        assert item.subject in words(browser("419001", known[office]).get("/dispatch/board"))
        officer = build.actor(Role.REVIEWER, build.unit("419001001"), body=known[office])  # reaches one street only
        assert item in queries.issues(officer, on=days(16)), "on the board of whom it was escalated to"
        decided = queries.item(officer, item.pk)
        actions.decide(decided, text=f"{office}：由克井镇兜底。", on=days(17), by=officer, at=build.recorded(days(17)))
    item.refresh_from_db()
    assert item.decided_on == days(17)


@pytest.mark.clause("DT-169")
def test_an_old_issue_of_datong_goes_to_the_citys_ecology_bureau(country):
    known = bodies.datong()
    item = an_issue("140213", known["平城区人民政府"], bodies.leader("140200"))
    assert the_clock(days(15)) == []
    (made,) = the_clock(days(16))
    assert (made.item, made.body, made.step) == (item, known["大同市生态环境局"], 1)
    assert item in queries.issues(bodies.leader("140200", known["大同市生态环境局"]), on=days(16))
    page = browser("140200", known["大同市生态环境局"]).get("/dispatch/board")
    assert item.subject in words(page)


@pytest.mark.clause("JL-127")
def test_an_old_issue_of_jilin_goes_to_the_county_government_and_later_to_the_citys(country):
    counties = bodies.governments("2201", level=3)
    changchun = bodies.government(build.unit("220100"))
    town = build.body(build.unit("220122100"), name="农安镇人民政府", functions=(F.TOWN, F.GOVERNMENT))
    item = an_issue("220122100", town, bodies.leader("220100"))
    assert the_clock(days(15)) == []
    assert [(one.step, one.body) for one in the_clock(days(16))] == [(1, counties["农安县"])]
    assert item.subject in words(browser("220122", counties["农安县"]).get("/dispatch/board"))
    assert the_clock(days(20)) == []
    assert [(one.step, one.body) for one in the_clock(days(31))] == [(2, changchun)]
    assert [one.step for one in item.escalations.order_by("step")] == [1, 2]
    in_city = an_issue("220100", changchun, bodies.leader("220100"), on=days(31))
    (made,) = the_clock(days(31 + 16))
    assert (made.item, made.body) == (in_city, changchun)


def test_the_clock_escalates_each_step_once_and_never_a_closed_item(country):
    known = bodies.datong()
    open_one = an_issue("140213", known["平城区人民政府"], bodies.leader("140200"))
    closed = an_issue("140213", known["平城区人民政府"], bodies.leader("140200"))
    officer = bodies.officer_of(known["平城区人民政府"])
    actions.feedback(queries.own_part(closed, officer), text="已解决。", on=DAY, by=officer, at=NOON)
    closed.refresh_from_db()
    actions.close(closed, on=DAY, by=officer, at=NOON)
    first = the_clock(days(40))
    assert [one.item for one in first] == [open_one]
    assert the_clock(days(40)) == []
    assert the_clock(days(41)) == []
    assert ledger.verify("item").whole


def test_a_task_grows_old_from_the_day_it_was_due_not_from_the_day_it_was_given(country):
    known = bodies.datong()
    task = actions.issue(
        kind=ItemKind.TASK,
        subject="报送清单",
        unit=build.unit("140213"),
        responsible=[known["平城区人民政府"]],
        due=days(30),
        on=DAY,
        by=bodies.leader("140200"),
        at=NOON,
    )
    assert the_clock(days(45)) == []
    assert [one.item for one in the_clock(days(46))] == [task]


def test_only_what_is_overdue_is_urged(country):
    known = bodies.datong()
    item = an_issue("140213", known["平城区人民政府"], bodies.leader("140200"))
    with pytest.raises(Refused) as no:
        actions.urge([item], text="", on=DAY, by=bodies.leader("140200"), at=NOON)
    assert no.value.refusal.code == "dispatch.not_overdue"
    with pytest.raises(Refused) as no:
        actions.urge([item], text="", on=days(60), by=bodies.officer_of(known["大同市水务局"], Role.CLERK), at=NOON)
    assert no.value.refusal.code == "access.not_permitted"
