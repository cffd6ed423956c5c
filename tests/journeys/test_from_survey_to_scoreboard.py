"""A clerk registers, a reviewer verifies, fixes the party and classifies; the scoreboard follows each step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PICTURES, Served
from tests.journeys.walking import PAPER, as_officer, figure, look_up, press

pytestmark = pytest.mark.browser
NAME = "大同市云冈区巡例机械厂1号工矿企业排污口"


def traced(page: Page, at: Served) -> tuple[int, int]:
    """How far tracing is on the home page of the city."""
    page.goto(f"{at.url}/")
    return figure(page.locator("table.stacked tr", has_text="溯源确定责任主体"))


def register(page: Page, at: Served, **fields: str) -> None:
    """Fill in the survey's form and send it."""
    page.goto(f"{at.url}/outlets/new")
    for name, text in fields.items():
        page.fill(f"#id_{name}", text)
    page.set_input_files("#id_paper", PAPER)
    press(page, "登记")


def test_a_new_outlet_moves_the_figures_as_it_is_verified_traced_and_classified(demonstration: Served, page: Page):
    as_officer(page, demonstration, "datong-clerk")
    done, to_do = traced(page, demonstration)

    place = {"unit": "云冈区", "water": "十里河", "longitude": "１１３.１３１", "latitude": "40.0317"}
    place |= {"discharge_pattern": "连续排放", "party_proposed": "云冈区巡例机械厂"}
    register(page, demonstration, name=NAME, **place | {"longitude": "40.0317", "latitude": "113.131"})
    expect(page.locator(".field-error")).to_have_text("经度和纬度似乎填反了，请核对。")
    expect(page.locator("#id_name")).to_have_value(NAME)  # nothing typed is lost
    register(page, demonstration, name=NAME, **place | {"longitude": "114.35", "latitude": "36.10"})
    expect(page.locator(".field-error")).to_contain_text("安阳市")
    register(page, demonstration, name=NAME, **place)
    expect(page.locator("h1")).to_contain_text(NAME)
    assert page.locator("#next button:disabled", has_text="核实").is_visible(), "grey, not hidden"
    expect(page.locator("#next .refusal").first).to_contain_text("权限")
    assert traced(page, demonstration) == (done, to_do), "what is not verified is not counted"

    as_officer(page, demonstration, "datong-reviewer")
    look_up(page, "巡例")
    page.click("#next a:has-text('核实')")
    page.set_input_files("#id_paper", PAPER)
    press(page, "核实")
    expect(page.locator("#messages")).to_contain_text("已办理")
    assert traced(page, demonstration) == (done, to_do + 1)

    look_up(page, "巡例")
    page.click("#next a:has-text('明确责任主体')")
    page.fill("#id_party", "云冈区巡例机械厂")
    press(page, "明确责任主体")
    expect(page.locator(".field-error")).to_contain_text("单位库中没有这个单位")
    page.check("#id_new")
    page.select_option("#id_body_kind", "enterprise")
    page.select_option("#id_basis", "tracing")
    page.set_input_files("#id_paper", PAPER)
    press(page, "明确责任主体")
    assert traced(page, demonstration) == (done + 1, to_do + 1)

    as_officer(page, demonstration, "datong-county")
    look_up(page, "巡例")
    expect(page.locator("#next .refusal").first).to_contain_text("由市生态环境局确认")

    as_officer(page, demonstration, "datong-reviewer")
    look_up(page, "巡例")
    page.click("#next a:has-text('确认分类')")
    page.select_option("#top", "GY")
    page.check("input[name=type_key][value='GY.enterprise']")
    press(page, "确认分类")
    expect(page.locator(".head-line")).to_contain_text("工矿企业排污口")
    expect(page.locator("#ledger li").first).to_contain_text("确认分类")
    page.screenshot(path=PICTURES / "outlet.png", full_page=True)
