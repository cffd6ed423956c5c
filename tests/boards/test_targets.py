"""The targets of the five schemes on their own dates."""

from datetime import date

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import By, Part, Where
from qingyuan.core.access import CONSOLE
from qingyuan.core.lifecycle import Move
from qingyuan.core.progress import Status
from qingyuan.places import actions as places
from tests import build
from tests.boards.build_progress import DONE, LISTED, SUPERVISED, TRACED, asking, cell, enter, go

pytestmark = pytest.mark.django_db


@pytest.fixture
def country():
    build.country()


TRACING = [
    pytest.param("419001", "蟒河", date(2023, 12, 31), 80, marks=pytest.mark.clause("JY-16")),
    pytest.param("419001", "沁河", date(2024, 12, 31), 95, marks=pytest.mark.clause("JY-18")),
    pytest.param("410502", "安阳河", date(2023, 9, 30), 95, marks=pytest.mark.clause("AY-08")),
    pytest.param("140825", "汾河", date(2023, 12, 31), 100, marks=pytest.mark.clause("XJ-05")),
    pytest.param("140214", "十里河", date(2023, 12, 31), 100, marks=pytest.mark.clause("DT-05")),
]
REMEDIATION = [
    pytest.param("419001", "蟒河", date(2023, 12, 31), 30, marks=pytest.mark.clause("JY-17")),
    pytest.param("419001", "蟒河", date(2024, 12, 31), 70, marks=pytest.mark.clause("JY-19")),
    pytest.param("419001", "小浪底水库", date(2025, 12, 31), 95, marks=pytest.mark.clause("JY-21")),
    pytest.param("410502", "安阳河", date(2023, 12, 31), 70, marks=pytest.mark.clause("AY-09")),
    pytest.param("410502", "卫河", date(2024, 12, 31), 95, marks=pytest.mark.clause("AY-11")),
    pytest.param("140825", "浍河", date(2023, 12, 31), 35, marks=pytest.mark.clause("XJ-06")),
    pytest.param("140825", "汾河", date(2024, 10, 31), 100, marks=pytest.mark.clause("XJ-07")),
    pytest.param("140214", "十里河", date(2024, 12, 31), 100, marks=pytest.mark.clause("DT-07")),
    pytest.param("220122", "伊通河", date(2023, 12, 31), 95, marks=pytest.mark.clause("JL-22")),
    pytest.param("220122", "岔路河", date(2025, 12, 31), 95, marks=pytest.mark.clause("JL-25")),
]


# A water of the place that bears none of the flags a limited target names.
OTHER_WATER = {"419001": "演示塘坝", "410502": "洪河", "140825": "鼓水", "140214": "口泉河", "220122": "岔路河"}


def not_to_be_counted(county, river, due, *, reached, short):
    """Outlets that a careless count would take in: on a water the target does not name, not come so far, and a ditch
    confluence, which is registered and not counted (requirements §3.3)."""
    on, worked = date(2023, 3, 1), date(2023, 4, 1)
    if due != date(2025, 12, 31) or not county.code.startswith("22"):  # 吉林 by 2025: every water
        go(enter(county, 7, on=on, receiving=build.water(OTHER_WATER[county.code])), reached, on=worked)
    go(enter(county, 5, on=on, receiving=build.water(river)), short, on=worked)
    ditch = enter(county, 3, on=on, receiving=build.water(river), fields={"special_kind": "ditch_confluence"})
    assert not any(one.counted for one in ditch)
    go(ditch, reached, on=worked)


@pytest.mark.parametrize(("code", "river", "due", "needed"), TRACING)
def test_one_outlet_short_of_the_traced_share_is_missed_by_one(country, code, river, due, needed):
    county = build.unit(code)
    outlets = enter(county, 100, on=date(2023, 3, 1), receiving=build.water(river))
    go(outlets, [Move.VERIFY], on=date(2023, 4, 1))
    go(outlets[: needed - 1], [Move.FIX_PARTY], on=date(2023, 5, 1))
    go(outlets[needed - 1 :], [Move.FIX_PARTY], on=due.replace(year=due.year + 1, month=1))
    not_to_be_counted(county, river, due, reached=[Move.VERIFY], short=[])

    found = cell(county, f"targets.tracing[{due}]", asking(due))

    assert (found.figure.numerator, found.figure.denominator) == (needed - 1, 100)
    assert (found.judgement.met, found.judgement.gap, found.status) == (False, 1, Status.MISSED)


@pytest.mark.parametrize(("code", "river", "due", "needed"), REMEDIATION)
def test_a_remediated_share_below_the_target_is_missed_with_its_gap_and_its_counties(country, code, river, due, needed):
    county = build.unit(code)
    water = build.water(river)
    outlets = enter(county, 100, on=date(2023, 3, 1), receiving=water)
    go(outlets, LISTED, on=date(2023, 4, 1))
    levels = [*DONE[len(LISTED) :], *([Move.FILE_UPWARD] if code.startswith("22") else [])]
    go(outlets[: needed - 2], levels, on=date(2023, 6, 1))
    if code.startswith("22"):  # 吉林 takes two levels: what is accepted and not filed upward is not 销号
        go(outlets[needed - 2 :], DONE[len(LISTED) :], on=date(2023, 6, 1))
    not_to_be_counted(county, river, due, reached=LISTED, short=TRACED)
    above = build.unit({"41": "410500", "14": "140200", "22": "220000"}[code[:2]]) if county.parent_id else county
    asked_of = above if code in ("410502", "140214", "220122") else county

    key = f"targets.remediation[{due}]"
    found = cell(asked_of, key, asking(due))
    assert (found.figure.numerator, found.figure.denominator) == (needed - 2, 100)
    assert (found.judgement.met, found.judgement.gap, found.status) == (False, 2, Status.MISSED)

    by_river = queries.scoreboard(Where(asked_of.path), asking(due), actor=CONSOLE, by=By.WATER)
    short = {line.name: [one.judgement.gap for one in line.cells if one.target.key == key] for line in by_river.parts}
    assert short[river] == [2]
    assert not any(gap for name, gaps in short.items() if name != river for gap in gaps)
    if asked_of is above:
        board = queries.scoreboard(Where(above.path), asking(due), actor=CONSOLE)
        below = [
            line.name for line in board.parts if any(one.target.key == key and one.judgement.gap for one in line.cells)
        ]
        assert below == [county.name if above.level == 2 else county.parent.name]
    missing = queries.rows_behind(Where(asked_of.path), key, Part.MISSING, asking(due), actor=CONSOLE, limit=200)
    assert len(missing.rows) == 100 - (needed - 2)


@pytest.mark.clause("DT-06")
def test_progress_without_a_share_is_shown_and_not_judged(country):
    county = build.unit("140214")
    outlets = enter(county, 10, on=date(2023, 5, 10), receiving=build.water("口泉河"))
    go(outlets, LISTED, on=date(2023, 6, 1))
    go(outlets[:2], DONE[len(LISTED) :], on=date(2023, 8, 1))
    go(enter(county, 3, on=date(2023, 5, 10), receiving=build.water("十里河")), TRACED, on=date(2023, 6, 1))

    found = cell(build.unit("140200"), "targets.remediation[2023-12-31]", asking(date(2023, 12, 31)))

    assert (found.share, found.judgement.met, found.judgement.gap) == (0.2, None, None)
    assert (found.status, found.target.quote) == (Status.PROGRESS, "推进")


@pytest.mark.clause("JY-24")
@pytest.mark.parametrize("reached", [[], TRACED, SUPERVISED[:-1]], ids=["无责任主体", "无类型", "无监管"])
def test_supervision_by_type_covers_all_but_one_and_names_it(country, reached):
    town = build.unit("419001001")
    outlets = enter(town, 200, on=date(2025, 3, 1))
    go(outlets[:199], SUPERVISED, on=date(2025, 6, 1))
    go(outlets[199:], reached, on=date(2025, 6, 1))

    asked = asking(date(2025, 12, 31))
    found = cell(build.unit("419001"), "targets.classified_coverage", asked)
    assert (found.share, found.status, found.judgement.gap) == (0.995, Status.MISSED, 1)
    missing = queries.rows_behind(Where("419001"), "targets.classified_coverage", Part.MISSING, asked, actor=CONSOLE)
    assert [row.outlet_id for row in missing.rows] == [outlets[199].pk]


@pytest.mark.parametrize("code", ["419001", "410500", "140825", "140200", "220000"])
def test_a_survey_share_is_unknown_and_never_complete(country, code):
    where = build.unit(code)
    board = queries.scoreboard(Where(where.path), asking(date(2025, 12, 31)), actor=CONSOLE, parts=False)
    surveys = [found for found in board.total.cells if found.target.metric == "survey"]
    assert surveys
    for found in surveys:
        assert (found.figure.numerator, found.share, found.judgement.met) == (None, None, None)
        assert (found.status, found.figure.reason) == (Status.UNKNOWN, "尚无岸线排查区段，按岸线长度计算")


def test_a_filing_upward_is_needed_where_the_scheme_takes_two_levels(country):
    county = build.unit("220122")
    outlets = enter(county, 4, on=date(2023, 5, 1), receiving=build.water("伊通河"))
    go(outlets, DONE, on=date(2023, 7, 1))
    go(outlets[:1], [Move.FILE_UPWARD], on=date(2023, 8, 1))
    found = cell(county, "targets.remediation[2023-12-31]", asking(date(2023, 12, 31)))
    assert (found.figure.numerator, found.figure.denominator) == (1, 4)


def test_a_place_without_a_scheme_has_no_targets(country):
    board = queries.scoreboard(Where("4202"), asking(date(2023, 12, 31)), actor=CONSOLE)
    assert (board.has_scheme, board.parts) == (False, ())


SCOPES = [
    pytest.param("419001", "演示塘坝", True, "all_incl_ditches", marks=pytest.mark.clause("JY-25")),
    pytest.param("419001", "蟒河", True, "all_incl_ditches"),
    pytest.param("410506", "洪河", True, "main_then_all", marks=pytest.mark.clause("AY-13")),
    pytest.param("140825", "鼓水", False, "county_wide_targets_fen_hui", marks=pytest.mark.clause("XJ-09")),
    pytest.param("140825", "汾河", True, "county_wide_targets_fen_hui"),
    pytest.param("140214", "口泉河", False, "assessed_rivers", marks=pytest.mark.clause("DT-09")),
    pytest.param("140214", "十里河", True, "assessed_rivers"),
    pytest.param("220122", "伊通河", True, "songliao_then_all", marks=pytest.mark.clause("JL-18")),
]


@pytest.mark.parametrize(("code", "river", "in_scope", "waters"), SCOPES)
def test_an_outlet_on_any_water_is_taken_in_and_its_scope_follows_the_scheme(country, code, river, in_scope, waters):
    made = build.outlet(build.unit(code), on=date(2024, 3, 1), receiving=build.water(river))
    found = queries.scope_of(made, asking(date(2024, 6, 1)))
    assert made.in_register
    assert (found.in_scope, found.waters) == (in_scope, waters)


def test_the_targets_of_anyang_count_main_rivers_first_and_every_water_in_the_survey(country):
    on_main = build.outlet(build.unit("410502"), on=date(2024, 3, 1), receiving=build.water("安阳河"))
    on_minor = build.outlet(build.unit("410506"), on=date(2024, 3, 1), receiving=build.water("洪河"))
    asked = asking(date(2024, 6, 1))
    main = {target.key for target in queries.scope_of(on_main, asked).targets}
    minor = {target.key for target in queries.scope_of(on_minor, asked).targets}
    assert "targets.remediation[2024-12-31]" in main - minor
    assert minor == {"targets.survey[2024-12-31]"}


@pytest.mark.clause("JL-20")
def test_a_river_added_later_belongs_to_the_extension_from_that_day_and_the_day_is_kept(country):
    river = build.water("岔路河")
    made = build.outlet(build.unit("220221"), on=date(2023, 5, 1), receiving=river)
    places.extend_scope(river, on=date(2024, 2, 1), source="测试文件", by=CONSOLE, at=build.recorded(date(2024, 2, 1)))

    before = queries.scope_of(made, asking(date(2024, 1, 31)))
    after = queries.scope_of(made, asking(date(2024, 2, 1)))
    assert before.groups == ()
    assert [(group.label, group.from_day, group.source) for group in after.groups] == [
        ("全省扩展", date(2024, 2, 1), "测试文件")
    ]


@pytest.mark.clause("JL-23")
def test_waters_outside_the_imported_list_do_not_count_in_the_target_of_2023(country):
    key = "targets.remediation[2023-12-31]"
    asked = asking(date(2023, 12, 31))
    for code, river in (("220122", "伊通河"), ("220221", "饮马河"), ("220221", "岔路河")):
        go(enter(build.unit(code), 2, on=date(2023, 5, 1), receiving=build.water(river)), LISTED, on=date(2023, 6, 1))
    jilin = build.unit("220000")
    assert cell(jilin, key, asked).figure.denominator == 4

    imported = places.import_water_list(
        "名称\n伊通河\n岔路河\n",
        source="流域干流及重要支流清单",
        by=CONSOLE,
        at=build.recorded(date(2024, 1, 10)),
        within="22",
    )
    assert imported.unknown == ()
    rows = queries.rows_behind(Where("22"), key, Part.DENOMINATOR, asked, actor=CONSOLE).rows
    assert {row.water_id for row in rows} == {build.water("伊通河").pk, build.water("岔路河").pk}
    as_known_before = asking(date(2023, 12, 31), known_at=build.recorded(date(2024, 1, 5)))
    assert cell(jilin, key, as_known_before).figure.denominator == 4
    assert queries.rows_behind(Where("22"), key, Part.DENOMINATOR, as_known_before, actor=CONSOLE).rows[2].water_id == (
        build.water("饮马河").pk
    )
