"""信息共享: what a unit's scheme has its departments share, page by page and from a cursor on.

The four objects are the chain 排污单位、排污通道、入河排污口、受纳水体. A scheme that names objects shares these; one
that only asks departments to share (安阳 三(三)) shares all four. Clauses: 济源 四(四), 安阳 三(三), 大同 四(十二),
吉林 三(十二).

A cursor is the last number of the ledger that was looked at, and how many of the numbers just before it were taken: on
PostgreSQL an entry may become visible after a later one, and is then looked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.layers import LAYERS, Asked, Feature, Layer
from qingyuan.ledger.models import Entry
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.places.paths import within_q
from qingyuan.registry.models import ChannelOutlet, Outlet, Placement
from qingyuan.registry.rules import policy_of

OBJECTS: Mapping[str, str] = {
    "dischargers": _("排污单位"),
    "channels": _("排污通道"),
    "outlets": _("入河排污口"),
    "waters": _("受纳水体"),
}
PARAMETER = "exchange.sharing_objects"
MOST = 1_000
ENTRIES_AT_ONCE = 5_000
RECENT = 1_000
_CURSOR = re.compile(r"[0-9]{1,17}\.[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a unit's scheme says of sharing: its words, the clause with its status, and the objects that follow."""

    words: tuple[str, ...]
    clause: str
    status: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A page of one object. `after` leads to the next page, `cursor` to what changes from now on; `gone` are records
    that were in the unit and are no more."""

    object: str
    unit: Unit
    clause: str
    features: Sequence[Feature]
    after: str
    cursor: str
    gone: Sequence[str] = ()


def arrangement(unit: Unit, *, on: date) -> Arrangement:
    """What the scheme in force at a unit says of sharing."""
    stated = policy_of(unit.path, on=on).parameters.get(PARAMETER)
    value = stated.value if stated is not None else ()
    words = tuple(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else ()
    named = tuple(key for key, word in OBJECTS.items() if word in words)
    clause, status = (stated.clause, str(stated.status)) if stated is not None else ("", "")
    return Arrangement(words, clause, status, named or tuple(OBJECTS))


def unit_shared(actor: Actor, code: str) -> Unit:
    """The unit of a code, if the actor may share its data.

    Raises
    ------
    NotFound
        There is no such unit, or it lies outside the actor's territories.
    Refused
        He has no permission to share there.
    """
    found = places.unit(code)
    territories = {path for grant in actor.grants for path in grant.reach.unit_paths}
    if territories and not any(found.path.startswith(path) for path in territories):
        raise NotFound("unit", code)
    # Who has waters or an area of his own and no territory may name any unit: his rows are his scope's all the same.
    place = Place(unit_path=found.path, managing_path=found.path) if territories else None
    require(access_refusal(actor, Permission.DATA_SHARE, place))
    return found


def share(
    actor: Actor, unit: Unit, key: str, *, on: date, after: str = "", since: str = "", limit: int = MOST
) -> Shared:
    """One page of an object of a unit: all of it, or with `since` what changed from that cursor on.

    Raises
    ------
    NotFound
        The scheme does not share such an object.
    Refused
        `sharing.cursor` for a cursor that is none of ours; `layer.mark` likewise.
    """
    said = arrangement(unit, on=on)
    if key not in said.objects:
        raise NotFound("object", key)
    layer, sharer = LAYERS[key], sharing_part(actor)
    if since:
        return _changes(sharer, unit, layer, said.clause, since, limit)
    mark, bar, cursor = after.rpartition("|")
    if after and not (bar and mark and _CURSOR.fullmatch(cursor)):
        raise Refused(Refusal("layer.mark", _("翻页标记“%(mark)s”无效。"), {"mark": after[:40]}))
    begun = cursor or cursor_now()
    page = layer.cut(sharer, Asked(unit_path=unit.path), mark, limit)
    next_mark = f"{page.after}|{begun}" if page.after else ""
    return Shared(key, unit, said.clause, list(layer.tell(page.rows)), next_mark, begun)


def sharing_part(actor: Actor) -> Actor:
    """The actor as far as he may share: where he may only look he shares nothing."""
    return Actor(actor.id, actor.name, actor.holding(Permission.DATA_SHARE))


# --- what changed ------------


def cursor_now() -> str:
    """The cursor from which on nothing has changed yet."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return _cursor(last)


def _cursor(last: int) -> str:
    return f"{last}.{Entry.objects.filter(pk__gt=last - RECENT, pk__lte=last).count()}"


def _begin(since: str) -> int:
    """After which number to look: a little further back when numbers before the cursor were filled meanwhile."""
    last, _dot, taken = since.partition(".")
    if not _CURSOR.fullmatch(since):
        raise Refused(Refusal("sharing.cursor", _("游标“%(cursor)s”无效。"), {"cursor": since[:40]}))
    number = int(last)
    late = Entry.objects.filter(pk__gt=number - RECENT, pk__lte=number).count() != int(taken)
    return max(number - RECENT, 0) if late else number


def _changes(sharer: Actor, unit: Unit, layer: Layer, clause: str, since: str, limit: int) -> Shared:
    entries = list(
        Entry.objects.filter(pk__gt=_begin(since))
        .order_by("pk")
        .values_list("pk", "kind", "subject_id")[:ENTRIES_AT_ONCE]
    )
    touched: dict[str, int] = {}
    last = int(since.partition(".")[0])
    for pk, kind, subject in entries:
        if kind in layer.subjects:
            touched[subject] = pk
            if len(touched) == limit:
                last = pk
                break
        last = max(pk, last)
    full = len(touched) == limit or len(entries) == ENTRIES_AT_ONCE
    ids, once = _records(layer, touched, unit.path)
    page = layer.cut(sharer, Asked(unit_path=unit.path, ids=ids), "", max(len(ids), 1))
    features = list(layer.tell(page.rows))
    there = {int(one.id) for one in features}
    cursor = _cursor(last)
    gone = sorted(once - there)
    return Shared(layer.key, unit, clause, features, cursor if full else "", cursor, [str(one) for one in gone])


def _records(layer: Layer, touched: Iterable[str], path: str) -> tuple[list[int], set[int]]:
    """The ids of records of a layer that entries about these subjects may have changed, and which of them once were
    in the unit."""
    subjects = list(touched)
    numbers = [int(one) for one in subjects if one.isdecimal() and len(one) < 18]
    match layer.key:
        case "outlets":
            return numbers, set(_once_in(numbers, path))
        case "channels":
            links = ChannelOutlet.objects.filter(outlet__in=numbers)
            here = links.filter(outlet__in=_once_in(numbers, path))
            return sorted(set(links.values_list("channel", flat=True))), set(here.values_list("channel", flat=True))
        case "waters":
            return list(Water.objects.filter(code__in=subjects).values_list("pk", flat=True)), set()
        case _:
            return numbers, set()


def _once_in(outlets: Sequence[int], path: str) -> list[int]:
    """Those of the outlets that are or were in the register of a unit."""
    placed = Placement.objects.filter(within_q("value", path), outlet__in=outlets, aspect="unit")
    known = set(placed.values_list("outlet", flat=True))
    known |= set(Outlet.objects.filter(within_q("unit_path", path), pk__in=outlets).values_list("pk", flat=True))
    leads = Outlet.objects.filter(pk__in=known, in_register=False, withdrawn_at=None).values_list("pk", flat=True)
    return sorted(known - set(leads))
