"""受纳水体 as features: the waters that flow through the asker's territory, his own waters, and those that receive an
outlet he may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import LABELS, WaterKind
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
)
from qingyuan.places import queries as places
from qingyuan.places.models import Water
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry

ATTRIBUTES = (
    Attribute("code", _("编码"), lookup="code"),
    Attribute("name", _("名称"), lookup="name"),
    Attribute("other_names", _("别名")),
    Attribute("kind", _("类别代码"), lookup="kind"),
    Attribute("kind_name", _("类别")),
    Attribute("basin", _("流域代码"), lookup="basin__code"),
    Attribute("basin_name", _("流域")),
    Attribute("flows_into", _("汇入水体编码"), lookup="parent__code"),
    Attribute("source", _("来源")),
    Attribute("map_number", _("审图号")),
    Attribute("status", _("确认程度")),
    Attribute("demo", _("演示"), "boolean", lookup="is_demo"),
)
_FROM = {"basin": "basin__code", "basin_name": "basin__name", "flows_into": "parent__code", "demo": "is_demo"}
COLUMNS = columns_of(ATTRIBUTES, elsewhere=_FROM, made={"kind_name"})


def select(actor: Actor, asked: Asked) -> QuerySet[Water]:
    """The waters the actor may see, narrowed."""
    outlets = registry.visible_to(actor)
    if asked.unit_path:
        outlets = outlets.within(asked.unit_path)
    scope = Q(Exists(outlets.filter(water=OuterRef("pk"))))
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            if "" in (path, asked.unit_path):
                wider = path or asked.unit_path
            else:
                wider = asked.unit_path if asked.unit_path.startswith(path) else path
            scope |= Q(pk__in=places.waters_in(wider).values("pk")) if wider else Q(pk__isnull=False)
        if not asked.unit_path:
            for path in grant.reach.water_paths:
                scope |= within_q("path", path)
    return narrowed(Water.objects.filter(scope), asked, ATTRIBUTES)


def tell(rows: Sequence[Row]) -> Iterator[Feature]:
    """Features of rows."""
    for row in rows:
        made = {"kind_name": LABELS[WaterKind(row["kind"])]}
        yield Feature(str(row["pk"]), properties(row, ATTRIBUTES, COLUMNS, made), shape_of(row["geometry"]))


WATERS = Layer(
    key="waters",
    title=_("受纳水体"),
    description=_("流经管辖范围的水体，以及接纳其中排污口的水体。"),
    geometry="LineString",
    attributes=ATTRIBUTES,
    select=select,
    cut=by_id(select, (*COLUMNS.values(), "geometry")),
    tell=tell,
    count=no_count,
    subjects=("water",),
)
