"""历次排查成果: what an earlier survey found is answered, item by item, before a campaign is finished."""

from __future__ import annotations

import pytest
from django.urls import reverse

from qingyuan.core.access import Role
from qingyuan.core.refusal import Refused
from qingyuan.exchange import leads as files
from qingyuan.stages.survey.actions import campaigns, plans
from qingyuan.stages.survey.actions.lead_endings import Ending, end_many
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words import CampaignKind, CampaignState
from tests import build
from tests.stages.survey import campaigns as made
from tests.web.people import client_of

pytestmark = pytest.mark.django_db


def earlier_list(number: int) -> bytes:
    """A list of an earlier survey as a bureau keeps it."""
    lines = ["编号,排污口名称,备注"]
    lines += [f"P{one:03},历次第{one}号口,二〇一八年排查" for one in range(1, number + 1)]
    return "\n".join(lines).encode()


@pytest.mark.clause("AY-16", "XJ-14", "JL-28", "JL-133")
@pytest.mark.parametrize(
    ("scheme", "kind", "clause"),
    [
        ("安阳", CampaignKind.SURVEY, "安阳 二(一)1"),
        ("新绛", CampaignKind.SURVEY, "新绛 二(一)"),
        ("吉林", CampaignKind.SURVEY, "吉林 二(四)1"),
        ("吉林", CampaignKind.RESURVEY, "吉林 二(四)1"),
    ],
)
def test_fifty_earlier_outlets_and_forty_eight_answered_do_not_finish_a_campaign(
    scheme: str, kind: CampaignKind, clause: str
) -> None:
    build.country()
    people = made.crew(scheme)
    campaign = made.drafted(people, kind=kind)
    made.cut(people, campaign, km=1)
    made.plan(people, campaign)
    plans.approve_plan(campaign, by=people.second, on=made.DAY, at=made.NOON)
    campaigns.start(campaign, by=people.leader, on=made.DAY, at=made.NOON)
    asked = files.Asked(
        title="2018年排查名单", source="prior_list", unit=people.unit, campaign=campaign, origin="市局", year=2018
    )
    batch = files.take_in(earlier_list(50), "历次名单.csv", asked, by=people.leader, on=made.DAY, at=made.NOON)
    again = files.take_in(earlier_list(50), "历次名单.csv", asked, by=people.leader, on=made.DAY, at=made.NOON)
    assert again == batch
    leads = list(Lead.objects.filter(batch=batch).order_by("pk"))
    assert (len(leads), {one.year for one in leads}) == (50, {2018})
    end_many(
        people.leader,
        [Ending(one, "踏勘没有排口", why="nothing") for one in leads[:48]],
        at=made.NOON,
        on=made.DAY,
    )
    campaign.refresh_from_db()
    for segment in made.rows(campaign):
        team = campaign.teams.get(name="第一组")
        made.segments.assign([segment], team, by=people.leader, on=made.DAY, at=made.NOON)
        segment.refresh_from_db()
        made.done(people, segment)
    with pytest.raises(Refused) as no:
        campaigns.finish(campaign, by=people.leader, on=made.DAY, at=made.NOON)
    assert no.value.refusal.code == "survey.leads_open"
    assert "历次第49号口、历次第50号口" in no.value.refusal.sentence
    assert no.value.refusal.clause == clause
    end_many(people.leader, [Ending(one, "已拆除", why="gone") for one in leads[48:]], at=made.NOON, on=made.DAY)
    campaign.refresh_from_db()
    campaigns.finish(campaign, by=people.leader, on=made.DAY, at=made.NOON)
    assert campaign.state == CampaignState.FINISHED


def test_an_earlier_list_says_its_year_and_its_residue_is_listed_on_the_page() -> None:
    build.country()
    people = made.crew("安阳")
    campaign = made.drafted(people)
    asked = files.Asked(title="旧名单", source="prior_list", unit=people.unit, campaign=campaign)
    with pytest.raises(Refused) as no:
        files.take_in(earlier_list(2), "旧名单.csv", asked, by=people.leader, on=made.DAY, at=made.NOON)
    assert no.value.refusal.code == "survey.no_year"
    asked = files.Asked(title="旧名单", source="prior_list", unit=people.unit, campaign=campaign, year=2019)
    files.take_in(earlier_list(2), "旧名单.csv", asked, by=people.leader, on=made.DAY, at=made.NOON)
    first = Lead.objects.order_by("pk")[0]
    end_many(people.leader, [Ending(first, "已拆除", why="gone")], at=made.NOON, on=made.DAY)
    browser = client_of(build.officer(Role.CLERK, people.unit))
    page = browser.get(reverse("web:leads"), {"state": "open", "campaign": campaign.pk}).content.decode()
    assert "历次第2号口" in page
    assert "历次第1号口" not in page
