"""交办 → 消息: who learns what, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingyuan.access.queries import actor_of
from qingyuan.core.access import CONSOLE, Role
from qingyuan.flows import item_notices
from qingyuan.stages.dispatch import actions
from qingyuan.stages.dispatch.words import ItemKind
from qingyuan.stages.notice import queries
from tests import build
from tests.stages.dispatch import bodies
from tests.stages.dispatch.bodies import DAY, NOON

DUE = date(2024, 3, 15)
CLAUSE = "大同 四(十一)"


@pytest.fixture
def offices(db):
    """市城市管理局 issues; under the clause 市生态环境局 answers and 市公安局 supports."""
    build.country()
    found = bodies.bureaus("140200", bodies.DATONG_BUREAUS)
    return {
        part: build.officer(Role.REVIEWER, build.unit("140200"), body=found[name])
        for part, name in (("issues", "大同市城市管理局"), ("answers", "大同市生态环境局"), ("helps", "大同市公安局"))
    }


def who(officer):
    return actor_of(officer, on=DAY)


@pytest.fixture
def item(offices):
    return actions.issue(
        kind=ItemKind.TASK,
        subject="查处违法排污",
        unit=build.unit("140200"),
        clause=CLAUSE,
        due=DUE,
        on=DAY,
        by=who(offices["issues"]),
        at=NOON,
    )


def tell(*items, on=DAY) -> int:
    return item_notices.tell(items, by=CONSOLE, on=on, at=build.recorded(on))


def heard(officer) -> list[str]:
    return [one.kind for one in reversed(queries.page(who(officer)).rows)]


def test_the_bodies_are_told_of_an_item_and_its_issuer_is_not(offices, item):
    assert tell(item) == 2
    assert heard(offices["answers"]) == heard(offices["helps"]) == ["item.issued"]
    assert heard(offices["issues"]) == []
    (one,) = queries.page(who(offices["helps"])).rows
    assert one.params == {"from": "大同市城市管理局", "title": "查处违法排污"}
    assert (one.link_name, one.link_args) == ("web:item", [item.pk])


def test_the_clock_and_the_door_together_tell_once(offices, item):
    tell(item)
    assert item_notices.tell_open(by=CONSOLE, on=DAY, at=NOON + timedelta(hours=1)) == 0
    assert tell(item) == 0


def test_each_turn_of_an_item_is_told_to_whom_it_concerns(offices, item):
    tell(item)
    answers, issues = who(offices["answers"]), who(offices["issues"])
    part = item.parts.get(part="responsible")
    actions.feedback(part, text="已查处", on=DAY, by=answers, at=NOON)
    tell(item)
    assert heard(offices["issues"]) == ["item.feedback"]
    part.refresh_from_db()
    actions.return_feedback(part, reason="缺少处罚决定", on=DAY, by=issues, at=NOON)
    tell(item)
    assert heard(offices["answers"]) == ["item.issued", "item.returned"]
    late = DUE + timedelta(days=1)
    assert tell(item, on=late) == 2
    assert heard(offices["answers"])[-1] == heard(offices["issues"])[-1] == "item.overdue"
    assert tell(item, on=late + timedelta(days=1)) == 0, "overdue is told once for one day of expiry"
    item.refresh_from_db()
    actions.urge([item], text="请尽快", on=late, by=issues, at=build.recorded(late))
    tell(item, on=late)
    assert heard(offices["answers"])[-1] == "item.urged"
    part.refresh_from_db()
    actions.feedback(part, text="补充处罚决定", on=late, by=answers, at=build.recorded(late))
    item.refresh_from_db()
    actions.close(item, on=late, by=answers, at=build.recorded(late))
    tell(item, on=late)
    assert heard(offices["helps"])[-1] == heard(offices["issues"])[-1] == "item.closed"
    actions.reopen(item, reason="群众再次举报", on=late, by=issues, at=build.recorded(late))
    tell(item, on=late)
    assert heard(offices["answers"])[-1] == "item.reopened"


def test_the_body_an_item_is_escalated_to_is_told(offices, item):
    late = DUE + timedelta(days=90)
    went_up = actions.escalate_due(on=late, by=CONSOLE, at=build.recorded(late))
    above = next(one.body for one in went_up if one.body)
    officer = build.officer(Role.LEADER, above.unit, body=above)
    item_notices.tell_open(by=CONSOLE, on=late, at=build.recorded(late))
    assert "item.escalated" in heard(officer)


def test_who_joins_a_body_later_learns_of_what_is_still_open(offices, item):
    tell(item)
    newcomer = build.officer(Role.CLERK, build.unit("140200"), body=item.parts.get(part="supporting").body)
    assert item_notices.tell_open(by=CONSOLE, on=DAY, at=NOON + timedelta(hours=1)) == 1
    assert heard(newcomer) == ["item.issued"]
