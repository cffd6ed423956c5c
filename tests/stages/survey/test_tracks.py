"""Tracks: what they cover, what is told of them, and that none is lost or counted twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from qingyuan.core.refusal import NotFound, Refused
from qingyuan.stages.survey import queries
from qingyuan.stages.survey.actions import segments, tracks
from qingyuan.stages.survey.models import Track, Walk
from qingyuan.stages.survey.words import Bank
from tests import build
from tests.stages.survey import campaigns as made
from tests.stages.survey.campaigns import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    build.country()
    return made.crew("济源")


def codes(track: Track) -> list[str]:
    return [one["code"] for one in track.findings]


def test_a_walk_covers_its_segment_and_the_share_of_the_campaign_follows(people):
    campaign = made.started(people)
    first, *_rest = made.rows(campaign)
    track = made.walk(people, first)
    first.refresh_from_db()
    assert first.covered_m == first.length_m
    assert codes(track) == []
    progress = queries.progress_of([campaign])[campaign.pk]
    assert progress.share == pytest.approx(0.1, abs=0.01)


def test_half_a_walk_leaves_a_gap_that_is_named(people):
    campaign = made.started(people)
    first, *_rest = made.rows(campaign)
    made.walk(people, first, points=made.steps(first, upto=0.5))
    first.refresh_from_db()
    (gap,) = queries.gaps([first])
    assert gap.length_m == pytest.approx(first.length_m / 2, abs=25)
    made.levels(people, first)
    first.refresh_from_db()
    with pytest.raises(Refused) as no:
        segments.close_segment(first, has_outlets=False, by=people.walker, on=DAY, at=NOON)
    assert no.value.refusal.code == "survey.not_walked"


def test_the_same_track_twice_is_one_and_another_under_its_id_is_refused(people):
    first = made.rows(made.started(people))[0]
    name = uuid4()
    made.walk(people, first, client_id=name)
    made.walk(people, first, client_id=name)
    assert (Track.objects.count(), Walk.objects.count()) == (1, 1)
    with pytest.raises(Refused) as no:
        made.walk(people, first, client_id=name, points=made.steps(first, upto=0.3))
    assert no.value.refusal.code == "survey.track_conflict"


def test_a_phone_a_year_late_is_kept_and_told(people):
    first = made.rows(made.started(people))[0]
    track = made.walk(people, first, at=NOON + timedelta(days=366))
    assert codes(track) == ["track.clock_late"]
    first.refresh_from_db()
    assert first.covered_m == first.length_m


def test_jumps_and_clock_errors_are_kept_and_told(people):
    first = made.rows(made.started(people))[0]
    points = made.steps(first)
    points[10] = [113.9, 35.9, points[10][2], 5.0]
    points[20][2] = 0.0
    track = made.walk(people, first, points=points)
    assert {"track.jump", "track.clock_back"} <= set(codes(track))
    assert Track.objects.count() == 1


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_tracks_cover_the_same_in_whatever_order_they_come(people, order):
    first = made.rows(made.started(people))[0]
    points = made.steps(first)
    parts = [points[:20], points[15:35], points[30:]]
    for place in order:
        made.walk(people, first, points=parts[place], client_id=uuid4())
    first.refresh_from_db()
    assert first.covered_m == first.length_m


def test_a_track_of_one_bank_does_not_cover_the_other(people):
    campaign = made.drafted(people)
    made.cut(people, campaign, km=1, banks=(Bank.LEFT, Bank.RIGHT))
    left, right = _begin(people, campaign)
    made.walk(people, left, segment_id=None, points=made.steps(left, off_deg=0.0004))
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.covered_m, right.covered_m) == (left.length_m, 0)
    unclear = made.walk(people, left, segment_id=None, points=made.steps(left, off_deg=0.00001), client_id=uuid4())
    assert "track.bank_unclear" in codes(unclear)
    tracks.place_track(unclear, right, by=people.walker, at=NOON)
    right.refresh_from_db()
    assert right.covered_m == right.length_m


def _begin(people, campaign):
    from qingyuan.stages.survey.actions import campaigns

    campaigns.start(campaign, by=people.leader, on=DAY, at=NOON)
    return made.rows(campaign)


def test_who_is_not_on_the_team_hands_in_no_track_for_it(people):
    first = made.rows(made.started(people))[0]
    with pytest.raises(Refused) as no:
        tracks.take_track(
            people.other,
            client_id=uuid4(),
            campaign_key=first.campaign.key,
            segment_id=first.pk,
            points=made.steps(first),
            device="",
            at=NOON,
        )
    assert no.value.refusal.code == "access.not_on_team"


def test_my_segments_are_those_of_my_team_and_others_do_not_exist_elsewhere(people):
    campaign = made.started(people)
    assert len(queries.my_segments(people.walker, DAY)) == 10
    assert queries.my_segments(people.other, DAY) == []
    far = made.crew("吉林")
    with pytest.raises(NotFound):
        queries.campaign(far.leader, campaign.key)
    with pytest.raises(NotFound):
        queries.segment_of(far.leader, made.rows(campaign)[0].pk)


def test_swapped_axes_are_refused_with_the_place(people):
    first = made.rows(made.started(people))[0]
    points = [[lat, lon, at, acc] for lon, lat, at, acc in made.steps(first)]
    with pytest.raises(Refused) as no:
        made.walk(people, first, points=points)
    assert no.value.refusal.sentence == "第 1 个点的经纬度颠倒，请按经度、纬度的顺序给出。"


def test_a_bank_without_a_line_is_covered_by_a_recorded_walk_with_a_track(people):
    campaign = made.drafted(people, waters=[build.water("演示塘坝")])
    segments.add_by_hand(
        campaign,
        build.water("演示塘坝"),
        bank=Bank.BOTH,
        name="坝首至溢洪道",
        length_m=800,
        unit=people.unit,
        by=people.leader,
        on=DAY,
        at=NOON,
    )
    (only,) = _begin(people, campaign)
    made.levels(people, only)
    only.refresh_from_db()
    assert only.covered_m == 800
    with pytest.raises(Refused) as no:
        segments.close_segment(only, has_outlets=False, by=people.walker, on=DAY, at=NOON)
    assert no.value.refusal.code == "survey.no_track"
