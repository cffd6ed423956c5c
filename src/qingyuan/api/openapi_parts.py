"""Pieces of the OpenAPI document that single operations need."""

from __future__ import annotations

from typing import Any


def binary(*media_types: str) -> dict[str, Any]:
    """The answer is a file, not JSON."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    contents = dict.fromkeys(media_types or ("application/octet-stream",), schema)
    return {"responses": {"200": {"description": "文件", "content": contents}}}
