"""Which rows of docs/clauses.csv are shown by a test that passed.

    python scripts/clauses.py           every row not shown, then the line `clauses: N of 711 shown`
    python scripts/clauses.py --brief   the line alone
    python scripts/clauses.py --known   are the rows whole, and does every mark in tests/ name one of them?

A row counts as shown when a test marked with it passed and no test marked with it failed, on any database that was run.
The record is build/clauses-shown.json, written by tests/conftest.py.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = 711


def rows() -> dict[str, dict[str, str]]:
    """Every requirement row by its id."""
    with (ROOT / "docs" / "clauses.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def shown() -> set[str]:
    """The ids that passed somewhere and failed nowhere."""
    record = ROOT / "build" / "clauses-shown.json"
    found = json.loads(record.read_text("utf-8")).values() if record.exists() else []
    passed = {key for each in found if each["outcome"] == "passed" for key in each["clauses"]}
    failed = {key for each in found if each["outcome"] == "failed" for key in each["clauses"]}
    return passed - failed


def marked() -> dict[str, str]:
    """Every id that a test's mark names, with the file that names it."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for mark in re.findall(r"mark\.clause\(([^)]*)\)", path.read_text("utf-8")):
            found |= dict.fromkeys(re.findall(r'"([^"]+)"', mark), str(path.relative_to(ROOT)))
    return found


def main(words: list[str]) -> int:
    known = rows()
    if "--known" in words:
        strange = {key: path for key, path in marked().items() if key not in known}
        for key, path in strange.items():
            print(f"{path}: no such clause: {key}")
        if len(known) != ROWS:
            print(f"docs/clauses.csv has {len(known)} rows, not {ROWS}")
        return 1 if strange or len(known) != ROWS else 0
    seen = shown() & known.keys()
    if "--brief" not in words:
        for key, row in known.items():
            if key not in seen:
                print(f"{key:8} {row['capability']:24} {row['document']} {row['clause']}  {row['statement_zh']}")
    print(f"clauses: {len(seen)} of {len(known)} shown")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
