"""Who is measured: a county's clerk, a province's reviewer, officers of the whole country, and one who reaches waters
only. The demonstration has the first two; the others are enrolled by the same acts as any officer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qingyuan.access.models import Officer
    from qingyuan.core.access import Actor
    from qingyuan.places.models import Unit, Water

FROM = date(2023, 1, 1)
AT = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)
COUNTY, PROVINCE = "140825", "220000"
RIVER_SYSTEMS = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody measured: the word of the tables, the officer, and who he is as an actor."""

    word: str
    officer: Officer
    actor: Actor


def clerk() -> Person:
    """A clerk of one county."""
    return _person("county clerk", "xinjiang-clerk")


def reviewer() -> Person:
    """A reviewer of one province."""
    return _person("province reviewer", "jilin-reviewer")


def nation() -> Person:
    """A reviewer of the whole country."""
    from qingyuan.core.access import Role
    from qingyuan.places.queries import unit

    _enrol("benchmark-nation", Role.REVIEWER, unit=unit("000000"))
    return _person("nation reviewer", "benchmark-nation")


def auditor() -> Person:
    """The auditor of the whole country."""
    return _person("nation auditor", "auditor")


def by_water() -> Person:
    """An officer of a basin: he reaches the river systems that have most outlets, and no territory."""
    from qingyuan.core.access import Role
    from qingyuan.places.models import Water

    _enrol("benchmark-basin", Role.RIVER_CHIEF, waters=list(Water.objects.filter(path__in=_busiest_waters())))
    return _person("waters only", "benchmark-basin")


def everybody() -> tuple[Person, ...]:
    """The three whose pages are measured."""
    return clerk(), reviewer(), nation()


def _busiest_waters() -> list[str]:
    from django.db.models import Count
    from django.db.models.functions import Left

    from qingyuan.registry.models import Outlet
    from qingyuan.registry.tallies import WATER_STEP

    rooted = Outlet.objects.exclude(water_path="").annotate(root=Left("water_path", WATER_STEP)).values("root")
    busiest = rooted.annotate(n=Count("pk")).order_by("-n").values_list("root", flat=True)
    return list(busiest[:RIVER_SYSTEMS])


def _enrol(username: str, role: str, *, unit: Unit | None = None, waters: list[Water] | None = None) -> None:
    from qingyuan.access import actions
    from qingyuan.access.models import Officer
    from qingyuan.core.access import CONSOLE, Role

    if Officer.objects.filter(username=username).exists():
        return
    made = actions.enrol(
        username=username, name="演示测量员", password=None, by=CONSOLE, at=AT, is_demo=True, must_change_password=False
    )
    for water in waters or [None]:
        actions.assign(made, role=Role(role), unit=unit, water=water, by=CONSOLE, at=AT, from_day=FROM)


def _person(word: str, username: str) -> Person:
    from django.utils import timezone

    from qingyuan.access.models import Officer
    from qingyuan.access.queries import actor_of

    officer = Officer.objects.get(username=username)
    return Person(word, officer, actor_of(officer, on=timezone.localdate()))
