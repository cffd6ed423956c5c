"""The database itself refuses to change or remove an entry of the ledger or of the read log. Reinstalled after every
migrate; `ledger verify` and `make check` look whether they are there."""

from django.db import connection

TABLES = ("ledger_entry", "access_reading")
_VERBS = ("update", "delete")
NAMES = tuple(f"{table}_no_{verb}" for table in TABLES for verb in _VERBS)
_FUNCTION = """CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"""


def _statements(table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [
            _FUNCTION,
            *(
                f"""CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
                    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()"""
                for verb in _VERBS
            ),
        ]
    return [
        f"""CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
        for verb in _VERBS
    ]


def install(**_signal: object) -> None:
    """Put the triggers in place, on the tables that are there."""
    there = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in TABLES:
            for statement in _statements(table) if table in there else ():
                cursor.execute(statement)


def missing() -> list[str]:
    """The triggers that are not there, of the tables that are (a site of an older release lacks the younger ones)."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    tables = connection.introspection.table_names()
    wanted = [f"{table}_no_{verb}" for table in TABLES if table in tables for verb in _VERBS]
    return [name for name in wanted if name not in there]
