"""The parameters of an items request, read strictly: what the service does not know it refuses (part 1, /req/core)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop as _

from qingyuan.api.problems import Problem
from qingyuan.core.geometry import CHINA_DEG, Bbox
from qingyuan.exchange.layers import Asked, Layer
from qingyuan.exchange.layers.shape import MOST, Span

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
USUAL = 100
KNOWN = frozenset({"limit", "bbox", "bbox-crs", "crs", "datetime", "f", "token"})
OPEN = {"", ".."}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a collection is asked for: the filter, how many, from which mark on."""

    asked: Asked
    limit: int
    token: str


def wanted(request: HttpRequest, layer: Layer) -> Wanted:
    """Read the parameters.

    Raises
    ------
    Problem
        400 with the parameter and what is wrong with it.
    """
    given = request.GET
    if unknown := sorted(set(given) - KNOWN - set(layer.queryables)):
        raise _fault(unknown[0], _("没有参数“%(name)s”。"), name=unknown[0][:60])
    if twice := next((name for name in given if len(given.getlist(name)) > 1), ""):
        raise _fault(twice, _("参数“%(name)s”只能写一次。"), name=twice)
    for name in ("bbox-crs", "crs"):
        if given.get(name, CRS84) != CRS84:
            raise _fault(name, _("只支持坐标系 %(crs)s。"), crs=CRS84)
    equals = {name: given[name] for name in layer.queryables if name in given}
    if any("\x00" in value for value in given.values()):
        raise Problem(400)
    return Wanted(
        Asked(
            box=_box(given["bbox"]) if "bbox" in given else None,
            span=_span(given["datetime"]) if "datetime" in given and layer.dated else None,
            equals=equals,
        ),
        _limit(given.get("limit", str(USUAL))),
        given.get("token", ""),
    )


def only_the_form(request: HttpRequest) -> None:
    """Refuse every parameter but f.

    Raises
    ------
    Problem
    """
    if unknown := sorted(set(request.GET) - {"f"}):
        raise _fault(unknown[0], _("没有参数“%(name)s”。"), name=unknown[0][:60])


def _fault(place: str, text: str, **params: object) -> Problem:
    return Problem(
        400, "ogc.parameter", text, errors=[{"place": f"query.{place[:60]}", "text": text % params}], **params
    )


def _limit(text: str) -> int:
    """At most 10,000: more is asked for in vain, as the standard has it."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise _fault("limit", _("limit 应为正整数。"))
    return min(int(text), MOST)


def _box(text: str) -> Bbox:
    try:
        sides = [float(part) for part in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) == 6:  # with heights, which outlets have not
        sides = [sides[0], sides[1], sides[3], sides[4]]
    if len(sides) != 4 or not all(map(math.isfinite, sides)):
        raise _fault("bbox", _("bbox 应为四个数：西、南、东、北。"))
    west, south, east, north = sides
    if not (-90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
        raise _fault("bbox", _("bbox 超出经纬度范围，或者南北颠倒。"))
    if west > east:  # over the date line: all we have lies in the part east of its western side, or in none
        if east >= CHINA_DEG[0]:
            raise _fault("bbox", _("跨日期变更线的 bbox 请分两次查询。"))
        east = 180.0
    return west, south, east, north


def _span(text: str) -> Span:
    """An instant, a day, or start/end with .. or nothing for an open side."""
    parts = text.split("/")
    if len(parts) == 1:
        return _moment(text)
    if len(parts) == 2 and text != "/":
        start = None if parts[0] in OPEN else _moment(parts[0])[0]
        end = None if parts[1] in OPEN else _moment(parts[1])[1]
    else:
        raise _not_a_time()
    if start is not None and end is not None and start > end:
        raise _not_a_time()
    return start, end


def _moment(text: str) -> tuple[datetime, datetime]:
    """The first and the last instant of what is said: the same for an instant, a whole day for a day."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
        instant = None if day else parse_datetime(text)
    except ValueError:
        raise _not_a_time() from None
    if day is not None:
        begin = timezone.make_aware(datetime.combine(day, time.min))
        return begin, begin + timedelta(days=1) - timedelta(microseconds=1)
    if instant is None or instant.tzinfo is None:
        raise _not_a_time()
    return instant, instant


def _not_a_time() -> Problem:
    return _fault("datetime", _("datetime 应为时刻或区间，如 2023-06-01T00:00:00Z/..。"))
