"""Who may open a campaign, what it must have, and what must be done before it may be called finished."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.refusal import Refused
from qingyuan.stages.survey import finishing
from qingyuan.stages.survey.actions import campaigns, plans, segments
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.words import CampaignState, LevelResult
from tests import build
from tests.stages.survey import campaigns as made
from tests.stages.survey.campaigns import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def country():
    build.country()


def refusal(act) -> object:
    """The refusal of an act that must be refused."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.refusal


@pytest.mark.parametrize("scheme", ["济源", "安阳", "新绛", "大同", "吉林"])
def test_nine_of_ten_segments_do_not_finish_a_campaign(scheme):
    people = made.crew(scheme)
    campaign = made.started(people)
    rows = made.rows(campaign)
    assert len(rows) == 10
    for segment in rows[:9]:
        made.done(people, segment)
    campaign.refresh_from_db()
    no = refusal(lambda: campaigns.finish(campaign, by=people.leader, on=DAY, at=NOON))
    found = {one.code: one.sentence for one in finishing.missing(campaign, on=DAY)}
    assert no.code == "survey.no_track"
    assert found["survey.no_track"] == "岸段 10 没有踏勘轨迹。"
    assert found["survey.segments_open"] == "岸段 10 尚未完成。"
    assert found["survey.no_result"] == "岸段 10 既没有排口也没有写明无排口。"
    assert "岸段 10" in found["survey.share"]
    made.done(people, rows[9])
    assert campaigns.finish(campaign, by=people.leader, on=DAY, at=NOON).state == CampaignState.FINISHED


def test_a_water_of_the_campaign_without_segments_is_named():
    people = made.crew("济源")
    campaign = made.started(people, waters=[build.water("蟒河"), build.water("演示塘坝")])
    for segment in made.rows(campaign):
        made.done(people, segment)
    campaign.refresh_from_db()
    no = refusal(lambda: campaigns.finish(campaign, by=people.leader, on=DAY, at=NOON))
    assert no.code == "survey.water_uncut"
    assert no.sentence == "演示塘坝没有划分岸段。"


def test_a_segment_without_outlets_must_say_so_and_one_with_outlets_must_not():
    people = made.crew("吉林")
    campaign = made.started(people)
    segment = made.rows(campaign)[0]
    made.walk(people, segment)
    made.levels(people, segment)
    segment.refresh_from_db()
    no = refusal(lambda: segments.close_segment(segment, has_outlets=True, by=people.walker, on=DAY, at=NOON))
    assert no.code == "survey.no_outlet_there"


def test_a_county_that_must_have_a_technical_team_names_it_and_its_members():
    people = made.crew("新绛")
    no = refusal(lambda: made.drafted(people, teams=[]))
    assert (no.code, no.clause) == ("survey.technical_team", "新绛 二(一)")
    no = refusal(lambda: made.drafted(people, teams=[made.team_of(people.walker, technical=False)]))
    assert no.code == "survey.technical_team"
    no = refusal(lambda: made.drafted(people, teams=[made.team_of()]))
    assert no.code == "survey.team_no_members"
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("scheme", ["安阳", "吉林"])
def test_level_three_waits_for_the_result_of_level_two(scheme):
    people = made.crew(scheme)
    segment = made.rows(made.started(people))[0]
    assert segment.campaign.standard == "HJ1232—2021"

    def hard(result: str = LevelResult.NONE):
        segment.refresh_from_db()
        return segments.record_level(segment, level=3, result=result, by=people.walker, on=DAY, at=NOON)

    no = refusal(hard)
    assert no.code == "survey.level_order"
    assert "二级" in no.sentence
    made.levels(people, segment, result=LevelResult.DOUBTFUL)
    made.walk(people, segment)
    segment.refresh_from_db()
    no = refusal(lambda: segments.close_segment(segment, has_outlets=False, by=people.walker, on=DAY, at=NOON))
    assert no.code == "survey.hard_missing"
    hard()
    segment.refresh_from_db()
    assert segments.close_segment(segment, has_outlets=False, by=people.walker, on=DAY, at=NOON).closed_on == DAY


@pytest.mark.parametrize("scheme", ["大同", "吉林"])
def test_without_an_approved_plan_nothing_starts(scheme):
    people = made.crew(scheme)
    campaign = made.drafted(people)
    made.cut(people, campaign)
    no = refusal(lambda: campaigns.start(campaign, by=people.leader, on=DAY, at=NOON))
    assert no.code == "PLAN_REQUIRED"
    made.plan(people, campaign)
    no = refusal(lambda: campaigns.start(campaign, by=people.leader, on=DAY, at=NOON))
    assert no.code == "PLAN_REQUIRED"
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    assert campaigns.start(campaign, by=people.leader, on=DAY, at=NOON).state == CampaignState.STARTED


def test_where_no_plan_is_asked_for_a_campaign_starts_without():
    people = made.crew("济源")
    campaign = made.drafted(people)
    made.cut(people, campaign)
    assert campaigns.start(campaign, by=people.leader, on=DAY, at=NOON).state == CampaignState.STARTED


@pytest.mark.parametrize("left_out", made.FIVE)
def test_a_plan_that_leaves_out_a_procedure_is_not_approved(left_out):
    people = made.crew("吉林")
    campaign = made.drafted(people)
    made.plan(people, campaign, procedures=[one for one in made.FIVE if one != left_out])
    no = refusal(lambda: plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON))
    assert (no.code, no.clause) == ("survey.plan_procedures", "吉林 二(四)1")
    assert left_out in no.sentence


def test_who_wrote_a_plan_does_not_approve_it():
    people = made.crew("大同")
    campaign = made.drafted(people)
    made.plan(people, campaign)
    no = refusal(lambda: plans.approve_plan(campaign, by=people.leader, on=DAY, at=NOON))
    assert no.code == "access.not_permitted"
    campaign.plan_filed_by = people.second.id
    no = refusal(lambda: plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON))
    assert no.code == "survey.own_plan"


LEADING = [
    ("济源", "419001", "济源示范区生态环境局", F.ECOLOGY),
    ("安阳", "410505", "殷都区人民政府", F.GOVERNMENT),
    ("新绛", "140825", "运城市生态环境局新绛分局", F.ECOLOGY),
    ("大同", "140213", "平城区人民政府", F.GOVERNMENT),
    ("大同", "140200", "大同市城市管理局", F.URBAN_MANAGEMENT),
    ("吉林", "220112", "双阳区人民政府", F.GOVERNMENT),
    ("吉林", "220100", "长春市人民政府", F.GOVERNMENT),
]
NOT_LEADING = [
    ("济源", "419001", "济源示范区水利局", F.WATER),
    ("安阳", "410505", "殷都区水利局", F.WATER),
    ("新绛", "140825", "新绛县水利局", F.WATER),
    ("大同", "140213", "平城区水务局", F.WATER),
    ("吉林", "220112", "双阳区生态环境分局", F.ECOLOGY),
]


@pytest.mark.parametrize(("scheme", "code", "name", "function"), LEADING)
def test_the_bodies_a_scheme_has_survey_open_campaigns(scheme, code, name, function):
    where = build.unit(code)
    body = build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=(function,))
    by = build.actor(Role.CLERK, where, body=body)
    campaign = campaigns.draft(
        by,
        title="排查",
        unit=where,
        waters=[build.water(made.SCHEMES[scheme].water)],
        starts_on=DAY,
        ends_on=made.LAST,
        teams=[made.team_of(by)],
        on=DAY,
        at=NOON,
    )
    assert campaign.lead_body == body


@pytest.mark.parametrize(("scheme", "code", "name", "function"), NOT_LEADING)
def test_other_bodies_do_not(scheme, code, name, function):
    where = build.unit(code)
    body = build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=(function,))
    by = build.actor(Role.CLERK, where, body=body)
    people = made.crew(scheme)
    campaign = made.drafted(people)
    no = refusal(
        lambda: campaigns.draft(
            by,
            title="排查",
            unit=where,
            waters=[build.water(people.scheme.water)],
            starts_on=DAY,
            ends_on=made.LAST,
            teams=[made.team_of(by)],
            on=DAY,
            at=NOON,
        )
    )
    assert no.code == "access.not_survey_lead"
    assert refusal(lambda: campaigns.finish(campaign, by=by, on=DAY, at=NOON)).code == "access.not_survey_lead"


def test_a_stretch_of_bank_is_not_cut_twice():
    people = made.crew("济源")
    made.cut(people, made.drafted(people))
    again = made.drafted(people, title="又一次")
    no = refusal(lambda: made.cut(people, again))
    assert no.code == "survey.already_cut"


def test_pressing_twice_makes_one_campaign():
    people = made.crew("济源")
    assert made.drafted(people, key="press") == made.drafted(people, key="press")
    assert Campaign.objects.count() == 1
