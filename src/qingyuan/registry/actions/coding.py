"""采用、赋予、注销编码: what a list of codes says about an outlet is taken as its national code or as an alias; who
names and codes gives it the next one, or ends it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import BITS, Milestone
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import rows
from qingyuan.places.models import Unit
from qingyuan.registry import guards_work as guards
from qingyuan.registry import standings
from qingyuan.registry.actions.deciding import change, record
from qingyuan.registry.actions.moving import MILESTONE_COLUMNS, check_filed
from qingyuan.registry.models import Alias, CodeList, MilestoneRecord, Outlet


@transaction.atomic
def file_code_list(*, unit: Unit, sha256: str, name: str, rows: int, by: Actor, at: datetime) -> CodeList:
    """Hand in a list of national codes for a unit. The same file again is the same list.

    Raises
    ------
    Refused, NotFound
    """
    require(guards.file_code_list(unit=unit, by=by))
    check_filed({sha256})
    given = {"name": name[-255:], "rows": rows, "filed_by": by.id, "filed_at": at}
    return CodeList.objects.get_or_create(unit=unit, sha256=sha256, defaults=given)[0]


@transaction.atomic
def take_code(
    outlet: Outlet, *, code: str, as_national: bool, on: date, by: Actor, at: datetime, sha256: str = ""
) -> Outlet:
    """Take a code for the outlet, as its national code (which is then fixed) or as an alias. Taken already, nothing
    happens.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    taken = outlet.national_code == code if as_national else _has_alias(outlet, code)
    if taken:
        return outlet
    require(guards.take_code(outlet, code=code, as_national=as_national, by=by, on=on, at=at))
    evidence = (sha256,) if sha256 else ()
    if evidence:
        check_filed(set(evidence))
    changes: dict[str, tuple[object, object]] = {}
    if as_national:
        changes = {"national_code": (outlet.national_code, code)}
        _set(outlet, code, on=on, at=at)
    else:
        Alias.objects.create(outlet=outlet, kind="national", text=code, from_day=on)
    record(outlet, "outlet.take_code", on=on, by=by, at=at, changes=changes, details={"code": code}, evidence=evidence)
    return outlet


@transaction.atomic
def give_code(outlet: Outlet, *, code: str, clause: str, on: date, by: Actor, at: datetime) -> Outlet:
    """赋码: the outlet's first national code, or a new one after the old was ended. Who may give codes, and which one
    comes next, is asked by the room of standardisation.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.give_code(outlet, code=code, on=on, at=at))
    _set(outlet, code, on=on, at=at)
    changes: dict[str, tuple[object, object]] = {"national_code": ("", code)}
    record(outlet, "outlet.issue_code", on=on, by=by, at=at, changes=changes, details={"code": code}, clause=clause)
    return outlet


@transaction.atomic
def end_code(
    outlet: Outlet, *, reason: str, clause: str, on: date, by: Actor, at: datetime, sha256: str = ""
) -> Outlet:
    """注销编码: the outlet has no national code any more; the old one stays as an alias and is never given again. It is
    not 销号: stage and milestones of the remediation stay.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.end_code(outlet, on=on, at=at))
    evidence = (sha256,) if sha256 else ()
    check_filed(set(evidence))
    old = outlet.national_code
    Alias.objects.create(outlet=outlet, kind="national", text=old, to_day=on)
    mask = outlet.milestones & ~BITS[Milestone.CODED]
    if mask != outlet.milestones:
        rows.insert(MilestoneRecord, MILESTONE_COLUMNS, [(outlet.pk, Milestone.CODED.value, False, on, "", at)])
    change(outlet, {"national_code": "", "milestones": mask}, on=on, at=at)
    standings.refresh([outlet.pk], at=at)
    record(
        outlet,
        "outlet.void_code",
        on=on,
        by=by,
        at=at,
        changes={"national_code": (old, "")},
        details={"code": old, "reason": reason},
        clause=clause,
        evidence=evidence,
    )
    return outlet


def _set(outlet: Outlet, code: str, *, on: date, at: datetime) -> None:
    try:
        with transaction.atomic():
            change(outlet, {"national_code": code}, on=on, at=at, reaches=Milestone.CODED)
    except IntegrityError:
        raise StaleRecord(str(outlet)) from None


def _has_alias(outlet: Outlet, code: str) -> bool:
    return Alias.objects.filter(outlet=outlet, kind="national", text=code).exists()
