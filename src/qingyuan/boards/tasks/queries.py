"""What waits for whom: counts by when it is due, and pages of duties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from qingyuan.boards.tasks.duties import Segment, carrying, duties_of, in_group, segments, since_column
from qingyuan.core.access import Actor, Permission
from qingyuan.core.days import local_day
from qingyuan.core.duties import RULES, Duty, Group, Report, due_day, group_of, reports
from qingyuan.core.policy import Policy
from qingyuan.core.workdays import Calendar
from qingyuan.places import queries as places
from qingyuan.places.paths import is_within, within_q
from qingyuan.registry.choices import PROPOSAL_ABOUTS
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.registry.rules import policies, policy_of

REPORTS_AHEAD = timedelta(days=90)
FIRST = 6


@dataclass(frozen=True, slots=True)
class Task:
    """One duty as a sentence. `due` None: no day is set or the table of working days does not reach."""

    duty: Duty
    group: Group
    outlet_id: int
    sentence: str
    due: date | None
    clause: str
    status: str
    after: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many outlets carry a duty, by when it is due."""

    duty: Duty
    label: str
    overdue: int
    week: int
    later: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.overdue + self.week + self.later


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the home page shows: counts, the first tasks of each group by due day, and reports to come."""

    counts: tuple[Count, ...]
    groups: tuple[tuple[Group, int, tuple[Task, ...]], ...]
    reports: tuple[Report, ...]


def waiting(actor: Actor, *, on: date, path: str = "", first: int = FIRST) -> Waiting:
    """Everything that waits for an actor on a day, in a unit of his scope."""
    asked = _asked(actor, path, on)
    counts = tuple(count for duty in duties_of(actor) if (count := asked.count(duty)).all)
    groups = []
    for group in Group:
        number = sum(getattr(count, group.value) for count in counts)
        found: list[Task] = []
        for count in counts:
            if getattr(count, group.value):
                found += asked.tasks(count.duty, group, limit=first)
        found.sort(key=lambda task: (task.due or date.max, task.outlet_id))
        groups.append((group, number, tuple(found[:first])))
    return Waiting(counts, tuple(groups), tuple(reports_due(actor, on=on, path=path)))


def page(
    actor: Actor, duty: Duty, group: Group, *, on: date, path: str = "", after: str = "", limit: int = 50
) -> list[Task]:
    """One page of a duty's tasks, the longest waiting first; `after` is the last task's own key."""
    return _asked(actor, path, on).tasks(duty, group, limit=limit, after=after)


def reports_due(actor: Actor, *, on: date, path: str = "") -> Iterable[Report]:
    """Reports the scheme of the unit asks for in the next three months, for those who may export the register."""
    if not actor.holding(Permission.OUTLET_EXPORT) or not path:
        return []
    found = policy_of(path, on=on).parameters.get("calendar")
    rows = found.value if found and isinstance(found.value, list | tuple) else ()
    told = reports(rows, clause=found.clause if found else "", since=on, until=on + REPORTS_AHEAD)
    return sorted(told, key=lambda report: report.due)


def _within(duty: Duty, path: str) -> Q:
    if not path:
        return Q()
    column = "managing_path" if "Z" in path else "unit_path"
    return within_q(f"outlet__{column}" if duty is Duty.DECIDE else column, path)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One asking: of whom, where, on which day, by which calendar and policies."""

    actor: Actor
    path: str
    on: date
    calendar: Calendar
    policy: Callable[[str, date], Policy]

    def rows(self, duty: Duty, group: Group, parts: Iterable[Segment]) -> QuerySet[Outlet] | QuerySet[Proposal]:
        return carrying(duty, self.actor, on=self.on).filter(
            in_group(duty, group, parts, today=self.on, calendar=self.calendar), _within(duty, self.path)
        )

    def count(self, duty: Duty) -> Count:
        parts = segments(duty, on=self.on)
        numbers = [self.rows(duty, group, parts).count() for group in Group]
        return Count(duty, RULES[duty].label, *numbers)

    def tasks(self, duty: Duty, group: Group, *, limit: int, after: str = "") -> list[Task]:
        column, parts = since_column(duty), segments(duty, on=self.on)
        rows = self.rows(duty, group, parts)
        if key := _key(after, column):
            since, pk = key
            rows = rows.filter(Q(**{f"{column}__gt": since}) | Q(**{column: since, "pk__gt": pk}))
        if duty is Duty.DECIDE:
            rows = rows.select_related("outlet")  # type: ignore[misc] # the rows are proposals
        return [self.task(duty, row, parts) for row in rows.order_by(column, "pk")[:limit]]

    def task(self, duty: Duty, row: Outlet | Proposal, parts: Iterable[Segment]) -> Task:
        rule = RULES[duty]
        outlet = row.outlet if isinstance(row, Proposal) else row
        began = _began(row, since_column(duty))
        due = due_day(began, _days(parts, outlet.unit_path), self.calendar) if began else None
        resolved = self.policy(outlet.unit_path, self.on).parameters.get(rule.clause_of)
        return Task(
            duty,
            group_of(due, today=self.on),
            outlet.pk,
            gettext(rule.sentence) % _words(row, outlet),
            due,
            resolved.clause if resolved else "",
            resolved.status if resolved else "",
            f"{getattr(row, since_column(duty))}~{row.pk}",
        )


def _asked(actor: Actor, path: str, on: date) -> _Asked:
    return _Asked(actor, path, on, places.calendar(), policies())


def _days(parts: Iterable[Segment], unit_path: str) -> int | None:
    """The number of days of the innermost segment an outlet lies in."""
    found = [segment for segment in parts if is_within(unit_path, segment.path)]
    return max(found, key=lambda segment: len(segment.path)).days if found else None


def _began(row: Outlet | Proposal, column: str) -> date | None:
    value = getattr(row, column)
    return local_day(value) if isinstance(value, datetime) else value if isinstance(value, date) else None


def _words(row: Outlet | Proposal, outlet: Outlet) -> dict[str, object]:
    words: dict[str, object] = {"name": outlet.name, "fields": "、".join(map(_field, outlet.missing or ()))}
    if isinstance(row, Proposal):
        words |= {"about": PROPOSAL_ABOUTS[row.about], "text": row.text or row.value}
    return words


def _field(name: str) -> str:
    """A missing field by the name it has on screen."""
    known = {field.name: field for field in Outlet._meta.concrete_fields}
    return str(known[name].verbose_name) if name in known else name


def _key(after: str, column: str) -> tuple[date | datetime | int, int] | None:
    since, _mark, pk = after.rpartition("~")
    if not since or not pk.isdigit():
        return None
    try:
        if column.endswith("_at"):
            return datetime.fromisoformat(since), int(pk)
        return (int(since) if column == "pk" else date.fromisoformat(since)), int(pk)
    except ValueError:
        return None
