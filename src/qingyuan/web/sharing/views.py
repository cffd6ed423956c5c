"""信息共享 for people: what the departments share here under which clause, how to connect, who took what; files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.access.reading import with_rows
from qingyuan.boards.audit import queries as audit
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.exchange import sharing
from qingyuan.exchange.layers import LAYERS, Asked, Feature, Layer
from qingyuan.exchange.streaming import Value, write_csv
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup
from qingyuan.web.reading import shown

FORMS = ("csv", "geojson")
AT_ONCE = 2_000


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is shared at the unit one stands at."""
    lookup.require(request, Permission.DATA_SHARE)
    at, who, on = _at(request), lookup.actor(request), timezone.localdate()
    said = sharing.arrangement(at, on=on)
    after = request.GET.get("after", "")
    log = audit.shared(who, audit.Asked(unit_path=at.path), after=int(after) if after.isdecimal() else 0, size=20)
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "said": said,
        "stated": policy_of(at.path, on=on).parameters.get(sharing.PARAMETER),
        "objects": [(key, _(sharing.OBJECTS[key]), _(LAYERS[key].description)) for key in said.objects],
        "base": f"{request.scheme}://{request.get_host()}",
        "log": shown(log.rows),
        "after": log.after,
        "until": audit.taken_in_until(),
    }
    return render(request, "sharing/page.html", context)


@require_GET
def download(request: HttpRequest, what: str, form: str) -> FileResponse:
    """One object of the unit one stands at as csv or GeoJSON, within one's scope."""
    lookup.require(request, Permission.DATA_SHARE)
    at, on = _at(request), timezone.localdate()
    unit = sharing.unit_shared(lookup.actor(request), at.code)
    if form not in FORMS or what not in sharing.arrangement(unit, on=on).objects:
        raise NotFound("object", what)
    layer = LAYERS[what]
    found = _features(request, layer, unit)
    out = TemporaryFile()  # noqa: SIM115 the answer closes it once it is sent
    try:
        if form == "csv":
            count = write_csv(out, _header(layer), (_cells(layer, one) for one in found))
        else:
            count = _write_geojson(out, found)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{unit.name}{_(sharing.OBJECTS[what])}{on.isoformat()}.{form}"
    response = FileResponse(out, as_attachment=True, filename=name)
    with_rows(response, count)
    return response


def _at(request: HttpRequest) -> Unit:
    """The unit one stands at; who has waters or an area of his own shares what of it lies anywhere."""
    return lookup.here(request) or Unit.objects.get(path="")


def _features(request: HttpRequest, layer: Layer, unit: Unit) -> Iterator[Feature]:
    sharer, mark = sharing.sharing_part(lookup.actor(request)), ""
    while True:
        page_of = layer.cut(sharer, Asked(unit_path=unit.path), mark, AT_ONCE)
        yield from layer.tell(page_of.rows)
        if not (mark := page_of.after):
            return


def _header(layer: Layer) -> list[str]:
    position = [_("经度"), _("纬度")] if layer.geometry == "Point" else []
    return [_("编号"), *(_(one.title) for one in layer.attributes), *position]


def _cells(layer: Layer, one: Feature) -> Sequence[Value]:
    values = [_cell(one.properties.get(attribute.name)) for attribute in layer.attributes]
    if layer.geometry != "Point":
        return [one.id, *values]
    where = one.geometry["coordinates"] if isinstance(one.geometry, dict) else (None, None)
    return [one.id, *values, *where]


def _cell(value: object) -> Value:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _write_geojson(out: BinaryIO, found: Iterator[Feature]) -> int:
    out.write(b'{"type":"FeatureCollection","features":[')
    count = 0
    for one in found:
        out.write((",\n" if count else "\n").encode() + one.as_json().encode())
        count += 1
    out.write(b"\n]}\n")
    return count
