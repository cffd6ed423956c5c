"""Below /api/ and /ogc/ an error is problem+json whoever answers it: never a page, never a stack trace.

A request that carries a token is nobody's session: its cookie is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qingyuan.api.problems import MEDIA_TYPE, problem, too_large

BELOW = ("/api/", "/ogc/")
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
        if NUL in request.path_info:
            return problem(request, 404)  # a NUL is no text: PostgreSQL refuses to look for it
        if "%00" in request.META.get("QUERY_STRING", ""):
            return problem(request, 400)
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return problem(request, 411)  # without its length a content is not read, and would be taken for none
        if length.isdecimal() and int(length) > settings.API_UPLOAD_BYTES:
            return too_large(request, settings.API_UPLOAD_BYTES)
        asked = request.method
        if asked == "HEAD":  # answered as GET is; the server leaves the content away
            request.method = "GET"
        answer = self._as_problem(request, self.get_response(request))
        request.method = asked
        return answer

    def _as_problem(self, request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        status = answer.status_code
        is_a_page = request.path_info.startswith("/ogc/")  # a browser is led to the sign-in and back
        if 300 <= status < 400 and status != 304 and not is_a_page:  # a page that wants a password changed first
            return problem(request, 403, code="access.password")
        if status < 400 or answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return answer
        said = problem(request, status)
        if "Allow" in answer.headers:
            said["Allow"] = answer.headers["Allow"]
        return said
