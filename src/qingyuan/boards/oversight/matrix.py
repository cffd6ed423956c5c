"""职责矩阵、责任落实、日常监管记录: what each department owes, who stands behind its name, what was done.

Departments come from `organisations` of the scheme; the registered body behind a name from its function and seat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import Q

from qingyuan.access.models import Assignment
from qingyuan.boards.oversight.owners import words_in
from qingyuan.bodies.models import Body
from qingyuan.bodies.naming import bodies_by_name
from qingyuan.core.functions import BodyFunction
from qingyuan.core.policy import Policy
from qingyuan.ledger.models import Entry
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of

NOT_DEPARTMENTS = frozenset({"", BodyFunction.DISCHARGER, BodyFunction.EXPERT})
"""Functions of those who are no part of government: no contact is asked of them."""
RECORDS = ("outlet", "channel", "item", "work_item", "dispatch")
"""Subjects of the ledger whose entries count as a record of supervision: acts on outlets and channels, facts about
them, and work items handed out or fed back."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A department in one unit: the body registered behind the scheme's name (None: nobody registered it) and the
    officers assigned to it."""

    name: str
    unit: Unit
    body: Body | None
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation of the scheme with its duties and its seats within the unit asked about."""

    name: str
    function: str
    duties: tuple[str, ...]
    clause: str
    seats: tuple[Seat, ...]
    more: int

    @property
    def is_department(self) -> bool:
        """Whether a named contact is asked of it."""
        return self.function not in NOT_DEPARTMENTS


@dataclass(frozen=True, slots=True)
class Gap:
    """A department that owes something and where something is missing."""

    line: Line
    seat: Seat
    duties: tuple[str, ...]


def matrix(unit: Unit, *, on: date, seats: int = 30) -> list[Line]:
    """Every organisation the scheme of a unit names, with its duties and the bodies behind it, in the scheme's order.

    `seats`: how many of a collective name (各镇人民政府) are listed; `more` says how many are not.
    """
    policy = policy_of(unit.path, on=on)
    rows = organisations(policy)
    departments = [str(row["name"]) for row in rows if str(row.get("function") or "") not in NOT_DEPARTMENTS]
    named = bodies_by_name(departments, policy=policy, unit=unit, on=on)
    near = {name: [one for one in found if _is_near(one.unit, unit)] or found[:1] for name, found in named.items()}
    contacts = contacts_of({one.body.pk for found in near.values() for one in found if one.body}, on=on)
    lines = []
    for row in rows:
        found = near.get(str(row["name"]), [])
        lines.append(
            Line(
                str(row["name"]),
                str(row.get("function") or ""),
                words_in(row.get("duties")),
                str(row.get("clause") or ""),
                tuple(
                    Seat(one.name, one.unit, one.body, contacts.get(one.body.pk, ()) if one.body else ())
                    for one in found[:seats]
                ),
                max(len(found) - seats, 0),
            )
        )
    return lines


def without_contact(unit: Unit, *, on: date) -> list[Gap]:
    """责任落实: departments that have a duty and no named contact, or that nobody registered (吉林 四(十三))."""
    return [
        Gap(line, seat, line.duties)
        for line in matrix(unit, on=on, seats=500)
        if line.is_department and line.duties
        for seat in line.seats
        if not seat.contacts
    ]


def without_record(unit: Unit, *, month: date, on: date) -> list[Gap]:
    """Departments with a duty of supervision and not one record of it in a month (安阳 三(二)).

    A record is an entry of the ledger in RECORDS that happened in the month, made by an officer assigned to the
    department in that month. `month` is any day of it. A month that is not over yet is counted up to now.
    """
    first, after = month_of(month)
    policy = policy_of(unit.path, on=on)
    tags = frozenset(words_in(policy.value("supervision.daily_duties", ())))
    owing = [
        (line, seat)
        for line in matrix(unit, on=on, seats=500)
        if line.is_department and tags & set(line.duties)
        for seat in line.seats
    ]
    active = _recorded({seat.body.pk for _line, seat in owing if seat.body}, first, after)
    return [
        Gap(line, seat, tuple(sorted(tags & set(line.duties))))
        for line, seat in owing
        if seat.body is None or seat.body.pk not in active
    ]


def organisations(policy: Policy) -> tuple[Mapping[str, object], ...]:
    """The rows of `organisations`; none where the scheme names nobody."""
    return cast(tuple[Mapping[str, object], ...], policy.value("organisations", ()))


def contacts_of(body_ids: Collection[int], *, on: date) -> dict[int, tuple[str, ...]]:
    """The officers assigned to bodies on a day, by name: who may be asked."""
    found: dict[int, list[str]] = {}
    held = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), from_day__lte=on, body__in=body_ids, officer__is_active=True
    )
    for body_id, name in held.order_by("pk").values_list("body_id", "officer__name"):
        if body_id is not None and name not in found.setdefault(body_id, []):
            found[body_id].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


def month_of(day: date) -> tuple[date, date]:
    """The first day of a day's month, and of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _recorded(body_ids: Iterable[int], first: date, after: date) -> set[int]:
    """Bodies of which an officer left a record of supervision between two days."""
    held = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=first), from_day__lt=after, body__in=list(body_ids)
    ).values_list("body_id", "officer_id")
    actors: dict[str, set[int]] = {}
    for body_id, officer_id in held:
        if body_id is not None:
            actors.setdefault(f"officer:{officer_id}", set()).add(body_id)
    entries = Entry.objects.filter(
        actor_id__in=actors,
        kind__in=RECORDS,
        occurred__gte=first.isoformat(),
        occurred__lt=after.isoformat(),
        recorded_at__gte=datetime.fromisoformat(f"{first.isoformat()}T00:00:00+00:00") - timedelta(days=1),
    )
    active = entries.order_by().values_list("actor_id", flat=True).distinct()
    return {body_id for actor in active for body_id in actors[actor]}


def _is_near(seat: Unit, unit: Unit) -> bool:
    """The unit itself, what lies directly below it, and the scheme's own unit above: the rest is asked below."""
    return unit.path.startswith(seat.path) or seat.parent_id == unit.pk
