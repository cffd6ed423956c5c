"""The map draws in a real browser without a network: rivers and boundaries from the bundled base, points on top."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from qingyuan.core.tiles import TYPE_CODES, GroupPoints, OutletPoints, encode

STATIC = Path(__file__).resolve().parents[2] / "src" / "qingyuan" / "web" / "static"
PAGE = """<!doctype html><html lang="zh-hans"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src 'self' data:">
<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/dist/app.css">
<script src="/dist/app.js" defer></script>
<script src="/dist/map.js" defer></script></head><body>
<div class="map" data-map data-base="/dist/base/" data-points='%s' %s></div>
<div id="map-card" hidden></div></body></html>"""


class Handler(SimpleHTTPRequestHandler):
    """The static files, and one page of the test's making."""

    body = b""

    def do_GET(self) -> None:
        if self.path.startswith("/tiles/"):
            self.answer(tile(), "application/vnd.mapbox-vector-tile")
        elif self.path == "/outlets/7/card":
            self.answer("<h2>汾河城西口</h2>".encode(), "text/html; charset=utf-8")
        elif self.path.partition("?")[0] == "/":
            self.answer(Handler.body, "text/html; charset=utf-8")
        else:
            super().do_GET()

    def answer(self, body: bytes, kind: str) -> None:
        """Send a body."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def tile() -> bytes:
    """In every tile: outlet 7, an industrial one, in the middle, and a group of 1,234 beside it."""

    def column(*values: int) -> np.ndarray:
        return np.array(values, np.int64)

    industrial = TYPE_CODES.index("GY")
    outlets = OutletPoints(column(7), column(2048), column(2048), column(industrial), column(0), column(0))
    return encode(outlets, GroupPoints(column(1000), column(1000), column(1234)))


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def colours(page: Page) -> set[tuple[int, ...]]:
    """The colours the canvas really holds: a map that says it is complete may still be empty."""
    found = page.evaluate(
        """() => { const seen = new Set();
        for (const canvas of document.querySelectorAll('.map canvas')) {
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 250) seen.add([data[i], data[i + 1], data[i + 2]].join());
        } return [...seen]; }"""
    )
    return {tuple(int(part) for part in each.split(",")) for each in found}


def shown(page: Page, address: str, points: str, more: str = "") -> set[tuple[int, ...]]:
    Handler.body = (PAGE % (points, more)).encode()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_selector('.map[data-drawn="yes"]')
    page.wait_for_timeout(600)
    assert faults == []
    return colours(page)


@pytest.mark.browser
def test_the_bundled_base_is_drawn_without_a_network(page, address):
    river, boundary = (0x8F, 0xB8, 0xD9), (0x8A, 0x93, 0xA0)
    assert river in shown(page, address, "[]", 'data-extent="73,17,136,54"')
    if (STATIC / "dist" / "base" / "boundaries.geojson").exists():
        assert boundary in colours(page)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("group", "colour"),
    [("GY", (0x00, 0x72, 0xB2)), ("SH", (0xA2, 0x37, 0x7C)), ("NY", (0x00, 0x7A, 0x5A)), ("QT", (0xB8, 0x6E, 0x00))],
)
def test_a_point_is_drawn_in_the_colour_of_its_type(page, address, group, colour):
    point = f'[{{"lon":111.22,"lat":35.61,"type":"{group}.any","label":"演示口"}}]'
    assert colour in shown(page, address, point)


@pytest.mark.browser
def test_where_a_row_says_and_where_it_lies_are_joined_by_a_line(page, address):
    points = '[{"lon":111.22,"lat":35.61,"tone":"red"},{"lon":111.62,"lat":35.81,"tone":"blue"}]'
    assert {(0xB3, 0x26, 0x1E), (0x1F, 0x5F, 0x99)} <= shown(page, address, points, "data-join")


def spot(page: Page, colour: tuple[int, ...]) -> tuple[float, float] | None:
    """Where on the page a colour of the map is."""
    found = page.evaluate(
        """([r, g, b]) => {
        for (const canvas of document.querySelectorAll('.map canvas')) {
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const box = canvas.getBoundingClientRect();
          for (let y = 40; y < canvas.height - 40; y++) for (let x = 40; x < canvas.width - 40; x++) {
            const i = 4 * (y * canvas.width + x);
            if (data[i] === r && data[i + 1] === g && data[i + 2] === b)
              return [box.left + x * box.width / canvas.width, box.top + y * box.height / canvas.height];
          } } return null; }""",
        list(colour),
    )
    return tuple(found) if found else None


@pytest.mark.browser
def test_a_click_on_an_outlet_of_a_tile_opens_its_card(page, address):
    tiles = 'data-tiles="/tiles/{z}/{x}/{y}.mvt" data-card="/outlets/ID/card" data-extent="110,34,112,36"'
    assert (0x00, 0x72, 0xB2) in shown(page, address, "[]", tiles)
    place = spot(page, (0x00, 0x72, 0xB2))
    assert place is not None
    page.mouse.click(*place)
    page.wait_for_selector("#map-card:not([hidden])")
    assert page.inner_text("#map-card") == "汾河城西口"
    assert "lon=" in page.url  # the address says where one looks


@pytest.mark.browser
def test_before_printing_the_map_is_drawn_at_the_size_of_the_paper_and_after_at_its_own(page, address):
    def size() -> list[int]:
        return page.evaluate(
            "(({width, height}) => [width, height])(document.querySelector('.map').getBoundingClientRect())"
        )

    shown(page, address, "[]", 'data-tiles="/tiles/{z}/{x}/{y}.mvt" data-extent="111.1,35.5,111.4,35.7"')
    own = size()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert size() == [1020, 560]
    assert page.evaluate("document.querySelector('.map canvas').width") >= 1000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert size() == own
