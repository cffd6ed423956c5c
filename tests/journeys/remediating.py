"""What a journey does to an outlet from the problem list to its archive, step by step as the handbook tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from qingyuan.core import sealing
from tests.browser import Served
from tests.journeys.walking import PAPER, press
from tests.library import photos

Camera = Iterator[dict[str, object]]


# --- finding it ------------------------------------------------------------------------------------------------------


def look_up(page: Page, at: Served, name: str) -> str:
    """Find an outlet on the list by its name; the address of its page."""
    page.goto(f"{at.url}/outlets/?q={name}")
    return f"{at.url}{page.get_by_role('link', name=name, exact=True).first.get_attribute('href')}"


def camera(page: Page, outlet: str, *, first: int) -> Camera:
    """Photographs taken now at the outlet, each of something else: no other journey counts from the same `first`."""
    page.goto(outlet)
    found = re.search(r"(\d+\.\d+), (\d+\.\d+)", page.locator("#facts").inner_text())
    assert found is not None
    return _pictures((float(found[1]), float(found[2])), first)


def _pictures(at: tuple[float, float], number: int) -> Camera:
    while True:
        number += 1
        taken = timezone.localtime().replace(microsecond=0, tzinfo=None)
        content = photos.photo(number, at=taken, position=at, bearing=90)
        yield {"name": f"照片{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


# --- 问题清单 ---------------------------------------------------------------------------------------------------------


def list_as_problem(page: Page, at: Served, name: str, *, problem: str) -> str:
    """From 待认定 to the list: a problem is written down, then the competent body lists the outlet; its stay."""
    page.goto(f"{at.url}/problems/?tab=awaiting&q={name}")
    page.click(f"tbody a:has-text('{name}')")
    page.wait_for_url(re.compile(r"/problems/outlets/\d+$"))
    page.select_option("#find select[name=kind]", label="其他问题")
    page.fill("#find [name=text]", problem)
    with page.expect_navigation():
        page.click("#find button[type=submit]")
    expect(page.locator("#findings")).to_contain_text(problem)
    with page.expect_navigation():
        page.click("#decide button:has-text('列入问题清单')")
    expect(page.locator("#messages")).to_contain_text("已列入问题排污口清单")
    page.click("a:has-text('方案和整治')")
    return here(page)


def report_relapse(page: Page, outlet: str, *, source: str, text: str) -> None:
    """登记反弹线索, from the page of an outlet that was done with: a fact with its paper."""
    page.goto(outlet)
    page.locator("#content a[href*='/closing/outlet/']").first.click()
    fill(page, "source", source)
    fill(page, "text", text)
    page.set_input_files("input[name=paper]", PAPER)  # type: ignore[arg-type]
    press(page, "登记反弹线索")
    expect(page.locator("#messages")).to_contain_text("已登记反弹线索")


def confirm_relapse(page: Page, at: Served, name: str) -> None:
    """确认反弹, by the bureau: the outlet is on the list again."""
    page.goto(f"{at.url}/remediation/look-backs/?tab=relapses")
    page.locator("tr", has_text=name).get_by_role("link", name="确认反弹").click()
    press(page, "确认反弹")
    expect(page.locator("#messages")).to_contain_text("重新列入问题清单")


def open_stay(page: Page, at: Served, name: str) -> str:
    """What is on the list already: open its stay from there."""
    page.goto(f"{at.url}/problems/?q={name}")
    page.click(f"tbody a:has-text('{name}')")
    page.click("a:has-text('方案和整治')")
    return here(page)


def here(page: Page) -> str:
    """The address of the stay that is shown."""
    page.wait_for_url(re.compile(r"/remediation/\d+/$"))
    return page.url


# --- 办理 -------------------------------------------------------------------------------------------------------------


def do(page: Page, url: str, words: str, *, button: str = "", **fields: str) -> None:
    """Open an act from the page at `url`, fill in what is given and the papers asked for, and press its button."""
    page.goto(url)
    page.locator("#content").get_by_role("link", name=words, exact=True).first.click()
    page.wait_for_load_state()
    for name, value in fields.items():
        fill(page, name, value)
    for field in page.locator("#content form input[type=file][required]").all():
        field.set_input_files(PAPER)
    press(page, button or words)


def fill(page: Page, name: str, value: str) -> None:
    """Give one field its value, whatever kind of field it is."""
    field = page.locator(f"#content form [name={name}]")
    match field.first.evaluate("one => one.type"):
        case "radio" | "checkbox":
            page.check(f"#content form [name={name}][value={value}]")
        case "select-one":
            field.select_option(value)
        case _:
            field.fill(value)


def grey(page: Page, words: str) -> str:
    """Why a button is grey: what stands below it."""
    box = page.locator(".press", has=page.locator("button", has_text=words)).first
    expect(box.locator("button")).to_be_disabled()
    return box.inner_text()


# --- 方案 -------------------------------------------------------------------------------------------------------------


def draft(page: Page, url: str, batch: str, *measures: str, **fields: str) -> None:
    """编制方案 of one step: the batch, the measures and nothing else ticked, and what the form asks for."""
    page.goto(url)
    page.locator("#acts").get_by_role("link", name=re.compile("编制方案|修改方案")).click()
    page.check(f"input[name=batch][value={batch}]")
    for box in page.locator("input[name=measures]").all():
        box.set_checked(box.get_attribute("value") in measures)
    page.fill("#id_step1_title", "勘察和施工")
    page.fill("#id_step1_due", (date.today() + timedelta(60)).isoformat())
    page.fill("#id_due", (date.today() + timedelta(90)).isoformat())
    page.fill("#id_basis", "HJ 1309—2023")
    for name, value in fields.items():
        fill(page, name, value)
    press(page, "案")


# --- 整治实施和佐证 ---------------------------------------------------------------------------------------------------


def works(page: Page, url: str, taken: Camera) -> None:
    """What the checklist lacks is handed in, one piece each; every step is done; the works are reported done."""
    page.goto(f"{url}works")
    lacking = page.locator("#works li", has_text="还缺").all_inner_texts()
    assert lacking, "a plan asks for evidence"
    for line in lacking:
        evidence(page, url, line, taken)
    page.goto(f"{url}works")
    expect(page.locator("#works")).not_to_contain_text("还缺")
    while (step := page.locator("#works li[data-step] a", has_text="报告进度")).count():
        step.first.click()
        page.fill("input[name=percent]", "100")
        press(page, "报告进度")
    do(page, url, "报告完工")
    page.goto(url)
    expect(page.locator(".head-line")).to_contain_text("待验收")


def evidence(page: Page, url: str, line: str, taken: Camera) -> None:
    """提交佐证 for one line of the checklist: its kind, its measure, a photograph where one is wanted, else a paper."""
    page.goto(f"{url}works/evidence")
    kind = next(one for one in page.locator("select[name=kind] option").all() if one.inner_text() in line)
    page.select_option("select[name=kind]", kind.get_attribute("value"))
    measures = page.locator("select[name=measure] option").all()
    for measure in (one for one in measures if one.get_attribute("value") and one.inner_text() in line):
        page.select_option("select[name=measure]", measure.get_attribute("value"))
    is_photo = "照片" in kind.inner_text() or kind.get_attribute("value") == "works"
    page.set_input_files("input[name=files]", next(taken) if is_photo else PAPER)  # type: ignore[arg-type]
    press(page, "提交佐证")
    expect(page.locator("#messages")).to_contain_text("已收下 1 件佐证")


# --- 销号 -------------------------------------------------------------------------------------------------------------


def accept(page: Page, url: str) -> None:
    """验收销号: first the check on the ground, then the record."""
    page.goto(url)
    assert "现场核查" in grey(page, "验收销号")
    do(page, url, "现场核查", passed="yes", note="现场核查，已按方案完成。")
    do(page, url, "验收销号")


def outcome(page: Page, url: str, words: str, *, stage: str) -> None:
    """确定保留, 确定合并 or 确定取缔; the stay is over."""
    do(page, url, words)
    page.goto(url)
    expect(page.locator(".head-line")).to_contain_text(stage)
    expect(page.locator("#acts")).to_have_count(0)


def correct(page: Page, outlet: str, **fields: str) -> None:
    """更正信息: what was still missing on record."""
    page.goto(f"{outlet}/acts/correct")
    for name, value in fields.items():
        fill(page, name, value)
    press(page, "更正")


# --- 规范化 -----------------------------------------------------------------------------------------------------------


def code(page: Page, outlet: str) -> None:
    """赋码, where it has no code yet."""
    page.goto(f"{outlet}/signs")
    if page.locator("button", has_text="赋码").count():
        press(page, "赋码")
        expect(page.locator("#messages")).to_contain_text("已赋码")


def sign(page: Page, outlet: str, taken: Camera) -> None:
    """标识牌: designed, printed as PDF, erected with a photograph."""
    page.goto(f"{outlet}/signs")
    press(page, "设计标识牌")
    page.wait_for_url(re.compile(r"/signboards/\d+$"))
    with page.expect_download() as board:
        page.click("a:has-text('下载 PDF')")
    assert Path(board.value.path()).read_bytes().startswith(b"%PDF-")
    press(page, "登记制作")
    page.set_input_files("input[name=photo]", next(taken))  # type: ignore[arg-type]
    press(page, "登记立牌")
    expect(page.locator("#content")).to_contain_text("已立")


def standardise(page: Page, outlet: str, taken: Camera) -> None:
    """规范化: code and signboard, then line by line what the checklist still asks for; then it is confirmed."""
    page.goto(f"{outlet}/standardisation")
    assert "标识牌" in grey(page, "确认规范化")
    code(page, outlet)
    sign(page, outlet, taken)
    page.goto(f"{outlet}/standardisation")
    waiting = page.locator("#items tr", has=page.locator(".tone-amber, .tone-red")).locator("th a")
    for address in [one.get_attribute("href") for one in waiting.all()]:
        item(page, f"{outlet}/{str(address).split('/', 3)[3]}", taken)
    do(page, f"{outlet}/standardisation", "确认规范化")
    expect(page.locator(".head-line")).to_contain_text("已规范化")


def item(page: Page, url: str, taken: Camera) -> None:
    """One line of the checklist, where its link leads: a facility is entered, what is checked by hand holds."""
    page.goto(url)
    if "/facility?" in url:
        fill(page, "place", "口门上方岸边")
        fill(page, "device_number", "YS-0001")
        press(page, "登记设施")
    elif "/check?" in url:
        page.select_option("select[name=result]", "done")
        press(page, "核对项目")


# --- 一口一档 ---------------------------------------------------------------------------------------------------------


def archive(page: Page, outlet: str, *says: str) -> None:
    """一口一档 says these things; it is taken home as PDF and as a sealed pack that is checked without the site."""
    page.goto(f"{outlet}/archive")
    for one in says:
        expect(page.locator("#content")).to_contain_text(one)
    with page.expect_download() as paper:
        page.click("a[href$='archive.pdf']")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
    with page.expect_download() as pack:
        page.click("a[href$='archive.zip']")
    assert sealing.verify(Path(pack.value.path()).read_bytes()).faults == ()
