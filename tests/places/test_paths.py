"""A path is the significant part of a code, and a subtree is one range of paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.places.paths import ancestors_of, code_of, is_within, level_of, path_after, path_of

pairs = st.integers(1, 99).map("{:02d}".format)
towns = st.integers(1, 999).map("{:03d}".format)


@st.composite
def paths(draw: st.DrawFn) -> str:
    """Paths of every depth, zones without a code among them."""
    depth = draw(st.integers(0, 5))
    steps = [draw(pairs), draw(pairs), draw(pairs), draw(towns), draw(towns)][:depth]
    path = "".join(steps)
    if depth < 4 and draw(st.booleans()):
        path += "Z" + draw(pairs)
    return path


@pytest.mark.parametrize(
    ("code", "path", "level"),
    [
        ("000000", "", 0),
        ("140000", "14", 1),
        ("140200", "1402", 2),
        ("140213", "140213", 3),
        ("419001", "419001", 3),
        ("140213001", "140213001", 4),
        ("140213001002", "140213001002", 5),
        ("140213001000", "140213001", 4),
        ("140213000000", "140213", 3),
        ("1402Z01", "1402Z01", 3),
        ("419001Z01", "419001Z01", 4),
        ("22Z01", "22Z01", 2),
    ],
)
def test_the_path_of_a_code_is_its_significant_part(code: str, path: str, level: int):
    assert path_of(code) == path
    assert level_of(path) == level


@pytest.mark.parametrize("code", ["", "14", "1402130", "14021a", "济源", "１４０２００", "1402Z1"])
def test_what_is_no_code_has_no_path(code: str):
    with pytest.raises(ValueError, match=code or "^"):
        path_of(code)


@given(paths())
def test_a_path_stands_for_one_code(path: str):
    if path.isdigit() or not path:
        assert path_of(code_of(path)) == path or path[-3:] == "000"


@given(paths(), paths())
def test_a_subtree_is_the_range_from_a_path_to_the_path_after_it(one: str, other: str):
    if one:
        assert (one <= other < path_after(one)) == is_within(other, one)


@given(paths().filter(bool), st.sampled_from(["", "01", "99", "Z01", "Z99", "001"]))
def test_everything_below_lies_in_the_range(path: str, more: str):
    assert path <= path + more < path_after(path)


def test_nothing_lies_behind_the_nation():
    with pytest.raises(ValueError, match="nation"):
        path_after("")


def test_the_bounds_are_digits_because_databases_sort_punctuation_differently():
    assert path_after("1409") == "141"
    assert path_after("1402Z09") == "1402Z1"
    assert path_after("140213999") == "140214"


def test_dummy_cities_are_no_ancestors():
    assert ancestors_of("419001001") == ("", "41", "419001", "419001001")
    assert ancestors_of("110101") == ("", "11", "110101")
    assert ancestors_of("1402Z01400") == ("", "14", "1402", "1402Z01", "1402Z01400")
    assert ancestors_of("140213", itself=False) == ("", "14", "1402")


@given(paths())
def test_every_ancestor_holds_the_path(path: str):
    assert all(is_within(path, one) for one in ancestors_of(path))
    assert (
        ancestors_of(path)[-1] == path
        or path[2:4] == "90"
        or path in ("1101", "1102", "1201", "1202", "3101", "5001", "5002")
    )
