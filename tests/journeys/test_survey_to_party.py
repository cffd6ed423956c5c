"""排查到定责 in a real browser: a campaign is drafted, planned and given out; a phone walks the bank without a network;
the office finds the gap, has the outlet verified and traced, and the party stands in 责任主体清单."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PICTURES, Served, serve, sign_in
from tests.journeys.test_field_app import PASSWORD, picture
from tests.journeys.walking import PAPER, as_officer, press
from tests.sites import Template

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = """
import django; django.setup()
from qingyuan.bodies import actions as bodies
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction as F, BodyKind
from tests import build
build.country()
where = build.unit("140213")
office = build.body(where, name="平城区人民政府", kind=BodyKind.GOVERNMENT, functions=(F.GOVERNMENT,))
trade = build.body(where, name="平城区工业和信息化局", kind=BodyKind.GOVERNMENT, functions=(F.INDUSTRY,))
factory = build.body(where, name="御河纺织厂")
bodies.correct(factory, values={"supervising_body": trade}, reason="补充", by=CONSOLE, at=build.NOON, on=build.DAY)
lead, second, walker = (build.officer(role, where, body=office) for role in (Role.CLERK, Role.REVIEWER, Role.SURVEYOR))
print(lead.username, second.username, walker.username)
"""
LON, LAT, DEGREE_M = 113.33, 40.08, 85_180.0
"""Where the line begins, and how many metres one degree of longitude is there."""
WALKED_M, PIECE_M = range(0, 601, 100), 600


def east(metres: float) -> float:
    """The longitude so many metres down the line."""
    return LON + metres / DEGREE_M


LINE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "御河"},
            "geometry": {"type": "LineString", "coordinates": [[LON, LAT], [east(2 * PIECE_M), LAT]]},
        }
    ],
}


@pytest.fixture(scope="module")
def place(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, list[str]]]:
    """A site with the officers of one district and nothing surveyed yet."""
    folder = tmp_path_factory.mktemp("survey")
    site = template.copy(folder / "home")
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "qingyuan.project.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BUILD]
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    for served in serve(site, folder / "serve.log"):
        yield served, made.stdout.split()[-3:]
    site.drop()


def phone_of(browser: Browser) -> Page:
    """A phone at the beginning of the line."""
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        geolocation={"longitude": LON, "latitude": LAT},
        permissions=["geolocation"],
    )
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    return tab


def drafted(page: Page, at: Served, walker: str) -> str:
    """拟定专项, 划分, 分派, 提交方案. Returns the campaign's address."""
    today = date.today()
    page.goto(f"{at.url}/survey/new")
    page.fill("#id_title", "御河排查")
    page.select_option("#id_waters", label="御河")
    page.fill("#id_team_name", "排查一组")
    page.fill("#id_team_members", f"走河员（{walker}）")
    press(page, "拟定专项")
    campaign = page.url
    page.click("#acts a:has-text('按河线划分岸段')")
    page.select_option("#id_bank", "left")
    page.fill("#id_piece_m", str(PIECE_M))
    content = json.dumps(LINE).encode()
    page.set_input_files("#id_file", {"name": "河线.geojson", "mimeType": "application/json", "buffer": content})
    press(page, "按河线划分岸段")
    expect(page.locator("#segments tbody tr")).to_have_count(2)
    page.click("#acts a:has-text('分派岸段')")
    press(page, "分派岸段")
    page.click("#acts a:has-text('提交方案')")
    page.set_input_files("#id_paper", PAPER)
    page.select_option("#id_procedures", ["排查", "溯源", "监测", "分类", "整治"])
    page.fill("#id_roadmap", "先左岸，后右岸。")
    page.fill("#id_timetable", f"排查，徒步排查，{today + timedelta(days=30)}，平城区人民政府")
    press(page, "提交方案")
    return campaign


def walk(phone: Page, began: float) -> None:
    """Along the first piece, a fix each minute by the phone's clock, six hundred metres in ten minutes."""
    for minute, metres in enumerate(WALKED_M):
        phone.clock.set_fixed_time(began + minute * 60)
        phone.context.set_geolocation({"longitude": east(metres), "latitude": LAT})
        expect(phone.locator("p.walk")).to_have_attribute("data-points", str(minute + 1))


def test_from_a_campaign_to_the_responsible_party_with_the_network_off_and_on(place, page: Page):
    at, (lead, second, walker) = place
    sign_in(page, at, lead, PASSWORD)
    campaign = drafted(page, at, walker)
    as_officer(page, at, second, PASSWORD)
    page.goto(campaign)
    page.click("#acts a:has-text('审定方案')")
    press(page, "审定方案")
    as_officer(page, at, lead, PASSWORD)
    page.goto(campaign)
    page.click("#acts a:has-text('启动排查')")
    press(page, "启动排查")

    browser = page.context.browser
    assert browser is not None
    phone = phone_of(browser)
    phone.goto(f"{at.url}/sign-in?next=/field/")
    phone.fill("#id_username", walker)
    phone.fill("#id_password", PASSWORD)
    phone.click("button[type=submit]")
    expect(phone.locator("#field[data-offline=ready]")).to_be_visible()
    expect(phone.locator("p.note")).to_have_count(0)

    phone.context.set_offline(True)
    began = time.time() - len(WALKED_M) * 60
    phone.clock.set_fixed_time(began)
    phone.reload()
    phone.click("text=开始轨迹")
    walk(phone, began)
    phone.screenshot(path=PICTURES / "field-track.png")
    phone.clock.set_fixed_time(time.time())
    phone.context.set_geolocation({"longitude": east(300), "latitude": LAT})
    expect(phone.locator("p.walk")).to_have_attribute("data-points", str(len(WALKED_M) + 1))
    phone.click("text=停止轨迹")
    phone.click("text=填记录")
    phone.set_input_files("#photo", {"name": "口.png", "mimeType": "image/png", "buffer": picture()})
    expect(phone.locator(".photo .thumb canvas")).to_be_visible()
    phone.click("nav.steps button:has-text('排污口')")
    phone.fill("#q-name", "御河左岸一号口")
    phone.click("nav.steps button:has-text('排放情况')")
    phone.click(".choices button:text-is('连续')")
    phone.click("text=完成并上传")
    expect(phone.locator(".tag-saved")).to_have_count(2)  # the record and the track
    expect(phone.locator(".dot")).to_have_attribute("data-holds", "3")  # and the photo

    phone.context.set_offline(False)
    expect(phone.locator(".tag-accepted")).to_have_count(2, timeout=60_000)
    expect(phone.locator(".dot")).to_have_attribute("data-holds", "0", timeout=60_000)
    phone.context.close()

    page.goto(campaign)
    expect(page.locator("tr[data-segment='1']")).to_contain_text(re.compile(r"(\d{3}) m / \1 m"))
    expect(page.locator("#gaps")).to_contain_text(re.compile(r"岸段 2.*0～(599|600) m", re.S))
    expect(page.locator("#gaps")).not_to_contain_text("岸段 1")
    drawn = json.loads(page.locator("[data-map]").get_attribute("data-geometry") or "")
    kinds = {str(one["properties"]) for one in drawn["features"]}
    assert any("gap" in one for one in kinds), kinds
    expect(page.locator("[data-map] canvas").first).to_be_visible()
    page.screenshot(path=PICTURES / "survey-gap.png", full_page=True)
    page.goto(f"{at.url}/survey/coverage?unit=140213")
    expect(page.locator("#gaps")).to_contain_text("岸段 2")

    as_officer(page, at, second, PASSWORD)
    page.goto(f"{at.url}/tracing/")
    expect(page.locator("tbody tr", has_text="御河左岸一号口")).to_contain_text("没有对应的排污单位")
    page.click("tbody a:has-text('御河左岸一号口')")
    case = page.url
    page.click("a:has-text('排污口档案')")
    page.click("#next a:has-text('核实')")
    page.set_input_files("#id_paper", PAPER)
    press(page, "核实")
    page.goto(case)
    page.click("#acts a:has-text('记录步骤')")
    page.select_option("#id_method", index=1)
    page.fill("#id_result", "管网图与现场一致，来自御河纺织厂。")
    press(page, "记录步骤")
    page.click("#acts a:has-text('登记来源')")
    page.fill("#id_body", "御河纺织厂")
    page.fill("#id_share", "100")
    press(page, "登记来源")
    page.click("#acts a:has-text('得出结论')")
    page.check("input[name=conclusion][value=definite]")
    page.set_input_files("#id_paper", PAPER)
    press(page, "得出结论")
    page.click("#acts a:has-text('明确责任主体')")
    page.fill("#id_body", "御河纺织厂")
    page.select_option("#id_basis", "tracing")
    press(page, "明确责任主体")
    expect(page.locator("#party")).to_contain_text("御河纺织厂")

    page.goto(f"{at.url}/registers/parties/?unit=140213")
    row = page.locator("tbody tr", has_text="御河左岸一号口")
    expect(row).to_contain_text("御河纺织厂")
    expect(row).to_contain_text("溯源结论")
    page.screenshot(path=PICTURES / "party-list.png", full_page=True)
