"""现场排查 in a real browser: the network goes away, a record is filled in with a photo, the page dies, the network
comes back, and the outlet stands in the register with its photo."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import CHROMIUM, PICTURES, QUIET, Served, serve, sign_in
from tests.sites import Template

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = """
import django; django.setup()
from tests.stages.survey import field
from tests import build
from qingyuan.core.access import Role
made = field.scene()
print(made.walker.username, build.officer(Role.CLERK, build.unit(field.COUNTY)).username)
"""
PASSWORD = "Qingyuan-2023"


def picture(shade: int = 120) -> bytes:
    """A small picture a browser can draw."""
    side = 48
    rows = b"".join(b"\x00" + bytes(b for x in range(side) for b in (x * 5, y * 5, shade)) for y in range(side))

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


@pytest.fixture(scope="module")
def walked(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """A site with a campaign under way, made by the room's own actions, and who walks and who sits in the office."""
    folder = tmp_path_factory.mktemp("field")
    site = template.copy(folder / "home")
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "qingyuan.project.settings", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-c", BUILD],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    walker, clerk = made.stdout.split()[-2:]
    for served in serve(site, folder / "serve.log"):
        yield served, walker, clerk
    site.drop()


@pytest.fixture
def phone(page: Page) -> Page:
    """The same browser with a phone's screen and a place to be at."""
    assert CHROMIUM
    assert QUIET
    context = page.context.browser.new_context(  # type: ignore[union-attr]
        locale="zh-CN",
        viewport={"width": 390, "height": 844},
        geolocation={"longitude": 111.0505, "latitude": 35.6},
        permissions=["geolocation"],
    )
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    return tab


def test_what_is_filled_in_without_a_network_reaches_the_register(walked, phone: Page, page: Page):
    at, walker, clerk = walked
    phone.goto(f"{at.url}/sign-in?next=/field/")
    phone.fill("#id_username", walker)
    phone.fill("#id_password", PASSWORD)
    phone.click("button[type=submit]")
    expect(phone.locator("#field[data-offline=ready]")).to_be_visible()
    expect(phone.locator("p.note")).to_have_count(0)  # the segments and the form are here

    phone.context.set_offline(True)
    phone.reload()
    phone.click("text=填记录")
    phone.set_input_files("#photo", {"name": "口.png", "mimeType": "image/png", "buffer": picture()})
    expect(phone.locator(".photo .thumb canvas")).to_be_visible()
    phone.click("nav.steps button:has-text('排污口')")
    phone.fill("#q-name", "离线一号口")
    phone.reload()  # the page died in the middle of the form
    expect(phone.locator("#q-name")).to_have_value("离线一号口")
    phone.click("nav.steps button:has-text('现场快检')")
    phone.fill("#q-quick_cod", "31.5")
    phone.click("text=完成并上传")
    expect(phone.locator(".tag-saved")).to_have_text("已存本机")
    expect(phone.locator(".dot")).to_have_attribute("data-holds", "2")
    phone.reload()
    expect(phone.locator(".tag-saved")).to_have_text("已存本机")
    phone.screenshot(path=PICTURES / "field-saved.png")

    phone.context.set_offline(False)
    expect(phone.locator(".tag-accepted")).to_have_text("已入库", timeout=60_000)
    expect(phone.locator(".dot")).to_have_attribute("data-holds", "0", timeout=60_000)
    phone.screenshot(path=PICTURES / "field-accepted.png")

    sign_in(page, at, clerk, PASSWORD)
    page.goto(f"{at.url}/outlets/?q=离线一号口")
    page.click("td a:has-text('离线一号口'), th a:has-text('离线一号口')")
    page.click("a:has-text('打开一口一档')")
    page.wait_for_url(re.compile(r"/outlets/\d+"))
    expect(page.locator("main")).to_contain_text("近景")
    page.goto(f"{at.url}/survey/devices/")
    expect(page.locator("tbody tr").first).to_contain_text("无")  # the device that called last stands first
    page.screenshot(path=PICTURES / "field-devices.png", full_page=True)


def test_a_rescue_file_leaves_a_phone_without_a_network_and_enters_at_the_office(walked, phone: Page, page: Page):
    at, walker, clerk = walked
    phone.goto(f"{at.url}/sign-in?next=/field/")
    phone.fill("#id_username", walker)
    phone.fill("#id_password", PASSWORD)
    phone.click("button[type=submit]")
    expect(phone.locator("#field[data-offline=ready]")).to_be_visible()
    expect(phone.locator("p.note")).to_have_count(0)
    phone.context.set_offline(True)
    phone.context.set_geolocation({"longitude": 111.0605, "latitude": 35.6})
    phone.click("text=开始轨迹")
    expect(phone.locator("p.walk")).to_have_attribute("data-points", re.compile("[1-9]"))
    phone.click("text=填记录")
    phone.set_input_files("#photo", {"name": "口.png", "mimeType": "image/png", "buffer": picture(7)})
    expect(phone.locator(".photo .thumb canvas")).to_be_visible()
    phone.click("nav.steps button:has-text('排污口')")
    phone.fill("#q-name", "救援一号口")
    phone.click("text=完成并上传")
    expect(phone.locator(".tag-saved").first).to_have_text("已存本机")
    phone.goto(f"{at.url}/field/#/more")
    with phone.expect_download() as saved:
        phone.click("text=导出救援文件")
    file = saved.value.path()

    sign_in(page, at, clerk, PASSWORD)
    for _time in range(2):  # taken in twice it is once
        page.goto(f"{at.url}/survey/devices/")
        page.set_input_files("input[type=file][name=file]", file)
        page.click("button:has-text('接收')")
        expect(page.locator("#messages")).to_contain_text("已入库 1")
    page.goto(f"{at.url}/outlets/?q=救援一号口")
    expect(page.locator("tr[data-row]")).to_have_count(1)


def test_buttons_of_the_app_are_large_enough_for_wet_hands(walked, phone: Page):
    at, walker, _clerk = walked
    phone.goto(f"{at.url}/sign-in?next=/field/")
    phone.fill("#id_username", walker)
    phone.fill("#id_password", PASSWORD)
    phone.click("button[type=submit]")
    expect(phone.locator("#field[data-offline=ready]")).to_be_visible()
    expect(phone.locator("p.note")).to_have_count(0)
    phone.click("text=填记录")
    phone.click("nav.steps button:has-text('位置')")
    for each in phone.locator("button:visible, label.shutter:visible, select:visible, main input:visible").all():
        box = each.bounding_box()
        assert box is not None
        assert box["height"] >= 48, each.inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
