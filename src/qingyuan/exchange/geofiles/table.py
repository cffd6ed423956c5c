"""A layer as a table of the register: its points first as 经度 and 纬度, then its own fields. Rows are feature numbers.

What is no single point keeps its row out with a sentence; nothing is put in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from qingyuan.exchange.geofiles.layers import Feature, Layer
from qingyuan.exchange.header import Heading
from qingyuan.exchange.tables import Line, Table

POINT_LABELS, POINT_GROUP = ("经度", "纬度"), "图形"
WORDS = {
    "LineString": "线",
    "LinearRing": "线",
    "MultiLineString": "线",
    "Polygon": "面",
    "MultiPolygon": "面",
    "MultiPoint": "多个点",
    "GeometryCollection": "组合图形",
}
UNREADABLE = "无法读取的图形"
_DIGITS = 8  # a millimetre


def table_of(layer: Layer) -> Table:
    """The table an import reads."""
    own = POINT_LABELS if layer.has_shapes else ()
    labels = (*own, *(" ".join(label.split()) for label in layer.labels))
    groups = (*(POINT_GROUP for _label in own), *("" for _label in layer.labels))

    def lines() -> Iterator[Line]:
        for feature in layer.features():
            yield _line(feature, has_point=layer.has_shapes)

    return Table(
        layer.kind,
        layer.name,
        layer.names,
        Heading(0, 0, labels, groups),
        uses_1904=False,
        encoding=layer.encoding,
        lines=lines,
        notes=layer.notes,
    )


def _line(feature: Feature, *, has_point: bool) -> Line:
    if not has_point:
        return Line(feature.number, feature.values)
    cells, why = _point(feature)
    return Line(feature.number, [*cells, *feature.values], lost={0: why} if why else {})


def _point(feature: Feature) -> tuple[Sequence[object], str]:
    """Two cells, and what the shape is when it is no point."""
    shape = feature.shape
    if feature.fault:
        return ("", ""), UNREADABLE
    if shape is None or shape.is_empty:
        return ("", ""), ""
    if isinstance(shape, shapely.MultiPoint) and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    if not isinstance(shape, shapely.Point):
        return ("", ""), WORDS.get(shape.geom_type, UNREADABLE)
    return (round(shape.x, _DIGITS), round(shape.y, _DIGITS)), ""
