"""The address of the next page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest


def next_address(request: HttpRequest, after: object) -> str | None:
    """The same question, after the last row that was shown; None when there is no more."""
    if after in ("", None):
        return None
    asked = {name: value for name, value in request.GET.items() if name != "after"}
    return f"{request.path}?{urlencode({**asked, 'after': after})}"
