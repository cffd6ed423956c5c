"""The form of a plan holds what the plan says, whoever drew it up and by whatever door."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils import timezone

from qingyuan.stages.remediation.actions import draft_plan
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.web.remediation.plans_forms import DraftPlan, initial_of
from tests import build
from tests.stages.remediation import lives

pytestmark = pytest.mark.django_db


def test_the_organisation_of_a_step_stays_when_the_plan_is_changed_on_the_page():
    build.country()
    found = lives.problem(lives.classified(build.unit("140213")))
    builder = build.body(found.outlet.unit, name="测试施工单位甲")
    given = lives.given("standardise", on=build.DAY)
    steps = tuple(dataclasses.replace(step, body=builder) for step in given.steps)
    at = {"on": build.DAY, "by": build.SURVEYOR, "at": build.recorded(build.DAY)}
    draft_plan(found, given=dataclasses.replace(given, steps=steps), **at)
    plan = Plan.objects.get(round=found)
    shown = initial_of(plan)
    sent = {name: value for name, value in shown.items() if value not in (None, "")}
    form = DraftPlan({**sent, "on": timezone.localdate().isoformat()}, outlet=found.outlet)
    assert form.is_valid(), form.errors
    again = form.given(target=None, opinion_sha256="")
    assert [step.body for step in again.steps] == [builder] * len(steps)
