"""Open a file of shapes as a layer of features in CGCS2000 degrees. What they mean is for others.

GeoJSON and KML are read by ourselves and held; GeoPackage and shapefile by GDAL, a batch at a time. Features are
numbered from 1 as they stand in the file: that number is the row in every finding.
"""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from qingyuan.core.refusal import Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.container import Source
from qingyuan.exchange.findings import Finding, finding
from qingyuan.exchange.geofiles import geojson, kinds, kml
from qingyuan.exchange.geofiles.held import Held, cell_of
from qingyuan.exchange.geofiles.kinds import Opened, broken, opened, refused
from qingyuan.exchange.geofiles.reference import Reference, reference

BATCH = 5_000
MAX_FIELDS = 512
MAX_NAME = 64
MAX_LAYERS = 50  # looked at when none is named
_FAULTS = (DataSourceError, DataLayerError, FieldError, GeometryError, UnicodeError, ValueError, OSError, RuntimeError)

# GDAL opens only what lies in our own folder; these close the ways to anything else all the same.
pyogrio.set_gdal_config_options(
    {
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
        "SHAPE_RESTORE_SHX": "YES",
        "SHAPE_REWIND_ON_WRITE": "NO",
    }
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its values in the order of the layer's labels; `shape` in degrees, None without one or with a
    `fault`: `unreadable`."""

    number: int
    values: Sequence[object]
    shape: shapely.Geometry | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer found in a file. `features` may be called again and again; `notes` are findings about the whole file."""

    kind: str
    name: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    notes: tuple[Finding, ...]
    has_shapes: bool
    encoding: str
    features: Callable[[], Iterator[Feature]]


def read(
    source: Source, filename: str, *, wanted: str = "", known: Callable[[str], bool] = lambda _label: False
) -> Layer:
    """Open a file and choose its layer: by name or by number from 1, else the one with the most known fields.

    Raises
    ------
    Refused
        Any code of kinds.opened; `file.no_layer`, `file.no_rows`, `file.encoding`, `file.too_wide`.
    """
    with opened(source, filename) as file:
        if file.kind == "geojson":
            return _held("geojson", ("",), "", geojson.read(file.parts[""], filename))
        with _told(filename):
            if file.kind == "kml":
                return _kml(file.parts[""], wanted, known)
            names = _names(file)
            if not names:
                raise refused("file.no_rows", _("文件“%(name)s”里没有任何图层。"), name=filename)
            name, told = _choose(names, wanted, lambda one: _tell(file, one), known)
    if not told.count:
        raise refused("file.no_rows", _("图层“%(layer)s”里没有任何要素。"), layer=name)
    _forbid_width(told.labels)

    def features() -> Iterator[Feature]:
        with opened(source, filename) as again:
            yield from _features(again, name, told, filename)

    notes = _notes(told.reference, names, name, has_height=told.has_height)
    kept = _kept(names, name)
    return Layer(file.kind, kept, tuple(names), told.labels, notes, told.has_shapes, told.encoding or "", features)


def _notes(to: Reference, names: Sequence[str], name: str, *, has_height: bool) -> tuple[Finding, ...]:
    notes = [*to.notes]
    if others := [one for one in names if one != name]:
        notes.append(finding("file.other_layers", 0, layer=name, others="、".join(others)))
    if has_height:
        notes.append(finding("coordinate.height", 0))
    return tuple(notes)


def _kept(names: Sequence[str], name: str) -> str:
    """A layer is remembered by its name, by its number when the name is too long to keep."""
    return name if len(name) <= MAX_NAME else str(list(names).index(name) + 1)


def _forbid_width(labels: Sequence[str]) -> None:
    if len(labels) > MAX_FIELDS:
        raise refused("file.too_wide", _("属性超过 %(limit)d 个，这不像一张表。"), limit=MAX_FIELDS)


@contextmanager
def _told(filename: str) -> Iterator[None]:
    """What GDAL raises becomes a sentence; what it only mumbles about is not for the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Refused:
            raise
        except UnicodeError as error:
            raise _no_encoding(filename) from error
        except _FAULTS as error:
            raise broken(filename) from error


def _no_encoding(filename: str) -> Refused:
    return refused(
        "file.encoding",
        _("文件“%(name)s”的文字编码认不出；shapefile 请附 .cpg 文件，写明 GB18030 或 UTF-8。"),
        name=filename,
    )


# --- through GDAL ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """What a layer says of itself."""

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    count: int
    has_shapes: bool
    has_height: bool
    encoding: str | None
    reference: Reference


def _names(file: Opened) -> list[str]:
    return list(file.parts) if file.kind == "shp" else kinds.layers_of_gpkg(file.parts[""])


def _choose(
    names: list[str], wanted: str, tell: Callable[[str], _Told], known: Callable[[str], bool]
) -> tuple[str, _Told]:
    if wanted:
        name = names[int(wanted) - 1] if wanted.isdecimal() and 1 <= int(wanted) <= len(names) else wanted
        if name not in names:
            raise refused(
                "file.no_layer",
                _("文件里没有图层“%(layer)s”，现有：%(names)s。"),
                layer=wanted,
                names="、".join(names[:20]),
            )
        return name, tell(name)
    found = [(name, tell(name)) for name in names[:MAX_LAYERS]]
    return max(
        found, key=lambda one: (one[1].count > 0, sum(known(label) for label in one[1].labels), one[1].has_shapes)
    )


def _where(file: Opened, name: str) -> tuple[Path, str | None]:
    return (file.parts[name], None) if file.kind == "shp" else (file.parts[""], name)


def _tell(file: Opened, name: str) -> _Told:
    path, layer = _where(file, name)
    encoding = _encoding(path) if file.kind == "shp" else None
    about = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    columns = tuple(str(one) for one in about["fields"])
    kind = about["geometry_type"]
    return _Told(
        columns,
        columns,
        int(about["features"]),
        kind is not None,
        "Z" in (kind or "") or "2.5D" in (kind or ""),
        encoding,
        reference(about["crs"]) if kind is not None else Reference(),
    )


def _features(file: Opened, name: str, told: _Told, filename: str) -> Iterator[Feature]:
    path, layer = _where(file, name)
    if file.kind == "shp":
        _encoding(path)  # mends the names of this copy too
    for start in range(0, told.count, BATCH):
        with _told(filename):
            meta, _fids, shapes, values = raw.read(
                path,
                layer=layer,
                encoding=told.encoding,
                columns=list(told.columns),
                read_geometry=told.has_shapes,
                skip_features=start,
                max_features=BATCH,
            )
        given = dict(zip(meta["fields"], values, strict=True))
        ordered = [given[one] for one in told.columns]
        count = len(shapes) if shapes is not None else len(ordered[0]) if ordered else 0
        read = _shapes(shapes, count, told.reference)
        for at in range(count):
            lost = shapes is not None and shapes[at] is not None and read[at] is None
            yield Feature(
                start + at + 1, [cell_of(column[at]) for column in ordered], read[at], "unreadable" if lost else ""
            )


def _shapes(given: np.ndarray | None, count: int, to: Reference) -> np.ndarray:
    if given is None:
        return np.full(count, None)
    return to.apply(shapely.force_2d(shapely.from_wkb(given, on_invalid="ignore")))


def _encoding(path: Path) -> str | None:
    """The text encoding of a shapefile: what its .cpg says when that fits, else UTF-8, else GB18030."""
    table = path.with_suffix(".dbf")
    if not table.exists():
        return None
    content = table.read_bytes()
    said = path.with_suffix(".cpg").read_text("ascii", "ignore").strip() if path.with_suffix(".cpg").exists() else ""
    for one in (_codec(said), "utf-8", "gb18030"):
        if one and _fits(content, one):
            table.write_bytes(_with_whole_names(content, one))
            return one
    return None


def _codec(said: str) -> str:
    word = said.lower().replace("ansi", "").replace("cp", "").strip(" _-")
    if word in {"936", "gbk", "gb2312", "gb18030", "54936"}:
        return "gb18030"
    return "utf-8" if word in {"utf8", "utf-8", "65001"} else ""


def _fits(content: bytes, codec: str) -> bool:
    """Whether the texts of a table read in a codec; a field name cut in the middle of a sign is forgiven."""
    length, width = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    step = max(width, 1) * 1_000
    try:
        for start in range(32, max(length - 1, 32), 32):
            codecs.getincrementaldecoder(codec)().decode(content[start : start + 11].split(b"\0")[0])
        for start in range(length, len(content), step):
            content[start : start + step].rstrip(b"\x1a").decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _with_whole_names(content: bytes, codec: str) -> bytes:
    """Our copy of a table with no field name cut in the middle of a sign, as ten bytes of UTF-8 often are, and no name
    twice for that."""
    made, seen = bytearray(content), set()
    length = int.from_bytes(content[8:10], "little")
    for start in range(32, min(length - 1, len(content) - 32), 32):
        name = content[start : start + 11].split(b"\0")[0].decode(codec, "ignore")
        number, plain = 1, name
        while name.casefold() in seen:
            number += 1
            name = plain.encode(codec)[: 10 - len(str(number))].decode(codec, "ignore") + str(number)
        seen.add(name.casefold())
        made[start : start + 11] = name.encode(codec)[:10].ljust(11, b"\0")
    return bytes(made)


# --- held in memory --------------------------------------------------------------------------------------------------


def _kml(path: Path, wanted: str, known: Callable[[str], bool]) -> Layer:
    found = kml.folders(path)
    if not found:
        raise refused("file.no_rows", _("文件里没有任何要素。"))

    def tell(name: str) -> _Told:
        labels = found[name].labels
        return _Told(labels, labels, len(found[name].shapes), True, False, None, Reference())

    name, _about = _choose(list(found), wanted, tell, known)
    marks = found[name]
    return _held("kml", tuple(found), name, Held(marks.labels, marks.given, marks.shapes, marks.faults))


def _held(kind: str, names: tuple[str, ...], name: str, held: Held) -> Layer:
    _forbid_width(held.labels)
    to = reference(held.crs)
    height = any(shape is not None and shape.has_z for shape in held.shapes)
    placed = to.apply(shapely.force_2d(np.array(held.shapes, dtype=object)))

    def features() -> Iterator[Feature]:
        rows = zip(held.given, placed, held.faults, strict=True)
        for number, (given, shape, fault) in enumerate(rows, start=1):
            yield Feature(number, [cell_of(given.get(label)) for label in held.labels], shape, fault)

    notes = _notes(to, names, name, has_height=height)
    return Layer(kind, _kept(names, name), names, held.labels, notes, has_shapes=True, encoding="", features=features)
