"""核实、责任主体、分类、更正、区划变更: what a person decides about an outlet, and what it leaves behind."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.classification import national_view, tree_of
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.waters import WaterFlagKind
from qingyuan.core.zones import ZoneKind
from qingyuan.ledger import queries as ledger
from qingyuan.places import actions as places
from qingyuan.registry import actions, queries, rules, tallies
from qingyuan.registry.models import Fact, Outlet, Proposal, Responsibility, Standing
from qingyuan.registry.models_history import END_OF_TIME
from tests import build

pytestmark = pytest.mark.django_db

JIYUAN, ANYANG, XINJIANG, DATONG, JILIN = "419001", "410502", "140825", "140213", "220184"


@pytest.fixture(autouse=True)
def _country():
    build.country()


def tree(code, on=date(2023, 12, 31)):
    return tree_of(rules.policy_of(build.unit(code).path, on=on))


def reviewer(seat, *, function=BodyFunction.ECOLOGY):
    bureau = build.body(build.unit(seat), kind=BodyKind.GOVERNMENT, functions=(function,))
    return build.actor(Role.REVIEWER, build.unit(seat), body=bureau)


# --- 责任主体 ------------


def test_a_party_is_fixed_on_a_basis_with_a_paper():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.VERIFIED)
    party = build.body(outlet.unit)
    given = build.papers(Paper.PARTY_BASIS)
    actions.fix_party(
        outlet, body=party, basis="applicant", on=build.DAY, by=build.VERIFIER, at=build.NOON, papers=given
    )
    assert Outlet.objects.get(pk=outlet.pk).party == party
    assert outlet.stage == Stage.PARTY_FIXED
    assert ledger.timeline("outlet", str(outlet.pk))[0].details["basis"] == "applicant"


def test_a_later_party_ends_the_earlier_one_and_both_stay_on_record():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.CLASSIFIED)
    second = build.body(outlet.unit)
    actions.fix_party(
        outlet,
        body=second,
        basis="designated",
        on=build.DAY,
        by=build.VERIFIER,
        at=build.NOON,
        papers=build.papers(Paper.PARTY_BASIS),
    )
    assert outlet.stage == Stage.CLASSIFIED
    kept = queries.parties_of(outlet)
    assert len(kept) == 2
    assert Responsibility.objects.get(outlet=outlet, to_day=None).body == second


def test_without_a_basis_no_party_is_fixed():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.VERIFIED)
    party = build.body(outlet.unit)
    with pytest.raises(Refused) as caught:
        actions.fix_party(
            outlet, body=party, basis="", on=build.DAY, by=build.VERIFIER, at=build.NOON, papers=build.papers()
        )
    assert caught.value.refusal.code == "lifecycle.missing_papers"


# --- 分类 ------------


@pytest.mark.clause("DT-38")
def test_in_datong_the_city_bureau_confirms_types_and_a_county_may_only_propose():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.PARTY_FIXED)
    county, city = reviewer("140213"), reviewer("140200")
    with pytest.raises(Refused) as caught:
        actions.classify(outlet, type_key="GY.enterprise", on=build.DAY, by=county, at=build.NOON)
    assert caught.value.refusal.code == "access.not_lead"
    assert caught.value.refusal.clause.startswith("大同 三(三)")
    actions.propose_type(outlet, type_key="QT.other", reasons="现场判断", on=build.DAY, by=county, at=build.NOON)
    actions.classify(outlet, type_key="GY.enterprise", on=build.DAY, by=city, at=build.NOON)
    assert Outlet.objects.get(pk=outlet.pk).type_key == "GY.enterprise"
    assert Proposal.objects.get(outlet=outlet, origin="officer").decision == "kept"


def test_elsewhere_the_county_reviewer_confirms_types():
    outlet = build.outlet(build.unit(ANYANG), stage=Stage.PARTY_FIXED)
    actions.classify(outlet, type_key="GY.enterprise", on=build.DAY, by=reviewer("410502"), at=build.NOON)
    assert outlet.stage == Stage.CLASSIFIED


@pytest.mark.parametrize(
    ("code", "top", "count"),
    [
        pytest.param(JIYUAN, "工业排污口", 4, marks=pytest.mark.clause("JY-28")),
        pytest.param(JIYUAN, "城镇污水处理厂排污口", 1, marks=pytest.mark.clause("JY-29")),
        pytest.param(JIYUAN, "农业排口", 2, marks=pytest.mark.clause("JY-30")),
        pytest.param(DATONG, "工业排污口", 4, marks=pytest.mark.clause("DT-35")),
        pytest.param(DATONG, "农业排口", 2, marks=pytest.mark.clause("DT-36")),
        pytest.param(DATONG, "其他排口", 8, marks=pytest.mark.clause("DT-37")),
        pytest.param(JILIN, "工业排污口", 4, marks=pytest.mark.clause("JL-43")),
        pytest.param(JILIN, "农业排口", 2, marks=pytest.mark.clause("JL-44")),
    ],
)
def test_only_a_child_of_the_chosen_first_level_can_be_recorded(code, top, count):
    children = tree(code).children(top)
    assert len(children) == count
    foreign = next(child for one in tree(code).tops if one.name != top for child in one.children)
    outlet = build.outlet(build.unit(code), stage=Stage.PARTY_FIXED, on=date(2023, 12, 31))
    confirming = reviewer("140200") if code == DATONG else reviewer(code)
    with pytest.raises(Refused) as caught:
        actions.classify(
            outlet,
            type_key=foreign.key,
            top=top,
            on=date(2023, 12, 31),
            by=confirming,
            at=build.recorded(date(2023, 12, 31)),
        )
    assert caught.value.refusal.code == "classification.foreign_child"
    actions.classify(
        outlet,
        type_key=children[0].key,
        top=top,
        on=date(2023, 12, 31),
        by=confirming,
        at=build.recorded(date(2023, 12, 31)),
    )
    assert outlet.type_key == children[0].key


@pytest.mark.clause("JY-31")
def test_jiyuan_lists_eight_other_kinds_and_refuses_an_agricultural_one_there():
    others = {child.name for child in tree(JIYUAN).children("其他排口")}
    assert {"港口码头排污口", "其它排污口"} <= others
    outlet = build.outlet(build.unit(JIYUAN), stage=Stage.PARTY_FIXED)
    with pytest.raises(Refused):
        actions.classify(
            outlet,
            type_key="NY.livestock_large",
            top="其他排口",
            on=date(2023, 12, 31),
            by=reviewer(JIYUAN),
            at=build.recorded(date(2023, 12, 31)),
        )


@pytest.mark.clause("JL-45")
def test_jilin_s_other_kinds_hold_the_four_named_and_refuse_an_industrial_one():
    others = {child.key for child in tree(JILIN).children("其他排口")}
    assert {"QT.irrigation", "QT.aquaculture_small", "QT.rural_facility", "QT.rural_domestic"} <= others
    outlet = build.outlet(build.unit(JILIN), stage=Stage.PARTY_FIXED)
    with pytest.raises(Refused):
        actions.classify(
            outlet, type_key="GY.enterprise", top="其他排口", on=build.DAY, by=reviewer(JILIN), at=build.NOON
        )


@pytest.mark.clause("DT-213")
def test_datong_has_five_first_and_sixteen_second_levels_and_every_pair_is_checked():
    tops = tree(DATONG).tops
    assert [len(top.children) for top in tops] == [4, 1, 2, 1, 8]
    outlet = build.outlet(build.unit(DATONG), stage=Stage.PARTY_FIXED)
    city = reviewer("140200")
    for top in tops:
        for other in tops:
            for child in other.children:
                reason = actions.deciding.guards.classify(
                    outlet, type_key=child.key, top=top.name, by=city, on=build.DAY, at=build.NOON
                )
                assert (reason is None) == (top is other)


@pytest.mark.parametrize(
    ("code", "first", "letters"),
    [
        pytest.param(JIYUAN, "其他排口", "QT", marks=pytest.mark.clause("JY-60")),
        pytest.param(XINJIANG, "城镇雨洪排口", "YH", marks=pytest.mark.clause("XJ-26")),
        pytest.param(DATONG, "城镇雨洪排口", "YH", marks=pytest.mark.clause("DT-34")),
        pytest.param(JILIN, "其他排口", "QT", marks=pytest.mark.clause("JL-46")),
    ],
)
def test_a_storm_outlet_stands_where_its_scheme_puts_it_and_keeps_its_second_level(code, first, letters):
    day = date(2023, 12, 31)
    outlet = build.outlet(build.unit(code), stage=Stage.PARTY_FIXED, on=day)
    confirming = reviewer("140200") if code == DATONG else reviewer(code)
    actions.classify(outlet, type_key="YH.urban_storm", top=first, on=day, by=confirming, at=build.recorded(day))
    policy = rules.policy_of(outlet.unit_path, on=day)
    own = tree_of(policy).top_of(outlet.type_key)
    assert (own.name, own.code) == (first, letters)
    assert national_view(policy).top_of(outlet.type_key).name == "其他排口"
    assert tree_of(policy).second(outlet.type_key).name == "城镇雨洪排口"


@pytest.mark.clause("JY-60")
def test_farm_return_and_ditch_confluences_are_other_outlets_in_jiyuan_and_a_ditch_is_not_counted():
    day = date(2023, 12, 31)
    for kind, counted in (("farm_return", True), ("ditch_confluence", False)):
        special = tree(JIYUAN).special(kind)
        outlet = build.outlet(build.unit(JIYUAN), stage=Stage.PARTY_FIXED, on=day)
        actions.classify(
            outlet,
            type_key=special.under,
            top="其他排口",
            special_kind=kind,
            on=day,
            by=reviewer(JIYUAN),
            at=build.recorded(day),
        )
        assert outlet.counted is counted
    assert tallies.differences() == []


@pytest.mark.clause("XJ-24")
def test_industry_and_character_propose_a_type_and_both_are_kept():
    outlet = build.outlet(build.unit(XINJIANG), stage=Stage.PARTY_FIXED, on=date(2023, 12, 20))
    (proposal,) = actions.suggest_type(
        outlet,
        industry="畜禽养殖(规模化)",
        character="养殖废水",
        on=date(2023, 12, 20),
        by=reviewer(XINJIANG),
        at=build.recorded(date(2023, 12, 20)),
    )
    assert tree(XINJIANG).top_of(proposal.value).name == "农业排口"
    assert proposal.reasons == {"industry": "畜禽养殖(规模化)", "character": "养殖废水"}
    assert proposal.clause == "新绛 二(三)"


# --- 直接入河 ------------


@pytest.mark.clause("JY-26")
def test_a_discharge_through_a_sluice_into_a_pond_is_listed_and_an_indirect_one_stays_a_lead():
    where = build.unit(JIYUAN)
    listed = build.outlet(where, fields={"conduit_form": "涵闸", "is_direct": True})
    other_form = build.outlet(where, fields={"conduit_form": "其他"})
    indirect = build.new_outlet(where, fields={"is_direct": False, "remark": "经市政管网，非直接入河"})
    lead = actions.register(indirect, by=build.SURVEYOR, at=build.NOON)
    with pytest.raises(Refused) as caught:
        build.step(lead, Move.REGISTER, on=build.DAY)
    assert caught.value.refusal.code == "registry.not_direct"
    assert {listed.stage, other_form.stage} == {Stage.SURVEYED}
    assert lead.stage == Stage.CANDIDATE
    assert set(Outlet.objects.standing()) == {listed, other_form}
    assert not Standing.objects.filter(outlet=lead).exists()
    assert tallies.differences() == []


# --- 更正与区划 ------------


def test_a_corrected_water_counts_from_the_first_day_and_what_was_known_stays_known():
    wrong, right = build.water("桑干河"), build.water("御河")
    outlet = build.outlet(build.unit(DATONG), on=date(2023, 5, 1), receiving=wrong)
    later = build.recorded(date(2023, 8, 1))
    actions.correct(
        outlet, values={"water": right}, reason="核对断面图", on=date(2023, 8, 1), by=build.VERIFIER, at=later
    )
    day, before = date(2023, 5, 2), later - timedelta(seconds=1)
    as_known_then = Standing.objects.get(
        outlet=outlet, valid_from__lte=day, valid_to__gt=day, recorded_from__lte=before, recorded_to__gt=before
    )
    as_known_now = Standing.objects.get(outlet=outlet, valid_from__lte=day, valid_to__gt=day, recorded_to=END_OF_TIME)
    assert (as_known_then.water_id, as_known_now.water_id) == (wrong.pk, right.pk)
    assert tallies.differences() == []


def test_a_correction_says_why_and_the_ledger_keeps_both_values():
    outlet = build.outlet(build.unit(DATONG))
    old = outlet.name
    with pytest.raises(Refused):
        actions.correct(outlet, values={"name": "新名"}, reason="", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    actions.correct(
        outlet, values={"name": "新名排污口"}, reason="按标识牌", on=build.DAY, by=build.VERIFIER, at=build.NOON
    )
    assert ledger.timeline("outlet", str(outlet.pk))[0].changes["name"] == [old, "新名排污口"]
    assert list(queries.search(Outlet.objects.standing(), "新名")) == [outlet]
    assert not queries.search(Outlet.objects.standing(), old).exists()


def test_what_an_entry_lacked_is_no_longer_missing_once_it_is_supplied():
    outlet = build.outlet(build.unit(DATONG), position=None, fields={"missing": ["water", "coordinates"]})
    actions.correct(
        outlet, values={"water": build.water("御河")}, reason="补充", on=build.DAY, by=build.VERIFIER, at=build.NOON
    )
    assert Outlet.objects.get(pk=outlet.pk).missing == ["coordinates"]
    position = {"longitude_deg": Decimal("113.31"), "latitude_deg": Decimal("40.09")}
    actions.correct(outlet, values=position, reason="补充", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    assert Outlet.objects.get(pk=outlet.pk).missing == []


def test_a_verified_outlet_keeps_a_position_and_no_act_lies_before_the_republic():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.VERIFIED)
    nowhere = {"longitude_deg": None, "latitude_deg": None}
    with pytest.raises(Refused) as caught:
        actions.correct(outlet, values=nowhere, reason="改", on=build.DAY, by=build.VERIFIER, at=build.NOON)
    assert caught.value.refusal.code == "registry.needs_position"
    with pytest.raises(Refused) as caught:
        actions.register(build.new_outlet(outlet.unit, on=date(202, 5, 1)), by=build.SURVEYOR, at=build.NOON)
    assert caught.value.refusal.code == "registry.long_ago"


def test_a_search_in_full_width_finds_what_is_written_in_half_width():
    outlet = build.outlet(build.unit(DATONG), name="平城区A12号排污口")
    assert list(queries.search(Outlet.objects.standing(), "Ａ１２号")) == [outlet]


def test_a_national_code_cannot_be_corrected():
    outlet = build.outlet(build.unit(DATONG))
    with pytest.raises(Refused) as caught:
        actions.correct(
            outlet, values={"national_code": "X"}, reason="改", on=build.DAY, by=build.VERIFIER, at=build.NOON
        )
    assert caught.value.refusal.code == "registry.code_is_fixed"


def test_a_change_of_unit_has_a_day_and_a_paper_and_earlier_days_keep_the_earlier_unit():
    outlet = build.outlet(build.unit("140213"), on=date(2023, 5, 1))
    moved_on = date(2023, 7, 1)
    with pytest.raises(Refused) as caught:
        actions.change_unit(
            [outlet],
            unit=build.unit("140214"),
            on=moved_on,
            papers={},
            by=build.VERIFIER,
            at=build.recorded(moved_on),
        )
    assert caught.value.refusal.code == "registry.no_boundary_paper"
    actions.change_unit(
        [outlet],
        unit=build.unit("140214"),
        on=moved_on,
        papers=build.papers(Paper.BOUNDARY_BASIS),
        by=build.VERIFIER,
        at=build.recorded(moved_on),
    )
    spans = Standing.objects.filter(outlet=outlet, recorded_to=END_OF_TIME).order_by("valid_from")
    assert [(span.valid_from, span.unit_path) for span in spans] == [
        (date(2023, 5, 1), "140213"),
        (moved_on, "140214"),
    ]
    assert tallies.differences() == []


# --- 事实与链条 ------------


def test_a_fact_must_be_a_declared_word_with_a_source_and_can_be_taken_back():
    outlet = build.outlet(build.unit(DATONG))
    place = queries_place(outlet)
    about = {"place": place, "on": build.DAY, "by": build.VERIFIER, "at": build.NOON}
    with pytest.raises(Refused) as caught:
        actions.enter_fact(("outlet", str(outlet.pk)), name="nonsense", value=True, source="现场", **about)
    assert caught.value.refusal.code == "registry.unknown_fact"
    fact = actions.enter_fact(
        ("outlet", str(outlet.pk)), name="borrowed_discharge", value=True, source="现场检查", **about
    )
    assert queries.facts_of(outlet, on=build.DAY)["borrowed_discharge"] is True
    actions.retract_fact(fact, place=place, reason="查无此事", by=build.VERIFIER, at=build.NOON)
    assert "borrowed_discharge" not in queries.facts_of(outlet, on=build.DAY)
    assert Fact.objects.get(pk=fact.pk).value is True


def queries_place(outlet):
    from qingyuan.registry.places_of import place_of

    return place_of(outlet)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(JIYUAN, marks=pytest.mark.clause("JY-07")),
        pytest.param(ANYANG, marks=pytest.mark.clause("AY-116")),
        pytest.param(JILIN, marks=pytest.mark.clause("JL-08", "JL-148")),
    ],
)
def test_the_chain_has_its_four_links_and_a_missing_channel_puts_it_on_the_broken_list(code):
    name = {JIYUAN: "蟒河", ANYANG: "安阳河", JILIN: "饮马河"}[code]
    outlet = build.outlet(build.unit(code), stage=Stage.PARTY_FIXED, receiving=build.water(name))
    factory = build.body(outlet.unit)
    actions.add_channel(
        name="厂区总排管",
        unit=outlet.unit,
        outlet=outlet,
        on=build.DAY,
        by=build.VERIFIER,
        at=build.NOON,
        sources=((factory, Decimal("1")),),
    )
    outlet = queries.outlet(build.VERIFIER, outlet.pk)
    chain = queries.chain(outlet, on=build.DAY)
    assert (chain.water.name, chain.branches[0].channel.name) == (name, "厂区总排管")
    assert chain.branches[0].sources[0].body == factory
    assert chain.broken == ()
    assert not queries.broken_chains(Outlet.objects.standing(), on=build.DAY).exists()
    actions.remove_channel(chain.branches[0].link, on=build.DAY, by=build.VERIFIER, at=build.NOON, reason="改线")
    assert queries.chain(outlet, on=build.DAY).broken == ("channel",)
    assert list(queries.broken_chains(Outlet.objects.standing(), on=build.DAY)) == [outlet]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(ANYANG, marks=pytest.mark.clause("AY-95")),
        pytest.param(XINJIANG, marks=pytest.mark.clause("XJ-10")),
        pytest.param(DATONG, marks=pytest.mark.clause("DT-19")),
        pytest.param(JILIN, marks=pytest.mark.clause("JL-35")),
    ],
)
def test_a_change_of_remediation_appends_an_entry_with_time_officer_and_both_values_that_cannot_be_edited(code):
    outlet = build.outlet(build.unit(code), stage=Stage.PLAN_APPROVED)
    build.step(outlet, Move.START_WORKS, on=build.DAY)
    line = ledger.timeline("outlet", str(outlet.pk))[0]
    assert line.changes["stage"] == ["plan_approved", "remediating"]
    assert (line.actor_name, line.recorded_at) == ("测试核实员", build.recorded(build.DAY))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET occurred = '2020-01-01'")


# --- 范围 ------------


def test_what_lies_outside_the_scope_does_not_exist():
    here, there = build.outlet(build.unit("140213")), build.outlet(build.unit("140214"))
    clerk = build.actor(Role.CLERK, build.unit("140213"))
    assert set(queries.visible_to(clerk)) == {here}
    assert queries.outlet(clerk, here.pk) == here
    with pytest.raises(NotFound):
        queries.outlet(clerk, there.pk)


def test_a_river_chief_sees_his_river_and_what_flows_into_it():
    on_river = build.outlet(build.unit(DATONG), receiving=build.water("御河"))
    build.outlet(build.unit(DATONG))
    chief = build.actor(Role.RIVER_CHIEF, None, water=build.water("桑干河"))
    assert set(queries.visible_to(chief)) == {on_river}


def test_an_enterprise_sees_its_own_outlets_only():
    outlet = build.outlet(build.unit(DATONG), stage=Stage.PARTY_FIXED)
    build.outlet(build.unit(DATONG), stage=Stage.PARTY_FIXED)
    outlet = Outlet.objects.get(pk=outlet.pk)
    enterprise = build.actor(Role.ENTERPRISE, None, party=outlet.party)
    assert set(queries.visible_to(enterprise)) == {outlet}


def test_outlets_find_their_zones_when_a_layer_comes_later_and_cannot_tell_before():
    outlet = build.outlet(build.unit(DATONG))
    assert "in_zone_drinking_water" not in queries.facts_of(outlet, on=build.DAY)
    lon, lat = float(outlet.longitude_deg), float(outlet.latitude_deg)
    ring = [[lon - 0.01, lat - 0.01], [lon + 0.01, lat - 0.01], [lon + 0.01, lat + 0.01], [lon - 0.01, lat - 0.01]]
    feature = {
        "type": "Feature",
        "properties": {"name": "某水源地"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    places.import_zones(
        json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(),
        kind=ZoneKind.DRINKING_WATER,
        unit=build.unit("140200"),
        source="测试图层",
        by=CONSOLE,
        at=build.NOON,
        on=build.DAY,
    )
    assert actions.place_in_zones("1402", on=build.DAY) == 1
    assert queries.facts_of(outlet, on=build.DAY)["in_zone_drinking_water"] is True


def test_a_flag_set_on_a_water_counts_its_outlets_under_it():
    outlet = build.outlet(build.unit(DATONG), receiving=build.water("十里河"))
    places.set_flag(
        build.water("十里河"), WaterFlagKind.MAIN_RIVER, from_day=build.DAY, source="测试", by=CONSOLE, at=build.NOON
    )
    assert actions.count_under_flags(on=build.DAY) == 1
    outlet.refresh_from_db()
    assert outlet.water_flags & tallies.FLAG_BITS[WaterFlagKind.MAIN_RIVER]
    assert tallies.differences() == []
    assert actions.count_under_flags(on=build.DAY) == 0
