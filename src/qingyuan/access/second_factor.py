"""动态口令 beside the password (RFC 6238), and recovery codes for the day the telephone is lost.

The secret lies enciphered with the site's key, so that a copied database alone opens nothing; with another key it is
unreadable, no code fits any more, and the recovery codes or the manager's reset remain.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction

from qingyuan.access.models import Officer, RecoveryCode, SecondFactor
from qingyuan.access.people import places_of_officer
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.days import local_day
from qingyuan.core.refusal import Refusal, guard, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger

STEP_S, DIGITS, AROUND = 30, 6, 1
CODES = 8
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_WRONG = Refusal("signin.wrong_code", _("动态口令不正确或已用过，请输入当前的 6 位数字。"))


def new_secret() -> str:
    """A fresh secret, base32 as telephones want it."""
    return base64.b32encode(os.urandom(20)).decode()


def address_of(secret: str, *, username: str, issuer: str) -> str:
    """What the square picture says: otpauth://…"""
    return _totp(secret).get_provisioning_uri(username, issuer)


def factor_of(officer: Officer) -> SecondFactor | None:
    """The officer's second factor, if he has one."""
    return SecondFactor.objects.filter(officer=officer).first()


def codes_left(officer: Officer) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(officer=officer, used_at=None).count()


@transaction.atomic
def take_code(officer: Officer, text: str, *, at: datetime) -> bool:
    """Whether a code opens the door now: one of the telephone's, or a recovery code. Each is taken once."""
    plain = "".join(text.split()).replace("-", "").casefold()
    factor = factor_of(officer)
    if factor is None or not plain:
        return False
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        unused = RecoveryCode.objects.filter(officer=officer, sha256=_hash(officer, plain), used_at=None)
        return bool(unused.update(used_at=at))
    try:
        secret = _cipher().decrypt(factor.secret.encode()).decode()
    except InvalidToken:
        return False
    step = _step_of(secret, plain, at=at)
    # Two requests with one code: only one of them moves the step on.
    return step is not None and bool(
        SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
    )


@guard
def may_enrol(officer: Officer, *, by: Actor) -> Iterator[Refusal | None]:
    if by.id != f"officer:{officer.pk}":
        yield Refusal("signin.factor_of_another", _("动态口令只能由本人启用。"))
    if officer.is_program:
        yield Refusal("signin.factor_of_program", _("程序不用密码登录，不需要动态口令。"))
    if SecondFactor.objects.filter(officer=officer).exists():  # a form sent twice enrols once
        yield Refusal("signin.factor_twice", _("已启用动态口令。"))


@transaction.atomic
def enrol_factor(officer: Officer, *, secret: str, code: str, by: Actor, at: datetime) -> list[str]:
    """启用动态口令: proved by a code of the telephone. Gives the recovery codes, whose text is kept nowhere.

    Raises
    ------
    Refused
    """
    Officer.objects.select_for_update().filter(pk=officer.pk).first()
    require(may_enrol(officer, by=by))
    plain = "".join(code.split())
    step = _step_of(secret, plain, at=at) if plain.isascii() and plain.isdigit() else None
    if step is None:
        require(_WRONG)
    kept = _cipher().encrypt(secret.encode()).decode()
    SecondFactor.objects.create(officer=officer, secret=kept, confirmed_at=at, last_step=step or 0)
    _record(officer, "officer.enrol_factor", by=by, at=at)
    return _new_codes(officer)


@transaction.atomic
def renew_codes(officer: Officer, *, code: str, by: Actor, at: datetime) -> list[str]:
    """重新生成恢复码, against a code; the old ones open nothing any more.

    Raises
    ------
    Refused
    """
    if by.id != f"officer:{officer.pk}" or not take_code(officer, code, at=at):
        require(_WRONG)
    _record(officer, "officer.recovery_codes", by=by, at=at)
    return _new_codes(officer)


@guard
def may_reset(officer: Officer, *, by: Actor, at: datetime) -> Iterator[Refusal | None]:
    for place in places_of_officer(officer, on=local_day(at)) or [Place()]:
        yield access.refusal(by, Permission.OFFICERS_MANAGE, place)
    if by.id == f"officer:{officer.pk}":
        yield Refusal("signin.factor_own", _("不能解除本人的动态口令，请由另一名管理员办理。"))
    if not SecondFactor.objects.filter(officer=officer).exists():
        yield Refusal("signin.no_factor", _("该账号没有启用动态口令。"))


@transaction.atomic
def reset_factor(officer: Officer, *, by: Actor, at: datetime) -> None:
    """解除动态口令 by the manager of officers: the next sign-in needs the password alone; where the role must have a
    second factor it is enrolled anew.

    Raises
    ------
    Refused
    """
    require(may_reset(officer, by=by, at=at))
    RecoveryCode.objects.filter(officer=officer).delete()
    SecondFactor.objects.filter(officer=officer).delete()
    _record(officer, "officer.reset_factor", by=by, at=at)


def _new_codes(officer: Officer) -> list[str]:
    RecoveryCode.objects.filter(officer=officer).delete()
    texts = ["".join(secrets.choice(_SIGNS) for _sign in range(16)) for _code in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(officer=officer, sha256=_hash(officer, one)) for one in texts])
    return ["-".join(one[start : start + 4] for start in range(0, 16, 4)) for one in texts]


def _hash(officer: Officer, plain: str) -> str:
    return sha256(f"{officer.pk}:{plain}".encode("utf-8", "surrogateescape")).hexdigest()


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_S, enforce_key_length=True)  # noqa: S303 RFC 6238


def _step_of(secret: str, plain: str, *, at: datetime) -> int | None:
    """The time step a code belongs to, one step to either side allowed for a clock that is off."""
    now, totp = int(at.timestamp()) // STEP_S, _totp(secret)
    steps = range(now - AROUND, now + AROUND + 1)
    fitting = [step for step in steps if secrets.compare_digest(totp.generate(step * STEP_S).decode(), plain)]
    return fitting[0] if fitting else None


def _cipher() -> Fernet:
    key = sha256(b"qingyuan.second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _record(officer: Officer, act: str, *, by: Actor, at: datetime) -> None:
    ledger.record(("officer", str(officer.pk)), act, by=by, at=at, occurred=at)
