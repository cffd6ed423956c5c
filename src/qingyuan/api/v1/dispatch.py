"""交办: work handed out to bodies, passed down, fed back, sent back, closed, reopened, urged and put up."""

from __future__ import annotations

from typing import Literal

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.openapi_parts import binary
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Ref, Word
from qingyuan.api.v1 import dispatch_shapes as shapes
from qingyuan.api.v1.act_reading import body_of, unit_of
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.api.v1.dispatch_shapes import ItemFile, ItemRow, row_of
from qingyuan.api.v1.downloads import download
from qingyuan.api.v1.ledger_shapes import entry_of
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.writes import write
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.flows import item_notices
from qingyuan.ledger import queries as ledger
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch import actions, guards, queries
from qingyuan.stages.dispatch.actions.issuing import targets_of
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind

router = Router(tags=["交办"])
SIZE = 50
TIMELINE = 200
SOME = "—"
"""Stands for the text that will be sent, when a guard is asked beforehand."""
Status = Literal["", "open", "answered", "returned", "closed", "overdue"]


@router.get("/work-items", response=Page[ItemRow], summary="交办事项列表")
def listed(
    request: HttpRequest,
    unit: Word = "",
    status: Status = "",
    kind: ItemKind | None = None,
    clause: Word = "",
    q: Word = "",
    mine: bool = False,
    after: Id | None = None,
) -> Page[ItemRow]:
    """可见的事项，新的在前；overdue 为逾期，mine 为本单位承办。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = queries.listed(
        who,
        on=asking.today(),
        path=asking.unit(request, unit).path if unit else "",
        status=status,
        kind=kind.value if kind else "",
        clause=clause,
        text=q,
        mine=mine,
        after=after or 0,
        limit=SIZE + 1,
    )
    last = found[SIZE - 1].pk if len(found) > SIZE else None
    return Page[ItemRow](items=[row_of(one) for one in found[:SIZE]], next=next_address(request, last))


@router.post("/work-items", response=ItemFile, summary="交办")
@write(status=201)
def issue(request: HttpRequest, given: shapes.Issue) -> ItemFile:
    """按方案条款的名单交办，或者指定责任单位。办理单位的人员随即收到消息。"""
    by, at = asking.require(request, Permission.DISPATCH_ISSUE), timezone.now()
    if given.kind not in {ItemKind.TASK, ItemKind.ISSUE}:
        raise Refused(Refusal("dispatch.kind", _("会议决定由登记会议产生，无人监管由清单产生，不能直接交办。")))
    item = actions.issue(
        kind=given.kind,
        subject=given.subject,
        text=given.text,
        unit=unit_of(request, given.unit),
        clause=given.clause,
        due=given.due,
        responsible=bodies(given.responsible),
        supporting=bodies(given.supporting),
        outlets=outlets(by, given.outlets),
        on=given.on,
        by=by,
        at=at,
    )
    asking.located(request, f"/api/v1/work-items/{item.pk}")
    return _done(request, item.pk)


@router.get("/work-items/clauses", response=list[shapes.ClauseRow], summary="可以交办的条款")
def clauses(request: HttpRequest, unit: Word = "") -> list[shapes.ClauseRow]:
    """方案中有单位名单的条款，及各条的责任单位、落实单位、配合单位。"""
    asking.require(request, Permission.OUTLET_VIEW)
    at = asking.unit_or_own(request, unit)
    return [shapes.clause_of(one) for one in queries.lines_for(at, on=asking.today())] if at else []


@router.get("/work-items/board", response=shapes.Board, summary="统筹协调")
def board(request: HttpRequest, unit: Word = "") -> shapes.Board:
    """各单位逾期的事项，待协调的新情况新问题。"""
    who, on = asking.require(request, Permission.OUTLET_VIEW), asking.today()
    path = asking.unit(request, unit).path if unit else ""
    late = [
        shapes.LateRow(name=one.name, body=one.body_id, items=[row_of(item) for item in one.items])
        for one in queries.overdue_board(who, on=on, path=path)
    ]
    return shapes.Board(overdue=late, issues=[row_of(one) for one in queries.issues(who, on=on, path=path)])


@router.post("/work-items/urge", response=shapes.Urged, summary="批量督促")
@write()
def urge_many(request: HttpRequest, given: shapes.UrgeMany) -> shapes.Urged:
    """只督促逾期的事项；一个事项一天只督促一次。"""
    by, at = asking.require(request, Permission.DISPATCH_URGE), timezone.now()
    items = [queries.item(by, pk) for pk in dict.fromkeys(given.items)]
    actions.urge(items, text=given.text, on=given.on, by=by, at=at)
    item_notices.tell(items, by=by, on=asking.today(), at=at)
    return shapes.Urged(items=[row_of(one) for one in items])


@router.get("/work-items/{pk}", response=ItemFile, summary="一个交办事项")
def shown(request: HttpRequest, pk: Id) -> ItemFile:
    """内容、办理单位及其反馈、下级事项，以及可以办理的事项和不能办理的理由。"""
    return _told(request, queries.item(asking.actor(request), pk))


@router.get("/work-items/{pk}/feedback/{feedback}", summary="下载佐证材料", openapi_extra=binary())
def evidence(request: HttpRequest, pk: Id, feedback: Id) -> FileResponse:
    """一次反馈所附的材料，总是作为附件。"""
    found = queries.item(asking.actor(request), pk)
    given = next(
        (one for part in queries.parts_of(found) for one in part.feedbacks.all() if one.pk == feedback and one.sha256),
        None,
    )
    if given is None:
        raise NotFound("feedback", str(feedback))
    return download(given.sha256)


@router.post("/work-items/{pk}/pass-down", response=ItemFile, summary="分解下达")
@write(changes=True)
def pass_down(request: HttpRequest, pk: Id, given: shapes.PassDown) -> ItemFile:
    """下达到方案规定的落实单位，逐级到底；已经下达的不重复。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    actions.pass_down(item, due=given.due, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/feedback", response=ItemFile, summary="反馈")
@write(changes=True)
def feedback(request: HttpRequest, pk: Id, given: shapes.FeedBack) -> ItemFile:
    """由办理单位的人员反馈；配合单位也可以反馈。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_FEEDBACK), asking.actor(request), timezone.now()
    part = _part(item, given.part) if given.part else queries.own_part(item, by)
    if part is None:
        text = _("您任职的单位不在本事项的名单中，不需反馈。")
        raise Refused(Refusal("access.no_part", text, {}, item.clause))
    actions.feedback(part, text=given.text, sha256=given.sha256 or "", on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/return", response=ItemFile, summary="退回反馈")
@write(changes=True)
def return_feedback(request: HttpRequest, pk: Id, given: shapes.Return) -> ItemFile:
    """退回一个单位的反馈，须写明理由。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    actions.return_feedback(_part(item, given.part), reason=given.reason, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/close", response=ItemFile, summary="办结")
@write(changes=True)
def close(request: HttpRequest, pk: Id, given: shapes.Close) -> ItemFile:
    """由责任单位或落实单位办结；配合单位不能办结。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_CLOSE), asking.actor(request), timezone.now()
    actions.close(item, note=given.note, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/reopen", response=ItemFile, summary="重新打开")
@write(changes=True)
def reopen(request: HttpRequest, pk: Id, given: shapes.Reopen) -> ItemFile:
    """责任单位重新反馈，原来的反馈仍可查。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    actions.reopen(item, reason=given.reason, due=given.due, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/escalate", response=ItemFile, summary="提级")
@write(changes=True)
def escalate(request: HttpRequest, pk: Id, given: OnDay) -> ItemFile:
    """超过方案规定天数的，提交上一级协调；未到天数的不变。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_URGE), asking.actor(request), timezone.now()
    actions.escalate(item, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/decide", response=ItemFile, summary="提出协调意见")
@write(changes=True)
def decide(request: HttpRequest, pk: Id, given: shapes.ItemOpinion) -> ItemFile:
    """写明意见；写 due 即重新确定办理期限。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_URGE), asking.actor(request), timezone.now()
    actions.decide(item, text=given.text, due=given.due, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/urge", response=ItemFile, summary="督促")
@write(changes=True)
def urge(request: HttpRequest, pk: Id, given: shapes.Urge) -> ItemFile:
    """只督促逾期的事项；一天只督促一次。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_URGE), asking.actor(request), timezone.now()
    actions.urge([item], text=given.text, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/add-body", response=ItemFile, summary="按“等”增加单位")
@write(changes=True)
def add_body(request: HttpRequest, pk: Id, given: shapes.AddBody) -> ItemFile:
    """条款的名单带“等”时，可以增加单位。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    (body,) = bodies([given.body])
    actions.add_body(item, body=body, part=given.part, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/name-body", response=ItemFile, summary="对应单位")
@write(changes=True)
def name_body(request: HttpRequest, pk: Id, given: shapes.NameBody) -> ItemFile:
    """名单中尚未登记的单位，登记之后在此对应。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    part, (body,) = _part(item, given.part), bodies([given.body])
    actions.name_body(part, body=body, on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/link-outlets", response=ItemFile, summary="关联排污口")
@write(changes=True)
def link_outlets(request: HttpRequest, pk: Id, given: shapes.Outlets) -> ItemFile:
    """事项所涉的排污口；已经关联的不变。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    actions.link_outlets(item, outlets(by, given.outlets), on=given.on, by=by, at=at)
    return _done(request, pk)


@router.post("/work-items/{pk}/unlink-outlet", response=ItemFile, summary="解除关联")
@write(changes=True)
def unlink_outlet(request: HttpRequest, pk: Id, given: shapes.OneOutlet) -> ItemFile:
    """自某日起不再涉及此排污口。"""
    item, by, at = _to_change(request, pk, Permission.DISPATCH_ISSUE), asking.actor(request), timezone.now()
    actions.unlink_outlet(item, registry.outlet(by, given.outlet), on=given.on, by=by, at=at)
    return _done(request, pk)


def bodies(ids: list[int]) -> list[Body]:
    """Standing bodies by their ids; NotFound for one there is not."""
    return [one for pk in dict.fromkeys(ids) if (one := body_of(pk)) is not None]


def outlets(by: Actor, ids: list[int]) -> list[Outlet]:
    """Outlets the actor may see; NotFound else."""
    return [registry.outlet(by, pk) for pk in dict.fromkeys(ids)]


def _to_change(request: HttpRequest, pk: int, permission: Permission) -> WorkItem:
    """The item to be acted upon, as the client read it; held until the act is done."""
    found = queries.item(asking.actor(request), pk)
    asking.require(request, permission)
    WorkItem.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "status"])
    asking.as_read(request, found.version, found.subject)
    return found


def _part(item: WorkItem, pk: int) -> Part:
    found = next((one for one in queries.parts_of(item) if one.pk == pk), None)
    if found is None:
        raise NotFound("part", str(pk))
    return found


def _done(request: HttpRequest, pk: int) -> ItemFile:
    """After an act: its bodies are told, the item is answered as it stands now."""
    who, at = asking.actor(request), timezone.now()
    found = queries.item(who, pk)
    item_notices.tell([found, *queries.children_of(found)], by=who, on=asking.today(), at=at)
    return _told(request, found)


def _told(request: HttpRequest, found: WorkItem) -> ItemFile:
    who, on = asking.actor(request), asking.today()
    asking.seen(request, found.version)
    below = queries.roll_up(found, on=on)
    numbers = {name: getattr(below, name) for name in shapes.Below.model_fields}
    return ItemFile(
        **shapes.fields_of(found),  # type: ignore[arg-type]
        text=found.text,
        is_list_open=found.is_list_open,
        decision=found.decision,
        decided_on=found.decided_on,
        parts=[shapes.part_of(one) for one in queries.parts_of(found)],
        outlets=[Ref(id=one.pk, name=one.name) for one in queries.outlets_of(found, who)],
        escalations=[_escalation(one) for one in found.escalations.select_related("body").order_by("step", "pk")],
        urgings=[
            shapes.UrgingRow(body=shapes.ref(one.body), text=one.text, overdue_days=one.overdue_days, day=one.day)
            for one in found.urgings.select_related("body").order_by("-pk")
        ],
        children=[row_of(one) for one in queries.children_of(found)],
        below=shapes.Below(**numbers),
        against={name: reason_of(reason) for name, reason in _against(found, who).items()},
        timeline=[entry_of(line) for line in ledger.timeline("item", str(found.pk), limit=TIMELINE)],
    )


def _escalation(one: object) -> shapes.EscalationRow:
    plain = {name: getattr(one, name) for name in ("step", "name", "clause", "age_days", "day")}
    return shapes.EscalationRow(body=shapes.ref(one.body), **plain)  # type: ignore[attr-defined]


def _against(item: WorkItem, by: Actor) -> dict[str, Refusal | None]:
    """What stands against each act; what will be sent with it is taken to be in order."""
    at, on = timezone.now(), asking.today()
    own = queries.own_part(item, by)
    no_part = Refusal("access.no_part", _("您任职的单位不在本事项的名单中，不需反馈。"), {}, item.clause)
    return {
        "feedback": guards.feedback(own, text=SOME, on=on, by=by, at=at) if own else no_part,
        "close": guards.close(item, on=on, by=by, at=at),
        "pass-down": guards.pass_down(item, targets=targets_of(item, on=on), on=on, by=by, at=at),
        "reopen": guards.reopen(item, reason=SOME, on=on, by=by, at=at),
        "urge": guards.urge([item], on=on, by=by, at=at),
        "escalate": guards.escalate(item, on=on, by=by, at=at),
        "decide": guards.decide(item, text=SOME, on=on, by=by, at=at),
        "link-outlets": guards.link_outlets(item, outlets=(), on=on, by=by, at=at),
    }
