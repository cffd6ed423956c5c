"""One outlet's whole way in the browser: reopened, planned, put right, accepted, retained, coded, signed, archived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from qingyuan.core import sealing
from tests.browser import PICTURES, Served
from tests.journeys.walking import PAPER, as_officer, press
from tests.library import photos

pytestmark = pytest.mark.browser
OUTLET = "济源市沁园街道1号规模以下畜禽养殖排污口"
TOWN, BUREAU = "jiyuan-town", "jiyuan-reviewer"
STEPS = "列入方案实施验收结果"


def pictures(at: tuple[float, float]) -> Iterator[dict[str, object]]:
    """Photographs taken now at a place, each of something else."""
    number = 9000
    while True:
        number += 1
        taken = timezone.localtime().replace(microsecond=0, tzinfo=None)
        content = photos.photo(number, at=taken, position=at, bearing=90)
        yield {"name": f"照片{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


def do(page: Page, url: str, words: str, *, button: str = "") -> None:
    """Open an act from the page at `url`, hand in a paper where one is asked for, and press its button."""
    page.goto(url)
    page.locator("#content").get_by_role("link", name=words, exact=True).first.click()
    page.wait_for_load_state()
    for field in page.locator("#content form input[type=file][required]").all():
        field.set_input_files(PAPER)
    press(page, button or words)


def evidence(page: Page, url: str, kind: str, file: dict[str, object], measure: str = "") -> None:
    page.goto(f"{url}works/evidence")
    page.select_option("select[name=kind]", kind)
    page.set_input_files("input[name=files]", file)  # type: ignore[arg-type]
    if measure:
        page.select_option("select[name=measure]", measure)
    press(page, "提交佐证")
    expect(page.locator("#messages")).to_contain_text("已收下 1 件佐证")


def draft(page: Page, url: str) -> None:
    """A plan of one step, as the town writes it."""
    page.goto(url)
    page.click("#acts a:has-text('编制方案')")
    page.check("input[name=batch][value=standardise]")
    page.check("input[name=measures][value=treatment]")
    page.fill("#id_step1_title", "施工")
    page.fill("#id_step1_due", (date.today() + timedelta(60)).isoformat())
    page.fill("#id_due", (date.today() + timedelta(90)).isoformat())
    page.fill("#id_basis", "HJ 1309—2023")
    page.select_option("#id_flood_answer", "no")
    press(page, "编制方案")
    expect(page.locator("#messages")).to_contain_text("方案已保存")


def test_an_outlet_goes_from_the_problem_list_to_its_archive(demonstration: Served, page: Page, tmp_path: Path):
    as_officer(page, demonstration, TOWN)
    page.goto(f"{demonstration.url}/outlets/?q={OUTLET}")
    address = page.get_by_role("link", name=OUTLET).first.get_attribute("href")
    outlet = f"{demonstration.url}{address}"
    page.goto(outlet)
    shown = page.locator("#facts").inner_text()
    found = re.search(r"(\d+\.\d+), (\d+\.\d+)", shown)
    assert found is not None
    taken = pictures((float(found[1]), float(found[2])))
    page.locator("#content a[href^='/remediation/']").filter(has_text="整治").first.click()
    page.wait_for_url(re.compile(r"/remediation/\d+/$"))
    url = page.url
    expect(page.locator(".stay-line")).to_have_text(STEPS)

    draft(page, url)
    do(page, url, "提交方案")
    as_officer(page, demonstration, BUREAU)
    do(page, url, "审定方案")
    as_officer(page, demonstration, TOWN)
    do(page, url, "开工")
    page.goto(url)
    expect(page.locator("#content")).to_contain_text("还缺 整治前照片")

    evidence(page, url, "before", next(taken))
    evidence(page, url, "works", next(taken), "treatment")
    evidence(page, url, "after", next(taken))
    evidence(page, url, "monitoring", PAPER)
    page.goto(url)
    page.click("a:has-text('报告进度')")
    page.fill("input[name=percent]", "100")
    press(page, "报告进度")
    do(page, url, "报告完成")
    page.goto(url)
    expect(page.locator("#content")).to_contain_text("待验收")

    as_officer(page, demonstration, BUREAU)
    page.goto(url)
    expect(page.locator(".press", has_text="验收销号").locator("button")).to_be_disabled()
    page.click("a:has-text('现场核查')")
    page.check("input[name=passed][value=yes]")
    page.fill("[name=note]", "现场核查，已按方案完成。")
    press(page, "现场核查")
    do(page, url, "验收销号")
    do(page, url, "确定保留")
    page.goto(url)
    expect(page.locator(".head-line")).to_contain_text("保留")
    page.screenshot(path=PICTURES / "remediation-round.png", full_page=True)

    standardise(page, outlet, taken)
    keep(page, outlet, tmp_path)


def standardise(page: Page, outlet: str, taken: Iterator[dict[str, object]]) -> None:
    """Code, signboard with its photograph, what is checked by hand; then 确认规范化 is no longer grey."""
    page.goto(f"{outlet}/standardisation")
    expect(page.locator(".press", has_text="确认规范化")).to_contain_text("编码、标识牌")
    page.goto(f"{outlet}/signs")
    press(page, "赋码")
    expect(page.locator("#messages")).to_contain_text("已赋码")
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
    for item in ("access", "setting", "visible"):
        page.goto(f"{outlet}/standardisation/check?item={item}")
        page.select_option("select[name=item]", item)
        page.select_option("select[name=result]", "done")
        press(page, "核对项目")
    page.goto(f"{outlet}/standardisation")
    do(page, f"{outlet}/standardisation", "确认规范化")
    page.goto(f"{outlet}/standardisation")
    expect(page.locator(".head-line")).to_contain_text("已规范化")


def keep(page: Page, outlet: str, folder: Path) -> None:
    """The archive as one PDF and as one sealed file that is checked without the site; one byte changed is found."""
    page.goto(f"{outlet}/archive")
    expect(page.locator("#content")).to_contain_text("一口一档")
    page.screenshot(path=PICTURES / "archive.png", full_page=True)
    with page.expect_download() as paper:
        page.click("a[href$='archive.pdf']")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
    with page.expect_download() as pack:
        page.click("a[href$='archive.zip']")
    sealed = Path(pack.value.path()).read_bytes()
    assert sealing.verify(sealed).faults == ()
    place = sealed.index(b"PK\x01\x02") // 2
    broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert sealing.verify(broken).faults
