"""The pages of 规范化: the list, the checklist, the file, the board, and confirming several at once."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.lifecycle import Stage
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, Facility
from tests import build
from tests.stages.standardisation.standing import complete, retained
from tests.web.people import client, words


@pytest.fixture(autouse=True)
def country(db):
    build.country()


def press(browser, outlet, name, **given):
    """Fill in the form of an act and send it."""
    outlet.refresh_from_db()
    address = reverse("web:standardisation-act", args=[outlet.pk, name]) + given.pop("query", "")
    asked = browser.get(address)
    key = re.search(r'name="key" value="(\w+)"', asked.content.decode())
    sent = {"version": outlet.version, "key": key.group(1) if key else "", "on": timezone.localdate().isoformat()}
    return browser.post(address, {**sent, **given})


def paper():
    return SimpleUploadedFile("材料.txt", "材料".encode())


def test_the_list_shows_what_each_outlet_lacks_and_the_checklist_names_it():
    outlet = retained("吉林")
    browser = client(Role.REVIEWER, outlet.unit)
    said = words(browser.get("/standardisation/"))
    assert outlet.name in said
    assert "监测采样点" in said
    page = words(browser.get(f"/outlets/{outlet.pk}/standardisation"))
    assert "视频监控或实时监控" in page
    assert "吉林 二(七)" in page
    assert "规范化建设还有未完成的项目" in page


def test_a_facility_a_check_and_a_paper_are_entered_on_the_page_and_the_double_press_does_nothing():
    outlet = retained("新绛", type_key="GY.enterprise_storm")
    browser = client(Role.REVIEWER, outlet.unit)
    answer = press(browser, outlet, "facility", kind="gate", place="出水口", state="in_use")
    assert answer.status_code == 302
    gate = Facility.objects.get()
    assert press(browser, outlet, "file", query=f"?of={gate.pk}", paper=paper()).status_code == 302
    assert press(browser, outlet, "gate", query=f"?of={gate.pk}", is_open="1").status_code == 302
    assert press(browser, outlet, "check", item="setting", result="done").status_code == 302
    assert press(browser, outlet, "paper", section="monitoring", title="监测报告", paper=paper()).status_code == 302
    entry = ArchiveEntry.objects.get()
    page = words(browser.get(f"/outlets/{outlet.pk}/archive"))
    assert "监测报告" in page
    download = browser.get(reverse("web:archive-paper", args=[outlet.pk, entry.sha256]))
    assert b"".join(download.streaming_content) == "材料".encode()
    assert browser.get(reverse("web:archive-paper", args=[outlet.pk, "0" * 64])).status_code == 404
    assert press(browser, outlet, "withdraw", query=f"?of={entry.pk}").status_code == 302
    gate.refresh_from_db()
    assert gate.is_open
    assert gate.filed_on
    assert words(browser.get(f"/outlets/{outlet.pk}/standardisation")).count("出水口闸阀") >= 2


def test_the_file_is_exported_as_pdf_and_as_a_pack():
    outlet = complete(retained("大同"))
    browser = client(Role.CLERK, outlet.unit)
    pdf = b"".join(browser.get(f"/outlets/{outlet.pk}/archive.pdf").streaming_content)
    assert pdf.startswith(b"%PDF")
    pack = b"".join(browser.get(f"/outlets/{outlet.pk}/archive.zip").streaming_content)
    assert "archive.json" in zipfile.ZipFile(io.BytesIO(pack)).namelist()


def test_several_are_confirmed_after_a_page_that_says_exactly_what_will_happen():
    ready, lacking = complete(retained("大同")), retained("大同")
    browser = client(Role.REVIEWER, ready.unit)
    chosen = [f"{one.pk}:{one.version}" for one in (ready, lacking)]
    asked = browser.post("/standardisation/confirm", {"chosen": chosen})
    said = words(asked)
    assert "选中 2 个：1 个将确认规范化" in said
    assert "编码" in said
    signed = re.search(r'name="signed" value="([^"]+)"', asked.content.decode()).group(1)
    for _twice in range(2):
        assert browser.post("/standardisation/confirm", {"signed": signed}).status_code == 302
    ready.refresh_from_db()
    lacking.refresh_from_db()
    assert (ready.stage, lacking.stage) == (Stage.STANDARDISED, Stage.RETAINED)
    owner = build.body(ready.unit)
    assert press(browser, ready, "supervise", owner=owner.name, paper=paper()).status_code == 302
    ready.refresh_from_db()
    assert ready.stage == Stage.SUPERVISED


def test_the_board_adds_up_and_each_count_opens_its_list():
    for stage in (Stage.SURVEYED, Stage.TRACING, Stage.PROBLEM, Stage.RETAINED, Stage.RETAINED):
        build.outlet(build.unit("140213"), stage=stage)
    build.outlet(build.unit("140214"), stage=Stage.VERIFIED)
    browser = client(Role.LEADER, build.unit("140200"))
    answer = browser.get("/work/")
    board = answer.context["board"]
    assert [stage.name for stage in board.stages] == ["排查", "溯源", "整治", "规范管理"]
    assert board.whole.counts == (2, 1, 1, 2)
    assert board.whole.total == sum(row.total for row in board.rows) == 6
    for line in answer.context["lines"]:
        for cell in line.cells:
            if cell.url:
                assert browser.get(cell.url).content.decode().count("data-row") == cell.number
    assert "大同 序言" in words(answer)
