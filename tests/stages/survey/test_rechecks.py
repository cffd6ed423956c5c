"""A second team walks a drawn sample again; what the first missed or got wrong stands side by side."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core import draw
from qingyuan.core.refusal import Refused
from qingyuan.registry import actions as registry
from qingyuan.stages.survey import queries_rechecks
from qingyuan.stages.survey.actions import campaigns, rechecks
from qingyuan.stages.survey.actions.rechecks import Difference
from qingyuan.stages.survey.words import FindingKind
from tests import build
from tests.stages.survey import campaigns as made
from tests.stages.survey.campaigns import DAY, NOON


@given(st.text(min_size=1), st.sets(st.text(min_size=1), min_size=1, max_size=30), st.decimals("0.01", "1", places=2))
def test_a_draw_can_be_drawn_again_whatever_the_order_of_its_members(seed, members, share):
    one, other = (
        draw.drawn(seed, sorted(members), share=share),
        draw.drawn(seed, sorted(members, reverse=True), share=share),
    )
    assert one == other
    assert 1 <= len(one) <= len(members)
    assert len(set(one)) == len(one)


@pytest.mark.django_db
def test_a_second_team_finds_what_was_missed_and_wrong():
    build.country()
    people = made.crew("济源")
    campaign = made.started(people)
    rows = made.rows(campaign)
    for segment in rows[:5]:
        made.done(people, segment)
    second = campaigns.add_team(
        campaign, made.team_of(people.other, name="复核组", second=True), by=people.leader, on=DAY, at=NOON
    )
    found = rechecks.draw(
        campaign, team=second, seed="2024-03-04", share=Decimal("0.2"), by=people.second, on=DAY, at=NOON
    )
    (part,) = queries_rechecks.parts_of(found)
    assert part.segment.number <= 5
    assert queries_rechecks.is_as_drawn(found)
    outlet = registry.register(build.new_outlet(people.unit), by=build.SURVEYOR, at=NOON)
    findings = [
        Difference(FindingKind.SAME, outlet.name, outlet),
        Difference(FindingKind.WRONG, outlet.name, outlet, "mouth_size_mm", "300", "500"),
        Difference(FindingKind.MISSED, "桥下暗管"),
    ]
    with pytest.raises(Refused) as no:
        rechecks.record_second_walk(part, findings=findings, by=people.walker, on=DAY, at=NOON)
    assert no.value.refusal.code == "access.not_permitted"
    rechecks.record_second_walk(part, findings=findings, by=people.other, on=DAY, at=NOON)
    ((_recheck, rates, walked, drawn),) = queries_rechecks.rechecks_of(campaign)
    assert (walked, drawn) == (1, 1)
    assert (rates.same, rates.wrong, rates.missed) == (0, 1, 1)
    assert (rates.missed_share, rates.wrong_share) == (0.5, 1.0)
    with pytest.raises(Refused) as no:
        rechecks.record_second_walk(part, findings=findings, by=people.other, on=DAY, at=NOON)
    assert no.value.refusal.code == "survey.rechecked"


@pytest.mark.django_db
def test_the_team_that_walked_first_is_not_drawn_for():
    build.country()
    people = made.crew("济源")
    campaign = made.started(people)
    made.done(people, made.rows(campaign)[0])
    first = campaign.teams.get()
    with pytest.raises(Refused) as no:
        rechecks.draw(campaign, team=first, seed="s", share=Decimal(1), by=people.second, on=DAY, at=NOON)
    assert no.value.refusal.code == "survey.same_team"
