"""The OpenAPI 3.0 document of this service, made from the layers themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from qingyuan import __version__
from qingyuan.api.ogc.answers import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, answer, answered, wants_html
from qingyuan.api.ogc.asking import CRS84, USUAL, only_the_form
from qingyuan.api.ogc.views import SAID, TITLE
from qingyuan.api.openapi import PROBLEM
from qingyuan.api.problems import MEDIA_TYPE
from qingyuan.exchange.layers import LAYERS, Layer
from qingyuan.exchange.layers.shape import MOST

Doc = dict[str, Any]


@answered
def api(request: HttpRequest) -> HttpResponseBase:
    """The description, for programs and for people."""
    only_the_form(request)
    root = request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")
    told = answer(request, document(root), "api", {"layers": LAYERS.values(), "root": root})
    if not wants_html(request):
        told["Content-Type"] = OPENAPI
    return told


def document(root: str) -> Doc:
    """The OpenAPI document with its server."""
    paths: Doc = {
        "/": _get("landing", _("首页"), JSON),
        "/conformance": _get("conformance", _("符合性"), JSON),
        "/api": _get("api", _("接口说明"), OPENAPI),
        "/collections": _get("collections", _("集合"), JSON),
    }
    for of in LAYERS.values():
        base = f"/collections/{of.key}"
        paths[base] = _get(f"{of.key}_collection", _(of.title), JSON, lost=True)
        paths[f"{base}/queryables"] = _get(f"{of.key}_queryables", _("可查询的属性"), SCHEMA)
        paths[f"{base}/items"] = _get(f"{of.key}_items", _(of.title), GEOJSON, _parameters(of))
        fid = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"{base}/items/{{featureId}}"] = _get(f"{of.key}_item", _(of.title), GEOJSON, [fid], lost=True)
    return {
        "openapi": "3.0.3",
        "info": {"title": _(TITLE), "description": _(SAID), "version": __version__},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _get(name: str, summary: str, media: str, parameters: list[Doc] | None = None, *, lost: bool = False) -> Doc:
    form = {
        "name": "f",
        "in": "query",
        "required": False,
        "description": _("应答形式；不写则按 Accept"),
        "schema": {"type": "string", "enum": ["json", "html"]},
    }
    fault = {"description": _("出错"), "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    answers: Doc = {
        "200": {
            "description": summary,
            "content": {media: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
        }
    }
    for status in ("400", "401", "403", *(["404"] if lost else [])):
        answers[status] = fault
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*(parameters or []), form],
            "responses": answers,
        }
    }


def _parameters(of: Layer) -> list[Doc]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    crs = {"type": "string", "format": "uri", "enum": [CRS84]}
    found = [
        ("limit", _("一页最多几条"), limit),
        ("bbox", _("范围：西、南、东、北"), numbers),
        ("bbox-crs", _("范围的坐标系"), crs),
        ("crs", _("应答的坐标系"), crs),
        ("datetime", _("时刻或区间"), {"type": "string"}),
        ("token", _("翻页标记，由 next 链接给出"), {"type": "string"}),
        *((name, _(one.title), {"type": one.type}) for name, one in of.queryables.items()),
    ]
    return [
        {"name": name, "in": "query", "required": False, "description": said, "schema": schema}
        | ({"style": "form", "explode": False} if name in {"bbox"} else {})
        for name, said, schema in found
    ]
