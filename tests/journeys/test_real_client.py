"""A GIS as somebody's own: GDAL opens the collections of the demonstration, signed in as one of its clerks."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pyogrio
import pytest
import shapely

from qingyuan.exchange.layers import LAYERS
from tests.browser import Served

pytestmark = pytest.mark.browser


def signed_in(at: Served, username: str) -> str:
    """The cookie of a person who signed in."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
    with opener.open(f"{at.url}/sign-in") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())[1]
    form = {"csrfmiddlewaretoken": token, "username": username, "password": "Yanshi@2023"}
    opener.open(f"{at.url}/sign-in", urllib.parse.urlencode(form).encode()).close()
    return next(f"{one.name}={one.value}" for one in jar if one.name == "sessionid")


@pytest.fixture
def gis(demonstration: Served):
    """GDAL, signed in as a clerk of the demonstration."""
    options = {"GDAL_HTTP_COOKIE": signed_in(demonstration, "datong-clerk"), "OAPIF_PAGE_SIZE": "10"}
    pyogrio.set_gdal_config_options(options)
    yield f"OAPIF:{demonstration.url}/ogc"
    pyogrio.set_gdal_config_options(dict.fromkeys(options))


def test_a_real_client_opens_the_collections_pages_through_them_and_asks_by_rectangle(demonstration, gis):
    layers = {str(one[0]) for one in pyogrio.list_layers(gis)}
    assert layers == set(LAYERS)
    meta, fids, geometry, _fields = pyogrio.raw.read(gis, layer="outlets", return_fids=True)
    assert {"name", "stage", "unit"} <= set(meta["fields"])
    assert len(geometry) > 20, "more than two pages"
    assert len(set(fids)) == len(fids)
    points = [one for one in shapely.from_wkb(geometry) if one is not None]
    west, east = min(one.x for one in points), max(one.x for one in points)
    half = (west - 0.001, 30.0, (west + east) / 2, 50.0)
    _meta, _fids, some, _fields = pyogrio.raw.read(gis, layer="outlets", bbox=half)
    assert len(some) == sum(one.x <= half[2] for one in points)
    meta, _fids, geometry, _fields = pyogrio.raw.read(gis, layer="zones")
    assert "kind" in meta["fields"]
