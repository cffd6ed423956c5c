"""待办: what waits for the asker, by duty and by when it is due."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Mark, Page, Told, Word
from qingyuan.boards.tasks import queries
from qingyuan.boards.tasks.duties import duties_of
from qingyuan.core.duties import Duty, Group
from qingyuan.core.refusal import NotFound

router = Router(tags=["待办"])
SIZE = 50


class TaskRow(Told):
    """One duty as a sentence, about an outlet or a work item. `due` null: no day is set."""

    duty: str
    group: str
    about: str
    about_id: int
    text: str
    due: date | None
    clause: str
    status: str


class DutyCount(Told):
    """How many carry a duty, by when it is due."""

    duty: str
    name: str
    overdue: int
    week: int
    later: int


class ReportRow(Told):
    """A report a scheme asks for."""

    what: str
    due: date
    clause: str


class Waiting(Told):
    """Counts by duty, and the reports of the next three months."""

    counts: list[DutyCount]
    reports: list[ReportRow]


@router.get("/tasks", response=Waiting, summary="待办数")
def waiting(request: HttpRequest, unit: Word = "") -> Waiting:
    """各类待办的个数（逾期、本周、以后；一万即一万及以上），及将要报送的报告。"""
    found = queries.waiting(asking.actor(request), on=asking.today(), path=_path(request, unit), first=1)
    counts = [
        DutyCount(duty=one.duty.value, name=str(one.label), overdue=one.overdue, week=one.week, later=one.later)
        for one in found.counts
    ]
    reports = [ReportRow.model_validate(one, from_attributes=True) for one in found.reports]
    return Waiting(counts=counts, reports=reports)


@router.get("/tasks/{duty}", response=Page[TaskRow], summary="一类待办")
def of_duty(
    request: HttpRequest, duty: Duty, group: Group = Group.OVERDUE, unit: Word = "", after: Mark = ""
) -> Page[TaskRow]:
    """一类待办，等得最久的在前。"""
    who = asking.actor(request)
    if duty not in set(duties_of(who)):
        raise NotFound("duty", duty.value)
    found = queries.page(who, duty, group, on=asking.today(), path=_path(request, unit), after=after, limit=SIZE + 1)
    rows = [
        TaskRow(
            duty=one.duty.value,
            group=one.group.value,
            about=str(one.about),
            about_id=one.about_id,
            text=one.sentence,
            due=one.due,
            clause=one.clause,
            status=str(one.status),
        )
        for one in found[:SIZE]
    ]
    last = found[SIZE - 1].after if len(found) > SIZE else ""
    return Page[TaskRow](items=rows, next=next_address(request, last))


def _path(request: HttpRequest, code: str) -> str:
    return asking.unit(request, code).path if code else ""
