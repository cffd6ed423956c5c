"""What a request is about: the actor, the unit, the day, the outlet that is to be changed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from qingyuan.api.etags import version_in
from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refused, StaleRecord
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet


def actor(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined]


def require(request: HttpRequest, permission: Permission) -> Actor:
    """Who asks, if he holds the permission somewhere (else 403); where exactly, the action's guard asks."""
    who = actor(request)
    if reason := access_refusal(who, permission):
        raise Refused(reason)
    return who


def unit_paths(who: Actor) -> list[str]:
    """The roots of the actor's territories."""
    found = {path for grant in who.grants for path in grant.reach.unit_paths}
    return sorted(path for path in found if not any(path != wider and path.startswith(wider) for wider in found))


def is_within_reach(who: Actor, path: str) -> bool:
    """Whether a unit lies in one of the actor's territories."""
    return any(path.startswith(root) for root in unit_paths(who))


def unit(request: HttpRequest, code: str) -> Unit:
    """The unit of a code, if it lies in the actor's territories; NotFound else."""
    found = places.unit(code)
    if not is_within_reach(actor(request), found.path):
        raise NotFound("unit", code)
    return found


def unit_or_own(request: HttpRequest, code: str) -> Unit | None:
    """The unit asked for, else the actor's own first territory; None for who has none."""
    if code:
        return unit(request, code)
    roots = unit_paths(actor(request))
    return Unit.objects.filter(path=roots[0]).first() if roots else None


def today() -> date:
    """Today where the site is."""
    return timezone.localdate()


def outlet(request: HttpRequest, key: str | int) -> Outlet:
    """One outlet by id or code, in the actor's scope; its version goes into the ETag of the answer."""
    found = registry.outlet(actor(request), key)
    seen(request, found.version)
    return found


def outlet_to_change(request: HttpRequest, key: str | int) -> Outlet:
    """The outlet to be acted upon, as the client read it (If-Match). Held until the act is done.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = outlet(request, key)
    Outlet.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
    found.refresh_from_db(fields=["version"])
    as_read(request, found.version, found.name)
    return found


def as_read(request: HttpRequest, version: int, what: str) -> None:
    """StaleRecord (412) unless If-Match names this version."""
    if version_in(request.headers.get("If-Match", "")) != version:
        raise StaleRecord(what)


def seen(request: HttpRequest, version: int) -> None:
    """Say which version the answer shows."""
    request.record_version = version  # type: ignore[attr-defined]


def located(request: HttpRequest, address: str) -> None:
    """Say where the record that was made is found."""
    request.record_location = address  # type: ignore[attr-defined]
