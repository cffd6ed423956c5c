"""Laws of an outlet's file and of the checklist."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.archive import NOT_BY_PAPER, Asked, Known, Section, State, completeness
from qingyuan.core.lifecycle import BITS, Paper
from qingyuan.core.standardising import Answer, ItemState, Seen, checklist, open_items

TYPES = ("GY.enterprise", "YH.urban_storm", "")
ASKED = st.lists(
    st.builds(
        Asked,
        st.sampled_from(Section),
        st.just("某"),
        st.booleans(),
        types=st.frozensets(st.sampled_from(TYPES), max_size=2),
    ),
    unique_by=lambda one: one.section,
)
KNOWN = st.builds(
    Known,
    milestones=st.sets(st.sampled_from(list(BITS.values()))).map(sum),
    papers=st.frozensets(st.sampled_from(Paper)),
    type_key=st.sampled_from(TYPES),
    national_code=st.sampled_from(["", "FJ-140213-0001-GY-00"]),
    has_party=st.booleans(),
    has_approval=st.booleans(),
    has_permit=st.booleans(),
    asks_signboard=st.booleans(),
    held=st.frozensets(st.sampled_from(Section)),
    under_way=st.frozensets(st.sampled_from([Section.TRACING])),
    entered=st.frozensets(st.sampled_from(Section)),
    put_aside=st.dictionaries(st.sampled_from(Section), st.just("不需要"), max_size=3),
)


@given(ASKED, KNOWN)
def test_a_file_is_complete_exactly_when_no_mandatory_section_that_applies_is_missing(asked, known):
    found = completeness(asked, known)
    assert [one.section for one in found.sections] == [one.section for one in asked]
    assert found.is_complete is not any(one.mandatory and one.state is State.MISSING for one in found.sections)
    assert (found.score == 100) is (bool(found.applying) and not found.missing)
    assert all(one.why for one in found.sections if one.state is not State.PRESENT)


@given(ASKED, KNOWN, st.sampled_from(Section))
def test_a_paper_entered_by_hand_never_makes_a_file_less_complete(asked, known, section):
    before = completeness(asked, known)
    after = completeness(asked, replace(known, entered=known.entered | {section}))
    assert after.present >= before.present
    assert not (before.is_complete and not after.is_complete)
    if section in NOT_BY_PAPER:
        assert after == before


@dataclass(frozen=True)
class Parameter:
    value: object
    clause: str = "某地 一"
    status: str = "read"


def test_an_item_is_asked_by_a_yes_or_a_list_that_names_the_type_and_waived_by_another_list():
    row = {"key": "video", "name": "视频", "kind": "video", "when": ["all", "types"], "waived": "free"}
    seen = Seen("GY.enterprise")

    def state(**parameters):
        (one,) = checklist([row], {name: Parameter(value) for name, value in parameters.items()}, seen)
        return one.state

    assert state(all=False, types=()) is ItemState.NOT_ASKED
    assert state(all=True) is ItemState.OPEN
    assert state(types=("GY.enterprise",)) is ItemState.OPEN
    assert state(types=("NY.livestock_large",)) is ItemState.NOT_ASKED
    assert state(all=True, free=("GY.enterprise",)) is ItemState.WAIVED
    done = replace(seen, done=frozenset({Answer.VIDEO}))
    (one,) = checklist([row], {"all": Parameter(True)}, done)
    assert (one.state, one.clause) == (ItemState.DONE, "某地 一")
    assert open_items([one]) == ()


def test_an_item_for_some_types_only_is_not_asked_of_others():
    row = {"key": "gate", "name": "闸阀", "kind": "gate", "when": ["gate"], "only": "targets"}
    known = {"gate": Parameter(True), "targets": Parameter(("GY.enterprise_storm", "inlet_overflow"))}
    assert checklist([row], known, Seen("YH.urban_storm"))[0].state is ItemState.NOT_ASKED
    assert checklist([row], known, Seen("GY.enterprise_storm"))[0].state is ItemState.OPEN
    assert checklist([row], known, Seen("SH.municipal_wwtp", "inlet_overflow"))[0].state is ItemState.OPEN
