"""What is written down in the read log, whichever door it leaves by, and the writing of it before the answer goes out.

One table for pages and programs, so that one glance tells what is watched and what a page writes down its operation
writes down too. The list of outlets and the pages of single outlets are daily work inside one's own scope and are not
watched; what leaves the site as a file, papers, officers, organisations, contacts and the audit itself are, and so is a
try to merge or seal a 城镇雨洪排口. The sharing service and OGC API Features write their own lines, page by page
(api/v1/sharing.py, api/ogc/views.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from qingyuan.access import reading
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.reading import Reading, ReadKind
from qingyuan.exchange.models import Import
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch.models import Meeting, WorkItem
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.reporting.models import SubordinatePlan

Answer = Callable[[HttpRequest], HttpResponse]
WRITTEN_DOWN = {200, 403, 404}
TRIES = frozenset({"remediation.storm_outlet_protected"})
"""Refusals that are written down whoever was refused: the ban on merging or sealing a 城镇雨洪排口 (济源 三(三)3, 安阳
二(二)1, 大同 四(十), 吉林 三(十))."""
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Watched:
    """The kind of reading at an address, what its record is (`about`) and which argument names it."""

    kind: ReadKind
    about: str = ""
    key: str = "pk"


EXPORT, LEDGER, PAPER = Watched(ReadKind.EXPORT), Watched(ReadKind.LEDGER), ReadKind.PAPER
OFFICERS, BODIES, AUDIT = Watched(ReadKind.OFFICERS), Watched(ReadKind.BODY), Watched(ReadKind.AUDIT)
PAIRS: Mapping[tuple[str, ...], Watched] = {
    ("web:outlets-export", "api-v1:files_export"): EXPORT,
    ("web:register-export", "api-v1:registers_export"): EXPORT,
    ("web:rules-what-if-export", "web:oversight-unowned-csv"): EXPORT,
    ("web:import-refused", "api-v1:files_refused"): Watched(ReadKind.EXPORT, "import"),
    ("web:outlets-ledger",): LEDGER,
    ("web:outlet-ledger",): Watched(ReadKind.LEDGER, "outlet"),
    ("api-v1:ledger_timeline",): Watched(ReadKind.LEDGER, "kind"),
    ("web:outlet-paper",): Watched(PAPER, "outlet"),
    ("api-v1:records_paper",): Watched(PAPER, "outlet", "key"),
    ("web:item-evidence", "api-v1:dispatch_evidence"): Watched(PAPER, "item"),
    ("web:meeting-minutes", "api-v1:meetings_minutes"): Watched(PAPER, "meeting"),
    ("web:plan-document", "api-v1:plans_document"): Watched(PAPER, "plan"),
    ("web:officers", "api-v1:people_listed"): OFFICERS,
    ("web:officer", "api-v1:people_shown"): Watched(ReadKind.OFFICERS, "officer"),
    ("web:hand-over", "api-v1:people_acts_passing"): Watched(ReadKind.OFFICERS, "officer"),
    ("web:bodies", "api-v1:bodies_listed"): BODIES,
    ("web:body", "api-v1:bodies_shown"): Watched(ReadKind.BODY, "body"),
    ("web:oversight-contacts", "api-v1:supervision_contacts"): BODIES,
    ("web:audit", "api-v1:audit_acts"): AUDIT,
    ("web:audit-reads", "api-v1:audit_reads"): AUDIT,
    ("web:audit-export",): AUDIT,
    ("web:sharing-download",): Watched(ReadKind.SHARE),
}
WATCHED: Mapping[str, Watched] = {name: what for names, what in PAIRS.items() for name in names}

_PLACES = {
    "outlet": (Outlet, "unit_path"),
    "body": (Body, "unit_path"),
    "item": (WorkItem, "unit_path"),
    "meeting": (Meeting, "unit_path"),
    "plan": (SubordinatePlan, "unit__path"),
    "round": (Round, "outlet__unit_path"),
    "import": (Import, "unit__path"),
}


class ReadLogMiddleware:
    """Writes a reading down once its answer is made and before it is sent."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and getattr(request, reading.REFUSED, "") in TRIES:
            reading.write(_try(request, response, match.kwargs))
            return response
        watched = WATCHED.get(match.view_name) if match and request.method == "GET" else None
        if match is None or watched is None or response.status_code not in WRITTEN_DOWN:
            return response
        who: Actor = request.actor  # type: ignore[attr-defined]
        if who.id == NOBODY:
            return response
        try:
            reading.write(_reading(request, response, who, watched, match.kwargs))
        except OSError:
            response.close()
            raise
        return response


def _try(request: HttpRequest, response: HttpResponse, args: Mapping[str, object]) -> Reading:
    """A try that a ban refused: upon which round, or outlet, and by which address."""
    who: Actor = request.actor  # type: ignore[attr-defined]
    kind = "outlet" if "/outlets/" in request.path else "round"
    pk, path = _found(kind, str(args.get("pk", "")))
    return Reading(
        at=timezone.now(),
        actor_id=who.id,
        kind=ReadKind.TRIED,
        subject=f"{kind}:{pk}",
        unit_path=path or "",
        asked=request.path,
        program=who.name if "Authorization" in request.headers else "",
        origin=request.META.get("REMOTE_ADDR", ""),
        status=response.status_code,
    )


def _reading(
    request: HttpRequest, response: HttpResponse, who: Actor, watched: Watched, args: Mapping[str, object]
) -> Reading:
    kind = str(args.get("kind", "")) if watched.about == "kind" else watched.about
    key = str(args.get(watched.key, "")) if kind else ""
    pk, path = _found(kind, key) if key else ("", None)
    rest = [str(value) for name, value in args.items() if name not in {watched.key, "kind", "unit"}]
    return Reading(
        at=timezone.now(),
        actor_id=who.id,
        kind=watched.kind,
        subject=":".join([*([f"{kind}:{pk}"] if key else []), *rest]),
        unit_path=_asked(request, who, str(args.get("unit", ""))) if path is None else path,
        asked=request.META["QUERY_STRING"],
        rows=getattr(response, reading.ROWS, None),
        program=who.name if "Authorization" in request.headers else "",
        origin=request.META.get("REMOTE_ADDR", ""),
        status=response.status_code,
    )


def _found(kind: str, key: str) -> tuple[str, str | None]:
    """The id of a record and where it lies; None when it lies nowhere in particular, or is not there."""
    if kind not in _PLACES:
        return key, None
    model, column = _PLACES[kind]
    found = model._default_manager.all()
    by_code = Q(national_code=key) | Q(local_code=key) if kind == "outlet" and not key.isdecimal() else Q(pk=key)
    row = found.filter(by_code).values_list("pk", column).first() if key.isdecimal() or kind == "outlet" else None
    return (str(row[0]), str(row[1])) if row else (key, "")


def _asked(request: HttpRequest, who: Actor, code: str) -> str:
    """The unit a list was asked for; else the one the reader stands at, else his own."""
    roots = sorted(path for grant in who.grants for path in grant.reach.unit_paths)
    if code := code or request.GET.get("unit", ""):
        path = Unit.objects.filter(code=code).values_list("path", flat=True).first()
        if path is not None and any(path.startswith(root) for root in roots):
            return path
    here: Unit | None = getattr(request, "stands_at", None)
    return here.path if here else (roots[0] if roots else "")
