"""Filing a file: the bytes are on disk before the row is in the database, never the other way."""

from __future__ import annotations

import errno
import hashlib
import mimetypes
import os
import shutil
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from qingyuan.core import pictures as prints
from qingyuan.core.access import Actor
from qingyuan.ledger import actions as ledger
from qingyuan.library import pictures
from qingyuan.library.models import File, Picture

PIECE = 1024 * 1024


def file_bytes(content: bytes, *, name: str, by: Actor, at: datetime) -> File:
    """归档文件: keep the bytes under their hash. The same content again is the same file."""
    digest = hashlib.sha256(content).hexdigest()
    keep(content, digest)
    return _filed(digest, len(content), content, name=name, by=by, at=at)


def file_path(path: Path, *, name: str, by: Actor, at: datetime) -> File:
    """`file_bytes` of a file that lies somewhere else, copied piece by piece, however long it is, before anything is
    written in the database."""
    digest, size = _copy(path)
    with path_of(digest).open("rb") as kept:
        content = kept.read(PIECE)
        if pictures.is_picture(content):
            content += kept.read()
    return _filed(digest, size, content, name=name, by=by, at=at)


@transaction.atomic
def _filed(digest: str, size: int, content: bytes, *, name: str, by: Actor, at: datetime) -> File:
    """The row of bytes that are kept; of a picture the whole `content` is read."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    found, created = File.objects.get_or_create(
        sha256=digest,
        defaults={
            "size_bytes": size,
            "media_type": media_type,
            "name": name[-255:],
            "filed_at": at,
            "filed_by": by.id,
        },
    )
    if created:
        ledger.record(("file", digest), "file.keep", by=by, at=at, occurred=at, details={"name": name, "bytes": size})
        if pictures.is_picture(content):
            know(content, digest)
    return found


def know(content: bytes, sha256: str) -> Picture:
    """Read what a photograph says of itself and how it is known again. Read once; said twice, nothing happens."""
    known = Picture.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    said = pictures.read(content)
    if said is None:
        return Picture.objects.get_or_create(sha256=sha256)[0]
    longitude, latitude = said.position or (None, None)
    values = {
        "width": said.width,
        "height": said.height,
        "print": None if prints.is_flat(said.shade) else prints.print_of(said.shade).tobytes(),
        "taken_at": said.taken_at,
        "longitude_deg": longitude,
        "latitude_deg": latitude,
        "bearing_deg": None if said.bearing_deg is None else round(Decimal(said.bearing_deg), 1),
        "camera": said.camera,
    }
    return Picture.objects.get_or_create(sha256=sha256, defaults=values)[0]


def know_old(*, limit: int) -> int:
    """Read photographs that were filed before the library knew pictures, some at a time; how many."""
    unknown = File.objects.filter(media_type__startswith="image/").exclude(
        Exists(Picture.objects.filter(sha256=OuterRef("pk")))
    )
    done = 0
    for sha256 in list(unknown.order_by("pk").values_list("pk", flat=True)[:limit]):
        path = path_of(sha256)
        know(path.read_bytes() if path.exists() else b"", sha256)
        done += 1
    return done


def path_of(sha256: str) -> Path:
    """Where the bytes of a content hash lie."""
    return Path(settings.LIBRARY_ROOT) / sha256[:2] / sha256


def keep(content: bytes, sha256: str) -> None:
    """Put bytes under their hash: written to a neighbour and renamed, so that a kill leaves the whole file or none."""
    path = path_of(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)


def _copy(source: Path) -> tuple[str, int]:
    """`keep` for a file: hashed, then copied piece by piece. Gives its hash and its bytes.

    Raises
    ------
    OSError
        Also where the file was changed meanwhile: nothing is kept under a hash that is not its own.
    """
    sha256 = _digest(source)
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with source.open("rb") as given, os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(given, file, PIECE)
            file.flush()
            os.fsync(file.fileno())
        if _digest(Path(draft)) != sha256:
            Path(draft).unlink()
            raise OSError(errno.EBUSY, "changed while it was read", str(source))
        Path(draft).replace(path)
    return sha256, path.stat().st_size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
