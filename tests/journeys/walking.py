"""What every journey does: change the person at the keyboard, look something up, hand in a paper, read a figure."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from qingyuan.demo.builder import PASSWORD
from tests.browser import Served, sign_in

PAPER = {"name": "记录（演示）.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 demonstration"}


def as_officer(page: Page, at: Served, name: str, password: str = PASSWORD) -> None:
    """Somebody else sits down."""
    page.context.clear_cookies()
    sign_in(page, at, name, password)


def look_up(page: Page, words: str) -> None:
    """Find and open the first outlet of these words, by keyboard alone."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?"))
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/outlets/\d+"))


def press(page: Page, words: str) -> None:
    """Press the button of the form in the page, and wait for the page after it."""
    with page.expect_navigation():
        page.locator("#content form button[type=submit]", has_text=words).last.click()


def figure(row: Locator) -> tuple[int, int]:
    """`95 / 106 · 89.6 %` → 95 and 106."""
    found = re.search(r"([\d,]+) / ([\d,]+) · ", row.locator(".share").first.inner_text())
    assert found is not None
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))
