"""Asking for files, and whether the bytes still are what their name says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from qingyuan.core.refusal import NotFound
from qingyuan.library import pictures
from qingyuan.library.actions import path_of
from qingyuan.library.models import File, Picture
from qingyuan.library.prints import HELD


def file(sha256: str) -> File:
    """The file with this content; NotFound when nobody filed it."""
    found = File.objects.filter(sha256=sha256).first()
    if found is None:
        raise NotFound("file", sha256)
    return found


def content_of(sha256: str) -> bytes:
    """The bytes; NotFound when they are not on disk."""
    path = path_of(sha256)
    if not path.exists():
        raise NotFound("file", sha256)
    return path.read_bytes()


def damaged() -> list[str]:
    """Hashes whose bytes are missing or are not what they were."""
    return [
        sha256
        for sha256 in File.objects.order_by("sha256").values_list("sha256", flat=True).iterator()
        if not path_of(sha256).exists() or hashlib.sha256(path_of(sha256).read_bytes()).hexdigest() != sha256
    ]


@dataclass(frozen=True, slots=True)
class Copy:
    """A filed picture that is the same as another, altered; `distance`: how many of 255 signs differ."""

    sha256: str
    distance: int


def picture(sha256: str) -> Picture | None:
    """What a photograph says of itself; None when the file is no picture, or was not looked at yet."""
    return Picture.objects.filter(sha256=sha256).first()


def copies_of(sha256: str) -> list[Copy]:
    """Filed pictures that are this one in another encoding, size, cut (to a tenth), brightness (to a fifth) or quarter
    turn, nearest first. The very same content is one file and not among them."""
    path = path_of(sha256)
    said = pictures.read(path.read_bytes()) if path.exists() else None
    return [] if said is None else [Copy(*one) for one in HELD.search(said.shade) if one[0] != sha256]
