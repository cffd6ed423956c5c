"""What a layer is, what may be asked of one, and how its pages are cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import shapely
from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.geometry import Bbox
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _

MOST = 10_000
Row = Mapping[str, Any]
Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One property of a layer's features: its name in every door, its Chinese title, its JSON type, and, where one may
    filter by it, the lookup that does."""

    name: str
    title: str
    type: str = "string"
    lookup: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """One record: id, properties by the layer's attributes, geometry as GeoJSON (None: no position on record)."""

    id: str
    properties: Mapping[str, object]
    geometry: Mapping[str, object] | str | None

    def as_json(self, *, links: Sequence[Mapping[str, str]] = ()) -> str:
        """As GeoJSON text. An outline comes as text already and is not read again."""
        shape = self.geometry if isinstance(self.geometry, str) else _dumped(self.geometry)
        tail = f',"links":{_dumped(list(links))}' if links else ""
        head = f'{{"type":"Feature","id":{_dumped(self.id)},"geometry":{shape}'
        return f'{head},"properties":{_dumped(self.properties)}{tail}}}'


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a layer: a unit's subtree, a rectangle (degrees), a span of time, equal values, certain ids."""

    unit_path: str = ""
    box: Bbox | None = None
    span: Span | None = None
    equals: Mapping[str, str] = field(default_factory=dict)
    ids: Sequence[int] | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing but a unit is asked."""
        return self.box is None and self.span is None and not self.equals and self.ids is None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order as they were read, and the mark from which the next page begins ("" on the last)."""

    rows: Sequence[Row]
    after: str


Select = Callable[[Actor, Asked], QuerySet[Any]]
Cut = Callable[[Actor, Asked, str, int], Page]
Tell = Callable[[Sequence[Row]], Iterable[Feature]]
Count = Callable[[Actor, Asked], int | None]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer. `cut` reads a page, `tell` makes features of its rows, `count` says how many match where that is cheap
    (None: it is not), `dated` is the attribute a span of time is compared with ("" for none), `subjects` are the kinds
    the ledger keeps its records under."""

    key: str
    title: str
    description: str
    geometry: str
    attributes: Sequence[Attribute]
    select: Select
    cut: Cut
    tell: Tell
    count: Count
    dated: str = ""
    subjects: Sequence[str] = ()

    @property
    def queryables(self) -> Mapping[str, Attribute]:
        """The attributes one may filter by."""
        return {one.name: one for one in self.attributes if one.lookup}


def by_id(select: Select, columns: Sequence[str]) -> Cut:
    """Pages in the order of ids, with these columns."""

    def cut(actor: Actor, asked: Asked, after: str, limit: int) -> Page:
        found = select(actor, asked)
        if after:
            found = found.filter(pk__gt=number(after))
        rows = list(found.order_by("pk").values("pk", *columns)[: limit + 1])
        more = len(rows) > limit
        rows = rows[:limit]
        mark = str(rows[-1]["pk"]) if more else ""
        if asked.box is not None and "geometry" in columns:
            rows = _meeting(rows, asked.box)
        return Page(rows, mark)

    return cut


def _meeting(rows: Sequence[dict[str, Any]], box: Bbox) -> list[dict[str, Any]]:
    """The rows whose outline really meets the rectangle; a page may get shorter by it."""
    shapes = shapely.from_wkb([bytes(row["geometry"]) if row["geometry"] else None for row in rows])
    meets = shapely.intersects(shapes, shapely.box(*box)) if rows else []
    return [row for row, holds in zip(rows, meets, strict=True) if holds]


def number(mark: str) -> int:
    """The id in a mark.

    Raises
    ------
    Refused
        `layer.mark`: the mark is none of ours.
    """
    if not (mark.isascii() and mark.isdigit() and len(mark) < 18):
        raise Refused(Refusal("layer.mark", _("翻页标记“%(mark)s”无效。"), {"mark": mark[:40]}))
    return int(mark)


def equal_to(equals: Mapping[str, str], attributes: Sequence[Attribute]) -> Q:
    """The filter for equal values.

    Raises
    ------
    Refused
        `layer.value`: a number was expected.
    """
    found = Q()
    known = {one.name: one for one in attributes if one.lookup}
    for name, value in equals.items():
        attribute = known[name]
        if attribute.type == "integer":
            if not (value.isascii() and value.isdigit() and len(value) < 18):
                text = _("“%(name)s”应为整数。")
                raise Refused(Refusal("layer.value", text, {"name": name}))
            found &= Q(**{attribute.lookup: int(value)})
        elif attribute.type == "boolean":
            found &= Q(**{attribute.lookup: value.lower() in {"true", "1"}})
        else:
            found &= Q(**{attribute.lookup: value})
    return found


def narrowed(found: QuerySet[Any], asked: Asked, attributes: Sequence[Attribute], *, box: Q | None = None) -> Any:
    """The rows of certain ids, in the rectangle, with equal values. `box` is the filter of the rectangle where it is no
    outline that is asked for."""
    if asked.ids is not None:
        found = found.filter(pk__in=asked.ids)
    if asked.box is not None:
        found = found.filter(touching(asked.box) if box is None else box)
    return found.filter(equal_to(asked.equals, attributes))


def columns_of(
    attributes: Sequence[Attribute], *, elsewhere: Mapping[str, str], made: Collection[str] = ()
) -> dict[str, str]:
    """Attribute → the column it is read from: its own name, or one `elsewhere`; those that are `made` have none."""
    return {one.name: elsewhere.get(one.name, one.name) for one in attributes if one.name not in made}


def properties(
    row: Row, attributes: Sequence[Attribute], columns: Mapping[str, str], made: Mapping[str, object]
) -> dict[str, object]:
    """The properties of a feature in the order of its attributes; what is empty is left out."""
    values = {name: plain(row[column]) for name, column in columns.items()} | dict(made)
    return {one.name: values[one.name] for one in attributes if values[one.name] not in ("", None)}


def touching(box: Bbox, *, prefix: str = "") -> Q:
    """Outlines whose rectangle touches a rectangle."""
    west, south, east, north = box
    sides = {"west_deg__lte": east, "east_deg__gte": west, "south_deg__lte": north, "north_deg__gte": south}
    return Q(**{prefix + name: value for name, value in sides.items()})


def within(box: Bbox | None) -> Q:
    """Positions in a rectangle; without one, all."""
    if box is None:
        return Q()
    west, south, east, north = box
    return Q(longitude_deg__range=(west, east), latitude_deg__range=(south, north))


def no_count(_actor: Actor, _asked: Asked) -> int | None:
    """Counting this layer is not cheap."""
    return None


def shape_of(wkb: bytes | memoryview | None) -> str | None:
    """An outline as GeoJSON text, to a tenth of a metre."""
    if not wkb:
        return None
    shape = shapely.set_precision(shapely.from_wkb(bytes(wkb)), 0.000001, mode="pointwise")
    return None if shape.is_empty else str(shapely.to_geojson(shape))


def point(longitude: object, latitude: object) -> Mapping[str, object] | None:
    """A point as GeoJSON; None without a position."""
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [float(str(longitude)), float(str(latitude))]}


def plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case None | str() | bool() | int() | float():
            return value
        case _:
            return float(str(value))
