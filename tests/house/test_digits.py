"""What is asked before `int` is what `int` takes: `isdigit` says yes to ², and `int` raises."""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent / "src" / "qingyuan"


def test_a_number_in_an_address_is_asked_for_by_isdecimal():
    loose = [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in SOURCE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if ".isdigit()" in line and "isascii()" not in line
    ]
    assert loose == []
