"""Small files of shapes for the tests, made by an independent writer or by hand."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely
from pyogrio import raw

Row = tuple[object, Mapping[str, object]]  # a shape or None, and its attributes


def geojson(*rows: Row, **more: object) -> bytes:
    """A FeatureCollection."""
    features = [
        {
            "type": "Feature",
            "properties": dict(given),
            "geometry": shape.__geo_interface__ if isinstance(shape, shapely.Geometry) else shape,
        }
        for shape, given in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False).encode()


def written(driver: str, *rows: Row, crs: str | None = "EPSG:4490", **more: object) -> dict[str, bytes]:
    """The files a driver of GDAL makes of the rows, by suffix; several layers as `layers={name: rows}`."""
    layers = more.pop("layers", {"": rows})
    suffix = {"ESRI Shapefile": ".shp", "GPKG": ".gpkg", "KML": ".kml", "LIBKML": ".kml"}[driver]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / f"x{suffix}"
        for number, (name, listed) in enumerate(layers.items()):
            labels = list(dict.fromkeys(label for _shape, given in listed for label in given))
            shapes = [shape for shape, _given in listed]
            kinds = {shape.geom_type for shape in shapes if shape is not None}
            flat = kinds.pop() if len(kinds) == 1 else "Unknown"
            high = any(shape is not None and shape.has_z for shape in shapes)
            raw.write(
                path,
                geometry=np.array([None if one is None else shapely.to_wkb(one) for one in shapes], dtype=object),
                field_data=[np.array([given.get(one) for _shape, given in listed], dtype=object) for one in labels],
                fields=labels,
                driver=driver,
                layer=name or None,
                geometry_type=f"{flat} Z" if high else flat,
                crs=crs,
                append=number > 0,
                **more,
            )
        return {one.suffix: one.read_bytes() for one in Path(folder).iterdir()}


def shp(*rows: Row, drop: Sequence[str] = (), name: str = "排污口", encoding: str = "GB18030", **more: object) -> bytes:
    """A zipped shapefile, without the parts in `drop`."""
    parts = written("ESRI Shapefile", *rows, encoding=encoding, **more)
    return zipped({f"{name}{suffix}": content for suffix, content in parts.items() if suffix not in drop})


def gpkg(*rows: Row, **more: object) -> bytes:
    """A GeoPackage."""
    return written("GPKG", *rows, **more)[".gpkg"]


def kml(*rows: Row) -> bytes:
    """A KML with its attributes as extended data."""
    marks = "".join(
        "<Placemark><ExtendedData>"
        + "".join(f'<Data name="{label}"><value>{value}</value></Data>' for label, value in given.items())
        + f"</ExtendedData>{_kml(shape)}</Placemark>"
        for shape, given in rows
    )
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>台账</name>{marks}</Document></kml>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _kml(shape: shapely.Geometry | None) -> str:
    if shape is None:
        return ""
    pairs = " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(shape))
    if shape.geom_type == "Polygon":
        ring = f"<LinearRing><coordinates>{pairs}</coordinates></LinearRing>"
        return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
    return f"<Point><coordinates>{pairs}</coordinates></Point>"


def kmz(*rows: Row) -> bytes:
    """A KMZ."""
    return zipped({"doc.kml": kml(*rows)})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
