"""Every way a figure changes has its own reason, told with outlets and signed numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Asking, Part, Where
from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.waters import WaterFlagKind
from qingyuan.places import actions as places
from qingyuan.registry import actions
from qingyuan.registry.models import Outlet
from qingyuan.rulebook import actions as rulebook
from qingyuan.rulebook import texts
from tests import build
from tests.boards.build_progress import DONE, LISTED, TRACED, enter, go

pytestmark = pytest.mark.django_db

THEN, MEANWHILE, NOW = date(2024, 3, 1), date(2024, 3, 20), date(2024, 4, 1)
AT = build.recorded(MEANWHILE)
TRACING, REMEDIATION, ALL_WATERS = (
    "targets.tracing[2023-12-31]",
    "targets.remediation[2024-12-31]",
    "targets.remediation[2023-12-31]",
)


def told(key: str, where: Where | None = None) -> dict[str, tuple[int, int]]:
    """Reason → change of numerator and denominator between the two days, each as known on its day."""
    at = build.recorded(NOW) + timedelta(hours=5)
    earlier, later = Asking(THEN, build.recorded(THEN) + timedelta(hours=5), at), Asking(NOW, None, at)
    found = queries.explain(where or Where("140214"), earlier, later, actor=CONSOLE)
    explained = next(one for one in found if one.target.key == key)
    return {change.reason.value: (change.numerator, change.denominator) for change in explained.changes}


@pytest.fixture
def county():
    build.country()
    return build.unit("140214")


def outlets(county, moves=(), number=1, *, river="十里河") -> list[Outlet]:
    made = enter(county, number, on=date(2023, 6, 1), receiving=build.water(river))
    go(made, moves, on=date(2023, 7, 1))
    return made


def found_new(county):
    go(enter(county, 2, on=MEANWHILE, receiving=build.water("十里河")), TRACED, on=MEANWHILE)


def found_late(county):
    go(
        enter(county, 1, on=date(2024, 2, 1), at=AT, receiving=build.water("十里河")),
        TRACED,
        on=date(2024, 2, 2),
        at=AT,
    )


def brought_in(county):
    shared = build.papers(Paper.SOURCE_REGISTER)
    new = actions.NewOutlet(
        "带入排污口",
        county,
        MEANWHILE,
        shared,
        Move.BRING_IN,
        Stage.PARTY_FIXED,
        water=build.water("十里河"),
        party=build.body(county),
    )
    actions.bring_in(new, by=build.SURVEYOR, at=AT)


def moved_in(county):
    made = outlets(build.unit("140213"), TRACED)
    boundary = build.papers(Paper.BOUNDARY_BASIS)
    actions.change_unit(made, unit=county, on=MEANWHILE, papers=boundary, by=build.VERIFIER, at=AT)


def moved_out(county):
    made = outlets(county, TRACED)
    boundary = build.papers(Paper.BOUNDARY_BASIS)
    actions.change_unit(made, unit=build.unit("140213"), on=MEANWHILE, papers=boundary, by=build.VERIFIER, at=AT)


def verified(county):
    go(outlets(county, number=2), [Move.VERIFY], on=MEANWHILE)


def party_fixed(county):
    go(outlets(county, [Move.VERIFY]), [Move.FIX_PARTY], on=MEANWHILE)


def water_corrected(county):
    (made,) = outlets(county, TRACED)
    river = build.water("口泉河")
    actions.correct(made, values={"water": river}, reason="测试", on=MEANWHILE, by=build.VERIFIER, at=AT)


def flag_changed(county):
    outlets(county, TRACED, river="口泉河")
    flag = WaterFlagKind.ASSESSED_SECTION
    places.set_flag(build.water("口泉河"), flag, from_day=MEANWHILE, source="测试", by=CONSOLE, at=AT)


def no_longer_counted(county):
    (made,) = outlets(county, TRACED)
    kind = {"special_kind": "ditch_confluence"}
    actions.correct(made, values=kind, reason="测试", on=MEANWHILE, by=build.VERIFIER, at=AT)


WAYS_OF_TRACING = [
    (found_new, {"found": (2, 2)}),
    (found_late, {"late_found": (1, 1)}),
    (brought_in, {"brought_in": (1, 1)}),
    (moved_in, {"moved_in": (1, 1)}),
    (moved_out, {"moved_out": (-1, -1)}),
    (verified, {"verified": (0, 2)}),
    (party_fixed, {"party_fixed": (1, 0)}),
    (water_corrected, {"water_corrected": (-1, -1)}),
    (flag_changed, {"water_flags_changed": (1, 1)}),
    (no_longer_counted, {"counting_changed": (-1, -1)}),
]


@pytest.mark.parametrize(("happens", "expected"), WAYS_OF_TRACING, ids=lambda one: getattr(one, "__name__", ""))
def test_a_change_of_the_traced_share_has_its_reason(county, happens: Callable, expected):
    happens(county)
    assert told(TRACING) == expected


def withdrawn(county):
    made = enter(county, 1, on=date(2023, 6, 1), receiving=build.water("十里河"))
    actions.withdraw_entries(made, reason="测试", by=CONSOLE, at=AT)


def listed(county):
    go(outlets(county, LISTED[:-1]), LISTED[-1:], on=MEANWHILE)


def accepted(county):
    go(outlets(county, DONE[:-1]), DONE[-1:], on=MEANWHILE)


def merged(county):
    go(outlets(county, DONE[:-1]), [Move.ACCEPT, Move.MERGE], on=MEANWHILE)


def closed(county):
    go(outlets(county, DONE[:-1]), [Move.ACCEPT, Move.CLOSE], on=MEANWHILE)


def reopened(county):
    go(outlets(county, [*DONE, Move.RETAIN]), [Move.REOPEN], on=MEANWHILE)


WAYS_OF_REMEDIATION = [
    (listed, {"problem_listed": (0, 1)}),
    (accepted, {"accepted": (1, 0)}),
    (merged, {"merged": (1, 0)}),
    (closed, {"closed": (1, 0)}),
    (reopened, {"reopened": (-1, 0)}),
]


@pytest.mark.parametrize(("happens", "expected"), WAYS_OF_REMEDIATION, ids=lambda one: getattr(one, "__name__", ""))
def test_a_change_of_the_remediated_share_has_its_reason(county, happens, expected):
    happens(county)
    assert told(REMEDIATION) == expected


def test_an_entry_withdrawn_takes_its_outlet_along():
    build.country()
    withdrawn(build.unit("419001"))
    assert told("targets.classified_coverage", Where("419001")) == {"withdrawn": (0, -1)}


def test_a_filing_upward_is_a_reason_where_the_scheme_asks_for_it():
    build.country()
    made = enter(build.unit("220122"), 1, on=date(2023, 6, 1), receiving=build.water("伊通河"))
    go(made, DONE, on=date(2023, 7, 1))
    go(made, [Move.FILE_UPWARD], on=MEANWHILE)
    assert told("targets.remediation[2025-12-31]", Where("220122")) == {"filed_upward": (1, 0)}


def test_a_new_text_of_the_scheme_is_a_reason_of_its_own(county):
    outlets(county, TRACED, 3, river="口泉河")
    outlets(county, TRACED, 2)
    files = dict(texts.read_folder(texts.SHIPPED)["140200-datong"])
    name = next(name for name in files if name.endswith("targets.yaml"))
    waters = "note: 读法 A-25；二(二)同日查明底数, waters: [assessed_section]"
    assert waters in files[name]
    files[name] = files[name].replace(waters, "waters: all")
    rulebook.load_texts({"140200-datong": files}, from_day=date(2023, 5, 4), by=CONSOLE, at=AT)
    assert told(TRACING) == {"rule_changed": (3, 3)}


def test_a_department_s_own_board_tells_of_its_transfers(county):
    first, second = (build.body(county, kind=BodyKind.GOVERNMENT) for _place in range(2))
    made = enter(county, 1, on=date(2023, 6, 1), receiving=build.water("十里河"), managing_body=first)
    go(made, TRACED, on=date(2023, 7, 1))
    actions.correct(made[0], values={"managing_body": second}, reason="测试", on=MEANWHILE, by=build.VERIFIER, at=AT)
    assert told(TRACING, Where("140214", body_id=first.pk)) == {"department_changed": (-1, -1)}
    assert told(TRACING, Where("140214", body_id=second.pk)) == {"department_changed": (1, 1)}


def test_the_sentence_names_outlets_and_signs(county):
    found_new(county)
    reopened(county)
    at = build.recorded(NOW) + timedelta(hours=5)
    earlier, later = Asking(THEN, build.recorded(THEN), at), Asking(NOW, None, at)
    sentences = {
        one.target.key: one.sentence for one in queries.explain(Where("140214"), earlier, later, actor=CONSOLE)
    }
    assert sentences[TRACING] == "2 个新发现（完成 +2，应计 +2）"
    assert sentences[REMEDIATION] == "1 个重新整治（完成 −1）"
    assert sentences["targets.survey[2023-12-31]"] == "无变化"


def test_the_signs_beside_a_share_count_what_it_hides(county):
    done = outlets(county, DONE, 12)
    go(done[:1], [Move.RETAIN, Move.REOPEN], on=date(2023, 8, 1))
    go(
        enter(county, 2, on=date(2023, 6, 1), at=AT, receiving=build.water("十里河")),
        LISTED,
        on=date(2023, 7, 1),
        at=AT,
    )
    shared = build.papers(Paper.SOURCE_REGISTER)
    new = actions.NewOutlet(
        "带入排污口", county, date(2023, 6, 5), shared, Move.BRING_IN, Stage.ACCEPTED, water=build.water("十里河")
    )
    actions.bring_in(new, by=build.SURVEYOR, at=build.recorded(date(2023, 6, 5)))

    asked = Asking(date(2023, 12, 31), None, build.recorded(NOW))
    aim = queries.aim_of(Where("140214"), REMEDIATION, asked)
    found = queries.integrity(Where("140214"), [aim], asked, actor=CONSOLE)[0]

    assert (found.late, found.reopened, found.brought_in, found.at_once) == (2, 1, 1, 11)
    behind = queries.rows_behind(Where("140214"), REMEDIATION, Part.DENOMINATOR, asked, actor=CONSOLE, limit=99)
    assert len(behind.rows) == 15


def test_a_zone_is_a_memo_within_its_city_and_not_counted_twice(county):
    zone = build.unit("1402Z01")
    own = enter(county, 2, on=date(2023, 6, 1), receiving=build.water("十里河"), managing_unit=zone)
    go([*own, *outlets(county, number=3)], [Move.VERIFY], on=date(2023, 7, 1))
    for asked in (Asking(date(2023, 12, 31), None, build.recorded(NOW)), Asking.today(build.recorded(NOW))):
        board = queries.scoreboard(Where("1402"), asked, actor=CONSOLE, measured_only=True)
        place = next(place for place, cell in enumerate(board.total.cells) if cell.target.key == TRACING)
        assert board.total.cells[place].figure.denominator == 5
        assert sum(line.cells[place].figure.denominator for line in board.parts) == 5
        assert [(line.name, line.cells[place].figure.denominator) for line in board.memo] == [("大同经济技术开发区", 2)]
        alone = queries.scoreboard(Where("1402Z01"), asked, actor=CONSOLE, parts=False)
        assert next(one for one in alone.total.cells if one.target.key == TRACING).figure.denominator == 2
