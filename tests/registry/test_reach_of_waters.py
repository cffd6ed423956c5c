"""Who reaches waters sees the same outlets however many waters he has."""

from __future__ import annotations

import pytest
from django.db import connection

from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.registry import queries
from tests import build

pytestmark = pytest.mark.django_db
WATERS = ("桑干河", "御河", "汾河", "黄河")


def reaching(paths):
    return Actor("chief", "河长", (Grant(Role.RIVER_CHIEF, Reach(water_paths=frozenset(paths))),))


def test_many_waters_reach_what_each_of_them_reaches():
    build.country()
    here = build.unit("140213")
    waters = [build.water(name) for name in WATERS]
    outlets = [build.outlet(here, receiving=water) for water in (*waters, None)]
    paths = [water.path for water in waters]
    for many in range(1, len(paths) + 1):
        chief = reaching(paths[:many])
        seen = set(queries.visible_to(chief))
        assert seen == {one for path in paths[:many] for one in queries.visible_to(reaching([path]))}
        assert seen == {
            one for one in outlets if any(one.water_path.startswith(path) for path in paths[:many]) and one.water_path
        }


def test_many_waters_are_looked_up_one_by_one():
    build.country()
    chief = reaching(build.water(name).path for name in WATERS)
    if connection.vendor == "sqlite":
        assert "SCAN registry_outlet" not in queries.visible_to(chief).order_by().explain()
