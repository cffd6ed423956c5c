"""The three acts of an import, on the register of 大同."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import Refused
from qingyuan.exchange import actions
from qingyuan.exchange.models import Import
from qingyuan.registry.models import Outlet, Proposal
from tests import build
from tests.exchange.workbooks import HEADER, table, titles, xlsx

pytestmark = pytest.mark.django_db

AT = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)
ROWS = [
    [1, "平城区", "", "大同市平城区甲厂工矿企业排污口", "113.300001", "40.090001", "御河", "甲厂"],
    [2, "云冈区", "", "大同市云冈区乙厂工矿企业排污口", "113.100001", "40.000001", "十里河", "乙厂"],
]


@pytest.fixture
def datong(db):
    build.country()
    return build.unit("140200")


def run(data: bytes, unit, name: str = "台账.xlsx", **more):
    return actions.run_import(data, name, unit=unit, by=CONSOLE, at=AT, **more)


def codes(outcome, row: int | None = None) -> list[str]:
    return [item.code for item in outcome.findings if row is None or item.row == row]


def test_rows_are_new_updated_unchanged_and_refused_and_nothing_else(datong):
    first = run(xlsx(HEADER, *ROWS), datong)
    assert (first.rows, first.new, first.updated, first.unchanged, first.refused) == (2, 2, 0, 0, 0), first.findings
    changed = [ROWS[0], [*ROWS[1][:6], "御河", "乙厂"], [3, "平阳县", "", "丙排污口", 113.3, 40.1, "御河", ""]]
    second = run(xlsx(HEADER, *changed), datong)
    assert (second.rows, second.new, second.updated, second.unchanged, second.refused) == (3, 0, 1, 1, 1)


def test_a_second_run_changes_nothing(datong):
    run(xlsx(HEADER, *ROWS), datong)
    again = run(xlsx(HEADER, *ROWS), datong)
    assert (again.new, again.updated, again.unchanged, again.refused) == (0, 0, 2, 0)
    assert Outlet.objects.count() == 2
