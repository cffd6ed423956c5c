"""May they? One function per action, with the same name. Scope comes first: what one may not see does not exist.

Who may issue, return, urge and reopen is asked by reach; who may feed back and close is asked by the body for which the
officer acts: supporting bodies bring evidence, bodies that answer for the item close it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from qingyuan.bodies import naming
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Grant, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import is_within
from qingyuan.registry.guards import not_yet
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch import rules
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemStatus, PartKind, PartState


def acting_bodies(by: Actor, permission: Permission) -> frozenset[int]:
    """The bodies for which the actor holds a permission."""
    return frozenset(grant.body_id for grant in by.holding(permission) if grant.body_id is not None)


def covers(grant: Grant, path: str) -> bool:
    """Whether a grant reaches a unit."""
    return grant.reach.covers(Place(unit_path=path))


@guard
def issue(
    *,
    subject: str,
    unit: Unit,
    clause: str,
    responsible: Sequence[Body],
    supporting: Sequence[Body],
    outlets: Collection[Outlet],
    due: date | None,
    on: date,
    by: Actor,
    at: datetime,
) -> Iterator[Refusal | None]:
    """交办. With a clause of the scheme its list names the bodies; further ones only where the list ends in 等."""
    yield access.refusal(by, Permission.DISPATCH_ISSUE, Place(unit_path=unit.path))
    if not subject.strip():
        yield Refusal("dispatch.no_subject", _("请填写事项。"))
    if len(subject.strip()) > 200:
        yield Refusal("dispatch.long_subject", _("事项不超过 200 字，详细要求请写在内容中。"))
    row = naming.row_of(rules.policy_of(unit.path, on=on), clause)
    if row is None and not responsible:
        yield Refusal("dispatch.nobody", _("请选择方案条款，或者指定责任单位。"))
    if row is not None and not row.get("open") and (responsible or supporting):
        yield Refusal("dispatch.list_closed", _("本条单位名单没有“等”，不能增加单位。"), {}, clause)
    if len({body.pk for body in (*responsible, *supporting)}) < len(responsible) + len(supporting):
        yield Refusal("dispatch.twice", _("同一单位不能承担两个角色。"))
    if due is not None and due < on:
        yield Refusal("dispatch.due_past", _("办理期限不能早于交办日期。"))
    yield from (_outside(outlet, unit) for outlet in outlets)
    yield not_yet(on, at)


def _outside(outlet: Outlet, unit: Unit) -> Refusal | None:
    if is_within(outlet.unit_path, unit.path) or is_within(outlet.managing_path, unit.path):
        return None
    return Refusal("dispatch.elsewhere", _("排污口“%(name)s”不在%(unit)s。"), {"name": outlet.name, "unit": unit.name})


def not_closed(item: WorkItem) -> Refusal | None:
    """A closed item rests until it is reopened."""
    if item.status != ItemStatus.CLOSED:
        return None
    return Refusal("dispatch.closed", _("事项已办结，如需继续办理请先重新打开。"))


def coordinating(item: WorkItem, by: Actor, permission: Permission) -> Refusal | None:
    """The level that issued acts by its reach; so does a body the item was escalated to."""
    refused = access.refusal(by, permission, Place(unit_path=item.unit_path))
    if refused is None or not acting_bodies(by, permission):
        return refused
    asked = item.escalations.filter(body__in=acting_bodies(by, permission)).exists()
    return None if asked else refused


@guard
def pass_down(
    item: WorkItem, *, targets: Sequence[object], on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """分解下达. `targets`: the bodies below that would get it."""
    yield coordinating(item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(item)
    if not targets:
        yield Refusal("dispatch.nobody_below", _("本地方案没有规定%(unit)s以下的落实单位。"), {"unit": item.unit.name})
    yield not_yet(on, at)


@guard
def add_body(item: WorkItem, *, body: Body, by: Actor) -> Iterator[Refusal | None]:
    """按“等”增加单位."""
    yield coordinating(item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(item)
    if not item.is_list_open:
        yield Refusal("dispatch.list_closed", _("本条单位名单没有“等”，不能增加单位。"), {}, item.clause)
    if item.parts.filter(body=body).exists():
        yield Refusal("dispatch.twice", _("“%(name)s”已在名单中。"), {"name": body.name})


@guard
def name_body(part: Part, *, body: Body, by: Actor) -> Iterator[Refusal | None]:
    """A body registered since takes the place of a bare name."""
    yield coordinating(part.item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(part.item)
    if part.body_id is not None:
        yield Refusal("dispatch.named", _("“%(name)s”已对应登记单位。"), {"name": part.name})
    if part.item.parts.filter(body=body).exists():
        yield Refusal("dispatch.twice", _("“%(name)s”已在名单中。"), {"name": body.name})


@guard
def link_outlets(
    item: WorkItem, *, outlets: Collection[Outlet], on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """关联排污口."""
    yield coordinating(item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(item)
    yield from (_outside(outlet, item.unit) for outlet in outlets)
    yield not_yet(on, at)


@guard
def unlink_outlet(item: WorkItem, *, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """解除关联."""
    yield coordinating(item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(item)
    yield not_yet(on, at)


@guard
def feedback(part: Part, *, text: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """反馈. The officer acts for the body whose part it is; supporting bodies too."""
    item = part.item
    yield access.refusal(by, Permission.DISPATCH_FEEDBACK)
    if part.body_id is None:
        yield Refusal("dispatch.unregistered", _("尚未登记该单位，不能反馈。"))
    if part.body_id not in acting_bodies(by, Permission.DISPATCH_FEEDBACK):
        yield Refusal("access.not_your_part", _("本项由%(name)s反馈。"), {"name": part.name}, item.clause)
    yield not_closed(item)
    if not text.strip():
        yield Refusal("dispatch.no_text", _("请填写反馈内容。"))
    if on < item.issued_on:
        yield Refusal("dispatch.before_issue", _("反馈日期不能早于交办日期%(day)s。"), {"day": str(item.issued_on)})
    yield not_yet(on, at)


@guard
def return_feedback(part: Part, *, reason: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """退回. The coordinating level sends a feedback back, with the reason."""
    yield coordinating(part.item, by, Permission.DISPATCH_ISSUE)
    yield not_closed(part.item)
    if part.state != PartState.ANSWERED:
        yield Refusal("dispatch.not_answered", _("该单位尚未反馈，没有可退回的内容。"))
    if not reason.strip():
        yield Refusal("dispatch.no_reason", _("请填写退回理由。"))
    yield not_yet(on, at)


@guard
def close(item: WorkItem, *, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """办结. Only a responsible or implementing body closes, once each of them has fed back and all below is closed."""
    yield access.refusal(by, Permission.DISPATCH_CLOSE)
    parts = list(item.parts.all())
    acting = acting_bodies(by, Permission.DISPATCH_CLOSE)
    if not any(part.part in ANSWERABLE and part.body_id in acting for part in parts):
        mine = next((part for part in parts if part.body_id in acting), None)
        if mine is not None and mine.part == PartKind.SUPPORTING:
            text = _("%(name)s是配合单位，可以反馈，不能办结；由责任单位或落实单位办结。")
            yield Refusal("access.supporting_only", text, {"name": mine.name}, item.clause)
        yield Refusal("access.not_responsible", _("只有责任单位或落实单位可以办结。"), {}, item.clause)
    if item.status == ItemStatus.CLOSED:
        yield Refusal("dispatch.closed_already", _("事项已经办结。"))
    waiting = [part for part in parts if part.part in ANSWERABLE and part.body_id and part.state != PartState.ANSWERED]
    if waiting:
        names = "、".join(part.name for part in waiting[:3])
        text = _("尚有 %(count)s 个单位未反馈（%(names)s）。")
        yield Refusal("dispatch.awaiting", text, {"count": len(waiting), "names": names})
    below = open_below(item)
    if below:
        yield Refusal("dispatch.open_below", _("尚有 %(count)s 个下级事项未办结。"), {"count": below})
    if on < item.issued_on:
        yield Refusal("dispatch.before_issue", _("办结日期不能早于交办日期%(day)s。"), {"day": str(item.issued_on)})
    yield not_yet(on, at)


def open_below(item: WorkItem) -> int:
    """How many items directly below are open and have a body that could close them."""
    closable = Part.objects.filter(part__in=ANSWERABLE, body__isnull=False).values("item")
    return item.children.filter(pk__in=closable).exclude(status=ItemStatus.CLOSED).count()


@guard
def reopen(item: WorkItem, *, reason: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """重新打开."""
    yield coordinating(item, by, Permission.DISPATCH_ISSUE)
    if item.status != ItemStatus.CLOSED:
        yield Refusal("dispatch.not_closed", _("事项没有办结，不需重新打开。"))
    if not reason.strip():
        yield Refusal("dispatch.no_reason", _("请填写重新打开的理由。"))
    if item.parent is not None and item.parent.status == ItemStatus.CLOSED:
        yield Refusal("dispatch.parent_closed", _("上级事项已办结，请先重新打开上级事项。"))
    yield not_yet(on, at)


@guard
def escalate(item: WorkItem, *, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """提级."""
    yield coordinating(item, by, Permission.DISPATCH_URGE)
    yield not_closed(item)
    yield not_yet(on, at)


@guard
def escalate_due(*, path: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """提级 of a whole unit."""
    yield access.refusal(by, Permission.DISPATCH_URGE, Place(unit_path=path))
    yield not_yet(on, at)


@guard
def decide(item: WorkItem, *, text: str, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """提出协调意见."""
    yield coordinating(item, by, Permission.DISPATCH_URGE)
    yield not_closed(item)
    if not text.strip():
        yield Refusal("dispatch.no_text", _("请填写协调意见。"))
    yield not_yet(on, at)


@guard
def urge(items: Collection[WorkItem], *, on: date, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    """督促. Only what is overdue is urged."""
    yield access.refusal(by, Permission.DISPATCH_URGE)
    if not items:
        yield Refusal("dispatch.nothing", _("没有可督促的事项。"))
    for item in items:
        yield coordinating(item, by, Permission.DISPATCH_URGE)
        yield not_closed(item)
        if item.due is None or item.due >= on:
            yield Refusal("dispatch.not_overdue", _("“%(subject)s”没有逾期，不需督促。"), {"subject": item.subject})
    yield not_yet(on, at)


@guard
def record_meeting(
    *, mechanism: str, title: str, unit: Unit, decisions: Sequence[object], on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """登记会议. Its mechanism is one the scheme has."""
    yield access.refusal(by, Permission.DISPATCH_ISSUE, Place(unit_path=unit.path))
    if mechanism not in rules.mechanisms(rules.policy_of(unit.path, on=on)):
        yield Refusal("dispatch.mechanism", _("本地没有“%(name)s”这一工作机制。"), {"name": mechanism})
    if not title.strip():
        yield Refusal("dispatch.no_title", _("请填写会议名称。"))
    if not decisions:
        yield Refusal("dispatch.no_decision", _("请至少填写一项会议决定。"))
    yield not_yet(on, at)
