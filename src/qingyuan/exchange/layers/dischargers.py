"""排污单位 as features: who answers for an outlet or uses a channel that the asker may see, and enterprises that sit
in his territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.functions import BODY_KINDS, BodyKind
from qingyuan.core.refusal import gettext_noop as _
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
    point,
    properties,
    within,
)
from qingyuan.places.paths import within_q
from qingyuan.registry import queries as registry
from qingyuan.registry.models import ChannelSource

ATTRIBUTES = (
    Attribute("name", _("名称"), lookup="name"),
    Attribute("kind", _("单位性质代码"), lookup="kind"),
    Attribute("kind_name", _("单位性质")),
    Attribute("unit_type", _("排污单位类型"), lookup="unit_type"),
    Attribute("industry", _("行业类别"), lookup="industry"),
    Attribute("credit_code", _("统一社会信用代码"), lookup="credit_code"),
    Attribute("unit", _("行政区划代码"), lookup="unit__code"),
    Attribute("unit_name", _("行政区划")),
    Attribute("parent", _("隶属单位编号"), "integer", lookup="parent"),
    Attribute("valid_from", _("成立日期"), format="date"),
    Attribute("valid_to", _("撤销日期"), format="date"),
    Attribute("version", _("版本"), "integer"),
    Attribute("demo", _("演示"), "boolean", lookup="is_demo"),
)
_FROM = {"unit": "unit__code", "unit_name": "unit__name", "parent": "parent_id", "demo": "is_demo"}
COLUMNS = columns_of(ATTRIBUTES, elsewhere=_FROM, made={"kind_name"})


def select(actor: Actor, asked: Asked) -> QuerySet[Body]:
    """The dischargers the actor may see, narrowed."""
    outlets = registry.visible_to(actor)
    if asked.unit_path:
        outlets = outlets.within(asked.unit_path)
    answering = Exists(outlets.filter(party=OuterRef("pk")))
    using = Exists(
        ChannelSource.objects.filter(
            Exists(outlets.filter(channels__channel=OuterRef("channel"), channels__to_day=None)),
            body=OuterRef("pk"),
            to_day=None,
        )
    )
    at_home = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            at_home |= within_q("unit_path", path) if path else Q(pk__isnull=False)
        at_home |= Q(pk__in=grant.reach.party_ids)
    found = Body.objects.filter((at_home & ~Q(kind=BodyKind.GOVERNMENT) & _in_unit(asked)) | Q(answering) | Q(using))
    return narrowed(found, asked, ATTRIBUTES, box=within(asked.box))


def _in_unit(asked: Asked) -> Q:
    return within_q("unit_path", asked.unit_path)


def tell(rows: Sequence[Row]) -> Iterator[Feature]:
    """Features of rows."""
    for row in rows:
        said = properties(row, ATTRIBUTES, COLUMNS, {"kind_name": BODY_KINDS[BodyKind(row["kind"])]})
        yield Feature(str(row["pk"]), said, point(row["longitude_deg"], row["latitude_deg"]))


DISCHARGERS = Layer(
    key="dischargers",
    title=_("排污单位"),
    description=_("管辖范围内的排污单位，以及对其中的排污口负责或使用其通道的单位。"),
    geometry="Point",
    attributes=ATTRIBUTES,
    select=select,
    cut=by_id(select, (*COLUMNS.values(), "longitude_deg", "latitude_deg")),
    tell=tell,
    count=no_count,
    subjects=("body", "party"),
)
