"""The database itself refuses to change or remove an entry. Reinstalled after every migrate; `ledger verify` and
`make check` look whether they are there."""

from django.db import connection

NAMES = ("ledger_entry_no_update", "ledger_entry_no_delete")

SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS ledger_entry_no_{verb} BEFORE {verb.upper()} ON ledger_entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for verb in ("update", "delete")
]
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    *(
        f"""CREATE OR REPLACE TRIGGER ledger_entry_no_{verb} BEFORE {verb.upper()} ON ledger_entry
            FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()"""
        for verb in ("update", "delete")
    ),
]


def install(**_signal: object) -> None:
    """Put the triggers in place."""
    if "ledger_entry" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def missing() -> list[str]:
    """The triggers that are not there."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_entry'::regclass AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in NAMES if name not in there]
