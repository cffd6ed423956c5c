"""登记支口: an outlet shares the mouth of a main one, from a day to a day. The relation and its end stay on record."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry import guards_work as guards
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.models import MainLink, Outlet


@transaction.atomic
def set_main(branch: Outlet, *, main: Outlet, on: date, by: Actor, at: datetime) -> MainLink:
    """登记为支口. Said twice it is said once.

    Raises
    ------
    Refused, StaleRecord
    """
    held = MainLink.objects.filter(branch=branch, main=main, to_day=None).first()
    if held is not None:
        return held
    require(guards.set_main(branch, main=main, by=by, on=on, at=at))
    try:
        with transaction.atomic():
            link = MainLink.objects.create(branch=branch, main=main, from_day=on, recorded_at=at)
    except IntegrityError:
        raise StaleRecord(str(branch)) from None
    for outlet, other in ((branch, main), (main, branch)):
        details = {"main_name": main.name, "main": main.pk, "branch": branch.pk, "other_name": other.name}
        record(outlet, "outlet.set_main", on=on, by=by, at=at, details=details)
    return link


@transaction.atomic
def end_main(branch: Outlet, *, on: date, by: Actor, at: datetime) -> None:
    """解除支口关系. Ended already, nothing happens.

    Raises
    ------
    Refused
    """
    require(guards.end_main(branch, by=by, on=on, at=at))
    link = MainLink.objects.select_related("main").filter(branch=branch, to_day=None).first()
    if link is None:
        return
    MainLink.objects.filter(pk=link.pk).update(to_day=on)
    for outlet in (branch, link.main):
        details = {"main_name": link.main.name, "main": link.main_id, "branch": branch.pk}
        record(outlet, "outlet.end_main", on=on, by=by, at=at, details=details)
