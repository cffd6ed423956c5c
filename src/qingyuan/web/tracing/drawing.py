"""The chain of a case as a picture: 排污单位 far left, the water right; every point at its distance from the outlet.

Placed here and drawn by the template as SVG, so that it needs no script and prints as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing.models import Source
from qingyuan.stages.tracing.queries import Network

WIDE, HIGH, GAP_X, GAP_Y, EDGE = 148, 46, 44, 14, 6
LETTERS = 10


@dataclass(frozen=True, slots=True)
class Box:
    """One point: where it stands (px), what it is, its name in full and as it fits, where it leads."""

    x: int
    y: int
    kind: str
    label: str
    name: str
    short: str
    note: str
    url: str

    @property
    def middle(self) -> int:
        """The height at which lines meet the box."""
        return self.y + HIGH // 2

    @property
    def text_x(self) -> int:
        """Where the words begin."""
        return self.x + 8

    @property
    def label_y(self) -> int:
        """The line of the small word."""
        return self.y + 17

    @property
    def name_y(self) -> int:
        """The line of the name."""
        return self.y + 36


@dataclass(frozen=True, slots=True)
class Line:
    """The water runs from one box to the next."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything placed, with the size of the sheet. `more`: there is more than is drawn."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    box_width: int
    box_height: int
    more: bool


def draw(network: Network, outlet: Outlet, sources: list[Source]) -> Picture:
    """Place the points upstream of an outlet, and the water below it."""
    depths = network.followed.depths
    deepest = max(depths.values())
    columns: dict[int, list[int]] = {}
    lower = dict(network.followed.edges)
    rows: dict[int, float] = {}
    for depth in range(deepest + 1):
        here = [pk for pk, distance in depths.items() if distance == depth and pk in network.nodes]
        here.sort(key=lambda pk: (rows.get(lower.get(pk, 0), 0.0), network.nodes[pk].name, pk))
        columns[depth] = here
        for row, pk in enumerate(here):
            rows[pk] = row
    shares = {one.body_id: _share(one) for one in sources}
    height = max(len(here) for here in columns.values()) * (HIGH + GAP_Y) - GAP_Y + 2 * EDGE
    places: dict[int, Box] = {}
    for depth, here in columns.items():
        x = EDGE + (deepest - depth) * (WIDE + GAP_X)
        top = (height - len(here) * (HIGH + GAP_Y) + GAP_Y) // 2
        for row, pk in enumerate(here):
            node = network.nodes[pk]
            url = reverse("web:outlet", args=[outlet.pk]) if node.outlet_id else reverse("web:tracing-node", args=[pk])
            note = shares.get(node.body_id, "") if node.body_id else ""
            places[pk] = _box(x, top + row * (HIGH + GAP_Y), node.kind, node.get_kind_display(), node.name, note, url)
    lines = [
        Line(places[up].x + WIDE, places[up].middle, places[low].x, places[low].middle)
        for up, low in network.followed.edges
        if up in places and low in places
    ]
    end = places[network.start.pk]
    water = _water(outlet, end)
    lines.append(Line(end.x + WIDE, end.middle, water.x, water.middle))
    width = water.x + WIDE + EDGE
    boxes = (*places.values(), water)
    return Picture(boxes, tuple(lines), width, height, WIDE, HIGH, network.followed.more)


def _water(outlet: Outlet, end: Box) -> Box:
    name = outlet.water.name if outlet.water else outlet.water_text or _("受纳水体未填报")
    url = f"{reverse('web:outlets')}?water={outlet.water.code}" if outlet.water else ""
    return _box(end.x + WIDE + GAP_X, end.y, "water", _("受纳水体"), name, "", url)


def _box(x: int, y: int, kind: str, label: str, name: str, note: str, url: str) -> Box:
    short = name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
    return Box(x, y, kind, f"{label} {note}".strip(), name, short, note, url)


def _share(source: Source) -> str:
    return _("占比未知") if source.share is None else _("占 %(share)s %%") % {"share": f"{source.share * 100:.1f}"}
