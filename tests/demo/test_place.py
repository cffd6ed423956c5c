"""One place of the demonstration, walked: repeatable, whole, all marked 演示, and interesting on its own dates."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from qingyuan.boards.progress import queries as progress
from qingyuan.boards.progress.queries import Asking, Where
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE
from qingyuan.core.progress import Reason
from qingyuan.demo.builder import make_place
from qingyuan.demo.people import Officers
from qingyuan.demo.schemes import XINJIANG
from qingyuan.ledger import queries as ledger
from qingyuan.registry import tallies
from qingyuan.registry.models import MilestoneRecord, Outlet, Standing
from tests.places_data import AT, build_units, build_waters

pytestmark = pytest.mark.django_db
DUE = date(2023, 12, 31)
TOLD = datetime(2024, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def ground() -> None:
    """Units with rectangles for outlines, and the seed waters."""
    build_units(outlines=True)
    build_waters()


def register_of() -> list[tuple]:
    """What two registers must agree on; ids aside."""
    names = ("name", "stage", "stage_since", "milestones", "type_key", "unit_path", "longitude_deg", "registered_at")
    outlets = list(Outlet.objects.order_by("name", "pk").values_list(*names, "party__name", "water__code"))
    first = Outlet.objects.order_by("pk").first()
    assert first is not None
    said = MilestoneRecord.objects.order_by("pk").values_list("milestone", "day", "recorded_at", "outlet__name")
    return [*outlets, *said]


def test_the_same_seed_gives_the_same_register_and_another_seed_another(ground: None) -> None:
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            make_place(XINJIANG, Officers(at=AT), seed=seed)
            found.append(register_of())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_a_place_is_whole_marked_and_judged_on_its_own_dates(ground: None) -> None:
    make_place(XINJIANG, Officers(at=AT), seed=2023)
    assert ledger.verify().whole
    assert tallies.differences() == []
    assert not Outlet.objects.filter(is_demo=False).exists()
    assert not Body.objects.filter(is_demo=False).exists()
    assert not Outlet.objects.filter(unit__kind="zone").exists(), "the unit is always territory"
    verified = Outlet.objects.exclude(verified_by="")
    assert verified.exists()
    assert not [one for one in verified if one.registered_by == one.verified_by], "four eyes"
    assert Standing.objects.filter(counted=False).exists()
    assert Outlet.objects.filter(withdrawn_at__isnull=False).exists()
    assert Outlet.objects.filter(longitude_deg=None).exists()
    assert Outlet.objects.filter(water=None).exists()
    assert Outlet.objects.filter(merged_into__isnull=False).exists()
    assert Outlet.objects.filter(stage="candidate").exists()

    where = Where("140825")
    later = Asking(DUE, None, NOW)
    told = progress.explain(where, Asking(DUE, TOLD, NOW), later, actor=CONSOLE)
    for one in told:
        numerator = sum(change.numerator for change in one.changes)
        denominator = sum(change.denominator for change in one.changes)
        if one.after.denominator is not None and one.before.denominator is not None:
            assert (one.after.numerator or 0) - (one.before.numerator or 0) == numerator
            assert one.after.denominator - one.before.denominator == denominator
    reasons = {change.reason for one in told for change in one.changes}
    assert {Reason.LATE_FOUND, Reason.REOPENED} <= reasons
    tracing = next(one for one in told if one.target.metric == "tracing")
    assert tracing.after.numerator is not None
    assert tracing.after.denominator is not None
    assert 0 < tracing.after.denominator - tracing.after.numerator <= 2, "新绛 falls a little short of all"
