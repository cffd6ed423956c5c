"""交办与分解: an item with the bodies its clause names, passed down to the bodies that implement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies import naming
from qingyuan.bodies.models import Body
from qingyuan.bodies.naming import Line, Named
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit
from qingyuan.places.paths import is_within
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch import guards, rules
from qingyuan.stages.dispatch.actions.writing import change, draft, record, set_part, settle
from qingyuan.stages.dispatch.models import ItemOutlet, Meeting, Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind, PartKind


@transaction.atomic
def issue(
    *,
    kind: ItemKind,
    subject: str,
    unit: Unit,
    on: date,
    by: Actor,
    at: datetime,
    clause: str = "",
    text: str = "",
    due: date | None = None,
    responsible: Sequence[Body] = (),
    supporting: Sequence[Body] = (),
    outlets: Sequence[Outlet] = (),
    meeting: Meeting | None = None,
    key: str = "",
    is_demo: bool = False,
) -> WorkItem:
    """交办. Under a clause of the scheme its unit list gives the parts; `responsible` and `supporting` add bodies where
    the list ends in 等, or are the whole list where the clause has none. Without `due` the pack's working days count.
    `key` names the press of the button: the same key again gives the item made before.

    Raises
    ------
    Refused
    """
    if key and (made := WorkItem.objects.filter(key=key, issued_by=by.id).first()):
        return made
    require(
        guards.issue(
            subject=subject,
            unit=unit,
            clause=clause,
            responsible=responsible,
            supporting=supporting,
            outlets=outlets,
            due=due,
            on=on,
            by=by,
            at=at,
        )
    )
    policy = rules.policy_of(unit.path, on=on)
    line = naming.line(policy, clause, unit=unit, on=on)
    item = WorkItem.objects.create(
        kind=kind,
        clause=clause,
        subject=subject.strip(),
        text=text.strip(),
        unit=unit,
        unit_path=unit.path,
        meeting=meeting,
        due=due or rules.due_for(policy, on),
        is_list_open=bool(line and line.open),
        issued_by=by.id,
        issued_body_id=_issuing_body(by, unit),
        issued_on=on,
        issued_at=at,
        is_demo=is_demo,
        key=key or None,
    )
    parts = _all_parts(item, line, responsible, supporting)
    Part.objects.bulk_create(parts)
    _link(item, outlets, on=on, by=by)
    _tell_issued(item, parts, outlets, by=by, at=at)
    return item


def _tell_issued(item: WorkItem, parts: Sequence[Part], outlets: Sequence[Outlet], *, by: Actor, at: datetime) -> None:
    names, ids = [part.name for part in parts], [outlet.pk for outlet in outlets]
    details = {"kind": item.kind, "unit": item.unit.code, "due": item.due, "bodies": names, "outlets": ids}
    private = {"subject": item.subject, "text": item.text}
    policy = rules.policy_of(item.unit_path, on=item.issued_on)
    record(item, "item.issue", on=item.issued_on, by=by, at=at, policy=policy, private=private, details=details)


def _all_parts(
    item: WorkItem, line: Line | None, responsible: Iterable[Body], supporting: Iterable[Body]
) -> list[Part]:
    """The parts of an item: those of its clause's list, then those added by hand."""
    return _one_part_each(
        [
            *(_parts(item, PartKind.RESPONSIBLE, line.responsible) if line else ()),
            *(_parts(item, PartKind.IMPLEMENTING, line.implementing) if line else ()),
            *(_parts(item, PartKind.SUPPORTING, line.supporting) if line else ()),
            *_added(item, PartKind.RESPONSIBLE, responsible, by_list=line is not None),
            *_added(item, PartKind.SUPPORTING, supporting, by_list=line is not None),
        ]
    )


def _issuing_body(by: Actor, unit: Unit) -> int | None:
    """The body for which the issuer acts there."""
    held = [grant for grant in by.grants if grant.body_id is not None and guards.covers(grant, unit.path)]
    return held[0].body_id if held else None


def _parts(item: WorkItem, part: PartKind, named: Iterable[Named]) -> list[Part]:
    return [Part(item=item, part=part, name=one.name, body=one.body, unit_path=one.unit.path) for one in named]


def _added(item: WorkItem, part: PartKind, bodies: Iterable[Body], *, by_list: bool) -> list[Part]:
    return [
        Part(item=item, part=part, name=body.name, body=body, unit_path=body.unit_path, is_added=by_list)
        for body in bodies
    ]


def _one_part_each(parts: Iterable[Part]) -> list[Part]:
    """A body that two names lead to keeps the first, heavier part."""
    found: list[Part] = []
    seen: set[int] = set()
    for part in parts:
        if part.body_id is None or part.body_id not in seen:
            found.append(part)
        if part.body_id is not None:
            seen.add(part.body_id)
    return found


def _link(item: WorkItem, outlets: Iterable[Outlet], *, on: date, by: Actor) -> list[int]:
    known = set(item.outlet_links.filter(to_day=None).values_list("outlet_id", flat=True))
    new = [outlet.pk for outlet in outlets if outlet.pk not in known]
    ItemOutlet.objects.bulk_create(
        ItemOutlet(item=item, outlet_id=pk, from_day=on, linked_by=by.id) for pk in dict.fromkeys(new)
    )
    return new


@transaction.atomic
def pass_down(item: WorkItem, *, on: date, by: Actor, at: datetime, due: date | None = None) -> list[WorkItem]:
    """分解下达: one item below for each implementing body of the scheme's mechanism, through all its levels (吉林:
    under each city its counties). Bodies that have theirs already are passed over: doing it twice changes nothing.
    Returns what was made.

    Raises
    ------
    Refused
    """
    targets = targets_of(item, on=on)
    require(guards.pass_down(item, targets=targets, on=on, by=by, at=at))
    policy = rules.policy_of(item.unit_path, on=on)
    placed = {child.unit_path: child for child in _below(item) if child.unit_path != item.unit_path}
    done = set(Part.objects.filter(item__in=_below(item)).values_list("name", "unit_path"))
    made: list[tuple[WorkItem, Named]] = []
    for named in targets:
        if (named.name, named.unit.path) not in done:
            child = _child(placed, item, named, due=due, on=on, by=by, at=at)
            child.save(force_insert=True)
            placed.setdefault(named.unit.path, child)
            made.append((child, named))
    Part.objects.bulk_create(
        Part(item=child, part=PartKind.IMPLEMENTING, name=named.name, body=named.body, unit_path=named.unit.path)
        for child, named in made
    )
    _hand_on_outlets(item, [child for child, _named in made], on=on, by=by)
    drafts = [
        draft(
            child,
            "item.pass_down",
            on=on,
            policy=policy,
            clause=item.clause or rules.clause_of(policy, "organisation.implementing_levels"),
            details={"parent": child.parent_id, "unit": child.unit.code, "bodies": [named.name], "due": child.due},
        )
        for child, named in made
    ]
    if made:
        drafts.append(draft(item, "item.passed_down", on=on, policy=policy, details={"items": len(made)}))
        ledger.record_many(drafts, by=by, at=at)
    return [child for child, _named in made]


def targets_of(item: WorkItem, *, on: date) -> list[Named]:
    """Whom passing an item down reaches: the implementing bodies below it; those of its own unit only from the top."""
    policy = rules.policy_of(item.unit_path, on=on)
    found = naming.implementing(policy, unit=item.unit, on=on)
    if item.parent_id is None:
        own = set(item.parts.filter(part=PartKind.IMPLEMENTING).values_list("name", "unit_path"))
        return [one for one in found if one.unit.path != item.unit_path or (one.name, one.unit.path) not in own]
    return [one for one in found if one.unit.path != item.unit_path and is_within(one.unit.path, item.unit_path)]


def _below(item: WorkItem) -> list[WorkItem]:
    """All items below, level by level."""
    found, level = [], [item.pk]
    while level:
        children = list(WorkItem.objects.filter(parent__in=level).order_by("pk"))
        found += children
        level = [child.pk for child in children]
    return found


def _child(
    placed: dict[str, WorkItem],
    item: WorkItem,
    named: Named,
    *,
    due: date | None,
    on: date,
    by: Actor,
    at: datetime,
) -> WorkItem:
    over = [path for path in placed if path != named.unit.path and is_within(named.unit.path, path)]
    return WorkItem(
        kind=item.kind,
        clause=item.clause,
        subject=item.subject,
        text=item.text,
        unit=named.unit,
        unit_path=named.unit.path,
        parent=placed[max(over, key=len)] if over else item,
        meeting=item.meeting,
        due=due or item.due,
        issued_by=by.id,
        issued_body_id=_issuing_body(by, item.unit),
        issued_on=on,
        issued_at=at,
        is_demo=item.is_demo,
    )


def _hand_on_outlets(item: WorkItem, children: Iterable[WorkItem], *, on: date, by: Actor) -> None:
    """What an item is about goes with it to where it lies."""
    links = list(item.outlet_links.filter(to_day=None).select_related("outlet"))
    ItemOutlet.objects.bulk_create(
        ItemOutlet(item=child, outlet=link.outlet, from_day=on, linked_by=by.id)
        for child in children
        for link in links
        if child.unit_path != item.unit_path
        and (is_within(link.outlet.unit_path, child.unit_path) or is_within(link.outlet.managing_path, child.unit_path))
    )


@transaction.atomic
def add_body(
    item: WorkItem, *, body: Body, on: date, by: Actor, at: datetime, part: PartKind = PartKind.RESPONSIBLE
) -> Part:
    """按“等”增加单位: only where the scheme's list is open.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.add_body(item, body=body, by=by))
    made = Part.objects.create(item=item, part=part, name=body.name, body=body, unit_path=body.unit_path, is_added=True)
    settle(item)
    record(item, "item.add_body", on=on, by=by, at=at, details={"body": body.pk, "name": body.name, "part": part})
    return made


@transaction.atomic
def name_body(part: Part, *, body: Body, on: date, by: Actor, at: datetime) -> Part:
    """对应单位: a body registered since takes the place of a name that had none.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.name_body(part, body=body, by=by))
    set_part(part, body=body)
    settle(part.item)
    record(part.item, "item.name_body", on=on, by=by, at=at, details={"name": part.name, "body": body.pk})
    return part


@transaction.atomic
def link_outlets(item: WorkItem, outlets: Collection[Outlet], *, on: date, by: Actor, at: datetime) -> WorkItem:
    """关联排污口. Those linked already stay as they are.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.link_outlets(item, outlets=outlets, on=on, by=by, at=at))
    if linked := _link(item, outlets, on=on, by=by):
        change(item)
        record(item, "item.link_outlets", on=on, by=by, at=at, details={"outlets": linked})
    return item


@transaction.atomic
def unlink_outlet(item: WorkItem, outlet: Outlet, *, on: date, by: Actor, at: datetime) -> WorkItem:
    """解除关联: the link ends on a day; it stays to be seen.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.unlink_outlet(item, on=on, by=by, at=at))
    if item.outlet_links.filter(outlet=outlet, to_day=None).update(to_day=on):
        change(item)
        record(item, "item.unlink_outlet", on=on, by=by, at=at, details={"outlet": outlet.pk})
    return item
