"""Officers at the door: a client that is signed in."""

from __future__ import annotations

import re

from django.test import Client

from qingyuan.access.models import Officer
from qingyuan.core.access import Role
from qingyuan.places.models import Unit
from tests import build


def client_of(officer: Officer) -> Client:
    """The browser of an officer."""
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def client(role: Role, where: Unit | None, **more: object) -> Client:
    """The browser of somebody with a role in a unit."""
    return client_of(build.officer(role, where, **more))  # type: ignore[arg-type]


def words(answer: object) -> str:
    """What a page says, without its tags, spaces made single."""
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", answer.content.decode(), flags=re.S)  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
