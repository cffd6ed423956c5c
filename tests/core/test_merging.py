"""Merging: what devices said together depends on what they said, never on the order in which it came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.merging import Merged, Revision, merge

NAMES = ("name", "bank", "flow")


@st.composite
def histories(draw: st.DrawFn) -> list[Revision]:
    """Revisions as devices write them: each knows some of those before it, and all that those knew."""
    made: list[Revision] = []
    known: dict[str, frozenset[str]] = {}
    for number in range(draw(st.integers(1, 7))):
        name = f"r{number}"
        direct = draw(st.frozensets(st.sampled_from([one.id for one in made]))) if made else frozenset()
        base = direct | frozenset().union(*(known[each] for each in direct))
        known[name] = base
        fields = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", "甲", "乙", "丙"]), max_size=3))
        settles = draw(st.frozensets(st.sampled_from(NAMES), max_size=1)) if base else frozenset()
        made.append(Revision(name, fields, base, float(draw(st.integers(0, 3))), f"设备{number % 2}", settles))
    return made


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_what_comes_make_no_difference(found, chance):
    shuffled = found + [chance.choice(found) for _ in range(3)]
    chance.shuffle(shuffled)
    assert merge(shuffled) == merge(found)


@given(histories())
def test_no_saying_is_lost_each_stands_is_in_conflict_or_was_written_over_knowingly(found):
    merged = merge(found)
    apart = {(one.field, saying.revision) for one in merged.conflicts for saying in one.sayings}
    for one in found:
        for name, value in one.fields.items():
            over = any(one.id in other.base and name in other.fields for other in found)
            same = merged.fields.get(name) == value
            assert same or over or (name, one.id) in apart or any(value == _before(found, one, name) for _ in "1")


def _before(found: list[Revision], one: Revision, name: str) -> object:
    return merge([each for each in found if each.id in one.base]).fields.get(name)


@given(histories())
def test_a_revision_that_knows_all_and_settles_ends_every_conflict(found):
    merged = merge(found)
    decided = {one.field: one.sayings[-1].value for one in merged.conflicts}
    last = Revision("decision", decided, frozenset(one.id for one in found), 9.0, "办公室", frozenset(decided))
    after = merge([*found, last])
    assert after.conflicts == ()
    assert {name: after.fields[name] for name in decided} == decided
    assert after.heads == ("decision",)


def test_two_who_wrote_different_fields_do_not_quarrel():
    first = Revision("1", {"name": "甲", "bank": "左岸"})
    here, there = Revision("2", {"bank": "右岸"}, frozenset("1")), Revision("3", {"name": "乙"}, frozenset("1"))
    assert merge([here, there, first]) == Merged({"bank": "右岸", "name": "乙"}, (), ("2", "3"))


def test_the_same_field_written_apart_shows_the_later_and_keeps_both():
    first = Revision("1", {"name": "甲"}, at=1)
    here = Revision("2", {"name": "乙"}, frozenset("1"), at=5, by="一号机")
    there = Revision("3", {"name": "丙"}, frozenset("1"), at=9, by="二号机")
    merged = merge([first, here, there])
    assert merged.fields["name"] == "丙"
    (conflict,) = merged.conflicts
    assert [(one.value, one.by) for one in conflict.sayings] == [("丙", "二号机"), ("乙", "一号机")]


def test_who_repeats_what_he_found_writes_nothing_and_clearing_is_writing():
    first = Revision("1", {"name": "甲", "flow": "3"})
    here = Revision("2", {"name": "甲", "flow": ""}, frozenset("1"))
    there = Revision("3", {"name": "乙", "flow": "3"}, frozenset("1"))
    merged = merge([first, here, there])
    assert merged.fields == {"name": "乙", "flow": ""}
    assert merged.conflicts == ()


def test_two_that_claim_to_know_each_other_are_both_kept():
    merged = merge([Revision("1", {"name": "甲"}, frozenset("2")), Revision("2", {"name": "乙"}, frozenset("1"))])
    assert {one.value for one in merged.conflicts[0].sayings} == {"甲", "乙"}
