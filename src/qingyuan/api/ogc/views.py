"""Landing page, conformance, collections, items, one item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.access import reading
from qingyuan.api.ogc.answers import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    Link,
    answer,
    answered,
    here,
    link,
    links,
    wants_html,
)
from qingyuan.api.ogc.asking import CRS84, only_the_form, wanted
from qingyuan.core.access import Actor
from qingyuan.core.geometry import CHINA_DEG
from qingyuan.core.reading import Reading, ReadKind
from qingyuan.core.refusal import NotFound
from qingyuan.exchange.layers import LAYERS, Asked, Attribute, Feature, Layer, layer
from qingyuan.exchange.layers.shape import Page
from qingyuan.places.shapes import extent

TITLE = noop("清源 OGC API – Features")
SAID = noop(
    "入河排污口、受纳水体、排污单位、排污通道和特殊区域，只含访问者管辖范围内的记录。坐标系 CGCS2000，按 CRS84 提供。"
)
PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS = [f"{PART_1}/{name}" for name in ("core", "geojson", "html", "oas30")]
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
CHUNK = 500


@answered
def landing(request: HttpRequest) -> HttpResponseBase:
    """What this is and where everything stands."""
    only_the_form(request)
    document = {
        "title": _(TITLE),
        "description": _(SAID),
        "links": [
            *links(request),
            link("service-desc", _address(request, "api"), OPENAPI, "OpenAPI 3.0"),
            link("service-doc", _address(request, "api", f="html"), HTML, _("接口说明")),
            link("conformance", _address(request, "conformance"), JSON, _("符合性")),
            link("data", _address(request, "collections"), JSON, _("集合")),
        ],
    }
    return answer(request, document, "landing", {"collections": _collections(request)})


@answered
def conformance(request: HttpRequest) -> HttpResponseBase:
    """The classes of the standard that are kept."""
    only_the_form(request)
    return answer(request, {"conformsTo": CONFORMS, "links": links(request)}, "conformance")


@answered
def collections(request: HttpRequest) -> HttpResponseBase:
    """Every collection."""
    only_the_form(request)
    document = {"links": links(request), "collections": _collections(request)}
    return answer(request, document, "collections")


@answered
def collection(request: HttpRequest, collection: str) -> HttpResponseBase:
    """One collection."""
    only_the_form(request)
    of = layer(collection)
    document = described(request, of) | {"links": [*links(request), *_links_of(request, of)]}
    return answer(request, document, "collection", {"layer": of})


@answered
def queryables(request: HttpRequest, collection: str) -> HttpResponseBase:
    """The properties one may filter by, as JSON Schema."""
    only_the_form(request)
    of = layer(collection)
    document = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": request.build_absolute_uri(request.path),
        "type": "object",
        "title": _(of.title),
        "properties": {name: schema_of(one) for name, one in of.queryables.items()},
        "additionalProperties": False,
    }
    told = answer(request, document, "queryables", {"layer": of})
    if not wants_html(request):
        told["Content-Type"] = SCHEMA
    return told


@answered
def items(request: HttpRequest, collection: str) -> HttpResponseBase:
    """A page of features. The rows are read and written down in the log before the first byte leaves."""
    of, who = layer(collection), _actor(request)
    asked = wanted(request, of)
    page = of.cut(who, asked.asked, asked.token, asked.limit)
    matched = of.count(who, asked.asked)
    _write_down(request, of.key, len(page.rows))
    told = links(request, media=GEOJSON)
    if page.after:
        html = wants_html(request)
        told.append(link("next", here(request, token=page.after), HTML if html else GEOJSON, _("下一页")))
    told.append(link("collection", _address(request, "collection", of.key), JSON, _(of.title)))
    if wants_html(request):
        return _items_page(request, of, page, told, matched)
    head = {
        "links": told,
        "timeStamp": timezone.now().isoformat(timespec="seconds"),
        "numberReturned": len(page.rows),
        **({"numberMatched": matched} if matched is not None else {}),
    }
    return StreamingHttpResponse(_streamed(of, page, head), content_type=GEOJSON)


@answered
def item(request: HttpRequest, collection: str, fid: str) -> HttpResponseBase:
    """One feature; 404 when there is none or it lies outside the scope."""
    only_the_form(request)
    of = layer(collection)
    number = int(fid) if fid.isascii() and fid.isdigit() and len(fid) < 18 else 0
    page = of.cut(_actor(request), Asked(ids=[number]), "", 1)
    found = next(iter(of.tell(page.rows)), None)
    if found is None:
        raise NotFound("feature", fid)
    _write_down(request, f"{of.key}:{fid}", 1)
    told = [
        *links(request, media=GEOJSON),
        link("collection", _address(request, "collection", of.key), JSON, _(of.title)),
    ]
    if wants_html(request):
        context = {"layer": of, "feature": found, "cells": _cells(of, found), "as_json": here(request, f="json")}
        return render(request, "ogc/item.html", context)
    return HttpResponse(found.as_json(links=told), content_type=GEOJSON)


def described(request: HttpRequest, of: Layer) -> dict[str, Any]:
    """A collection as its description says it."""
    return {
        "id": of.key,
        "title": _(of.title),
        "description": _(of.description),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [_around(_actor(request))], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": [CRS84],
        "links": _links_of(request, of),
    }


def schema_of(one: Attribute) -> dict[str, str]:
    """A property as JSON Schema."""
    return {"title": _(one.title), "type": one.type, **({"format": one.format} if one.format else {})}


def _collections(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        described(request, of)
        | {"links": [link("self", _address(request, "collection", of.key), JSON), *_links_of(request, of)]}
        for of in LAYERS.values()
    ]


def _links_of(request: HttpRequest, of: Layer) -> list[Link]:
    address = _address(request, "items", of.key)
    return [
        link("items", address, GEOJSON, _(of.title)),
        link("items", f"{address}?f=html", HTML, _(of.title)),
        link(QUERYABLES, _address(request, "queryables", of.key), SCHEMA, _("可查询的属性")),
    ]


def _address(request: HttpRequest, name: str, *args: str, f: str = "") -> str:
    return request.build_absolute_uri(reverse(f"ogc:{name}", args=args) + (f"?f={f}" if f else ""))


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _around(who: Actor) -> list[float]:
    """The rectangle around the actor's territories; the country's where they have no outline."""
    boxes = [extent(path) for grant in who.grants for path in grant.reach.unit_paths]
    known = [box for box in boxes if box is not None]
    if not known or len(known) < len(boxes):
        return list(CHINA_DEG)
    west, south, east, north = zip(*known, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _streamed(of: Layer, page: Page, head: Mapping[str, object]) -> Iterator[str]:
    yield '{"type":"FeatureCollection",' + json.dumps(head, ensure_ascii=False)[1:-1] + ',"features":['
    for start in range(0, len(page.rows), CHUNK):
        found = ",\n".join(one.as_json() for one in of.tell(page.rows[start : start + CHUNK]))
        yield (",\n" if start else "\n") + found
    yield "\n]}\n"


def _items_page(
    request: HttpRequest, of: Layer, page: Page, told: Sequence[Link], matched: int | None
) -> HttpResponseBase:
    features = list(of.tell(page.rows))
    context = {
        "layer": of,
        "rows": [(one, _address(request, "item", of.key, one.id, f="html"), _cells(of, one)) for one in features],
        "matched": matched,
        "returned": len(features),
        "next": next((one["href"] for one in told if one["rel"] == "next"), ""),
        "as_json": here(request, f="json"),
        "queryables": of.queryables,
        "given": request.GET,
    }
    return render(request, "ogc/items.html", context)


def _cells(of: Layer, one: Feature) -> list[tuple[str, object]]:
    """Title and value of every attribute, in order."""
    return [(_(each.title), one.properties.get(each.name)) for each in of.attributes]


def _write_down(request: HttpRequest, subject: str, rows: int) -> None:
    who = _actor(request)
    roots = sorted({path for grant in who.grants for path in grant.reach.unit_paths})
    reading.write(
        Reading(
            at=timezone.now(),
            actor_id=who.id,
            kind=ReadKind.FEATURES,
            subject=subject,
            unit_path=roots[0] if roots else "",
            asked=request.META["QUERY_STRING"],
            rows=rows,
            program=who.name if "Authorization" in request.headers else "",
            origin=request.META.get("REMOTE_ADDR", ""),
        )
    )
