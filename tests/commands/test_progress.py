"""`qingyuan progress` prints the scoreboard of a unit as one document."""

from __future__ import annotations

import argparse
import json
from datetime import date

import pytest

from qingyuan.commands import progress as command
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Move
from tests import build
from tests.boards.build_progress import DONE, LISTED, enter, go

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    asked = parser.parse_args(["progress", *words, "--json"])
    assert asked.run(asked) == 0
    return json.loads(capsys.readouterr().out)


def target(found: dict, key: str) -> dict:
    return next(one for one in found["targets"] if one["target"] == key)


@pytest.fixture
def anyang():
    """70 of 100 problem outlets of two counties remediated in time; one more was found late and one was reopened."""
    build.country()
    river = build.water("安阳河")
    one = enter(build.unit("410502"), 60, on=date(2023, 3, 1), receiving=river)
    other = enter(build.unit("410503"), 40, on=date(2023, 3, 1), receiving=river)
    go([*one, *other], LISTED, on=date(2023, 4, 1))
    go(one, DONE[len(LISTED) :], on=date(2023, 9, 1))
    go(other[:10], DONE[len(LISTED) :], on=date(2023, 9, 1))


def test_the_board_of_anyang_on_its_day(anyang, capsys):
    found = run(capsys, "--unit", "410500", "--as-of", "2023-12-31")
    assert (found["unit"], found["as_of"], found["known_at"], found["changes"]) == ("410500", "2023-12-31", None, [])
    share = target(found, "targets.remediation[2023-12-31]")
    assert share["clause"] == "安阳 一(二)"
    assert share["due"] == "2023-12-31"
    assert (share["numerator"], share["denominator"], share["share"]) == (70, 100, 0.7)
    assert (share["required"], share["met"]) == (0.7, True)
    survey = target(found, "targets.survey[2023-06-30]")
    assert (survey["numerator"], survey["denominator"], survey["share"], survey["met"]) == (None, None, None, None)
    children = {child["unit"]: target(child, "targets.remediation[2023-12-31]") for child in found["children"]}
    assert (children["410502"]["numerator"], children["410502"]["met"]) == (60, True)
    assert (children["410503"]["numerator"], children["410503"]["met"], children["410503"]["gap"]) == (10, False, 18)
    assert sum(child["denominator"] for child in children.values()) == 100


def test_a_late_found_and_a_reopened_outlet_are_explained_to_the_last_unit(anyang, capsys):
    county = build.unit("410502")
    late = enter(county, 1, on=date(2023, 12, 1), at=build.recorded(date(2024, 2, 1)), receiving=build.water("安阳河"))
    go(late, LISTED, on=date(2023, 12, 20), at=build.recorded(date(2024, 2, 1)))
    closed = command.queries.rows_behind(
        command.Where("410502"),
        "targets.remediation[2023-12-31]",
        command.queries.Part.NUMERATOR,
        command.Asking(date(2023, 12, 31), None, build.recorded(date(2024, 2, 2))),
        actor=command.CONSOLE,
    ).rows
    reopened = build.Outlet.objects.get(pk=closed[0].outlet_id)
    go([reopened], [Move.RETAIN], on=date(2023, 10, 1), at=build.recorded(date(2024, 2, 3)))
    go([reopened], [Move.REOPEN], on=date(2023, 12, 25), at=build.recorded(date(2024, 2, 3)))

    found = run(capsys, "--unit", "410500", "--as-of", "2023-12-31", "--explain-since", "2024-01-02")
    key = "targets.remediation[2023-12-31]"
    share = target(found, key)
    assert (share["numerator"], share["denominator"], share["met"]) == (69, 101, False)
    changes = {
        one["reason"]: (one["numerator"], one["denominator"]) for one in found["changes"] if one["target"] == key
    }
    assert changes == {"late_found": (0, 1), "reopened": (-1, 0)}

    before = run(capsys, "--unit", "410500", "--as-of", "2023-12-31", "--known-at", "2024-01-02")
    assert (target(before, key)["numerator"], target(before, key)["denominator"]) == (70, 100)


def test_a_department_has_a_board_of_its_own(capsys):
    build.country()
    city = build.unit("140200")
    bureau = build.body(city, name="测试城管局", kind=BodyKind.GOVERNMENT)
    river = build.water("十里河")
    own = enter(build.unit("140214"), 3, on=date(2023, 6, 1), receiving=river, managing_body=bureau)
    others = enter(build.unit("140214"), 2, on=date(2023, 6, 1), receiving=river)
    go([*own, *others], [Move.VERIFY], on=date(2023, 6, 1))
    found = run(capsys, "--unit", "140200", "--body", "测试城管局", "--as-of", "2023-12-31")
    assert target(found, "targets.tracing[2023-12-31]")["denominator"] == 3
    assert found["body"]["name"] == "测试城管局"


def test_a_place_without_a_scheme_says_so(capsys):
    build.country()
    found = run(capsys, "--unit", "420000", "--as-of", "2025-12-31")
    assert (found["targets"], found["children"], found["note"]) == ([], [], "该地区尚无方案")


def test_people_read_lines(anyang, capsys):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    asked = parser.parse_args(["progress", "--unit", "安阳市", "--as-of", "2023-12-31"])
    assert asked.run(asked) == 0
    said = capsys.readouterr().out
    assert "整治（2023-12-31，安阳 一(二)）：70 / 100 · 70.0 %  达标" in said
    assert "    北关区：10 / 40 · 25.0 %  未达标，还差 18 个" in said
