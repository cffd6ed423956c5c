"""Filing a file: the bytes are on disk before the row is in the database, never the other way."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.ledger import actions as ledger
from qingyuan.library.models import File


@transaction.atomic
def file_bytes(content: bytes, *, name: str, by: Actor, at: datetime) -> File:
    """归档文件: keep the bytes under their hash. The same content again is the same file."""
    digest = hashlib.sha256(content).hexdigest()
    keep(content, digest)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    found, created = File.objects.get_or_create(
        sha256=digest,
        defaults={
            "size_bytes": len(content),
            "media_type": media_type,
            "name": name[-255:],
            "filed_at": at,
            "filed_by": by.id,
        },
    )
    if created:
        ledger.record(
            ("file", digest), "file.keep", by=by, at=at, occurred=at, details={"name": name, "bytes": len(content)}
        )
    return found


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
