"""Everybody can use every page: WCAG 2.2 AA by axe, nothing wider than a phone, every page with its own title and help.

The pages are found as a person finds them, by following links from the home page of each role; of pages of one kind one
is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser import Served
from tests.journeys.walking import as_officer

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "));
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
ROLES = ("datong-reviewer", "admin", "anyang-leader", "jiyuan-clerk")
FILES = re.compile(
    r"/(export|download|paper|file)|\.(csv|xlsx|zip|json|geojson|gpkg|pdf|kml|txt)$|/papers?/|^/ogc/|^/api/"
)
PAGES_EACH = 60
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


def kind_of(path: str) -> str:
    """The page's kind: its path without ids, codes and names."""
    parts = [re.sub(r"^[\d.:@Z-]+$", "N", part) for part in urlsplit(path).path.split("/")]
    return "/".join(parts)


def pages(page: Page, at: Served, seen: set[str]) -> Iterator[str]:
    """Addresses reached by links from the home page, one of each kind that was not seen before."""
    waiting, looked = ["/"], 0
    while waiting and looked < PAGES_EACH:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or FILES.search(urlsplit(path).path):
            continue
        seen.add(kind)
        answer = page.goto(at.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        looked += 1
        found = page.evaluate(LINKS)
        waiting += [one for one in found if one.startswith("/") and not one.startswith(("//", "/static", "/i18n"))]
        yield path


@pytest.fixture
def open_page(page: Page, demonstration: Served) -> Iterator[Page]:
    """A tab into which the checker may be put: the pages' own policy forbids foreign script."""
    context = page.context.browser.new_context(locale="zh-CN", viewport=DESK, bypass_csp=True)
    yield context.new_page()
    context.close()


def test_every_page_is_accessible_and_fits_a_phone(demonstration: Served, open_page: Page):
    faults: list[str] = []
    seen: set[str] = set()
    for officer in ROLES:
        as_officer(open_page, demonstration, officer)
        for path in pages(open_page, demonstration, seen):
            open_page.add_script_tag(path=AXE)
            faults += [f"{officer} {path} {one}" for one in open_page.evaluate(ASK, RULES)]
            if not open_page.title().strip():
                faults.append(f"{officer} {path} has no title")
            open_page.set_viewport_size(PHONE)
            width = open_page.evaluate("() => document.scrollingElement.scrollWidth")
            if width > PHONE["width"]:
                faults.append(f"{officer} {path} is {width} px wide on a phone")
            open_page.set_viewport_size(DESK)
    assert len(seen) >= 25, sorted(seen)
    assert not faults, "\n".join(faults)
