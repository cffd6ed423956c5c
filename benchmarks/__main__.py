"""Measurements on a register of national size, each beside a peer in the same run; results are printed and kept.

    python -m benchmarks [--home DIR] [--count 400000] [--parts list,rollup,page,served] [--keep docs/benchmarks.md]

DIR holds the site; where there is none `qingyuan demo --scale nation` makes it. The database is SQLite in DIR, or the
one QINGYUAN_DATABASE_URL names.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

PARTS = (
    *("list", "duplicates", "door", "page", "served", "users", "waters"),
    *("rollup", "judge", "what-if", "import", "export", "coverage", "following", "pictures", "problems", "archives"),
    "signboards",
)


def main() -> int:
    """Make the site where there is none, measure the parts asked for, print and keep."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, default=Path("build/benchmark-site"))
    asked.add_argument("--count", type=int, default=400_000)
    asked.add_argument("--parts", default=",".join(PARTS))
    asked.add_argument("--rows", type=int, default=100_000, help="rows of the import")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--keep", type=Path, help="append the table to this file")
    words = asked.parse_args()
    os.environ["QINGYUAN_HOME"] = str(words.home.resolve())
    os.environ.setdefault("QINGYUAN_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyuan.project.settings")
    import django

    django.setup()
    from django.db import connection

    from qingyuan.core import memory

    memory.settle()  # as the commands and the web processes do

    from benchmarks import (
        archives,
        coverage,
        doors,
        exporting,
        following,
        importing,
        judging,
        lists,
        measuring,
        pages,
        pictures,
        points,
        problems,
        rollups,
        served,
        signboards,
        waters,
        what_if,
    )

    ran_on = measuring.hardware()
    outlets = _site(words.count)
    found: list[measuring.Measured] = []
    spent: list[str] = []
    for part in words.parts.split(","):
        before = measuring.Spent.now()
        match part:
            case "list":
                found += lists.measure()
            case "duplicates":
                found += points.measure()
            case "door":
                found += doors.measure()
            case "page":
                found += pages.measure()
            case "served":
                found += served.measure()
            case "users":
                found += served.measure_users()
            case "waters":
                found += waters.measure()
            case "rollup":
                found += rollups.measure()
            case "archives":
                found += archives.measure()
            case "signboards":
                found += signboards.measure()
            case "problems":
                found += problems.measure()
            case "judge":
                found += judging.measure()
            case "what-if":
                found += [*what_if.measure("410000"), *what_if.measure()]
            case "import":
                found += importing.measure(words.rows)
            case "export":
                found += exporting.measure()
            case "following":
                found += following.measure()
            case "pictures":
                found += pictures.measure()
            case "coverage":
                found += coverage.measure()
        spent.append(f"- {part}, all of it: {measuring.Spent.now().since(before)}\n")
    heading = f"## {date.today().isoformat()}, {connection.vendor}, {outlets:,} outlets\n\n{ran_on}\n\n"
    if words.json:
        print(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1))
    else:
        print(heading + measuring.table(found) + "\n" + "".join(spent))
    if words.keep:
        with words.keep.open("a", encoding="utf-8") as kept:
            kept.write("\n" + heading + measuring.table(found) + "\n" + "".join(spent))
    return 0


def _site(count: int) -> int:
    from django.db import DatabaseError, connection

    from qingyuan.registry.models import Outlet

    try:
        there = Outlet.objects.exists()
    except DatabaseError:
        there = False
    if not there:
        words = ["demo", "--scale", "nation", "--count", str(count)]
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "qingyuan.commands.main", *words], check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = f"{time.perf_counter() - began:.0f} s, own time {used.ru_utime + used.ru_stime:.0f} s"
        print(f"made in {told}, peak {used.ru_maxrss / 1024:.0f} MB (aim: 15 min, 4 GB)", file=sys.stderr)
    with connection.cursor() as cursor:  # as the database's own housekeeping would in time
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return Outlet.objects.standing().count()


if __name__ == "__main__":
    raise SystemExit(main())
