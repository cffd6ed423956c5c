"""规范化建设, 一口一档 and the work board as the five schemes ask for them, each by the way an officer goes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qingyuan.access.queries import actor_of
from qingyuan.boards.archive.queries import archive_of
from qingyuan.boards.tasks import queries as tasks
from qingyuan.core import sealing
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.archive import Section
from qingyuan.core.duties import Duty
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Paper, Stage
from qingyuan.exchange import queries as exchange
from qingyuan.registry import actions as register
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.standardisation import queries as boards
from qingyuan.stages.standardisation.actions import standardising
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind
from tests import build
from tests.clauses import plans_here as here
from tests.library import photos
from tests.stages.standardisation.standing import BY, complete, facility, retained
from tests.stages.tracing.cases import DAY, office, place
from tests.web.people import client_of, words


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def one_per_scheme(**clauses: str):
    """A case for each scheme, with the clause it shows."""
    return [pytest.param(name, marks=pytest.mark.clause(clause), id=name) for name, clause in clauses.items()]


def reviewer(scheme: str, function: F = F.ECOLOGY) -> Client:
    """Somebody of the local ecology body who confirms."""
    body = office(place(scheme), function)
    return client_of(build.officer(Role.REVIEWER, place(scheme), body=body))


def confirm(browser: Client, outlet: Outlet):
    """Press 确认规范化 on the page."""
    version = Outlet.objects.get(pk=outlet.pk).version
    address = reverse("web:standardisation-act", args=[outlet.pk, "confirm"])
    return browser.post(address, {"version": version, "on": timezone.localdate().isoformat()})


def stage_of(outlet: Outlet) -> str:
    return Outlet.objects.get(pk=outlet.pk).stage


NAMES = {
    "naming": "命名",
    "code": "编码",
    "signboard": "标识牌",
    "access": "采样和检查通道便于到达",
    "setting": "排污口设置符合相关规范",
    "visible": "口门明显",
    "photos": "一口一档",
}
OPEN = {"济源": "access", "安阳": "signboard", "新绛": "visible", "大同": "code", "吉林": "sampling_point"}


def refused_until_done(scheme: str, leave: str, name: str) -> None:
    """With one item open the page refuses and names it; with it done the same press succeeds."""
    outlet = complete(retained(scheme), leave=leave)
    browser = reviewer(scheme)
    refused = confirm(browser, outlet)
    assert refused.status_code == 409
    assert name in words(refused)
    assert stage_of(outlet) == Stage.RETAINED
    button = words(browser.get(f"/outlets/{outlet.pk}/standardisation"))
    assert f"规范化建设还有未完成的项目： {name}" in button or name in button
    close(outlet, leave)
    assert confirm(browser, outlet).status_code == 302
    assert stage_of(outlet) == Stage.STANDARDISED


def close(outlet: Outlet, item: str) -> None:
    """Do the one item that was left."""
    outlet.refresh_from_db()
    if item == FacilityKind.SAMPLING_POINT:
        facility(outlet, FacilityKind.SAMPLING_POINT)
    elif item in {"code", "signboard"}:
        _close_of_register(outlet, item)
    else:
        standardising.check_item(outlet, item=item, result=CheckResult.DONE, **BY)


def _close_of_register(outlet: Outlet, item: str) -> None:
    if item == "code":
        code = f"FJ-{outlet.unit_path[:6]}-{outlet.pk:04d}-GY-00"
        register.take_code(outlet, code=code, as_national=True, **BY)
    else:
        register.file_paper(outlet, kind=Paper.SIGNBOARD_PHOTO, sha256=build.paper(), **BY)


@pytest.mark.parametrize("scheme", one_per_scheme(济源="JY-70", 安阳="AY-53", 新绛="XJ-53", 大同="DT-92", 吉林="JL-70"))
def test_one_required_item_open_refuses_and_is_named(scheme):
    names = {"sampling_point": "监测采样点", **NAMES}
    refused_until_done(scheme, OPEN[scheme], names[OPEN[scheme]])


@pytest.mark.parametrize("scheme", one_per_scheme(济源="JY-73", 安阳="AY-55", 新绛="XJ-61", 吉林="JL-83"))
def test_without_the_photograph_of_the_erected_board_nothing_is_standardised(scheme):
    outlet = complete(retained(scheme), leave="signboard")
    browser = reviewer(scheme)
    assert browser.post(f"/outlets/{outlet.pk}/signs/design").status_code == 302
    board = boards.sign_of(outlet)
    assert {"name", "code", "party", "qr"} <= {row["key"] for row in board.content}
    address = f"/signboards/{board.pk}/acts/"
    assert browser.post(f"{address}print", {"version": board.version}).status_code == 302
    board.refresh_from_db()
    where = {"longitude": str(outlet.longitude_deg), "latitude": str(outlet.latitude_deg)}
    refused = browser.post(f"{address}erect", {"version": board.version, **where})
    assert refused.status_code == 409
    assert "请上传立牌后的照片" in words(refused)
    no = confirm(browser, outlet)
    assert no.status_code == 409
    assert "标识牌" in words(no)
    assert stage_of(outlet) == Stage.RETAINED
    photo = SimpleUploadedFile("a.jpg", photos.photo(outlet.pk, at=datetime(2024, 6, 1, 9, 0)), "image/jpeg")
    assert browser.post(f"{address}erect", {"version": board.version, "photo": photo, **where}).status_code == 302
    board.refresh_from_db()
    assert board.photo_sha256
    assert (board.photo_longitude_deg, board.photo_latitude_deg) == (outlet.longitude_deg, outlet.latitude_deg)
    assert confirm(browser, outlet).status_code == 302
    assert stage_of(outlet) == Stage.STANDARDISED


@pytest.mark.clause("JY-14")
def test_jiyuan_an_open_archive_refuses_by_the_name_of_what_is_missing():
    outlet = complete(retained("济源"), leave="code")
    answer = confirm(reviewer("济源"), outlet)
    assert answer.status_code == 409
    assert "国家编码" in words(answer)
    assert stage_of(outlet) == Stage.RETAINED


@pytest.mark.clause("JL-82")
def test_jilin_asks_the_code_the_sampling_point_and_the_video_by_name():
    outlet = retained("吉林")
    said = words(confirm(reviewer("吉林"), outlet))
    for name in ("编码", "监测采样点", "视频监控或实时监控", "标识牌", "一口一档"):
        assert name in said
    assert stage_of(outlet) == Stage.RETAINED


@pytest.mark.parametrize("scheme", one_per_scheme(济源="JY-72", 安阳="AY-54"))
def test_a_failed_norm_item_refuses_and_is_named(scheme):
    outlet = complete(retained(scheme))
    standardising.check_item(outlet, item="setting", result=CheckResult.FAILED, reason="口门没于水下", **BY)
    answer = confirm(reviewer(scheme), outlet)
    assert answer.status_code == 409
    assert "排污口设置符合相关规范" in words(answer)
    assert "口门没于水下" in words(answer)
    standardising.check_item(outlet, item="setting", result=CheckResult.DONE, **BY)
    assert confirm(reviewer(scheme), outlet).status_code == 302


@pytest.mark.clause("DT-102")
def test_a_county_account_of_datong_cannot_confirm_without_code_and_archive():
    outlet = retained("大同")
    county = client_of(build.officer(Role.REVIEWER, place("大同")))
    answer = confirm(county, outlet)
    assert answer.status_code == 409
    assert "编码" in words(answer)
    assert "一口一档" in words(answer)
    assert stage_of(outlet) == Stage.RETAINED


@pytest.mark.clause("XJ-62")
def test_in_xinjiang_only_the_branch_confirms():
    outlet = complete(retained("新绛"))
    town = build.body(outlet.unit, kind=BodyKind.GOVERNMENT, functions=(F.GOVERNMENT,))
    for officer in (
        build.officer(Role.REVIEWER, outlet.unit, body=town),
        build.officer(Role.CLERK, outlet.unit),
    ):
        answer = confirm(client_of(officer), outlet)
        assert answer.status_code == 403
    refused = confirm(client_of(build.officer(Role.REVIEWER, outlet.unit, body=town)), outlet)
    assert "市生态环境局新绛分局" in words(refused)
    assert "新绛 三(六)" in words(refused)
    assert stage_of(outlet) == Stage.RETAINED
    assert confirm(reviewer("新绛"), outlet).status_code == 302
    assert stage_of(outlet) == Stage.STANDARDISED


@pytest.mark.clause("JL-16")
def test_what_is_not_standardised_is_counted_and_its_daily_tasks_still_run():
    outlet = retained("吉林")
    officer = build.officer(Role.REVIEWER, place("吉林"), body=office(place("吉林"), F.ECOLOGY))
    browser = client_of(officer)
    board = browser.get("/work/")
    assert board.context["board"].awaiting == 1
    assert "待规范化： 1" in words(board)
    listed = words(browser.get("/standardisation/"))
    assert outlet.name in listed
    waiting = tasks.waiting(build_actor(officer), on=timezone.localdate(), path=place("吉林").path)
    assert Duty.STANDARDISE in {count.duty for count in waiting.counts}
    register.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name="maintenance_done",
        value=False,
        source="日常巡查",
        **BY,
    )
    again = tasks.waiting(build_actor(officer), on=timezone.localdate(), path=place("吉林").path)
    assert {Duty.STANDARDISE, Duty.PARTY_DUTY} <= {count.duty for count in again.counts}


def build_actor(officer):
    return actor_of(officer, on=timezone.localdate())


@pytest.mark.parametrize("scheme", one_per_scheme(济源="JY-12", 新绛="XJ-60", 大同="DT-100", 吉林="JL-86"))
def test_the_file_of_an_outlet_names_every_section_and_exports_as_one_set(scheme):
    outlet = retained(scheme)
    browser = client_of(build.officer(Role.CLERK, outlet.unit))
    page = words(browser.get(f"/outlets/{outlet.pk}/archive"))
    for name in ("排查", "溯源", "责任主体", "整治方案", "验收销号", "设置审核或备案", "监测", "照片"):
        assert name in page
    for missing in ("国家编码", "照片", "监测报告（由人工归入）"):
        assert missing in page
    assert "是否完成登记建档： 否" in page.replace("档 ：", "档：")
    pack = b"".join(browser.get(f"/outlets/{outlet.pk}/archive.zip").streaming_content)
    assert sealing.verify(pack).whole
    names = zipfile.ZipFile(io.BytesIO(pack)).namelist()
    assert {"archive.pdf", "archive.json", "manifest.json"} <= set(names)
    papers = archive_of(Outlet.objects.select_related("unit", "water").get(pk=outlet.pk), on=DAY).papers
    assert sum(name.startswith("papers/") for name in names) == len(papers) > 0
    assert {part.standing.section for part in archive_of(outlet, on=DAY).parts} == set(Section)


@pytest.mark.clause("DT-205")
def test_the_column_of_annex_1_is_computed_from_the_file():
    outlet = complete(retained("大同"))
    retained("大同")
    out = io.BytesIO()
    exchange.export_outlets(out, "annex1", by=CONSOLE, on=DAY, unit=build.unit("140200"))
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    heads = [cell.value for cell in sheet[2]]
    column = heads.index("是否完成登记建档")
    said = {row[6].value: row[column].value for row in sheet.iter_rows(min_row=4)}
    assert said[outlet.name] == "是"
    assert sorted(said.values()) == ["否", "是"]


@pytest.mark.clause("DT-02")
def test_the_board_of_datong_shows_the_four_stages_for_each_county():
    for stage, county in (
        (Stage.SURVEYED, "140213"),
        (Stage.TRACING, "140213"),
        (Stage.REMEDIATING, "140214"),
        (Stage.RETAINED, "140214"),
        (Stage.CLOSED, "140214"),
    ):
        build.outlet(build.unit(county), stage=stage)
    answer = client_of(build.officer(Role.LEADER, build.unit("140200"))).get("/work/")
    board = answer.context["board"]
    assert [stage.name for stage in board.stages] == ["排查", "溯源", "整治", "规范管理"]
    rows = {row.unit.code: row.counts for row in board.rows if row.unit is not None}
    assert rows["140213"] == (1, 1, 0, 0)
    assert rows["140214"] == (0, 0, 2, 1)
    assert board.whole.counts == (1, 1, 2, 1)
    assert re.search("排查.*溯源.*整治.*规范管理", words(answer))


@pytest.mark.clause("AY-03")
def test_the_board_of_anyang_has_survey_and_remediation_above_all():
    build.outlet(build.unit("410502"), stage=Stage.SURVEYED)
    answer = client_of(build.officer(Role.LEADER, build.unit("410500"))).get("/work/")
    assert answer.context["board"].groups == (("排查", 2), ("整治", 2))
    assert "安阳 一(一)" in words(answer)


@pytest.mark.clause("AY-03")
def test_every_plan_of_anyang_cites_its_legal_or_technical_basis():
    found = here.listed("安阳")
    assert here.refused(here.try_submit("安阳", found, basis=None))["code"] == "remediation.plan_basis"
    assert here.try_submit("安阳", found, basis="HJ 1309—2023 第五章").status_code == 200
    page = client_of(build.officer(Role.REVIEWER, found.outlet.unit)).get(f"/remediation/{found.pk}/")
    assert "HJ 1309—2023 第五章" in words(page)
