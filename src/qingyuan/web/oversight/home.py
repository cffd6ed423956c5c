"""What the home page says of outlets nobody supervises: a task of the unit whose duty it is to name who does."""

from __future__ import annotations

from datetime import date

from qingyuan.boards.oversight import queries
from qingyuan.core.access import Actor, Permission
from qingyuan.places.models import Level, Unit

FEW = 5


def my_duties(who: Actor, at: Unit, *, on: date) -> list[queries.Task]:
    """The units within mine that must name a supervisor, for how many outlets, the most first. A province and the
    nation see the list itself; grouping a whole register is not for a home page."""
    if at.level < Level.CITY or not who.holding(Permission.OUTLET_VIEW):
        return []
    return sorted(queries.tasks(who, at.path, on=on), key=lambda task: -task.number)[:FEW]
