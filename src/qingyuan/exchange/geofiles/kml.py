"""KML read by ourselves: GDAL's reader wears Chinese field names down to underscores.

Each folder is a layer; what stands in no folder makes one named after the document. Fields are the name, the
description and the extended data. Degrees are WGS 84 by the standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import shapely

NAME, DESCRIPTION = "name", "description"
_NO_NAME = "图层"
_MULTI = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}


@dataclass(slots=True)
class Marks:
    """The placemarks of one folder: their fields and shapes; None for a mark without a shape, a fault beside it."""

    given: list[dict[str, str]] = field(default_factory=list)
    shapes: list[shapely.Geometry | None] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every field some mark fills."""
        return tuple(dict.fromkeys(label for one in self.given for label in one))


def folders(path: Path) -> dict[str, Marks]:
    """Folder → its placemarks, in the order of the file. The file was looked into by kinds first.

    Raises
    ------
    ElementTree.ParseError
    """
    found: dict[str, Marks] = {}
    _walk(ElementTree.parse(path).getroot(), _NO_NAME, found)  # noqa: S314 no declarations: kinds refused them
    return found


def _walk(node: ElementTree.Element, name: str, found: dict[str, Marks]) -> None:
    open_nodes = [(node, name)]
    while open_nodes:  # no recursion: folders may be nested without end
        here, called = open_nodes.pop(0)
        for child in here:
            match _tag(child):
                case "Folder" | "Document":
                    open_nodes.append((child, _text(child, "name") or called))
                case "Placemark":
                    _mark(child, found.setdefault(called, Marks()))
                case "kml":
                    open_nodes.append((child, called))


def _mark(node: ElementTree.Element, marks: Marks) -> None:
    given = {label: text for label in (NAME, DESCRIPTION) if (text := _text(node, label))}
    for one in node.iter():
        match _tag(one):
            case "Data":
                given[one.get("name", "")] = _text(one, "value")
            case "SimpleData":
                given[one.get("name", "")] = (one.text or "").strip()
    marks.given.append({label: text for label, text in given.items() if label and text})
    try:
        drawn = list(_drawn(node))
        marks.shapes.append(drawn[0] if len(drawn) == 1 else _together(drawn) if drawn else None)
        marks.faults.append("")
    except (ValueError, IndexError, shapely.errors.ShapelyError):
        marks.shapes.append(None)
        marks.faults.append("unreadable")


def _drawn(node: ElementTree.Element) -> Iterator[shapely.Geometry]:
    for child in node:
        match _tag(child):
            case "Point":
                yield shapely.Point(_corners(child)[0])
            case "LineString" | "LinearRing":
                yield shapely.LineString(_corners(child))
            case "Polygon":
                rings = [_corners(ring) for ring in child.iter() if _tag(ring) == "LinearRing"]
                yield shapely.Polygon(rings[0], rings[1:])
            case "MultiGeometry":
                yield _together(list(_drawn(child)))


def _together(drawn: list[shapely.Geometry]) -> shapely.Geometry:
    kinds = {one.geom_type for one in drawn}
    many = _MULTI.get(kinds.pop()) if len(kinds) == 1 else None
    return many(drawn) if many is not None else shapely.GeometryCollection(drawn)


def _corners(node: ElementTree.Element) -> list[tuple[float, ...]]:
    text = next((one.text or "" for one in node.iter() if _tag(one) == "coordinates"), "")
    return [tuple(float(part) for part in pair.split(",")[:3]) for pair in text.split()]


def _tag(node: ElementTree.Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _text(node: ElementTree.Element, tag: str) -> str:
    return next(((one.text or "").strip() for one in node if _tag(one) == tag), "")
