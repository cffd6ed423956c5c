"""ETags: `"VERSION-HASH"`. The version of the record guards a write, the hash of the content answers If-None-Match.

The content of one outlet also depends on papers, facts, the day and who asks; its hash is right whatever it depends on.
A list has no version: `"-HASH"`.
"""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

DIGITS = 20


def entity_tag(content: bytes, version: int | None = None) -> str:
    """The tag of a content."""
    return f'"{"" if version is None else version}-{hashlib.sha256(content).hexdigest()[:DIGITS]}"'


def version_in(tag: str) -> int | None:
    """The version a tag names; None when it names none."""
    first = tag.strip().removeprefix("W/").strip('"').partition("-")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 16 else None


def tagged(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer with its tag, or 304 when the client has it already."""
    tag = entity_tag(answer.content, getattr(request, "record_version", None))
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if tag in known:
        answer = HttpResponseNotModified()
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Authorization, Cookie, Accept-Language"
    return answer
