"""Waters bear dated flags; a named list decides who bears one; nothing said before is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE as BY
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.waters import Status, WaterFlagKind, WaterKind
from qingyuan.ledger.models import Entry
from qingyuan.places import actions, loading, queries
from qingyuan.places.models import Basin, FunctionalZone, Section, Water, WaterFlag
from tests.places_data import AT, build_units, build_waters

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 31)
LATER = AT + timedelta(days=400)


@pytest.fixture(autouse=True)
def places() -> None:
    """The small real tree with the seed waters."""
    build_units()
    build_waters()


def named(name: str) -> Water:
    """The one water of a name."""
    (found,) = queries.waters_named(name)
    return found


def bearing(flag: WaterFlagKind, on: date = DAY) -> set[str]:
    """The names of the waters that bear a flag."""
    return {water.name for water in Water.objects.filter(pk__in=queries.water_ids_with([flag], on))}


def test_the_flags_of_the_five_schemes_stand_on_real_rivers():
    assert bearing(WaterFlagKind.FEN_HUI) == {"汾河", "浍河"}
    assert {"辽河", "饮马河", "查干湖"} <= bearing(WaterFlagKind.PIONEER)
    assert {"黄河", "沁河", "卫河", "安阳河"} <= bearing(WaterFlagKind.MAIN_RIVER)
    assert {"桑干河", "御河", "十里河", "唐河"} <= bearing(WaterFlagKind.ASSESSED_SECTION)
    assert {"松花江", "辽河", "饮马河"} <= bearing(WaterFlagKind.SONGLIAO_MAIN)


def test_every_seed_says_how_sure_it_is_and_where_its_line_is_from():
    assert all(flag.status in set(Status) for flag in WaterFlag.objects.all())
    assert {water.source for water in Water.objects.all()} == {
        "演示示意",
        "Natural Earth 1:10m rivers（公有领域），已简化",
    }
    assert all(section.is_demo for section in Section.objects.all())
    assert Basin.objects.get(code="DB").parent.name == "黄河流域"


def test_a_water_lies_in_the_range_of_the_water_it_flows_into():
    yellow, yin = named("黄河"), named("浍河")
    assert yin.parent == named("汾河")
    assert yin in queries.upstream_of(yellow.path)
    assert yellow not in queries.upstream_of(yin.path)


def test_waters_are_found_by_other_names_and_by_the_unit_they_flow_through():
    assert named("洹河").name == "安阳河"
    assert {"汾河", "浍河"} <= {water.name for water in queries.waters_in("140825")}
    assert "桑干河" in {water.name for water in queries.waters_in("1402")}
    assert queries.waters_named("没有这条河") == []
    with pytest.raises(NotFound):
        queries.water("ZZ9999")


def test_loading_the_seed_again_adds_nothing():
    assert loading.load_waters(at=LATER, by=BY).new == 0
    assert loading.load_basins(at=LATER, by=BY).new == 0


@pytest.mark.parametrize("kind", [WaterKind.DITCH, WaterKind.POND, WaterKind.OTHER])
def test_ditches_and_ponds_are_waters_too(kind: WaterKind):
    made = actions.add_water(
        "DA9001", "村北沟", kind=kind, flows_into="DA0003", units=["419001"], source="现场排查", by=BY, at=AT
    )
    assert made.path == named("蟒河").path + "DA9001"
    assert made in queries.waters_in("419001")
    with pytest.raises(Refused):
        actions.add_water("DA9001", "又一条", kind=kind, source="现场排查", by=BY, at=AT)
    with pytest.raises(Refused):
        actions.add_water("9001", "又一条", kind=kind, source="现场排查", by=BY, at=AT)


def test_a_flag_holds_from_its_day_to_the_day_before_its_end():
    water = named("珠龙河")
    actions.set_flag(
        water, WaterFlagKind.MAIN_RIVER, from_day=date(2024, 1, 1), to_day=date(2025, 1, 1), source="文号", by=BY, at=AT
    )
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [water.name in bearing(WaterFlagKind.MAIN_RIVER, on) for on in days] == [False, True, True, False]
    entry = Entry.objects.get(kind="water", subject_id=water.code)
    assert entry.act == "water.set_flag"


def test_a_cleared_flag_can_still_be_asked_as_known_before():
    water = named("蟒河")
    actions.clear_flag(water, WaterFlagKind.MAIN_RIVER, on=date(2024, 6, 1), source="文号", by=BY, at=LATER)
    after = date(2024, 7, 1)
    assert water.name not in bearing(WaterFlagKind.MAIN_RIVER, after)
    assert water.name in bearing(WaterFlagKind.MAIN_RIVER, DAY)
    before = queries.water_ids_with([WaterFlagKind.MAIN_RIVER], after, known_at=LATER - timedelta(seconds=1))
    assert water.pk in before
    actions.set_flag(water, WaterFlagKind.MAIN_RIVER, from_day=date(2030, 1, 1), source="文号", by=BY, at=LATER)
    actions.clear_flag(water, WaterFlagKind.MAIN_RIVER, on=date(2025, 1, 1), source="文号", by=BY, at=LATER)
    assert water.name not in bearing(WaterFlagKind.MAIN_RIVER, date(2031, 1, 1))
    with pytest.raises(Refused) as refused:
        actions.clear_flag(water, WaterFlagKind.MAIN_RIVER, on=after, source="文号", by=BY, at=LATER)
    assert refused.value.refusal.code == "places.flag_not_set"


@pytest.mark.parametrize(("source", "to_day"), [(" ", None), ("文号", date(2023, 1, 1))])
def test_a_flag_without_source_or_with_crossed_days_is_refused(source: str, to_day: date | None):
    before = WaterFlag.objects.count()
    with pytest.raises(Refused):
        actions.set_flag(
            named("沁河"), WaterFlagKind.PIONEER, from_day=date(2024, 1, 1), to_day=to_day, source=source, by=BY, at=AT
        )
    assert WaterFlag.objects.count() == before


@pytest.mark.clause("JL-20")
def test_the_day_of_an_extension_is_kept():
    water = named("图们江")
    actions.extend_scope(water, on=date(2024, 5, 1), source="扩展通知（演示）", by=BY, at=AT)
    assert bearing(WaterFlagKind.PROVINCE_EXTENSION, date(2024, 4, 30)) == set()
    assert bearing(WaterFlagKind.PROVINCE_EXTENSION, date(2024, 5, 1)) == {"图们江"}
    (flag,) = queries.flags_of(water, date(2024, 5, 1))
    assert flag.from_day == date(2024, 5, 1)


def test_after_the_named_list_exactly_its_waters_bear_the_flag():
    source = "《流域干流及重要支流清单》"
    before = queries.water_ids_with([WaterFlagKind.SONGLIAO_MAIN], DAY)
    done = actions.import_water_list("名称,备注\n饮马河,\n伊通河,\n图们江,\n", source=source, by=BY, at=LATER)
    assert len(done.flagged) == 3
    assert bearing(WaterFlagKind.SONGLIAO_MAIN) == {"饮马河", "伊通河", "图们江"}
    assert queries.water_ids_with([WaterFlagKind.SONGLIAO_MAIN], DAY, known_at=AT) == before
    again = actions.import_water_list("名称\n饮马河\n伊通河\n图们江\n", source=source, by=BY, at=LATER)
    assert (again.flagged, again.unflagged, len(again.kept)) == ((), (), 3)


def test_a_list_with_an_unknown_name_changes_nothing_and_names_the_line():
    before = bearing(WaterFlagKind.SONGLIAO_MAIN)
    done = actions.import_water_list("\ufeff名称\n饮马河\n\n火星河\n", source="清单", by=BY, at=LATER)
    assert done.unknown == ((4, "火星河"),)
    assert bearing(WaterFlagKind.SONGLIAO_MAIN) == before
    with pytest.raises(Refused):
        actions.import_water_list("河\n饮马河\n", source="清单", by=BY, at=LATER)


def test_a_functional_zone_nobody_judged_is_unknown():
    zone = FunctionalZone.objects.get(code="CC0004F01")
    assert queries.functional_zone_met(zone, DAY) is None
    actions.record_functional_result(zone, from_day=date(2023, 1, 1), met=False, source="通报", by=BY, at=AT)
    assert queries.functional_zone_met(zone, date(2022, 12, 31)) is None
    assert queries.functional_zone_met(zone, DAY) is False
    actions.record_functional_result(zone, from_day=date(2023, 1, 1), met=True, source="更正", by=BY, at=LATER)
    assert queries.functional_zone_met(zone, DAY) is True
    assert queries.functional_zone_met(zone, DAY, known_at=AT) is False


acts = st.lists(
    st.tuples(st.booleans(), st.dates(date(2023, 1, 1), date(2024, 12, 31)), st.integers(0, 3)), min_size=1, max_size=6
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(acts)
def test_what_was_known_at_a_time_never_changes_afterwards(steps: list[tuple[bool, date, int]]):
    codes = ["DA0004", "DA0005", "DA0006", "DA0007"]
    WaterFlag.objects.filter(water__code__in=codes).delete()
    days = [date(2023, 1, 1) + timedelta(days=90 * n) for n in range(9)]
    answers = {}
    for number, (give, day, which) in enumerate(steps):
        at = AT + timedelta(days=number)
        water, flag = queries.water(codes[which]), WaterFlagKind.MAIN_RIVER
        if give:
            actions.set_flag(water, flag, from_day=day, source="文号", by=BY, at=at)
        elif water.pk in queries.water_ids_with([flag], day):
            actions.clear_flag(water, flag, on=day, source="文号", by=BY, at=at)
        answers[at] = [queries.water_ids_with([flag], on) for on in days]
        assert answers[at] == [queries.water_ids_with([flag], on, known_at=at) for on in days]
    for at, said in answers.items():
        assert [queries.water_ids_with([WaterFlagKind.MAIN_RIVER], on, known_at=at) for on in days] == said
