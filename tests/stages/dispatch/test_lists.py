"""Who answers for a clause, as the scheme's own bracket says it, and who may close."""

from __future__ import annotations

import re

import pytest

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.refusal import Refused
from qingyuan.stages.dispatch import actions, guards, queries
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus, PartKind
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON
from tests.web.people import client_of

pytestmark = pytest.mark.django_db

ECOLOGY, HOUSING, WATER, FARMING = "安阳市生态环境局", "安阳市住房城乡建设局", "安阳市水利局", "安阳市农业农村局"
RESOURCES, FORESTRY = "安阳市自然资源和规划局", "安阳市林业局"
ANYANG_COUNTIES = {
    f"{name}人民政府"
    for name in ["文峰区", "北关区", "殷都区", "龙安区", "安阳县", "汤阴县", "滑县", "内黄县", "林州市"]
}
DATONG_BELOW = {
    f"{name}人民政府"
    for name in [
        "新荣区",
        "平城区",
        "云冈区",
        "云州区",
        "阳高县",
        "天镇县",
        "广灵县",
        "灵丘县",
        "浑源县",
        "左云县",
    ]
} | {"大同经济技术开发区管委会"}


def issued(code: str, clause: str, **more: object) -> WorkItem:
    """A work item under a clause, issued by the city's ecology bureau's reviewer."""
    return actions.issue(
        kind=ItemKind.TASK,
        subject="按条款交办",
        unit=build.unit(code),
        clause=clause,
        on=DAY,
        by=bodies.leader(code),
        at=NOON,
        **more,  # type: ignore[arg-type]
    )


def named(item: WorkItem, part: PartKind) -> set[str]:
    """The bodies that have a part, by their registered names."""
    return {one.body.name for one in queries.parts_of(item) if one.part == part and one.body}


def responsible_on_page(item: WorkItem) -> list[str]:
    """What the page of the item says of each responsible body."""
    page = client_of(build.officer(Role.REVIEWER, item.unit)).get(f"/dispatch/{item.pk}").content.decode()
    rows = re.findall(r'<tr data-part="\d+"><th[^>]*>(.*?)</th><td>(.*?)</td>', page, flags=re.S)
    return [re.sub(r"<[^>]+>", " ", name) for name, part in rows if part == "责任单位"]


def page_names(item: WorkItem, wanted: set[str]) -> bool:
    """Whether the page names exactly these as responsible."""
    said = responsible_on_page(item)
    return len(said) == len(wanted) and all(any(name in one for one in said) for name in wanted)


def refused_on_close(item: WorkItem, body) -> str:
    """The code with which an officer of the body is refused when he closes; on the page that is 403."""
    pressed = client_of(build.officer(Role.REVIEWER, body.unit, body=body)).post(
        f"/dispatch/{item.pk}/acts/close", {"version": item.version, "on": DAY.isoformat(), "note": ""}
    )
    assert pressed.status_code == 403
    with pytest.raises(Refused) as no:
        actions.close(item, on=DAY, by=bodies.officer_of(body), at=NOON)
    return no.value.refusal.code


def answered_by_all(item: WorkItem) -> None:
    """Every responsible and implementing body feeds back."""
    for part in queries.parts_of(item):
        if part.part != PartKind.SUPPORTING:
            part.item.refresh_from_db()
            actions.feedback(part, text="已按要求办理。", on=DAY, by=bodies.officer_of(part.body, Role.CLERK), at=NOON)
    item.refresh_from_db()


def closed_by(item: WorkItem, body) -> str:
    """What an officer of a responsible body gets when he closes."""
    return actions.close(item, on=DAY, by=bodies.officer_of(body), at=NOON).status


@pytest.mark.parametrize(
    ("clause", "responsible", "is_open"),
    [
        pytest.param("二(一)1", {ECOLOGY, HOUSING, WATER, FARMING}, True, marks=pytest.mark.clause("AY-19")),
        pytest.param("二(一)2", {ECOLOGY, HOUSING, WATER, FARMING}, True, marks=pytest.mark.clause("AY-28")),
        pytest.param("二(二)1", {ECOLOGY, HOUSING, WATER, FARMING}, True, marks=pytest.mark.clause("AY-40")),
        pytest.param(
            "二(二)2",
            {ECOLOGY, HOUSING, WATER, FARMING, RESOURCES, FORESTRY},
            True,
            marks=pytest.mark.clause("AY-56"),
        ),
        pytest.param("三(一)1", {ECOLOGY, WATER}, False, marks=pytest.mark.clause("AY-62")),
        pytest.param("三(一)2", {ECOLOGY, WATER}, False, marks=pytest.mark.clause("AY-70")),
        pytest.param("三(一)3", {ECOLOGY, WATER}, False, marks=pytest.mark.clause("AY-75")),
        pytest.param("三(二)", {ECOLOGY, HOUSING, WATER, FARMING}, True, marks=pytest.mark.clause("AY-93")),
        pytest.param("三(三)", {ECOLOGY, WATER}, False, marks=pytest.mark.clause("AY-100")),
    ],
)
def test_a_bracket_of_anyang_names_who_answers_and_nobody_else_closes(clause, responsible, is_open):
    build.country(waters=False)
    known = bodies.anyang()
    transport = build.body(
        build.unit("410500"), name="安阳市交通运输局", kind=BodyKind.GOVERNMENT, functions=(F.TRANSPORT,)
    )
    if not is_open:
        with pytest.raises(Refused) as no:
            issued("410500", f"安阳 {clause}", responsible=[transport])
        assert no.value.refusal.code == "dispatch.list_closed"
    item = issued("410500", f"安阳 {clause}", responsible=[transport] if is_open else [])
    wanted = responsible | ({transport.name} if is_open else set())
    assert named(item, PartKind.RESPONSIBLE) == wanted
    assert page_names(item, wanted)
    assert named(item, PartKind.IMPLEMENTING) == ANYANG_COUNTIES
    assert item.is_list_open is is_open

    stranger = build.body(build.unit("410500"), name="安阳市商务局", kind=BodyKind.GOVERNMENT, functions=(F.COMMERCE,))
    assert refused_on_close(item, stranger) == "access.not_responsible"
    for bureau in sorted({RESOURCES, FORESTRY} - responsible):
        assert refused_on_close(item, known[bureau]) == "access.not_responsible"
    answered_by_all(item)
    assert refused_on_close(item, stranger) == "access.not_responsible"
    assert closed_by(item, known[ECOLOGY]) == ItemStatus.CLOSED


CITY = {
    name: f"大同市{name}"
    for name in [
        "生态环境局",
        "水务局",
        "住房和城乡建设局",
        "城市管理局",
        "农业农村局",
    ]
}
EE, WT, HS, UM, AG = CITY.values()
RS, IN, PS = "大同市规划和自然资源局", "大同市工业和信息化局", "大同市公安局"


@pytest.mark.parametrize(
    ("clause", "responsible"),
    [
        pytest.param("二(一)", DATONG_BELOW | {UM, HS}, marks=pytest.mark.clause("DT-21")),
        pytest.param("二(二)", DATONG_BELOW | {UM, HS}, marks=pytest.mark.clause("DT-31")),
        pytest.param("三(四)", DATONG_BELOW | {UM, HS, AG}, marks=pytest.mark.clause("DT-52")),
        pytest.param("三(五)", DATONG_BELOW, marks=pytest.mark.clause("DT-58")),
        pytest.param("三(六)第一段", DATONG_BELOW | {UM, HS}, marks=pytest.mark.clause("DT-67")),
        pytest.param("三(六)第二段", DATONG_BELOW | {IN, UM, EE}, marks=pytest.mark.clause("DT-79")),
        pytest.param("三(六)第三段", DATONG_BELOW | {EE, AG}, marks=pytest.mark.clause("DT-90")),
        pytest.param("三(七)", DATONG_BELOW | {UM, HS, EE}, marks=pytest.mark.clause("DT-103")),
        pytest.param("四(八)", DATONG_BELOW | {EE, AG, WT, RS}, marks=pytest.mark.clause("DT-109")),
        pytest.param("四(九)", DATONG_BELOW | {EE}, marks=pytest.mark.clause("DT-121")),
        pytest.param("四(十)", DATONG_BELOW | {EE, UM, AG, WT}, marks=pytest.mark.clause("DT-140")),
        pytest.param("四(十一)", {EE}, marks=pytest.mark.clause("DT-148")),
        pytest.param("四(十二)", DATONG_BELOW | {EE, UM}, marks=pytest.mark.clause("DT-157")),
    ],
)
def test_a_unit_list_of_datong_names_who_answers_and_nobody_else_closes(clause, responsible):
    build.country(waters=False)
    known = bodies.datong()
    item = issued("140200", f"大同 {clause}")
    assert named(item, PartKind.RESPONSIBLE) == responsible
    assert page_names(item, responsible)
    for other in sorted({EE, WT, HS, UM, AG, RS, IN, PS} - responsible):
        assert refused_on_close(item, known[other]) in {"access.not_responsible", "access.supporting_only"}
    answered_by_all(item)
    for other in sorted({PS, RS, IN} - responsible):
        assert refused_on_close(item, known[other]) in {"access.not_responsible", "access.supporting_only"}
    assert closed_by(item, known[sorted(responsible)[0]]) == ItemStatus.CLOSED


@pytest.mark.clause("DT-158")
def test_a_supporting_bureau_brings_evidence_and_its_close_button_is_grey():
    build.country(waters=False)
    known = bodies.datong()
    item = issued("140200", "大同 四(十二)")
    supporting = {WT, HS, RS, IN}
    assert named(item, PartKind.SUPPORTING) == supporting
    for name in sorted(supporting):
        officer = bodies.officer_of(known[name])
        part = queries.own_part(queries.item(officer, item.pk), officer)
        given = actions.feedback(part, text="提供平台数据。", sha256=build.paper(), on=DAY, by=officer, at=NOON)
        assert given.sha256
        reason = guards.close(item, on=DAY, by=officer, at=NOON)
        assert reason is not None
        assert reason.code == "access.supporting_only"
        assert reason.clause == "大同 四(十二)"
    item.refresh_from_db()
    assert item.status == ItemStatus.OPEN, "what supports does not answer for the item"
    answered_by_all(item)
    assert refused_on_close(item, known[WT]) == "access.supporting_only"


def test_a_body_nobody_registered_stays_a_name_and_is_said():
    build.country(waters=False)
    item = issued("140200", "大同 四(十一)")
    parts = {part.name: part.body for part in queries.parts_of(item)}
    assert parts == {"市生态环境局": None, "市公安局": None}
    bureau = build.body(build.unit("140200"), name="大同市生态环境局", kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    part = queries.parts_of(item)[0]
    assert guards.feedback(part, text="x", on=DAY, by=bodies.officer_of(bureau), at=NOON).code == (
        "dispatch.unregistered"
    )
    actions.name_body(part, body=bureau, on=DAY, by=bodies.leader("140200"), at=NOON)
    actions.feedback(part, text="已办理。", on=DAY, by=bodies.officer_of(bureau), at=NOON)
    item.refresh_from_db()
    assert item.status == ItemStatus.ANSWERED
