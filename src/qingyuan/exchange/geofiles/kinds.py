"""What is this file of shapes, and is it safe to hand on? Asked before GDAL touches it.

A name promises a kind and the content must keep the promise. What is handed on lies in a private folder under a name of
our own: no name from an archive, no path from a file is ever followed.
"""

from __future__ import annotations

import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.container import (
    MAX_FILE_BYTES,
    MAX_UNPACKED_BYTES,
    Source,
    forbid_bomb,
    open_source,
    size_of,
)

KINDS = {"geojson": "GeoJSON", "gpkg": "GeoPackage", "shp": "shapefile", "kml": "KML", "kmz": "KMZ"}
_BY_SUFFIX = {".geojson": "geojson", ".json": "geojson", ".gpkg": "gpkg", ".kml": "kml", ".kmz": "kmz", ".zip": "shp"}
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ALONE = frozenset({".shp", ".shx", ".dbf"})
MAX_PARSED_BYTES = 64 * 1024 * 1024  # held in memory as a whole: GeoJSON and KML
MAX_MEMBERS = 2_000
SQLITE_MAGIC = b"SQLite format 3\x00"
_SHP_MAGIC = 9994
_GB_KML = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding=["'](?:gb2312|gbk|gb18030)["']""", re.IGNORECASE)
_DECLARED = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file in our own folder: `kind` of KINDS; `parts` are layers by name, each with the file that holds it."""

    kind: str
    parts: dict[str, Path]


def kind_of(filename: str) -> str:
    """The kind a name promises, "" when it promises no shapes.

    Raises
    ------
    Refused
        `file.shp_alone`: a part of a shapefile without the others.
    """
    suffix = Path(filename).suffix.lower()
    if suffix in _ALONE:
        raise refused(
            "file.shp_alone",
            _("shapefile 由几个文件组成，请把同名的 .shp、.shx、.dbf、.prj、.cpg 压缩为一个 zip 再上传。"),
        )
    return _BY_SUFFIX.get(suffix, "")


def refused(code: str, text: str, **params: object) -> Refused:
    """A file turned away, with the sentence why."""
    return Refused(Refusal(code, text, params))


@contextmanager
def opened(source: Source, filename: str) -> Iterator[Opened]:
    """The file, looked into, in a folder that is gone afterwards.

    Raises
    ------
    Refused
        `file.missing`, `file.empty`, `file.too_large`, `file.wrong_kind`, `file.broken_zip`, `file.zip_bomb`,
        `file.zip_path`, `file.encrypted`, `file.no_shp`, `file.no_dbf`, `file.unsafe`, `file.remote`,
        `file.broken`.
    """
    kind = kind_of(filename)
    _forbid_size(source, filename, kind)
    with TemporaryDirectory(prefix="qingyuan-shapes-") as made:
        folder = Path(made)
        match kind:
            case "shp" | "kmz":
                parts = _unzip(source, filename, kind, folder)
            case _:
                path = folder / f"layer.{kind}"
                _copy(source, path)
                parts = {"": path}
        for path in parts.values():
            _CHECKS["kml" if kind == "kmz" else kind](path, filename)
        yield Opened("kml" if kind == "kmz" else kind, parts)


def _forbid_size(source: Source, filename: str, kind: str) -> None:
    if isinstance(source, Path) and not source.is_file():
        raise refused("file.missing", _("找不到文件“%(name)s”。"), name=filename)
    size = size_of(source)
    if not size:
        raise refused("file.empty", _("文件“%(name)s”是空的，没有任何内容。"), name=filename)
    if size > MAX_FILE_BYTES:
        raise refused("file.too_large", _("文件超过 %(limit)d MB，请拆分后导入。"), limit=MAX_FILE_BYTES // 1024**2)
    if kind in ("geojson", "kml") and size > MAX_PARSED_BYTES:
        raise _too_long(kind)


def _too_long(kind: str) -> Refused:
    return refused(
        "file.too_large",
        _("%(kind)s 文件超过 %(limit)d MB，请改用 GeoPackage，或者拆分后导入。"),
        kind=KINDS[kind],
        limit=MAX_PARSED_BYTES // 1024**2,
    )


def wrong_kind(filename: str, kind: str) -> Refused:
    """The content does not keep what the name promises."""
    return refused(
        "file.wrong_kind",
        _("文件“%(name)s”的内容不是 %(kind)s，后缀与内容不符；请重新导出。"),
        name=filename,
        kind=KINDS[kind],
    )


def broken(filename: str) -> Refused:
    """The file is of its kind and cannot be read."""
    return refused("file.broken", _("文件“%(name)s”读不出来，可能已损坏；请重新导出后再试。"), name=filename)


def _copy(source: Source, path: Path) -> None:
    with open_source(source) as stream, path.open("wb") as out:
        while chunk := stream.read(4 * 1024 * 1024):
            out.write(chunk)


# --- archives --------------------------------------------------------------------------------------------------------


def _unzip(source: Source, filename: str, kind: str, folder: Path) -> dict[str, Path]:
    with open_source(source) as stream:
        if stream.read(2) != b"PK":
            raise wrong_kind(filename, kind)
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive, filename, size_of(source))
                if kind == "kmz":
                    return _take_kml(archive, members, filename, folder)
                return _take_shapefiles(archive, members, filename, folder)
        except Refused:
            raise
        except _FAULTS as error:
            raise refused(
                "file.broken_zip", _("文件“%(name)s”已损坏，无法解压，请重新取得原件。"), name=filename
            ) from error


def _members(archive: zipfile.ZipFile, filename: str, packed: int) -> dict[str, zipfile.ZipInfo]:
    """Name → member, of those that are files; refuses what no honest archive holds."""
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise refused("file.zip_bomb", _("压缩包里有 %(count)d 个文件，过多，已拒收。"), count=len(listed))
    forbid_bomb(sum(member.file_size for member in listed), packed)
    found = {}
    for member in listed:
        name = _name(member).replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise refused("file.zip_path", _("压缩包里的文件名“%(path)s”指向包外，已拒收。"), path=name[:80])
        if member.flag_bits & 0x1:
            raise refused("file.encrypted", _("文件“%(name)s”设有打开密码，请取消密码后再导入。"), name=filename)
        last = name.rsplit("/", 1)[-1]
        if not member.is_dir() and not name.startswith("__MACOSX/") and not last.startswith("."):
            found[name] = member
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 mark are read as GB18030, the code page of the machines that write them here."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _take_shapefiles(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], filename: str, folder: Path
) -> dict[str, Path]:
    by_stem = {(name[:-4].lower(), name[-4:].lower()): member for name, member in members.items()}
    stems = [name[:-4] for name in members if name.lower().endswith(".shp")]
    if not stems:
        others = "、".join(sorted({Path(name).suffix.lower() or name for name in members})[:6])
        raise refused(
            "file.no_shp", _("压缩包“%(name)s”里没有 .shp 文件（现有：%(others)s）。"), name=filename, others=others
        )
    parts, left = {}, MAX_UNPACKED_BYTES
    for number, stem in enumerate(stems, start=1):
        if (stem.lower(), ".dbf") not in by_stem:
            raise refused(
                "file.no_dbf",
                _("shapefile“%(layer)s”缺少属性表 .dbf，只有图形，无法导入；请把同名文件一起压缩。"),
                layer=stem.rsplit("/", 1)[-1],
            )
        for suffix in _PARTS:
            if (member := by_stem.get((stem.lower(), suffix))) is not None:
                left = _extract(archive, member, folder / f"layer{number}{suffix}", left)
        parts[stem.rsplit("/", 1)[-1]] = folder / f"layer{number}.shp"
    return parts


def _take_kml(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], filename: str, folder: Path
) -> dict[str, Path]:
    names = [name for name in members if name.lower().endswith(".kml")]
    if not names:
        raise wrong_kind(filename, "kmz")
    chosen = "doc.kml" if "doc.kml" in names else names[0]
    path = folder / "layer.kml"
    _extract(archive, members[chosen], path, MAX_PARSED_BYTES)
    return {"": path}


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int) -> int:
    """The real bytes, counted: an archive may lie about its sizes. Gives how many more may come."""
    with archive.open(member) as stream, path.open("wb") as out:
        while chunk := stream.read(4 * 1024 * 1024):
            left -= len(chunk)
            if left < 0:
                raise refused("file.zip_bomb", _("压缩包解压后过大，疑为压缩炸弹，已拒收。"))
            out.write(chunk)
    return left


# --- what each kind must look like -----------------------------------------------------------------------------------


def _check_shp(path: Path, filename: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(100)
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != _SHP_MAGIC:
        raise wrong_kind(filename, "shp")


def _check_gpkg(path: Path, filename: str) -> None:
    with path.open("rb") as stream:
        if stream.read(16) != SQLITE_MAGIC:
            raise wrong_kind(filename, "gpkg")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            file.execute("PRAGMA trusted_schema = OFF")
            listed = file.execute("SELECT type, lower(name), coalesce(sql, '') FROM sqlite_master").fetchall()
            tables = {name for kind, name, _sql in listed if kind == "table"}
            if not {"gpkg_contents", "gpkg_spatial_ref_sys"} <= tables:
                raise refused(
                    "file.wrong_kind",
                    _("文件“%(name)s”是 SQLite 数据库，但不是 GeoPackage（没有图层目录）。"),
                    name=filename,
                )
            _forbid_programs(listed, filename)
            views = {name for kind, name, _sql in listed if kind == "view"}
            shown = {name for (name,) in file.execute("SELECT lower(table_name) FROM gpkg_contents")}
            if shown & views:
                raise _unsafe(filename)
    except sqlite3.Error as error:
        raise broken(filename) from error


def _forbid_programs(listed: list[tuple[str, str, str]], filename: str) -> None:
    """A table that is a program (a virtual table other than the index of rectangles) may reach other files."""
    for _kind, _name, sql in listed:
        plain = " ".join(sql.lower().split())
        if plain.startswith("create virtual table") and " using rtree" not in plain:
            raise _unsafe(filename)


def _unsafe(filename: str) -> Refused:
    return refused(
        "file.unsafe",
        _("文件“%(name)s”的图层不是普通的表，而是视图或引用，可能读到别的文件，已拒收；请导出为普通图层。"),
        name=filename,
    )


def layers_of_gpkg(path: Path) -> list[str]:
    """The layers a GeoPackage lists, in its order."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        rows = file.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
        )
        return [name for (name,) in rows]


def _check_kml(path: Path, filename: str) -> None:
    content = _in_utf8(path, filename)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _DECLARED.search(content) or b"OGRVRT" in content:
        raise refused(
            "file.unsafe", _("文件“%(name)s”含有不允许的声明，已拒收；请重新导出为 UTF-8 的 KML。"), name=filename
        )
    root = ""
    try:
        for event, node in ElementTree.iterparse(path, events=("start", "end")):  # noqa: S314 no declarations above
            tag = node.tag.rpartition("}")[2]
            root = root or tag
            if tag == "NetworkLink":
                raise refused(
                    "file.remote", _("文件“%(name)s”引用网络上的内容，系统不去读取；请导出完整的文件。"), name=filename
                )
            if event == "end":
                node.clear()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        if root == "kml":
            raise broken(filename) from error
        raise wrong_kind(filename, "kml") from error
    if root != "kml":
        raise wrong_kind(filename, "kml")


def _in_utf8(path: Path, filename: str) -> bytes:
    """The content; our copy of a KML in a Chinese code page, which the parser does not know, is put into UTF-8."""
    content = path.read_bytes()
    if _GB_KML.match(content) is None:
        return content
    try:
        content = _GB_KML.sub(rb"\1", content).decode("gb18030").encode()
    except UnicodeDecodeError as error:
        raise broken(filename) from error
    path.write_bytes(content)
    return content


def _check_nothing(_path: Path, _filename: str) -> None:
    """GeoJSON is parsed by ourselves; the parser finds out."""


_CHECKS = {"shp": _check_shp, "gpkg": _check_gpkg, "kml": _check_kml, "geojson": _check_nothing}
