"""Campaigns through the API: the same acts, the same refusals."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.stages.survey.models import Track
from tests import build
from tests.api.asking import caller
from tests.stages.survey import campaigns as made

pytestmark = pytest.mark.django_db
DAY = made.DAY.isoformat()


@pytest.fixture
def people():
    build.country()
    return made.crew("大同")


def test_who_does_not_survey_gets_403_and_without_a_plan_the_start_is_refused(people):
    given = {
        "on": DAY,
        "unit": people.unit.code,
        "title": "排查",
        "waters": [build.water("御河").code],
        "starts_on": DAY,
        "ends_on": DAY,
    }
    other = build.body(people.unit, kind=BodyKind.GOVERNMENT, functions=(F.WATER,))
    stranger = caller(Role.CLERK, people.unit, body=other)
    refused = stranger.post("campaigns", json=given)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.not_survey_lead")
    lead = caller(Role.CLERK, people.unit, body=people.body)
    campaign = lead.post("campaigns", json=given)
    assert campaign.status_code == 201, campaign.content
    address = campaign["Location"]
    hand = {"on": DAY, "water": build.water("御河").code, "bank": "both", "name": "全段", "length_m": 500}
    cut = lead.post(f"{address}/segments", json=hand, etag=campaign["ETag"])
    assert cut.json()["progress"]["length_m"] == 500
    start = lead.post(f"{address}/start", json={"on": DAY}, etag=cut["ETag"])
    assert (start.status_code, start.json()["code"]) == (409, "PLAN_REQUIRED")
    assert lead.get(address).json()["against"]["start"]["code"] == "PLAN_REQUIRED"


def test_a_track_sent_twice_is_one_and_its_faults_are_told(people):
    segment = made.rows(made.started(people))[0]
    walker = caller(Role.CLERK, people.unit, body=people.body)
    given = {
        "client_id": str(made.NAMESPACE),
        "campaign": segment.campaign.key,
        "segment": segment.pk,
        "points": made.steps(segment),
        "device": "手机",
    }
    first, again = walker.post("tracks", json=given), walker.post("tracks", json=given)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json() == again.json()
    assert [one["code"] for one in first.json()["findings"]] == ["track.clock_late"]
    assert Track.objects.count() == 1
    conflict = walker.post("tracks", json=given | {"points": made.steps(segment, upto=0.4)})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "survey.track_conflict")
    covered = walker.get(f"survey/coverage?unit={people.unit.code}").json()
    assert covered["waters"][0]["progress"]["covered_m"] == segment.length_m
    assert len(walker.get(f"campaigns/{segment.campaign.key}/segments?open_only=true").json()["items"]) == 10
