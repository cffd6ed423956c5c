"""提级、督促、协调: what grows old goes one step up; what is overdue is urged; what came up gets an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from qingyuan.bodies import naming
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.places.paths import within_q
from qingyuan.registry.rules import policies
from qingyuan.stages.dispatch import guards, rules
from qingyuan.stages.dispatch.actions.writing import change, draft, record
from qingyuan.stages.dispatch.models import Escalation, Urging, WorkItem
from qingyuan.stages.dispatch.words import AGED_FROM_THE_START, ItemStatus

BATCH = 500


def age_days(item: WorkItem, on: date) -> int:
    """For how many days an item has been growing old: an issue since it was raised, other work since it was due."""
    start = item.issued_on if item.kind in AGED_FROM_THE_START else item.due
    return (on - start).days if start is not None else 0


def escalate_due(*, on: date, by: Actor, at: datetime, path: str = "") -> list[Escalation]:
    """提级 of everything that grew old, in a unit or everywhere; run by the clock. Twice on a day changes nothing.
    Returns what was newly escalated.

    Raises
    ------
    Refused
    """
    require(guards.escalate_due(path=path, on=on, by=by, at=at))
    made: list[Escalation] = []
    last = 0
    while batch := list(_ageing(path, on).filter(pk__gt=last).order_by("pk")[:BATCH]):
        made += _go_up(batch, on=on, by=by, at=at)
        last = batch[-1].pk
    return made


def _ageing(path: str, on: date) -> QuerySet[WorkItem]:
    aged = Q(kind__in=AGED_FROM_THE_START, issued_on__lt=on) | Q(due__lt=on)
    found = WorkItem.objects.filter(aged, within_q("unit_path", path)).exclude(status=ItemStatus.CLOSED)
    return found.select_related("unit")


def escalate(item: WorkItem, *, on: date, by: Actor, at: datetime) -> list[Escalation]:
    """提级: an item older than the configured days (dispatch.escalate_days) is put before whom the scheme has
    coordinate; one step more for each time that many days have passed. Idempotent by (item, step).

    Raises
    ------
    Refused
    """
    require(guards.escalate(item, on=on, by=by, at=at))
    return _go_up([item], on=on, by=by, at=at)


@transaction.atomic
def _go_up(items: Sequence[WorkItem], *, on: date, by: Actor, at: datetime) -> list[Escalation]:
    """The packs are asked once for each county, the bodies above once for each unit."""
    asked, ladders = policies(), {}
    done = set(Escalation.objects.filter(item__in=items).values_list("item_id", "step", "name"))
    made: list[Escalation] = []
    for item in items:
        policy, age = asked(item.unit_path, on), age_days(item, on)
        reached = steps_reached(age, rules.days_to_escalate(policy))
        if not reached:
            continue
        if item.unit_path not in ladders:
            names = rules.escalation_names(policy)
            ladders[item.unit_path] = naming.above(names, policy=policy, unit=item.unit, on=on)
        for step, bodies in enumerate(ladders[item.unit_path][:reached], start=1):
            made += [
                Escalation(
                    item=item,
                    step=step,
                    name=named.name,
                    body=named.body,
                    clause=rules.clause_of(policy, "dispatch.escalate_to"),
                    age_days=age,
                    day=on,
                    recorded_at=at,
                )
                for named in bodies
                if (item.pk, step, named.name) not in done
            ]
    made = Escalation.objects.bulk_create(made)
    ledger.record_many((_entry(one, asked(one.item.unit_path, on)) for one in made), by=by, at=at)
    return made


def steps_reached(age: int, days: int | None) -> int:
    """How many steps an item of an age has climbed: step n once more than n times the days have passed.

    >>> [steps_reached(age, 15) for age in (15, 16, 30, 31)]
    [0, 1, 1, 2]
    """
    return max(age - 1, 0) // days if days else 0


def _entry(one: Escalation, policy: Policy) -> ledger.Draft:
    details = {"step": one.step, "name": one.name, "body": one.body_id, "age_days": one.age_days}
    return draft(one.item, "item.escalate", on=one.day, policy=policy, clause=one.clause, details=details)


@transaction.atomic
def urge(items: Sequence[WorkItem], *, text: str, on: date, by: Actor, at: datetime) -> list[Urging]:
    """督促: one notice for each overdue item, by the coordinating office. An item is urged once a day: pressed again,
    the notice already issued is given back.

    Raises
    ------
    Refused
    """
    require(guards.urge(items, on=on, by=by, at=at))
    known = {one.item_id: one for one in Urging.objects.filter(item__in=items, day=on)}
    body = _acting(by)
    new = [
        Urging(
            item=item,
            body=body,
            text=text.strip(),
            overdue_days=(on - item.due).days if item.due else 0,
            day=on,
            urged_by=by.id,
            recorded_at=at,
        )
        for item in dict.fromkeys(items)
        if item.pk not in known
    ]
    made = {one.item_id: one for one in Urging.objects.bulk_create(new)}
    ledger.record_many(_urgings(items, made, on=on), by=by, at=at)
    return [(known | made)[item.pk] for item in dict.fromkeys(items)]


def _acting(by: Actor) -> Body | None:
    ids = sorted(guards.acting_bodies(by, Permission.DISPATCH_URGE))
    return Body.objects.filter(pk__in=ids).order_by("pk").first()


def _urgings(items: Iterable[WorkItem], made: dict[int, Urging], *, on: date) -> Iterable[ledger.Draft]:
    policies = {item.unit_path: rules.policy_of(item.unit_path, on=on) for item in items}
    for item in dict.fromkeys(items):
        if one := made.get(item.pk):
            policy = policies[item.unit_path]
            yield draft(
                item,
                "item.urge",
                on=on,
                policy=policy,
                clause=rules.clause_of(policy, "organisation.coordinator") or item.clause,
                details={"body": one.body_id, "overdue_days": one.overdue_days},
                private={"text": one.text},
            )


@transaction.atomic
def decide(item: WorkItem, *, text: str, on: date, by: Actor, at: datetime, due: date | None = None) -> WorkItem:
    """提出协调意见: what the coordinating level says to an issue; with `due` the day is set anew. The same opinion
    pressed twice is one.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.decide(item, text=text, on=on, by=by, at=at))
    if (item.decision, item.decided_on) == (text.strip(), on):
        return item
    before = item.due
    change(item, decision=text.strip(), decided_on=on, due=due or item.due)
    record(
        item,
        "item.decide",
        on=on,
        by=by,
        at=at,
        changes={"due": (before, item.due)} if item.due != before else {},
        private={"decision": item.decision},
    )
    return item
