"""The whole demonstration on real divisions: every stage, every type, every reason, a log-in for every role."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qingyuan.access.models import Assignment, Officer
from qingyuan.boards.progress.queries import Asking, Where, explain, scoreboard
from qingyuan.bodies.models import Body
from qingyuan.commands.site import lay_ground
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import IN_REGISTER
from qingyuan.core.progress import Reason
from qingyuan.demo import builder
from qingyuan.ledger import queries as ledger
from qingyuan.library import queries as library
from qingyuan.places.data.build import BUILT
from qingyuan.registry import tallies
from qingyuan.registry.models import Outlet
from qingyuan.rulebook.queries import policy_for

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not (BUILT / "divisions.csv.gz").exists(), reason="division tables are made by set-up"),
]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATHS = ("419001", "4105", "140825", "1402", "22")


def reasons() -> set[Reason]:
    """Every reason met between askings that a person would make."""
    found: set[Reason] = set()

    def ask(where: Where, before: Asking, after: Asking) -> None:
        for one in explain(where, before, after, actor=CONSOLE):
            found.update(change.reason for change in one.changes)
            if one.before.denominator is not None and one.after.denominator is not None:
                moved = sum(change.denominator for change in one.changes)
                assert one.after.denominator - one.before.denominator == moved

    counties = sorted({path[:6] for path in Outlet.objects.values_list("unit_path", flat=True) if path[:2] != "22"})
    due = date(2023, 12, 31)
    for path in (*PATHS, *counties):
        for first, last in (
            (date(2023, 1, 5), due),
            (due, date(2024, 12, 31)),
            (date(2024, 6, 30), date(2025, 12, 31)),
        ):
            ask(Where(path), Asking(first, None, NOW), Asking(last, None, NOW))
        for known in (datetime(2023, 3, 1, tzinfo=UTC), datetime(2024, 1, 10, tzinfo=UTC)):
            ask(Where(path), Asking(due, known, NOW), Asking(due, None, NOW))
    for body in Body.objects.filter(name__in=["大同市城市管理局", "大同市水利局"]):
        known = datetime(2024, 1, 10, tzinfo=UTC)
        ask(Where("1402", body_id=body.pk), Asking(due, known, NOW), Asking(due, None, NOW))
    for path in PATHS:
        where = Where(path, type_key="YH.urban_storm")
        ask(where, Asking(date(2024, 9, 1), None, NOW), Asking(date(2025, 12, 31), None, NOW))
    return found


def test_the_five_places_stand_with_everything_a_visitor_may_ask_for() -> None:
    lay_ground("000000", at=builder.BEGAN, say=lambda _text: None)
    made = builder.build(scale="five", seed=2023, count=0, at=NOW, say=lambda _text: None)
    assert ledger.verify().whole
    assert tallies.differences() == []
    assert library.damaged() == []
    assert not Outlet.objects.filter(is_demo=False).exists()
    stages = set(Outlet.objects.values_list("stage", flat=True))
    assert {stage.value for stage in IN_REGISTER} <= stages
    tree = tree_of(policy_for("", on=date(2025, 12, 31)))
    assert {child.key for top in tree.tops for child in top.children} <= set(
        Outlet.objects.values_list("type_key", flat=True)
    )
    for path in PATHS:
        assert 60 <= Outlet.objects.standing().within(path).count() <= 300
    assert reasons() >= set(Reason) - {Reason.CORRECTED, Reason.CLASSIFIED}  # nothing withdraws a milestone yet

    roles = set(Assignment.objects.values_list("role", flat=True))
    assert roles == {role.value for role in Role} - {Role.CONSOLE.value}
    for log_in in made.log_ins[:3]:
        assert Officer.objects.get(username=log_in.username, is_active=True).check_password(builder.PASSWORD)

    def share(path: str, metric: str, due: date) -> float:
        board = scoreboard(Where(path), Asking(date(2023, 12, 31), None, NOW), actor=CONSOLE)
        found = next(cell for cell in board.total.cells if (cell.target.metric, cell.target.due) == (metric, due))
        assert found.share is not None
        return found.share

    assert 0.66 <= share("4105", "remediation", date(2023, 12, 31)) <= 0.73
    assert 0.78 <= share("419001", "tracing", date(2023, 12, 31)) <= 0.86
    assert 0.95 <= share("140825", "tracing", date(2023, 12, 31)) < 1
