"""The same facts, judged by the five packs: each answers as its own text does."""

from datetime import date

import pytest

from tests.packs.test_shipped import ANYANG, DATONG, DAY, FIVE, JILIN, JIYUAN, XINJIANG, policy


def holding(path, facts, *, on=DAY):
    return {verdict.rule: verdict for verdict in policy(path, on).judge(facts) if verdict.verdict}


def test_an_enterprise_outside_a_park_with_two_outlets_and_two_storm_outlets():
    facts = {"in_park": False, "industry_outlets_of_party": 2, "storm_outlets_of_party": 2}
    found = {path: holding(path, facts) for path in FIVE}
    clauses = {path: found[path]["outside_park.industrial_outlets"].clause for path in FIVE}
    assert clauses == {
        JIYUAN: "济源 三(三)4",
        ANYANG: "安阳 二(二)2",
        XINJIANG: "新绛 三(五)",
        DATONG: "大同 三(六)第二段",
        JILIN: "吉林 二(六)4",
    }
    assert {path for path in FIVE if "outside_park.storm_outlets" in found[path]} == {XINJIANG, DATONG}


@pytest.mark.parametrize(
    ("amount", "rules"), [(499, {"rural.tanker"}), (500, {"rural.not_ruled"}), (501, {"rural.facility"})]
)
def test_a_village_around_the_threshold(amount, rules):
    facts = {"village_sewage_m3_d": amount, "village_population_small": True, "village_clustered": True}
    for path in FIVE:
        found = {rule for rule in holding(path, facts) if rule.startswith("rural.")}
        assert found == (rules if path in (XINJIANG, DATONG) else set())


def test_a_large_scattered_village_is_not_ruled_and_a_small_one_of_unknown_people_cannot_be_told():
    scattered = holding(DATONG, {"village_sewage_m3_d": 800, "village_clustered": False})
    assert set(scattered) == {"rural.not_ruled"}
    (verdict,) = policy(DATONG).judge({"village_sewage_m3_d": 300}, only={"rural.tanker"})
    assert (verdict.verdict, verdict.missing) == (None, ("village_population_small",))


def test_a_storm_outlet_is_never_blocked_anywhere():
    for path in FIVE:
        verdict = holding(path, {"type_key": "YH.urban_storm", "planned_disposition": "block"})[
            "storm_outlets.no_merge"
        ]
        assert verdict.effect == "block"
        assert verdict.origin == ("000000-national" if path == XINJIANG else policy(path).packs[-1])
        assert not holding(path, {"type_key": "GY.enterprise_storm", "planned_disposition": "block"}).get(
            "storm_outlets.no_merge"
        )


def test_who_answers_when_nobody_is_found():
    found = {path: holding(path, {"tracing_inconclusive": True})["responsibility.fallback"] for path in FIVE}
    assert {path: verdict.gives["party"] for path, verdict in found.items()} == {
        JIYUAN: "属地镇人民政府、街道办事处",
        ANYANG: "属地县（市、区）政府",
        XINJIANG: "属地镇人民政府",
        DATONG: "各县（区）人民政府、大同经开区管委会、市直相关部门",
        JILIN: "属地政府",
    }
    assert all(verdict.effect == "assign" for verdict in found.values())
    assert holding(ANYANG, {"applicant_known": True})["responsibility.applicant"].gives["party"] == "设置申请单位"


def test_who_approves_a_new_outlet_of_a_project_the_province_assessed():
    facts = {
        "is_new": True,
        "national_authority": False,
        "eia_authority": "provincial",
        "has_eia": True,
        "dispute_level": "none",
        "in_provincial_border_buffer": False,
        "delegated_to_city": False,
        "delegated_to_county": False,
    }
    found = {
        path: {verdict.gives.get("authority") for verdict in holding(path, facts).values()} - {None} for path in FIVE
    }
    assert found == {
        JIYUAN: {"示范区生态环境局"},
        ANYANG: {"省生态环境厅"},
        XINJIANG: {"省、市生态环境部门"},
        DATONG: {"市生态环境局"},
        JILIN: set(),
    }
    assert holding(XINJIANG, facts)["approval.intake"].gives["intake"] == "市生态环境局新绛分局"
    assert holding(JILIN, facts)["approval.authority"].effect == "warn"


@pytest.mark.parametrize("eia", ["national", "provincial", "city", "county"])
@pytest.mark.parametrize("dispute", ["provincial", "city", "county", "none"])
def test_in_anyang_exactly_one_authority_decides_and_the_highest_match_wins(eia, dispute):
    facts = {
        "is_new": True,
        "has_eia": True,
        "eia_authority": eia,
        "dispute_level": dispute,
        "in_provincial_border_buffer": False,
        "delegated_to_city": False,
        "delegated_to_county": False,
    }
    tiers = ["流域生态环境监督管理局", "省生态环境厅", "市生态环境局", "县（市、区）生态环境分局"]
    rank = min(
        ["national", "provincial", "city", "county"].index(eia), ["provincial", "city", "county", "none"].index(dispute)
    )
    found = [verdict.gives["authority"] for verdict in holding(ANYANG, facts).values() if "authority" in verdict.gives]
    assert found == [tiers[rank]]


def test_the_type_of_an_urban_storm_outlet():
    found = {}
    for path in FIVE:
        gives = [
            verdict.gives
            for verdict in holding(path, {"type_key": "YH.urban_storm"}).values()
            if "top" in verdict.gives
        ]
        found[path] = [(one["top"], one["code"]) for one in gives]
    other, own = [("其他排口", "QT")], [("城镇雨洪排口", "YH")]
    assert found == {JIYUAN: other, ANYANG: other, XINJIANG: own, DATONG: own, JILIN: other}


def test_domestic_sewage_is_merged_on_principle_or_without_it():
    facts = {"type_key": "QT.urban_domestic", "in_sewer_area": True}
    effects = {
        path: [v.effect for r, v in holding(path, facts).items() if r.startswith("urban_domestic")] for path in FIVE
    }
    assert effects == {
        JIYUAN: ["recommend"],
        ANYANG: ["recommend"],
        XINJIANG: ["require"],
        DATONG: ["require"],
        JILIN: ["recommend"],
    }


def test_a_zone_hit_is_a_lead_and_only_the_finding_closes():
    lead = {path: holding(path, {"in_zone_spring_basin": True}) for path in FIVE}
    assert [path for path in FIVE if "ban.lead" in lead[path]] == [DATONG]
    assert not any("ban.order" in found for found in lead.values())
    closing = {"in_zone_drinking_water": True, "zone_finding_illegal": True}
    assert all("ban.order" in holding(path, closing) for path in FIVE)


def test_transition_is_for_everyone_in_henan_and_for_enterprises_and_institutions_in_datong_and_jilin():
    facts = {"hard_to_finish_soon": True, "party_kind": "government"}
    offered = [path for path in FIVE if "remediation.transition" in holding(path, facts)]
    assert offered == [JIYUAN, ANYANG, XINJIANG]


def test_the_word_for_what_needs_no_approval_changes_with_the_day():
    facts = {"type_key": "QT.rural_facility", "is_new": True}
    verdict = holding(JIYUAN, facts, on=date(2025, 6, 1))["approval.filing_required"]
    assert (verdict.clause, verdict.origin) == ("生态环境部令第35号", "000000-national")


def test_every_rule_of_every_ladder_stays_open_when_nothing_is_known():
    for path in FIVE:
        for verdict in policy(path).judge({}):
            assert verdict.verdict is not True
            assert (verdict.verdict is None) == bool(verdict.missing)


def test_what_is_missing_is_only_what_would_settle_the_question():
    (in_jiyuan,) = policy(JIYUAN).judge({"in_zone_drinking_water": False}, only={"ban.lead"})
    (in_datong,) = policy(DATONG).judge({"in_zone_drinking_water": False}, only={"ban.lead"})
    assert in_jiyuan.missing == ("in_zone_nature_protected", "in_zone_other_special")
    assert in_datong.missing == (
        "in_zone_nature_reserve",
        "in_zone_spring_basin",
        "in_zone_ecological_redline",
        "in_zone_other_special",
    )
