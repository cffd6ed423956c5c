"""One-time passwords."""

from __future__ import annotations

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def new_password(min_length: int) -> str:
    """A random one-time password of three kinds of signs, without letters that look alike; 12 signs or more."""
    length = max(min_length, 12)
    drawn = [secrets.choice(kind) for kind in LETTERS] + [
        secrets.choice("".join(LETTERS)) for _place in range(length - len(LETTERS))
    ]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
