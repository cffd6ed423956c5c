"""Asking for officers and assignments: who manages whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from qingyuan.access.models import Assignment, Officer
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound
from qingyuan.places.paths import within_q


def managed_paths(actor: Actor) -> frozenset[str]:
    """The territories in which the actor manages officers."""
    return frozenset(path for grant in actor.holding(Permission.OFFICERS_MANAGE) for path in grant.reach.unit_paths)


def in_scope_q(actor: Actor) -> Q:
    """Assignments that lie in the territories the actor manages: by unit, else by the department or the party. One that
    reaches a water alone belongs to whoever manages the nation."""
    scope = Q(pk__in=[])
    for path in managed_paths(actor):
        if not path:
            return Q()
        scope |= within_q("unit__path", path)
        scope |= Q(unit=None, water=None) & (within_q("body__unit_path", path) | within_q("party__unit_path", path))
    return scope


def officers_in_scope(actor: Actor, *, text: str = "") -> QuerySet[Officer]:
    """Officers with an assignment in the actor's scope, by name to sign in with; those assignments at hand."""
    scoped = Assignment.objects.filter(in_scope_q(actor)).select_related(
        "unit", "water", "body", "party", "delegated_from__officer"
    )
    found = Officer.objects.order_by("username").prefetch_related(
        Prefetch("assignments", queryset=scoped.order_by("-from_day", "pk"))
    )
    if "" not in managed_paths(actor):
        found = found.filter(pk__in=scoped.values("officer"))
    if plain := text.strip():
        found = found.filter(Q(username__icontains=plain) | Q(name__icontains=plain))
    return found


def officer_in_scope(actor: Actor, pk: int, *, wholly: bool = False) -> Officer:
    """One officer the actor manages; `wholly`: every assignment of his lies in the actor's scope.

    Raises
    ------
    NotFound
    """
    found = officers_in_scope(actor).filter(pk=pk).first()
    elsewhere = Assignment.objects.filter(officer=pk).exclude(pk__in=Assignment.objects.filter(in_scope_q(actor)))
    if found is None or (wholly and elsewhere.exists()):
        raise NotFound("officer", str(pk))
    return found


def assignment_in_scope(actor: Actor, pk: int) -> Assignment:
    """One assignment the actor manages; NotFound else."""
    found = (
        Assignment.objects.filter(in_scope_q(actor), pk=pk)
        .select_related("unit", "water", "body", "party", "officer", "delegated_from__officer")
        .first()
    )
    if found is None:
        raise NotFound("assignment", str(pk))
    return found


def assignments_of(officer: Officer) -> list[Assignment]:
    """What an officer is and was, newest first."""
    return list(
        Assignment.objects.filter(officer=officer)
        .select_related("unit", "water", "body", "party", "delegated_from__officer")
        .order_by("-from_day", "pk")
    )


def holds_already(officer: Officer, reach: Mapping[str, object]) -> bool:
    """Whether the officer holds this very assignment already: a form that was sent twice does nothing twice."""
    names = {"own_area_only": "reaches_own_area_only"}
    same = {names.get(name, name): value for name, value in reach.items() if name != "to_day"}
    return Assignment.objects.filter(officer=officer, to_day=None, **same).exists()


def holds_within(officer: Officer, reach: Mapping[str, object], *, from_day: date | None, to_day: date | None) -> bool:
    """Whether the officer holds, of his own, a role within a reach with this end; and from this day, where one is
    stated."""
    same = {name: reach.get(name) for name in ("role", "unit", "water", "body", "party")}
    found = Assignment.objects.filter(officer=officer, delegated_from=None, to_day=to_day, **same)
    return (found if from_day is None else found.filter(from_day=from_day)).exists()
