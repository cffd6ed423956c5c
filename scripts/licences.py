"""Whose work the platform stands on, and under which licence: a table of the installed Python packages it needs and of
the front end's packages. Fails when one has no licence that is known and free.

    python scripts/licences.py > LICENCES.md
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FREE = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software|ISC|MPL|Mozilla|Unlicense|Zlib|HPND|LGPL|Lesser General|Public Domain|0BSD|CC0"
    r"|SIL Open Font|OFL|Artistic",
    re.IGNORECASE,
)
NAME = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")


def main() -> int:
    """Print the table; 1 when a licence is missing or not free."""
    rows = sorted({*python_packages(), *front_end_packages()}, key=lambda row: (row[0], row[1].lower()))
    sys.stdout.write(
        "# Licences\n\nThe platform itself: Apache-2.0. It stands on:\n\n"
        "| | package | version | licence |\n|---|---|---|---|\n"
    )
    for kind, name, version, licence in rows:
        sys.stdout.write(f"| {kind} | {name} | {version} | {licence} |\n")
    unknown = [name for _kind, name, _version, licence in rows if not FREE.search(licence)]
    if unknown:
        sys.stderr.write(f"no known free licence: {', '.join(unknown)}\n")
    return 1 if unknown else 0


def python_packages() -> Iterator[tuple[str, str, str, str]]:
    """Everything the platform needs to run, needed by needed."""
    seen: set[str] = set()
    waiting: list[tuple[str, frozenset[str]]] = [("qingyuan", frozenset())]
    while waiting:
        name, extras = waiting.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        key = found.metadata["Name"].lower().replace("_", "-")
        if key not in seen and key != "qingyuan":
            yield "Python", found.metadata["Name"], found.version, licence_of(found)
        if key in seen and not extras:
            continue
        seen.add(key)
        waiting += needed_by(found, extras)


def needed_by(found: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What a package requires, with those extras of it that are asked for."""
    for said in found.requires or ():
        requirement, _semicolon, marker = said.partition(";")
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        if extra and extra.group(1) not in extras:
            continue
        if match := NAME.match(requirement.strip()):
            asked = frozenset(one.strip() for one in (match.group(2) or "").split(",") if one.strip())
            yield match.group(1), asked


def licence_of(found: Distribution) -> str:
    """As the package says it: an expression, a classifier, or the first line of its own field."""
    about = found.metadata
    classifiers = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line]
    said = about.get("License-Expression") or ", ".join(classifiers) or (about.get("License") or "").split("\n")[0]
    return said.strip()


def front_end_packages() -> Iterator[tuple[str, str, str, str]]:
    """What is bundled into the pages: the front end's lock without what only builds it."""
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))["packages"]
    for path, about in locked.items():
        if path.startswith("node_modules/") and not about.get("dev") and not about.get("optional"):
            yield "front end", path.removeprefix("node_modules/"), about["version"], str(about.get("license", ""))


if __name__ == "__main__":
    raise SystemExit(main())
