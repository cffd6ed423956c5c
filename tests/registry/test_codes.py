"""编码核对: a list of national codes beside the register; decisions one by one."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.refusal import Refused
from qingyuan.exchange.code_lists import read_codes
from qingyuan.registry import actions
from qingyuan.registry.code_matching import Match, reconcile
from qingyuan.registry.models import Alias, CodeList, Outlet
from tests import build
from tests.web.people import client, words

pytestmark = pytest.mark.django_db
DAY = date(2023, 7, 3)
AT = build.recorded(DAY)


@pytest.fixture
def county(db):
    build.country()
    return build.unit("140213")


def outlet(county, code, name):
    return build.outlet(county, name=name, fields={"national_code": code})


def a_list(*rows):
    lines = ["国家编码,入河排污口名称,经度,纬度", *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def test_each_line_is_matched_differing_uncoded_otherwise_coded_absent_or_faulty(county):
    same = outlet(county, "DB-140213-0001-GY-00", "甲口")
    outlet(county, "DB-140213-0002-GY-00", "乙口")
    outlet(county, "", "丙口")
    outlet(county, "DB-140213-0004-GY-00", "丁口")
    only = outlet(county, "DB-140213-0009-GY-00", "壬口")
    content = a_list(
        ("db1402130001gy00", "甲口", same.longitude_deg, same.latitude_deg),
        ("DB-140213-0002-GY-00", "乙厂口", "", ""),
        ("DB-140213-0003-GY-00", "丙口", "", ""),
        ("DB-140213-0005-GY-00", "丁口", "", ""),
        ("DB-140213-0006-GY-00", "戊口", "", ""),
        ("not-a-code", "己口", "", ""),
        ("DB-140213-0006-GY-00", "庚口", "", ""),
    )
    found = reconcile(read_codes(content, "编码.csv"), county, on=DAY)
    assert [row.match for row in found.rows] == [
        Match.SAME,
        Match.DIFFERS,
        Match.UNCODED,
        Match.OTHER_CODE,
        Match.ABSENT,
        Match.FAULTY,
        Match.FAULTY,
    ]
    assert found.rows[1].differences == {"name": ("乙厂口", "乙口")}
    assert only in found.only_here
    assert found.as_json()["counts"]["absent"] == 1


def test_a_code_is_taken_once_and_a_given_one_is_fixed(county):
    one, coded = outlet(county, "", "丙口"), outlet(county, "DB-140213-0004-GY-00", "丁口")
    code = "DB-140213-0003-GY-00"
    for _press in range(2):
        actions.take_code(one, code=code, as_national=True, on=DAY, by=CONSOLE, at=AT)
    assert Outlet.objects.get(pk=one.pk).national_code == code
    assert one.version == 2
    for outlet_, text, national, reason in (
        (coded, "DB-140213-0005-GY-00", True, "registry.code_is_fixed"),
        (coded, code, False, "registry.code_in_use"),
        (coded, "nothing", False, "registry.no_code"),
    ):
        with pytest.raises(Refused) as caught:
            actions.take_code(outlet_, code=text, as_national=national, on=DAY, by=CONSOLE, at=AT)
        assert caught.value.refusal.code == reason
    actions.take_code(coded, code="DB-140213-0005-GY-00", as_national=False, on=DAY, by=CONSOLE, at=AT)
    assert Alias.objects.get(outlet=coded).text == "DB-140213-0005-GY-00"


def test_the_report_is_a_page_and_its_decisions_are_buttons(county):
    one = outlet(county, "", "丙口")
    browser = client(Role.CLERK, county)
    content = a_list(("DB-140213-0003-GY-00", "丙口", "", ""))
    given = {"unit": "140213", "file": SimpleUploadedFile("编码.csv", content)}
    answer = browser.post("/codes/", given)
    assert "登记中尚无国家编码 1" in words(browser.get(answer.url))
    asked = {"outlet": one.pk, "code": "DB-140213-0003-GY-00", "as": "national"}
    pk = CodeList.objects.get().pk
    assert browser.post(f"/codes/{pk}/take", asked).status_code == 302
    assert Outlet.objects.get(pk=one.pk).national_code == "DB-140213-0003-GY-00"
    assert "一致 1" in words(browser.get(answer.url))
    wrong = {"unit": "140213", "file": SimpleUploadedFile("别的.csv", "名称\n某\n".encode())}
    assert browser.post("/codes/", wrong).status_code == 409
    assert client(Role.CLERK, build.unit("419001")).get(f"/codes/{pk}").status_code == 404
