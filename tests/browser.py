"""A real browser before a real server: both are processes of their own, so nothing of the test's database is shared.

A journey takes `demonstration` (the site of `qingyuan demo`, served) and `page` (a tab of the system's Chromium, in
Chinese, 1366 × 768), signs in and walks. Screenshots go to build/pictures.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.sites import Site, Template

PICTURES = Path(__file__).resolve().parent.parent / "build" / "pictures"
CHROMIUM = os.environ.get("QINGYUAN_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERVE = "from qingyuan.commands.main import main; raise SystemExit(main())"


@dataclass(frozen=True, slots=True)
class Served:
    """A site that answers at `url`."""

    site: Site
    url: str


def serve(site: Site, log: Path) -> Iterator[Served]:
    """Run `qingyuan serve` until the test is done."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = site.environment | {"QINGYUAN_PORT": str(port), "QINGYUAN_HOST": "127.0.0.1"}
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "-c", SERVE, "serve"], env=environment, stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log)
            yield Served(site, url)
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it answers; what it answers is the journey's matter
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the site did not answer\n{log.read_text('utf-8', 'replace')[-4000:]}")


@pytest.fixture(scope="session")
def demonstration(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site of `qingyuan demo`, served; made once. A journey that changes things takes records no other needs."""
    folder = tmp_path_factory.mktemp("demonstration")
    site = template.copy(folder / "home")
    site.run("demo", timeout=1_200)
    yield from serve(site, folder / "serve.log")
    site.drop()


@pytest.fixture
def page() -> Iterator[Page]:
    """A tab of the system's Chromium. Playwright stops with the test: its event loop must not outlive it."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium here")
        pytest.skip("no Chromium here")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        tab = context.new_page()
        tab.set_default_timeout(20_000)
        yield tab
        browser.close()


def sign_in(page: Page, at: Served, name: str, password: str) -> None:
    """Sign in as a person does and land on the page behind."""
    page.goto(at.url + "/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("button[type=submit]")
    page.wait_for_load_state()
