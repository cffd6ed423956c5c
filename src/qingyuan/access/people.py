"""代理、交接、停用: a role lent to a colleague until a day, passed on when an officer leaves, an account switched off.

Whoever holds a delegated role acts under his own name: four eyes are counted by person, so a delegation never lets
anybody confirm what he did himself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from qingyuan.access import guards, guards_people
from qingyuan.access.models import Assignment, Officer, ProgramToken
from qingyuan.core.access import Actor, Place, Role
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.places.paths import within_q

DAY = date.resolution
WITH = ("officer", "unit", "water", "body", "party", "delegated_from__officer")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What passed: the successor's new assignments, and how many delegations and tokens ended."""

    passed: tuple[Assignment, ...]
    ended: int


def places_of(assignments: Iterable[Assignment]) -> list[Place]:
    """Every place that some assignments reach."""
    return [
        place
        for one in assignments
        for place in guards.places_of(unit=one.unit, water=one.water, body=one.body, party=one.party)
    ]


def standing(officer: Officer, *, on: date) -> QuerySet[Assignment]:
    """What an officer holds on a day or will hold later, delegations to him included."""
    return (
        Assignment.objects.filter(Q(to_day=None) | Q(to_day__gt=on), officer=officer)
        .select_related(*WITH)
        .order_by("pk")
    )


def places_of_officer(officer: Officer, *, on: date) -> list[Place]:
    """Where an account is managed: every place its own standing roles reach; of one that has none any more, those it
    had last."""
    own = Assignment.objects.filter(officer=officer, delegated_from=None).select_related(*WITH)
    held = own.filter(Q(to_day=None) | Q(to_day__gt=on))
    return places_of(held or own.order_by("-to_day", "-pk")[:1])


def delegations_by(officer: Officer, *, on: date) -> QuerySet[Assignment]:
    """What an officer lent to others and what has not ended on a day."""
    return (
        Assignment.objects.filter(delegated_from__officer=officer, to_day__gt=on).select_related(*WITH).order_by("pk")
    )


def colleagues_of(assignment: Assignment, *, on: date) -> QuerySet[Officer]:
    """Who may be asked to stand in: officers with a role of their own in the same line of territory, department,
    water or party. An enterprise's people stand in for one another only."""
    held = Assignment.objects.filter(Q(to_day=None) | Q(to_day__gt=on), delegated_from=None, from_day__lte=on)
    same = Q(pk__in=[])
    if assignment.unit:
        path = assignment.unit.path
        above = [path[:length] for length in range(len(path))]
        same |= within_q("unit__path", path) | Q(unit__path__in=above)
    for name in ("body", "water", "party"):
        if (found := getattr(assignment, f"{name}_id")) is not None:
            same |= Q(**{name: found})
    held = held.filter(same)
    is_enterprise = assignment.role == Role.ENTERPRISE
    held = held.filter(role=Role.ENTERPRISE) if is_enterprise else held.exclude(role=Role.ENTERPRISE)
    return (
        Officer.objects.filter(pk__in=held.values("officer"), is_active=True, is_program=False)
        .exclude(pk=assignment.officer_id)
        .order_by("username")
    )


@transaction.atomic
def delegate(
    assignment: Assignment,
    *,
    to: Officer,
    from_day: date,
    to_day: date,
    max_days: int,
    on: date,
    by: Actor,
    at: datetime,
) -> Assignment:
    """委托代理: another officer gets the same role and reach from a day until (not on) another. `max_days` is the
    rulebook's (people.delegation_max_days), `on` today. The holder keeps his role.

    Raises
    ------
    Refused
    """
    Officer.objects.select_for_update().filter(pk=to.pk).first()
    reason = guards_people.delegate(
        assignment,
        to=to,
        from_day=from_day,
        to_day=to_day,
        max_days=max_days,
        places=places_of([assignment]),
        is_colleague=colleagues_of(assignment, on=on).filter(pk=to.pk).exists(),
        on=on,
        by=by,
    )
    require(reason)
    made = _copy(assignment, to=to, from_day=from_day, to_day=to_day, delegated_from=assignment)
    changed(assignment.officer_id, to.pk)
    details = {"role": assignment.role, "to": to_day, "assignment": made.pk}
    for officer, other, act in (
        (assignment.officer_id, to.pk, "officer.delegate"),
        (to.pk, assignment.officer_id, "officer.stand_in"),
    ):
        more = {**details, "other": other}
        ledger.record(("officer", str(officer)), act, by=by, at=at, occurred=from_day, details=more)
    return made


@transaction.atomic
def end_delegation(delegation: Assignment, *, on: date, by: Actor, at: datetime) -> None:
    """结束代理 before its day, by either side or the manager of officers.

    Raises
    ------
    Refused
    """
    require(guards_people.end_delegation(delegation, places=places_of([delegation]), on=on, by=by))
    end([delegation], act="officer.end_delegation", on=on, by=by, at=at)


def end(assignments: Iterable[Assignment], *, act: str, on: date, by: Actor, at: datetime) -> int:
    """End assignments and what was delegated from them. Within a transaction, after a guard. Gives the number of
    delegations that ended with them."""
    found = list(assignments)
    lent = list(Assignment.objects.filter(Q(to_day__gt=on), delegated_from__in=found))
    for one, what in [*((one, act) for one in found), *((one, "officer.end_delegation") for one in lent)]:
        Assignment.objects.filter(pk=one.pk).update(to_day=max(on, one.from_day + DAY))
        details = {"role": one.role, "assignment": one.pk}
        ledger.record(("officer", str(one.officer_id)), what, by=by, at=at, occurred=on, details=details)
    lenders = [one.delegated_from.officer_id for one in found if one.delegated_from is not None]
    changed(*lenders, *(one.officer_id for one in [*found, *lent]))
    return len(lent)


def changed(*officers: int) -> None:
    """Count a change of what these officers hold: whoever read them before must read again (If-Match)."""
    Officer.objects.filter(pk__in=set(officers)).update(version=F("version") + 1)


@transaction.atomic
def hand_over(officer: Officer, *, to: Officer, on: date, today: date, by: Actor, at: datetime) -> HandedOver:
    """交接: what the officer holds ends on a day, and the successor has the same roles and reaches from that day; what
    was delegated to or by him ends; his account is switched off. What the successor already holds is not doubled.

    Raises
    ------
    Refused
    """
    Officer.objects.select_for_update().filter(pk=officer.pk).first()
    officer.refresh_from_db(fields=["is_active"])
    held = list(standing(officer, on=on))
    own = [one for one in held if one.delegated_from_id is None]
    places = places_of_officer(officer, on=on)
    require(guards_people.hand_over(officer, to=to, on=on, today=today, places=places, by=by))
    passed = [_copy(one, to=to, from_day=max(on, one.from_day), to_day=one.to_day) for one in own if not _has(to, one)]
    ended = end(own, act="officer.end_assignment", on=on, by=by, at=at)
    borrowed = [one for one in held if one.delegated_from_id is not None]
    end(borrowed, act="officer.end_delegation", on=on, by=by, at=at)
    for one in passed:
        details = {"role": one.role, "to": one.to_day, "from_officer": officer.pk}
        ledger.record(("officer", str(to.pk)), "officer.assign", by=by, at=at, occurred=one.from_day, details=details)
    changed(to.pk)
    summary = {"to_officer": to.pk, "passed": [one.pk for one in passed]}
    ledger.record(("officer", str(officer.pk)), "officer.hand_over", by=by, at=at, occurred=on, details=summary)
    _off(officer, on=on, by=by, at=at)
    return HandedOver(tuple(passed), ended + len(borrowed))


@transaction.atomic
def switch_off(officer: Officer, *, on: date, by: Actor, at: datetime) -> None:
    """停用: no way in from the next request on, by password, session or token. Roles stay for the day it is switched on
    again; delegations and tokens end. Never deleted.

    Raises
    ------
    Refused
    """
    held = list(standing(officer, on=on))
    require(guards_people.switch_off(officer, places=places_of_officer(officer, on=on), by=by))
    end(delegations_by(officer, on=on), act="officer.end_delegation", on=on, by=by, at=at)
    borrowed = [one for one in held if one.delegated_from_id is not None]
    end(borrowed, act="officer.end_delegation", on=on, by=by, at=at)
    _off(officer, on=on, by=by, at=at)


@transaction.atomic
def switch_on(officer: Officer, *, on: date, by: Actor, at: datetime) -> None:
    """启用 again. A new password must be given: the old one is gone, and the sessions with it.

    Raises
    ------
    Refused
    """
    require(guards_people.switch_on(officer, places=places_of_officer(officer, on=on), by=by))
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    changed(officer.pk)
    ledger.record(("officer", str(officer.pk)), "officer.switch_on", by=by, at=at, occurred=on)


def _off(officer: Officer, *, on: date, by: Actor, at: datetime) -> None:
    officer.is_active = False
    officer.set_unusable_password()  # the sign of every open session hangs on the password
    officer.save(update_fields=["is_active", "password"])
    changed(officer.pk)
    ProgramToken.objects.filter(officer=officer, ended_at=None).update(ended_at=at)
    ledger.record(("officer", str(officer.pk)), "officer.switch_off", by=by, at=at, occurred=on)


def _copy(
    one: Assignment, *, to: Officer, from_day: date, to_day: date | None, delegated_from: Assignment | None = None
) -> Assignment:
    return Assignment.objects.create(
        officer=to,
        role=one.role,
        unit=one.unit,
        water=one.water,
        body=one.body,
        party=one.party,
        reaches_own_area_only=one.reaches_own_area_only,
        from_day=from_day,
        to_day=to_day,
        delegated_from=delegated_from,
    )


def _has(officer: Officer, one: Assignment) -> bool:
    """Whether somebody holds the same role within the same reach, without end."""
    same = {name: getattr(one, name) for name in ("role", "unit", "water", "body", "party", "reaches_own_area_only")}
    return Assignment.objects.filter(officer=officer, to_day=None, **same).exists()
