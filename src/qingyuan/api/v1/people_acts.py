"""代理、交接、停用、启用、批量新建: what passes from one officer to another, and accounts out of a file.

Passwords are given at the page only: an account that is made or switched on here has none yet, because answers of this
door are kept.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import Field

from qingyuan.access import actions, people
from qingyuan.access import officers as queries
from qingyuan.access.models import Officer
from qingyuan.api import asking
from qingyuan.api.shapes import Day, Given, Id, Ref, Told
from qingyuan.api.v1.people import AssignmentRow, OfficerRow, assignment_row, held, to_change, told
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.writes import asks, write
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import people as files
from qingyuan.flows.leaver_hands_over import hand_over as passed_on
from qingyuan.registry.actions import views_named
from qingyuan.rulebook.queries import policy_for

router = Router(tags=["人员"])
MOST_BYTES = 2 * 1024 * 1024


class Delegation(Given):
    """To whom a role is lent, from a day until (not on) another."""

    to: Id = Field(description="受托人员")
    from_day: Day
    to_day: Day = Field(description="当日起不再代理")


class HandOver(Given):
    """Who follows, since when."""

    to: Id = Field(description="接任人员")
    on: Day


class Passing(Told):
    """What a hand-over would pass on, and what would end with it."""

    passes: list[AssignmentRow]
    ends: list[AssignmentRow]
    saved_views: int


class HandedOverTo(Told):
    """What passed."""

    officer: OfficerRow
    passed: list[AssignmentRow] = Field(description="接任人员的新任职")
    ended: int = Field(description="随之结束的代理")
    saved_views: int


class FaultInFile(Told):
    """What is wrong in a line."""

    row: int
    column: str
    cell: str
    code: str
    text: str


class FileJudged(Told):
    """What a file would do."""

    rows: int
    new: int
    role: int = Field(description="已有账号，新增任职")
    unchanged: int
    refused: int
    findings: list[FaultInFile]


class FileEntered(FileJudged):
    """What a file did."""

    made: list[Ref] = Field(description="新建的账号；尚无密码，由管理员在账号页给出一次性密码")


@router.post("/officers/{pk}/assignments/{assignment}/delegate", response=AssignmentRow, summary="委托代理")
@write(status=201, changes=True)
def delegate(request: HttpRequest, pk: Id, assignment: Id, given: Delegation) -> AssignmentRow:
    """另一名人员在一段日期内代理某项任职；原任职人员的任职不变。"""
    one = held(request, to_change(request, pk), assignment)
    today, by = asking.today(), asking.actor(request)
    made = actions.delegate(
        one,
        to=_person(given.to, among=people.colleagues_of(one, on=today)),
        from_day=given.from_day,
        to_day=given.to_day,
        max_days=int(str(policy_for("", on=today).value("people.delegation_max_days", 0))),
        on=today,
        by=by,
        at=timezone.now(),
    )
    asking.seen(request, Officer.objects.get(pk=pk).version)
    return assignment_row(made)


@router.post("/officers/{pk}/assignments/{assignment}/end-delegation", response=OfficerRow, summary="结束代理")
@write(changes=True)
def end_delegation(request: HttpRequest, pk: Id, assignment: Id) -> OfficerRow:
    """自今天起不再代理。"""
    found = to_change(request, pk)
    one = held(request, found, assignment)
    actions.end_delegation(one, on=asking.today(), by=asking.actor(request), at=timezone.now())
    return told(request, found)


@router.get("/officers/{pk}/hand-over", response=Passing, summary="交接将移交什么")
def passing(request: HttpRequest, pk: Id) -> Passing:
    """交接时移交的任职，随之结束的代理，和保存的筛选的个数。"""
    who, today = asking.require(request, Permission.OFFICERS_MANAGE), asking.today()
    found = queries.officer_in_scope(who, pk)
    standing = list(people.standing(found, on=today))
    own = [one for one in standing if one.delegated_from_id is None]
    ends = [one for one in standing if one.delegated_from_id] + list(people.delegations_by(found, on=today))
    asking.seen(request, found.version)
    views = len(views_named(f"officer:{found.pk}"))
    return Passing(passes=list(map(assignment_row, own)), ends=list(map(assignment_row, ends)), saved_views=views)


@router.post("/officers/{pk}/hand-over", response=HandedOverTo, summary="交接")
@write(changes=True)
def hand_over(request: HttpRequest, pk: Id, given: HandOver) -> HandedOverTo:
    """任职和保存的筛选交给接任人员，代理结束，原账号停用。"""
    found, by = to_change(request, pk), asking.actor(request)
    to = _person(given.to, among=queries.officers_in_scope(by))
    done, views = passed_on(found, to=to, on=given.on, today=asking.today(), by=by, at=timezone.now())
    return HandedOverTo(
        officer=told(request, found),
        passed=[assignment_row(one) for one in done.passed],
        ended=done.ended,
        saved_views=views,
    )


@router.post("/officers/{pk}/switch-off", response=OfficerRow, summary="停用账号")
@write(changes=True)
def switch_off(request: HttpRequest, pk: Id) -> OfficerRow:
    """登录、会话和令牌即时失效；任职保留，代理结束。"""
    found = to_change(request, pk)
    actions.switch_off(found, on=asking.today(), by=asking.actor(request), at=timezone.now())
    return told(request, found)


@router.post("/officers/{pk}/switch-on", response=OfficerRow, summary="启用账号")
@write(changes=True)
def switch_on(request: HttpRequest, pk: Id) -> OfficerRow:
    """重新启用。原密码已经作废，一次性密码由管理员在账号页给出。"""
    found = to_change(request, pk)
    actions.switch_on(found, on=asking.today(), by=asking.actor(request), at=timezone.now())
    return told(request, found)


@router.post("/officer-files/preview", response=FileJudged, summary="批量新建账号将做什么")
@asks
def preview(request: HttpRequest, file: File[UploadedFile]) -> FileJudged:
    """按模板填写的人员文件：每行将做什么，每处错误在哪一格。不写入。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    return FileJudged(**_said(_judged(file, who)))


@router.post("/officer-files", response=FileEntered, summary="批量新建账号")
@write(status=201, upload=True)
def many(request: HttpRequest, file: File[UploadedFile]) -> FileEntered:
    """合格的行新建账号并任职，全部写入或都不写入；同一文件再次提交没有变化。"""
    who = asking.require(request, Permission.OFFICERS_MANAGE)
    judged = _judged(file, who)
    done = files.enter(judged, password=lambda: None, by=who, at=timezone.now())
    return FileEntered(**_said(judged), made=[Ref(id=one.pk, name=one.username) for one, _none in done.made])


def _judged(file: UploadedFile, who: Actor) -> files.Judged:
    lines = files.texts_of(content_of(file, MOST_BYTES), name_of(file))
    return files.judge(lines, by=who, today=asking.today())


def _said(judged: files.Judged) -> dict[str, Any]:
    counts = {kind: judged.count(kind) for kind in ("new", "role", "unchanged", "refused")}
    faults = [
        FaultInFile(row=one.row, column=one.column, cell=one.cell, code=one.code, text=one.text)
        for one in judged.findings
    ]
    return {"rows": len(judged.rows), **counts, "findings": faults}


def _person(pk: int, *, among: QuerySet[Officer]) -> Officer:
    """Somebody the asker may name; absent for anybody else."""
    if (found := among.filter(pk=pk).first()) is None:
        raise NotFound("officer", str(pk))
    return found
