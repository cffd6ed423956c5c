"""Below /api/ an error is problem+json whoever answers it: never a page, never a stack trace.

A request that carries a token is nobody's session: its cookie is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qingyuan.api.problems import MEDIA_TYPE, problem

BELOW = "/api/"
NUL = "\x00"


class ProblemMiddleware:
    """Answers of Django's own (404, 405, 400, 500, a page of the site) become problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(BELOW):
            return self.get_response(request)
        if "Authorization" in request.headers:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if NUL in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem(request, 404)  # a NUL is no text: PostgreSQL refuses to look for it
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.API_UPLOAD_BYTES:
            return problem(request, 413)
        return self._as_problem(request, self.get_response(request))

    def _as_problem(self, request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        status = answer.status_code
        if 300 <= status < 400 and status != 304:  # a page that wants a password changed first
            return problem(request, 403, code="access.password")
        if status < 400 or answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return answer
        said = problem(request, status)
        if "Allow" in answer.headers:
            said["Allow"] = answer.headers["Allow"]
        return said
