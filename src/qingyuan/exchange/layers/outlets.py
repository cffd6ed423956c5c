"""入河排污口 as features.

A small scope is read by place (the index of units), a large one with a rectangle by the index of Morton keys, range by
range, so that a page out of 400,000 costs what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.utils import timezone

from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.geometry import KEY_ZOOM, Bbox, key_cell, morton_key, tile_range, tiles_over
from qingyuan.core.lifecycle import IN_REGISTER, STAGES, Stage
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.layers.shape import Asked, Attribute, Feature, Layer, Page, Row, equal_to, number, plain, point
from qingyuan.places.paths import is_within, path_of
from qingyuan.registry import queries as registry
from qingyuan.registry.counts import how_many
from qingyuan.registry.models import Outlet, OutletQuerySet
from qingyuan.registry.rules import policy_of

READ_WHOLE = 20_000  # outlets a territory may hold to be read by place even where a rectangle is asked
MOST_CELLS = 64
_MERCATOR_DEG = 85.0

ATTRIBUTES = (
    Attribute("code", _("国家编码"), lookup="national_code"),
    Attribute("local_code", _("地方编码"), lookup="local_code"),
    Attribute("name", _("名称"), lookup="name"),
    Attribute("unit", _("行政区划代码"), lookup="unit__code"),
    Attribute("unit_name", _("行政区划")),
    Attribute("managing_unit", _("管理单位代码"), lookup="managing_unit__code"),
    Attribute("water", _("受纳水体编码"), lookup="water__code"),
    Attribute("water_name", _("受纳水体")),
    Attribute("type", _("类型代码"), lookup="type_key"),
    Attribute("type_name", _("类型")),
    Attribute("stage", _("阶段代码"), lookup="stage"),
    Attribute("stage_name", _("阶段")),
    Attribute("stage_since", _("进入本阶段日期"), format="date"),
    Attribute("party", _("责任主体编号"), "integer", lookup="party"),
    Attribute("party_name", _("责任主体")),
    Attribute("direct", _("直接入河"), "boolean"),
    Attribute("conduit", _("入河方式")),
    Attribute("mouth", _("口门及位置")),
    Attribute("discharge_pattern", _("排放方式")),
    Attribute("daily_discharge_m3", _("日排放量（m³/d）"), "number"),
    Attribute("emission_standard", _("执行排放标准")),
    Attribute("section_interval", _("断面区间")),
    Attribute("permit_number", _("排污许可证编号"), lookup="permit_number"),
    Attribute("approval_date", _("设置审批日期"), format="date"),
    Attribute("registered", _("登记时间"), format="date-time"),
    Attribute("changed", _("最近变更时间"), format="date-time"),
    Attribute("version", _("版本"), "integer"),
    Attribute("demo", _("演示"), "boolean", lookup="is_demo"),
)
_FROM = {
    "code": "national_code",
    "unit": "unit__code",
    "unit_name": "unit__name",
    "managing_unit": "managing_unit__code",
    "water": "water__code",
    "water_name": "water__name",
    "type": "type_key",
    "party": "party_id",
    "party_name": "party__name",
    "direct": "is_direct",
    "conduit": "conduit_form",
    "mouth": "mouth_text",
    "registered": "registered_at",
    "changed": "changed_at",
    "demo": "is_demo",
}
_MADE = {"type_name", "stage_name"}
COLUMNS = {one.name: _FROM.get(one.name, one.name) for one in ATTRIBUTES if one.name not in _MADE}
_READ = ("pk", "unit_path", "mkey", "longitude_deg", "latitude_deg", "water_text", *COLUMNS.values())


def select(actor: Actor, asked: Asked) -> OutletQuerySet:
    """The outlets of the register the actor may see, narrowed; the rectangle exactly, to the decimal."""
    return _narrowed(registry.visible_to(actor), asked)


def _with_keys(actor: Actor, asked: Asked) -> OutletQuerySet:
    """The same by stage rather than by `in_register`, so that no index but that of keys offers itself; an entry that
    was withdrawn has no key."""
    stages = [stage.value for stage in IN_REGISTER]
    return _narrowed(Outlet.objects.filter(registry.scope_q(actor), stage__in=stages), asked)


def _narrowed(found: OutletQuerySet, asked: Asked) -> OutletQuerySet:
    if asked.unit_path:
        found = found.within(asked.unit_path)
    if asked.ids is not None:
        found = found.filter(pk__in=asked.ids)
    if asked.box is not None:
        west, south, east, north = asked.box
        found = found.filter(
            longitude_deg__gte=west, longitude_deg__lte=east, latitude_deg__gte=south, latitude_deg__lte=north
        )
    if asked.span is not None:
        start, end = asked.span
        if start is not None:
            found = found.filter(changed_at__gte=start)
        if end is not None:
            found = found.filter(changed_at__lte=end)
    if unit := asked.equals.get("unit"):
        # A unit stands for its subtree: who asks for a city wants its counties' outlets.
        found = found.within(_path(unit))
    others = {name: value for name, value in asked.equals.items() if name != "unit"}
    return found.filter(equal_to(others, ATTRIBUTES))


def _path(code: str) -> str:
    try:
        return path_of(code)
    except ValueError:
        raise Refused(Refusal("layer.value", _("没有区划代码“%(code)s”。"), {"code": code[:20]})) from None


def cut(actor: Actor, asked: Asked, after: str, limit: int) -> Page:
    """A page by place ("p" marks), or by key where the rectangle is the sharper index ("m" marks)."""
    way, _colon, mark = after.partition(":")
    if after and not (way in {"p", "m"} and mark.count("~") == 1 and (way == "p" or asked.box is not None)):
        raise Refused(Refusal("layer.mark", _("翻页标记“%(mark)s”无效。"), {"mark": after[:40]}))
    by_key = way == "m" if way else _is_wide(actor, asked)
    if by_key and asked.box is not None:
        return _by_key(_with_keys(actor, asked), asked.box, mark, limit)
    return _by_place(select(actor, asked), mark, limit)


def _is_wide(actor: Actor, asked: Asked) -> bool:
    paths = _territory(actor, asked)
    return asked.box is not None and paths is not None and sum(map(how_many, paths)) > READ_WHOLE


def _territory(actor: Actor, asked: Asked) -> list[str] | None:
    """The subtrees asked about when the scope is nothing but divisions; None when anything else is in play."""
    paths: set[str] = set()
    for grant in actor.grants:
        if grant.reach.water_paths or grant.reach.body_ids or grant.reach.party_ids:
            return None
        paths |= grant.reach.unit_paths
    wanted = [asked.unit_path, *([_path(code)] if (code := asked.equals.get("unit")) else [])]
    for other in wanted:
        paths = {other if is_within(other, path) else path for path in paths if _related(path, other)}
    if any("Z" in path for path in paths):
        return None
    return [path for path in paths if not any(path != wider and is_within(path, wider) for wider in paths)]


def _related(path: str, other: str) -> bool:
    return is_within(path, other) or is_within(other, path)


def _by_place(found: OutletQuerySet, mark: str, limit: int) -> Page:
    if mark:
        path, _mark, pk = mark.rpartition("~")
        found = found.filter(Q(unit_path__gte=path) & (Q(unit_path__gt=path) | Q(pk__gt=number(pk))))
    rows = list(found.order_by("unit_path", "pk").values(*_READ)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, f"p:{rows[-1]['unit_path']}~{rows[-1]['pk']}" if more else "")


def _by_key(found: OutletQuerySet, box: Bbox, mark: str, limit: int) -> Page:
    key, pk = (number(part) for part in mark.split("~")) if mark else (-1, -1)
    rows: list[Row] = []
    for first, last in ranges(box):
        if last <= key:
            continue
        here = found.filter(mkey__gte=max(first, key), mkey__lt=last)
        if key >= first:
            here = here.filter(Q(mkey__gt=key) | Q(pk__gt=pk))
        rows += here.order_by("mkey", "pk").values(*_READ)[: limit + 1 - len(rows)]
        if len(rows) > limit:
            break
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, f"m:{rows[-1]['mkey']}~{rows[-1]['pk']}" if more else "")


def ranges(box: Bbox) -> list[tuple[int, int]]:
    """The ranges of keys that cover a rectangle, in order, neighbours joined: 64 cells at most."""
    west, south, east, north = box
    south, north = (min(max(side, -_MERCATOR_DEG), _MERCATOR_DEG) for side in (south, north))
    inner = (max(west, -180.0), south, min(east, 180.0), north)
    zoom, cells = 0, [(0, 0)]
    for deeper in range(1, KEY_ZOOM + 1):
        if _how_many_cells(inner, deeper) > MOST_CELLS:
            break
        zoom, cells = deeper, list(tiles_over(inner, deeper))
    joined: list[tuple[int, int]] = []
    for first, last in sorted(tile_range(zoom, x, y) for x, y in cells):
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _how_many_cells(box: Bbox, zoom: int) -> int:
    """How many cells of a zoom touch a rectangle, without listing them."""
    shift = KEY_ZOOM - zoom
    (left, top), (right, bottom) = key_cell(morton_key(box[0], box[3])), key_cell(morton_key(box[2], box[1]))
    return ((right >> shift) - (left >> shift) + 1) * ((bottom >> shift) - (top >> shift) + 1)


def tell(rows: Sequence[Row]) -> Iterator[Feature]:
    """Features of rows."""
    names = _type_names()
    for row in rows:
        values = {name: plain(row[column]) for name, column in COLUMNS.items()}
        values["water_name"] = values["water_name"] or row["water_text"] or None
        values["type_name"] = names.get(row["type_key"])
        values["stage_name"] = STAGES[Stage(row["stage"])]
        ordered = {one.name: values[one.name] for one in ATTRIBUTES if values[one.name] not in ("", None)}
        yield Feature(str(row["pk"]), ordered, point(row["longitude_deg"], row["latitude_deg"]))


def _type_names() -> dict[str, str]:
    tree = tree_of(policy_of("", on=timezone.localdate()))
    return {child.key: child.name for top in tree.tops for child in top.children}


def count(actor: Actor, asked: Asked) -> int | None:
    """How many match, from the tallies; None where tallies cannot tell."""
    countable = set(asked.equals) <= {"unit", "type", "stage"}
    if asked.box is not None or asked.span is not None or asked.ids is not None or not countable:
        return None
    paths = _territory(actor, asked)
    if paths is None:
        return None
    types = [asked.equals["type"]] if "type" in asked.equals else None
    stages = [asked.equals["stage"]] if "stage" in asked.equals else None
    return sum(how_many(path, types=types, stages=stages) for path in paths)


OUTLETS = Layer(
    key="outlets",
    title=_("入河排污口"),
    description=_("名录内的入河排污口：位置、类型、阶段、责任主体、受纳水体。时间条件按最近变更时间比较。"),
    geometry="Point",
    attributes=ATTRIBUTES,
    select=select,
    cut=cut,
    tell=tell,
    count=count,
    dated="changed",
    subjects=("outlet",),
)
