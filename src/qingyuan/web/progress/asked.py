"""What a request asks of the scoreboard: of which unit, by what, as of when, known when, compared with when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from qingyuan.boards.progress.queries import Asking, By, Where, schemes_on_waters, waters_within
from qingyuan.boards.progress.where import water_ids_of
from qingyuan.core.days import BEIJING, end_of_day, local_day
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.web import lookup

EARLIEST_YEAR, LATEST_YEAR = 1949, 2200


@dataclass(frozen=True, slots=True)
class Asked:
    """An asking with what it is compared with. `since` None: with nothing."""

    unit: Unit
    where: Where
    asking: Asking
    by: By
    since: Asking | None
    default: By = By.UNIT

    @property
    def of_waters(self) -> bool:
        """Whether it is asked by somebody whose scope is waters, over these alone."""
        return self.where.water_ids is not None

    def link(self, where: Where | None = None, **more: str) -> str:
        """The query part of an address that asks the same, or the same of another place."""
        given = {
            "unit": self.unit.code,
            "as_of": "" if self.asking.is_now else self.asking.as_of.isoformat(),
            "known_at": _said(self.asking.known_at),
            "since": self.since.as_of.isoformat() if self.since else "",
            "by": "" if self.by is self.default else self.by.value,
        }
        given |= _narrowed(where or self.where) | more
        return urlencode({name: value for name, value in given.items() if value != ""})


def asked(request: HttpRequest) -> Asked:
    """Read the address.

    Raises
    ------
    NotFound
        There is no unit one stands at, or the one asked for lies outside one's reach.
    """
    now = timezone.now()
    as_of = _day(request.GET.get("as_of", "")) or local_day(now)
    known_at = _moment(request.GET.get("known_at", ""))
    asking = Asking(as_of, known_at, now)
    since = _day(request.GET.get("since", ""))
    given = request.GET.get("by", "")
    unit = lookup.here(request)
    where = where_of(request, unit) if unit else None
    if unit is None or where is None:
        unit = _of_waters(request, asking)
        mine = waters_within(lookup.actor(request), unit.path)
        where = where_of(request, unit).narrowed(water_ids=mine.water_ids)
    default = By.UNIT if where.water_ids is None else By.WATER
    return Asked(
        unit,
        where,
        asking,
        By(given) if given in set(By) else default,
        earlier(asking, since) if since else None,
        default,
    )


def _of_waters(request: HttpRequest, asking: Asking) -> Unit:
    """For whose scope is waters: the unit asked for, else that whose scheme judges most of their outlets, else the
    first they flow through.

    Raises
    ------
    NotFound
    """
    who = lookup.actor(request)
    if code := request.GET.get("unit", ""):
        return places.unit(code)
    if schemes := schemes_on_waters(who, asking):
        return schemes[0]
    through = Unit.objects.filter(waters__in=water_ids_of(who)).order_by("path").first()
    if through is None:
        raise NotFound("unit", "")
    return through


def where_of(request: HttpRequest, unit: Unit) -> Where:
    """The place a figure was asked of, as `Asked.link` wrote it."""
    return Where(
        unit.path,
        exact=request.GET.get("exact") == "1",
        body_id=_number(request.GET.get("body", "")),
        water_id=_number(request.GET.get("water", "")),
        type_key=request.GET["type"].strip("-") if "type" in request.GET else None,
        scheme=_scheme(request.GET.get("scheme", ""), unit),
    )


def earlier(asking: Asking, since: date) -> Asking:
    """The same board as it stood and was known at the end of an earlier day."""
    return Asking(min(asking.as_of, since), end_of_day(since) - timedelta(microseconds=1), asking.at)


def _narrowed(where: Where) -> dict[str, str]:
    found = {"exact": "1" if where.exact else ""}
    if where.judged_by != where.path:
        found["scheme"] = where.judged_by
    if where.body_id is not None:
        found["body"] = str(where.body_id)
    if where.water_id is not None:
        found["water"] = str(where.water_id)
    if where.type_key is not None:
        found["type"] = where.type_key or "-"
    return found


def _scheme(path: str, unit: Unit) -> str | None:
    """Only a unit above can judge."""
    return path if path and path != unit.path and unit.path.startswith(path) else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _day(text: str) -> date | None:
    """A day somebody can mean: what lies before the republic or centuries ahead is a slip of the keys."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def _moment(text: str) -> datetime | None:
    """A day means its end; a time without an offset is Beijing time."""
    if day := _day(text):
        return end_of_day(day) - timedelta(microseconds=1)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST_YEAR <= given.year <= LATEST_YEAR:
        return None
    return given if given.tzinfo else given.replace(tzinfo=BEIJING)


def _said(known_at: datetime | None) -> str:
    if known_at is None:
        return ""
    day = local_day(known_at)
    return day.isoformat() if known_at == end_of_day(day) - timedelta(microseconds=1) else known_at.isoformat()
