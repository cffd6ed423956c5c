"""With the keyboard alone on a window of 390 × 844: import, find, explain a figure, classify, administer a role.

Each step is Tab, Enter, Space, Escape, arrows or typing. On the way it is held that whoever tabs always stands
somewhere, and that the place is seen: it has a line around it and lies in the window.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from qingyuan.demo.builder import PASSWORD
from tests.browser import Served
from tests.journeys.walking import PAPER

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
MOST_STEPS = 150
STANDING = """() => {
  const on = document.activeElement;
  if (!on || on === document.body) return null;
  const box = on.getBoundingClientRect(), style = getComputedStyle(on);
  const label = on.labels && on.labels.length ? on.labels[0].innerText : "";
  const name = on.getAttribute("aria-label") || label || on.innerText || on.value || "";
  return {
    name: name.trim().slice(0, 80),
    tag: on.tagName.toLowerCase(),
    id: on.id,
    value: on.value || "",
    seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
    within: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SHEET = "\n".join(
    (
        "排口名称,县区,受纳河流,经度,纬度",
        "大同市云州区键例1号工矿企业排污口,云州区,桑干河,113.6712,40.0712",
        "大同市云州区键例2号城镇雨洪排口,云州区,桑干河,113.6823,40.0723",
    )
)


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    return page


def standing(page: Page) -> dict[str, object]:
    found = page.evaluate(STANDING)
    assert found is not None, f"nowhere on {page.url}"
    return found


def step_to(page: Page, words: str, *, tag: str = "") -> None:
    """Tab until one stands on what is called so."""
    passed: list[object] = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        on = standing(page)
        if not on["within"]:  # it scrolls there with the next drawing
            page.evaluate(DRAWN)
            on = standing(page)
        assert on["seen"], f"nothing shows that one stands on {on['name']!r}"
        assert on["within"], f"{on['name']!r} is out of sight"
        passed.append(on["name"])
        if re.search(words, str(on["name"])) and str(on["tag"]).startswith(tag):
            return
    pytest.fail(f"{words!r} is not reached on {page.url}: {passed}")


def skip_to_content(page: Page) -> None:
    """The first step of every page leads past its frame; a page one is sent into the middle of needs none."""
    if "#" in page.url:
        return
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def go(page: Page) -> None:
    """Enter, and the page after it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.evaluate(DRAWN)  # a key that comes before the page is drawn goes nowhere


def choose(page: Page, words: str) -> None:
    """Walk the options of the select one stands on down to the words."""
    for _ in range(MOST_STEPS):
        if words in page.evaluate("() => document.activeElement.selectedOptions[0].innerText"):
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{words!r} is not to be chosen")


def sign_in(page: Page, at: Served, name: str) -> None:
    page.context.clear_cookies()
    page.goto(at.url + "/")
    assert standing(page)["id"] == "id_username", "one may type at once"
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    go(page)


def test_a_menu_opens_with_enter_closes_with_escape_and_gives_the_place_back(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "datong-reviewer")
    step_to(phone, "大同市", tag="summary")
    phone.keyboard.press("Enter")
    expect(phone.locator(".topbar details.switcher").first).to_have_attribute("open", "")
    phone.keyboard.press("Tab")
    assert standing(phone)["tag"] == "a"
    phone.keyboard.press("Escape")
    assert standing(phone)["tag"] == "summary"
    expect(phone.locator(".topbar details.switcher[open]")).to_have_count(0)
    step_to(phone, "我的账号", tag="summary")
    phone.keyboard.press("Enter")
    step_to(phone, "用“/”键查找")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Escape")
    phone.keyboard.press("/")
    assert standing(phone)["tag"] == "summary", "switched off, the key does nothing"
    phone.keyboard.press("Enter")
    step_to(phone, "用“/”键查找")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Escape")
    phone.keyboard.press("/")
    assert standing(phone)["id"] == "global-search"


def test_a_sheet_is_imported_by_keyboard(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "datong-clerk")
    step_to(phone, "^导入$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^文件", tag="input")
    phone.set_input_files("#id_file", {"name": "键例.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    step_to(phone, "上传并识别")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^核对$")
    go(phone)
    expect(phone.locator("#enter")).to_contain_text("新增 2")
    skip_to_content(phone)
    step_to(phone, "^入库：")
    go(phone)
    expect(phone.locator("#messages")).to_contain_text("已入库")
    skip_to_content(phone)
    step_to(phone, "撤销本次导入")
    go(phone)
    expect(phone.locator("#messages")).to_contain_text("已撤销")


def test_an_outlet_is_found_and_opened_in_place_by_keyboard(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "datong-clerk")
    step_to(phone, "^台账$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^阶段$", tag="select")
    before = phone.url
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("ArrowDown")
    assert phone.url == before, "an arrow changes the choice and not the page"
    chosen = standing(phone)["value"]
    go(phone)
    assert f"stage={chosen}" in phone.url
    skip_to_content(phone)
    step_to(phone, "^类型$", tag="select")
    phone.goto(demonstration.url + "/outlets/")
    phone.keyboard.press("ArrowDown")
    assert phone.evaluate("() => document.activeElement.hasAttribute('data-row')")
    phone.keyboard.press("Enter")
    expect(phone.locator("tr.opened td").first).not_to_be_empty()
    standing(phone)
    phone.keyboard.press("/")
    phone.keyboard.type("雨洪")
    go(phone)
    phone.keyboard.press("ArrowDown")
    go(phone)
    assert re.search(r"/outlets/\d+", phone.url)
    step_to(phone, "^帮助$", tag="a")
    go(phone)
    expect(phone.locator("h1")).to_contain_text("一口一档")


def test_a_figure_is_explained_by_keyboard(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "anyang-leader")
    step_to(phone, "^考核报告$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^安阳 ", tag="summary")
    phone.keyboard.press("Enter")
    expect(phone.locator("details.clause[open] dl").first).to_be_visible()
    phone.keyboard.press("Escape")
    step_to(phone, "^截至$", tag="input")
    type_day(phone, "2023-12-31")
    step_to(phone, "^与…相比$", tag="input")
    type_day(phone, "2023-10-31")
    step_to(phone, "^计算$")
    go(phone)
    expect(phone.locator("#why")).to_contain_text("销号（完成")
    skip_to_content(phone)
    step_to(phone, r"^\d+$", tag="a")
    go(phone)
    assert "/scoreboard/rows" in phone.url


def type_day(page: Page, day: str) -> None:
    """A date's parts in the order in which the browser asks for them; its language decides, so it is asked first."""
    year, month, date = day.split("-")
    order = page.evaluate("() => new Intl.DateTimeFormat().formatToParts().map(part => part.type)")
    parts = {"year": year, "month": month, "day": date}
    for name in order:
        if name in parts:
            page.keyboard.type(parts[name])
            if name == "year":
                page.keyboard.press("ArrowRight")
    if standing(page)["value"] != day:  # the browser's own language, not the page's
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type(f"{month}{date}{year}")
    assert standing(page)["value"] == day


def test_an_outlet_is_classified_by_keyboard(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "datong-reviewer")
    skip_to_content(phone)
    step_to(phone, "^确认分类$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^一级类型", tag="select")
    choose(phone, "城镇雨洪")
    step_to(phone, "列出二级类型")
    go(phone)
    skip_to_content(phone)
    for _ in range(MOST_STEPS):
        phone.keyboard.press("Tab")
        if phone.evaluate("() => document.activeElement.name") == "type_key":
            break
    phone.keyboard.press("Space")
    assert phone.evaluate("() => document.activeElement.checked")
    if phone.locator("#id_paper").count():
        phone.set_input_files("#id_paper", PAPER)
    step_to(phone, "^确认分类$", tag="button")
    go(phone)
    expect(phone.locator("#messages")).to_contain_text("已办理")


def test_an_officer_is_enrolled_and_an_assignment_ended_by_keyboard(demonstration: Served, phone: Page):
    sign_in(phone, demonstration, "admin")
    step_to(phone, "^管理$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "新建账号", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^登录名", tag="input")
    phone.keyboard.type("keyboard-clerk")
    step_to(phone, "^姓名", tag="input")
    phone.keyboard.type("键盘经办（演示）")
    step_to(phone, "^角色", tag="select")
    choose(phone, "经办")
    step_to(phone, "^行政区划", tag="input")
    phone.keyboard.type("云州区")
    step_to(phone, "^新建账号$", tag="button")
    go(phone)
    expect(phone.locator("h1")).to_contain_text("键盘经办")
    skip_to_content(phone)
    step_to(phone, "^完成$", tag="a")
    go(phone)
    skip_to_content(phone)
    step_to(phone, "^结束任职$", tag="button")
    go(phone)
    expect(phone.locator("button:has-text('结束任职')")).to_have_count(0)
