"""Asking for organisations."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.functions import BodyFunction
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q


def body(pk: int) -> Body:
    """One body; NotFound when there is none."""
    found = Body.objects.filter(pk=pk).select_related("unit", "parent", "supervising_body").first()
    if found is None:
        raise NotFound("body", str(pk))
    return found


def search(text: str, *, path: str = "", limit: int = 20) -> QuerySet[Body]:
    """Bodies of a unit's subtree whose name contains the text, or whose credit code it is."""
    matching = Q(name__icontains=text.strip()) | Q(credit_code=text.strip().upper())
    return Body.objects.filter(within_q("unit_path", path), matching, valid_to=None).order_by("name", "pk")[:limit]


def named(name: str, *, path: str) -> Body | None:
    """The one standing body of that name within a unit, or None when there is none or more than one."""
    found = list(Body.objects.filter(within_q("unit_path", path), name=name.strip(), valid_to=None)[:2])
    return found[0] if len(found) == 1 else None


def functions_of(found: Body, *, on: date) -> frozenset[BodyFunction]:
    """What a body does on a day."""
    duties = BodyDuty.objects.filter(
        Q(from_day=None) | Q(from_day__lte=on), Q(to_day=None) | Q(to_day__gt=on), body=found
    )
    return frozenset(BodyFunction(duty.function) for duty in duties)
