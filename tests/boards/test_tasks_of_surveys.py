"""The rows of a survey plan's timetable wait for the bodies they name until they are done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qingyuan.boards.tasks import queries
from qingyuan.core.access import Role
from qingyuan.core.duties import Duty, Group, Source
from qingyuan.stages.survey.actions import plans
from tests import build
from tests.stages.survey import campaigns as made
from tests.stages.survey.campaigns import DAY, LAST, NOON


@pytest.mark.django_db
def test_a_row_of_the_timetable_is_a_task_of_its_body_until_it_is_done():
    build.country()
    people = made.crew("大同")
    campaign = made.drafted(people)
    made.plan(people, campaign)
    clerk = build.actor(Role.CLERK, people.unit, body=people.body)

    def waiting(who, group=Group.LATER, on=DAY):
        return queries.page(who, Duty.DO_STEP, group, on=on, path=people.unit.path)

    assert waiting(clerk) == []
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    (task,) = waiting(clerk)
    assert (task.about, task.about_id, task.due) == (Source.STEP, campaign.pk, LAST)
    assert task.sentence == f"{campaign.title}：徒步排查全部岸段"
    assert task.clause == "大同 二(一)"
    assert waiting(clerk, Group.OVERDUE, LAST + timedelta(days=1))
    other = build.actor(Role.CLERK, people.unit, body=build.body(people.unit))
    assert waiting(other) == []
    with pytest.raises(Exception, match="access"):
        plans.finish_step(campaign.steps.get(), by=other, on=DAY, at=NOON)
    plans.finish_step(campaign.steps.get(), by=clerk, on=DAY, at=NOON)
    assert waiting(clerk) == []
