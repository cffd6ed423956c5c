"""Signing in by keyboard, five wrong passwords, a one-time password, and the password that follows it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Served
from tests.journeys.walking import as_officer, press

pytestmark = pytest.mark.browser


def type_in(page: Page, at: Served, name: str, password: str) -> None:
    """Name, Tab, password, Enter."""
    page.goto(f"{at.url}/sign-in")
    expect(page.locator("#id_username")).to_be_focused()  # the cursor stands there already
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_five_wrong_passwords_lock_a_name_even_for_the_right_one(demonstration: Served, page: Page):
    for _time in range(4):
        type_in(page, demonstration, "jilin-surveyor", "Cuowu@2023")
        expect(page.locator(".notice")).to_contain_text("账号或密码不正确")
    type_in(page, demonstration, "jilin-surveyor", "Cuowu@2023")
    expect(page.locator(".notice")).to_contain_text("已锁定30分钟")
    type_in(page, demonstration, "jilin-surveyor", "Yanshi@2023")
    expect(page.locator(".notice")).to_contain_text("已锁定30分钟")
    type_in(page, demonstration, "jilin-clerk", "Yanshi@2023")
    expect(page.locator("h1")).to_have_text("吉林省")


def test_a_one_time_password_opens_only_the_page_that_changes_it(demonstration: Served, page: Page):
    as_officer(page, demonstration, "admin")
    page.goto(f"{demonstration.url}/officers/new")
    for name, text in {"username": "xunli", "name": "演示巡例人员", "unit": "安阳市"}.items():
        page.fill(f"#id_{name}", text)
    page.select_option("#id_role", "reviewer")
    press(page, "新建账号")
    once = page.locator("#one-time-password").inner_text()

    page.context.clear_cookies()
    type_in(page, demonstration, "xunli", once)
    page.goto(f"{demonstration.url}/outlets/")
    page.wait_for_url(re.compile("/me/password"))
    for new, again, said in (
        ("abc", "abc", "密码至少8位"),
        ("abcdefgh", "abcdefgh", "3种"),
        ("Xinmima@2026", "Xinmima@2025", "不一致"),
    ):
        change(page, once, new, again)
        expect(page.locator(".field-error")).to_contain_text(said)
    change(page, once, "Xinmima@2026", "Xinmima@2026")
    expect(page.locator("h1")).to_have_text("安阳市")

    page.click("summary:has-text('我的账号')")
    page.click("button:has-text('退出')")
    page.wait_for_url(re.compile("/sign-in"))
    type_in(page, demonstration, "xunli", once)
    expect(page.locator(".notice")).to_contain_text("账号或密码不正确")
    type_in(page, demonstration, "xunli", "Xinmima@2026")
    expect(page.locator("h1")).to_have_text("安阳市")


def change(page: Page, old: str, new: str, again: str) -> None:
    """Fill in the page that changes the password."""
    for name, text in {"old": old, "new": new, "again": again}.items():
        page.fill(f"#id_{name}", text)
    press(page, "修改密码")
