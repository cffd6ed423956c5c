"""A leader asks for a figure as it was known on a day, why it is another one now, and which rows it means."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PICTURES, Served
from tests.journeys.walking import as_officer, figure

pytestmark = pytest.mark.browser
DAY = "2023-12-31"


def sums(sentence: str, word: str) -> int:
    """What the reasons of a sentence add up to: `完成 +9 … 完成 −2` → 7."""
    return sum(int(sign.replace("−", "-")) for sign in re.findall(rf"{word} ([+−]\d+)", sentence))


def test_a_figure_is_explained_to_the_last_unit_and_lists_its_rows(demonstration: Served, page: Page):
    as_officer(page, demonstration, "anyang-leader")
    page.click("nav a:has-text('考核报告')")
    page.fill("#s-as-of", DAY)
    page.fill("#s-known", DAY)
    with page.expect_navigation():
        page.click("button:has-text('计算')")
    total = page.locator("tr.total td").nth(2)
    column = page.locator("thead th").nth(3).inner_text()
    assert column.startswith(f"整治 {DAY}"), column
    then = figure(total)
    page.screenshot(path=PICTURES / "scoreboard.png", full_page=True)

    page.goto(f"{demonstration.url}/scoreboard/?since={DAY}")
    row = page.locator("#why tr", has_text=f"整治 {DAY}")
    before, now, sentence = row.locator("td").nth(0), row.locator("td").nth(1), row.locator("td").nth(2).inner_text()
    assert figure(before) == then, "what was told on the day is told again"
    after = figure(now)
    assert after != then
    assert then[0] + sums(sentence, "完成") == after[0], sentence
    assert then[1] + sums(sentence, "应计") == after[1], sentence

    numbers = page.locator("tr.total td").nth(2).locator(".share a")
    shown = int(numbers.nth(1).inner_text().replace(",", ""))
    with page.expect_navigation():
        numbers.nth(1).click()
    listed = page.locator("tr[data-row]").count()
    while page.locator("a[rel=next]").count():
        with page.expect_navigation():
            page.click("a[rel=next]")
        listed += page.locator("tr[data-row]").count()
    assert listed == shown == after[1]

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/outlets/\d+$"))
    expect(page.locator("#ledger li").first).to_be_visible()
    assert page.locator("a:has-text('登记排污口')").count() == 0, "a leader reads"
