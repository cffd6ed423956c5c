"""Official files of zones, waters and divisions: read here, compared and kept by places, outlets placed anew after.

The door for pages, commands and the interface alike. It tells places, which knows no outlet, how many stand where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import reading
from qingyuan.exchange.container import Source, open_source
from qingyuan.exchange.geofiles import kinds, layers
from qingyuan.exchange.placing import place_soon
from qingyuan.exchange.values import text_of
from qingyuan.library import actions as library
from qingyuan.places.models import OfficialFile, Unit
from qingyuan.places.official import acts, comparing, guards, words
from qingyuan.places.official.acts import Content, Official
from qingyuan.places.official.comparing import Found, Given
from qingyuan.places.paths import within_q
from qingyuan.registry.actions import follow_waters
from qingyuan.registry.models import Outlet

SUBJECTS = tuple(words.FIELDS)
NAMES_TOLD = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file is said to replace: `zone_kind` for zones; `whole`: it leaves nothing of its kind out."""

    subject: str
    unit: Unit
    official: Official
    zone_kind: str = ""
    whole: bool = True
    layer: str = ""


def stage(source: Source, filename: str, asked: Asked, *, by: Actor, at: datetime) -> OfficialFile:
    """Keep the file and what it would change; nothing changes yet.

    Raises
    ------
    Refused
        A file that cannot be read (`file.…`), without its fields, or no permission.
    """
    require(guards.stage(asked.unit, source=asked.official.source, day=asked.official.day, by=by))
    content = read(source, filename, asked)
    whole = source if isinstance(source, bytes) else source.read_bytes()
    library.file_bytes(whole, name=filename, by=by, at=at)
    return acts.stage(
        content,
        subject=asked.subject,
        zone_kind=asked.zone_kind,
        unit=asked.unit,
        official=asked.official,
        whole=asked.whole,
        occupied=occupied,
        by=by,
        at=at,
    )


def compare(source: Source, filename: str, asked: Asked, *, by: Actor) -> tuple[list[Found], Sequence[str]]:
    """What a file would change, and what is to be said of the whole of it; nothing is kept.

    Raises
    ------
    Refused
    """
    require(guards.stage(asked.unit, source=asked.official.source, day=asked.official.day, by=by))
    content = read(source, filename, asked)
    found = comparing.compare(
        asked.subject,
        asked.zone_kind,
        asked.unit,
        content.labels,
        content.features,
        whole=asked.whole,
        occupied=occupied,
    )
    return found, content.notes


def take_in(file: OfficialFile, *, by: Actor, at: datetime) -> OfficialFile:
    """采用, then find anew which zones the outlets of the unit lie in: at once, or by the clock where they are many.

    Raises
    ------
    Refused
    """
    with transaction.atomic():
        taken = _followed(acts.take_in(file, occupied=occupied, by=by, at=at), at=at)
    return place_soon(taken, at=at)


def undo(file: OfficialFile, *, by: Actor, at: datetime) -> OfficialFile:
    """撤销, then place the outlets again.

    Raises
    ------
    Refused
    """
    with transaction.atomic():
        undone = _followed(acts.undo(file, by=by, at=at), at=at)
    return place_soon(undone, at=at)


def _followed(file: OfficialFile, *, at: datetime) -> OfficialFile:
    """The register follows together with the act: nobody sees outlets on a water that now flows elsewhere."""
    if file.subject == "waters":
        follow_waters(on=local_day(at))
    return file


def occupied(what: str, path: str) -> tuple[int, Sequence[str]]:
    """How many outlets stand in a unit, as territory or as managing unit, or on a water and all that flows into it."""
    standing = Outlet.objects.filter(withdrawn_at=None)
    if what == "unit":
        found = standing.filter(within_q("unit_path", path) | within_q("managing_path", path))
    else:
        found = standing.filter(within_q("water_path", path))
    return found.count(), list(found.order_by("pk").values_list("name", flat=True)[:NAMES_TOLD])


def read(source: Source, filename: str, asked: Asked) -> Content:
    """The features of a file; divisions may also come as a table without shapes.

    Raises
    ------
    Refused
    """
    if isinstance(source, Path) and not source.is_file():
        raise Refused(Refusal("file.missing", _("找不到文件“%(name)s”。"), {"name": filename}))
    with open_source(source) as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(4 * 1024 * 1024):
            digest.update(chunk)
    sha256 = digest.hexdigest()
    if kinds.kind_of(filename):
        known = partial(_is_known, asked.subject)
        layer = layers.read(source, filename, wanted=asked.layer, known=known)
        notes = [one.text for one in layer.notes]
        return Content(filename, sha256, layer.labels, _features(layer), layer.name, notes)
    if asked.subject != "units":
        raise Refused(
            Refusal(
                "file.no_shapes",
                _("图层须为图形文件：GeoJSON、GeoPackage、KML、KMZ，或 shapefile 压缩成的 zip。"),
            )
        )
    table = reading.read(source, filename, known=partial(_is_known, asked.subject), sheet=asked.layer)
    rows = (Given(line.number, _texts(line.cells, len(table.heading.labels)), None) for line in _records(table))
    return Content(filename, sha256, table.heading.labels, rows, table.sheet)


def _is_known(subject: str, label: str) -> bool:
    return bool(words.field_of(subject, label))


def _features(layer: layers.Layer) -> Iterator[Given]:
    for one in layer.features():
        yield Given(one.number, [text_of(value) for value in one.values], one.shape, one.fault)


def _records(table: reading.Table) -> Iterator[reading.Line]:
    return (line for line in table.lines() if not line.skip)


def _texts(cells: Sequence[object], width: int) -> list[str]:
    texts = [text_of(cell) for cell in cells[:width]]
    return texts + [""] * (width - len(texts))
