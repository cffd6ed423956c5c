"""What the tests of the rooms have in common: a program that acts for a body, a paper it handed in."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qingyuan.bodies.models import Body
from qingyuan.core.access import Role
from tests.api.asking import Caller, caller


def today() -> str:
    return timezone.localdate().isoformat()


def acting(body: Body, role: Role = Role.REVIEWER) -> Caller:
    return caller(role, body.unit, body=body)


def uploaded(who: Caller, text: str) -> str:
    answer = who.post("files", data={"file": SimpleUploadedFile("材料.txt", text.encode())})
    assert answer.status_code == 201, answer.content
    return answer.json()["sha256"]
