"""`ledger verify` on a real site: an edited, a dropped and a reordered entry are found and named."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.sites import Site

EDITS = {
    "edited": "UPDATE ledger_entry SET body = replace(body, '龙兴镇7号', '龙兴镇9号') WHERE kind = 'outlet'",
    "column": "UPDATE ledger_entry SET actor_id = 'somebody' WHERE kind = 'outlet' AND subject_id = '7'",
    "dropped tail": "DELETE FROM ledger_entry WHERE kind = 'outlet' AND subject_id = '7'",
    "dropped first": "DELETE FROM ledger_entry WHERE kind = 'places' AND number = 1",
    "reordered": "UPDATE ledger_entry SET number = number + 1 WHERE kind = 'outlet' AND subject_id = '7'",
}


@pytest.mark.parametrize("edit", EDITS)
def test_whoever_was_at_the_book_is_found(filled: Site, edit: str) -> None:
    if filled.database:
        pytest.skip("edits the SQLite file directly")
    assert json.loads(filled.run("ledger", "verify", "--json").stdout)["breaks"] == []
    with sqlite3.connect(filled.home / "qingyuan.sqlite3") as database:
        for name in ("ledger_entry_no_update", "ledger_entry_no_delete"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute(EDITS[edit])
    told = json.loads(filled.run("ledger", "verify", "--json", expect=1).stdout)
    where = {(one["kind"], one["subject_id"]) for one in told["breaks"]}
    assert where & {
        ("outlet", "7"),
        ("outlet", "8"),
        ("places", "divisions"),
        ("places", "waters"),
        ("places", "basins"),
    }
    assert {"ledger_entry_no_update", "ledger_entry_no_delete"} <= {one["subject_id"] for one in told["breaks"]}


def test_the_database_itself_refuses_to_change_an_entry(filled: Site) -> None:
    if filled.database:
        pytest.skip("asks the SQLite file directly")
    with sqlite3.connect(filled.home / "qingyuan.sqlite3") as database:
        for statement in ("UPDATE ledger_entry SET act = 'x'", "DELETE FROM ledger_entry"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)
