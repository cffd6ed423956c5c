"""一张图. The page is useful without script as a form that leads to the list; with script the map draws on it.

Every address here is read in the actor's scope: a tile, a card or an outline never tells of what lies outside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingyuan.core.access import Actor, Permission
from qingyuan.core.geometry import Bbox, key_point, tile_range
from qingyuan.core.lifecycle_words import STAGE_GROUPS, StageGroup
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places import shapes as outlines
from qingyuan.registry import queries as registry
from qingyuan.registry import tiles
from qingyuan.registry.waters import waters_visible_to
from qingyuan.web import lookup
from qingyuan.web.map import asking
from qingyuan.web.templatetags.qingyuan import TYPE_GROUPS

SHAPES_ZOOM = 7  # outlines come by the tiles of one zoom, about 2.8° wide
CARD_MOST = 20
MOST_WATERS = 500
FEW = 3
TIANDITU = "https://*.tianditu.gov.cn"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The map of my unit, or of my waters, with its filters."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    wanted = asking.wanted(request)
    path = at.path if at else ""
    query = request.GET.copy()
    for name in ("lon", "lat", "z", "mark"):
        query.pop(name, None)
    if at:
        query["unit"] = at.code
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "units": [at, *places.children(path)] if at else [],
        "waters": places.waters_in(path) if path else list(waters_visible_to(who)[:MOST_WATERS]),
        "text": asking.text_of(request),
        "said": _said(request, wanted),
        "water": request.GET.get("water", ""),
        "types": [(code, TYPE_GROUPS.get(code, _("尚未分类")), code in wanted.types) for code in asking.TYPES],
        "stages": [(value, STAGE_GROUPS[StageGroup(value)], value in wanted.stages) for value in asking.STAGES],
        "query": query.urlencode(),
        "tiles": reverse("web:map-tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}"),
        "shapes": reverse("web:map-shapes", args=["LAYER", 0, 0]).replace("0/0", "{x}/{y}"),
        "extent": _extent(path) if at else _around(who),
        "unplaced": tiles.unplaced(who, tiles.Wanted(unit_path=path)),
        "map_numbers": "、".join(outlines.map_numbers(path)),
        "map_sources": "、".join(outlines.sources(path)[:FEW]),
        "printed_on": timezone.localdate(),
        "tianditu": settings.TIANDITU_KEY,
    }
    response = render(request, "map/map.html", context)
    if settings.TIANDITU_KEY:
        response._csp_update = {"img-src": [TIANDITU]}  # type: ignore[attr-defined]
    return response


def _said(request: HttpRequest, wanted: tiles.Wanted) -> str:
    """The filters as the title of a print says them; empty for none."""
    code = request.GET.get("water", "")
    said = [places.water(code).name] if code else []
    said += [_(TYPE_GROUPS.get(one, "尚未分类")) for one in asking.TYPES if one in wanted.types]
    said += [_(STAGE_GROUPS[StageGroup(one)]) for one in asking.STAGES if one in wanted.stages]
    said += [_("“%(text)s”") % {"text": text}] if (text := asking.text_of(request)) else []
    return _("、").join(said)


def _extent(path: str) -> str:
    box = outlines.extent(path) if path else None
    return ",".join(f"{side:.4f}" for side in box) if box else ""


def _around(who: Actor) -> str:
    box = tiles.extent(who)
    return ",".join(f"{side:.4f}" for side in box) if box else ""


@require_safe
def tile(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """One tile; 204 for an empty one. Computed only when something changed since the browser got it."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, wanted = lookup.actor(request), asking.wanted(request)
    etag = asking.mark(who, tiles.version(), zoom, x, y, request.GET.urlencode())
    if known := asking.known_already(request, etag):
        return known
    try:
        body = tiles.tile(who, zoom, x, y, wanted)
    except ValueError:
        raise Http404 from None
    answer = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile", status=200 if body else 204)
    return asking.kept_privately(answer, etag)


@require_safe
def shapes(request: HttpRequest, layer: str, x: int, y: int) -> HttpResponse:
    """The outlines of a layer (counties, zones, sections) in one tile of zoom 7, as GeoJSON."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, today = lookup.actor(request), timezone.localdate()
    etag = asking.mark(who, tiles.version(), layer, x, y, today)
    if known := asking.known_already(request, etag):
        return known
    box = _box(x, y)
    paths = {path for grant in who.grants for path in grant.reach.unit_paths}
    waters = {path for grant in who.grants for path in grant.reach.water_paths}
    match layer:
        case "counties":
            body = _counties(box, tiles.version())
        case "zones":
            body = outlines.collection(outlines.zones(box, paths=paths, water_paths=waters, on=today))
        case "sections":
            body = outlines.collection(outlines.sections(box, paths=paths, water_paths=waters))
        case _:
            raise Http404
    return asking.kept_privately(HttpResponse(body, content_type="application/geo+json"), etag)


@lru_cache(maxsize=64)
def _counties(box: Bbox, _version: str) -> str:
    return outlines.collection(outlines.counties(box))


def _box(x: int, y: int) -> Bbox:
    try:
        first, last = tile_range(SHAPES_ZOOM, x, y)
    except ValueError:
        raise Http404 from None
    (west, north), (east, south) = key_point(first), key_point(last - 1)
    return west, south, east, north


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The card of one outlet with its chain to draw, or the names of several that lie on one spot."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, today = lookup.actor(request), timezone.localdate()
    found = [registry.outlet(who, key) for key in request.GET.getlist("id")[:CARD_MOST] if key.isdecimal()]
    if not found:
        raise NotFound("outlet", request.GET.get("id", ""))
    if len(found) > 1:
        return render(request, "map/_several.html", {"outlets": found})
    chain = registry.chain(found[0], on=today)
    drawn = json.dumps(_drawn(chain), ensure_ascii=False)
    return render(request, "map/_card.html", {"outlet": found[0], "chain": chain, "drawn": drawn})


def _drawn(chain: registry.Chain) -> Mapping[str, object]:
    """The chain as lines on the map: from each discharger that has a position to the outlet."""
    to = chain.outlet
    if to.longitude_deg is None or to.latitude_deg is None:
        return {"type": "FeatureCollection", "features": []}
    mouth = [float(to.longitude_deg), float(to.latitude_deg)]
    bodies = {source.body.pk: source.body for branch in chain.branches for source in branch.sources}
    if chain.party:
        bodies.setdefault(chain.party.pk, chain.party)
    features: list[Mapping[str, object]] = []
    for body in bodies.values():
        if body.longitude_deg is not None and body.latitude_deg is not None:
            seat = [float(body.longitude_deg), float(body.latitude_deg)]
            for shape, where in (("LineString", [seat, mouth]), ("Point", seat)):
                features.append(
                    {
                        "type": "Feature",
                        "properties": {"name": body.name if shape == "Point" else ""},
                        "geometry": {"type": shape, "coordinates": where},
                    }
                )
    return {"type": "FeatureCollection", "features": features}
