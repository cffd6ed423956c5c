"""考核报告: the board, its rows and its reasons as pages, for whom they are and for nobody else."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Move
from tests import build
from tests.boards.build_progress import DONE, LISTED, enter, go

pytestmark = pytest.mark.django_db


@pytest.fixture
def anyang():
    build.country()
    river = build.water("安阳河")
    outlets = enter(build.unit("410502"), 10, on=date(2023, 3, 1), receiving=river)
    go(outlets, LISTED, on=date(2023, 4, 1))
    go(outlets[:6], DONE[len(LISTED) :], on=date(2023, 9, 1))
    return outlets


def signed_in(role: Role, code: str) -> Client:
    client = Client()
    officer = build.officer(role, build.unit(code))
    access.set_password(officer, text="Qingyuan-2026", min_length=8, kinds=3, by=CONSOLE, at=timezone.now())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200, answer.content[:500]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_the_board_shows_each_target_with_its_gap_and_its_clause(anyang):
    said = page(signed_in(Role.LEADER, "410500"), reverse("web:scoreboard"), as_of="2023-12-31")
    assert "安阳市目标完成情况" in said
    assert "60.0 %" in said
    assert "还差 1 个" in said
    assert "未达标" in said
    assert "安阳 一(二)" in said
    assert "尚无岸线排查区段，按岸线长度计算" in said


@pytest.mark.parametrize("by", ["unit", "water", "body", "type"])
def test_every_figure_leads_to_as_many_rows(anyang, by):
    client = signed_in(Role.LEADER, "410500")
    said = page(client, reverse("web:scoreboard"), as_of="2023-12-31", by=by)
    links = re.findall(r'<a href="(/scoreboard/rows\?[^"]+)">([\d,]+)</a>', said)
    assert links
    for url, figure in links:
        rows = page(client, url)
        assert rows.count("<tr data-row") == int(figure), url


def test_the_change_is_told_in_sentences(anyang):
    go(anyang[:1], [Move.RETAIN], on=date(2023, 11, 1))
    go(anyang[:1], [Move.REOPEN], on=date(2023, 12, 20))
    client = signed_in(Role.LEADER, "410500")
    said = page(client, reverse("web:scoreboard"), as_of="2023-12-31", since="2023-12-15")
    assert "1 个重新整治（完成 −1）" in said


def test_a_neighbour_and_the_city_above_do_not_exist_for_a_county(anyang):
    client = signed_in(Role.LEADER, "410503")
    for code in ("410502", "410500"):
        assert client.get(reverse("web:scoreboard"), {"unit": code}).status_code == 404
        asked = {"unit": code, "target": "targets.remediation[2023-12-31]"}
        assert client.get(reverse("web:scoreboard-rows"), asked).status_code == 404


def test_a_place_without_a_scheme_says_so(anyang):
    said = page(signed_in(Role.LEADER, "420000"), reverse("web:scoreboard"))
    assert "该地区尚无方案" in said


def test_a_county_on_its_city_s_board_is_judged_by_the_city(anyang):
    client = signed_in(Role.LEADER, "410500")
    said = page(
        client,
        reverse("web:scoreboard-rows"),
        unit="410502",
        scheme="4105",
        target="targets.remediation[2023-12-31]",
        as_of="2023-12-31",
        part="missing",
    )
    assert said.count("<tr data-row") == 4


def test_asking_for_nonsense_is_answered_with_today(anyang):
    client = signed_in(Role.LEADER, "410500")
    page(client, reverse("web:scoreboard"), as_of="x", known_at="y", since="0", by="z", water="a")
    asked = {"target": "targets.nothing", "part": "all"}
    assert client.get(reverse("web:scoreboard-rows"), asked).status_code == 404


def test_a_list_of_data_quality_has_as_many_rows_as_its_count_says(anyang):
    client = signed_in(Role.CLERK, "410500")
    said = page(client, reverse("web:quality"))
    links = re.findall(r'<a href="(/quality/[a-z-]+\?[^"]+)">([\d,]+)</a>', said)
    assert len(links) == 6
    for url, number in links:
        assert page(client, url).count("<tr data-row") == int(number)
    assert client.get("/quality/nothing").status_code == 404
