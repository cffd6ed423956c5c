"""The pages of campaigns: set up, planned, walked, closed, finished, walked again; why a button is grey."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.places.models import Unit
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import PartKind
from qingyuan.stages.survey.actions import plans, segments
from qingyuan.stages.survey.models import Campaign, Segment, Track
from qingyuan.stages.survey.words import Bank, CampaignState
from tests import build
from tests.api.asking import Caller, program
from tests.stages.survey import campaigns as made
from tests.stages.survey.campaigns import DAY, NOON
from tests.web.people import client_of, words

TODAY = timezone.localdate


@pytest.fixture
def country(db):
    build.country()


def browser(people, role=Role.CLERK):
    """Another officer of the leading body."""
    return client_of(build.officer(role, people.unit, body=people.body))


def post(client, campaign, name, /, **given):
    campaign.refresh_from_db()
    return client.post(
        f"/survey/{campaign.pk}/acts/{name}", {"version": campaign.version, "on": TODAY().isoformat(), **given}
    )


def geojson(people) -> SimpleUploadedFile:
    line = {"type": "LineString", "coordinates": made.river(people).tolist()}
    feature = {"type": "Feature", "properties": {"name": "河线"}, "geometry": line}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    return SimpleUploadedFile("官方河线.geojson", content)


def gpx(points) -> SimpleUploadedFile:
    fixes = "".join(
        f'<trkpt lon="{lon}" lat="{lat}"><time>{datetime.fromtimestamp(at, UTC).isoformat()}</time></trkpt>'
        for lon, lat, at, _accuracy in points
    )
    return SimpleUploadedFile(
        "走.gpx", f'<?xml version="1.0"?><gpx version="1.1"><trk><trkseg>{fixes}</trkseg></trk></gpx>'.encode()
    )


COMPLETE = [
    pytest.param("济源", marks=pytest.mark.clause("JY-05", "JY-33")),
    pytest.param("安阳", marks=pytest.mark.clause("AY-15")),
    pytest.param("新绛", marks=pytest.mark.clause("XJ-13")),
    pytest.param("大同", marks=pytest.mark.clause("DT-11")),
    pytest.param("吉林", marks=pytest.mark.clause("JL-32")),
]


@pytest.mark.parametrize("scheme", COMPLETE)
def test_with_nine_of_ten_segments_closed_the_button_is_grey_and_names_the_tenth(country, scheme):
    people = made.crew(scheme)
    campaign = made.started(people)
    rows = made.rows(campaign)
    for segment in rows[:9]:
        made.done(people, segment)
    made.walk(people, rows[9])
    client = browser(people)
    page = words(client.get(f"/survey/{campaign.pk}"))
    assert "岸段 10 尚未完成。" in page
    told = post(client, campaign, "finish")
    assert told.status_code == 409
    assert "岸段 10 尚未完成。" in words(told)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.STARTED
    made.levels(people, rows[9])
    rows[9].refresh_from_db()
    segments.close_segment(rows[9], has_outlets=False, by=people.walker, on=DAY, at=NOON)
    assert post(client, campaign, "finish").status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


@pytest.mark.clause("JY-09")
def test_a_pond_or_a_segment_nobody_surveyed_is_listed(country):
    people = made.crew("济源")
    campaign = made.started(people, waters=[build.water("蟒河"), build.water("演示塘坝")])
    for segment in made.rows(campaign)[:9]:
        made.done(people, segment)
    client = browser(people)
    page = words(client.get(f"/survey/{campaign.pk}"))
    assert "演示塘坝没有划分岸段。" in page
    assert "岸段 10 尚未完成。" in page
    assert post(client, campaign, "finish").status_code == 409


@pytest.mark.clause("XJ-15")
def test_a_segment_without_a_track_keeps_the_campaign_from_finishing_and_is_named(country):
    people = made.crew("新绛")
    campaign = made.started(people)
    rows = made.rows(campaign)
    for segment in rows[:9]:
        made.done(people, segment)
    made.levels(people, rows[9])
    client = browser(people)
    closing = client.post(
        f"/survey/segments/{rows[9].pk}/acts/close",
        {"version": Segment.objects.get(pk=rows[9].pk).version, "on": TODAY().isoformat(), "has_outlets": "no"},
    )
    assert closing.status_code == 409
    told = post(client, campaign, "finish")
    assert (told.status_code, "岸段 10 没有踏勘轨迹。" in words(told)) == (409, True)
    assert "新绛 二(一)" in words(told)


@pytest.mark.clause("JL-33")
def test_a_segment_with_neither_outlets_nor_a_stated_absence_keeps_it_from_finishing(country):
    people = made.crew("吉林")
    campaign = made.started(people)
    rows = made.rows(campaign)
    for segment in rows[:9]:
        made.done(people, segment)
    made.walk(people, rows[9])
    made.levels(people, rows[9])
    client = browser(people)
    assert "岸段 10 既没有排口也没有写明无排口。" in words(client.get(f"/survey/{campaign.pk}"))
    assert post(client, campaign, "finish").status_code == 409
    version = Segment.objects.get(pk=rows[9].pk).version
    given = {"version": version, "on": TODAY().isoformat(), "has_outlets": "yes"}
    told = client.post(f"/survey/segments/{rows[9].pk}/acts/close", given)
    assert (told.status_code, "没有登记排污口或线索" in words(told)) == (409, True)
    told = client.post(f"/survey/segments/{rows[9].pk}/acts/close", given | {"has_outlets": "no"})
    assert told.status_code == 302
    assert post(client, campaign, "finish").status_code == 302


def setting_up(people, **more):
    return {
        "title": "排查专项",
        "kind": "survey",
        "waters": [str(build.water(people.scheme.water).pk)],
        "starts_on": TODAY().isoformat(),
        "ends_on": TODAY().isoformat(),
        "unit": people.unit.code,
        "key": "press",
        **more,
    }


@pytest.mark.clause("XJ-12")
def test_a_campaign_without_a_named_technical_team_and_its_members_is_refused(country):
    people = made.crew("新绛")
    client = browser(people)
    team = {"team_name": "专业队", "team_members": "甲某", "team_technical": "on"}
    for given in ({}, {"team_name": "专业队", "team_technical": "on"}, team | {"team_technical": ""}):
        told = client.post("/survey/new", setting_up(people, **given))
        assert told.status_code == 409
        assert not Campaign.objects.exists()
    assert "专业技术团队" in words(told)
    assert client.post("/survey/new", setting_up(people, **team)).status_code == 302
    assert client.post("/survey/new", setting_up(people, **team)).status_code in (302, 409)
    assert [one.name for one in Campaign.objects.get().teams.get().members.all()] == ["甲某"]


@pytest.mark.parametrize(
    "scheme",
    [pytest.param("安阳", marks=pytest.mark.clause("AY-14")), pytest.param("吉林", marks=pytest.mark.clause("JL-31"))],
)
def test_the_three_levels_stand_on_each_segment_and_the_third_waits_for_the_second(country, scheme):
    people = made.crew(scheme)
    segment = made.rows(made.started(people))[0]
    client = browser(people)
    page = words(client.get(f"/survey/segments/{segment.pk}"))
    for level in ("一级：资料与遥感", "二级：徒步", "三级：攻坚"):
        assert level in page

    def hard():
        version = Segment.objects.get(pk=segment.pk).version
        given = {"version": version, "on": TODAY().isoformat(), "level": 3, "result": "none"}
        return client.post(f"/survey/segments/{segment.pk}/acts/level", given)

    told = hard()
    assert (told.status_code, "尚无二级（徒步）结果" in words(told)) == (409, True)
    made.levels(people, segment, result="doubtful")
    assert hard().status_code == 302


@pytest.mark.parametrize(
    "scheme",
    [pytest.param("大同", marks=pytest.mark.clause("DT-15")), pytest.param("吉林", marks=pytest.mark.clause("JL-30"))],
)
def test_without_an_approved_plan_the_start_is_grey(country, scheme):
    people = made.crew(scheme)
    campaign = made.drafted(people)
    made.cut(people, campaign)
    client = browser(people)
    sentence = "本地方案要求先制定并审定排查溯源实施方案"
    assert sentence in words(client.get(f"/survey/{campaign.pk}"))
    told = post(client, campaign, "start")
    assert (told.status_code, sentence in words(told)) == (409, True)
    made.plan(people, campaign)
    second = browser(people, Role.REVIEWER)
    assert post(second, campaign, "approve-plan").status_code == 302
    assert post(client, campaign, "start").status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.STARTED


@pytest.mark.clause("JL-29")
def test_a_plan_without_a_procedure_is_refused_and_the_procedure_named(country):
    people = made.crew("吉林")
    campaign = made.drafted(people)
    plan = {
        "paper": SimpleUploadedFile("方案.pdf", b"plan"),
        "procedures": ["排查", "溯源", "分类", "整治"],
        "roadmap": "先干流后支流",
        "timetable": f"排查，徒步排查，{made.LAST}，{people.body.name}",
    }
    assert post(browser(people), campaign, "file-plan", **plan).status_code == 302
    second = browser(people, Role.REVIEWER)
    assert "方案缺少工作程序：监测。" in words(second.get(f"/survey/{campaign.pk}"))
    told = post(second, campaign, "approve-plan")
    assert (told.status_code, "方案缺少工作程序：监测。" in words(told)) == (409, True)


def test_segments_are_cut_from_an_uploaded_line_and_a_track_fills_them(country):
    people = made.crew("济源")
    campaign = made.drafted(people)
    client = browser(people)
    given = {"water": str(build.water("蟒河").pk), "bank": "left", "piece_m": 1000, "file": geojson(people)}
    assert post(client, campaign, "cut", **given).status_code == 302
    assert Segment.objects.filter(campaign=campaign).count() == 10
    assert post(client, campaign, "assign", numbers="1-10", team=campaign.teams.get().pk).status_code == 302
    assert post(client, campaign, "start").status_code == 302
    first = made.rows(campaign)[0]
    told = client.post(
        f"/survey/segments/{first.pk}/acts/track", {"file": gpx(made.steps(first)), "key": str(made.NAMESPACE)}
    )
    assert told.status_code == 302
    again = client.post(
        f"/survey/segments/{first.pk}/acts/track", {"file": gpx(made.steps(first)), "key": str(made.NAMESPACE)}
    )
    assert again.status_code == 302
    assert Track.objects.count() == 1
    first.refresh_from_db()
    assert first.covered_m == first.length_m
    page = client.get(f"/survey/{campaign.pk}")
    assert 'data-segment="10"' in page.content.decode()
    assert "data-geometry" in page.content.decode()
    assert "缺口" in words(client.get("/survey/coverage"))


def test_a_track_in_the_middle_of_the_river_is_given_to_its_bank_on_the_page_and_by_the_api(country):
    people = made.crew("大同")
    campaign = made.drafted(people)
    made.cut(people, campaign, km=1, banks=(Bank.LEFT, Bank.RIGHT))
    made.plan(people, campaign)
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    client = browser(people)
    post(client, campaign, "start")
    left, right = made.rows(campaign)
    page = words(client.get(f"/survey/{campaign.pk}"))
    assert "没有未归入岸段的轨迹" in page
    stray = made.walk(people, left, segment_id=None, points=made.steps(left, off_deg=0.00001))
    told = post(client, campaign, "place-track", track=str(stray.client_id), number=99)
    assert (told.status_code, "本专项没有这个岸段号" in words(told)) == (409, True)
    assert post(client, campaign, "place-track", track=str(stray.client_id), number=right.number).status_code == 302
    right.refresh_from_db()
    assert right.covered_m == right.length_m
    assert "没有未归入岸段的轨迹" in words(client.get(f"/survey/{campaign.pk}"))
    address = f"campaigns/{campaign.key}/tracks/{stray.client_id}/place"
    caller = Caller(program(Role.CLERK, people.unit)[1])
    again = caller.post(address, json={"segment": right.pk})
    assert (again.status_code, again.json()["segment"]) == (200, right.pk)
    elsewhere = Caller(program(Role.CLERK, build.unit("410502"))[1])
    assert elsewhere.post(address, json={"segment": left.pk}).status_code == 404


def test_a_file_that_is_no_track_is_turned_away_with_a_sentence(country):
    people = made.crew("济源")
    first = made.rows(made.started(people))[0]
    client = browser(people)
    for content, sentence in (
        (b"lon,lat\n1,2", "不是 GPX 或 GeoJSON"),
        (b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "不允许的声明"),
        (b"<gpx><trk>", "不完整"),
        (b'{"type": "FeatureCollection", "features": []}', "没有轨迹点"),
    ):
        given = {"file": SimpleUploadedFile("x.gpx", content)}
        told = client.post(f"/survey/segments/{first.pk}/acts/track", given)
        assert (told.status_code, sentence in words(told)) == (409, True), sentence
    assert not Track.objects.exists()


LEADS = [
    pytest.param("济源", "419001", F.TOWN, marks=pytest.mark.clause("JY-32"), id="JY-32"),
    pytest.param("济源", "419001", F.ECOLOGY, marks=pytest.mark.clause("JY-101"), id="JY-101"),
    pytest.param("安阳", "410505", F.GOVERNMENT, marks=pytest.mark.clause("AY-102"), id="AY-102"),
    pytest.param("新绛", "140825", F.ECOLOGY, marks=pytest.mark.clause("XJ-11"), id="XJ-11"),
    pytest.param("大同", "140213", F.GOVERNMENT, marks=pytest.mark.clause("DT-10"), id="DT-10"),
    pytest.param("大同", "1402Z01", F.ZONE_COMMITTEE, id="DT-10 zone"),
    pytest.param("大同", "140200", F.HOUSING, id="DT-10 department"),
    pytest.param("吉林", "220112", F.GOVERNMENT, marks=pytest.mark.clause("JL-27"), id="JL-27"),
]


@pytest.mark.parametrize(("scheme", "code", "function"), LEADS)
def test_who_the_scheme_has_survey_sets_up_and_closes_and_others_get_403(country, scheme, code, function):
    people = made.crew(scheme)
    where = build.unit("419001001") if function is F.TOWN else build.unit(code)
    body = build.body(where, kind=BodyKind.GOVERNMENT, functions=(function,))
    other = build.body(where, kind=BodyKind.GOVERNMENT, functions=(F.COMMERCE,))
    lead = client_of(build.officer(Role.CLERK, where, body=body))
    stranger = client_of(build.officer(Role.CLERK, where, body=other))
    water = made.places_water(where, people.scheme.water)
    people.scheme = made.with_water(people.scheme, water.name)
    people.unit = where
    team = {"team_name": "专业队", "team_members": "甲某", "team_technical": "on"}
    given = setting_up(people, **team)
    assert stranger.get("/survey/new").status_code == 403
    assert stranger.post("/survey/new", given).status_code == 403
    assert lead.get("/survey/new").status_code == 200
    assert lead.post("/survey/new", given).status_code == 302
    campaign = Campaign.objects.get(key="press")
    assert campaign.lead_body == body
    assert post(stranger, campaign, "finish").status_code == 403
    assert post(stranger, campaign, "withdraw", reason="不要").status_code == 403
    assert post(lead, campaign, "withdraw", reason="重新划分").status_code == 302


def supported(people, campaign):
    """The item handed out for a campaign with the parts of its bodies."""
    client = browser(people)
    assert post(client, campaign, "start").status_code == 302
    return WorkItem.objects.get(key=f"survey:{campaign.pk}")


SUPPORT = [
    pytest.param("新绛", {"新绛县住建局": F.HOUSING, "新绛县水利局": F.WATER, "新绛县工信科技局": F.INDUSTRY,
                        "新绛县农业农村局": F.AGRICULTURE}, "140825", "新绛 二(一)",
                 marks=pytest.mark.clause("XJ-18"), id="XJ-18"),
    pytest.param("大同", {"大同市生态环境局": F.ECOLOGY, "大同市水务局": F.WATER, "大同市农业农村局": F.AGRICULTURE,
                        "大同市规划和自然资源局": F.RESOURCES, "大同市工业和信息化局": F.INDUSTRY}, "140200",
                 "大同 二(一)",
                 marks=pytest.mark.clause("DT-22"), id="DT-22"),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "bodies", "seat", "clause"), SUPPORT)
def test_supporting_bodies_get_an_item_bring_evidence_and_cannot_close_it(country, scheme, bodies, seat, clause):
    people = made.crew(scheme)
    where = build.unit(seat)
    named = {
        name: build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=(one,)) for name, one in bodies.items()
    }
    campaign = made.drafted(people)
    made.cut(people, campaign)
    made.plan(people, campaign)
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    item = supported(people, campaign)
    assert item.clause == clause
    for body in named.values():
        part = Part.objects.get(item=item, body=body)
        assert part.part == PartKind.SUPPORTING
        client = client_of(build.officer(Role.REVIEWER, where, body=body))
        page = words(client.get(f"/dispatch/{item.pk}"))
        assert "配合单位" in page
        paper = SimpleUploadedFile("佐证.txt", b"evidence")
        given = {"version": WorkItem.objects.get(pk=item.pk).version, "text": "已配合", "paper": paper}
        told = client.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given | {"on": TODAY().isoformat()})
        assert told.status_code == 302
        closing = {"version": WorkItem.objects.get(pk=item.pk).version, "on": TODAY().isoformat()}
        assert client.post(f"/dispatch/{item.pk}/acts/close", closing).status_code == 403
    page = words(browser(people).get(f"/survey/{campaign.pk}"))
    assert "已反馈" in page


@pytest.mark.clause("JY-105")
def test_the_bureau_supports_a_town_that_leads_and_does_not_close(country):
    people = made.crew("济源")
    bureau = people.body
    town = build.unit("419001001")
    lead = build.body(town, kind=BodyKind.GOVERNMENT, functions=(F.TOWN,))
    people.leader, people.body, people.unit = build.actor(Role.CLERK, town, body=lead), lead, town
    campaign = made.drafted(people)
    made.cut(people, campaign)
    item = supported(people, campaign)
    assert item.clause == "济源 五(二)"
    part = Part.objects.get(item=item, body=bureau)
    assert part.part == PartKind.SUPPORTING
    client = client_of(build.officer(Role.REVIEWER, bureau.unit, body=bureau))
    given = {"version": item.version, "text": "监测支持", "paper": SimpleUploadedFile("监测.txt", b"x")}
    told = client.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given | {"on": TODAY().isoformat()})
    assert told.status_code == 302
    page = words(client.get(f"/dispatch/{item.pk}"))
    assert "配合单位，可以反馈，不能办结" in page


@pytest.mark.clause("DT-17")
def test_both_bodies_a_survey_touches_have_a_linked_task_and_the_item_shows_both(country):
    people = made.crew("大同")
    city = build.unit("140200")
    water = build.body(city, name="大同市水务局", kind=BodyKind.GOVERNMENT, functions=(F.WATER,))
    housing = build.body(city, name="大同市住房和城乡建设局", kind=BodyKind.GOVERNMENT, functions=(F.HOUSING,))
    campaign = made.drafted(people)
    made.cut(people, campaign)
    made.plan(people, campaign)
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    item = supported(people, campaign)
    for body in (water, housing):
        client = client_of(build.officer(Role.REVIEWER, city, body=body))
        assert item.subject in words(client.get("/"))
        page = words(client.get(f"/dispatch/{item.pk}"))
        assert "市水务局" in page
        assert "市住房和城乡建设局" in page
        assert "待反馈" in page
    helper = client_of(build.officer(Role.REVIEWER, city, body=water))
    given = {"version": WorkItem.objects.get(pk=item.pk).version, "text": "提供取水口资料", "on": TODAY().isoformat()}
    part = Part.objects.get(item=item, body=water)
    assert helper.post(f"/dispatch/{item.pk}/acts/feedback?part={part.pk}", given).status_code == 302
    for body in (water, housing):  # each sees the state of both
        text = client_of(build.officer(Role.REVIEWER, city, body=body)).get(f"/dispatch/{item.pk}").content.decode()
        rows = re.findall(r'<tr data-part="\d+">(.*?)</tr>', text, flags=re.S)
        states = {name: row for row in rows for name in ("水务局", "住房和城乡建设局") if name in row}
        assert ("已反馈" in states["水务局"], "待反馈" in states["水务局"]) == (True, False)
        assert "待反馈" in states["住房和城乡建设局"]


@pytest.mark.clause("XJ-97")
def test_in_a_round_of_the_city_the_county_team_cooperates_and_is_tracked(country):
    county = build.body(
        build.unit("140825"), name="运城市生态环境局新绛分局", kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,)
    )
    city = build.unit("140800")
    bureau = build.body(city, name="运城市生态环境局", kind=BodyKind.GOVERNMENT, functions=(F.ECOLOGY,))
    lead = client_of(build.officer(Role.CLERK, city, body=bureau))
    given = {
        "title": "市级技术排查",
        "kind": "technical",
        "waters": [str(build.water("汾河").pk)],
        "starts_on": TODAY().isoformat(),
        "ends_on": TODAY().isoformat(),
        "unit": city.code,
        "key": "round",
        "supporting": county.name,
    }
    assert lead.post("/survey/new", given).status_code == 302
    campaign = Campaign.objects.get(key="round")
    assert county.name in words(lead.get(f"/survey/{campaign.pk}"))
    hand = {"water": str(build.water("汾河").pk), "bank": "both", "name": "新绛段", "length_m": 5000, "unit": "140825"}
    assert post(lead, campaign, "add-segment", **hand).status_code == 302
    assert post(lead, campaign, "start").status_code == 302
    item = WorkItem.objects.get(key=f"survey:{campaign.pk}")
    helper = client_of(build.officer(Role.CLERK, county.unit, body=county))
    assert item.subject in words(helper.get("/"))
    assert "待反馈" in words(lead.get(f"/survey/{campaign.pk}"))


TECHNIQUES = [
    pytest.param(
        "安阳", ("遥感监测", "水面航测", "水下探测", "机器人管道排查"), marks=pytest.mark.clause("AY-17", "AY-114")
    ),
    pytest.param("新绛", ("遥感监测", "管线排查"), marks=pytest.mark.clause("XJ-98")),
    pytest.param("吉林", ("遥感监测", "水面航测", "水下探测", "管线排查"), marks=pytest.mark.clause("JL-144")),
]


@pytest.mark.parametrize(("scheme", "known"), TECHNIQUES)
def test_a_finding_says_by_which_means_and_the_statistics_count_it(country, scheme, known):
    people = made.crew(scheme)
    segment = made.rows(made.started(people))[0]
    client = browser(people)
    page = client.get(f"/survey/segments/{segment.pk}/acts/level").content.decode()
    for one in known:
        assert f'<option value="{one}"' in page
    version = Segment.objects.get(pk=segment.pk).version
    given = {"version": version, "on": TODAY().isoformat(), "level": 1, "result": "found", "techniques": list(known)}
    assert client.post(f"/survey/segments/{segment.pk}/acts/level", given).status_code == 302
    told = client.get(f"/survey/techniques?unit={people.unit.code}").content.decode()
    for one in known:
        row = told.partition(f'data-technique="{one}"')[2].partition("</tr>")[0]
        assert "<td>1</td></tr>" in f"{row}</tr>"


@pytest.mark.clause("XJ-96")
def test_the_experience_of_the_yangtze_and_the_yellow_river_is_listed(country):
    people = made.crew("新绛")
    client = browser(people)
    assert "/survey/experience" in client.get("/survey/").content.decode()
    page = words(client.get("/survey/experience"))
    assert "长江" in page
    assert "黄河" in page
    assert "三级排查" in page


def test_a_campaign_of_another_place_does_not_exist(country):
    campaign = made.started(made.crew("济源"))
    far = browser(made.crew("吉林"))
    segment = made.rows(campaign)[0]
    for address in (f"/survey/{campaign.pk}", f"/survey/segments/{segment.pk}", f"/survey/{campaign.pk}/plan"):
        assert far.get(address).status_code == 404


def test_a_page_read_before_somebody_else_changed_it_writes_nothing(country):
    people = made.crew("济源")
    campaign = made.drafted(people)
    client = browser(people)
    told = client.post(
        f"/survey/{campaign.pk}/acts/withdraw", {"version": 99, "reason": "不要", "on": TODAY().isoformat()}
    )
    assert told.status_code == 409
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFTED


@pytest.mark.clause("DT-14")
def test_the_duty_matrix_shows_who_answers_for_survey_and_tracing(country):
    city = build.unit("140200")
    names = ("市城市管理局", "市住房和城乡建设局")
    for name, function in zip(names, (F.URBAN_MANAGEMENT, F.HOUSING), strict=True):
        build.body(city, name=f"大同{name}", kind=BodyKind.GOVERNMENT, functions=(function,))
    counties = Unit.objects.within("1402").standing().filter(level=3, kind="division")
    for county in counties:
        build.body(county, name=f"{county.name}人民政府", kind=BodyKind.GOVERNMENT, functions=(F.GOVERNMENT,))
    zone = build.unit("1402Z01")
    build.body(zone, name=f"{zone.name}管委会", kind=BodyKind.GOVERNMENT, functions=(F.ZONE_COMMITTEE,))
    reviewer = client_of(build.officer(Role.REVIEWER, city))
    page = reviewer.get(f"/oversight/?unit={city.code}").content.decode()
    rows = re.findall(r"<tr data-row[^>]*>(.*?)</tr>", page, flags=re.S)
    for name in (*names, "各县（区）人民政府", "大同经开区管委会"):
        (row,) = [one for one in rows if re.search(rf"<th[^>]*>[^<]*{name}", one)]
        assert re.search("(实施|牵头)排查", row), name
        assert "实施溯源" in row, name
    (row,) = [one for one in rows if "各县（区）人民政府" in one]
    for county in counties:
        assert county.name in row
