"""Figures by the version of the data: counted once, until somebody enters something."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.utils import translation

from qingyuan.core.access import CONSOLE
from qingyuan.ledger import actions, versions
from qingyuan.ledger.models import Entry

AT = datetime(2023, 6, 1, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction, in which nothing would be remembered."""
    monkeypatch.setattr(versions, "_may_be_taken_back", lambda: False)


@versions.until_next_entry
def entries(_of: str = "") -> int:
    """How many entries there are."""
    return Entry.objects.count()


def write() -> None:
    actions.record(("outlet", "1"), "outlet.verify", by=CONSOLE, at=AT, occurred=date(2023, 6, 1))


@pytest.mark.usefixtures("remembering")
def test_asked_again_only_the_version_is_asked(django_assert_num_queries):
    write()
    with django_assert_num_queries(2):
        first = entries()
    with django_assert_num_queries(1):
        assert entries() == first == 1


@pytest.mark.usefixtures("remembering")
def test_after_an_entry_it_is_counted_anew():
    assert entries() == 0
    write()
    assert entries() == 1


@pytest.mark.usefixtures("remembering")
def test_each_asking_and_each_language_has_its_own(django_assert_num_queries):
    entries("a")
    with django_assert_num_queries(2):
        entries("b")
    with translation.override("en"), django_assert_num_queries(2):
        entries("a")


@pytest.mark.usefixtures("remembering")
def test_what_was_asked_for_longest_ago_goes_first(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(versions, "MOST", 2)
    for name in ("a", "b", "a", "c"):
        entries(name)
    with django_assert_num_queries(1):
        entries("a")
    with django_assert_num_queries(2):
        entries("b")


@pytest.mark.usefixtures("remembering")
def test_a_figure_is_carried_on_by_what_was_touched_since():
    asked = []

    @versions.carried_on("outlet", most=2)
    def figure(before: int | None, touched: Sequence[str]) -> int:
        asked.append((before, list(touched)))
        return Entry.objects.count()

    assert figure(afresh=False) is None
    assert (figure(), figure()) == (0, 0)
    write()
    assert figure() == 1
    assert asked == [(None, []), (0, ["1"])]
    for _more_than_are_looked_at in range(3):
        write()
    assert figure(afresh=False) is None
    assert figure() == 4
    assert asked[-1] == (None, [])


def test_within_a_transaction_nothing_is_remembered():
    """What one has written oneself may yet be taken back, and its id be given to another entry."""
    with transaction.atomic():
        write()
        assert entries() == 1
        transaction.set_rollback(True)
    with transaction.atomic():
        assert entries() == 0


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseDatabaseWrapper]:
    """A file with a ledger: the connection asked, and another one (handed out) that writes into it."""
    at = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "ledger.sqlite3")}
    handler = ConnectionHandler({"default": at, "other": at})
    with handler["other"].cursor() as cursor:
        cursor.execute("CREATE TABLE ledger_entry (id integer PRIMARY KEY AUTOINCREMENT)")
    monkeypatch.setattr(versions, "connection", handler["default"])
    yield handler["other"]
    handler.close_all()


def test_an_entry_of_another_process_is_seen(beside):
    counted: list[int] = []

    @versions.until_next_entry
    def count() -> int:
        counted.append(1)
        return len(counted)

    assert (count(), count()) == (1, 1)
    with beside.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_entry DEFAULT VALUES")
    assert (count(), count()) == (2, 2)


@pytest.fixture
def elsewhere() -> Iterator[psycopg.Connection]:
    """Another connection to the same PostgreSQL, in a transaction that is taken back at the end."""
    given = connection.get_connection_params()
    known = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    with psycopg.connect(**known) as other:
        yield other
        other.rollback()


@postgresql
def test_an_older_entry_that_is_committed_later_is_seen(elsewhere):
    """It has its id before a younger one was committed: the last id alone would not tell."""
    quiet = versions.version()
    names = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]
    values = [AT if name == "recorded_at" else 1 if name == "number" else "x" for name in names]
    marks = ", ".join(["%s"] * len(names))
    elsewhere.execute(f"INSERT INTO ledger_entry ({', '.join(names)}) VALUES ({marks})", values)
    under_way = versions.version()
    assert under_way != quiet
    assert versions.version() == under_way
    elsewhere.rollback()
    assert versions.version() == quiet
