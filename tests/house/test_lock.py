"""The lock files pin by hash and name no host: they work from any mirror."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "frontend/package-lock.json"])
def test_a_lock_file_holds_no_registry_address(name):
    text = (ROOT / name).read_text("utf-8")
    addresses = [line for line in text.splitlines() if "://" in line and '"url":' not in line]
    assert addresses == []


def test_every_locked_package_is_pinned_by_hash():
    lines = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", lines.strip())
    assert entries
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
