"""采用编码: what a list of codes says about an outlet, taken as its national code or as an alias."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.places.models import Unit
from qingyuan.registry import guards_work as guards
from qingyuan.registry.actions.deciding import change, record
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Alias, CodeList, Outlet


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
        try:
            with transaction.atomic():
                change(outlet, {"national_code": code}, on=on, at=at)
        except IntegrityError:
            raise StaleRecord(str(outlet)) from None
    else:
        Alias.objects.create(outlet=outlet, kind="national", text=code, from_day=on)
    record(outlet, "outlet.take_code", on=on, by=by, at=at, changes=changes, details={"code": code}, evidence=evidence)
    return outlet


def _has_alias(outlet: Outlet, code: str) -> bool:
    return Alias.objects.filter(outlet=outlet, kind="national", text=code).exists()
