"""Rows about outlets are seen with the outlets they are about, and a page of a stage is the same however it is met."""

from __future__ import annotations

import pytest

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.lifecycle import Stage
from qingyuan.registry import counts, queries
from qingyuan.registry.models import Alias, Outlet
from qingyuan.registry.tallies import fold
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlets() -> list[Outlet]:
    """Of a county, a neighbour and another province; leads, withdrawn ones, on a water and not."""
    build.country()
    jun, other, far = build.unit("140213"), build.unit("140214"), build.unit("220000")
    water = build.water("御河")
    found = [build.outlet(unit, receiving=water if unit is jun else None) for unit in (jun, jun, other, far)]
    lead, gone = found[1], found[2]
    Outlet.objects.filter(pk=lead.pk).update(in_register=False)
    Outlet.objects.filter(pk=gone.pk).update(in_register=False, withdrawn_at=build.NOON)
    for one in found:
        Alias.objects.create(outlet=one, kind="name", text=one.name)
    return found


def everybody() -> list[Actor]:
    reaches = [Reach(unit_paths=frozenset({path})) for path in ("", "14", "140213", "22", "41")]
    reaches.append(Reach(water_paths=frozenset({build.water("御河").path})))
    reaches.append(Reach(unit_paths=frozenset({"22"}), water_paths=frozenset({build.water("御河").path})))
    return [Actor("who", "某人", (Grant(Role.REVIEWER, reach),)) for reach in reaches] + [Actor("none", "无", ())]


@pytest.mark.parametrize("leads", [False, True])
def test_a_row_is_seen_by_whoever_sees_its_outlet(outlets, leads):
    for who in everybody():
        visible = set(queries.visible_to(who, leads=leads).values_list("pk", flat=True))
        for way in (queries.seen, queries.all_seen):
            rows = Alias.objects.filter(way(who, leads=leads)).values_list("outlet", flat=True)
            assert sorted(rows) == sorted(visible)


def test_a_page_of_a_stage_is_the_same_where_there_are_many(outlets, monkeypatch):
    fold()
    stages, found = [Stage.SURVEYED, Stage.VERIFIED], Outlet.objects.standing().order_by("pk")
    few = list(counts.at_stages(found, stages, whole=True))
    monkeypatch.setattr(counts, "MANY", 0)
    assert few
    assert list(counts.at_stages(found, stages, whole=True)) == few
    assert list(counts.at_stages(found, stages, whole=False)) == few
