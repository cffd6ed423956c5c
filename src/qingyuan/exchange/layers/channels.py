"""排污通道 as features without a geometry: which outlets a channel leads to and who uses it, with the share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.layers.shape import (
    Asked,
    Attribute,
    Feature,
    Layer,
    Page,
    Row,
    by_id,
    columns_of,
    equal_to,
    no_count,
    plain,
    properties,
    within,
)
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Channel, ChannelOutlet, ChannelSource, OutletQuerySet

ATTRIBUTES = (
    Attribute("name", _("名称"), lookup="name"),
    Attribute("kind", _("形式"), lookup="kind"),
    Attribute("length_m", _("长度（m）"), "number"),
    Attribute("unit", _("行政区划代码"), lookup="unit__code"),
    Attribute("unit_name", _("行政区划")),
    Attribute("outlets", _("通向的排污口编号"), "array"),
    Attribute("dischargers", _("使用的排污单位编号和排放份额"), "array"),
    Attribute("note", _("说明")),
)
_FROM = {"unit": "unit__code", "unit_name": "unit__name"}
_LINKED = {"outlets", "dischargers"}
COLUMNS = columns_of(ATTRIBUTES, elsewhere=_FROM, made=_LINKED)


def _outlets(actor: Actor, asked: Asked) -> OutletQuerySet:
    found = registry.visible_to(actor)
    if asked.unit_path:
        found = found.within(asked.unit_path)
    return found.filter(within(asked.box))


def select(actor: Actor, asked: Asked) -> QuerySet[Channel]:
    """The channels that lead to an outlet the actor may see; a rectangle asks where that outlet lies."""
    leading = _outlets(actor, asked).filter(channels__channel=OuterRef("pk"), channels__to_day=None)
    found = Channel.objects.filter(Exists(leading))
    if asked.ids is not None:
        found = found.filter(pk__in=asked.ids)
    return found.filter(equal_to(asked.equals, ATTRIBUTES))


def cut(actor: Actor, asked: Asked, after: str, limit: int) -> Page:
    """A page in the order of ids, each row with the links the actor may see."""
    page = by_id(select, tuple(COLUMNS.values()))(actor, asked, after, limit)
    ids = [row["pk"] for row in page.rows]
    links = ChannelOutlet.objects.filter(channel__in=ids, to_day=None, outlet__in=_outlets(actor, Asked()))
    leads: dict[int, list[int]] = {}
    for channel, outlet in links.order_by("pk").values_list("channel", "outlet"):
        leads.setdefault(channel, []).append(outlet)
    uses: dict[int, list[dict[str, object]]] = {}
    sources = ChannelSource.objects.filter(channel__in=ids, to_day=None).order_by("pk")
    for channel, body, share in sources.values_list("channel", "body", "share"):
        uses.setdefault(channel, []).append({"discharger": body, "share": plain(share)})
    rows = [{**row, "outlets": leads.get(row["pk"], []), "dischargers": uses.get(row["pk"], [])} for row in page.rows]
    return Page(rows, page.after)


def tell(rows: Sequence[Row]) -> Iterator[Feature]:
    """Features of rows."""
    for row in rows:
        said = properties(row, ATTRIBUTES, COLUMNS, {name: row[name] for name in _LINKED})
        yield Feature(str(row["pk"]), said, None)


CHANNELS = Layer(
    key="channels",
    title=_("排污通道"),
    description=_("排污单位与排污口之间的管、沟、渠、涵；没有单独的线位，范围条件按所通向的排污口计算。"),
    geometry="",
    attributes=ATTRIBUTES,
    select=select,
    cut=cut,
    tell=tell,
    count=no_count,
    subjects=("outlet",),
)
