"""照片上传: in pieces, each from where the last one ended, until the content is what its hash says.

The bytes lie in the site's home under the hash until they are whole; then they stand in the library. The count of what
has come is written after the bytes are on disk: a kill in between makes the phone send a piece again, which writes the
same bytes to the same place.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library import actions as library
from qingyuan.library.models import File
from qingyuan.stages.survey import guards_field as guards
from qingyuan.stages.survey.actions.settling import settle
from qingyuan.stages.survey.models_field import FieldRecord, FieldUpload

HEX = frozenset("0123456789abcdef")
KINDS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"RIFF": "webp",
}
HEIC = b"ftyp"


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a photo has come. `whole`: it stands in the library."""

    received: int
    size: int
    whole: bool


def how_far(by: Actor, sha256: str) -> Progress:
    """How much of a photo is here: the phone goes on from there.

    Raises
    ------
    Refused
    """
    require(guards.send(by=by))
    kept = File.objects.filter(pk=sha256).first()
    if kept is not None:
        return Progress(kept.size_bytes, kept.size_bytes, whole=True)
    found = FieldUpload.objects.filter(pk=sha256).first()
    return Progress(found.received, found.size, whole=False) if found else Progress(0, 0, whole=False)


def take_piece(by: Actor, *, sha256: str, size: int, offset: int, piece: bytes, at: datetime) -> Progress:
    """收一段照片: the bytes from `offset` on. Bytes that are here already are taken again without harm; a gap is
    answered with how far the photo has come. The last piece files the photo wherever records wait for it.

    Raises
    ------
    Refused
        The content is no photo, or not what its hash says (then it begins anew).
    """
    require(guards.send_photo(by=by, size=size))
    if len(sha256) != 64 or not HEX.issuperset(sha256) or offset < 0:
        raise Refused(Refusal("field.photo_hash", _("照片的内容校验值不正确。")))
    if File.objects.filter(pk=sha256).exists():
        return Progress(size, size, whole=True)
    upload, _new = FieldUpload.objects.get_or_create(
        pk=sha256, defaults={"size": size, "sent_by": by.id, "begun_at": at}
    )
    if upload.size != size:  # one of the two was wrong about the size: the hash will tell
        _begin_anew(upload, size)
    draft = _draft(sha256)
    there = min(upload.received, draft.stat().st_size if draft.exists() else 0)
    if there == size:  # all of it came, and the site died before it was filed
        return _finish(upload, draft, by=by, at=at)
    if offset > there or not piece:
        return Progress(there, size, whole=False)
    _lay(draft, offset, piece[: size - offset])
    received = max(there, min(size, offset + len(piece)))
    FieldUpload.objects.filter(pk=sha256).update(received=received)
    if received < size:
        return Progress(received, size, whole=False)
    return _finish(upload, draft, by=by, at=at)


def _lay(draft: Path, offset: int, piece: bytes) -> None:
    draft.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, piece, offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _finish(upload: FieldUpload, draft: Path, *, by: Actor, at: datetime) -> Progress:
    content = draft.read_bytes()[: upload.size]
    if hashlib.sha256(content).hexdigest() != upload.pk:
        _begin_anew(upload, upload.size)
        raise Refused(Refusal("field.photo_broken", _("照片在传输中损坏，将重新上传。")))
    kind = kind_of(content)
    if kind is None:
        _begin_anew(upload, upload.size)
        raise Refused(Refusal("field.not_a_photo", _("文件不是照片（JPEG、PNG、WebP、HEIC），没有收下。")))
    file_photo(content, kind=kind, by=by, at=at)
    FieldUpload.objects.filter(pk=upload.pk).update(received=upload.size, done_at=at)
    draft.unlink(missing_ok=True)
    return Progress(upload.size, upload.size, whole=True)


@transaction.atomic
def file_photo(content: bytes, *, kind: str, by: Actor, at: datetime) -> str:
    """Keep a whole photo and give it to the records that name it; its hash."""
    kept = library.file_bytes(content, name=f"{hashlib.sha256(content).hexdigest()[:12]}.{kind}", by=by, at=at)
    waiting = FieldRecord.objects.select_for_update().filter(
        photo_rows__sha256=kept.sha256, photo_rows__filed=False, outlet__isnull=False
    )
    for record in waiting:
        settle(record, by=by, at=at)
    return kept.sha256


def kind_of(content: bytes) -> str | None:
    """The kind of a photo by its first bytes, or None."""
    if content[4:8] == HEIC:
        return "heic"
    return next((kind for mark, kind in KINDS.items() if content.startswith(mark)), None)


def _begin_anew(upload: FieldUpload, size: int) -> None:
    _draft(upload.pk).unlink(missing_ok=True)
    FieldUpload.objects.filter(pk=upload.pk).update(received=0, size=size)
    upload.received, upload.size = 0, size


def _draft(sha256: str) -> Path:
    return Path(settings.HOME) / "field-uploads" / sha256
