"""Telling and reading: each notice is told once and read once, and the ledger keeps both moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.stages.notice import guards
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.notice.models import Notice
from qingyuan.stages.notice.queries import notice, officer_id, officers_of, told_to


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told: `bodies` stand for the officers who act for them, `officers` for themselves. `but` is the
    officer who need not be told, because he did it."""

    key: str
    kind: Kind
    about: tuple[str, str]
    bodies: Sequence[int] = ()
    officers: Sequence[int] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    link: tuple[str, tuple[object, ...]] = ("", ())
    but: int | None = None
    is_demo: bool = False


@transaction.atomic
def notify_many(told: Iterable[Told], *, by: Actor, on: date, at: datetime) -> int:
    """通知. One notice for each officer and key; what was told before is not told again. Returns how many are new.

    Whoever may do the act that is told of may tell of it: flows call this in the act's own transaction or after it.
    """
    given = list(told)
    of_body = officers_of({body for one in given for body in one.bodies}, on=on)
    wanted: dict[tuple[int, str], Notice] = {}
    for one in given:
        for officer, body in _recipients(one, of_body):
            wanted.setdefault((officer, one.key), _notice(one, officer, body, at))
    known = set(
        Notice.objects.filter(
            officer__in={officer for officer, _key in wanted}, key__in={key for _officer, key in wanted}
        ).values_list("officer", "key")
    )
    new = [made for key, made in wanted.items() if key not in known]
    if not new:
        return 0
    Notice.objects.bulk_create(new, ignore_conflicts=True)  # another process may tell the same at the same moment
    made = Notice.objects.filter(
        key__in={one.key for one in new}, officer__in={one.officer_id for one in new}, made_at=at
    )
    stored = [one for one in made.order_by("pk") if (one.officer_id, one.key) not in known]
    ledger.record_many(
        [
            ledger.Draft(
                "notice",
                str(one.pk),
                "notice.tell",
                at,
                details={
                    "kind": one.kind,
                    "to": one.officer_id,
                    "body": one.body_id,
                    "about": f"{one.about_kind}:{one.about_id}",
                },
            )
            for one in stored
        ],
        by=by,
        at=at,
    )
    return len(stored)


def _recipients(one: Told, of_body: Mapping[int, list[int]]) -> list[tuple[int, int | None]]:
    told: list[tuple[int, int | None]] = [(officer, None) for officer in one.officers]
    told += [(officer, body) for body in one.bodies for officer in of_body.get(body, ())]
    return [(officer, body) for officer, body in told if officer != one.but]


def _notice(one: Told, officer: int, body: int | None, at: datetime) -> Notice:
    name, args = one.link
    return Notice(
        officer_id=officer,
        body_id=body,
        key=one.key,
        kind=one.kind,
        params=dict(one.params),
        link_name=name,
        link_args=list(args),
        about_kind=one.about[0],
        about_id=one.about[1],
        made_at=at,
        is_demo=one.is_demo,
    )


@transaction.atomic
def mark_read(pk: int, *, by: Actor, at: datetime) -> Notice:
    """标为已读. Reading it again changes nothing.

    Raises
    ------
    Refused, NotFound
    """
    require(guards.mark_read(by=by))
    found = notice(by, pk)
    _read(told_to(by).filter(pk=pk), by=by, at=at)
    found.refresh_from_db(fields=["read_at"])
    return found


@transaction.atomic
def mark_all_read(*, up_to: int, by: Actor, at: datetime) -> int:
    """全部标为已读: those the officer has had before him, up to the newest he saw. Returns how many.

    Raises
    ------
    Refused
    """
    require(guards.mark_all_read(by=by))
    return _read(told_to(by).filter(pk__lte=up_to), by=by, at=at)


def _read(found: QuerySet[Notice], *, by: Actor, at: datetime) -> int:
    unread = list(found.filter(read_at=None).select_for_update().values_list("pk", flat=True))
    Notice.objects.filter(pk__in=unread).update(read_at=at)
    ledger.record_many(
        [ledger.Draft("notice", str(pk), "notice.read", at, details={"to": officer_id(by)}) for pk in unread],
        by=by,
        at=at,
    )
    return len(unread)


@transaction.atomic
def forget_read(*, before: datetime) -> int:
    """清理: take away notices that were read before an instant. What was told and read stays in the ledger."""
    number, _kinds = Notice.objects.filter(read_at__lt=before).delete()
    return number


__all__ = ["Told", "forget_read", "mark_all_read", "mark_read", "notify_many"]
