"""What the coordinating level issues reaches the level that implements, and its reports add up again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON
from tests.web.people import client_of, words

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=3)


def issued(code: str, owner: Body, by: Actor) -> WorkItem:
    """A task of the coordinating level for one of its own bureaus, passed down."""
    item = actions.issue(
        kind=ItemKind.TASK,
        subject="汛前排查一遍河道两岸排污口",
        unit=build.unit(code),
        responsible=[owner],
        due=date(2024, 3, 29),
        on=DAY,
        by=by,
        at=NOON,
    )
    actions.pass_down(item, on=DAY, by=by, at=NOON)
    return item


def receivers(item: WorkItem) -> set[str]:
    """Who got an item below, at every level, by registered name."""
    found, level = set(), queries.children_of(item)
    while level:
        found |= {part.body.name for child in level for part in child.parts.all() if part.body}
        level = [below for child in level for below in queries.children_of(child)]
    return found


def feed_back(child: WorkItem, body: Body) -> None:
    """The implementing body's own officer reports, having found the item in his scope."""
    officer = bodies.officer_of(body, Role.CLERK)
    mine = queries.own_part(queries.item(officer, child.pk), officer)
    actions.feedback(mine, text="已排查完毕。", sha256=build.paper(), on=LATER, by=officer, at=build.recorded(LATER))


def reports_roll_up(item: WorkItem, known: dict[str, Body]) -> None:
    """Each report below is one more at the top."""
    total = queries.roll_up(item, on=LATER).total
    waiting, done = queries.children_of(item), 0
    while waiting:
        child = waiting.pop()
        waiting += queries.children_of(child)
        (part,) = child.parts.all()
        if part.body is not None:
            feed_back(child, part.body)
            done += 1
            rolled = queries.roll_up(item, on=LATER)
            assert (rolled.total, rolled.answered) == (total, done)
    rolled = queries.roll_up(item, on=LATER)
    assert rolled.answered == rolled.total - rolled.unregistered == len(known)
    top = client_of(build.officer(Role.REVIEWER, item.unit))
    assert f"{total} 个下级事项中 {done} 个已反馈" in words(top.get(f"/dispatch/{item.pk}"))
    for child in queries.children_of(item)[:2]:
        body = child.parts.get().body
        own = client_of(build.officer(Role.CLERK, body.unit, body=body))
        assert item.subject in words(own.get("/dispatch/")), "it reached the body's own list"
        assert own.get(f"/dispatch/{child.pk}").status_code == 200


@pytest.mark.clause("JY-93")
def test_in_jiyuan_a_task_reaches_towns_and_streets_and_their_reports_roll_up():
    build.country(waters=False)
    office = bodies.bureaus("419001", bodies.JIYUAN_OFFICES)["济源示范区河长制办公室"]
    towns = bodies.governments("419001", level=4, function=F.TOWN)
    item = issued("419001", office, bodies.leader("419001", office))
    names = {"沁园街道", "济水街道", "克井镇", "五龙口镇", "轵城镇", "坡头镇"}
    assert receivers(item) == {f"{name}人民政府" for name in names}
    reports_roll_up(item, towns)


@pytest.mark.clause("AY-101")
def test_in_anyang_a_task_reaches_every_county_government_and_their_reports_roll_up():
    build.country(waters=False)
    ecology = bodies.bureaus("410500", bodies.ANYANG_BUREAUS)["安阳市生态环境局"]
    counties = bodies.governments("4105", level=3)
    item = issued("410500", ecology, bodies.leader("410500", ecology))
    names = {"文峰区", "北关区", "殷都区", "龙安区", "安阳县", "汤阴县", "滑县", "内黄县", "林州市"}
    assert receivers(item) == {f"{name}人民政府" for name in names}
    reports_roll_up(item, counties)


@pytest.mark.clause("XJ-88")
def test_in_xinjiang_a_task_reaches_towns_departments_and_the_zone_and_their_reports_roll_up():
    build.country(waters=False)
    known = bodies.bureaus("140825", bodies.XINJIANG_BUREAUS)
    towns = bodies.governments("140825", level=4, function=F.TOWN)
    zone = bodies.committee("140825Z01")
    ecology = known.pop("运城市生态环境局新绛分局")
    item = issued("140825", ecology, bodies.leader("140825", ecology))
    assert receivers(item) == {
        *(f"{name}人民政府" for name in ("龙兴镇", "三泉镇", "泽掌镇", "阳王镇", "横桥镇")),
        *("新绛县住建局", "新绛县水利局", "新绛县工信科技局", "新绛县农业农村局"),
        "新绛经济技术开发区管委会",
    }
    reports_roll_up(item, towns | known | {zone.name: zone})


@pytest.mark.clause("DT-163")
def test_in_datong_a_task_reaches_the_counties_and_the_zone_and_their_reports_roll_up():
    build.country(waters=False)
    known = bodies.bureaus("140200", bodies.DATONG_BUREAUS)
    counties = bodies.governments("1402", level=3)
    zone = bodies.committee("1402Z01")
    item = issued("140200", known["大同市生态环境局"], bodies.leader("140200"))
    names = ("新荣区", "平城区", "云冈区", "云州区", "阳高县", "天镇县", "广灵县", "灵丘县", "浑源县", "左云县")
    assert receivers(item) == {*(f"{name}人民政府" for name in names), "大同经济技术开发区管委会"}
    reports_roll_up(item, counties | {zone.name: zone})


@pytest.mark.clause("JL-125")
def test_in_jilin_a_task_reaches_cities_and_their_counties_and_their_reports_roll_up():
    build.country(waters=False)
    ecology = build.body(
        build.unit("220000"), name="吉林省生态环境厅", kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,)
    )
    cities = bodies.governments("22", level=2)
    counties = bodies.governments("2201", level=3) | bodies.governments("2224", level=3)
    item = issued("220000", ecology, bodies.leader("220000", ecology))
    below = {child.unit.name: child for child in queries.children_of(item)}
    assert set(below) == set(cities)
    under_changchun = {child.unit.name for child in queries.children_of(below["长春市"])}
    assert {"南关区", "农安县", "榆树市"} <= under_changchun
    assert receivers(item) == {body.name for body in (*cities.values(), *counties.values())}
    reports_roll_up(item, cities | counties)
    rolled = queries.roll_up(item, on=LATER)
    assert rolled.unregistered > 0, "a county whose government nobody registered is counted, never as answered"


def test_passing_down_twice_makes_nothing_new():
    build.country(waters=False)
    ecology = bodies.bureaus("140200", bodies.DATONG_BUREAUS)["大同市生态环境局"]
    item = issued("140200", ecology, bodies.leader("140200"))
    before = WorkItem.objects.count()
    assert actions.pass_down(item, on=LATER, by=bodies.leader("140200"), at=build.recorded(LATER)) == []
    assert WorkItem.objects.count() == before


def test_a_county_sees_its_own_item_and_the_one_above_that_names_it_but_no_neighbours():
    build.country(waters=False)
    known = bodies.datong()
    item = actions.issue(
        kind=ItemKind.TASK,
        subject="查清底数",
        unit=build.unit("140200"),
        clause="大同 二(二)",
        on=DAY,
        by=bodies.leader("140200"),
        at=NOON,
    )
    actions.pass_down(item, on=DAY, by=bodies.leader("140200"), at=NOON)
    pingcheng = bodies.officer_of(known["平城区人民政府"], Role.CLERK)
    seen = set(queries.visible_to(pingcheng).values_list("unit__name", flat=True))
    assert seen == {"大同市", "平城区"}
    yungang = next(child for child in queries.children_of(item) if child.unit.name == "云冈区")
    with pytest.raises(NotFound):
        queries.item(pingcheng, yungang.pk)
    stranger = build.actor(Role.REVIEWER, build.unit("410500"))
    with pytest.raises(NotFound):
        queries.item(stranger, item.pk)


def test_the_parent_is_closed_only_after_what_lies_below():
    build.country(waters=False)
    known = bodies.bureaus("410500", bodies.ANYANG_BUREAUS)
    counties = bodies.governments("4105", level=3)
    ecology = known["安阳市生态环境局"]
    item = issued("410500", ecology, bodies.leader("410500", ecology))
    officer = bodies.officer_of(ecology)
    actions.feedback(queries.own_part(item, officer), text="已汇总。", on=LATER, by=officer, at=build.recorded(LATER))
    item.refresh_from_db()
    with pytest.raises(Refused) as no:
        actions.close(item, on=LATER, by=officer, at=build.recorded(LATER))
    assert no.value.refusal.code == "dispatch.open_below"
    for child in queries.children_of(item):
        county = counties[child.unit.name]
        feed_back(child, county)
        child.refresh_from_db()
        actions.close(child, on=LATER, by=bodies.officer_of(county), at=build.recorded(LATER))
    actions.close(item, on=LATER, by=officer, at=build.recorded(LATER))
    assert item.status == ItemStatus.CLOSED
    assert queries.roll_up(item, on=LATER).closed == 9


def test_an_unpermitted_officer_issues_nothing():
    build.country(waters=False)
    with pytest.raises(Refused) as no:
        issued("140200", bodies.government(build.unit("140213")), build.actor(Role.CLERK, build.unit("140200")))
    assert no.value.refusal.code == "access.not_permitted"
    assert not WorkItem.objects.exists()
