"""两河一湖: the waters that go ahead stand on top of the board with their own progress."""

from __future__ import annotations

import pytest
from django.utils import timezone

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, Where
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions
from qingyuan.registry.places_of import place_of
from tests import build
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country()


def group():
    found = queries.pioneers(Where("22"), Asking.today(timezone.now()), actor=CONSOLE)
    assert found is not None
    return found


def figures(line):
    return {
        name: (getattr(line, name).numerator, getattr(line, name).denominator)
        for name in ("monitoring", "tracing", "remediation")
    }


@pytest.mark.clause("JL-19")
def test_two_rivers_and_one_lake_form_a_group_with_their_own_progress_on_top_of_the_board(country):
    unit = build.unit("220122")
    yinma, lake, other = (build.water(name) for name in ("饮马河", "查干湖", "伊通河"))
    measured = build.outlet(unit, stage=Stage.ACCEPTED, receiving=yinma)
    build.outlet(unit, stage=Stage.VERIFIED, receiving=yinma)
    build.outlet(unit, stage=Stage.PROBLEM, receiving=lake)
    build.outlet(unit, stage=Stage.ACCEPTED, receiving=other)
    lines = {line.name: line for line in group().lines}
    assert list(lines) == ["辽河", "饮马河", "查干湖"]
    assert lines["饮马河"].monitoring.numerator is None  # nothing measured is unknown, not 0 %
    assert figures(lines["饮马河"])["tracing"] == (1, 2)
    assert figures(lines["查干湖"])["remediation"] == (0, 1)
    assert lines["辽河"].tracing.numerator is None
    assert figures(group().total)["tracing"] == (2, 3)
    page = client(Role.LEADER, build.unit("220000")).get("/scoreboard/")
    text = page.content.decode()
    assert "两河一湖" in words(page)
    assert text.index('id="pioneers"') < text.index('class="scoreboard"')
    assert [text.index(f'data-pioneer="{name}"') for name in lines] == sorted(
        text.index(f'data-pioneer="{name}"') for name in lines
    )
    actions.enter_fact(
        ("outlet", str(measured.pk)),
        place=place_of(measured),
        name="exceedances_last_year",
        value=0,
        source="监测报告",
        on=build.DAY,
        by=CONSOLE,
        at=build.NOON,
    )
    after = {line.name: line for line in group().lines}
    assert figures(after["饮马河"])["monitoring"] == (1, 2)
    assert after["查干湖"].monitoring.numerator is None


def test_a_scheme_that_sends_no_water_ahead_has_no_such_group(country):
    page = client(Role.LEADER, build.unit("140200")).get("/scoreboard/")
    assert 'id="pioneers"' not in page.content.decode()
