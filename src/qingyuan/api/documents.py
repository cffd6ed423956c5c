"""The description of the API: for programs as OpenAPI, for people as one plain page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qingyuan.api.openapi import document

Field = tuple[str, str, bool]
"""A name, what it is, whether it must be there."""


@require_GET
def openapi(_request: HttpRequest) -> JsonResponse:
    """The OpenAPI document. It says nothing about any record, so everybody may read it."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation by topic."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document()["paths"].items():
        for method, one in operations.items():
            shown = {"method": method.upper(), "path": path, "operation": one}
            shown |= {"sends": _sends(one), "parameters": _parameters(one)}
            topics.setdefault((one.get("tags") or [""])[0], []).append(shown)
    return render(request, "api/docs.html", {"topics": topics, "document": document()})


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


def _sends(operation: dict[str, Any]) -> list[Field]:
    """The fields of the body."""
    contents = operation.get("requestBody", {}).get("content", {})
    found = []
    for content in contents.values():
        schema = _resolved(content.get("schema", {}))
        must = set(schema.get("required", ()))
        found += [
            (name, str(field.get("description") or field.get("title", "")), name in must)
            for name, field in schema.get("properties", {}).items()
        ]
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"][name] if name else schema
