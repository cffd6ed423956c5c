"""Which part of a bank a track covers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import coverage
from qingyuan.core.coverage import Limits

LIMITS = Limits()
LINE = np.array([[112.60, 35.07], [112.62, 35.075], [112.65, 35.07], [112.66, 35.09]])
LENGTH = coverage.line_length_m(LINE)
NOON_S = 1_690_000_000.0
pieces = st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)).map(lambda one: (min(one), max(one))), max_size=12)


def walk(
    line: np.ndarray = LINE, *, every_m: float = 20.0, off_deg: float = 0.0002, speed_mps: float = 1.2
) -> list[list[float | None]]:
    """A walk along a line, a little north of it."""
    length = coverage.line_length_m(line)
    places = np.arange(0, length + every_m, every_m)
    reached = np.concatenate(([0.0], np.cumsum(coverage.steps(coverage.plane(line, origin=coverage.middle(line))))))
    lons, lats = np.interp(places, reached, line[:, 0]), np.interp(places, reached, line[:, 1])
    times = NOON_S + places / speed_mps
    return [[lon, lat + off_deg, at, 5.0] for lon, lat, at in zip(lons, lats, times, strict=True)]


def covered(points: list[list[float | None]], line: np.ndarray = LINE) -> list[coverage.Piece]:
    return coverage.lay(line, coverage.as_fixes(points), LIMITS)


def test_a_walk_along_the_bank_covers_it_whole():
    found = covered(walk())
    assert coverage.measure(found) == pytest.approx(LENGTH, abs=40)
    assert len(found) == 1


def test_walking_the_other_way_round_covers_the_same():
    there, back = walk(), walk()[::-1]
    for point, timed in zip(back, there, strict=True):
        point[2] = timed[2]
    assert covered(back)[0] == pytest.approx(covered(there)[0])


def test_what_was_walked_far_from_the_river_covers_nothing():
    assert covered(walk(off_deg=0.02)) == []


def test_a_stretch_without_fixes_is_a_gap_and_not_walked():
    points = walk()
    third = len(points) // 3
    found = covered(points[:third] + points[2 * third :])
    left = coverage.gaps(found, LENGTH, least_m=LIMITS.bank_m)
    assert len(left) == 1
    assert left[0][1] - left[0][0] == pytest.approx(LENGTH / 3, rel=0.05)


def test_a_jump_of_the_receiver_is_not_walked_and_is_told():
    points = walk()
    points[50] = [113.5, 35.9, points[50][2], 5.0]
    fixes = coverage.as_fixes(points)
    assert "track.jump" in [one.code for one in coverage.faults(fixes, LIMITS, received_s=NOON_S + 9e4)]
    assert coverage.measure(coverage.lay(LINE, fixes, LIMITS)) == pytest.approx(LENGTH - 40, abs=45)


def test_a_clock_that_goes_backward_or_ahead_or_a_year_late_is_told():
    points = walk()
    fixes = coverage.as_fixes(points)
    end = float(points[-1][2] or 0)
    assert coverage.faults(fixes, LIMITS, received_s=end) == ()
    assert [one.code for one in coverage.faults(fixes, LIMITS, received_s=end - 7200)] == ["track.clock_ahead"]
    (late,) = coverage.faults(fixes, LIMITS, received_s=end + 366 * 86400)
    assert late.code == "track.clock_late"
    assert late.text % late.params == "轨迹时间比收到时间早 366 天，请核对手机日期，或者说明迟报原因。"
    points[100][2] = NOON_S - 3600
    assert "track.clock_back" in [
        one.code for one in coverage.faults(coverage.as_fixes(points), LIMITS, received_s=end)
    ]


def test_a_track_without_times_still_covers_what_it_passes():
    points: list[list[float | None]] = [[point[0], point[1], None, None] for point in walk()]
    assert coverage.measure(covered(points)) == pytest.approx(LENGTH, abs=40)
    assert [one.code for one in coverage.faults(coverage.as_fixes(points), LIMITS, received_s=0)] == ["track.no_time"]


def test_one_arm_of_a_bend_walked_leaves_the_other_open():
    bend = np.array([[112.60, 35.070], [112.63, 35.070], [112.63, 35.0712], [112.60, 35.0712]])
    found = covered(walk(bend[:2], off_deg=-0.0003), bend)
    assert coverage.measure(found) < coverage.line_length_m(bend) * 0.6


def test_a_line_is_cut_into_equal_pieces_that_add_up():
    parts = coverage.cut(LINE, 1000)
    assert len(parts) == math.ceil(LENGTH / 1000)
    lengths = [coverage.line_length_m(line) for _start, line in parts]
    assert sum(lengths) == pytest.approx(LENGTH, rel=1e-4)
    assert max(lengths) - min(lengths) < 1
    assert all(np.allclose(one[1][-1], other[1][0]) for one, other in itertools.pairwise(parts))


@given(pieces)
def test_covered_and_gaps_add_up_to_the_whole(found):
    done = coverage.unite(found, length_m=1000)
    assert coverage.measure(done) + coverage.measure(coverage.gaps(found, 1000)) == pytest.approx(1000)


@given(pieces, pieces)
def test_another_track_never_takes_anything_away_and_order_does_not_matter(one, other):
    both = coverage.unite([*one, *other])
    assert both == coverage.unite([*other, *one])
    assert both == coverage.unite(coverage.unite(one) + coverage.unite(other))
    assert coverage.measure(both) >= coverage.measure(coverage.unite(one)) - 1e-9


@given(pieces, st.floats(0, 200))
def test_closing_slivers_leaves_no_gap_as_short_as_a_sliver(found, sliver):
    closed = coverage.close_slivers(found, 1000, least_m=sliver)
    assert all(end - start > sliver for start, end in coverage.gaps(closed, 1000))
    assert coverage.measure(closed) >= coverage.measure(coverage.unite(found, length_m=1000)) - 1e-9


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_blocks_of_fixes_find_what_one_by_one_finds(seed, number):
    chance = np.random.default_rng(seed)
    line = chance.uniform(0, 2000, (8, 2))
    fixes = chance.uniform(-300, 2300, (number, 2))
    along, off = coverage.project(fixes, line, within_m=300)
    singly = [coverage.project(fixes[[row]], line, within_m=300) for row in range(number)]
    assert np.allclose(along, [one[0][0] for one in singly], equal_nan=True)
    assert np.allclose(off, [one[1][0] for one in singly])
