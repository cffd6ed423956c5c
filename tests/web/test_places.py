"""区划与图层 at the door: what stands, an official file compared, taken in with one button, taken back with one."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.exchange import placing
from qingyuan.places.models import Layer, OfficialFile, Unit, Zone
from tests import build
from tests.exchange import shapes
from tests.places.test_official_files import BOWTIE, SQUARE, divisions, zones
from tests.places_data import build_units
from tests.web import people
from tests.web.people import words

pytestmark = pytest.mark.django_db

GIVEN = {"subject": "zones:park", "source": "某省自然资源厅", "map_number": "晋S（2024）001号", "day": "2024-03-01"}


@pytest.fixture
def reviewer(db) -> Client:
    build.country()
    build_units(outlines=True)
    return people.client(Role.REVIEWER, build.unit("140200"))


def upload(client: Client, data: bytes, name: str = "图层.geojson", **more: object):
    sent = GIVEN | {"whole": "on", "file": SimpleUploadedFile(name, data)} | more
    return client.post(reverse("web:places"), sent)


def press(client: Client, act: str, file: OfficialFile):
    return client.post(reverse("web:places-file-act", args=[file.pk, act]))


def page(client: Client, file: OfficialFile, **asked: object) -> str:
    answer = client.get(reverse("web:places-file", args=[file.pk]), asked)
    assert answer.status_code == 200
    return words(answer)


def test_the_page_says_what_is_loaded_from_where_and_what_is_not(reviewer):
    said = words(reviewer.get(reverse("web:places")))
    assert "行政区划" in said
    assert said.count("未载入") >= 10
    assert "还没有用官方文件更新过。" in said


def test_the_rail_leads_here_for_those_who_keep_places(reviewer):
    assert reverse("web:places") in reviewer.get("/").content.decode()
    clerk = people.client(Role.CLERK, build.unit("140200"))
    assert f'href="{reverse("web:places")}"' not in clerk.get("/").content.decode()


def test_a_file_is_compared_taken_in_and_taken_back(reviewer):
    answer = upload(reviewer, zones(("甲园区", SQUARE)))
    file = OfficialFile.objects.get()
    assert answer.url == reverse("web:places-file", args=[file.pk])
    said = page(reviewer, file)
    assert "采用：新增 1，变更 0，撤除 0" in said
    assert "面积 28.38 平方公里" in said
    assert not Zone.objects.exists()
    assert press(reviewer, "take-in", file).status_code == 302
    assert Layer.objects.get().kind == "park"
    assert "晋S（2024）001号" in words(reviewer.get(reverse("web:places")))
    assert press(reviewer, "take-in", file).status_code == 409
    assert press(reviewer, "undo", file).status_code == 302
    assert not Layer.objects.exists()
    assert "已撤销" in page(reviewer, file)


def test_the_report_draws_a_feature_before_and_after(reviewer):
    upload(reviewer, zones(("甲园区", SQUARE)))
    file = OfficialFile.objects.get()
    answer = reviewer.get(reverse("web:places-file", args=[file.pk]), {"feature": file.changes.get().pk})
    assert re.search(r'<path d="M[\d. L]+', answer.content.decode())


def test_a_broken_layer_is_named_and_can_be_mended(reviewer):
    upload(reviewer, zones(("甲", SQUARE), ("乙", BOWTIE)))
    file = OfficialFile.objects.get()
    said = page(reviewer, file)
    assert "图形不合法：自相交" in said
    assert "可修复为 2 块" in said
    assert "还有 1 处错误，整个文件不能采用。" in said
    assert press(reviewer, "take-in", file).status_code == 409
    assert press(reviewer, "repair", file).status_code == 302
    assert press(reviewer, "take-in", file).status_code == 302
    assert Zone.objects.count() == 2


def test_a_file_of_the_wrong_kind_is_told_on_the_form_and_nothing_is_kept(reviewer):
    answer = upload(reviewer, b"\x89PNG\r\n", name="图层.gpkg")
    assert answer.status_code == 409
    assert "后缀与内容不符" in words(answer)
    assert not OfficialFile.objects.exists()


def test_a_division_file_that_drops_a_county_with_outlets_says_which_and_is_not_taken_in(reviewer):
    outlet = build.outlet(build.unit("140226"))
    datong = Unit.objects.get(code="140200")
    upload(reviewer, divisions(datong, drop="140226"), name="区划.csv", subject="units")
    file = OfficialFile.objects.get()
    said = page(reviewer, file)
    assert "文件不再列出此区划，但还有 1 个排污口登记在此" in said
    assert outlet.name in said
    assert "区划变更表中没有去向，请先补登变更" in said
    assert press(reviewer, "take-in", file).status_code == 409
    assert build.unit("140226").valid_to is None


def test_a_file_left_aside_stays_in_the_list(reviewer):
    upload(reviewer, zones(("甲", SQUARE)))
    file = OfficialFile.objects.get()
    assert press(reviewer, "drop", file).status_code == 302
    assert "已放弃" in words(reviewer.get(reverse("web:places")))


def test_a_file_of_another_city_does_not_exist(reviewer):
    upload(reviewer, zones(("甲", SQUARE)))
    file = OfficialFile.objects.get()
    stranger = people.client(Role.REVIEWER, build.unit("419001"))
    assert stranger.get(reverse("web:places-file", args=[file.pk])).status_code == 404
    assert press(stranger, "take-in", file).status_code == 404
    assert press(reviewer, "nothing", file).status_code == 404


@pytest.mark.parametrize("name", ["source", "day", "file"])
def test_what_makes_a_file_official_is_asked_for(reviewer, name):
    answer = upload(reviewer, zones(("甲", SQUARE)), **{name: ""})
    assert answer.status_code == 200
    assert not OfficialFile.objects.exists()


def test_outlets_are_exported_as_shapes_from_the_list(reviewer):
    build.outlet(build.unit("140213"))
    said = reviewer.get(reverse("web:outlets")).content.decode()
    for form, suffix in (("gpkg", "gpkg"), ("geojson", "geojson"), ("shp", "zip"), ("kml", "kml")):
        assert f"as={form}" in said
        answer = reviewer.get(reverse("web:outlets-export"), {"as": form})
        assert answer.status_code == 200
        assert answer.filename.endswith(f".{suffix}")
        assert b"".join(answer.streaming_content)


def test_a_file_of_shapes_goes_through_the_wizard(reviewer):
    clerk = people.client(Role.CLERK, build.unit("140200"))
    row = (SQUARE.centroid, {"县区": "平城区", "排口名称": "大同市平城区甲厂工矿企业排污口", "受纳水体": "御河"})
    sent = {"file": SimpleUploadedFile("台账.gpkg", shapes.gpkg(row))}
    answer = clerk.post(reverse("web:imports"), sent)
    assert answer.status_code == 302
    said = words(clerk.get(answer.url))
    assert "经度" in said
    assert "113.31" in said


def test_while_outlets_are_placed_the_page_says_how_far_it_is(reviewer, monkeypatch):
    monkeypatch.setattr(placing, "AT_ONCE", 0)
    build.outlet(build.unit("140213"))
    upload(reviewer, zones(("甲园区", SQUARE)))
    file = OfficialFile.objects.get()
    press(reviewer, "take-in", file)
    assert "正在重新计算排污口所在区域：0 / 1 个" in page(reviewer, file)
    placing.place_waiting(at=timezone.now())
    assert "正在重新计算" not in page(reviewer, file)


def test_a_shape_that_crosses_itself_is_drawn_whole(reviewer):
    upload(reviewer, zones(("乙", BOWTIE)))
    file = OfficialFile.objects.get()
    answer = reviewer.get(reverse("web:places-file", args=[file.pk]), {"feature": file.changes.get().pk})
    drawn = re.findall(r'<path d="(M[\d. L]+)"', answer.content.decode())[-1]
    assert len(set(drawn.removeprefix("M").split("L"))) == 4
