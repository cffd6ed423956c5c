"""National codes are read, written and doubted; names are compared with the pattern of HJ 1235."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.coding import (
    TYPE_LETTERS,
    Code,
    CodeFault,
    NameFault,
    OldLocalCode,
    build_name,
    check_code,
    check_name,
    next_serial,
    parse_code,
    parse_old_local,
    short_name,
)

codes = st.builds(
    Code,
    basin=st.text("ABCDEFGHJK", min_size=2, max_size=2),
    county=st.from_regex(r"[1-6][0-9]{3}[0-8][1-9]", fullmatch=True),
    serial=st.integers(1, 9999),
    type=st.sampled_from(TYPE_LETTERS),
    branch=st.integers(0, 99),
)


@given(codes)
def test_a_code_read_from_its_written_form_is_itself(code: Code):
    assert parse_code(str(code)) == code


@given(codes)
def test_hyphens_case_and_width_do_not_matter(code: Code):
    bare = str(code).replace("-", "")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in bare)
    assert parse_code(bare.lower()) == parse_code(f" {wide} ") == code


@given(codes)
def test_a_branch_points_to_its_main_mouth(code: Code):
    assert code.main.branch == 0
    assert str(code.main)[:-3] == str(code)[:-3]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "code.missing"),
        ("DB-140825-0001-XX-00", "code.unreadable"),
        ("DB-140825-0000-SH-00", "code.serial"),
        ("DB-140800-0001-SH-00", "code.county"),
        ("DB-140825-001-SH-00", "code.unreadable"),
        ("EB320312001", "code.old_local"),
        ("1号口", "code.unreadable"),
    ],
)
def test_what_is_no_code_gets_a_reason(written: str, fault: str):
    answer = parse_code(written)
    assert isinstance(answer, CodeFault)
    assert answer.code == fault
    assert answer.reason.endswith("。")


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_a_fault(text: str):
    assert isinstance(parse_code(text), Code | CodeFault)


def test_an_old_code_is_kept_as_a_local_one():
    assert parse_old_local("EB320312001") == OldLocalCode("EB", "320312", 1)
    assert str(parse_old_local("eb320312001")) == "EB320312001"
    assert parse_old_local("EB-320312-001") is None


def test_a_serial_is_never_given_twice():
    assert next_serial(()) == 1
    assert next_serial({1, 2, 7}) == 8
    assert next_serial({9999}) is None


def test_a_code_that_does_not_fit_its_outlet_is_doubted():
    code = Code("DB", "140825", 1, "SH")
    assert check_code(code, county="140825", type_letters=("SH",), basins={"DB"}) == []
    faults = check_code(code, county="140802", type_letters=("GY",), basins={"DA"})
    assert [fault.code for fault in faults] == ["code.other_county", "code.other_type", "code.unknown_basin"]


def test_a_real_name_after_the_pattern_raises_no_finding():
    name = "荆州市洪湖市新滩镇城镇污水处理厂排污口"
    assert check_name(name, city="荆州市", county="洪湖市", type_letters="SH") == []


@pytest.mark.parametrize(
    ("name", "city", "county", "letters", "fault", "suggestion"),
    [
        ("新绛县城北1号", "", "新绛县", "", NameFault.NO_SUFFIX, "新绛县城北1号排污口"),
        ("大同市十里河雨洪排污口", "大同市", "", "YH", NameFault.SUFFIX_OF_TYPE, "大同市十里河雨洪排口"),
        ("安阳市某某公司排口", "安阳市", "", "GY", NameFault.SUFFIX_OF_TYPE, "安阳市某某公司排污口"),
        ("大同市某某公司排污口", "大同市", "平城区", "", NameFault.NO_COUNTY, "大同市平城区某某公司排污口"),
        ("某某公司排污口", "大同市", "平城区", "", NameFault.NO_COUNTY, "大同市平城区某某公司排污口"),
        ("新绛县城北排污口", "", "新绛县", "SH", NameFault.NO_TYPE_WORD, ""),
        ("新绛县某某公司2#排污口", "", "新绛县", "", NameFault.ORDINAL, "新绛县某某公司2号排污口"),
        ("新绛县某某公司第二号排污口", "", "新绛县", "", NameFault.ORDINAL, "新绛县某某公司2号排污口"),
        ("", "", "", "", NameFault.MISSING, ""),
    ],
)
def test_a_name_out_of_the_pattern_is_a_finding_with_a_suggestion(
    name: str, city: str, county: str, letters: str, fault: NameFault, suggestion: str
):
    findings = check_name(name, city=city, county=county, type_letters=letters)
    assert [(finding.code, finding.suggestion) for finding in findings] == [(fault, suggestion)]


def test_a_suggested_name_satisfies_the_check():
    name = build_name(city="大同市", county="平城区", owner="某某公司", number=2, type_words="工业排污口")
    assert name == "大同市平城区某某公司2号工业排污口"
    assert check_name(name, city="大同市", county="平城区", type_letters="GY") == []


def test_short_names_keep_at_least_two_characters():
    assert [short_name(name) for name in ("新绛县", "滑县", "伊通满族自治县")] == ["新绛", "滑县", "伊通满族"]
