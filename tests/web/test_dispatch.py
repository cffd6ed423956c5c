"""交办: the pages on which work is handed out, answered, returned, closed, urged and coordinated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.stages.dispatch import actions
from qingyuan.stages.dispatch.models import Meeting, WorkItem
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus
from tests import build
from tests.stages.dispatch import bodies
from tests.web.people import client_of, words

CLAUSE = "大同 四(十二)"
SUPPORTING = ("大同市水务局", "大同市住房和城乡建设局", "大同市规划和自然资源局", "大同市工业和信息化局")


@pytest.fixture
def country(db):
    build.country()


@pytest.fixture
def city(country):
    return build.unit("140200")


@pytest.fixture
def datong(city):
    """The city's bureaus; the counties have not registered theirs yet."""
    return bodies.bureaus("140200", bodies.DATONG_BUREAUS)


def browser(body, role=Role.REVIEWER):
    return client_of(build.officer(role, body.unit, body=body))


def issued(city, by_body, *, clause=CLAUSE, subject="完善链条信息共享", **more) -> WorkItem:
    officer = bodies.officer_of(by_body)
    on = more.pop("on", timezone.localdate())
    return actions.issue(
        kind=more.pop("kind", ItemKind.TASK),
        subject=subject,
        unit=city,
        clause=clause,
        on=on,
        by=officer,
        at=timezone.now(),
        **more,
    )


def post(client, item, act, part=None, **given):
    version = WorkItem.objects.get(pk=item.pk).version
    address = f"/dispatch/{item.pk}/acts/{act}" + (f"?part={part.pk}" if part else "")
    return client.post(address, {"version": version, "on": timezone.localdate().isoformat()} | given)


def part_of(item, body):
    return item.parts.get(body=body)


def test_the_page_shows_to_whom_it_will_go_before_it_is_sent_and_sending_twice_is_one(datong):
    office = browser(datong["大同市生态环境局"])
    page = office.get("/dispatch/new", {"clause": CLAUSE})
    said = words(page)
    for name in ("市水务局", "市城市管理局", "平城区人民政府", "尚未登记该单位", "本条名单没有“等”"):
        assert name in said, name
    assert WorkItem.objects.count() == 0
    asked = {
        "key": page.context["key"],
        "unit": "140200",
        "kind": "task",
        "clause": CLAUSE,
        "subject": "完善链条信息共享",
        "text": "",
        "outlets": "",
        "due": "",
        "on": timezone.localdate().isoformat(),
    }
    first, second = office.post("/dispatch/new", asked), office.post("/dispatch/new", asked)
    assert first.status_code == 302
    assert first.url == second.url
    item = WorkItem.objects.get()
    assert item.due is not None
    assert {part.name for part in item.parts.filter(part="supporting", body__isnull=False)} == {
        "市水务局",
        "市住房和城乡建设局",
        "市规划和自然资源局",
        "市工业和信息化局",
    }
    assert "已交办" in words(office.get(first.url))


@pytest.mark.clause("DT-158")
@pytest.mark.parametrize("name", SUPPORTING)
def test_a_supporting_bureau_uploads_evidence_and_cannot_close_and_is_told_why(datong, city, name):
    item = issued(city, datong["大同市生态环境局"])
    office = browser(datong[name])
    page = words(office.get(f"/dispatch/{item.pk}"))
    assert "配合单位" in page
    part = part_of(item, datong[name])
    paper = SimpleUploadedFile("共享清单.pdf", b"%PDF-1.4 " + name.encode(), "application/pdf")
    answer = post(office, item, "feedback", part, text="已接入四类对象", paper=paper)
    assert answer.status_code == 302
    page = office.get(f"/dispatch/{item.pk}")
    given = part.feedbacks.get()
    assert f"/dispatch/{item.pk}/feedback/{given.pk}" in page.content.decode()
    file = office.get(f"/dispatch/{item.pk}/feedback/{given.pk}")
    assert b"".join(file.streaming_content).endswith(name.encode())

    reason = next(one.reason for one in page.context["buttons"] if one.label == "办结")
    assert reason.code == "access.supporting_only"
    assert "是配合单位，可以反馈，不能办结" in words(page)
    assert "disabled>办结</button>" in page.content.decode()
    assert post(office, item, "close", note="").status_code == 403
    assert WorkItem.objects.get(pk=item.pk).status != ItemStatus.CLOSED


def test_a_body_that_answers_for_it_closes_once_everybody_has_fed_back(datong, city):
    item = issued(city, datong["大同市生态环境局"])
    ecology, urban = datong["大同市生态环境局"], datong["大同市城市管理局"]
    office = browser(ecology)
    post(office, item, "feedback", part_of(item, ecology), text="已完成")
    page = office.get(f"/dispatch/{item.pk}")
    assert "尚有 1 个单位未反馈（市城市管理局）" in words(page)
    assert post(office, item, "close", note="").status_code == 409
    post(browser(urban), item, "feedback", part_of(item, urban), text="已完成")
    assert "各单位均已反馈，可以办结" in words(office.get("/"))
    assert post(office, item, "close", note="资料齐全").status_code == 302
    assert WorkItem.objects.get(pk=item.pk).status == ItemStatus.CLOSED
    page = words(office.get(f"/dispatch/{item.pk}"))
    assert "已办结" in page
    assert "重新打开" in page
    assert post(office, item, "reopen", reason="数据有误", due="").status_code == 302
    assert WorkItem.objects.get(pk=item.pk).status == ItemStatus.OPEN


def test_a_return_stands_beside_the_feedback_and_comes_back_as_a_duty_and_a_notice(datong, city):
    ecology, urban = datong["大同市生态环境局"], datong["大同市城市管理局"]
    item = issued(city, ecology)
    office, other = browser(ecology), browser(urban)
    assert "反馈办理情况" in words(other.get("/"))
    part = part_of(item, urban)
    post(other, item, "feedback", part, text="已接入")
    assert "反馈办理情况" not in words(other.get("/"))
    assert post(office, item, "return", part, reason="缺少名录").status_code == 302
    assert "退回" in words(other.get(f"/dispatch/{item.pk}"))
    assert "缺少名录" in words(other.get(f"/dispatch/{item.pk}"))
    assert "反馈被退回，补充后重新反馈" in words(other.get("/"))
    assert "反馈被退回，请补充后重新反馈" in words(other.get("/notices/"))


def test_what_was_written_meanwhile_is_not_overwritten(datong, city):
    ecology = datong["大同市生态环境局"]
    item = issued(city, ecology)
    office = browser(ecology)
    stale = {"version": item.version, "on": timezone.localdate().isoformat(), "text": "第一次"}
    part = part_of(item, ecology)
    address = f"/dispatch/{item.pk}/acts/feedback?part={part.pk}"
    assert office.post(address, stale).status_code == 302
    assert office.post(address, stale | {"text": "第二次"}).status_code == 409
    assert part.feedbacks.count() == 1


def test_nobody_feeds_back_for_another_body(datong, city):
    item = issued(city, datong["大同市生态环境局"])
    office = browser(datong["大同市水务局"])
    other = part_of(item, datong["大同市城市管理局"])
    answer = post(office, item, "feedback", other, text="代为反馈")
    assert answer.status_code == 403
    assert "本项由市城市管理局反馈" in words(answer)


def test_the_list_shows_what_is_overdue_first_and_my_bodys_share(datong, city):
    ecology, water = datong["大同市生态环境局"], datong["大同市水务局"]
    today = timezone.localdate()
    early = today - timedelta(days=40)
    late = issued(city, ecology, subject="早先的事", on=early, due=today - timedelta(days=10))
    new = issued(city, ecology, subject="今天的事")
    alone = issued(city, ecology, subject="水务局无关的事", clause="大同 三(三)")
    office = browser(water)
    page = office.get("/dispatch/")
    assert [item.pk for item in page.context["rows"]] == [late.pk, alone.pk, new.pk]
    assert "已逾期" in words(page)
    supporting = office.get("/dispatch/", {"view": "supporting"})
    assert {item.pk for item in supporting.context["rows"]} == {late.pk, new.pk}
    assert list(office.get("/dispatch/", {"view": "responsible"}).context["rows"]) == []
    assert [one.pk for one in office.get("/dispatch/", {"due": "overdue"}).context["rows"]] == [late.pk]
    assert [one.pk for one in office.get("/dispatch/", {"clause": "大同 三(三)"}).context["rows"]] == [alone.pk]
    assert [one.pk for one in office.get("/dispatch/", {"body": "城市管理", "q": "今天"}).context["rows"]] == [new.pk]
    counted = {value: number for value, _label, number, _address in page.context["statuses"]}
    assert counted[""] == 3


def test_pages_of_the_list_follow_each_other_without_gap_or_double(datong, city):
    ecology, today = datong["大同市生态环境局"], timezone.localdate()
    early = today - timedelta(days=40)
    made = {
        issued(
            city,
            ecology,
            clause="大同 三(三)",
            subject=f"第{number}件",
            on=early,
            due=today + timedelta(days=3 if number % 2 else -3),
        ).pk
        for number in range(6)
    }
    from qingyuan.web.dispatch import filters

    who, seen, after = bodies.officer_of(ecology), [], ""
    while True:
        rows = filters.found(filters.Asked(), who, path="1402", on=today)
        page, after = filters.page(rows, on=today, after=after, size=2)
        seen += [item.pk for item in page]
        if not after:
            break
    assert len(seen) == 6
    assert set(seen) == made
    assert [WorkItem.objects.get(pk=pk).due < today for pk in seen] == [True] * 3 + [False] * 3


def test_passing_down_says_to_whom_first_and_the_roll_up_stands_on_the_item(country):
    anyang = bodies.anyang()
    office = browser(anyang["安阳市生态环境局"])
    item = issued(build.unit("410500"), anyang["安阳市生态环境局"], clause="", responsible=[anyang["安阳市水利局"]])
    page = office.get(f"/dispatch/{item.pk}/acts/pass-down")
    assert "将下达到" in words(page)
    assert post(office, item, "pass-down", due="").status_code == 302
    page = office.get(f"/dispatch/{item.pk}")
    assert page.context["below"].total == len(page.context["children"]) > 0
    assert "个下级事项中 0 个已反馈" in words(page)


@pytest.mark.clause("JY-94")
@pytest.mark.parametrize("name", [*bodies.JIYUAN_OFFICES][1:])
def test_the_coordinating_office_sees_what_is_overdue_in_every_town_and_urges(country, name):
    offices = bodies.bureaus("419001", bodies.JIYUAN_OFFICES)
    towns = bodies.governments("419001", level=4, function=F.TOWN)
    unit, today = build.unit("419001"), timezone.localdate()
    issuer = bodies.officer_of(offices["济源示范区生态环境局"])
    made = [
        actions.issue(
            kind=ItemKind.TASK,
            subject=f"{town.name}整治辖区排污口",
            unit=unit,
            responsible=[town],
            due=today - timedelta(days=2),
            on=today - timedelta(days=30),
            by=issuer,
            at=timezone.now(),
        )
        for town in towns.values()
    ]
    assert made, "the place has towns"
    office = browser(offices[name], Role.LEADER)
    clerk = browser(made[0].parts.get().body, Role.CLERK)
    page = office.get("/dispatch/board")
    assert {line.body_id for line, _place in page.context["lines"]} == {town.pk for town in towns.values()}
    for town in towns.values():
        assert town.name in words(page)
    first = made[0]
    answer = office.post("/dispatch/board/urge", {"item": [first.pk], "text": "本周内办结"}, follow=True)
    assert "已督促 1 个事项" in words(answer)
    assert first.urgings.get().text == "本周内办结"
    office.post("/dispatch/board/urge", {"item": [first.pk], "text": "再按一次"})
    assert first.urgings.count() == 1
    assert f"催办：{first.subject}" in words(clerk.get("/notices/"))


def test_an_issue_stands_on_the_board_until_it_is_settled_and_waits_for_the_coordinator(datong, city):
    ecology = datong["大同市生态环境局"]
    office = browser(ecology)
    item = issued(city, ecology, clause="", kind=ItemKind.ISSUE, subject="管网归属不清", responsible=[ecology])
    assert "管网归属不清：提出协调意见" in words(office.get("/"))
    assert "管网归属不清" in words(office.get("/dispatch/board"))
    assert post(office, item, "decide", text="由市城市管理局牵头厘清", due="").status_code == 302
    assert "管网归属不清：提出协调意见" not in words(office.get("/"))
    assert "由市城市管理局牵头厘清" in words(office.get("/dispatch/board"))


def test_a_meeting_is_recorded_and_its_decisions_become_items_that_the_outlet_shows(datong, city):
    outlet = build.outlet(build.unit("140213"), name="平城区三号口")
    office, owner = browser(datong["大同市生态环境局"]), browser(datong["大同市水务局"])
    page = office.get("/dispatch/meetings/new")
    mechanism = page.context["form"].fields["mechanism"].choices[0][0]
    given = {
        "key": page.context["key"],
        "unit": "140200",
        "rows": "3",
        "mechanism": mechanism,
        "title": "联席会议",
        "on": timezone.localdate().isoformat(),
        "minutes": SimpleUploadedFile("纪要.pdf", b"%PDF-1.4 minutes", "application/pdf"),
        "d0-text": "核实三号口来水",
        "d0-owners": "大同市水务局",
        "d0-outlets": "平城区三号口",
        "d0-due": (timezone.localdate() + timedelta(days=10)).isoformat(),
        "d1-text": "通报进展",
    }
    answer = office.post("/dispatch/meetings/new", given)
    assert answer.status_code == 302
    meeting = Meeting.objects.get()
    page = words(office.get(answer.url))
    assert "核实三号口来水" in page
    assert "没有责任单位，只作记录" in page
    item = meeting.decisions.get(number=1).item
    assert "核实三号口来水" in words(office.get(f"/outlets/{outlet.pk}"))
    assert "平城区三号口" in words(office.get(f"/dispatch/{item.pk}"))
    assert b"".join(office.get(f"{answer.url}/minutes").streaming_content) == b"%PDF-1.4 minutes"
    assert "新交办" in words(owner.get("/notices/"))


def test_a_decision_with_a_day_and_no_owner_is_asked_for_one(datong):
    office = browser(datong["大同市生态环境局"])
    page = office.get("/dispatch/meetings/new")
    answer = office.post(
        "/dispatch/meetings/new",
        {
            "rows": "1",
            "mechanism": page.context["form"].fields["mechanism"].choices[0][0],
            "title": "会议",
            "on": timezone.localdate().isoformat(),
            "d0-text": "限期完成",
            "d0-due": timezone.localdate().isoformat(),
        },
    )
    assert answer.status_code == 409
    assert "请写明责任单位，或选择条款" in words(answer)
    more = office.post("/dispatch/meetings/new", {"rows": "3", "more": "1", "d0-text": "保留的内容"})
    assert len(more.context["decisions"]) == 6
    assert "保留的内容" in more.content.decode()


def test_a_body_that_was_not_registered_is_named_later(datong, city):
    item = issued(city, datong["大同市生态环境局"])
    office = browser(datong["大同市生态环境局"])
    part = item.parts.filter(body=None).first()
    page = words(office.get(f"/dispatch/{item.pk}"))
    assert "尚未登记该单位" in page
    made = bodies.government(build.unit("140213"))
    answer = post(office, item, "name-body", part, bodies=made.name)
    assert answer.status_code == 302
    assert item.parts.get(pk=part.pk).body == made


def test_out_of_scope_an_item_does_not_exist(datong, city):
    item = issued(city, datong["大同市生态环境局"])
    elsewhere = client_of(build.officer(Role.REVIEWER, build.unit("410500")))
    assert elsewhere.get(f"/dispatch/{item.pk}").status_code == 404
    assert elsewhere.get(f"/dispatch/{item.pk}/acts/close").status_code == 404
    assert elsewhere.post("/dispatch/board/urge", {"item": [item.pk]}).status_code == 404
