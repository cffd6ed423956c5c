"""Asking for notices: how many are unread, a page of them, whom a body's officers are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qingyuan.access.models import Assignment
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.prepared import prepared
from qingyuan.stages.notice.models import Notice

SIZE = 50
MOST_COUNTED = 99
"""The bell says 99+ beyond: nobody reads a number of three digits, and counting stops there."""
_PREFIX = "officer:"


@dataclass(frozen=True, slots=True)
class Page:
    """Notices, the newest first, and the key of the page that follows; empty when none does."""

    rows: tuple[Notice, ...]
    after: str


def officer_id(who: Actor) -> int | None:
    """The officer an actor is; None for the command line and the clock."""
    number = who.id.removeprefix(_PREFIX)
    return int(number) if who.id.startswith(_PREFIX) and number.isdecimal() else None


def told_to(who: Actor) -> QuerySet[Notice]:
    """Everything an officer was told: his own and nobody else's."""
    return Notice.objects.filter(officer=officer_id(who) or 0)


def unread(who: Actor) -> int:
    """How many are unread, counted up to one more than MOST_COUNTED."""
    return len(_unread(officer=officer_id(who) or 0))


@prepared
def _unread(officer: Any) -> QuerySet[Notice, int]:
    found = Notice.objects.filter(officer_id=officer, read_at=None).order_by()
    return found.values_list("pk", flat=True)[: MOST_COUNTED + 1]


def page(who: Actor, *, only_unread: bool = False, after: str = "", size: int = SIZE) -> Page:
    """One page, the newest first; `after` is the key the page before gave."""
    found = told_to(who)
    if only_unread:
        found = found.filter(read_at=None)
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    rows = list(found.select_related("body").order_by("-pk")[: size + 1])
    more = len(rows) > size
    return Page(tuple(rows[:size]), str(rows[size - 1].pk) if more else "")


def notice(who: Actor, pk: int) -> Notice:
    """One notice told to the actor.

    Raises
    ------
    NotFound
    """
    found = told_to(who).filter(pk=pk).first()
    if found is None:
        raise NotFound("notice", str(pk))
    return found


def officers_of(body_ids: Collection[int], *, on: date) -> dict[int, list[int]]:
    """The officers who act for each body on a day, by body; one without officers is not there."""
    standing = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), body__in=set(body_ids), from_day__lte=on, officer__is_active=True
    )
    found: dict[int, list[int]] = {}
    for body, officer in standing.order_by("body", "officer").values_list("body", "officer").distinct():
        found.setdefault(body, []).append(officer)
    return found
