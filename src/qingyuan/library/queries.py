"""Asking for files, and whether the bytes still are what their name says."""

from __future__ import annotations

import hashlib

from qingyuan.core.refusal import NotFound
from qingyuan.library.actions import path_of
from qingyuan.library.models import File


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
