"""`dispatch issue`, `list`, `show`, `close`, `escalate`: work handed out, by the same functions as the pages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from qingyuan.bodies import queries as bodies
from qingyuan.bodies.models import Body
from qingyuan.commands.answers import answer, verb
from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.registry import queries as registry
from qingyuan.stages.dispatch import actions, queries
from qingyuan.stages.dispatch.models import Escalation, Part, WorkItem
from qingyuan.stages.dispatch.queries import RollUp
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus, PartKind, PartState


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dispatch` with its verbs."""
    verbs = groups.add_parser("dispatch", help="交办").add_subparsers(dest="verb", required=True, metavar="VERB")
    give = verb(verbs, "issue", issue, "交办事项")
    give.add_argument("--unit", required=True, help="哪个区划（代码或名称）")
    give.add_argument("--subject", required=True, help="事项")
    give.add_argument("--kind", choices=ItemKind.values, default=ItemKind.TASK.value)
    give.add_argument("--clause", default="", help="方案条款，如 大同 二(一)；责任单位和配合单位由此确定")
    give.add_argument("--text", default="", help="内容和要求")
    give.add_argument("--due", type=date.fromisoformat, metavar="DATE", help="办理期限（默认按政策包的工作日）")
    give.add_argument("--responsible", action="append", default=[], metavar="BODY", help="责任单位，可多次给出")
    give.add_argument("--supporting", action="append", default=[], metavar="BODY", help="配合单位，可多次给出")
    give.add_argument("--outlet", action="append", default=[], metavar="KEY", help="有关排污口，可多次给出")
    give.add_argument("--pass-down", action="store_true", help="同时分解下达到落实单位")
    give.add_argument("--key", default="", help="同一 KEY 只交办一次")
    ask = verb(verbs, "list", list_items, "事项列表")
    ask.add_argument("--unit", default="", help="哪个区划（代码或名称）")
    ask.add_argument("--status", choices=[*ItemStatus.values, queries.OVERDUE], default="")
    ask.add_argument("--kind", choices=ItemKind.values, default="")
    ask.add_argument("--after", type=int, default=0, metavar="ID", help="接着这一编号往下列")
    ask.add_argument("--limit", type=int, default=50)
    look = verb(verbs, "show", show, "一件事项的全部情况")
    look.add_argument("id", type=int)
    end = verb(verbs, "close", close, "办结")
    end.add_argument("id", type=int)
    end.add_argument("--body", required=True, help="以哪个责任单位或落实单位的名义（名称、编号）")
    end.add_argument("--note", default="", help="办结说明")
    climb = verb(verbs, "escalate", escalate, "把久拖未决的事项提交统筹协调单位")
    climb.add_argument("--unit", default="", help="哪个区划（默认全部）")


def issue(asked: argparse.Namespace) -> int:
    """Hand out an item; the scheme's clause names the bodies."""
    unit, at = places.unit_for(asked.unit), timezone.now()
    made = actions.issue(
        kind=ItemKind(asked.kind),
        subject=asked.subject,
        unit=unit,
        clause=asked.clause,
        text=asked.text,
        due=asked.due,
        responsible=[_body(name, unit.path) for name in asked.responsible],
        supporting=[_body(name, unit.path) for name in asked.supporting],
        outlets=[registry.outlet(CONSOLE, key) for key in asked.outlet],
        key=asked.key,
        on=timezone.localdate(at),
        by=CONSOLE,
        at=at,
    )
    if asked.pass_down:
        actions.pass_down(made, on=timezone.localdate(at), by=CONSOLE, at=at)
    return show(argparse.Namespace(id=made.pk, json=asked.json))


def list_items(asked: argparse.Namespace) -> int:
    """A page of items, the newest first, with the counts by status."""
    path, on = _path(asked.unit), timezone.localdate()
    found = queries.listed(
        CONSOLE, on=on, path=path, status=asked.status, kind=asked.kind, after=asked.after, limit=asked.limit
    )
    counts = queries.counts(CONSOLE, on=on, path=path)
    lines = [
        f"{ItemStatus(one.status).label}  {one.pk}  {one.unit.name}  {one.subject}  期限 {one.due or '—'}"
        for one in found
    ]
    document = {"counts": counts, "items": [_told(one) for one in found]}
    return answer(asked, document, [*lines, "，".join(f"{name} {count}" for name, count in counts.items())])


def show(asked: argparse.Namespace) -> int:
    """One item: its bodies, what they fed back, what became of it below, where it was escalated."""
    item, on = queries.item(CONSOLE, asked.id), timezone.localdate()
    parts, below = queries.parts_of(item), queries.roll_up(item, on=on)
    document = {
        **_told(item),
        "text": item.text,
        "decision": item.decision,
        "parts": [_part(one) for one in parts],
        "outlets": [outlet.pk for outlet in queries.outlets_of(item, CONSOLE)],
        "below": _below(below),
        "escalations": [_escalated(one) for one in item.escalations.order_by("step", "pk")],
    }
    lines = [
        f"{item.pk}  {item.subject}（{item.clause or '无条款'}）  {item.get_status_display()}  期限 {item.due or '—'}",
        *(_line(one) for one in parts),
    ]
    if below.total:
        lines.append(f"下级 {below.total} 个单位中 {below.answered} 个已反馈，{below.closed} 个已办结")
    return answer(asked, document, lines)


def close(asked: argparse.Namespace) -> int:
    """Close an item in the name of a body that answers for it."""
    item, at = queries.item(CONSOLE, asked.id), timezone.now()
    body = _body(asked.body, "")
    actions.close(item, note=asked.note, on=timezone.localdate(at), by=_acting_for(body), at=at)
    return show(argparse.Namespace(id=item.pk, json=asked.json))


def escalate(asked: argparse.Namespace) -> int:
    """Put what grew old before whom the scheme names. Twice changes nothing."""
    at = timezone.now()
    made = actions.escalate_due(on=timezone.localdate(at), by=CONSOLE, at=at, path=_path(asked.unit))
    lines = [f"事项 {one.item_id} 已历 {one.age_days} 天，提交{one.name}（第 {one.step} 步）" for one in made]
    return answer(asked, {"escalated": [_escalated(one) for one in made]}, [*lines, f"共 {len(made)} 项"])


def _path(unit: str) -> str:
    return places.unit_for(unit).path if unit else ""


def _body(text: str, path: str) -> Body:
    if text.isdecimal() and len(text) < 18:
        return bodies.body(int(text))
    found = bodies.named(text, path=path)
    if found is None:
        raise NotFound("body", text)
    return found


def _acting_for(body: Body) -> Actor:
    """The console as an officer of a body: closing is asked by body, not by reach."""
    grant = Grant(Role.CONSOLE, Reach(unit_paths=frozenset({""})), seat_path=body.unit_path, body_id=body.pk)
    return Actor(CONSOLE.id, CONSOLE.name, (grant,))


def _told(item: WorkItem) -> dict[str, object]:
    return {
        "id": item.pk,
        "kind": item.kind,
        "clause": item.clause,
        "subject": item.subject,
        "unit": item.unit.code,
        "status": item.status,
        "issued_on": item.issued_on,
        "due": item.due,
        "closed_on": item.closed_on,
        "parent": item.parent_id,
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "part": part.part,
        "name": part.name,
        "body": part.body_id,
        "state": part.state,
        "added": part.is_added,
        "feedbacks": [{"text": one.text, "sha256": one.sha256, "on": one.day} for one in part.feedbacks.all()],
    }


def _line(part: Part) -> str:
    state = PartState(part.state).label if part.body_id else "尚未登记该单位"
    return f"    {PartKind(part.part).label}  {part.name}：{state}"


def _below(found: RollUp) -> Mapping[str, int]:
    return {
        "total": found.total,
        "answered": found.answered,
        "closed": found.closed,
        "returned": found.returned,
        "overdue": found.overdue,
        "unregistered": found.unregistered,
    }


def _escalated(one: Escalation) -> dict[str, object]:
    return {"item": one.item_id, "step": one.step, "name": one.name, "body": one.body_id, "on": one.day}
