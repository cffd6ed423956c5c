"""Data quality: what a record lacks stands on a list until it is mended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from qingyuan.boards.quality import queries
from qingyuan.boards.quality.queries import Fault
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import actions
from tests import build

pytestmark = pytest.mark.django_db
TODAY = date(2023, 7, 5)


@pytest.fixture
def county():
    build.country()
    return build.unit("140825")


def numbers(actor=CONSOLE, path="140825") -> dict[str, int]:
    return {count.fault.value: count.number for count in queries.counts(actor, on=TODAY, path=path)}


def test_an_outlet_without_channel_or_discharger_is_on_the_list_of_broken_chains_until_it_has_one(county):
    made = build.outlet(county, stage=Stage.PARTY_FIXED, receiving=build.water("汾河"))
    assert numbers()["broken-chain"] == 1
    actions.add_channel(
        name="测试管道",
        unit=county,
        outlet=made,
        on=build.DAY,
        by=build.VERIFIER,
        at=build.NOON,
        sources=((made.party, None),),
    )
    assert numbers()["broken-chain"] == 0


@pytest.mark.clause("DT-155")
def test_where_the_scheme_counts_three_links_a_missing_channel_breaks_no_chain(county):
    linked = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED, receiving=build.water("桑干河"))
    assert numbers(path="1402")["broken-chain"] == 0
    unlinked = build.outlet(build.unit("140213"), stage=Stage.PARTY_FIXED)
    elsewhere = build.outlet(county, stage=Stage.PARTY_FIXED, receiving=build.water("汾河"))
    found = {one.pk for one in queries.rows(Fault.BROKEN_CHAIN, CONSOLE, on=TODAY)[0]}
    assert found == {unlinked.pk, elsewhere.pk}
    assert linked.pk not in found


def test_what_lacks_water_party_position_or_fields_is_counted_and_listed(county):
    lacking = build.outlet(county, stage=Stage.SURVEYED, position=None, fields={"missing": ["mouth_text"]})
    verified = build.outlet(county, stage=Stage.VERIFIED, receiving=build.water("汾河"))
    found = numbers()
    assert (found["no-water"], found["no-position"], found["missing-fields"]) == (1, 1, 1)
    assert found["no-party"] == 1
    assert [one.pk for one in queries.rows(Fault.NO_PARTY, CONSOLE, on=TODAY)[0]] == [verified.pk]
    assert [one.pk for one in queries.rows(Fault.NO_WATER, CONSOLE, on=TODAY)[0]] == [lacking.pk]


def test_two_outlets_on_the_very_same_point_are_both_listed(county):
    for place in range(3):
        new = actions.NewOutlet(
            name=f"同点{place}号排污口",
            unit=county,
            on=build.DAY,
            papers=build.papers(build.Paper.SURVEY_RECORD),
            position=(Decimal("111.2"), Decimal("35.6") + (Decimal("0.01") if place == 2 else 0)),
            apart_reason="上下两个口门",
        )
        actions.register(new, by=build.SURVEYOR, at=build.NOON)
    found, more = queries.rows(Fault.SHARED_POINT, CONSOLE, on=TODAY)
    assert ([one.name for one in found], more) == (["同点0号排污口", "同点1号排污口"], None)


def test_a_list_holds_nothing_from_beyond_the_reader_s_scope(county):
    build.outlet(county)
    build.outlet(build.unit("140213"))
    reader = build.actor(Role.CLERK, county)
    for fault in Fault:
        assert all(one.unit_path == "140825" for one in queries.rows(fault, reader, on=TODAY)[0])
    assert numbers(reader, path="")["no-water"] == 1


@pytest.mark.parametrize("path", ["", "140825"])
def test_a_list_is_counted_to_a_limit_and_read_to_its_end(county, monkeypatch, path):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    made = [build.outlet(county, stage=Stage.VERIFIED) for _number in range(3)]
    told = next(one for one in queries.counts(CONSOLE, on=TODAY, path=path) if one.fault is Fault.NO_WATER)
    assert (told.number, told.more) == (2, True)
    listed, after = [], 0
    while after is not None:
        page, after = queries.rows(Fault.NO_WATER, CONSOLE, on=TODAY, path=path, after=after, limit=2)
        listed += page
    assert listed == made
