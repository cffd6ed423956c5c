"""One-time passwords."""

from __future__ import annotations

import secrets

from qingyuan.web.accounts import limits

LETTERS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def new_password() -> str:
    """A random one-time password of three kinds of signs, without letters that look alike."""
    length = max(limits.password_min_length(), 12)
    drawn = [secrets.choice(kind) for kind in LETTERS] + [
        secrets.choice("".join(LETTERS)) for _place in range(length - len(LETTERS))
    ]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
