"""The register as a file of shapes: GeoJSON and KML sign by sign, GeoPackage and shapefile by GDAL, in batches.

Points are CGCS2000 degrees as kept; an outlet without a position is written without a shape. GeoJSON knows WGS 84 only
(RFC 7946), which agrees within a metre. Every field is text but days; what was written reads back as unchanged.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from pyogrio import raw

from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.streaming import Value, printed

LAYER = "排污口"
CRS = "EPSG:4490"
BATCH = 20_000
SUFFIXES = {"geojson": "geojson", "gpkg": "gpkg", "shp": "zip", "kml": "kml"}
TEXT_BYTES = 254  # what a field of a shapefile holds
LEGEND = "字段说明.csv"

# A shapefile's field names have at most ten bytes: five characters in GB18030. The other forms write the labels.
SHORT_NAMES = {
    "国家编码": "国家编码",
    "地方编码": "地方编码",
    "入河排污口名称": "排口名称",
    "省份": "省份",
    "地市": "地市",
    "县区": "县区",
    "乡镇（街道）": "乡镇街道",
    "村（社区）": "村社区",
    "行政区划代码": "区划代码",
    "责任区": "责任区",
    "受纳水体名称": "受纳水体",
    "断面区间": "断面区间",
    "入河方式": "入河方式",
    "入河排污口口门及位置": "口门位置",
    "引流方式": "引流方式",
    "排污责任主体单位名称": "责任主体",
    "排污单位经度": "单位经度",
    "排污单位纬度": "单位纬度",
    "排污单位类型": "单位类型",
    "统一社会信用代码": "信用代码",
    "入河排污口分类": "排口类型",
    "阶段": "阶段",
    "整治进展情况": "整治进展",
    "是否完成登记建档": "登记建档",
    "设置审批或排污许可批准时间": "审批时间",
    "排污许可证编号": "许可证号",
    "登记日期": "登记日期",
    "备注": "备注",
    "数据性质": "数据性质",
}


class Placed(NamedTuple):
    """One outlet: its point, or None, and its values in the order of the header."""

    point: tuple[float, float] | None
    values: Sequence[Value]


@dataclass(slots=True)
class Written:
    """How many were written, and what a reader should know."""

    rows: int = 0
    without_point: int = 0
    cut: int = 0

    def warnings(self) -> list[str]:
        """Sentences, in Chinese as every warning of an export."""
        said = []
        if self.without_point:
            said.append(_("有 %(count)d 个排污口没有坐标，导出的图形为空。") % {"count": self.without_point})
        if self.cut:
            told = {"count": self.cut, "limit": TEXT_BYTES}
            said.append(
                _("有 %(count)d 处文字超过 shapefile 的 %(limit)d 字节，已截短；全文请导出 GeoPackage。") % told
            )
        return said


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of the fields, and which of them are days."""

    labels: Sequence[str]
    days: frozenset[int] = field(default_factory=frozenset)


def write(out: BinaryIO, form: str, fields: Fields, rows: Iterable[Placed]) -> Written:
    """Write a file of one of SUFFIXES."""
    match form:
        case "geojson":
            return _geojson(out, fields, rows)
        case "kml":
            return _kml(out, fields, rows)
        case "gpkg":
            return _gpkg(out, fields, rows)
        case _:
            return _shapefile(out, fields, rows)


# --- sign by sign ----------------------------------------------------------------------------------------------------


def _geojson(out: BinaryIO, fields: Fields, rows: Iterable[Placed]) -> Written:
    done = Written()
    out.write(f'{{"type":"FeatureCollection","name":"{LAYER}","features":['.encode())
    for row in rows:
        given = {
            label: _text(value)
            for label, value in zip(fields.labels, row.values, strict=True)
            if value is not None and value != ""
        }
        feature = {
            "type": "Feature",
            "properties": given,
            "geometry": {"type": "Point", "coordinates": row.point} if row.point else None,
        }
        text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        out.write(f"{',' if done.rows else ''}\n{text}".encode())
        _count(done, row)
    out.write(b"\n]}\n")
    return done


def _kml(out: BinaryIO, fields: Fields, rows: Iterable[Placed]) -> Written:
    done = Written()
    name_at = fields.labels.index("入河排污口名称") if "入河排污口名称" in fields.labels else -1
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Folder><name>{LAYER}</name>\n".encode()
    )
    for row in rows:
        data = "".join(
            f"<Data name={quoteattr(label)}><value>{escape(_text(value))}</value></Data>"
            for label, value in zip(fields.labels, row.values, strict=True)
            if value is not None and value != ""
        )
        name = escape(_text(row.values[name_at])) if name_at >= 0 else ""
        point = f"<Point><coordinates>{row.point[0]},{row.point[1]}</coordinates></Point>" if row.point else ""
        mark = f"<Placemark><name>{name}</name><ExtendedData>{data}</ExtendedData>{point}</Placemark>\n"
        out.write(mark.encode())
        _count(done, row)
    out.write(b"</Folder></Document></kml>\n")
    return done


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return printed(value)
        case bool():
            return "是" if value else "否"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _count(done: Written, row: Placed) -> None:
    done.rows += 1
    done.without_point += row.point is None


# --- through GDAL ----------------------------------------------------------------------------------------------------


def _gpkg(out: BinaryIO, fields: Fields, rows: Iterable[Placed]) -> Written:
    with TemporaryDirectory(prefix="qingyuan-export-") as folder:
        path = Path(folder) / "outlets.gpkg"
        done = _write_batches(path, "GPKG", fields.labels, fields, rows, layer=LAYER)
        with path.open("rb") as made:
            shutil.copyfileobj(made, out, 4 * 1024 * 1024)
    return done


def _shapefile(out: BinaryIO, fields: Fields, rows: Iterable[Placed]) -> Written:
    names = [SHORT_NAMES[label] for label in fields.labels]
    with TemporaryDirectory(prefix="qingyuan-export-") as folder:
        path = Path(folder) / "outlets.shp"
        done = _write_batches(path, "ESRI Shapefile", names, fields, rows, encoding="GB18030", limit=TEXT_BYTES)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, f"{LAYER}{part.suffix}")
            archive.writestr(LEGEND, _legend(fields.labels))
    return done


def _legend(labels: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["字段", "全称"])
    writer.writerows((SHORT_NAMES[label], label) for label in labels)
    return text.getvalue().encode("utf-8-sig")


def _write_batches(
    path: Path,
    driver: str,
    names: Sequence[str],
    fields: Fields,
    rows: Iterable[Placed],
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limit: int = 0,
) -> Written:
    """One transaction of GDAL for each batch: memory does not grow with the register."""
    done = Written()
    for number, batch in enumerate(_batches(rows)):
        for row in batch:
            _count(done, row)
        more = {"encoding": encoding} if encoding else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about names and widths, which the legend tells
            raw.write(
                path,
                geometry=_points(batch),
                field_data=_columns(batch, fields, limit, done),
                fields=list(names),
                layer=layer,
                driver=driver,
                geometry_type="Point",
                crs=CRS,
                append=number > 0,
                **more,
            )
    return done


def _batches(rows: Iterable[Placed]) -> Iterator[list[Placed]]:
    """At least one batch, so that an empty register makes a file with its fields."""
    source = iter(rows)
    first = list(islice(source, BATCH))
    yield first
    while first and (batch := list(islice(source, BATCH))):
        yield batch


def _points(batch: Sequence[Placed]) -> np.ndarray:
    given = np.array([row.point or (np.nan, np.nan) for row in batch], dtype=float).reshape(-1, 2)
    made = np.array(shapely.to_wkb(shapely.points(given)), dtype=object).reshape(-1)
    made[np.isnan(given[:, 0])] = None
    return made


def _columns(batch: Sequence[Placed], fields: Fields, limit: int, done: Written) -> list[np.ndarray]:
    columns = []
    for at in range(len(fields.labels)):
        given = [row.values[at] for row in batch]
        if at in fields.days:
            columns.append(np.array([value or "NaT" for value in given], dtype="datetime64[D]"))
            continue
        # Most cells are a plain word or nothing: letters and figures need no second look.
        texts = [
            value if value.__class__ is str and (not value or value.isalnum()) else _text(value) for value in given
        ]
        if limit:
            texts = [_fitting(text, limit, done) for text in texts]
        column = np.empty(len(batch), dtype=object)
        column[:] = [text or None for text in texts]
        columns.append(column)
    return columns


def _fitting(text: str, limit: int, done: Written) -> str:
    """The text, or as much of it as a field of so many bytes holds."""
    if len(text) * 2 <= limit or len(cut := _cut(text, limit)) == len(text):
        return text
    done.cut += 1
    return cut


def _cut(text: str, limit: int) -> str:
    return text.encode("gb18030", "ignore")[:limit].decode("gb18030", "ignore")
