"""A program that talks to the API, as tests need it."""

from __future__ import annotations

import json
from itertools import count

from django.test import Client

from qingyuan.access import actions as access
from qingyuan.access.models import Officer
from qingyuan.core.access import CONSOLE, Role
from qingyuan.places.models import Unit
from tests import build

_number = count(1)
V1 = "/api/v1"


def program(role: Role, where: Unit | None, **reach: object) -> tuple[Officer, str]:
    """A program with one assignment, and the text of its token."""
    made = access.enrol(
        username=f"program{next(_number)}",
        name="测试程序",
        password=None,
        by=CONSOLE,
        at=build.LONG_AGO,
        is_program=True,
    )
    access.assign(made, role=role, unit=where, from_day=build.LONG_AGO.date(), by=CONSOLE, at=build.LONG_AGO, **reach)
    return made, token(made)


def token(made: Officer) -> str:
    """A new token of a program."""
    day = build.LONG_AGO.date()
    return access.issue_token(made, label="测试", from_day=day, by=CONSOLE, at=build.LONG_AGO)[1]


class Caller:
    """A client with a token. Every write gets a new key unless one is given."""

    def __init__(self, text: str) -> None:
        self.client = Client(raise_request_exception=True)
        self.text = text

    def ask(self, method: str, address: str, *, key: str | None = None, etag: str = "", **more):
        headers = {"Authorization": f"Bearer {self.text}", **more.pop("headers", {})}
        if method != "get":
            headers["Idempotency-Key"] = key or f"key-{next(_number)}"
        if etag:
            headers["If-Match"] = etag
        body = more.pop("json", None)
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        address = address if address.startswith("/") else f"{V1}/{address}"
        return getattr(self.client, method)(address, headers=headers, **more)

    def get(self, address: str, **more):
        return self.ask("get", address, **more)

    def post(self, address: str, **more):
        return self.ask("post", address, **more)


def caller(role: Role, where: Unit | None, **reach: object) -> Caller:
    """A program of a role in a unit."""
    return Caller(program(role, where, **reach)[1])
