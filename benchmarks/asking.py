"""Asking for addresses as a signed-in officer, within this process: the whole way of a request through middleware,
view, database and template, so that own time is the server's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Measured, times

if TYPE_CHECKING:
    from benchmarks.people import Person

HOST = "127.0.0.1"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(slots=True)
class Answer:
    """Status, length of the body in bytes, how many statements it took, and the body itself."""

    status: int
    size: int
    statements: int
    body: bytes


class Door:
    """A signed-in browser, or a program with the session of one."""

    def __init__(self, who: Person) -> None:
        from django.test import Client

        self.client = Client(headers={"host": HOST})
        self.client.force_login(who.officer, backend=BACKEND)

    def ask(self, address: str) -> Answer:
        """One request.

        Raises
        ------
        AssertionError
            The answer is none: a figure of an error page would be a lie.
        """
        with _counted() as statements:
            told = self.client.get(address)
            body = b"".join(told.streaming_content) if told.streaming else told.content  # type: ignore[attr-defined]
        if told.status_code != 200:
            raise AssertionError(f"{address}: {told.status_code}")
        return Answer(told.status_code, len(body), statements[0], body)


@contextmanager
def _counted() -> Iterator[list[int]]:
    from django.db import connection

    number = [0]

    def count(execute: Any, *said: object) -> object:
        number[0] += 1
        return execute(*said)

    with connection.execute_wrapper(count):
        yield number


def addresses(part: str, who: Person, asked: Iterable[tuple[str, str]], *, aim: str, rounds: int = 7) -> list[Measured]:
    """Each address (what it is called, where it stands): times, size and statements."""
    door, found = Door(who), []
    for what, address in asked:
        first = door.ask(address)
        p50, p95, cpu = times(lambda address=address: door.ask(address), rounds=rounds)  # type: ignore[misc]
        said = f"{what}, {who.word} ({first.size / 1024:.0f} KB, {first.statements} statements)"
        found.append(Measured(part, said, p50, p95, aim=aim, cpu=cpu))
    return found
