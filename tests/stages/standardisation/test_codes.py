"""命名编码: who codes, from when on, which code comes next, and what is never done to a code."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.coding import Code, parse_code
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import BITS, Milestone, Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger.models import Entry
from qingyuan.registry import actions as register
from qingyuan.registry.models import Alias, Outlet
from qingyuan.stages.standardisation import names, numbers, rules
from qingyuan.stages.standardisation.actions import coding
from qingyuan.stages.standardisation.actions.coding import Used
from qingyuan.stages.standardisation.models import IssuedCode
from qingyuan.stages.standardisation.words import CodeState, SegmentState
from tests import build
from tests.stages.tracing.cases import DAY, NOON, place

BY = {"on": DAY, "by": CONSOLE, "at": NOON}


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def outlet(scheme: str = "新绛", stage: Stage = Stage.CLASSIFIED, **more: object) -> Outlet:
    return build.outlet(place(scheme), stage=stage, on=DAY, **more)  # type: ignore[arg-type]


def coder(scheme: str, function: F, seat: str = ""):
    where = build.unit(seat) if seat else place(scheme)
    body = build.body(where, kind=BodyKind.GOVERNMENT, functions=(function,))
    return build.actor(Role.REVIEWER, where, body=body)


def refusal(of: Outlet, **more: object) -> str:
    with pytest.raises(Refused) as no:
        coding.issue_code(of, **{**BY, **more})
    return no.value.refusal.code


def test_the_next_free_serial_of_the_county_with_the_letters_of_water_and_type():
    first, second = outlet(), outlet(type_key="YH.urban_storm")
    one, two = coding.issue_code(first, **BY), coding.issue_code(second, **BY)
    assert (one.text, two.text) == ("DB-140825-0001-GY-00", "DB-140825-0002-YH-00")
    first.refresh_from_db()
    assert first.national_code == one.text
    assert first.milestones & BITS[Milestone.CODED]
    entry = Entry.objects.filter(kind="outlet", subject_id=str(first.pk)).latest("pk")
    assert (entry.act, entry.clause) == ("outlet.issue_code", "新绛 三(六)")


def test_a_second_issue_is_refused_and_nothing_is_changed():
    of = outlet()
    issued = coding.issue_code(of, **BY)
    assert refusal(of) == "coding.coded_already"
    assert refusal(of, code="DB-140825-0777-GY-00") == "coding.coded_already"
    assert IssuedCode.objects.get(outlet=of) == issued


@pytest.mark.parametrize("stage", [Stage.SURVEYED, Stage.VERIFIED, Stage.PARTY_FIXED])
def test_before_verification_and_classification_there_is_no_code(stage):
    assert refusal(outlet(stage=stage)) == "coding.too_early"


@pytest.mark.parametrize(
    "stage", [Stage.CLASSIFIED, Stage.NO_PROBLEM, Stage.PROBLEM, Stage.REMEDIATING, Stage.RETAINED]
)
def test_from_classification_on_every_outlet_may_be_coded_retained_or_not(stage):
    assert coding.issue_code(outlet(stage=stage), **BY).text.startswith("DB-140825-")


@pytest.mark.parametrize(
    ("scheme", "may", "may_not"),
    [
        ("新绛", [(F.ECOLOGY, "140825")], [(F.WATER, "140825"), (F.GOVERNMENT, "140825"), (F.ECOLOGY, "140800")]),
        (
            "大同",
            [(F.ECOLOGY_ENFORCEMENT, "140200"), (F.ECOLOGY, "140213")],
            [(F.ECOLOGY, "140200"), (F.WATER, "140213")],
        ),
        (
            "吉林",
            [(F.GOVERNMENT, "220102"), (F.GOVERNMENT, "220100")],
            [(F.GOVERNMENT, "220000"), (F.ECOLOGY, "220102")],
        ),
        ("济源", [(F.ECOLOGY, "419001")], [(F.GOVERNMENT, "419001")]),
        ("安阳", [(F.ECOLOGY, "410502"), (F.ECOLOGY, "410500")], [(F.ECOLOGY, "410000"), (F.HOUSING, "410502")]),
    ],
)
def test_who_codes_is_said_by_the_scheme_and_silent_ones_mean_the_ecology_bureau(scheme, may, may_not):
    for function, seat in may_not:
        assert refusal(outlet(scheme), by=coder(scheme, function, seat)) == "access.not_coder"
    for function, seat in may:
        coding.issue_code(outlet(scheme), on=DAY, by=coder(scheme, function, seat), at=NOON)


def test_a_code_written_by_hand_fits_county_type_and_pattern_and_is_nobodys():
    taken, of = outlet(), outlet()
    coding.issue_code(taken, **BY)
    assert refusal(of, code=taken.national_code) == "registry.code_in_use"
    assert refusal(of, code="DB-140825-0001-SH-00") == "coding.other_letters"
    assert refusal(of, code="DB-140826-0005-GY-00") == "code.other_county"
    assert refusal(of, code="DA-140825-0001-GY-00") == "coding.serial_used"
    assert refusal(of, code="EB140825001") == "code.old_local"
    assert refusal(of, code="DB-140825-0009-GY-01") == "coding.branch"
    made = coding.issue_code(of, code="ZZ1408250009GY00", **BY)
    assert made.text == "ZZ-140825-0009-GY-00"
    assert made.by_hand
    assert "code.unknown_basin" in made.doubts


def test_a_voided_code_is_kept_as_an_alias_and_never_given_again():
    of, other = outlet(), outlet()
    old = coding.issue_code(of, **BY).text
    with pytest.raises(Refused, match="no_reason"):
        coding.void_code(of, reason=" ", **BY)
    coding.void_code(of, reason="分类变更", **BY)
    assert of.national_code == ""
    assert not of.milestones & BITS[Milestone.CODED]
    assert IssuedCode.objects.get(text=old).state == CodeState.VOIDED
    assert Alias.objects.get(outlet=of, kind="national").text == old
    assert refusal(of, code=old) == "coding.used"
    assert refusal(other, code=old) in {"registry.code_retired", "coding.used"}
    assert coding.issue_code(of, **BY).text == "DB-140825-0002-GY-00"
    assert coding.issue_code(other, **BY).text == "DB-140825-0003-GY-00"


def test_codes_that_came_with_a_list_are_not_given_again_either():
    listed, of = outlet(), outlet()
    register.take_code(listed, code="DB-140825-0001-GY-00", as_national=True, **BY)
    assert coding.issue_code(of, **BY).text == "DB-140825-0002-GY-00"
    coding.void_code(listed, reason="重复", **BY)
    assert coding.issue_code(listed, **BY).text == "DB-140825-0003-GY-00"


def test_a_branch_follows_its_main_outlet():
    main, branch, other = outlet(), outlet(), outlet(type_key="SH.municipal_wwtp")
    for one in (branch, other):
        register.set_main(one, main=main, **BY)
    assert refusal(branch) == "coding.main_first"
    coding.issue_code(main, **BY)
    assert coding.issue_code(branch, **BY).text == "DB-140825-0001-GY-01"
    assert refusal(other) == "coding.branch_type"


def test_letters_of_special_kinds_come_from_the_table():
    of = outlet(stage=Stage.PARTY_FIXED)
    register.classify(of, type_key="SH.municipal_wwtp", special_kind="inlet_overflow", **BY)
    policy = rules.policy_of(of.unit_path, on=DAY)
    found = rules.letters_of(of, policy)
    assert (found.letters, found.status) == ("SH", "proposed")


def test_a_range_is_reserved_offline_reported_back_and_never_given_twice():
    unit, team, of = place("新绛"), outlet(), outlet()
    segment = coding.reserve_segment(unit, basin="DB", count=10, holder="排查一队", key="k", **BY)
    assert segment == coding.reserve_segment(unit, basin="DB", count=10, holder="排查一队", key="k", **BY)
    assert (segment.first, segment.last) == (1, 10)
    assert coding.issue_code(of, **BY).text == "DB-140825-0011-GY-00"
    assert refusal(team, code="DB-140825-0004-GY-00") == "coding.reserved"
    (made,) = coding.report_segment(segment, [Used(team, 4)], **BY)
    assert (made.text, made.segment) == ("DB-140825-0004-GY-00", segment)
    assert coding.report_segment(segment, [Used(team, 4)], **BY) == []
    with pytest.raises(Refused, match="outside_segment"):
        coding.report_segment(segment, [Used(outlet(), 11)], **BY)
    assert coding.close_segment(segment, **BY).state == SegmentState.CLOSED
    with pytest.raises(Refused, match="segment_closed"):
        coding.report_segment(segment, [Used(outlet(), 5)], **BY)
    assert coding.issue_code(outlet(), **BY).text == "DB-140825-0012-GY-00"


def test_a_bulk_issue_gives_exactly_what_was_confirmed_or_nothing():
    some, early = [outlet() for _one in range(3)], outlet(stage=Stage.VERIFIED)
    shown = coding.preview([*some, early], **BY)
    assert [code[-10:] for _of, code, _no in shown] == ["0001-GY-00", "0002-GY-00", "0003-GY-00", ""]
    assert shown[3][2].code == "coding.too_early"
    expected = {one.pk: code for one, code, no in shown if no is None}
    coding.issue_code(outlet(), **BY)
    with pytest.raises(Refused, match="changed_since"):
        coding.issue_many(some, expected=expected, **BY)
    assert not Outlet.objects.filter(pk__in=expected).exclude(national_code="").exists()


def test_names_follow_the_pattern_and_are_one_in_the_county():
    some = [outlet(), outlet()]
    policy = rules.policy_of(some[0].unit_path, on=DAY)
    party = build.body(place("新绛"), name="新绛县申联水务有限公司")
    for one in some:
        one.party = party
    first = names.propose(some[0], policy)
    assert first == "运城市新绛县申联水务公司工矿企业排污口"
    coding.issue_code(some[0], name=first, **BY)
    assert some[0].name == first
    assert names.propose(some[1], policy) == "运城市新绛县申联水务公司2号工矿企业排污口"
    assert refusal(some[1], name=first) == "coding.name_taken"


@settings(max_examples=40)
@given(
    st.sets(st.integers(1, 9999), max_size=30),
    st.lists(st.tuples(st.integers(1, 9990), st.integers(0, 9)), max_size=3),
    st.integers(0, 9999),
)
def test_law_a_number_taken_was_free_and_is_not_reserved(taken, ranges, last):
    reserved = [(first, first + more) for first, more in ranges]
    last = max([last, *(end for _first, end in reserved)])
    pool = numbers.Numbers(
        numbers.Counter(county="140825", last=min(last, 9999)), set(taken), reserved, is_locked=False
    )
    given_out: set[int] = set()
    for _turn in range(5):
        try:
            serial = pool.take()
        except Refused:
            return
        assert 1 <= serial <= 9999
        assert serial not in taken
        assert serial not in given_out
        assert not any(first <= serial <= end for first, end in reserved)
        given_out.add(serial)


def test_every_code_issued_reads_back():
    for scheme in ("济源", "安阳", "新绛", "大同", "吉林"):
        issued = coding.issue_code(outlet(scheme), **BY)
        code = parse_code(issued.text)
        assert isinstance(code, Code)
        assert (code.county, code.serial) == (place(scheme).code, 1)
