"""A paper of the library as an answer: always as an attachment, never shown as a page of this site."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse

from qingyuan.library import queries as library


def download(sha256: str, title: str = "") -> FileResponse:
    """The content known by its hash.

    Raises
    ------
    NotFound
        The library has no such content.
    """
    kept = library.file(sha256)
    content = BytesIO(library.content_of(kept.sha256))
    name = kept.name or title
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")
