"""The API as one object: its topics, its errors, its ETags, its OpenAPI document."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from qingyuan import __version__
from qingyuan.access import reading
from qingyuan.api import v1
from qingyuan.api.authentication import SAFE, identify
from qingyuan.api.etags import tagged
from qingyuan.api.problems import Problem, foreseen, problem
from qingyuan.api.writes import FORM, JSON
from qingyuan.core.refusal import DomainError


class Readable(JSONRenderer):
    """JSON that is read as it stands: Chinese as itself, half as long as escaped."""

    json_dumps_params: dict[str, Any] = {"ensure_ascii": False}


class Service(NinjaAPI):
    """django-ninja with our ETags."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        """JSON with an ETag; 304 when the client has it."""
        answer = super().create_response(request, data, **how)
        rows = data.get("items") if isinstance(data, dict) else data
        if isinstance(rows, list):
            reading.with_rows(answer, len(rows))
        return tagged(request, answer) if request.method == "GET" and answer.status_code == 200 else answer

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Short names: outlets_register."""
        topic = operation.view_func.__module__.rpartition(".")[2]
        return f"{topic}_{operation.view_func.__name__}"

    def get_operation_url_name(self, operation: Any, router: Any) -> str:  # noqa: ARG002
        """The same, as the name of the address."""
        return self.get_openapi_operation_id(operation)


def _identified(request: HttpRequest) -> object:
    """Who asks; and before a content is read, whether it is of a kind anybody takes."""
    actor = identify(request)
    has_body = int(request.META.get("CONTENT_LENGTH") or 0) > 0
    if request.method not in SAFE and has_body and request.content_type not in {JSON, FORM}:
        raise Problem(415)
    return actor


def _foreseen(request: HttpRequest, error: Any) -> HttpResponse:
    answer = foreseen(request, error)
    assert answer is not None, error
    return answer


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, error.status_code)


def build() -> Service:
    """Every module of `api/v1` that has a `router` is a topic."""
    service = Service(
        title="清源开放接口",
        version=__version__,
        urls_namespace="api-v1",
        docs_url=None,
        openapi_url="",
        auth=_identified,
        renderer=Readable(),
    )
    service.add_exception_handler(DomainError, _foreseen)
    service.add_exception_handler(ValidationError, _foreseen)
    service.add_exception_handler(HttpError, _http)
    for found in sorted(pkgutil.iter_modules(v1.__path__), key=lambda one: one.name):
        module = import_module(f"{v1.__name__}.{found.name}")
        if router := getattr(module, "router", None):
            service.add_router("", router)
    return service


service = build()
