"""A messy workbook goes in by the wizard: faults by cell, a repair taken, the rest told; on the map; undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser import PICTURES, Served
from tests.journeys.walking import as_officer

pytestmark = pytest.mark.browser
HEADERS = ("序号", "排口名称", "县区", "受纳河流", "经度", "纬度", "备注")
ROWS = (
    ("1", "大同市云州区帆例1号工矿企业排污口", "云州区", "桑干河", "113.6012", "40.0512", "=1+1"),
    ("2", "大同市云州区帆例2号工矿企业排污口", "云州区", "桑干河", "40.0623", "113.6123", "<b>x</b>"),
    ("3", "大同市云州区帆例3号城镇雨洪排口", "云州区", "桑干河", "１１３．６２３４", "40°4′1.2″", ""),
    ("4", "大同市云州区帆例4号工矿企业排污口", "云州区", "桑干河", "114.3512", "36.1012", ""),
)


def workbook(path: Path) -> Path:
    """A title over the header, coordinates of every kind, a line that sums up."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("台帐")
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "云州区入河排污口排查台帐")
        for number, row in enumerate((HEADERS, *ROWS, ("合计", "4个")), start=1):
            sheet.write_row(number, 0, row)
    return path


def test_the_good_rows_stand_on_the_map_and_can_be_undone(demonstration: Served, page: Page, tmp_path: Path):
    as_officer(page, demonstration, "datong-clerk")
    page.goto(f"{demonstration.url}/imports/")
    page.set_input_files("#id_file", workbook(tmp_path / "台帐（最终版2）.xlsx"))
    with page.expect_navigation():
        page.click("button:has-text('上传并识别')")
    batch = page.url
    for number, field in enumerate(HEADERS):
        chosen = page.locator(f"#column-{number} option:checked").inner_text()
        assert (chosen == "不导入") is (field == "序号") or field == "序号", f"{field} was not recognised"
    with page.expect_navigation():
        page.click("button:has-text('核对')")
    expect(page.locator("#enter")).to_contain_text("新增 2，更新 0，无变化 0，退回 2")

    page.click("#problems a:has-text('坐标') >> nth=0")
    page.wait_for_load_state()
    page.screenshot(path=PICTURES / "import.png", full_page=True)
    page.goto(f"{batch}?code=coordinate.order")
    expect(page.locator("#problems table")).to_contain_text("113.6123")
    with page.expect_navigation():
        page.click("button:has-text('全部接受这类')")
    expect(page.locator("#enter")).to_contain_text("新增 3，更新 0，无变化 0，退回 1")
    with page.expect_navigation():
        page.click("#enter button:has-text('入库')")
    expect(page.locator("#messages")).to_contain_text("已入库")

    page.goto(f"{demonstration.url}/outlets/?q=帆例")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    page.goto(f"{demonstration.url}/outlets/?q=帆例2号")
    page.goto(demonstration.url + str(page.locator("tr[data-row] a").first.get_attribute("href")))
    expect(page.locator("#facts")).to_contain_text("113.612300")
    page.click("a:has-text('在一张图中查看')")
    page.wait_for_url(re.compile(r"/map/\?.*lon=113\.612"))
    page.wait_for_load_state("networkidle")
    stage = page.locator(".map-full").bounding_box()
    assert stage is not None
    page.mouse.click(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    expect(page.locator("#map-card")).to_contain_text("帆例2号")
    page.screenshot(path=PICTURES / "map.png")

    page.goto(batch)
    with page.expect_navigation():
        page.click("button:has-text('撤销本次导入')")
    expect(page.locator("#messages")).to_contain_text("已撤销")
    page.goto(f"{demonstration.url}/outlets/?q=帆例")
    expect(page.locator(".empty")).to_be_visible()
