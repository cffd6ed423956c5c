"""The import wizard: four steps on one page, nothing enters before the last button."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qingyuan.access import actions as access
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.exchange.models import Import
from qingyuan.registry.models import Outlet
from tests import build
from tests.api.asking import caller
from tests.exchange.test_import import A, B, row
from tests.exchange.workbooks import HEADER, xlsx
from tests.places_data import build_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def datong(db):
    build.country()
    build_units(outlines=True)


def signed_in(role: Role = Role.CLERK, code: str = "140200") -> Client:
    client = Client()
    officer = build.officer(role, build.unit(code))
    access.set_password(officer, text="Qingyuan-2026", min_length=8, kinds=3, by=CONSOLE, at=timezone.now())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, data: bytes, name: str = "台账.xlsx", **more):
    return client.post(reverse("web:imports"), {"file": SimpleUploadedFile(name, data), **more})


def page(client: Client, batch: Import, **asked: object) -> str:
    answer = client.get(reverse("web:import", args=[batch.pk]), asked)
    assert answer.status_code == 200, answer.content[:500]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def post(client: Client, name: str, batch: Import, **sent: object):
    return client.post(reverse(f"web:{name}", args=[batch.pk]), sent)


def test_a_file_goes_in_by_four_steps_and_out_by_one(datong):
    client = signed_in()
    assert upload(client, xlsx(HEADER, A, B, row(county="平阳县", name="丙排污口"))).status_code == 302
    batch = Import.objects.get()
    assert "入河排污口名称" in page(client, batch)
    assert post(client, "import-columns", batch).status_code == 302
    said = page(client, batch)
    assert "入库：新增 2，更新 0，无变化 0，退回 1" in said
    assert Outlet.objects.count() == 0
    post(client, "import-take-in", batch)
    assert Outlet.objects.count() == 2
    assert "撤销本次导入" in page(client, batch)
    post(client, "import-undo", batch)
    assert Outlet.objects.standing().count() == 0


def test_a_finding_names_its_cell_and_its_suggestion_is_taken_by_a_button(datong):
    client = signed_in()
    upload(client, xlsx(HEADER, row(name="甲厂工矿企业排污口"), B))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    said = page(client, batch, code="name.county_part")
    assert "D2" in said
    assert "大同市平城区甲厂工矿企业排污口" in said
    finding = batch.findings.get(code="name.county_part")
    post(client, "import-accept", batch, finding=finding.pk, code=finding.code)
    assert batch.lines.get(number=2).values["name"] == "大同市平城区甲厂工矿企业排污口"


def test_all_suggestions_of_a_kind_are_taken_at_once_and_a_finding_may_be_skipped(datong):
    client = signed_in()
    upload(client, xlsx(HEADER, row(lon=A[5], lat=A[4]), [*B[:4], B[5], B[4], *B[6:]]))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    assert "全部接受这类（2 处）" in page(client, batch, code="coordinate.order")
    post(client, "import-accept", batch, code="coordinate.order")
    batch.refresh_from_db()
    assert batch.counts["new"] == 2


def test_a_misplaced_point_is_shown_on_a_small_map_with_where_the_row_says(datong):
    client = signed_in()
    upload(client, xlsx(HEADER, row(lon="111.200000", lat="35.600000")))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    finding = batch.findings.get(code="coordinate.outside_unit")
    said = page(client, batch, code=finding.code, finding=finding.pk)
    assert "111.2" in said
    assert "行内所写的县（市、区）" in said


def test_another_column_may_be_chosen_for_a_field(datong):
    client = signed_in()
    upload(client, xlsx(["甲", "乙", "丙", "丁"], [A[3], A[4], A[5], "平城区"]))
    batch = Import.objects.get()
    chosen = {"column-0": "name", "column-1": "longitude", "column-2": "latitude", "column-3": "county"}
    post(client, "import-columns", batch, **chosen)
    batch.refresh_from_db()
    assert batch.counts["new"] == 1
    doubled = post(client, "import-columns", batch, **(chosen | {"column-3": "name"}))
    assert doubled.status_code == 409


def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(datong):
    answer = upload(signed_in(), b"PK\x03\x04 not a workbook")
    assert answer.status_code == 409
    assert "已损坏" in answer.content.decode()
    assert Import.objects.count() == 0


def test_refused_rows_are_handed_back_with_their_reasons(datong):
    client = signed_in()
    upload(client, xlsx(HEADER, row(county="平阳县"), B))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    lines = client.get(reverse("web:import-refused", args=[batch.pk])).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("2,")
    assert "平阳县" in lines[1]
    program = caller(Role.CLERK, build.unit("140200"))
    same = b"".join(program.get(f"imports/{batch.pk}/refused").streaming_content).decode("utf-8-sig").splitlines()
    assert same == lines, "the page and the program get the same file"


def test_refused_rows_keep_the_columns_that_were_not_read(datong):
    client = signed_in()
    upload(client, xlsx([*HEADER, "本县备注"], [*row(county="平阳县"), "＋原样"], [*B, "好"]))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    header, line = client.get(reverse("web:import-refused", args=[batch.pk])).content.decode("utf-8-sig").splitlines()
    assert header == ",".join(["行号", "退回原因", *HEADER, "本县备注"])
    assert line.endswith(",'＋原样")


def test_a_program_that_read_an_import_before_a_step_must_read_it_again(datong):
    upload(signed_in(), xlsx(HEADER, A))
    batch = Import.objects.get()
    program = caller(Role.CLERK, build.unit("140200"))
    read = program.get(f"imports/{batch.pk}")
    columns = {"columns": read.json()["mapping"]}
    assert program.post(f"imports/{batch.pk}/columns", json=columns).status_code == 428
    judged = program.post(f"imports/{batch.pk}/columns", json=columns, etag=read["ETag"])
    assert (judged.status_code, judged.json()["counts"]["new"]) == (200, 1)
    assert program.post(f"imports/{batch.pk}/take-in", json={}, etag=read["ETag"]).status_code == 412
    assert not Outlet.objects.exists()
    assert program.post(f"imports/{batch.pk}/take-in", json={}, etag=judged["ETag"]).status_code == 200
    assert Outlet.objects.count() == 1


def test_a_register_under_way_is_brought_in_with_its_source(datong):
    client = signed_in()
    assert "按阶段带入须附来源台账" in upload(client, xlsx(HEADER, A), stage="verified").content.decode()
    upload(client, xlsx(HEADER, A), stage="verified", source=SimpleUploadedFile("来源.xlsx", b"source"))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    post(client, "import-take-in", batch)
    assert Outlet.objects.get().stage == Stage.VERIFIED


def test_who_stands_elsewhere_does_not_see_the_import_and_a_leader_may_not_import(datong):
    upload(signed_in(), xlsx(HEADER, A))
    batch = Import.objects.get()
    other = signed_in(Role.CLERK, "140800")
    for name in ("import", "import-progress", "import-refused"):
        assert other.get(reverse(f"web:{name}", args=[batch.pk])).status_code == 404
    for name in ("import-columns", "import-accept", "import-skip", "import-take-in", "import-undo"):
        assert post(other, name, batch).status_code == 404
    assert signed_in(Role.LEADER).get(reverse("web:imports")).status_code == 403


def test_progress_is_a_fragment_that_ends_by_itself(datong):
    client = signed_in()
    upload(client, xlsx(HEADER, A))
    batch = Import.objects.get()
    post(client, "import-columns", batch)
    answer = client.get(reverse("web:import-progress", args=[batch.pk]), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    Import.objects.update(state="taking")
    assert "every 1s" in client.get(reverse("web:import-progress", args=[batch.pk])).content.decode()
