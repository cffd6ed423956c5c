"""The sign-in rules of the site, read from the rulebook: settings name these functions, packs hold the numbers."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from qingyuan.rulebook.queries import policy_for


def _number(name: str, default: int) -> int:
    value = policy_for("", on=timezone.localdate()).value(name, default)
    return value if isinstance(value, int) else default


def failures_before_lock(_request: HttpRequest | None = None, _credentials: object = None) -> int:
    """How many wrong passwords in a row lock a name (signin.failures_before_lock)."""
    return _number("signin.failures_before_lock", 5)


def lock_minutes() -> int:
    """How long a name stays locked, min (signin.lock_minutes)."""
    return _number("signin.lock_minutes", 30)


def lock_time(_request: HttpRequest | None = None) -> timedelta:
    """The same as a span of time."""
    return timedelta(minutes=lock_minutes())


def password_days() -> int:
    """After how many days a password must be changed (signin.password_days)."""
    return _number("signin.password_days", 90)


def password_min_length() -> int:
    """How many signs a password has at least (signin.password_min_length)."""
    return _number("signin.password_min_length", 8)


def password_kinds() -> int:
    """Of how many kinds of signs it is at least made (signin.password_kinds)."""
    return _number("signin.password_kinds", 3)


def delegation_max_days() -> int:
    """For how many days a role may be lent at most, d (people.delegation_max_days)."""
    return _number("people.delegation_max_days", 90)


def roles_with_second_factor() -> frozenset[str]:
    """Which roles must have a second factor (signin.second_factor)."""
    value = policy_for("", on=timezone.localdate()).value("signin.second_factor", [])
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset()
