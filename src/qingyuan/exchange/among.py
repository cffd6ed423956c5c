"""A thousand texts as one parameter of a question: a mark for each costs more than the asking."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL
from pydantic_core import to_json


def among(texts: Iterable[str]) -> RawSQL:
    """For `name__in=among(texts)`."""
    cut = "json_array_elements_text(%s::json)" if connection.vendor == "postgresql" else "value FROM json_each(%s)"
    return RawSQL(f"SELECT {cut}", [to_json(list(texts)).decode()])  # noqa: S611  our own words
