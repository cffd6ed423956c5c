"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from qingyuan.access.models import Assignment, Officer
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place, Role
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _


@guard
def enrol(*, username: str, place: Place | None, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if not username.strip():
        yield Refusal("officers.no_username", _("请填写登录名。"))
    if Officer.objects.filter(username=username).exists():
        yield Refusal("officers.twice", _("登录名“%(name)s”已被使用。"), {"name": username})


@guard
def assign(*, role: Role, place: Place | None, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if role is Role.CONSOLE:
        yield Refusal("officers.console", _("“命令行”不能授予人员。"))


@guard
def end_assignment(assignment: Assignment, *, place: Place | None, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if assignment.to_day is not None:
        yield Refusal("officers.ended", _("该任职已经结束。"))


@guard
def set_password(*, text: str, min_length: int, kinds: int) -> Iterator[Refusal | None]:
    if len(text) < min_length:
        yield Refusal("officers.password_short", _("密码至少%(length)s位。"), {"length": min_length})
    if kinds_in(text) < kinds:
        yield Refusal(
            "officers.password_kinds", _("密码须含大写字母、小写字母、数字、符号中的%(kinds)s种。"), {"kinds": kinds}
        )


def kinds_in(text: str) -> int:
    """How many of capital letters, small letters, digits and other signs a password uses."""
    tests = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    return sum(any(test(letter) for letter in text) for test in tests)
