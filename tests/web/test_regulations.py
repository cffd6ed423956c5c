"""制度库: regulations with their versions; and what a county decides about pilots."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.ledger.models import Entry
from qingyuan.rulebook import regulations
from qingyuan.rulebook.models import Regulation
from tests import build
from tests.web.people import client, words


@pytest.fixture
def country(db):
    build.country()


def given(**more):
    return {
        "title": "入河排污口监督管理办法",
        "document_no": "同政发〔2024〕1号",
        "issuer": "大同市人民政府",
        "issued": "2024-01-10",
        "file": SimpleUploadedFile("办法.pdf", b"%PDF-1.4 one"),
    } | more


@pytest.mark.clause("DT-164")
def test_a_new_rule_is_kept_with_its_version_and_day_and_shown_in_the_library(country):
    browser = client(Role.REVIEWER, build.unit("140200"))
    assert browser.post("/regulations/new", given()).status_code == 302
    first = Regulation.objects.get()
    newer = given(
        document_no="同政发〔2025〕3号", issued="2025-03-01", file=SimpleUploadedFile("办法.pdf", b"%PDF-1.4 two")
    )
    assert browser.post("/regulations/new", newer | {"supersedes": first.pk}).status_code == 302
    page = words(browser.get("/regulations/"))
    assert "同政发〔2025〕3号" in page
    assert "2025-03-01" in page
    assert "同政发〔2024〕1号" not in page
    second = Regulation.objects.get(number=2)
    shown = words(browser.get(f"/regulations/{second.pk}"))
    assert "第 1 版" in shown
    assert "已被新版本代替" in words(browser.get("/regulations/?all=1&q=2024"))
    assert "2025-02-28" in words(browser.get(f"/regulations/{first.pk}"))
    assert "制度库" in words(browser.get("/scoreboard/"))
    assert b"two" in b"".join(browser.get(f"/regulations/{second.pk}/document").streaming_content)
    # Pressing twice makes no second one, and nobody elsewhere supersedes it.
    browser.post("/regulations/new", newer | {"file": SimpleUploadedFile("办法.pdf", b"%PDF-1.4 two")})
    assert Regulation.objects.count() == 2
    assert client(Role.CLERK, build.unit("140200")).post("/regulations/new", given()).status_code == 403


def test_a_county_reads_the_rules_of_its_city_and_finds_them_by_number(country):
    client(Role.REVIEWER, build.unit("140200")).post("/regulations/new", given())
    browser = client(Role.CLERK, build.unit("140213"))
    assert "入河排污口监督管理办法" in words(browser.get("/regulations/?q=〔2024〕1"))
    assert "没有制度文件" in words(browser.get("/regulations/?q=不存在"))
    assert "没有制度文件" in words(client(Role.CLERK, build.unit("419001")).get("/regulations/"))


def test_an_older_document_does_not_supersede_a_newer_one(country):
    unit = build.unit("140200")
    kept = {"unit": unit, "title": "办法", "issuer": "某局", "by": CONSOLE, "at": build.NOON}
    first = regulations.issue(issued=date(2024, 1, 1), sha256=build.paper(), **kept)
    with pytest.raises(Refused, match="不能早于原版本"):
        regulations.issue(issued=date(2023, 1, 1), sha256=build.paper(), supersedes=first, **kept)


PILOTS = [
    pytest.param("410500", "410502", True, marks=pytest.mark.clause("AY-88"), id="安阳"),
    pytest.param("140200", "140213", False, marks=pytest.mark.clause("DT-135"), id="大同"),
    pytest.param("220000", "220122", False, marks=pytest.mark.clause("JL-106"), id="吉林"),
]
PILOT_TYPES = ("NY.livestock_large", "YH.urban_storm", "QT.other")


@pytest.mark.parametrize(("root", "code", "default"), PILOTS)
def test_with_the_pilot_on_the_three_kinds_join_the_supervision_plan_and_with_it_off_they_do_not(
    country, root, code, default
):
    county = build.unit(code)
    fixed = build.outlet(county, stage=Stage.CLASSIFIED, type_key="GY.enterprise")
    piloted = [build.outlet(county, stage=Stage.CLASSIFIED, type_key=key) for key in PILOT_TYPES]
    browser = client(Role.REVIEWER, county)

    def listed(by=browser):
        page = by.get("/oversight/list")
        assert page.status_code == 200
        return [outlet.name in words(page) for outlet in (fixed, *piloted)]

    everything, only_fixed = [True] * 4, [True, False, False, False]
    assert listed() == (everything if default else only_fixed)
    today = timezone.localdate().isoformat()
    for turn, expected in (("on", everything), ("off", only_fixed), ("on", everything)):
        answer = browser.post(
            "/oversight/pilot", {"county": code, "turn": turn, "from_day": today, "reason": "县政府会议"}
        )
        assert answer.status_code == 302
        assert listed() == expected
        assert listed(client(Role.REVIEWER, build.unit(root))) == expected
    other = client(Role.REVIEWER, build.unit(root)).get("/oversight/list").content.decode()
    assert f'data-county="{code}" data-on="yes"' in other
    assert Entry.objects.filter(kind="decision").count() == 3
    browser.post("/oversight/pilot", {"county": code, "turn": "on", "from_day": today})
    assert Entry.objects.filter(kind="decision").count() == 3


def test_a_switch_counts_from_its_day_and_only_in_its_county(country):
    pingcheng, xinrong = build.unit("140213"), build.unit("140212")
    here = build.outlet(pingcheng, stage=Stage.CLASSIFIED, type_key="QT.other")
    there = build.outlet(xinrong, stage=Stage.CLASSIFIED, type_key="QT.other")
    today = timezone.localdate()
    client(Role.REVIEWER, pingcheng).post("/oversight/pilot", {"county": "140213", "turn": "on", "from_day": today})
    browser = client(Role.REVIEWER, build.unit("140200"))
    page = words(browser.get("/oversight/list"))
    assert here.name in page
    assert there.name not in page
    assert here.name not in words(browser.get(f"/oversight/list?on={today - timedelta(days=1)}"))
    assert (
        client(Role.REVIEWER, pingcheng).post("/oversight/pilot", {"county": "140212", "turn": "on"}).status_code == 404
    )
    assert client(Role.CLERK, pingcheng).post("/oversight/pilot", {"county": "140213", "turn": "on"}).status_code == 403
