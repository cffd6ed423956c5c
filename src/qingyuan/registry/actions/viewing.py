"""保存的筛选: the filters an officer keeps under a name, with the columns chosen. His own affair alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.registry.models import SavedView

MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 1000


def views_of(owner: Actor) -> list[SavedView]:
    """The officer's saved filters by name."""
    return views_named(owner.id)


def views_named(owner_id: str) -> list[SavedView]:
    """The same by the officer's opaque id."""
    return list(SavedView.objects.filter(owner=owner_id).order_by("name"))


@transaction.atomic
def save_view(name: str, *, query: str, columns: Sequence[str], by: Actor, at: datetime) -> SavedView:
    """Save a filter under a name; the same name again takes its place.

    Raises
    ------
    Refused
        No name, a name or a filter that is too long, or too many of them.
    """
    name = name.strip()
    require(_name_refusal(name))
    if len(query) > LONGEST_QUERY:
        raise Refused(Refusal("view.too_long", _("筛选条件太长，无法保存。")))
    kept = SavedView.objects.filter(owner=by.id)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_VIEWS:
        raise Refused(Refusal("view.too_many", _("最多保存 %(n)s 个筛选，请先删除不用的。"), {"n": MOST_VIEWS}))
    values = {"query": query, "columns": list(columns), "saved_at": at}
    same = kept.filter(name=name, query=query, columns=list(columns)).first()
    if same is not None:
        return same
    view, _created = SavedView.objects.update_or_create(owner=by.id, name=name, defaults=values)
    _record(view, "view.save", by=by, at=at)
    return view


@transaction.atomic
def rename_view(pk: int, name: str, *, by: Actor, at: datetime) -> SavedView:
    """Give a saved filter another name.

    Raises
    ------
    Refused, NotFound
    """
    name = name.strip()
    require(_name_refusal(name))
    view = _own(pk, by)
    if view.name == name:
        return view
    if SavedView.objects.filter(owner=by.id, name=name).exists():
        raise Refused(Refusal("view.name_taken", _("已有同名的筛选“%(name)s”。"), {"name": name}))
    view.name = name
    view.save(update_fields=["name"])
    _record(view, "view.rename", by=by, at=at)
    return view


@transaction.atomic
def delete_view(pk: int, *, by: Actor, at: datetime) -> None:
    """Remove a saved filter. No outlet is touched; removed already, nothing happens."""
    view = SavedView.objects.filter(pk=pk, owner=by.id).first()
    if view is not None:
        _record(view, "view.delete", by=by, at=at)
        view.delete()


@transaction.atomic
def pass_views(owner_id: str, *, to_id: str, by: Actor, at: datetime) -> int:
    """What an officer who leaves had saved goes to his successor, called after him where the name is taken. The door
    asks first whether `by` may hand over. Gives the number."""
    taken = set(SavedView.objects.filter(owner=to_id).values_list("name", flat=True))
    found = list(SavedView.objects.filter(owner=owner_id).order_by("pk"))
    for view in found:
        number, name = 2, view.name
        while view.name in taken:
            view.name = f"{name[: LONGEST_NAME - 4]}({number})"
            number += 1
        taken.add(view.name)
        view.owner = to_id
        view.save(update_fields=["owner", "name"])
        _record(view, "view.pass", by=by, at=at)
    return len(found)


def _name_refusal(name: str) -> Refusal | None:
    if not name:
        return Refusal("view.no_name", _("请填写筛选的名称。"))
    if len(name) > LONGEST_NAME:
        return Refusal("view.long_name", _("名称不超过 %(n)s 个字。"), {"n": LONGEST_NAME})
    return None


def _own(pk: int, by: Actor) -> SavedView:
    view = SavedView.objects.filter(pk=pk, owner=by.id).first()
    if view is None:
        raise NotFound("view", str(pk))
    return view


def _record(view: SavedView, act: str, *, by: Actor, at: datetime) -> None:
    details = {"name": view.name, "query": view.query, "columns": view.columns}
    ledger.record(("view", str(view.pk)), act, by=by, at=at, occurred=local_day(at), details=details)
