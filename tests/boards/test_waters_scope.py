"""Whose scope is waters (a river chief, a basin bureau) sees how far his waters are: the same targets, his outlets."""

from datetime import UTC, datetime

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, By, Part, Where
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import NotFound
from tests import build
from tests.api.asking import caller
from tests.web.people import client, words

pytestmark = pytest.mark.django_db
AT = datetime(2024, 7, 1, 4, tzinfo=UTC)
NOW = Asking.today(AT)


@pytest.fixture
def rivers():
    """Three outlets on 御河 and what flows into it, one on another river of 大同, one on 汾河 in 新绛."""
    build.country()
    for unit, water, stage in (
        ("140213", "御河", Stage.PARTY_FIXED),
        ("140212", "淤泥河", Stage.VERIFIED),
        ("140214", "十里河", Stage.VERIFIED),
        ("140221", "南洋河", Stage.VERIFIED),
        ("140825", "汾河", Stage.VERIFIED),
    ):
        build.outlet(build.unit(unit), stage=stage, receiving=build.water(water))


def chief(name="御河"):
    return build.actor(Role.RIVER_CHIEF, None, water=build.water(name))


def tracing(board):
    return next(cell.figure for cell in board.total.cells if cell.target.metric == "tracing")


def test_the_schemes_are_those_of_the_units_the_outlets_lie_in(rivers):
    assert [unit.code for unit in queries.schemes_on_waters(chief(), NOW)] == ["140200"]
    assert [unit.code for unit in queries.schemes_on_waters(chief("汾河"), NOW)] == ["140825"]
    assert queries.schemes_on_waters(chief("沁河"), NOW) == []


def test_the_board_counts_the_waters_alone_and_its_rivers_add_up_to_it(rivers):
    who = chief()
    where = queries.waters_within(who, "1402")
    board = queries.scoreboard(where, NOW, actor=who, by=By.WATER)
    whole = queries.scoreboard(Where("1402"), NOW, actor=CONSOLE)
    assert tracing(board).denominator < tracing(whole).denominator
    assert {line.name for line in board.parts} == {"御河", "淤泥河", "十里河"}
    key = next(cell.target.key for cell in board.total.cells if cell.target.metric == "tracing")
    parts = [next(cell.figure for cell in line.cells if cell.target.key == key) for line in board.parts]
    assert sum(one.denominator for one in parts) == tracing(board).denominator
    rows = queries.rows_behind(where, key, Part.DENOMINATOR, NOW, actor=who)
    assert len(rows.rows) == tracing(board).denominator
    assert all(row.visible for row in rows.rows)


def test_what_lies_beyond_the_waters_cannot_be_asked(rivers):
    who = chief()
    for where in (Where("1402"), queries.waters_within(chief("南洋河"), "1402")):
        with pytest.raises(NotFound):
            queries.scoreboard(where, NOW, actor=who)
    with pytest.raises(NotFound):
        queries.waters_within(who, "4190")


def test_a_river_chief_finds_his_board_by_the_rail_and_on_his_home_page(rivers):
    browser = client(Role.RIVER_CHIEF, None, water=build.water("御河"))
    home = words(browser.get("/"))
    assert "考核报告" in home
    assert "我的水体的目标（大同市）" in home
    page = words(browser.get("/scoreboard/"))
    assert "我的水体目标完成情况（大同市）" in page
    assert "淤泥河" in page
    assert "南洋河" not in page
    assert "按区划" in page
    assert browser.get("/scoreboard/?unit=140200&since=2023-05-01").status_code == 200
    assert browser.get("/scoreboard/?unit=419001").status_code == 404
    enterprise = client(Role.ENTERPRISE, None, party=build.body(build.unit("140213")))
    assert enterprise.get("/scoreboard/").status_code == 404


def test_a_program_asks_the_same(rivers):
    who = caller(Role.RIVER_CHIEF, None, water=build.water("御河"))
    assert who.get("progress").json() == [{"id": "140200", "name": "大同市"}]
    told = who.get("progress/140200?by=water").json()
    assert {part["name"] for part in told["children"]} == {"御河", "淤泥河", "十里河"}
    key = next(one["target"] for one in told["targets"] if "tracing" in one["target"])
    rows = who.get(f"progress/140200/rows?target={key}").json()["items"]
    assert len(rows) == next(one["denominator"] for one in told["targets"] if one["target"] == key)
    assert who.get("progress/419001").status_code == 404
