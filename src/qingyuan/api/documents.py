"""The description of the API: for programs as OpenAPI, for people as one plain page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_from_request as get_language
from django.views.decorators.http import require_GET

from qingyuan.api.openapi import SOURCE_LANGUAGE, document

Field = tuple[str, str, bool]
"""A name, what it is, whether it must be there."""


@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document, by `lang` or by Accept-Language. It says nothing about any record, so everybody may read
    it."""
    language = _language(request)
    answer = JsonResponse(document(language), json_dumps_params={"ensure_ascii": False})
    answer["Content-Language"] = language
    answer["Vary"] = "Accept-Language"
    return answer


def _language(request: HttpRequest) -> str:
    """The language asked for; of one there is no catalogue for, and without asking, the source's."""
    asked = request.GET.get("lang", "")
    try:
        return translation.get_supported_language_variant(asked) if asked else get_language(request)
    except LookupError:
        return SOURCE_LANGUAGE


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation by topic."""
    topics: dict[str, list[dict[str, Any]]] = {}
    said = document(_language(request))
    for path, operations in said["paths"].items():
        for method, one in operations.items():
            shown = {"method": method.upper(), "path": path, "operation": one}
            shown |= {"sends": _sends(one, said), "parameters": _parameters(one)}
            topics.setdefault((one.get("tags") or [""])[0], []).append(shown)
    return render(request, "api/docs.html", {"topics": topics, "document": said})


def _parameters(operation: dict[str, Any]) -> list[Field]:
    """Path, query and header parameters."""
    return [
        (
            one["name"],
            one.get("description") or one.get("schema", {}).get("description", ""),
            one.get("required", False),
        )
        for one in operation.get("parameters", ())
    ]


def _sends(operation: dict[str, Any], said: dict[str, Any]) -> list[Field]:
    """The fields of the body."""
    contents = operation.get("requestBody", {}).get("content", {})
    found = []
    for content in contents.values():
        schema = _resolved(content.get("schema", {}), said)
        must = set(schema.get("required", ()))
        found += [
            (name, str(field.get("description") or field.get("title", "")), name in must)
            for name, field in schema.get("properties", {}).items()
        ]
    return found


def _resolved(schema: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return said["components"]["schemas"][name] if name else schema
