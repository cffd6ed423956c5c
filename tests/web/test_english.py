"""The site in English: every page says its own words in English; names, texts of schemes and clauses stay as they are.

The walk follows the links of the site. What a page shows in Chinese must be data: a name on record, words of a policy
pack, or something marked lang="zh".
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import polib
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

import qingyuan.packs
from qingyuan.access import actions as access
from qingyuan.access.models import Officer
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Role
from qingyuan.exchange.findings import SENTENCES
from qingyuan.exchange.models import Import
from qingyuan.places.models import Basin, Unit, Water
from qingyuan.registry.models import Outlet
from qingyuan.web.imports import said
from tests import build
from tests.boards.build_progress import DONE, LISTED, TRACED, enter, go
from tests.exchange.test_import import row
from tests.exchange.workbooks import HEADER, xlsx
from tests.web.people import client_of

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
QUOTED = re.compile(r"“[^”]*”")  # what a sentence quotes is data
SPOKEN = {"aria-label", "placeholder", "title", "alt", "summary"}
EACH_PAGE_AT_MOST = 3  # pages of one kind differ in their data, not in their words
HANDBOOK = {"web:help", "web:help-page"}  # the users' handbook is Chinese
CATALOGUE = Path(qingyuan.__file__).parent / "locale/en/LC_MESSAGES/django.po"
VOID = {"br", "hr", "img", "input", "link", "meta", "rect", "use", "area", "base", "col", "embed", "source", "wbr"}


class Reader(HTMLParser):
    """What a page says outside parts marked as Chinese, with the element that says it; and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.said: list[tuple[str, str]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = (bool(self.open) and self.open[-1][1]) or given.get("lang", "").lower().startswith("zh")
        if tag not in VOID:
            self.open.append((tag, foreign))
        if not foreign:
            self.said += [(f"{tag} {name}", given[name]) for name in sorted(SPOKEN & given.keys())]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _foreign in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, foreign = self.open[-1] if self.open else ("", False)
        if data.strip() and not foreign and tag not in {"script", "style"}:
            self.said.append((tag, " ".join(data.split())))


@pytest.fixture
def officer() -> Officer:
    """Somebody with every role, over a city where outlets stand at several stages."""
    build.country()
    river, county = build.water("安阳河"), build.unit("410502")
    outlets = enter(county, 8, on=date(2023, 3, 1), receiving=river)
    go(outlets[:7], TRACED, on=date(2023, 4, 1))
    go(outlets[:5], LISTED[len(TRACED) :], on=date(2023, 5, 1))
    go(outlets[:3], DONE[len(LISTED) :], on=date(2023, 9, 1))
    build.outlet(county, on=date(2023, 3, 1), receiving=river)
    found = build.officer(Role.ADMINISTRATOR, build.unit("410500"))
    for role in (Role.CLERK, Role.REVIEWER, Role.SURVEYOR, Role.LEADER, Role.AUDITOR):
        whole = {"role": role, "unit": build.unit("410500"), "body": None, "water": None, "party": None}
        access.assign(found, **whole, own_area_only=False, from_day=date(2023, 1, 1), by=CONSOLE, at=build.LONG_AGO)
    return found


@pytest.fixture
def imported(officer: Officer) -> Import:
    """A checked file with lines that are returned, warned about and fine."""
    client = client_of(officer)
    lines = [
        row(county="龙安区", name="甲厂工矿企业排污口", lon="114.1", lat="36.05"),
        row(county="龙安区", name="乙排放口", lon="80", lat="20", water="没有的河"),
        row(county="平阳县", name="丙排污口", lon="不知道", lat="不知道", seq="零"),
        row(county="文峰区", name="no", lon="114.35", lat=""),
        row(county="文峰区", name="丁排污口", lon="36.1", lat="114.35"),
    ]
    file = SimpleUploadedFile("台账.xlsx", xlsx(HEADER, *lines))
    client.post(reverse("web:imports"), {"file": file})
    batch = Import.objects.get()
    client.post(reverse("web:import-columns", args=[batch.pk]))
    return batch


def names_on_record() -> set[str]:
    """Names people or documents gave to things."""
    tables = (Unit, Water, Basin, Body, Outlet, Officer)
    names = {name for table in tables for name in table.objects.values_list("name", flat=True) if name}
    given = {text for pair in Import.objects.values_list("filename", "sheet") for text in (pair[0], f"“{pair[1]}”")}
    return names | given | {build.SURVEYOR.name, build.VERIFIER.name}


def words_of_packs() -> set[str]:
    """Every text in the shipped policy packs."""

    def texts(value: object) -> Iterator[str]:
        match value:
            case str():
                yield value
                yield from value.split("\n")
            case dict():
                for key, one in value.items():
                    yield str(key)
                    yield from texts(one)
            case list():
                for one in value:
                    yield from texts(one)

    folder = Path(qingyuan.packs.__file__).parent
    return {text.strip() for file in folder.rglob("*.yaml") for text in texts(yaml.safe_load(file.read_text("utf-8")))}


def walk(client: Client, *first: str) -> Iterator[tuple[str, Reader]]:
    """Every kind of page one can reach by links from the first pages, with what it says."""
    waiting, met, seen = deque(first), set(first), Counter()
    while waiting:
        address = waiting.popleft()
        try:
            kind = resolve(urlsplit(address).path).view_name
        except Resolver404:
            kind = "not found"
        if seen[kind] >= EACH_PAGE_AT_MOST:
            continue
        answer = client.get(address, headers={"Accept-Language": "en"})
        seen[kind] += 1
        if answer.streaming:
            b"".join(answer.streaming_content)  # a download is read to its end
        if answer.status_code == 302 or not answer["Content-Type"].startswith("text/html"):
            continue
        reader = Reader()
        reader.feed(answer.content.decode())
        yield kind, reader
        for link in reader.links:
            parts = urlsplit(urljoin(address, link))
            target = parts._replace(fragment="").geturl()
            if not parts.netloc and parts.path.startswith("/") and target not in met:
                met.add(target)
                waiting.append(target)


def test_no_page_says_its_own_words_in_chinese(officer, imported):
    catalogue = polib.pofile(str(CATALOGUE))
    data = {one for one in names_on_record() | words_of_packs() if CHINESE.search(one)}
    known = re.compile("|".join(map(re.escape, sorted(data, key=len, reverse=True))))
    sentences = {one.msgid for one in catalogue if CHINESE.search(one.msgid)}
    kinds, left = set(), set()
    client = client_of(officer)
    outlet, body = Outlet.objects.order_by("pk")[0], Body.objects.order_by("pk")[0]
    not_now = reverse("web:act", args=[outlet.pk, "verify"])
    since = f"{reverse('web:scoreboard')}?since=2023-04-15&as_of=2023-12-31"
    compared = f"{reverse('web:rules-compare')}?with=140200"
    for kind, page in walk(
        client,
        "/",
        since,
        compared,
        not_now,
        reverse("web:body", args=[body.pk]),
        "/nowhere",
        f"/imports/{imported.pk}",
    ):
        kinds.add(kind)
        if kind in HANDBOOK:
            continue
        for where, text in page.said:
            if CHINESE.search(known.sub("", QUOTED.sub("", text))) or text.strip("：") in sentences:
                left.add(f"{kind} <{where}> {text}")
    assert {"web:home", "web:outlets", "web:outlet", "web:map", "web:scoreboard", "web:rules", "web:officers"} <= kinds
    assert not left, "\n".join(sorted(left))


def test_the_switch_keeps_the_language_in_a_cookie_and_the_page_says_which_it_is():
    client = Client()
    assert '<html lang="zh-hans">' in client.get(reverse("web:sign-in")).content.decode()
    answer = client.post(reverse("set_language"), {"language": "en", "next": reverse("web:sign-in")})
    assert answer.url == reverse("web:sign-in")
    assert answer.cookies["django_language"]["httponly"]
    page = client.get(reverse("web:sign-in")).content.decode()
    assert '<html lang="en">' in page
    assert "Sign in" in page
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert "登录" in client.get(reverse("web:sign-in")).content.decode()


@pytest.mark.parametrize("code", SENTENCES)
def test_a_finding_kept_in_chinese_is_said_in_english_with_the_same_words(code):
    sentence = SENTENCES[code][1]
    numbers = dict.fromkeys(re.findall(r"%\((\w+)\)d", sentence), 12)
    words = {name: f"甲{place}" for place, name in enumerate(re.findall(r"%\((\w+)\)s", sentence))} | numbers
    with translation.override("en"):
        assert said.finding(code, sentence % words) == translation.gettext(sentence) % words
        assert said.finding(code, "别的话") == "别的话"
    with translation.override("zh-hans"):
        assert said.finding(code, sentence % words) == sentence % words


@pytest.mark.parametrize(
    ("code", "kept", "english"),
    [
        (
            "coordinate.outside_unit",
            "行内写明新绛县，坐标 1, 2 却位于已载入界线之外，距新绛县约 3.2 公里。",
            "The line says 新绛县, but the coordinates 1, 2 lie in no loaded boundary, about 3.2 km from 新绛县.",
        ),
        ("coordinate.projected", "坐标 3 是投影坐标，已按 CGCS2000  3 度 38 带换算为 1, 2。", "CGCS2000 3° 38 zone"),
        ("coordinate.shared", "与第 7 行“其他”相距仅 0.5 米，请核对是否同一个口。", "Only 0.5 m from line 7 “其他”"),
    ],
)
def test_the_parts_of_a_finding_are_said_in_english_and_what_the_file_says_is_kept(code, kept, english):
    with translation.override("en"):
        assert english in said.finding(code, kept)
