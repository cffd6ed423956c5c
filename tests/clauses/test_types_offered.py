"""The first levels a scheme offers in the form of classification, each with the standard it rests on."""

from __future__ import annotations

import re

import pytest

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.registry.models import Outlet
from tests import build
from tests.web.people import client, words

FOUR = ["工业排污口", "城镇污水处理厂排污口", "农业排口", "其他排口"]
FIVE = ["工业排污口", "城镇污水处理厂排污口", "农业排口", "城镇雨洪排口", "其他排口"]


@pytest.fixture
def country(db):
    build.country()


def form_of(code: str, seat: str):
    """An outlet that waits for its type, and the browser of who confirms it."""
    where = build.unit(seat)
    bureau = build.body(where, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.ECOLOGY,))
    return build.outlet(build.unit(code), stage=Stage.PARTY_FIXED), client(Role.REVIEWER, where, body=bureau)


def options(page: str) -> list[tuple[str, str]]:
    """The first levels in the list, each with its standards."""
    return re.findall(r'<option value="[A-Z]{2}" data-basis="([^"]*)"[^>]*>([^<]+)</option>', page)


@pytest.mark.parametrize(
    ("code", "seat", "tops"),
    [
        pytest.param("419001", "419001", FOUR, marks=pytest.mark.clause("JY-27"), id="济源"),
        pytest.param("140825", "140825", FIVE, marks=pytest.mark.clause("XJ-25"), id="新绛"),
        pytest.param("140213", "140200", FIVE, marks=pytest.mark.clause("DT-33"), id="大同"),
        pytest.param("220102", "220100", FOUR, marks=pytest.mark.clause("JL-42"), id="吉林"),
    ],
)
def test_the_form_offers_exactly_the_first_levels_of_the_scheme_and_takes_no_other(country, code, seat, tops):
    outlet, browser = form_of(code, seat)
    address = f"/outlets/{outlet.pk}/acts/classify"
    assert [name for _basis, name in options(browser.get(address).content.decode())] == tops
    strange = "YH" if len(tops) == 4 else "HY"
    given = {"on": "2023-06-02", "version": outlet.version, "top": strange, "type_key": "YH.urban_storm"}
    refused = browser.post(address, given)
    assert refused.status_code == 409
    assert Outlet.objects.get(pk=outlet.pk).type_key == ""


@pytest.mark.clause("JY-46")
def test_each_of_the_four_types_of_jiyuan_carries_the_standard_it_rests_on(country):
    outlet, browser = form_of("419001", "419001")
    page = browser.get(f"/outlets/{outlet.pk}/acts/classify")
    assert options(page.content.decode()) == [("HJ1235—2021", name) for name in FOUR]
    assert "分类依据 HJ1235—2021" in words(page)
