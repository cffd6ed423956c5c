"""Many rows at once arrive as one by one, however many there are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qingyuan.core.access import CONSOLE
from qingyuan.ledger import actions, rows
from qingyuan.ledger.models import Head, Private

pytestmark = pytest.mark.django_db
AT = datetime(2023, 6, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 137])
def test_every_row_arrives_once_and_in_order(count):
    written = [("outlet", str(number), number, "0" * 64) for number in range(count)]
    rows.insert(Head, ("kind", "subject_id", "number", "hash"), iter(written))
    assert list(Head.objects.order_by("pk").values_list("kind", "subject_id", "number", "hash")) == written


@pytest.mark.parametrize("count", [50, 137])
def test_what_all_rows_say_alike_is_in_every_one(count):
    written = [("outlet", str(number), 7, f"{number % 3:064}") for number in range(count)]
    rows.insert(Head, ("kind", "subject_id", "number", "hash"), written)
    assert list(Head.objects.order_by("pk").values_list("kind", "subject_id", "number", "hash")) == written
    alike = [("hash", "number", "subject_id", "kind"), [("h", 1, str(number), "paper") for number in range(count)]]
    rows.insert(Head, *alike)
    assert Head.objects.filter(kind="paper", hash="h", number=1).count() == count


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


def test_a_row_that_is_refused_takes_the_whole_transaction_with_it():
    columns, held = ("kind", "subject_id", "number", "hash"), ("outlet", "7", 1, "0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Head, columns, [("outlet", str(number), 1, "0" * 64) for number in range(60)] + [held])
    assert not Head.objects.exists()


def test_entries_join_the_transaction_that_is_open_without_a_savepoint_of_their_own():
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        actions.record_many([actions.Draft("outlet", "1", "a.b", date(2023, 6, 1))], by=CONSOLE, at=AT)
    # `get_or_create` of the actor's private name has one; what SQLite would keep for another is copied page by page.
    assert not any("ledger_entry" in sql for sql in _within_savepoints(query["sql"] for query in asked))


def _within_savepoints(statements):
    depth = 0
    for sql in statements:
        depth += sql.startswith("SAVEPOINT") - sql.startswith("RELEASE")
        if depth:
            yield sql
