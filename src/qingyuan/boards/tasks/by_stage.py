"""Duties that are nothing but a stage and a condition on the outlet's own row: counted together, by one question for
all that the same grants allow, where a question for each would be most of a page's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When

from qingyuan.boards.tasks.duties import NONE, Found, Ground, Numbers, able_for, of_stage, since_column
from qingyuan.core.access import Actor, Grant
from qingyuan.core.duties import RULES, Cutoffs, Duty, Group


@dataclass(slots=True)
class _Together:
    """Duties of one set of grants, no two of one stage."""

    grants: tuple[Grant, ...]
    duties: dict[str, tuple[Duty, Cutoffs | None]] = field(default_factory=dict)


def counted(duties: Iterable[Duty], by: Ground) -> dict[Duty, Numbers]:
    """How many outlets carry each of these duties, by when they are due, and since when; a duty that is no such one is
    left out, and so is one whose days differ from place to place."""
    found: dict[Duty, Numbers] = {}
    for one in _together(duties, by):
        found |= _numbers(one, by)
    return found


def _together(duties: Iterable[Duty], by: Ground) -> list[_Together]:
    found: list[_Together] = []
    for duty in duties:
        stage, parts = RULES[duty].stage, by.segments(duty)
        if stage is None or since_column(duty) != "stage_since" or of_stage(duty, by) is None or len(parts) > 1:
            continue
        grants = able_for(duty, by).grants
        fits = (one for one in found if one.grants == grants and stage not in one.duties)
        one = next(fits, None)
        if one is None:
            one = _Together(grants)
            found.append(one)
        one.duties[stage] = (duty, by.cutoffs(parts[0].days) if parts[0].days is not None else None)
    return found


def _numbers(one: _Together, by: Ground) -> dict[Duty, Numbers]:
    """One question: per stage and span of days between the days that part the groups of any duty."""
    wanted = Q(pk__in=[])
    for duty, _cut in one.duties.values():
        wanted |= of_stage(duty, by) or Q()
    days = sorted({day for _duty, cut in one.duties.values() if cut for day in (cut.overdue, cut.later)})
    span = Case(
        *(When(stage_since__lt=day, then=Value(place)) for place, day in enumerate(days)),
        default=Value(len(days)),
        output_field=IntegerField(),
    )
    rows = by.outlets(Actor(by.actor.id, by.actor.name, one.grants))
    told = rows.filter(wanted).order_by().values("stage").annotate(span=span, n=Count("pk"), first=Min("stage_since"))
    found = {duty: dict.fromkeys(Group, NONE) for duty, _cut in one.duties.values()}
    for stage, place, number, first in told.values_list("stage", "span", "n", "first"):
        duty, cut = one.duties[stage]
        group = _group(cut, days, place)
        before = found[duty][group]
        found[duty][group] = Found(before.number + number, min(before.first or first, first))
    return dict(found)


def _group(cut: Cutoffs | None, days: Sequence[date], place: int) -> Group:
    if cut is None:
        return Group.LATER
    if place <= days.index(cut.overdue):
        return Group.OVERDUE
    return Group.WEEK if place <= days.index(cut.later) else Group.LATER
