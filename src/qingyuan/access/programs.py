"""Programs and their tokens: the text of a token, finding who it belongs to, asking what there is.

A token is 256 random bits, so its plain sha256 can be kept and looked up: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from qingyuan.access import guards
from qingyuan.access.models import Assignment, Officer, ProgramToken
from qingyuan.access.officers import officer_in_scope, officers_in_scope
from qingyuan.core.access import Actor, Place
from qingyuan.core.refusal import NotFound

MARK = "qy_"
PREFIX = len(MARK) + 6


def new_token() -> str:
    """The text of a new token."""
    return MARK + secrets.token_urlsafe(32)


def hash_of(text: str) -> str:
    """What is kept of a token's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def program_of_token(text: str, *, on: date) -> ProgramToken | None:
    """The token of a text with its program, if it holds on a day; None else. One query."""
    return (
        ProgramToken.objects.filter(Q(to_day=None) | Q(to_day__gt=on), sha256=hash_of(text), from_day__lte=on)
        .filter(ended_at=None, officer__is_active=True, officer__is_program=True)
        .select_related("officer")
        .first()
    )


def token_seen(token: ProgramToken, *, on: date) -> None:
    """Note the day a token was last used: written once a day."""
    if token.last_used_day != on:
        ProgramToken.objects.filter(pk=token.pk).update(last_used_day=on)


def programs_in_scope(actor: Actor, *, text: str = "") -> QuerySet[Officer]:
    """Programs the actor manages, with their assignments and tokens."""
    tokens = ProgramToken.objects.order_by("-from_day", "-pk")
    found = officers_in_scope(actor, text=text).filter(is_program=True)
    return found.prefetch_related(Prefetch("tokens", queryset=tokens))


def program_in_scope(actor: Actor, pk: int) -> Officer:
    """One program, all of whose assignments the actor manages; NotFound else."""
    found = officer_in_scope(actor, pk, wholly=True)
    if not found.is_program:
        raise NotFound("program", str(pk))
    return found


def token_of(program: Officer, pk: int) -> ProgramToken:
    """One token of a program; NotFound else."""
    found = ProgramToken.objects.filter(officer=program, pk=pk).select_related("officer").first()
    if found is None:
        raise NotFound("token", str(pk))
    return found


def places_of_program(program: Officer) -> list[Place]:
    """Every place the program's standing assignments reach."""
    standing = Assignment.objects.filter(officer=program, to_day=None).select_related("unit", "water", "body", "party")
    return [
        place
        for one in standing
        for place in guards.places_of(unit=one.unit, water=one.water, body=one.body, party=one.party)
    ]
