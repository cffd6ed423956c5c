"""One outlet of each type from the problem list to its archive, each in another place, by the bodies of its scheme.

The four first-level types and 城镇雨洪排口; the three outcomes. The outlets are the demonstration's own, by name.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PICTURES, Served
from tests.journeys import remediating as then
from tests.journeys.walking import as_officer, press

pytestmark = pytest.mark.browser
TOWN, FARMING = "jiyuan-town", "anyang-agriculture"


def test_an_industrial_outlet_is_closed_on_the_order_of_the_bureau(demonstration: Served, page: Page):
    """济源, 工业排污口, 依法取缔: it exceeds again and is back on the list; the street plans and does the works, none
    without the order of the body that the law names."""
    name = "济源市演示纺织2厂3号工矿企业排污口"
    as_officer(page, demonstration, TOWN)
    outlet = then.look_up(page, demonstration, name)
    taken = then.camera(page, outlet, first=21_000)
    then.report_relapse(page, outlet, source="exceedance", text="监测超标（演示）")
    as_officer(page, demonstration, "jiyuan-reviewer")
    then.confirm_relapse(page, demonstration, name)

    as_officer(page, demonstration, TOWN)
    stay = then.open_stay(page, demonstration, name)
    expect(page.locator("#findings")).to_contain_text("超标排放")
    then.draft(page, stay, "ban", "demolish", flood_answer="no")
    then.do(page, stay, "提交方案")
    as_officer(page, demonstration, "jiyuan-reviewer")
    then.do(page, stay, "审定方案")
    page.goto(stay)
    assert "须先由有权机关作出决定" in then.grey(page, "开工")
    then.do(page, stay, "登记取缔决定", body="济源市生态环境局", legal_basis="《中华人民共和国水污染防治法》")

    as_officer(page, demonstration, TOWN)
    then.do(page, stay, "开工")
    then.works(page, stay, taken)
    as_officer(page, demonstration, "jiyuan-reviewer")
    then.accept(page, stay)
    then.outcome(page, stay, "确定取缔", stage="取缔")
    then.archive(page, outlet, "取缔决定")


def test_a_sewage_works_is_retained_after_two_levels(demonstration: Served, page: Page):
    """吉林, 城镇污水处理厂排污口, 规范整治: the city accepts, the province files; the government codes."""
    name = "长春市德惠市演示第一净水厂1号城镇污水处理厂排污口"
    as_officer(page, demonstration, "changchun-reviewer")
    outlet = then.look_up(page, demonstration, name)
    taken = then.camera(page, outlet, first=22_000)
    stay = then.open_stay(page, demonstration, name)
    then.draft(page, stay, "standardise", "polishing")
    then.do(page, stay, "提交方案")
    as_officer(page, demonstration, "changchun-government")
    then.do(page, stay, "审定方案")
    as_officer(page, demonstration, "changchun-reviewer")
    then.do(page, stay, "开工")
    then.works(page, stay, taken)

    as_officer(page, demonstration, "changchun-government")
    then.accept(page, stay)
    page.goto(stay)
    assert "上级" in then.grey(page, "确定保留")
    then.do(page, stay, "报上级备案")
    as_officer(page, demonstration, "jilin-reviewer")
    page.goto(f"{demonstration.url}/remediation/filings/")
    page.locator("tr", has_text=name).get_by_role("link", name="予以备案").click()
    press(page, "予以备案")
    as_officer(page, demonstration, "changchun-government")
    then.outcome(page, stay, "确定保留", stage="保留")
    then.standardise(page, outlet, taken)
    then.archive(page, outlet, "验收销号")


def test_a_livestock_farm_is_retained_where_the_bureau_of_agriculture_leads(demonstration: Served, page: Page):
    """安阳, 农业排口, 规范整治: complained of and back on the list; planned and put right under the lead of the bureau
    of agriculture, accepted by the ecology bureau, retained when its permit is on record."""
    name = "安阳市内黄县演示养殖1场1号规模化畜禽养殖排污口"
    as_officer(page, demonstration, "anyang-clerk")
    outlet = then.look_up(page, demonstration, name)
    taken = then.camera(page, outlet, first=23_000)
    then.report_relapse(page, outlet, source="complaint", text="群众反映气味和污水（演示）")
    as_officer(page, demonstration, "anyang-reviewer")
    then.confirm_relapse(page, demonstration, name)

    as_officer(page, demonstration, FARMING)
    stay = then.open_stay(page, demonstration, name)
    then.draft(page, stay, "standardise", "manure", flood_answer="no")
    then.do(page, stay, "提交方案")
    as_officer(page, demonstration, "anyang-reviewer")
    then.do(page, stay, "审定方案")
    as_officer(page, demonstration, FARMING)
    then.do(page, stay, "开工")
    then.works(page, stay, taken)
    as_officer(page, demonstration, "anyang-reviewer")
    then.accept(page, stay)
    page.goto(stay)
    assert "依法办理排污许可证" in then.grey(page, "确定保留")
    then.correct(page, outlet, permit_number="演示410527001V", reason="补登排污许可证")
    then.outcome(page, stay, "确定保留", stage="保留")
    then.standardise(page, outlet, taken)
    then.archive(page, outlet, "验收销号")


def test_a_small_farm_is_merged_into_its_neighbour(demonstration: Served, page: Page):
    """新绛, 其他排口, 清理合并: its discharge goes on elsewhere, and the register says where."""
    name, target = "运城市新绛县古交镇1号规模以下畜禽养殖排污口", "新绛县演示养殖2场1号规模化畜禽养殖排污口"
    as_officer(page, demonstration, "xinjiang-town")
    into = then.look_up(page, demonstration, f"运城市{target}")
    outlet = then.look_up(page, demonstration, name)
    taken = then.camera(page, outlet, first=24_000)
    stay = then.open_stay(page, demonstration, name)
    key = into.rsplit("/", 1)[1]
    then.draft(page, stay, "merge", "merge_into", "manure", target_outlet=key, flood_answer="no")
    then.do(page, stay, "提交方案")
    as_officer(page, demonstration, "xinjiang-reviewer")
    then.do(page, stay, "审定方案")
    as_officer(page, demonstration, "xinjiang-town")
    then.do(page, stay, "开工")
    then.works(page, stay, taken)
    as_officer(page, demonstration, "xinjiang-reviewer")
    then.accept(page, stay)
    then.outcome(page, stay, "确定合并", stage="合并")
    expect(page.locator("#closing")).to_contain_text(target)
    then.archive(page, outlet, "合并")


def test_a_storm_outlet_is_never_merged_or_sealed(demonstration: Served, page: Page):
    """大同, 城镇雨洪排口: 合并 and 封堵 are refused with the clause, in whatever words; put right it stays."""
    name = "大同市平城区水泊寺街道1号城镇雨洪排口"
    as_officer(page, demonstration, "datong-pingcheng")
    outlet = then.look_up(page, demonstration, name)
    taken = then.camera(page, outlet, first=25_000)
    stay = then.list_as_problem(page, demonstration, name, problem="旱天有污水流出。")

    as_officer(page, demonstration, "datong-chengguan")
    then.draft(page, stay, "standardise", "separation", flood_answer="no", measure_text="施工后将口门封死")
    expect(page.locator(".notice-refused")).to_contain_text("严禁合并、封堵")
    expect(page.locator(".notice-refused")).to_contain_text("大同 四(十)")
    page.screenshot(path=PICTURES / "storm-outlet-locked.png")
    expect(page.locator("input[name=batch][value=merge]")).to_be_disabled()
    expect(page.locator("fieldset", has_text="清理合并").first).to_contain_text("严禁合并、封堵")
    assert not page.locator("input[name=measures][value=seal]").count()
    then.draft(page, stay, "standardise", "separation", flood_answer="no", measure_text="沿街雨污分流")
    expect(page.locator("#messages")).to_contain_text("方案已保存")
    then.do(page, stay, "提交方案")

    as_officer(page, demonstration, "datong-pingcheng")
    then.do(page, stay, "审定方案")
    as_officer(page, demonstration, "datong-chengguan")
    then.do(page, stay, "开工")
    then.works(page, stay, taken)
    as_officer(page, demonstration, "datong-pingcheng")
    then.accept(page, stay)
    page.goto(stay)
    assert "严禁合并、封堵" in then.grey(page, "确定合并")
    then.outcome(page, stay, "确定保留", stage="保留")
    as_officer(page, demonstration, "datong-branch")
    then.standardise(page, outlet, taken)
    then.archive(page, outlet, "验收销号")
