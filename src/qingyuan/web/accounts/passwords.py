"""One-time passwords as long as the rulebook asks."""

from __future__ import annotations

from qingyuan.access import passwords
from qingyuan.web.accounts import limits


def new_password() -> str:
    """A random one-time password (signin.password_min_length)."""
    return passwords.new_password(limits.password_min_length())
