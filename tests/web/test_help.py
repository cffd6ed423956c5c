"""使用手册 inside the site: every page has its handbook page and the clauses it rests on, and nothing in it can run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from qingyuan.core.access import Role
from qingyuan.core.refusal import NotFound
from qingyuan.rulebook import texts
from qingyuan.rulebook.queries import policy_for
from qingyuan.web import urls
from qingyuan.web.help import handbook, pages, views
from tests import build
from tests.web.people import client, words

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def country(db):
    return build.country()


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The name of each address."""
    for one in patterns:
        yield from named(one.url_patterns) if isinstance(one, URLResolver) else [str(one.name)]


def names() -> set[str]:
    """The names of all pages."""
    return set(named(urls.urlpatterns))


def test_no_two_addresses_share_a_name():
    assert [name for name, times in Counter(named(urls.urlpatterns)).items() if times > 1] == []


def test_every_page_has_a_handbook_page_and_says_on_what_it_rests_or_that_it_rests_on_nothing():
    assert set(pages.PAGES) == names()
    assert sum(len(job.names.split()) for job in pages.JOBS) == len(pages.PAGES), "a page of two jobs"
    assert {job.handbook for job in pages.JOBS} <= set(handbook.names())


def test_a_page_rests_only_on_parameters_that_a_pack_declares():
    declared = {name for text in texts.shipped_texts().values() for name in texts.parsed(text).declarations}
    for job in pages.JOBS:
        for asked in job.rests_on:
            found = [name for name in declared if name.startswith(asked[:-1])] if asked.endswith("*") else [asked]
            assert found, asked
            assert set(found) <= declared, asked


def test_the_handbook_reads_through_with_every_link_and_picture_leading_somewhere(db):
    browser = Client()
    contents = unquote(handbook.chapter("README", views.ADDRESSES).html)
    assert [name for name in handbook.names() if f'href="/help/{name}"' not in contents] == ["README"]
    for name in (*handbook.names(), handbook.GLOSSARY, "reference/permissions"):
        chapter = handbook.chapter(name, views.ADDRESSES)
        assert chapter.title
        anchors = set(re.findall(r'id="([^"]+)"', chapter.html))
        assert {section.anchor for section in chapter.sections} - {""} == anchors
        for address in re.findall(r'(?:href|src)="([^"]+)"', chapter.html):
            if address.startswith("/"):
                assert browser.get(unquote(address.partition("#")[0])).status_code == 200, (name, address)
            else:
                assert re.match("https?:", address), (name, address)


def test_help_is_open_to_who_cannot_sign_in_and_the_sign_in_page_leads_there(db):
    answer = Client().get("/sign-in")
    assert reverse("web:help-page", args=["登录与页面"]) in answer.content.decode()
    assert "首次登录使用一次性密码" in words(Client().get("/help/登录与页面"))


def test_the_handbook_is_searched_and_a_hit_leads_to_its_section(country):
    browser = client(Role.REVIEWER, build.unit("140200"))
    found = browser.get("/help/", {"words": "只舍不入"})
    address = re.search(r'href="(/help/[^"]+#s\d+)"', found.content.decode())
    assert address is not None
    chapter, _hash, anchor = unquote(address[1]).partition("#")
    assert f'id="{anchor}"' in browser.get(chapter).content.decode()
    assert "手册中没有找到" in words(browser.get("/help/", {"words": "没有这样的词"}))
    assert "手册中查找" in words(browser.get("/help/", {"words": "<script>alert(1)</script>"}))
    assert "<script>alert" not in browser.get("/help/", {"words": "<script>alert(1)</script>"}).content.decode()


def test_every_page_leads_to_its_handbook_page_and_shows_the_clauses_of_the_unit_one_stands_at(country):
    for where, clause in ((build.unit("140200"), "大同 一"), (build.unit("410500"), "安阳 一(二)")):
        page = client(Role.REVIEWER, where).get(reverse("web:scoreboard"))
        assert reverse("web:help-page", args=["看进度"]) in page.content.decode()
        basis = page.content.decode().partition('<div class="basis">')[2].partition("</div>\n")[0]
        assert clause in basis, basis


def test_a_page_that_does_not_exist_leads_to_the_contents(country):
    page = client(Role.REVIEWER, build.unit("140200")).get("/no/such/page")
    assert page.status_code == 404
    assert f'href="{reverse("web:help")}"' in page.content.decode()


@pytest.mark.parametrize(
    "name", ["../settings", "reference/../../pyproject", "没有这一页", "handbook/看进度", "adr/0001"]
)
def test_only_pages_of_the_handbook_are_read(name, db):
    with pytest.raises(NotFound):
        handbook.chapter(name, views.ADDRESSES)
    assert Client().get(f"/help/{name}").status_code == 404
    assert Client().get("/help/screens/..%2f..%2fpyproject.toml").status_code == 404


def test_what_a_site_writes_into_its_own_handbook_cannot_run(tmp_path, monkeypatch):
    (tmp_path / "handbook").mkdir()
    text = "# 页\n\n<script>alert(1)</script>\n\n[点我](javascript:alert(1)) ![图](javascript:alert(1)) [外](https://example.org)"
    (tmp_path / "handbook" / "页.md").write_text(text, "utf-8")
    monkeypatch.setattr(handbook, "book", lambda: tmp_path)
    html = handbook.chapter("页", views.ADDRESSES).html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'src="javascript' not in html
    assert 'href="https://example.org"' in html


def test_clauses_come_once_each_those_of_a_text_before_those_proposed(country):
    policy = policy_for(build.unit("140200").path, on=date(2023, 12, 1))
    found = pages.clauses(pages.PAGES["scoreboard"], policy)
    assert len({one.clause for one in found}) == len(found) <= pages.CHIPS
    assert [one.status == "proposed" for one in found] == sorted(one.status == "proposed" for one in found)
    assert pages.NOT_SET not in {one.clause for one in found}
    assert pages.clauses(pages.PAGES["map"], policy) == []


def test_the_handbook_goes_into_the_package():
    makefile = (DOCS.parent / "Makefile").read_text("utf-8")
    assert "cp -r docs/handbook docs/reference docs/screens docs/glossary.md src/qingyuan/web/help/book/" in makefile
    assert '"web/help/book/**"' in (DOCS.parent / "pyproject.toml").read_text("utf-8")
