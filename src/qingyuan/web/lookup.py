"""Finding what a request is about: the actor, the unit one stands at, the day asked, the outlet to be acted upon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.queries import Line
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.web.refusals import Stale
from qingyuan.web.timeline import told

UNIT_IN_SESSION = "unit"


def actor(request: HttpRequest) -> Actor:
    """Who acts."""
    return request.actor  # type: ignore[attr-defined]


def require(request: HttpRequest, permission: Permission) -> None:
    """Refused (403) unless the actor holds the permission somewhere; where exactly, the action's guard asks."""
    if reason := access_refusal(actor(request), permission):
        raise Refused(reason)


def unit_paths(who: Actor) -> list[str]:
    """The roots of the actor's territories, the widest first."""
    found = {path for grant in who.grants for path in grant.reach.unit_paths}
    return sorted(path for path in found if not any(path != wider and path.startswith(wider) for wider in found))


def is_within_reach(who: Actor, path: str) -> bool:
    """Whether a unit lies in one of the actor's territories."""
    return any(path.startswith(root) for root in unit_paths(who))


def unit_in_reach(request: HttpRequest, code: str) -> Unit:
    """The unit of a code, if it lies in the actor's territories.

    Raises
    ------
    NotFound
    """
    found = places.unit(code)
    if not is_within_reach(actor(request), found.path):
        raise NotFound("unit", code)
    return found


def here(request: HttpRequest) -> Unit | None:
    """The unit one stands at: asked for in the address, else the one chosen last, else one's own; None without one."""
    if hasattr(request, "stands_at"):
        return request.stands_at
    found = _here(request)
    request.stands_at = found  # type: ignore[attr-defined]
    return found


def _here(request: HttpRequest) -> Unit | None:
    who = actor(request)
    roots = unit_paths(who)
    if not roots:
        return None
    asked = request.GET.get("unit", "")
    if asked:
        found = unit_in_reach(request, asked)
        if request.session.get(UNIT_IN_SESSION) != found.path:
            request.session[UNIT_IN_SESSION] = found.path
        return found
    return standing(request)


def standing(request: HttpRequest) -> Unit | None:
    """The unit one stood at last, else one's own, whatever the address says."""
    who = actor(request)
    if not (roots := unit_paths(who)):
        return None
    chosen = request.session.get(UNIT_IN_SESSION)
    path = chosen if isinstance(chosen, str) and is_within_reach(who, chosen) else roots[0]
    return places.unit_at(path) or places.unit_at(roots[0])


def switchable(request: HttpRequest) -> list[Unit]:
    """The units one may switch to from here: the way up within one's reach, the other territories, the units below."""
    at = here(request)
    if at is None:
        return []
    who = actor(request)
    above = trail(request, at)
    paths = {unit.path for unit in above}
    others = [root for root in unit_paths(who) if root not in paths]
    elsewhere = list(Unit.objects.filter(path__in=others).order_by("path")) if others else []
    found = above + elsewhere + places.children(at.path)
    return found if len(found) > 1 else []


def trail(request: HttpRequest, at: Unit | None) -> list[Unit]:
    """The units from one's own down to the one shown: the breadcrumb."""
    if at is None:
        return []
    known: dict[str, list[Unit]] = request.__dict__.setdefault("trails", {})
    if at.path not in known:
        who = actor(request)
        known[at.path] = [unit for unit in places.ancestors(at.path) if is_within_reach(who, unit.path)]
    return known[at.path]


def day(request: HttpRequest, name: str = "on") -> date:
    """The day asked for, today when none or no day is given."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return timezone.localdate()


def outlet(request: HttpRequest, pk: int) -> Outlet:
    """The outlet, if it lies in the actor's scope.

    Raises
    ------
    NotFound
    """
    return registry.outlet(actor(request), pk)


def outlet_as_read(request: HttpRequest, pk: int) -> Outlet:
    """The outlet to be acted upon, as it was when the form was shown. Call it within a transaction.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = outlet(request, pk)
    Outlet.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
    found.refresh_from_db(fields=["version"])
    same_version(request, ("outlet", found.pk), found.version, name=found.name, back="web:outlet")
    return found


def same_version(request: HttpRequest, subject: tuple[str, int], version: int, *, name: str, back: str) -> None:
    """The record must still be the one the form was read from; else what happened since is told from the ledger.
    `back` names the page of the record.

    Raises
    ------
    StaleRecord
    """
    read, pk = request.POST.get("version", ""), subject[1]
    if read == str(version):
        return
    behind = version - int(read) if read.isdecimal() and len(read) < 9 else 1
    raise overtaken(request, subject, name=name, back=reverse(back, args=[pk]), behind=behind)


def overtaken(request: HttpRequest, subject: tuple[str, int], *, name: str, back: str, behind: int = 1) -> Stale:
    """What to raise when a record is not the one that was read: the newest `behind` entries about it say who changed
    it, and when."""
    kind, pk = subject
    lines = ledger.timeline(kind, str(pk), limit=min(max(behind, 1), 10))
    return Stale(name, since=[line.sentence for line in told(lines)], back=back, own=own(request, lines))


def own(request: HttpRequest, lines: Sequence[Line]) -> datetime | None:
    """When the one who asks wrote the newest of some entries, if he wrote them all."""
    mine = actor(request).id
    return lines[0].recorded_at if lines and all(line.actor_id == mine for line in lines) else None
