"""Leads, pure: along the bank, and the ranking of kilometres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.geometry import distance_m
from qingyuan.core.leads import Clue, Spot, along_bank_m, project, ranked, score

# A river that comes back beside itself: a hairpin, 0.0006° (some 50 m) wide and 0.01° (some 850 m) long.
HAIRPIN = [(113.30, 40.0), (113.31, 40.0), (113.31, 40.0006), (113.30, 40.0006)]
DEGREES = st.tuples(
    st.floats(113.29, 113.32, allow_nan=False), st.floats(39.99, 40.01, allow_nan=False), st.sampled_from(["", "left"])
)


def spot(lon: float, lat: float, bank: str = "") -> Spot:
    place = project(HAIRPIN, lon, lat)
    return Spot(lon, lat, water=1, bank=bank, along_m=place.along_m if place else None)


def test_across_a_bend_is_near_as_the_crow_flies_and_far_along_the_bank() -> None:
    one, other = spot(113.301, 40.0), spot(113.301, 40.0006)
    assert distance_m(113.301, 40.0, 113.301, 40.0006) < 70
    assert (along_bank_m(one, other, sure_m=10) or 0) > 1_400


def test_two_waters_or_two_banks_have_no_distance_along_a_bank() -> None:
    here = spot(113.301, 40.0, "left")
    assert along_bank_m(here, Spot(113.301, 40.0, water=2), sure_m=10) is None
    assert along_bank_m(here, spot(113.301, 40.0, "right"), sure_m=10) is None
    assert along_bank_m(here, Spot(113.301, 40.0), sure_m=10) == 0


@given(DEGREES, DEGREES)
def test_the_distance_is_symmetric_and_never_less_than_the_straight_one(
    a: tuple[float, float, str], b: tuple[float, float, str]
) -> None:
    one, other = spot(*a), spot(*b)
    there, back = along_bank_m(one, other, sure_m=10), along_bank_m(other, one, sure_m=10)
    assert there == back
    assert there is not None
    assert there >= distance_m(a[0], a[1], b[0], b[1]) - 1e-6


def test_the_side_of_a_point_is_seen_in_the_direction_of_the_line() -> None:
    west_to_east = [(113.30, 40.0), (113.31, 40.0)]
    north, south = project(west_to_east, 113.305, 40.001), project(west_to_east, 113.305, 39.999)
    assert north is not None
    assert south is not None
    assert (north.side, south.side) == (1, -1)
    assert north.along_m == pytest.approx(south.along_m, rel=1e-3)
    assert project([(113.3, 40.0)], 113.3, 40.0) is None


CLUES = st.lists(
    st.builds(Clue, st.sampled_from(["permit", "complaint", "unwalked"]), st.floats(0, 1), st.just("")), max_size=8
)
WEIGHTS = {"permit": 30.0, "complaint": 20.0, "unwalked": 10.0}


@given(CLUES, st.sampled_from(["permit", "complaint"]), st.floats(0, 1))
def test_one_clue_more_never_lowers_a_score(clues: list[Clue], kind: str, share: float) -> None:
    before, _reasons = score(clues, WEIGHTS)
    after, _more = score([*clues, Clue(kind, share, "")], WEIGHTS)
    assert after >= before - 0.11  # each reason is rounded to a tenth


@given(st.permutations([Clue("permit", 1, "a"), Clue("complaint", 0.5, "b"), Clue("unwalked", 0.2, "c")]))
def test_the_order_in_which_clues_come_does_not_matter(clues: list[Clue]) -> None:
    assert score(clues, WEIGHTS)[0] == 42.0


def test_kilometres_come_with_the_strongest_first_and_each_says_why() -> None:
    found = ranked(
        {
            (1, 3): [Clue("complaint", 1, "异味")],
            (1, 0): [Clue("permit", 1, "许可证")],
            (2, None): [Clue("weather", 1, "没有权重的依据")],
        },
        WEIGHTS,
    )
    assert [(one.number, one.score) for one in found] == [(0, 30.0), (3, 20.0)]
    assert found[1].reasons[0].clues[0].text == "异味"
