"""配合 → 交办: what the crossings of rooms into supporting work have in common: one item under the clause that names
who supports, and where each supporting body's part stands.

One item for each piece of work, by its key: asking again hands out nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingyuan.bodies import naming
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE, Actor, Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.flows import item_notices
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch import actions as dispatch
from qingyuan.stages.dispatch import guards
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work that bodies support: where, under which clause, who answers for it, what is asked of them.
    `by_list` False: the bodies of the work alone, although its clause has a list."""

    key: str
    subject: str
    text: str
    unit: Unit
    clause: str
    leads: Sequence[Body] = ()
    supporting: Sequence[Body] = ()
    outlets: Sequence[Outlet] = ()
    due: date | None = None
    is_demo: bool = False
    by_list: bool = True


@dataclass(frozen=True, slots=True)
class Support:
    """A supporting body, as the scheme calls it, with its part in the item; `part` None: nothing was handed out."""

    name: str
    body: Body | None
    clause: str
    part: Part | None


def item_of(key: str) -> WorkItem | None:
    """The item handed out for a piece of work."""
    return WorkItem.objects.filter(key=key).first()


def hand_out(work: Work, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Hand the work out: to the list of its clause where that names who supports, else to the bodies of the work. None
    where nobody supports, or whom the scheme names is not registered.

    The item is issued in the name of who began the work; where he may not hand out work himself, the beginning is the
    order (its clause names the bodies) and the site issues it.
    """
    if made := item_of(work.key):
        return made
    row = naming.row_of(policy_of(work.unit.path, on=on), work.clause) if work.clause and work.by_list else None
    leads = list(dict.fromkeys(work.leads)) if row is None else []
    bodies = [one for one in dict.fromkeys(work.supporting) if one not in leads] if row is None else []
    if not (row.get("supporting") if row is not None else leads and bodies):
        return None
    item = dispatch.issue(
        kind=ItemKind.TASK,
        clause=work.clause if work.by_list else "",
        subject=work.subject[:200],
        text=work.text if work.by_list else f"{work.clause}：{work.text}",
        unit=work.unit,
        due=work.due,
        responsible=leads,
        supporting=bodies,
        outlets=work.outlets,
        key=work.key,
        on=on,
        by=_issuer(work.unit, by),
        at=at,
        is_demo=work.is_demo,
    )
    item_notices.tell([item], by=by, on=on, at=at)
    return item


def _issuer(unit: Unit, by: Actor) -> Actor:
    """Who hands out: the officer himself if he may, else the site."""
    may = access_refusal(by, Permission.DISPATCH_ISSUE, Place(unit_path=unit.path)) is None
    return by if may and guards.acting_bodies(by, Permission.DISPATCH_ISSUE) else CONSOLE


def states(key: str, named: Iterable[tuple[str, Body | None, str]]) -> list[Support]:
    """Where the part of each supporting body stands, given as (name, body, clause)."""
    item = item_of(key)
    parts = list(item.parts.all()) if item else []
    by_body = {part.body_id: part for part in parts if part.body_id}
    by_name = {part.name: part for part in parts}
    return [
        Support(name, body, clause, (by_body.get(body.pk) if body else None) or by_name.get(name))
        for name, body, clause in named
    ]
