"""The survey share of the scoreboard: metres of bank walked, on the waters each scheme names, by its own dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingyuan.boards.progress import queries
from qingyuan.boards.progress.queries import Where
from qingyuan.core.access import CONSOLE
from qingyuan.core.progress import METRES, Reason, Status
from qingyuan.places import queries as places
from qingyuan.stages.survey.actions import campaigns, segments
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.words import Bank
from tests import build
from tests.boards.build_progress import asking, cell
from tests.stages.survey import campaigns as made

pytestmark = pytest.mark.django_db

TARGETS = [
    pytest.param("济源", "蟒河", date(2023, 12, 31), 1.0, marks=pytest.mark.clause("JY-15")),
    pytest.param("济源", "济水", date(2025, 12, 31), 1.0, marks=pytest.mark.clause("JY-20")),
    pytest.param("安阳", "安阳河", date(2023, 6, 30), 1.0, marks=pytest.mark.clause("AY-07")),
    pytest.param("安阳", "粉红江", date(2024, 12, 31), 1.0, marks=pytest.mark.clause("AY-10")),
    pytest.param("新绛", "浍河", date(2023, 12, 31), 1.0, marks=pytest.mark.clause("XJ-04")),
    pytest.param("大同", "御河", date(2023, 12, 31), 1.0, marks=pytest.mark.clause("DT-04")),
    pytest.param("吉林", "伊通河", date(2023, 12, 31), 0.95, marks=pytest.mark.clause("JL-21")),
    pytest.param("吉林", "雾开河", date(2025, 12, 31), 1.0, marks=pytest.mark.clause("JL-24")),
]


def on_day(monkeypatch, day: date) -> None:
    """The campaign begins on another day."""
    monkeypatch.setattr(made, "DAY", day)
    monkeypatch.setattr(made, "NOON", build.recorded(day))
    monkeypatch.setattr(made, "LAST", day + timedelta(days=200))


def rest_of_the_waters(people, campaign: Campaign, due: date, key: str) -> None:
    """Every other water of the target: its bank entered by length and walked."""
    target = cell(people.unit, key, asking(due)).target
    wanted = None if target.waters == "all" else places.water_ids_with(target.waters, due)
    for water in places.waters_in(people.unit.path):
        if water not in campaign.waters.all() and (wanted is None or water.pk in wanted):
            campaign.waters.add(water)
            one = segments.add_by_hand(
                campaign,
                water,
                bank=Bank.BOTH,
                name="全段",
                length_m=100,
                unit=people.unit,
                by=people.leader,
                on=made.DAY,
                at=made.NOON,
            )
            made.levels(people, one)


@pytest.mark.parametrize(("scheme", "river", "due", "required"), TARGETS)
def test_a_survey_share_below_its_target_on_the_due_day_is_missed(monkeypatch, scheme, river, due, required):
    build.country()
    on_day(monkeypatch, due - timedelta(days=14))
    people, key = made.crew(scheme), f"targets.survey[{due}]"
    people.scheme = made.with_water(people.scheme, river)
    campaign = made.started(people)
    rows = made.rows(campaign)
    for segment in rows[:9]:
        made.walk(people, segment)
    found = cell(people.unit, key, asking(due))
    assert found.figure.measure == METRES
    assert (found.figure.numerator, found.figure.denominator) == (9_000, 10_000)
    assert (found.status, found.judgement.met) == (Status.MISSED, False)
    before = cell(people.unit, key, asking(due - timedelta(days=1)))
    assert before.status is Status.OPEN

    rest_of_the_waters(people, campaign, due, key)
    assert cell(people.unit, key, asking(due)).status is Status.MISSED
    made.walk(people, rows[9])
    found = cell(people.unit, key, asking(due))
    assert (found.share, found.target.required, found.status) == (1.0, required, Status.MET)


@pytest.fixture
def jiyuan():
    build.country()
    return made.crew("济源")


def test_a_bank_of_a_water_the_target_does_not_name_adds_nothing(jiyuan):
    people = jiyuan
    people.scheme = made.with_water(people.scheme, "济水")
    made.walk(people, made.rows(made.started(people))[0])
    main = cell(people.unit, "targets.survey[2023-12-31]", asking(made.DAY))
    everything = cell(people.unit, "targets.survey[2025-12-31]", asking(made.DAY))
    assert main.figure.numerator is None
    assert (everything.figure.numerator, everything.figure.denominator) == (1_000, 10_000)


def test_waters_nobody_has_cut_keep_a_target_from_being_met(jiyuan):
    people = jiyuan
    for segment in made.rows(made.started(people)):
        made.walk(people, segment)
    found = cell(people.unit, "targets.survey[2023-12-31]", asking(made.DAY))
    assert found.share == 1.0
    assert found.figure.open_waters == 4
    assert found.status is Status.MISSED


def test_a_share_of_a_past_day_is_what_was_walked_by_then(jiyuan, monkeypatch):
    people = jiyuan
    campaign = made.started(people)
    first, second, *_rest = made.rows(campaign)
    made.walk(people, first)
    later = made.DAY + timedelta(days=10)
    points = [[lon, lat, (at or 0) + 10 * 86400, accuracy] for lon, lat, at, accuracy in made.steps(second)]
    made.walk(people, second, points=points, at=build.recorded(later))
    key = "targets.survey[2025-12-31]"
    figures = [cell(people.unit, key, asking(day)).figure.numerator for day in (made.DAY, later)]
    assert figures == [1_000, 2_000]
    known = build.recorded(made.DAY) + timedelta(days=1)
    assert cell(people.unit, key, asking(later, known_at=known)).figure.numerator == 1_000
    told = queries.explain(Where(people.unit.path), asking(made.DAY), asking(later), actor=CONSOLE)
    change = next(one for one in told if one.target.key == key)
    assert [(one.reason, one.numerator) for one in change.changes] == [(Reason.WALKED, 1_000)]
    assert change.sentence == "走过的岸线 +1000 米"


def test_a_withdrawn_campaign_counts_nowhere(jiyuan):
    people = jiyuan
    campaign = made.started(people)
    campaigns.withdraw(campaign, reason="划分有误", by=people.leader, on=made.DAY, at=made.NOON)
    found = cell(people.unit, "targets.survey[2025-12-31]", asking(made.DAY))
    assert found.figure.reason == "尚无岸线排查区段，按岸线长度计算"


def test_the_counties_of_a_city_add_up_to_it():
    build.country()
    people = made.crew("大同")
    made.walk(people, made.rows(made.started(people))[0])
    board = queries.scoreboard(Where("1402"), asking(made.DAY), actor=CONSOLE)
    place = next(i for i, aim in enumerate(board.aims) if aim.is_bank)
    total = board.total.cells[place].figure
    parts = [line.cells[place].figure for line in board.parts]
    assert (total.numerator, total.denominator) == (1_000, 10_000)
    assert sum(one.numerator or 0 for one in parts) == total.numerator
    assert sum(one.denominator or 0 for one in parts) == total.denominator
