"""What a long file leaves in memory answers as a dictionary would, and near points are found like by asking all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.exchange.findings import finding
from qingyuan.exchange.firsts import Firsts, Points
from qingyuan.exchange.judging import Judged
from qingyuan.exchange.repeated import Repeated

KEYS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 300), max_size=400)


@given(KEYS)
def test_the_first_line_with_a_hash_is_the_one_a_dictionary_would_keep(keys):
    kept, expected = Firsts(bits=2), {}
    for number, key in enumerate(keys, start=1):
        assert kept.first(key, number) == expected.setdefault(key, number)
    assert kept.found(keys) == [expected[key] for key in keys]


@given(KEYS)
def test_the_last_line_with_a_hash_replaces_the_one_before(keys):
    kept, expected = Firsts(bits=2), {}
    for number, key in enumerate(keys, start=1):
        assert kept.last(key, number) == expected.get(key, 0)
        expected[key] = number
    assert [kept.first(key, 10**6) for key in keys] == [expected[key] for key in keys]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=60))
def test_points_of_the_cells_around_are_all_found_with_their_lines_and_names(places):
    points, kept = Points(1.0), []
    for line, (x, y) in enumerate(places, start=2):
        lon, lat = 100.5 + x, 30.5 + y
        near = [one for one in kept if abs(one[0] - lon) <= 1 and abs(one[1] - lat) <= 1]
        assert sorted(points.around(lon, lat)) == sorted(near)
        points.add(lon, lat, line, f"第{line}口")
        kept.append((lon, lat, line, f"第{line}口"))


CELLS = st.sampled_from(["是", "否", 1, 1.0, True, 0, False, "1", None, ""])


@given(st.lists(st.tuples(CELLS, CELLS), max_size=30))
def test_what_is_remembered_of_like_cells_is_what_would_be_said_of_each(lines):
    asked = []

    def step(judged):
        asked.append(judged.raw)
        said = repr((judged.raw.get("archived"), judged.raw.get("progress")))
        judged.values["said"] = said
        told = finding("field.unknown_word", judged.row, column="备注", cell=f"B{judged.row}", title="备注", value=said)
        judged.findings.append(told)

    remembering = Repeated(("archived", "progress"), step, Judged)
    for number, (archived, progress) in enumerate(lines, start=2):
        raw = {"archived": archived, "progress": progress}
        known, anew = Judged(number, dict(raw)), Judged(number, dict(raw))
        remembering(known)
        step(anew)
        assert (known.values, known.findings) == (anew.values, anew.findings)
