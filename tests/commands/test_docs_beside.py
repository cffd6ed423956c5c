"""Twenty outlets beside each other: the five schemes' own words against what their packs say of the same facts."""

from __future__ import annotations

import pytest

from qingyuan.commands.docs_beside import OUTLETS, beside_page, planned, policies, said

FACTS = dict(OUTLETS)
SEWER = "城镇生活污水散排口，管网覆盖内"


def answers(title: str) -> dict[str, str]:
    return {name: planned(FACTS[title], policy) for name, policy in policies().items()}


def test_twenty_outlets_are_judged_by_all_five():
    assert len(OUTLETS) == len(FACTS) == 20
    assert list(policies()) == ["济源", "安阳", "新绛", "大同", "吉林"]


def test_scattered_sewage_in_the_sewer_area_is_merged_by_principle_or_by_command():
    told = answers(SEWER)
    assert {name for name, text in told.items() if "原则上" in text} == {"济源", "安阳", "吉林"}
    assert {name for name, text in told.items() if "应当" in text} == {"新绛", "大同"}
    assert all(text.startswith("清理合并、接入污水收集管网") for text in told.values())


def test_only_shanxi_counts_the_storm_outlets_of_an_enterprise():
    told = answers("园区外企业，一个排污口、两个雨洪排口")
    assert {name for name, text in told.items() if text != "—"} == {"新绛", "大同"}


def test_the_village_threshold_is_shanxi_s_and_five_hundred_itself_is_ruled_by_nobody():
    small, exact, large = (answers(title) for title in FACTS if title.startswith("村庄"))
    assert {name for name, text in small.items() if "罐车" in text} == {"新绛", "大同"}
    assert {name for name, text in large.items() if "建设集中处理设施" in text and "应当" in text} == {"新绛", "大同"}
    assert not any("罐车" in text for text in exact.values())
    assert small["济源"] == large["吉林"] == "—"


@pytest.mark.parametrize("name", ["济源", "安阳", "新绛", "大同", "吉林"])
def test_an_urban_storm_outlet_is_sealed_nowhere(name):
    effects = {one.effect for one in said(FACTS["城镇雨洪排口，拟封堵"], policies()[name])}
    assert "block" in effects


def test_a_spring_s_protected_area_closes_outlets_in_datong_alone_of_the_five():
    told = answers("泉域重点保护区内，已认定违法")
    assert {name for name, text in told.items() if text.startswith("取缔")} == {"大同"}


def test_the_page_says_who_orders_closes_codes_and_what_the_sign_shows():
    page = beside_page()
    rows = {
        line.split(" | ")[0].removeprefix("| "): line.split(" | ")[1:] for line in page.splitlines() if " | " in line
    }
    assert "大同经开区管委会" in rows["谁可以作出取缔决定"][3]
    assert "上级生态环境部门备案" in rows["销号层级"][4]
    assert rows["谁命名编码"][2] == "市生态环境局新绛分局"
    assert "责任主体" in rows["标识牌内容"][0]
    assert [one.strip(" |") for one in rows["允许立行立改"]] == ["是", "是", "否", "否", "否"]
