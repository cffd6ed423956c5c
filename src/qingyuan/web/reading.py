"""Which pages and downloads are written down in the read log, and the writing of it before the answer leaves.

One table, so that one glance tells what is watched. The list of outlets and the pages of single outlets are daily work
inside one's own scope and are not; what leaves the site as a file, papers, officers, organisations and the audit itself
are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.access import reading
from qingyuan.access.models import Reading as Row
from qingyuan.bodies.models import Body
from qingyuan.core.reading import Reading, ReadKind
from qingyuan.core.refusal import DomainError
from qingyuan.exchange.layers import LAYERS
from qingyuan.registry.models import Outlet
from qingyuan.web import lookup

ROWS = "read_rows"


@dataclass(frozen=True, slots=True)
class Watched:
    """The kind of reading at an address, and what its argument `pk` is."""

    kind: ReadKind
    about: str = ""


WATCHED: Mapping[str, Watched] = {
    "web:outlets-export": Watched(ReadKind.EXPORT),
    "web:outlets-ledger": Watched(ReadKind.LEDGER),
    "web:outlet-ledger": Watched(ReadKind.LEDGER, "outlet"),
    "web:outlet-paper": Watched(ReadKind.PAPER, "outlet"),
    "web:officers": Watched(ReadKind.OFFICERS),
    "web:officer": Watched(ReadKind.OFFICERS, "officer"),
    "web:body": Watched(ReadKind.BODY, "body"),
    "web:bodies": Watched(ReadKind.BODY),
    "web:audit": Watched(ReadKind.AUDIT),
    "web:audit-reads": Watched(ReadKind.AUDIT),
    "web:audit-export": Watched(ReadKind.AUDIT),
    "web:sharing-download": Watched(ReadKind.SHARE),
}
WRITTEN_DOWN = {200, 403, 404}
ABOUT = {"outlet": noop("排污口"), "body": noop("单位"), "officer": noop("账号")}
Answer = Callable[[HttpRequest], HttpResponse]


def told(response: HttpResponse, rows: int) -> HttpResponse:
    """The answer with the number of rows it takes along, for the read log."""
    setattr(response, ROWS, rows)
    return response


def about(row: Row) -> str:
    """What was read, in words: a layer by its title, a record by its kind and number."""
    first, _colon, rest = row.subject.partition(":")
    label = LAYERS[first].title if first in LAYERS else ABOUT.get(first, first)
    return f"{_(label)} {rest}".strip() if label else ""


class ReadLogMiddleware:
    """Writes a reading down once its answer is made and before it is sent."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        watched = WATCHED.get(match.view_name) if match and request.method == "GET" else None
        if match is None or watched is None or response.status_code not in WRITTEN_DOWN:
            return response
        if not request.user.is_authenticated:
            return response
        try:
            reading.write(_reading(request, response, watched, match.kwargs))
        except OSError:
            response.close()
            raise
        return response


def _reading(request: HttpRequest, response: HttpResponse, watched: Watched, args: Mapping[str, object]) -> Reading:
    pk = args.get("pk")
    named = [str(value) for name, value in args.items() if name != "pk"]
    return Reading(
        at=timezone.now(),
        actor_id=lookup.actor(request).id,
        kind=watched.kind,
        subject=":".join([*([f"{watched.about}:{pk}"] if pk is not None else []), *named]),
        unit_path=_path(request, watched.about, pk),
        asked=request.META["QUERY_STRING"],
        rows=getattr(response, ROWS, None),
        origin=request.META.get("REMOTE_ADDR", ""),
        status=response.status_code,
    )


def _path(request: HttpRequest, about: str, pk: object) -> str:
    """Where what was read lies; for a list, the unit one stands at."""
    match about:
        case "outlet":
            return Outlet.objects.filter(pk=str(pk)).values_list("unit_path", flat=True).first() or ""
        case "body":
            return Body.objects.filter(pk=str(pk)).values_list("unit_path", flat=True).first() or ""
    try:
        here = lookup.here(request)
    except DomainError:
        here = lookup.standing(request)
    return here.path if here else ""
