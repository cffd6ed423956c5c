"""The API as one object: its topics, its errors, its ETags, its OpenAPI document."""

from __future__ import annotations

import pkgutil
from functools import cache, cached_property
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from qingyuan import __version__
from qingyuan.access import reading
from qingyuan.api import v1
from qingyuan.api.authentication import SAFE, identify
from qingyuan.api.etags import tagged
from qingyuan.api.problems import Problem, foreseen, problem, too_large
from qingyuan.api.writes import FORM, JSON
from qingyuan.core.refusal import DomainError


class Readable(JSONRenderer):
    """JSON that is read as it stands: Chinese as itself, half as long as escaped."""

    json_dumps_params: dict[str, Any] = {"ensure_ascii": False}


class Service(NinjaAPI):
    """django-ninja with our ETags, and no parameter that nobody asked for."""

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

    @cached_property
    def operations(self) -> dict[tuple[str, str], Operation]:
        """Every operation by the name of its address and its method."""
        return {
            (self.get_openapi_operation_id(view.operations[0]), method): operation
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
            for method in operation.methods
        }


@cache
def _names_of(operation: Operation, source: str) -> frozenset[str]:
    """What an operation takes from the query, the form or its files."""
    taken = [model for model in operation.models if model.__ninja_param_source__ == source]
    return frozenset(name for model in taken for name in getattr(model, "__ninja_flatten_map__", model.model_fields))


def _only_what_there_is(request: HttpRequest) -> None:
    """A parameter that the operation does not have is refused, and one that is said twice: left alone, a slip in the
    name of a filter would answer with everything, and one in a form would leave the usual in force."""
    match = request.resolver_match
    assert match is not None
    operation = service.operations.get((match.url_name or "", request.method or ""))
    if operation is None:  # a method this address does not take: 405
        return
    known = _names_of(operation, "query")
    faults = {name: _("没有参数“%(name)s”。") for name in sorted(set(request.GET) - known)}
    faults |= {name: _("参数“%(name)s”只能写一次。") for name in known if len(request.GET.getlist(name)) > 1}
    for name, text in faults.items():
        _refuse("query", name, text, status=400, code="api.parameter")
    if request.content_type == FORM:
        fields = (set(request.POST) - _names_of(operation, "form")) | (
            set(request.FILES) - _names_of(operation, "file")
        )
        for name in sorted(fields):
            _refuse("form", name, _("没有字段“%(name)s”。"), status=422, code="api.invalid")


def _refuse(place: str, name: str, text: str, *, status: int, code: str) -> None:
    told = Problem(status, code, text, name=name[:60])
    told.errors = ({"place": f"{place}.{name[:60]}", "text": told.sentence},)
    raise told


def _identified(request: HttpRequest) -> object:
    """Who asks; and before a content is read, whether it is of a kind anybody takes, and the address one that is."""
    actor = identify(request)
    has_body = int(request.META.get("CONTENT_LENGTH") or 0) > 0
    if request.method not in SAFE and has_body and request.content_type not in {JSON, FORM}:
        raise Problem(415)
    _only_what_there_is(request)
    return actor


def _foreseen(request: HttpRequest, error: Any) -> HttpResponse:
    answer = foreseen(request, error)
    assert answer is not None, error
    return answer


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    if error.status_code == 400:  # what django-ninja says of a content it cannot read
        return problem(request, 400, code="api.not_json", detail=gettext("内容不是 UTF-8 编码的 JSON。"))
    return problem(request, error.status_code)


def _too_large(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


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
    service.add_exception_handler(RequestDataTooBig, _too_large)
    for found in sorted(pkgutil.iter_modules(v1.__path__), key=lambda one: one.name):
        module = import_module(f"{v1.__name__}.{found.name}")
        if router := getattr(module, "router", None):
            service.add_router("", router)
    return service


service = build()
