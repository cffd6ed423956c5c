"""Reasons to say no, as values.

A guard lists its reasons in the order an officer would give them; the first that applies is the answer. The page shows
it beside a grey button, the API returns it, an action raises it: one source for all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


def gettext_noop(text: str) -> str:
    """Mark a Chinese source string for the catalogue; it is translated at the door, never here."""
    return text


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done.

    `code` is stable and for machines (`room.reason`); `text` is the Chinese sentence with named %(placeholders)s;
    `clause` names the clause the refusal rests on (`大同 三(三)`), empty when it rests on none.
    """

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""

    @property
    def sentence(self) -> str:
        """The sentence in its source language, placeholders filled."""
        return self.text % self.params if self.params else self.text


class DomainError(Exception):
    """Anything the domain foresees going wrong. Each door turns it into an answer in one place."""


class Refused(DomainError):
    """An action was asked for that a guard forbids."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code, refusal.sentence)
        self.refusal = refusal


class StaleRecord(DomainError):
    """Somebody else changed the record after it was read."""


class NotFound(DomainError):
    """There is no such thing, or it lies outside the asker's scope: the two are not told apart."""


def guard(reasons: Callable[P, Iterator[Refusal | None]]) -> Callable[P, Refusal | None]:
    """Turn a generator of possible refusals into a function that answers with the first real one, or None."""

    @wraps(reasons)
    def first_reason(*args: P.args, **kwargs: P.kwargs) -> Refusal | None:
        return next((reason for reason in reasons(*args, **kwargs) if reason is not None), None)

    return first_reason


def require(refusal: Refusal | None) -> None:
    """Raise Refused if there is a reason to say no."""
    if refusal is not None:
        raise Refused(refusal)
