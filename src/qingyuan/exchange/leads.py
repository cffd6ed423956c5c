"""Files of leads: suspected points of remote sensing with their images, earlier lists, permits, complaints, patrols.

Whatever the file (GeoJSON, KML, GeoPackage, shapefile, csv, xls, xlsx), each of its lines becomes a lead: what is odd
about a line is told at its lead, nothing keeps a line out. Images come beside the file, named as the lines name them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.geometry import Point, ProjectedPoint, read_pair, read_point
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import columns, reading
from qingyuan.exchange.coordinates import degrees_of
from qingyuan.exchange.tables import Line, Table
from qingyuan.exchange.values import plain, text_of
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey.actions.lead_batches import take_in_leads
from qingyuan.stages.survey.actions.leads import NewLead
from qingyuan.stages.survey.doctoring import said
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.models_leads import LeadBatch

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})
MOST_IMAGES, MOST_IMAGE_BYTES = 2_000, 20 * 1024 * 1024
OWN: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "疑似点名称", "点位名称", "排口名称", "线索名称", "name"),
    "ref": ("线索编号", "图斑编号", "图斑号", "疑似点编号", "序列号", "编号", "fid", "id", "objectid", "ref"),
    "image": ("影像", "影像文件", "图片", "图片名称", "照片", "照片名称", "截图", "image", "photo", "picture"),
    "technique": ("技术手段", "发现手段", "发现方式", "手段", "technique", "method"),
    "level": ("级次", "发现级次", "level"),
    "year": ("年份", "排查年份", "year"),
    "datum": ("坐标系", "datum"),
    "bank": ("岸别", "左右岸", "bank"),
    "text": ("说明", "描述", "备注", "情况说明", "投诉内容", "巡查记录", "description", "note", "remark"),
}
"""Columns of leads beside those an outlet workbook has."""
BORROWED = (
    "name", "code", "local_code", "longitude", "latitude", "coordinates", "water", "county", "town", "division_code"
)  # fmt: skip
DATUM_WORDS = {
    "gcj02": "gcj02",
    "gcj-02": "gcj02",
    "国测局": "gcj02",
    "火星": "gcj02",
    "高德": "gcj02",
    "腾讯": "gcj02",
}
DATUM_WORDS |= {"bd09": "bd09", "bd-09": "bd09", "百度": "bd09"}
DATUM_WORDS |= {"wgs84": "wgs84", "wgs-84": "wgs84", "cgcs2000": "cgcs2000", "2000国家大地坐标系": "cgcs2000"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the officer says of a file. `images`: name → content; `datum` of lines that say none."""

    title: str
    source: str
    unit: Unit
    campaign: Campaign | None = None
    datum: str = "cgcs2000"
    origin: str = ""
    year: int | None = None
    techniques: tuple[str, ...] = ()
    level: int = 1
    sheet: str = ""
    images: Mapping[str, bytes] = field(default_factory=dict)


def take_in(
    source: Path | bytes,
    filename: str,
    asked: Asked,
    *,
    by: Actor,
    on: date,
    at: datetime,
    key: str = "",
    is_demo: bool = False,
) -> LeadBatch:
    """导入线索. The same file for the same campaign once more gives the batch it made before.

    Raises
    ------
    Refused
        No permission, or a file that cannot be read: code `file.…`.
    """
    require(
        guards.report_lead(
            source=asked.source,
            datum=asked.datum,
            unit=asked.unit,
            campaign=asked.campaign,
            level=asked.level,
            by=by,
            on=on,
            at=at,
        )
    )
    table = reading.read(source, filename, known=_known, sheet=asked.sheet)
    with transaction.atomic():
        content = source if isinstance(source, bytes) else source.read_bytes()
        filed = library.file_bytes(content, name=filename, by=by, at=at)
        images = {
            PurePosixPath(name).name.casefold(): library.file_bytes(image, name=name, by=by, at=at).sha256
            for name, image in asked.images.items()
        }
        rows = list(_rows(table, asked, images))
        return take_in_leads(
            rows,
            title=asked.title,
            source=asked.source,
            unit=asked.unit,
            campaign=asked.campaign,
            origin=asked.origin,
            year=asked.year,
            filename=filename,
            sha256=filed.sha256,
            findings=[{"row": 0, "code": one.code, "text": one.text} for one in table.notes],
            key=key,
            is_demo=is_demo,
            by=by,
            on=on,
            at=at,
        )


def images_of(content: bytes, filename: str) -> dict[str, bytes]:
    """The images of a zip, or the one image given, by name.

    Raises
    ------
    Refused
        `file.images`: neither an image nor a zip of images, or too many or too large.
    """
    if PurePosixPath(filename.casefold()).suffix in IMAGES:
        return {filename: _small(content, filename)}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [one for one in packed.infolist() if PurePosixPath(one.filename.casefold()).suffix in IMAGES]
            if not members or len(members) > MOST_IMAGES:
                raise _no_images(filename)
            if any(one.file_size > MOST_IMAGE_BYTES for one in members):
                raise _no_images(filename)
            return {_name(one): packed.read(one) for one in members}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _no_images(filename) from error


def _name(member: zipfile.ZipInfo) -> str:
    """Names of old archives are GB18030 that pretends to be another code page."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _small(content: bytes, filename: str) -> bytes:
    if len(content) > MOST_IMAGE_BYTES:
        raise _no_images(filename)
    return content


def _no_images(filename: str) -> Refused:
    text = _("“%(name)s”不是影像，也不是影像的压缩包（不超过 %(most)d 张，每张不超过 20 MB）。")
    return Refused(Refusal("file.images", text, {"name": filename, "most": MOST_IMAGES}))


# --- lines ------------


def _known(label: str) -> bool:
    return _own(label) != "" or columns.known(label)


def _own(label: str) -> str:
    word = plain(label)
    return next((name for name, words in OWN.items() if word in map(plain, words)), "")


def _mapping(table: Table) -> dict[str, int]:
    """Field → column: our own words first, then those of an outlet workbook."""
    found: dict[str, int] = {}
    for column, label in enumerate(table.heading.labels):
        if (name := _own(label)) and name not in found:
            found[name] = column
    for one in columns.guess(table.heading):
        if one.field in BORROWED and one.confidence >= columns.SURE and one.column not in found.values():
            found.setdefault(one.field, one.column)
    return found


def _rows(table: Table, asked: Asked, images: Mapping[str, str]) -> Iterator[NewLead]:
    places_at, mapping = _Places(asked.unit), _mapping(table)
    for line in table.lines():
        if not line.skip and any(text_of(cell) for cell in line.cells):
            yield _row(line, mapping, asked, images, places_at)


def _row(
    line: Line, mapping: Mapping[str, int], asked: Asked, images: Mapping[str, str], places_at: _Places
) -> NewLead:
    def cell(name: str) -> str:
        column = mapping.get(name)
        return text_of(line.cells[column]) if column is not None and column < len(line.cells) else ""

    notes: list[Mapping[str, object]] = []
    unit = places_at.unit(cell("division_code") or cell("town") or cell("county"), notes)
    longitude, latitude = _position(cell("longitude"), cell("latitude"), cell("coordinates"), notes)
    if shape := line.lost.get(0):
        notes.append(said("lead.not_a_point", shape=shape))
    photo = ""
    if image := cell("image"):
        photo = images.get(PurePosixPath(image.replace("\\", "/")).name.casefold(), "")
        if not photo:
            notes.append(said("lead.no_image", name=image[:64]))
    year, level = cell("year"), cell("level")
    given = tuple(filter(None, re.split(r"[、，,;；/]", cell("technique")))) or asked.techniques
    return NewLead(
        unit=unit,
        longitude=longitude,
        latitude=latitude,
        datum=_datum(cell("datum"), asked.datum),
        name=cell("name"),
        code=cell("code") or cell("local_code"),
        text=cell("text"),
        source_ref=cell("ref") or str(line.number),
        year=int(year) if year.isdecimal() and 1950 <= int(year) <= 2200 else asked.year,
        water=places_at.water(cell("water"), unit, notes),
        bank=cell("bank"),
        photo_sha256=photo,
        techniques=tuple(one.strip()[:32] for one in given),
        level=int(level) if level in ("1", "2", "3") else asked.level,
        notes=tuple(notes),
    )


def _datum(said_of_line: str, usual: str) -> str:
    word = said_of_line.casefold().replace(" ", "")
    return next((datum for name, datum in DATUM_WORDS.items() if word and name in word), usual)


def _position(lon: str, lat: str, both: str, notes: list[Mapping[str, object]]) -> tuple[str, str]:
    """The two cells as given; metres of a Gauss-Krüger zone as degrees, which is told; one cell for both is parted."""
    point = read_point(lon, lat) if lon and lat else read_pair(both) if both else None
    if isinstance(point, ProjectedPoint) and (degrees := degrees_of(point)) is not None:
        notes.append(said("coordinate.unprojected", value=both or f"{lon}, {lat}"))
        return f"{degrees[0]:.8f}", f"{degrees[1]:.8f}"
    if both and not (lon and lat):
        parts = [one for one in re.split(r"[,，;；、|\s]+", both) if one]
        if len(parts) == 2:
            return parts[0], parts[1]
        if isinstance(point, Point):
            return f"{point.longitude_deg:.8f}", f"{point.latitude_deg:.8f}"
        return both, ""
    return lon, lat


@dataclass(slots=True)
class _Places:
    """Units and waters of a file by their words, each looked up once."""

    top: Unit
    _units: dict[str, Unit | None] = field(default_factory=dict)
    _waters: dict[tuple[str, str], Water | None] = field(default_factory=dict)

    def unit(self, word: str, notes: list[Mapping[str, object]]) -> Unit:
        if not word:
            return self.top
        if word not in self._units:
            try:
                self._units[word] = places.unit_for(word, within=self.top.path)
            except (NotFound, ValueError):
                self._units[word] = None
        found = self._units[word]
        if found is None or not found.path.startswith(self.top.path):
            notes.append(said("lead.no_unit", name=word[:64], unit=self.top.name))
            return self.top
        return found

    def water(self, word: str, unit: Unit, notes: list[Mapping[str, object]]) -> Water | None:
        if not word:
            return None
        key = (word, unit.path[:6])
        if key not in self._waters:
            named = places.waters_named(word, within=unit.path[:6])
            self._waters[key] = named[0] if len(named) == 1 else None
        if self._waters[key] is None:
            notes.append(said("lead.no_water", name=word[:64]))
        return self._waters[key]
