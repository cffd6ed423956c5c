"""归并重复登记: suspected by distance, name and code; resolved and undone without a trace in any figure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.boards.progress.explaining import explain
from qingyuan.boards.progress.where import Asking, Where
from qingyuan.core.access import CONSOLE, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.core.progress import Reason
from qingyuan.core.refusal import Refused, StaleRecord
from qingyuan.ledger import queries as ledger
from qingyuan.registry import actions, duplicates, guards_work, queries, tallies
from qingyuan.registry.guards_work import Decision
from qingyuan.registry.models import Alias, NameGram, Outlet, Resolution, Standing
from qingyuan.registry.models_history import END_OF_TIME
from tests import build

pytestmark = pytest.mark.django_db
DAY = date(2023, 8, 1)
AT = build.recorded(DAY)
HERE = (Decimal("113.250000"), Decimal("40.080000"))


@pytest.fixture(autouse=True)
def _country():
    build.country()


def entered(county="140213", *, name="", metres=0, stage=Stage.SURVEYED, **more):
    """An outlet so many metres north of one point."""
    where = build.unit(county)
    position = (HERE[0], HERE[1] + Decimal(metres) / Decimal("111194.93"))
    new = build.new_outlet(where, name=name, position=None, **more)
    placed = new._replace(position=(position[0], position[1].quantize(Decimal("1.000000"))))
    return build.walk(actions.register(placed, by=build.SURVEYOR, at=build.NOON), stage, on=build.DAY)


def resolve(keep, drop, *taken, by=CONSOLE, at=AT):
    return actions.resolve_duplicate(Decision(keep, drop, frozenset(taken), "同一个口"), on=DAY, by=by, at=at)


def pairs(actor=CONSOLE):
    return [one.key for one in duplicates.pairs_in(queries.visible_to(actor), actor, on=DAY).pairs]


def test_near_and_alike_is_suspected_and_far_or_otherwise_named_is_not():
    one = entered(name="平城区甲厂工业排污口")
    twin = entered(name="平城区甲厂 工业排污口", metres=30)
    other = entered(name="平城区乙站生活排污口", metres=40)
    far = entered(name="平城区甲厂工业排污口", metres=4000)
    numbered = entered(name="平城区甲厂2号工业排污口", metres=35)
    found = duplicates.candidates(CONSOLE, one, on=DAY)
    assert [pair.second.pk for pair in found] == [twin.pk]
    assert found[0].distance_m == pytest.approx(30, abs=1)
    assert found[0].name_share == 1.0
    assert {other.pk, far.pk, numbered.pk}.isdisjoint(pair.second.pk for pair in found)
    assert pairs() == [(one.pk, twin.pk)]


def test_one_code_twice_is_suspected_however_far():
    one = entered(name="甲", fields={"local_code": "EB140213001"})
    twin = entered(name="乙", metres=9000, fields={"local_code": "EB140213001"})
    assert pairs() == [(one.pk, twin.pk)]
    assert duplicates.candidates(CONSOLE, twin, on=DAY)[0].same_code


def test_the_other_bank_over_the_border_is_found_and_what_one_may_not_see_is_not():
    one = entered("140213", name="某渠排污口")
    twin = entered("140212", name="某渠排污口", metres=20)
    assert pairs() == [(one.pk, twin.pk)]
    county = build.actor(Role.REVIEWER, build.unit("140213"))
    assert pairs(county) == []
    assert duplicates.candidates(county, one, on=DAY) == []


def test_the_pages_of_pairs_hold_each_pair_once():
    for number in range(7):
        entered("140213", name=f"某渠{number}段排污口", metres=number * 1000)
        entered("140212" if number % 2 else "140213", name=f"某渠{number}段排污口", metres=number * 1000 + 20)
    every = pairs()
    assert len(every) == len(set(every)) == 7
    gathered, after = [], ""
    while True:
        page = duplicates.pairs_in(queries.visible_to(CONSOLE), CONSOLE, on=DAY, after=after, size=2)
        gathered += [one.key for one in page.pairs]
        after = page.after
        if not after:
            break
    assert gathered == every


def test_candidates_cost_a_handful_of_queries():
    outlets = [entered(name=f"某渠{number}段排污口", metres=number * 15) for number in range(8)]
    with CaptureQueriesContext(connection) as asked:
        duplicates.candidates(CONSOLE, outlets[3], on=DAY)
    assert len(asked) <= 20


def test_the_dropped_entry_leaves_every_count_and_its_words_find_the_kept_one():
    keep = entered(name="平城区甲厂工业排污口", stage=Stage.VERIFIED)
    drop = entered(name="平城区甲厂排污口", metres=10, stage=Stage.VERIFIED, fields={"local_code": "EB140213009"})
    paper = queries.papers_of(drop)
    resolution = resolve(keep, drop, "local_code")
    assert list(queries.visible_to(CONSOLE)) == [keep]
    assert queries.outlet(CONSOLE, "EB140213009").pk == keep.pk
    assert keep.local_code == "EB140213009"
    assert set(Alias.objects.filter(outlet=keep).values_list("kind", "text")) == {("name", "平城区甲厂排污口")}
    assert not tallies.differences()
    assert not Standing.objects.filter(outlet=drop, recorded_to=END_OF_TIME).exists()
    assert queries.papers_of(drop) == paper
    assert duplicates.resolutions_of(keep) == duplicates.resolutions_of(drop) == [resolution]
    assert ledger.timeline("outlet", str(drop.pk))[0].act == "outlet.drop_duplicate"
    assert ledger.timeline("outlet", str(keep.pk))[0].act == "outlet.keep_duplicate"


def test_the_figure_says_withdrawn_as_its_reason():
    keep = entered(name="平城区甲厂工业排污口", stage=Stage.VERIFIED, receiving=build.water("桑干河"))
    drop = entered(name="平城区甲厂排污口", metres=10, stage=Stage.VERIFIED, receiving=build.water("桑干河"))
    resolve(keep, drop)
    where = Where("140213", scheme="1402")
    found = explain(where, Asking(DAY, AT - timedelta(hours=1), AT), Asking.today(AT), actor=CONSOLE)
    changes = [change for one in found for change in one.changes]
    assert {change.reason for change in changes} == {Reason.WITHDRAWN}
    assert {change.outlets for change in changes} == {(drop.pk,)}
    assert all(change.denominator == -1 for change in changes)


def test_pressed_twice_it_is_one_resolution_and_the_entry_is_read_only():
    keep, drop = entered(name="甲口"), entered(name="甲口", metres=5)
    first = resolve(keep, drop)
    assert resolve(keep, drop) == first
    assert Resolution.objects.count() == 1
    with pytest.raises(Refused) as caught:
        actions.verify(drop, on=DAY, by=build.VERIFIER, at=AT)
    assert caught.value.refusal.code == "registry.withdrawn"


def test_a_stale_pair_is_not_resolved():
    keep, drop = entered(name="甲口"), entered(name="甲口", metres=5)
    stale = Outlet.objects.get(pk=drop.pk)
    actions.correct(drop, values={"remark": "另有说明"}, reason="补充", on=DAY, by=CONSOLE, at=AT)
    with pytest.raises(StaleRecord):
        resolve(keep, stale)
    assert not Resolution.objects.exists()


def test_undone_no_more_once_something_later_touched_either():
    keep, drop = entered(name="甲口"), entered(name="甲口", metres=5)
    resolution = resolve(keep, drop)
    actions.correct(keep, values={"remark": "另有说明"}, reason="补充", on=DAY, by=CONSOLE, at=AT)
    with pytest.raises(Refused) as caught:
        actions.undo_resolve(resolution, reason="不是", on=DAY, by=CONSOLE, at=AT)
    assert caught.value.refusal.code == "registry.touched_since"


def test_what_is_not_a_duplicate_is_not_proposed_again():
    one, other = entered(name="甲口"), entered(name="甲口", metres=5)
    pair = actions.keep_apart(other, one, reason="上下两个口", on=DAY, by=CONSOLE, at=AT)
    assert actions.keep_apart(one, other, reason="再按一次", on=DAY, by=CONSOLE, at=AT) == pair
    assert pairs() == []
    assert duplicates.candidates(CONSOLE, one, on=DAY) == []


def test_a_clerk_may_not_resolve():
    keep, drop = entered(name="甲口"), entered(name="甲口", metres=5)
    clerk = build.actor(Role.CLERK, build.unit("140213"))
    asked = Decision(keep, drop, frozenset(), "同一个口")
    refused = guards_work.resolve_duplicate(asked, by=clerk, on=DAY, at=AT)
    assert refused is not None
    assert refused.code == "access.not_permitted"


def as_it_stands(outlet):
    """Everything on record that counts: columns, open statements, spans, names, tallies."""
    found = Outlet.objects.get(pk=outlet.pk)
    columns = {name: value for name, value in model_to_dict(found).items() if name not in {"version", "changed_at"}}
    said = [
        sorted(
            related.filter(retracted_at=None).values_list(*names),
            key=str,
        )
        for related, names in (
            (found.placements, ("aspect", "value", "day")),
            (found.milestone_records, ("milestone", "reached", "day", "move")),
        )
    ]
    spans = sorted(
        Standing.objects.filter(outlet=found, recorded_to=END_OF_TIME).values_list(
            "valid_from", "valid_to", "unit_path", "body_id", "water_id", "type_key", "counted", "milestones"
        ),
        key=str,
    )
    grams = sorted(NameGram.objects.filter(outlet=found).values_list("gram", "unit_path"))
    aliases = sorted(found.aliases.values_list("kind", "text"))
    proposals = sorted(found.proposals.values_list("about", "value", "decision"))
    zones = sorted(found.zone_memberships.values_list("zone", flat=True))
    return columns, said, spans, grams, aliases, proposals, zones


STAGES = st.sampled_from([Stage.SURVEYED, Stage.VERIFIED, Stage.PARTY_FIXED, Stage.CLASSIFIED, Stage.PROBLEM])
TAKEN = st.frozensets(
    st.sampled_from(
        ["name", "national_code", "local_code", "water", "remark", "longitude_deg", "latitude_deg", "managing_body"]
    )
)


@settings(max_examples=12)
@given(STAGES, STAGES, TAKEN, st.booleans(), st.booleans())
def test_undone_both_stand_exactly_as_before(kept_stage, dropped_stage, taken, located, watered):
    river = build.water("御河") if watered else None
    keep = entered(name="某甲口", stage=kept_stage, receiving=build.water("桑干河"))
    department = build.body(build.unit("140213"))
    drop = entered(
        name="某乙口",
        metres=15,
        stage=dropped_stage,
        receiving=river,
        managing_body=department,
        fields={
            "local_code": f"X{keep.pk}",
            "national_code": f"DB-140213-{keep.pk:04d}-GY-00",
            "remark": "另一次登记",
        },
    )
    if not located:
        taken -= {"longitude_deg", "latitude_deg"}
    before = as_it_stands(keep), as_it_stands(drop)
    resolution = resolve(keep, drop, *taken)
    assert not tallies.differences()
    later = AT + timedelta(days=1)
    actions.undo_resolve(resolution, reason="确是两个口", on=DAY, by=CONSOLE, at=later)
    assert (as_it_stands(keep), as_it_stands(drop)) == before
    assert not tallies.differences()
    again = Resolution.objects.get(pk=resolution.pk)
    assert actions.undo_resolve(again, reason="再按一次", on=DAY, by=CONSOLE, at=later).undone_at == later
    assert Outlet.objects.filter(version__gt=F("version")).count() == 0


def test_an_entry_of_a_city_as_a_whole_hides_no_pair_of_its_counties(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_LOOKED_AT", 2)  # so few that every county is a page
    entered("140200", name="全市口", metres=-5000)
    one, twin = entered("140212", name="某渠排污口"), entered("140212", name="某渠排污口", metres=20)
    other, again = entered("140213", name="某沟排污口", metres=900), entered("140213", name="某沟排污口", metres=920)
    gathered, after = [], ""
    while True:
        page = duplicates.pairs_in(queries.visible_to(CONSOLE), CONSOLE, on=DAY, after=after)
        gathered += [pair.key for pair in page.pairs]
        after = page.after
        if not after:
            break
    assert gathered == [(one.pk, twin.pk), (other.pk, again.pk)]


@pytest.mark.parametrize("column", ["national_code", "local_code"])
def test_a_code_is_looked_up_by_its_index(column):
    asked = Outlet.objects.filter(queries.coded("甲", column)).explain()
    assert "outlet_" in asked or connection.vendor == "postgresql"
