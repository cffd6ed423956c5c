"""The nine packs shipped: what they say in the five places, against the difference matrix restated by hand."""

import re
from datetime import date

import pytest

from qingyuan.core.functions import BodyFunction
from qingyuan.core.lifecycle import TRANSITIONS
from qingyuan.core.policy import PackError, build
from qingyuan.core.policy.duties import DUTIES
from qingyuan.core.policy.ladder import case_faults
from qingyuan.core.policy.words import said
from qingyuan.core.waters import WaterFlagKind
from qingyuan.rulebook import texts
from qingyuan.rulebook.checking import ladder_of, unit_path_of

DAY = date(2024, 6, 1)
JIYUAN, ANYANG, XINJIANG, DATONG, JILIN = "419001", "4105", "140825", "1402", "22"
FIVE = (JIYUAN, ANYANG, XINJIANG, DATONG, JILIN)
PACKS = {code: texts.parsed(text) for code, text in texts.shipped_texts().items()}
THREE_TYPES = ("GY.enterprise", "GY.park_wwtp", "SH.municipal_wwtp")


def policy(path, on=DAY):
    return build(ladder_of(PACKS.values(), path)).policy(path, on)


def values(name, on=DAY):
    return [policy(path, on).value(name) for path in FIVE]


@pytest.mark.parametrize("code", PACKS)
def test_every_case_of_every_pack_is_decided_as_the_pack_says(code):
    pack = PACKS[code]
    assert case_faults(build(ladder_of(PACKS.values(), unit_path_of(pack)))) == []


@pytest.mark.parametrize(
    ("path", "document", "chain"),
    [
        pytest.param(JIYUAN, None, ["豫政办〔2023〕9号"], marks=pytest.mark.clause("JY-01")),
        pytest.param(ANYANG, None, ["国办函〔2022〕17号", "豫政办〔2023〕9号"], marks=pytest.mark.clause("AY-01")),
        pytest.param(
            XINJIANG,
            "新政办发〔2023〕30号",
            ["晋政办发〔2022〕102号", "运政办发〔2023〕27号"],
            marks=pytest.mark.clause("XJ-01"),
        ),
        pytest.param(
            DATONG,
            "同政办发〔2023〕8号",
            ["国办《实施意见》", "晋政办发〔2022〕102号"],
            marks=pytest.mark.clause("DT-01"),
        ),
        pytest.param(
            JILIN,
            "吉政办发〔2023〕13号",
            ["国办函〔2022〕17号", "环办水体〔2022〕34号"],
            marks=pytest.mark.clause("JL-01"),
        ),
    ],
)
def test_each_scheme_keeps_its_number_and_its_parents_and_every_parameter_its_origin(path, document, chain):
    found = policy(path)
    assert set(chain) <= set(found.parents)
    assert found.value("policy.parents") == tuple(chain)
    assert found.value("policy.document_no") == document
    assert all(item.origin in found.packs and item.clause for item in found.parameters.values())


def test_the_ladders_run_from_the_nation_through_the_province():
    assert [policy(path).packs for path in FIVE] == [
        ("000000-national", "410000-henan", "419001-jiyuan"),
        ("000000-national", "410000-henan", "410500-anyang"),
        ("000000-national", "140000-shanxi", "140800-yuncheng", "140825-xinjiang"),
        ("000000-national", "140000-shanxi", "140200-datong"),
        ("000000-national", "220000-jilin"),
    ]
    assert policy("110105").packs == ("000000-national",)
    assert policy("2201").packs == ("000000-national", "220000-jilin")


@pytest.mark.clause("AY-02")
def test_in_anyang_outlet_is_short_for_outlet_into_a_river():
    assert policy(ANYANG).meaning("排污口") == "入河排污口"
    assert policy("410502").meaning("排污口") == "入河排污口"
    assert policy(JIYUAN).meaning("排污口") == "排污口"
    assert policy(DATONG).meaning("收纳河流") == "受纳水体"


@pytest.mark.clause("JY-04")
def test_a_county_file_that_allows_merging_storm_outlets_is_refused_with_file_and_key():
    files = {"remediation.yaml": _override("storm_outlets.may_be_merged_or_blocked", "true"), "pack.yaml": _head()}
    county, faults = texts.parse(files)
    assert faults == []
    with pytest.raises(PackError) as caught:
        build([*ladder_of(PACKS.values(), JIYUAN), county])
    (fault,) = caught.value.faults
    assert (fault.code, fault.key) == ("POLICY_LOCKED", "storm_outlets.may_be_merged_or_blocked")
    assert fault.file == "419001100-town/remediation.yaml"


def _head():
    return 'pack: 419001100-town\nunit: "419001100"\ntitle: 演示镇\n'


def _override(name, value):
    return f"parameters:\n  {name}:\n    values:\n      - {{from: null, value: {value}, clause: 演示, status: read}}\n"


ML, FH, AS, SL = ("main_river", "key_lake"), ("fen_hui",), ("assessed_section",), ("songliao_main", "key_lake")
TARGETS = {
    JIYUAN: [
        ("survey", "2023-12-31", 1.0, ML),
        ("tracing", "2023-12-31", 0.8, ML),
        ("remediation", "2023-12-31", 0.3, ML),
        ("tracing", "2024-12-31", 0.95, ML),
        ("remediation", "2024-12-31", 0.7, ML),
        ("survey", "2025-12-31", 1.0, "all"),
        ("remediation", "2025-12-31", 0.95, ML),
        ("classified_coverage", "2025-12-31", 1.0, "all"),
    ],
    ANYANG: [
        ("survey", "2023-06-30", 1.0, ML),
        ("tracing", "2023-09-30", 0.95, ML),
        ("remediation", "2023-12-31", 0.7, ML),
        ("survey", "2024-12-31", 1.0, "all"),
        ("remediation", "2024-12-31", 0.95, ML),
    ],
    XINJIANG: [
        ("survey", "2023-12-31", 1.0, FH),
        ("tracing", "2023-12-31", 1.0, FH),
        ("remediation", "2023-12-31", 0.35, FH),
        ("remediation", "2024-10-31", 1.0, FH),
        ("existing_approval_review", None, 1.0, "all"),
    ],
    DATONG: [
        ("survey", "2023-12-31", 1.0, AS),
        ("tracing", "2023-12-31", 1.0, AS),
        ("remediation", "2023-12-31", None, "all"),
        ("remediation", "2024-12-31", 1.0, AS),
        ("existing_approval_review", None, 1.0, "all"),
    ],
    JILIN: [
        ("survey", "2023-12-31", 0.95, SL),
        ("remediation", "2023-12-31", 0.95, SL),
        ("existing_approval_review", "2023-12-31", 1.0, "all"),
        ("survey", "2025-12-31", 1.0, "all"),
        ("remediation", "2025-12-31", 0.95, "all"),
    ],
}
DATES = ("management_system", "platform_initial", "subordinate_plan_due")


@pytest.mark.parametrize("path", FIVE)
def test_the_shares_and_days_each_scheme_aims_at(path):
    found = [target for target in policy(path).targets() if target.metric not in DATES]
    said = {(one.metric, one.due and one.due.isoformat(), one.required, one.waters) for one in found}
    assert said == set(TARGETS[path])
    assert all(one.clause and one.title and one.scope for one in found)
    vague = {one.quote for one in found if one.required == 0.95}
    assert vague <= {"基本完成"}
    assert all(one.status == "proposed" for one in found if one.required == 0.95)


def test_the_days_by_which_a_system_stands():
    due = {
        (path, target.metric): target.due and target.due.isoformat()
        for path in FIVE
        for target in policy(path).targets()
        if target.metric in DATES
    }
    assert due == {
        (JIYUAN, "management_system"): "2025-12-31",
        (JIYUAN, "platform_initial"): "2025-12-31",
        (ANYANG, "management_system"): "2024-12-31",
        (XINJIANG, "management_system"): "2025-12-31",
        (DATONG, "management_system"): "2025-12-31",
        (DATONG, "subordinate_plan_due"): None,
        (JILIN, "management_system"): "2025-12-31",
        (JILIN, "subordinate_plan_due"): "2023-04-30",
    }


MATRIX = {
    "outside_park.max_industrial_outlets": [1, 1, 1, 1, 1],
    "outside_park.max_storm_outlets": [None, None, 1, 1, None],
    "in_park.max_outlets": [None, None, None, 1, None],
    "in_park.max_storm_outlets": [None, None, None, 1, None],
    "rural.daily_sewage_threshold_m3": [None, None, 500, 500, None],
    "storm_outlets.may_be_merged_or_blocked": [False] * 5,
    "classification.storm_as_own_type": [False, False, True, True, False],
    "urban_domestic.merge": ["principle", "principle", "mandatory", "mandatory", "principle"],
    "remediation.immediate_allowed": [True, True, False, False, False],
    "remediation.flood_check.when": ["any", "any", "any", "any", "ban_or_merge"],
    "standardisation.require_video": [False, False, False, False, True],
    "standardisation.require_sampling_point": [False, False, False, False, True],
    "tracing.require_affiliation": [False, True, False, True, True],
    "responsibility.fallback_may_designate": [True, True, False, True, True],
    "approval.water_opinion": ["guidance", "when_relevant", "when_relevant", "when_relevant", "always"],
    "approval.failing_zone_rule": ["failing_zone", "failing_zone", "everywhere", "failing_zone", "failing_zone"],
    "annual_report.due": [None, "01-05", None, None, None],
    "sampling.review_share_of_counties": [None, None, None, None, 0.3],
    "monitoring.double_random_types": [None, THREE_TYPES, None, (*THREE_TYPES, "QT.rural_facility"), None],
    "outlet.managing_department": [False, False, False, True, False],
    "supervision.pilot_default_on": [False, True, False, False, False],
    "remediation.batches": [("ban", "merge", "standardise")] * 2
    + [("merge", "standardise")]
    + [("ban", "merge", "standardise")] * 2,
}


@pytest.mark.parametrize("name", MATRIX)
def test_the_matrix_cell_by_cell(name):
    found = values(name)
    if name == "monitoring.double_random_types":
        assert len(found[-1]) == 16  # 吉林：全部入河排污口
        found[-1] = None
    assert found == MATRIX[name]


@pytest.mark.parametrize(
    ("name", "silent", "origin"),
    [
        ("storm_outlets.may_be_merged_or_blocked", XINJIANG, "000000-national"),
        ("remediation.ban_zones", XINJIANG, "000000-national"),
        ("remediation.legacy_clause", XINJIANG, "000000-national"),
        ("classification.top_types", ANYANG, "000000-national"),
        ("coding.authority", JIYUAN, "000000-national"),
        ("signin.password_min_length", DATONG, "000000-national"),
    ],
)
def test_silence_inherits_and_says_so(name, silent, origin):
    resolved = policy(silent).parameters[name]
    assert (resolved.inherited, resolved.origin) == (True, origin)


def test_what_changed_after_the_schemes_stands_beside_them_with_its_day():
    for before, after, name, old, new in [
        (date(2024, 12, 31), date(2025, 1, 1), "approval.filing_word", "备案", "登记"),
        (date(2025, 12, 31), date(2026, 1, 1), "monitoring.device_protocol", "HJ 212-2017", "HJ 212-2025"),
        (date(2026, 2, 28), date(2026, 3, 1), "monitoring.wwtp_instant_limit", None, 2),
        (date(2026, 8, 14), date(2026, 8, 15), "legal.code", "水污染防治法", "生态环境法典"),
    ]:
        assert (policy("22", before).value(name), policy("22", after).value(name)) == (old, new)
        assert policy("22", after).parameters[name].status == "secondary"
    reviewed = policy(XINJIANG, date(2025, 6, 1)).parameters["approval.review_types"]
    assert len(reviewed.value) == 16
    assert reviewed.overtaken_by.value == THREE_TYPES


def test_datong_lists_who_answers_and_who_helps_clause_by_clause():
    rows = {row["clause"]: row for row in policy(DATONG).value("responsibilities")}
    assert len(rows) == 14
    industry = rows["大同 三(六)第二段"]
    assert industry["responsible"][2:] == ("市工业和信息化局", "市城市管理局", "市生态环境局")
    assert industry["supporting"] == ("市水务局", "市规划和自然资源局")
    assert rows["大同 三(三)"]["responsible"] == ("市生态环境局",)


def test_anyang_brackets_are_open_lists_where_the_text_says_so():
    rows = {row["clause"]: row for row in policy(ANYANG).value("responsibilities")}
    assert {clause for clause, row in rows.items() if row["open"]} == {
        "安阳 二(一)1",
        "安阳 二(一)2",
        "安阳 二(二)1",
        "安阳 二(二)2",
        "安阳 三(二)",
    }


def test_every_reading_is_recorded_once_and_governs_declared_parameters():
    numbers = sorted(reading.number for pack in PACKS.values() for reading in pack.readings)
    wanted = [f"A-{n}" for n in range(1, 28)] + [f"B-{n}" for n in range(1, 23)] + [f"C-{n}" for n in range(1, 50)]
    assert numbers == sorted(wanted)
    declared = {name for pack in PACKS.values() for name in pack.declarations}
    assert {name for pack in PACKS.values() for reading in pack.readings for name in reading.parameters} <= declared


def test_words_of_the_packs_are_words_of_the_house():
    flags = {flag for path in FIVE for one in policy(path).targets() if one.waters != "all" for flag in one.waters}
    assert flags <= set(WaterFlagKind)
    functions = {row["function"] for path in FIVE for row in policy(path).value("organisations")}
    assert functions <= {*BodyFunction, ""}
    named = {transition.parameter for transition in TRANSITIONS.values() if transition.parameter}
    assert named <= set(policy("").parameters)


def test_every_coded_value_has_a_word_for_the_screen():
    values = [entry.value for pack in PACKS.values() for entries in pack.entries.values() for entry in entries]
    codes = {word for word in _words(values) if re.fullmatch(r"[A-Z]*\.?[a-z_.]{2,}", word)}
    assert len(codes) > 100
    assert {word for word in codes if said(word) == word} == set()


def _words(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (key, *(() if key in ("key", "under") else _words(part)))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _words(part)


def test_duties_are_named_in_the_declared_tags():
    tags = {tag for path in FIVE for row in policy(path).value("organisations") for tag in row["duties"]}
    assert tags <= set(DUTIES)
