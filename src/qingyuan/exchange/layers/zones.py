"""特殊区域 as features: polygons in which clauses forbid, restrict or ask something, of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.zones import LABELS, ProtectionLevel, ZoneKind
from qingyuan.exchange.layers.shape import (
    Asked,
    Attribute,
    Feature,
    Layer,
    Row,
    by_id,
    columns_of,
    narrowed,
    no_count,
    properties,
    shape_of,
    touching,
)
from qingyuan.places.models import Zone
from qingyuan.places.paths import ancestors_of, within_q
from qingyuan.places.shapes import extent

ATTRIBUTES = (
    Attribute("name", _("名称"), lookup="name"),
    Attribute("kind", _("类别代码"), lookup="kind"),
    Attribute("kind_name", _("类别")),
    Attribute("level", _("级别代码"), lookup="level"),
    Attribute("level_name", _("级别")),
    Attribute("unit", _("所在行政区划代码"), lookup="unit__code"),
    Attribute("unit_name", _("所在行政区划")),
    Attribute("valid_from", _("生效日期"), format="date"),
    Attribute("valid_to", _("失效日期"), format="date"),
    Attribute("source", _("来源")),
    Attribute("map_number", _("审图号")),
    Attribute("status", _("确认程度")),
    Attribute("demo", _("演示"), "boolean", lookup="is_demo"),
)
_FROM = {"unit": "unit__code", "unit_name": "unit__name", "demo": "is_demo"}
COLUMNS = columns_of(ATTRIBUTES, elsewhere=_FROM, made={"kind_name", "level_name"})


def select(actor: Actor, asked: Asked) -> QuerySet[Zone]:
    """The zones of the actor's territories and waters; those of a unit above where they reach into a territory."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            scope |= within_q("unit__path", path) if path else Q(pk__isnull=False)
            around, above = extent(path), ancestors_of(path, itself=False)
            if above and around is not None:
                scope |= touching(around) & Q(unit__path__in=above)
        for path in grant.reach.water_paths:
            scope |= within_q("functional_zone__water__path", path)
    found = Zone.objects.filter(scope, within_q("unit__path", asked.unit_path))
    if asked.span is not None:
        start, end = asked.span
        if start is not None:
            found = found.filter(Q(valid_to=None) | Q(valid_to__gt=start.date()))
        if end is not None:
            found = found.filter(Q(valid_from=None) | Q(valid_from__lte=end.date()))
    return narrowed(found, asked, ATTRIBUTES)


def tell(rows: Sequence[Row]) -> Iterator[Feature]:
    """Features of rows."""
    for row in rows:
        made = {"kind_name": LABELS[ZoneKind(row["kind"])], "level_name": LABELS[ProtectionLevel(row["level"])]}
        yield Feature(str(row["pk"]), properties(row, ATTRIBUTES, COLUMNS, made), shape_of(row["geometry"]))


ZONES = Layer(
    key="zones",
    title=_("特殊区域"),
    description=_("饮用水水源保护区、自然保护地、泉域等区域，按类别（kind）区分。时间条件按有效期比较。"),
    geometry="MultiPolygon",
    attributes=ATTRIBUTES,
    select=select,
    cut=by_id(select, (*COLUMNS.values(), "geometry")),
    tell=tell,
    count=no_count,
    dated="valid_from",
    subjects=("zone",),
)
