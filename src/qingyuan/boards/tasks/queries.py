"""What waits for whom: counts by when it is due, and pages of duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count as Aggregate
from django.db.models import Min, Q
from django.utils.translation import gettext

from qingyuan.boards.tasks import by_stage, items, plans
from qingyuan.boards.tasks.duties import (
    Found,
    Ground,
    Numbers,
    Row,
    Rows,
    Segment,
    carrying,
    duties_of,
    ground,
    in_group,
    path_column,
    since_column,
    sorted_out,
)
from qingyuan.core.access import Actor, Permission
from qingyuan.core.days import local_day
from qingyuan.core.duties import RULES, Duty, Group, Source, due_day, group_of
from qingyuan.core.reports import Report, reports
from qingyuan.ledger.versions import until_next_entry
from qingyuan.places.paths import is_within
from qingyuan.registry.choices import PROPOSAL_ABOUTS
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.registry.rules import policy_of
from qingyuan.registry.surveyed import ITEMS
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.reporting.models import SubordinatePlan
from qingyuan.stages.survey.models import PlanStep
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.tracing.models import Case

REPORTS_AHEAD = timedelta(days=90)
FIRST = 6
MOST_COUNTED, MOST_OVER_COUNTRY = 10_000, 1_000
"""To here a group is counted, in a unit and over a country: there are hundreds of thousands, and nobody reads the last
digit."""
MOST_READ = MOST_OVER_COUNTRY
"""To here the rows of a duty are read rather than counted: one short statement in place of a long one."""
FEW = frozenset({Duty.UNSHARE, Duty.LOCATE, Duty.SUPPLEMENT})
"""Duties few records carry, found by an index of their own: one question tells all groups."""


@dataclass(frozen=True, slots=True)
class Task:
    """One duty as a sentence. `due` None: no day is set or the table of working days does not reach. `about` is the
    record to be opened, an outlet's or a work item's."""

    duty: Duty
    group: Group
    about: Source
    about_id: int
    sentence: str
    due: date | None
    clause: str
    status: str
    after: str

    @property
    def outlet_id(self) -> int | None:
        """The outlet it is about, if it is about one."""
        return self.about_id if self.about is Source.OUTLET else None


@dataclass(frozen=True, slots=True)
class Count:
    """How many records carry a duty, by when it is due; `Waiting.most` stands for that many and more."""

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

    most: int
    counts: tuple[Count, ...]
    groups: tuple[tuple[Group, int, tuple[Task, ...]], ...]
    reports: tuple[Report, ...]


@until_next_entry
def waiting(actor: Actor, *, on: date, path: str = "", first: int = FIRST) -> Waiting:
    """Everything that waits for an actor on a day, in a unit of his scope; remembered until the next entry.

    Law: of a group the tasks shown are the first of all that are due then, by due day, those of one day in the order of
    duties, those of one duty the longest waiting first. (Where the days of one duty differ from place to place, the
    longest waiting of it stand for it.)
    """
    by = ground(actor, on=on, path=path)
    duties = list(duties_of(actor))
    known = by_stage.counted(duties, by) if path else {}
    found = {duty: known[duty] if duty in known else _count(duty, by) for duty in duties}
    counts = tuple(count for count in (_said(duty, numbers, by) for duty, numbers in found.items()) if count.all)
    groups = []
    for group in Group:
        number = sum(getattr(count, group.value) for count in counts)
        carried = {count.duty: found[count.duty][group] for count in counts if getattr(count, group.value)}
        groups.append((group, number, _first(carried, group, by, limit=first)))
    return Waiting(_most(by), counts, tuple(groups), tuple(reports_due(actor, on=on, path=path)))


def _first(carried: Mapping[Duty, Found], group: Group, by: Ground, *, limit: int) -> tuple[Task, ...]:
    """The first tasks of a group: duties are asked in the order of their earliest due day, until what was found is due
    before the earliest of any that is left."""
    earliest = sorted((_earliest_due(duty, one, by), place, duty) for place, (duty, one) in enumerate(carried.items()))
    found: list[tuple[date, int, Task]] = []
    for due, place, duty in earliest:
        if len(found) >= limit and found[limit - 1][:2] < (due, place):
            break
        found += [(task.due or date.max, place, task) for task in _tasks(duty, group, by, limit=limit)]
        found.sort(key=lambda one: one[:2])  # within a duty the order stays
    return tuple(task for _due, _place, task in found[:limit])


def _earliest_due(duty: Duty, one: Found, by: Ground) -> date:
    """A day before which nothing of it is due: the first there is where nobody can tell."""
    began = local_day(one.first) if isinstance(one.first, datetime) else one.first
    if RULES[duty].since == "due" and isinstance(began, date):
        return began
    days = [part.days for part in by.segments(duty) if part.days is not None]
    if not days:
        return date.max
    dues = [due_day(began, each, by.calendar) if isinstance(began, date) else None for each in days]
    return min(due or date.min for due in dues)


def page(
    actor: Actor, duty: Duty, group: Group, *, on: date, path: str = "", after: str = "", limit: int = 50
) -> list[Task]:
    """One page of a duty's tasks, the longest waiting first; `after` is the last task's own key."""
    return _tasks(duty, group, ground(actor, on=on, path=path), limit=limit, after=after)


def page_of_group(
    actor: Actor, group: Group, *, on: date, path: str = "", after: str = "", limit: int = 50
) -> list[tuple[str, Task]]:
    """One page of everything that is due then, duty by duty; each task with the key of the page that follows it. As
    many in all as the counts of `waiting` add up to."""
    by, duties = ground(actor, on=on, path=path), list(duties_of(actor))
    name, _mark, key = after.partition(":")
    start = next((number for number, duty in enumerate(duties) if duty.value == name), None)
    found: list[tuple[str, Task]] = []
    for number, duty in enumerate(duties):
        if len(found) == limit or (start is not None and number < start):
            continue
        tasks = _tasks(duty, group, by, limit=limit - len(found), after=key if number == start else "")
        found += [(f"{duty}:{task.after}", task) for task in tasks]
    return found


def reports_due(actor: Actor, *, on: date, path: str = "") -> Iterable[Report]:
    """Reports the scheme of the unit asks for in the next three months, for those who may export the register."""
    if not actor.holding(Permission.OUTLET_EXPORT) or not path:
        return []
    found = policy_of(path, on=on).parameters.get("calendar")
    rows = found.value if found and isinstance(found.value, list | tuple) else ()
    told = reports(rows, clause=found.clause if found else "", since=on, until=on + REPORTS_AHEAD)
    return sorted(told, key=lambda report: report.due)


def _count(duty: Duty, by: Ground) -> Numbers:
    """A few are read and sorted out here. Of many one query counts all three groups; over the whole register one for
    each, which ends at the most that is counted."""
    if RULES[duty].source is Source.FILER:
        groups = [task.group for task in _plans_to_file(by)]
        return {group: Found(groups.count(group)) for group in Group}
    rows = carrying(duty, by)
    columns = [since_column(duty)] if len(by.segments(duty)) == 1 else [since_column(duty), path_column(duty)]
    few = list(rows.order_by().values_list(*columns)[:MOST_READ])
    if len(few) < MOST_READ:
        return sorted_out(duty, few, by)
    if not by.path and duty not in FEW:
        return {group: Found(_up_to_most(_rows(duty, group, by))) for group in Group}
    asked: dict[str, Aggregate | Min] = {}
    for group in Group:
        due_then = in_group(duty, group, by)
        asked[group.value] = Aggregate("pk", filter=due_then)
        asked[f"{group.value}_first"] = Min(since_column(duty), filter=due_then)
    told = rows.aggregate(**asked)
    return {group: Found(told[group.value] or 0, told[f"{group.value}_first"]) for group in Group}


def _said(duty: Duty, numbers: Numbers, by: Ground) -> Count:
    return Count(duty, RULES[duty].label, *(min(numbers[group].number, _most(by)) for group in Group))


def _up_to_most(rows: Rows) -> int:
    return rows.order_by().values("pk")[:MOST_OVER_COUNTRY].count()


def _most(by: Ground) -> int:
    return MOST_COUNTED if by.path else MOST_OVER_COUNTRY


def _rows(duty: Duty, group: Group, by: Ground, *, in_order: bool = False) -> Rows:
    """What carries a duty and is due then; outlets, over the country, by the index of what waits longest: for their
    order, and where the day alone tells most of them apart."""
    rows, parts = carrying(duty, by).filter(in_group(duty, group, by)), by.segments(duty)
    if by.path or since_column(duty) != "stage_since":
        return rows
    by_place = group is Group.LATER and len(parts) > 1 and any(part.days is None for part in parts)
    return rows.filter(Q(stage__gt="")) if in_order or not by_place else rows


def _tasks(duty: Duty, group: Group, by: Ground, *, limit: int, after: str = "") -> list[Task]:
    if RULES[duty].source is Source.FILER:
        listed = [task for task in _plans_to_file(by) if task.group is group]
        start = next((number for number, task in enumerate(listed, 1) if task.after == after), 0)
        return listed[start : start + limit]
    column, parts = since_column(duty), by.segments(duty)
    rows = _rows(duty, group, by, in_order=True)
    if key := _key(after, column):
        since, pk = key
        rows = rows.filter(Q(**{f"{column}__gt": since}) | Q(**{column: since, "pk__gt": pk}))
    if duty is Duty.DECIDE:
        rows = rows.select_related("outlet")  # type: ignore[misc] # the rows are proposals
    if rows.model is Outlet:
        rows = rows.only("name", "unit_path", "missing", "stage_since", "registered_at")
    return [_task(duty, row, parts, by) for row in rows.order_by(column, "pk")[:limit]]


def _task(duty: Duty, row: Row, parts: Iterable[Segment], by: Ground) -> Task:
    rule, after = RULES[duty], f"{getattr(row, since_column(duty))}~{row.pk}"
    if isinstance(row, Part | WorkItem):
        return _item_task(duty, row, by, after)
    if isinstance(row, PlanStep):
        return _step_task(duty, row, by, after)
    if isinstance(row, SubordinatePlan):
        return _plan_task(duty, row, parts, by, after)
    if isinstance(row, Lead):
        return _lead_task(duty, row, parts, by, after)
    outlet = row.outlet if isinstance(row, Proposal | Finding | Case) else row
    began = _began(row, since_column(duty))
    days = _days(parts, outlet.unit_path)
    due = began if rule.since == "due" else due_day(began, days, by.calendar) if began else None
    resolved = by.policy(outlet.unit_path).parameters.get(rule.clause_of)
    return Task(
        duty,
        group_of(due, today=by.on),
        Source.CASE if isinstance(row, Case) else Source.OUTLET,
        row.pk if isinstance(row, Case) else outlet.pk,
        gettext(rule.sentence) % _words(row, outlet),
        due,
        resolved.clause if resolved else "",
        resolved.status if resolved else "",
        after,
    )


def _step_task(duty: Duty, row: PlanStep, by: Ground, after: str) -> Task:
    asked = by.policy(row.campaign.unit_path).parameters.get(RULES[duty].clause_of)
    return Task(
        duty,
        group_of(row.due, today=by.on),
        Source.STEP,
        row.campaign_id,
        gettext(RULES[duty].sentence) % {"name": row.campaign.title, "text": row.text},
        row.due,
        asked.clause if asked else "",
        asked.status if asked else "",
        after,
    )


def _plan_task(duty: Duty, row: SubordinatePlan, parts: Iterable[Segment], by: Ground, after: str) -> Task:
    due = due_day(row.filed_on, _days(parts, row.root_path), by.calendar)
    asked = by.policy(row.root_path).parameters.get(RULES[duty].clause_of)
    words = {"name": row.body.name if row.body else row.unit.name, "title": row.title}
    return Task(
        duty,
        group_of(due, today=by.on),
        Source.PLAN,
        row.pk,
        gettext(RULES[duty].sentence) % words,
        due,
        asked.clause if asked else "",
        asked.status if asked else "",
        after,
    )


def _lead_task(duty: Duty, row: Lead, parts: Iterable[Segment], by: Ground, after: str) -> Task:
    due = due_day(row.reported_on, _days(parts, row.unit_path), by.calendar)
    asked = by.policy(row.unit_path).parameters.get(RULES[duty].clause_of)
    return Task(
        duty,
        group_of(due, today=by.on),
        Source.LEAD,
        row.pk,
        gettext(RULES[duty].sentence) % {"name": row.name},
        due,
        asked.clause if asked else "",
        asked.status if asked else "",
        after,
    )


def _plans_to_file(by: Ground) -> list[Task]:
    """The plans the actor's own unit or department owes, by due day."""
    duty = Duty.FILE_PLAN
    found = []
    for one in plans.to_file(by.actor, path=by.path, on=by.on):
        asked = by.policy(one.root.path).parameters.get(RULES[duty].clause_of)
        filer = one.line.filer
        group = group_of(one.due, today=by.on)
        sentence = gettext(RULES[duty].sentence) % {"name": filer.name}
        status = asked.status if asked else ""
        found.append(Task(duty, group, Source.FILER, 0, sentence, one.due, filer.clause, status, filer.key))
    return found


def _item_task(duty: Duty, row: Part | WorkItem, by: Ground, after: str) -> Task:
    item = row.item if isinstance(row, Part) else row
    words = {"name": item.subject, "part": "", "body": ""}
    if isinstance(row, Part):
        words |= {"part": str(row.get_part_display()), "body": row.name}
    listed = by.policy(item.unit_path).parameters.get("responsibilities")
    due = items.due_of(row)
    return Task(
        duty,
        group_of(due, today=by.on),
        Source.ITEM,
        item.pk,
        gettext(RULES[duty].sentence) % words,
        due,
        item.clause,
        listed.status if listed and item.clause else "",
        after,
    )


def _days(parts: Iterable[Segment], unit_path: str) -> int | None:
    """The number of days of the innermost segment an outlet lies in."""
    found = [segment for segment in parts if is_within(unit_path, segment.path)]
    return max(found, key=lambda segment: len(segment.path)).days if found else None


def _began(row: Row, column: str) -> date | None:
    value = getattr(row, column)
    return local_day(value) if isinstance(value, datetime) else value if isinstance(value, date) else None


def _words(row: Outlet | Proposal | Finding | Case, outlet: Outlet) -> dict[str, object]:
    words: dict[str, object] = {"name": outlet.name, "fields": "、".join(map(_field, outlet.missing or ()))}
    if isinstance(row, Proposal):
        words |= {"about": PROPOSAL_ABOUTS[row.about], "text": row.text or row.value}
    return words


def _field(name: str) -> str:
    """A missing field by the name it has on screen."""
    known = {field.name: field for field in Outlet._meta.concrete_fields}
    if name in ITEMS:
        return gettext(ITEMS[name])
    return str(known[name].verbose_name) if name in known else name


def _key(after: str, column: str) -> tuple[date | datetime | int, int] | None:
    since, _mark, pk = after.rpartition("~")
    if not since or not pk.isdecimal():
        return None
    try:
        if column.endswith("_at"):
            return datetime.fromisoformat(since), int(pk)
        return (int(since) if column == "pk" else date.fromisoformat(since)), int(pk)
    except ValueError:
        return None
