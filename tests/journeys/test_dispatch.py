"""大同: the city's bureau hands out work, a supporting bureau answers and cannot close, a body that answers closes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PICTURES, Served
from tests.journeys.walking import PAPER, as_officer, press

pytestmark = pytest.mark.browser


def issue(page: Page, at: Served, clause: str, subject: str) -> str:
    """Hand out work under a clause from the page that first shows to whom; gives the item's address."""
    page.goto(at.url + "/")
    page.click("nav a:has-text('交办')")
    page.click("a:has-text('交办事项')")
    with page.expect_navigation():
        page.select_option("#n-clause", clause)
    expect(page.locator("#goes-to")).to_contain_text("市生态环境局")
    page.fill("#id_subject", subject)
    page.fill("#id_text", "按方案要求办理，附佐证材料。")
    press(page, "交办")
    page.wait_for_url(re.compile(r"/dispatch/\d+$"))
    expect(page.locator("#messages")).to_contain_text("已交办")
    return page.url


def feed_back(page: Page, words: str) -> None:
    """Answer for one's own body, with a paper."""
    page.click("#acts a:has-text('反馈')")
    page.fill("#id_text", words)
    page.set_input_files("#id_paper", PAPER)
    press(page, "反馈")
    expect(page.locator("#messages")).to_contain_text("已反馈")


def test_an_item_goes_to_its_bodies_a_supporting_one_answers_and_a_responsible_one_closes(
    demonstration: Served, page: Page
):
    as_officer(page, demonstration, "datong-reviewer")
    shared = issue(page, demonstration, "大同 四(十二)", "完善四类对象信息共享（演示）")
    expect(page.locator("#parts")).to_contain_text("市水务局")
    alone = issue(page, demonstration, "大同 四(十一)", "查处违法排污（演示）")

    as_officer(page, demonstration, "datong-water")
    expect(page.locator(".bell-number")).to_be_visible()
    page.click(".bell")
    with page.expect_navigation():
        page.click("button:has-text('完善四类对象信息共享（演示）')")
    assert page.url == shared
    expect(page.locator("#acts")).to_contain_text("配合单位")
    feed_back(page, "已接入排污单位、通道、排污口、水体四类对象。")
    close = page.locator("#acts .press", has_text="办结")
    expect(close.locator("button")).to_be_disabled()
    expect(close).to_contain_text("配合单位，可以反馈，不能办结")
    with page.expect_download() as paper:
        page.click("#parts a:has-text('佐证材料')")
    assert paper.value.suggested_filename.endswith(".pdf")
    page.screenshot(path=PICTURES / "dispatch-supporting.png", full_page=True)

    as_officer(page, demonstration, "datong-reviewer")
    page.goto(alone)
    feed_back(page, "已依法查处。")
    page.goto(demonstration.url + "/")
    page.locator("tr", has_text="办结交办").locator("a").first.click()
    expect(page.locator("main")).to_contain_text("查处违法排污（演示）：各单位均已反馈，可以办结")
    page.goto(alone)
    page.click("#acts a:has-text('办结')")
    press(page, "办结")
    expect(page.locator(".head-line")).to_contain_text("已办结")
    expect(page.locator("#ledger li").first).to_contain_text("办结")
