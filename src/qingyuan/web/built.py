"""The built files of the front end: where they lie, and the addresses that change with their content."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.templatetags.static import static
from django.urls import get_script_prefix

DIST = Path(__file__).resolve().parent / "static" / "dist"


def address_of(name: str) -> str:
    """The address of a built file, with its content's hash so that an old copy is never used."""
    return _address(name, _changed_ns(int(monotonic())), get_script_prefix())


@lru_cache(maxsize=64)
def _address(name: str, changed_ns: int, _prefix: str) -> str:
    version = _built(changed_ns).get(name, "")
    return static(f"dist/{name}") + (f"?v={version}" if version else "")


@lru_cache(maxsize=1)
def _built(changed_ns: int) -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text("utf-8")) if changed_ns else {}


@lru_cache(maxsize=1)
def _changed_ns(_second: int) -> int:
    """When the files were built, looked up once a second at most."""
    manifest = DIST / "manifest.json"
    return manifest.stat().st_mtime_ns if manifest.exists() else 0
