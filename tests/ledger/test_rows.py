"""Many rows at once arrive as one by one, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qingyuan.ledger import rows
from qingyuan.ledger.models import Head, Private

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 137])
def test_every_row_arrives_once_and_in_order(count):
    written = [("outlet", str(number), number, "0" * 64) for number in range(count)]
    rows.insert(Head, ("kind", "subject_id", "number", "hash"), iter(written))
    assert list(Head.objects.order_by("pk").values_list("kind", "subject_id", "number", "hash")) == written


def test_a_value_that_is_not_there_stays_so():
    rows.insert(Private, ("key", "salt", "text"), [("a", "s", None), ("b", "s", "文")])
    assert dict(Private.objects.filter(key__in="ab").values_list("key", "text")) == {"a": None, "b": "文"}


def test_json_is_written_with_its_own_letters():
    assert [rows.as_json(value) for value in ({}, [], None, 0, "", False, {"甲": [1]})] == [
        "{}",
        "[]",
        "null",
        "0",
        '""',
        "false",
        '{"甲":[1]}',
    ]
    assert rows.as_json({"at": str(datetime(2023, 1, 1, tzinfo=UTC))}).startswith('{"at"')
