"""Everybody can use every page: WCAG 2.2 AA by axe, nothing wider than a phone, every page with its own title and help.

The pages are found as a person finds them, by following links from the home page of each role; of pages of one kind one
is looked at. A link that leads nowhere is a fault too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Error, Page, Response

from tests.browser import Served
from tests.journeys.walking import as_officer

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "));
}"""
LINKS = "() => [...document.querySelectorAll('a[href]:not([download])')].map(a => a.getAttribute('href'))"
WIDTH = "() => document.scrollingElement.scrollWidth"
ROLES = ("datong-reviewer", "admin", "anyang-leader", "jiyuan-clerk")
FILES = re.compile(
    r"/(export|download|document|minutes|screens|photo)\b|/(papers|feedback|evidence|photos)/|\.\w{2,7}$"
    r"|^/(ogc|api)/|^/metrics|^/survey/\d+/plan$|^/tracing/\d+/report$"
)
NAMED = re.compile(r"^(registers|quality|help|packs|files)/.+")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


def kind_of(address: str) -> str:
    """The page's kind: its path without ids, codes and names."""
    parts = [
        re.sub(r"^(\d[\w.:@-]*|[A-Z]{2}\d{4})$", "N", part)
        for part in unquote(urlsplit(address).path).strip("/").split("/")
    ]
    path = "/".join(parts)
    while named := NAMED.search(path):
        path = path[: named.start()] + named[1] + " N"
        path += "/versions" if "/versions/" in named[0] else ""
    return path


def links(page: Page, path: str) -> list[str]:
    """Where the page leads to within the site."""
    base = urlsplit(path).path
    found = [base + one if one.startswith("?") else one for one in page.evaluate(LINKS)]
    return [one for one in found if one.startswith("/") and not one.startswith(("//", "/static", "/i18n"))]


def opened(page: Page, url: str) -> Response | None:
    """The answer of a page; None where the address gives a file."""
    try:
        answer = page.goto(url)
    except Error as fault:
        if "Download is starting" in str(fault):
            return None
        raise
    assert answer is not None
    return answer if "text/html" in answer.headers.get("content-type", "text/html") else None


def pages(page: Page, at: Served, seen: set[str]) -> Iterator[str]:
    """Addresses reached by links from the home page, one of each kind that was not seen before."""
    seen.discard(kind_of("/"))  # each role has a home page of its own
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or FILES.search(urlsplit(path).path):
            continue
        seen.add(kind)
        answer = opened(page, at.url + path)
        if answer is None:
            continue  # a file, not a page
        assert answer.status == 200, f"{path}: {answer.status}"
        assert "/sign-in" not in page.url, path
        waiting += links(page, path)
        yield path


def faults_of(page: Page, path: str, titles: dict[str, str]) -> list[str]:
    """What is wrong with the page in hand. `titles`: those seen so far, with the kind of page that bears them."""
    page.add_script_tag(path=AXE)
    found = list(page.evaluate(ASK, RULES))
    title = page.title()
    if titles.setdefault(title, kind_of(path)) != kind_of(path):
        found.append(f"is called {title!r} as is {titles[title]}")
    if not title.split("·")[0].strip():
        found.append("has no title")
    if page.locator("a.help-link").count() != 1:
        found.append("has no help")
    page.set_viewport_size(PHONE)
    if (width := page.evaluate(WIDTH)) > PHONE["width"]:
        found.append(f"is {width} px wide on a phone")
    page.set_viewport_size(DESK)
    return found


@pytest.fixture
def open_page(page: Page) -> Iterator[Page]:
    """A tab into which the checker may be put: the pages' own policy forbids foreign script."""
    assert page.context.browser is not None
    context = page.context.browser.new_context(locale="zh-CN", viewport=DESK, bypass_csp=True)
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    yield tab
    context.close()


def test_every_page_is_accessible_fits_a_phone_and_has_its_title_and_help(demonstration: Served, open_page: Page):
    faults: list[str] = []
    seen: set[str] = set()
    titles: dict[str, str] = {}
    for officer in ROLES:
        as_officer(open_page, demonstration, officer)
        for path in pages(open_page, demonstration, seen):
            faults += [f"{officer} {path} {one}" for one in faults_of(open_page, path, titles)]
    assert len(seen) >= 60, sorted(seen)
    assert not faults, "\n".join(faults)


def test_the_sign_in_page_is_accessible_and_has_help(demonstration: Served, open_page: Page):
    open_page.goto(demonstration.url + "/sign-in")
    assert faults_of(open_page, "/sign-in", {}) == []
    open_page.click("a.help-link")
    open_page.wait_for_url(re.compile("/help/"))
    assert "登录与页面" in open_page.inner_text("h1")
