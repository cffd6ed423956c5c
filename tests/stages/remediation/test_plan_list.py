"""The list of plans: those due first, page by page; each figure is the length of the list it opens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qingyuan.core.access import CONSOLE
from qingyuan.stages.remediation import queries_plan_list, queries_plans
from qingyuan.stages.remediation.models_plans import Plan
from tests import build
from tests.stages.remediation import lives


@pytest.fixture
def due(db):
    """Three plans under works, of which one has no due day left."""
    build.country()
    for _ in range(3):
        lives.under_works(lives.problem(lives.classified(build.unit("140213"))))
    first, second, third = Plan.objects.order_by("pk")
    Plan.objects.filter(pk=first.pk).update(due=None)
    Plan.objects.filter(pk=third.pk).update(due=second.due - timedelta(1))
    return [third.pk, second.pk, first.pk], second.due


def test_plans_come_by_their_day_and_no_page_misses_or_repeats_one(due):
    order, day = due
    asked = queries_plans.Asked(on=day)
    seen, after = [], ""
    while page := queries_plan_list.page(queries_plans.plans(CONSOLE, asked), after=after, size=1):
        seen += [one.pk for one in page]
        after = queries_plan_list.mark(page[-1])
    assert seen == order
    for slip in ("x", "2023-13-40.1", ".", "17", "2023-01-01.٣"):
        assert [
            one.pk for one in queries_plan_list.page(queries_plans.plans(CONSOLE, asked), after=slip, size=3)
        ] == order


def test_a_figure_is_the_length_of_its_list(due):
    _order, day = due
    for on in (day - timedelta(30), day, day + timedelta(1)):
        asked = queries_plans.Asked(on=on, path="1402")
        said = queries_plan_list.counts(CONSOLE, asked)
        lists = [
            queries_plans.plans(CONSOLE, queries_plans.Asked(on=on, path="1402", **narrow))
            for narrow in ({"overdue": True}, {"slow": True}, {"state": "submitted"})
        ]
        assert (said.overdue, said.slow, said.waiting) == tuple(len(one) for one in lists)
    assert said.overdue == 2
