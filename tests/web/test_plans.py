"""实施方案登记: who must file, who is overdue on a day, what is approved and what is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import Refused
from qingyuan.ledger.models import Entry
from qingyuan.stages.reporting import actions, queries
from qingyuan.stages.reporting.filers import scheme_for
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan
from tests import build
from tests.web.people import client, words

APRIL = date(2023, 4, 20)
FIRST_OF_MAY = date(2023, 5, 1)


@pytest.fixture
def country(db):
    build.country()


def scheme(code):
    found = scheme_for(build.unit(code), on=timezone.localdate())
    assert found is not None
    return found


def filed(code, *, on=APRIL, parts=None, by=CONSOLE):
    asked = scheme(code)
    return actions.file_plan(
        queries.filer_of(asked, f"unit:{build.unit(code).path}"),
        asked,
        title="入河排污口监督管理实施方案",
        sha256=build.paper(),
        issued_on=on,
        parts=asked.offered if parts is None else parts,
        on=on,
        by=by,
        at=build.recorded(on),
    )


def standing(page, key):
    text = page.content.decode()
    row = text[text.index(f'data-filer="{key}"') :]
    return row[row.index('data-standing="') + 15 :].split('"')[0]


@pytest.mark.clause("JL-132")
def test_a_city_of_jilin_without_a_plan_on_the_first_of_may_is_overdue(country):
    filed("220100")
    page = client(Role.REVIEWER, build.unit("220000")).get("/plans/?on=2023-05-01")
    assert page.status_code == 200
    assert "2023-04-30" in words(page)
    assert "吉林 四(十三)" in words(page)
    assert standing(page, "unit:2201") == "filed"
    assert standing(page, "unit:2202") == standing(page, "unit:2224") == "overdue"
    assert "逾期 已 1 天" in words(page)
    on_the_day = client(Role.REVIEWER, build.unit("220000")).get("/plans/?on=2023-04-30")
    assert standing(on_the_day, "unit:2202") == "missing", "the last day is in time"
    before = client(Role.REVIEWER, build.unit("220000")).get("/plans/?on=2023-04-19")
    assert standing(before, "unit:2201") == standing(before, "unit:2202") == "missing"


@pytest.mark.clause("DT-160")
def test_in_datong_county_zone_and_department_are_overdue_after_the_day_the_city_decided(country):
    city = build.unit("140200")
    build.body(city, name="测试住建局", kind=BodyKind.GOVERNMENT, functions=(BodyFunction.HOUSING,))
    browser = client(Role.REVIEWER, city)
    page = browser.get("/plans/")
    assert "方案未定日期" in words(page)
    assert standing(page, "unit:140213") == "missing"
    answer = browser.post("/plans/due", {"day": "2023-06-30", "reason": "市生态环境保护委员会办公室通知"})
    assert answer.status_code == 302
    filed("140213", on=date(2023, 6, 20))
    page = browser.get("/plans/")
    assert "大同市自定，方案未定日期" in words(page)
    zone = next(line.filer.key for line in queries.register(scheme("140200"), on=build.DAY) if "Z" in line.filer.key)
    for key in ("unit:140212", zone, "department:housing"):
        assert standing(page, key) == "overdue"
    assert standing(page, "unit:140213") == "filed"
    assert Entry.objects.filter(kind="decision", act="decision.make").count() == 1
    again = browser.post("/plans/due", {"day": "2023-06-30", "reason": "同一通知"})
    assert again.status_code == 302
    assert Entry.objects.filter(kind="decision", act="decision.make").count() == 1
    browser.post("/plans/due", {"day": timezone.localdate().isoformat(), "reason": "延期通知"})
    tomorrow = timezone.localdate() + timedelta(days=1)
    for key in ("unit:140212", zone, "department:housing"):
        assert standing(browser.get("/plans/"), key) == "missing", "the last day is in time"
        assert standing(browser.get(f"/plans/?on={tomorrow}"), key) == "overdue"


def test_a_day_the_scheme_sets_cannot_be_set_otherwise(country):
    answer = client(Role.REVIEWER, build.unit("220000")).post("/plans/due", {"day": "2023-12-31"})
    assert answer.status_code == 409
    assert "方案已定报送期限，不能另定。" in words(answer)


@pytest.mark.clause("JL-134")
def test_a_city_plan_without_a_supervision_part_is_not_approved(country):
    plan = filed("220100", parts=["目标任务", "分类整治"])
    browser = client(Role.REVIEWER, build.unit("220000"))
    page = browser.get(f"/plans/{plan.pk}")
    assert "方案缺少“监督管理”部分，不能通过。" in words(page)
    answer = browser.post(f"/plans/{plan.pk}/approve", {"version": plan.version})
    assert answer.status_code == 409
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED
    assert (
        browser.post(f"/plans/{plan.pk}/refuse", {"version": plan.version, "reason": "请补监督管理部分"}).status_code
        == 302
    )
    whole = filed("220100", on=date(2023, 4, 25))
    assert whole.number == 2
    assert browser.post(f"/plans/{whole.pk}/approve", {"version": whole.version}).status_code == 302
    assert standing(browser.get("/plans/"), "unit:2201") == "approved"


def test_a_city_files_its_plan_itself_and_pressing_twice_makes_one(country):
    browser = client(Role.CLERK, build.unit("220100"))
    address = f"{reverse('web:plan-file')}?filer=unit:2201"
    assert browser.get(address).status_code == 200
    for _press in range(2):
        browser.post(
            address,
            {
                "filer": "unit:2201",
                "title": "长春市实施方案",
                "issued_on": "2023-04-20",
                "parts": ["监督管理"],
                "file": SimpleUploadedFile("方案.pdf", b"%PDF-1.4 plan"),
            },
        )
    (plan,) = SubordinatePlan.objects.all()
    assert plan.parts == ["监督管理"]
    assert Entry.objects.filter(kind="plan", act="plan.file").count() == 1
    assert client(Role.CLERK, build.unit("220200")).get(f"/plans/{plan.pk}").status_code == 404
    assert b"%PDF-1.4 plan" in b"".join(browser.get(f"/plans/{plan.pk}/document").streaming_content)


def test_who_filed_a_plan_does_not_approve_it(country):
    reviewer = build.actor(Role.REVIEWER, build.unit("220000"))
    plan = filed("220100", by=reviewer)
    with pytest.raises(Refused, match="报送人不能审核"):
        actions.approve_plan(plan, scheme("220000"), on=APRIL, by=reviewer, at=build.NOON)


def test_a_county_sees_its_own_line_only_and_no_other_unit_files_for_it(country):
    page = words(client(Role.CLERK, build.unit("140213")).get("/plans/"))
    assert "平城区" in page
    assert "新荣区" not in page
    answer = client(Role.CLERK, build.unit("140213")).get("/plans/file?filer=unit:140212")
    assert answer.status_code == 404


def test_where_no_pack_asks_for_plans_the_page_says_so(country):
    assert "没有要求下级报送实施方案" in words(client(Role.CLERK, build.unit("419001")).get("/plans/"))
