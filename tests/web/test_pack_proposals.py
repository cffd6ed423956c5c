"""自定义规则 and 试算 at the desk: handing in, the faults, the second officer, the versions, and what would change."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from qingyuan.core.access import Role
from qingyuan.core.zones import ZoneKind
from qingyuan.places.models import Layer
from qingyuan.rulebook import queries
from qingyuan.rulebook.models import PackProposal, PackVersion
from tests import build
from tests.boards.test_what_if import STORM, typed
from tests.rulebook.test_proposals import NAME, own
from tests.web.people import client, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def country(db):
    build.country()


def desk(role=Role.REVIEWER, code="140213"):
    return client(role, build.unit(code))


def hand_in(browser, files: dict[str, str], code: str = "140213"):
    sent = [SimpleUploadedFile(name, text.encode()) for name, text in files.items()]
    given = {"files": sent, "wanted_from": "2099-01-01", "reason": "本地文件"}
    return browser.post(f"/rules/proposals?unit={code}", given, follow=True)


def test_a_pack_is_handed_in_by_one_and_put_in_force_by_another(country):
    page = hand_in(desk(), own())
    assert "待审定" in words(page)
    assert "演示 一" in words(page)
    made = PackProposal.objects.get()
    waiting = desk(Role.LEADER).get(f"/rules/proposals/{made.pk}")
    assert "每个排污口" in words(waiting) or NAME in words(waiting)
    day = timezone.localdate().isoformat()
    done = desk(Role.LEADER).post(f"/rules/proposals/{made.pk}/approve", {"from_day": day}, follow=True)
    assert f"已审定，自 {day} 起施行。" in words(done)
    assert queries.policy_for("140213", on=timezone.localdate()).parameters[NAME].clause == "演示 一"
    again = desk(Role.LEADER).post(f"/rules/proposals/{made.pk}/approve", {"from_day": day})
    assert again.status_code == 409
    assert PackVersion.objects.filter(pack="140213-own").count() == 1


def test_the_buttons_say_why_they_are_grey_to_who_handed_it_in(country):
    browser = desk(Role.ADMINISTRATOR)
    hand_in(browser, own())
    made = PackProposal.objects.get()
    page = words(browser.get(f"/rules/proposals/{made.pk}"))
    assert "提交人不能审定自己提交的政策包，须由另一名人员审定。" in page
    refused = browser.post(f"/rules/proposals/{made.pk}/approve", {"from_day": "2099-01-01"})
    assert refused.status_code == 409
    assert "您没有在此办理“审定政策包”的权限。" in words(desk().get(f"/rules/proposals/{made.pk}"))
    gone = browser.post(f"/rules/proposals/{made.pk}/withdraw", follow=True)
    assert "已撤回" in words(gone)


def test_a_faulty_upload_shows_file_key_and_reason_and_stays_out_of_force(country):
    browser = desk()
    page = words(hand_in(browser, own("storm_outlets.may_be_merged_or_blocked", "true")))
    assert "检查未通过" in page
    assert "own.yaml storm_outlets.may_be_merged_or_blocked" in page
    assert "锁定的参数不得改动" in page
    inspector = words(browser.get("/rules/packs"))
    assert "有 1 处问题，未收入" in inspector
    assert "锁定的参数不得改动" in inspector
    assert not PackVersion.objects.filter(pack="140213-own").exists()


def test_a_day_that_lies_back_needs_its_reason_and_a_rejection_too(country):
    hand_in(desk(), own())
    made = PackProposal.objects.get()
    leader = desk(Role.LEADER)
    assert leader.post(f"/rules/proposals/{made.pk}/approve", {"from_day": "2024-01-01"}).status_code == 409
    assert leader.post(f"/rules/proposals/{made.pk}/reject", {"reason": ""}).status_code == 409
    sent_back = leader.post(f"/rules/proposals/{made.pk}/reject", {"reason": "缺少文件"}, follow=True)
    assert "缺少文件" in words(sent_back)
    assert leader.post(f"/rules/proposals/{made.pk}/approve", {"from_day": "2099-01-01"}).status_code == 409


def test_one_setting_is_proposed_from_the_page_of_the_parameter(country):
    browser = desk()
    name = "signin.password_days"
    assert (
        f"/rules/setting?unit=140213&amp;on={timezone.localdate()}&amp;name={name}"
        in browser.get("/rules/", {"name": name, "unit": "140213"}).content.decode()
    )
    address = f"/rules/setting?unit=140213&name={name}"
    assert "90" in words(browser.get(address))
    given = {"value": "很久", "clause": "局务会", "status": "read", "from_day": "2099-01-01", "reason": "明确"}
    assert "应为整数" in words(browser.post(address, given))
    page = words(browser.post(address, {**given, "value": "60"}, follow=True))
    assert "平城区原来没有自己的政策包" in page
    assert "60" in page
    locked = browser.get("/rules/", {"name": "storm_outlets.may_be_merged_or_blocked", "unit": "140213"})
    assert "另提取值" not in words(locked)
    assert "另提取值：" in words(desk(Role.CLERK).get("/rules/", {"name": name}))


def test_the_versions_of_a_pack_stand_side_by_side(country):
    reviewer, leader = desk(), desk(Role.LEADER)
    day = timezone.localdate().isoformat()
    for clause in ("演示 一", "演示 二"):
        hand_in(reviewer, own(clause=clause))
        newest = PackProposal.objects.latest("pk")
        leader.post(f"/rules/proposals/{newest.pk}/approve", {"from_day": day})
    one, two = PackVersion.objects.filter(pack="140213-own").order_by("pk")
    page = words(leader.get("/rules/packs/140213-own", {"from": one.sha256, "to": two.sha256}))
    assert "演示 一" in page
    assert "演示 二" in page
    assert "取值不变" in page
    assert leader.get("/rules/packs/no-such").status_code == 404


def test_unset_is_said_once_when_two_units_are_compared(country):
    page = desk().get("/rules/compare", {"unit": "140213", "with": "419001"})
    assert "未作规定 未作规定" not in words(page)


@pytest.fixture
def jiyuan(country):
    """济源 with an enterprise of two rain outlets."""
    here = build.unit("419001")
    Layer.objects.create(kind=ZoneKind.PARK, unit=here, loaded_at=build.LONG_AGO, source="演示")
    firm = build.body(here)
    return [typed(here, firm, "GY.enterprise_storm") for _n in range(2)]


def test_jiyuan_under_datong_says_which_outlets_would_exceed_and_leads_to_them(jiyuan):
    browser = desk(Role.CLERK, "419001")
    asked = {"unit": "419001", "on": "2024-06-01", "by": "140200"}
    page = browser.get("/rules/what-if", asked)
    said = words(page)
    assert "济源市的 2 个排污口按大同市的规则判断：" in said
    assert "按“园区外工矿企业雨洪排口上限”（大同 三(六)第二段）：2 个由“允许”变为“超出”。" in said
    rows = browser.get("/rules/what-if/rows", {**asked, "rule": STORM, "now": "no", "then": "yes"})
    assert all(one.name in words(rows) for one in jiyuan)
    csv = browser.get("/rules/what-if/export", {**asked, "as": "csv", "rule": STORM}).content.decode("utf-8-sig")
    assert csv.count("超出") == 2
    book = load_workbook(io.BytesIO(browser.get("/rules/what-if/export", {**asked, "rule": STORM}).content))
    assert [row[6].value for row in book.active.iter_rows(min_row=2)] == ["超出", "超出"]


def test_under_its_own_rules_nothing_changes_and_without_a_choice_one_is_offered(jiyuan):
    browser = desk(Role.CLERK, "419001")
    assert "没有变化" in words(browser.get("/rules/what-if", {"by": "419001"}))
    assert "选一处别的规则" in words(browser.get("/rules/what-if"))
    assert browser.get("/rules/what-if", {"by": "nowhere"}).status_code == 404
    assert browser.get("/rules/what-if", {"proposal": "99999"}).status_code == 404
    assert browser.get("/rules/what-if", {"day": "never"}).status_code == 404


def test_a_proposal_can_be_tried_before_it_is_approved(country):
    here = build.unit("140213")
    Layer.objects.create(kind=ZoneKind.PARK, unit=here, loaded_at=build.LONG_AGO, source="演示")
    typed(here, build.body(here), "GY.enterprise_storm")
    hand_in(desk(), own("outside_park.max_storm_outlets", "0", since="2024-01-01"))
    made = PackProposal.objects.get()
    assert made.state == "waiting", made.faults
    page = desk(Role.LEADER).get("/rules/what-if", {"proposal": made.pk, "on": date(2024, 6, 1).isoformat()})
    assert "1 个由“允许”变为“超出”" in words(page)
    assert desk(Role.LEADER, "419001").get("/rules/what-if", {"proposal": made.pk}).status_code == 404
