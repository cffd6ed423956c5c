"""May they? One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qingyuan.access.models import Assignment, Officer, ProgramToken
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place, Role
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit, Water


@guard
def enrol(*, username: str, place: Place | None, by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if not username.strip():
        yield Refusal("officers.no_username", _("请填写登录名。"))
    if Officer.objects.filter(username=username).exists():
        yield Refusal("officers.twice", _("登录名“%(name)s”已被使用。"), {"name": username})


def places_of(*, unit: Unit | None, water: Water | None, body: Body | None, party: Body | None) -> list[Place]:
    """Every place an assignment would reach: who gives it must manage officers in each of them. A water belongs to the
    units it flows through; one whose units nobody stated belongs to the nation."""
    found = [Place(unit_path=one.path) for one in [unit] if one]
    found += [Place(unit_path=one.unit_path) for one in [body, party] if one]
    if water is not None:
        found += [Place(unit_path=one.path) for one in water.units.all()] or [Place()]
    return found


@guard
def assign(*, role: Role, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    for place in places:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if role is Role.CONSOLE:
        yield Refusal("officers.console", _("“命令行”不能授予人员。"))


@guard
def end_assignment(assignment: Assignment, *, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    for place in places:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if assignment.to_day is not None:
        yield Refusal("officers.ended", _("该任职已经结束。"))


@guard
def issue_token(
    program: Officer, *, places: Sequence[Place], label: str, from_day: date, to_day: date | None, by: Actor
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE)
    for place in places:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if not program.is_program or not program.is_active:
        yield Refusal("programs.no_program", _("只有启用的程序账号可以签发令牌。"))
    if not places:
        yield Refusal("programs.no_reach", _("请先给程序账号任职，再签发令牌。"))
    if not label.strip():
        yield Refusal("programs.no_label", _("请说明令牌的用途。"))
    if program.tokens.filter(label=label.strip(), ended_at=None).exists():  # a button pressed twice issues one token
        yield Refusal("programs.label_twice", _("该程序已有同一用途的令牌，请先停用原令牌或另写用途。"))
    if to_day is not None and to_day <= from_day:
        yield Refusal("programs.days", _("令牌的截止日期须晚于起始日期。"))


@guard
def no_password(officer: Officer) -> Iterator[Refusal | None]:
    """A program comes with a token; it has no password to be set."""
    if officer.is_program:
        yield Refusal("programs.no_password", _("程序账号不用密码登录，请签发令牌。"))


@guard
def end_token(token: ProgramToken, *, places: Sequence[Place], by: Actor) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OFFICERS_MANAGE)
    for place in places:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if token.ended_at is not None:
        yield Refusal("programs.token_ended", _("该令牌已经停用。"))


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
