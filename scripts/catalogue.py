"""Is every sentence marked for translation sound, and translated where a catalogue exists?

A marked sentence is a plain string (never built at run time), its %(placeholders)s are well formed, and every catalogue
in src/qingyuan/locale has a text for it with the same placeholders.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "qingyuan"
MARKS = {"_", "gettext", "gettext_noop", "gettext_lazy"}
TRANSLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ 0-9.]*[sdf]")


def marked() -> Iterator[tuple[str, str]]:
    """Every marked sentence with the place it stands; an empty one where it is built at run time."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
                where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                match node.args[0]:
                    case ast.Constant(value=str(text)):
                        yield text, where
                    case ast.JoinedStr():
                        yield "", where
    for path in sorted(PACKAGE.rglob("*.html")):
        for found in TRANSLATE.finditer(path.read_text("utf-8")):
            yield found[1] or found[2] or "", str(path.relative_to(PACKAGE))


def faults(text: str) -> Iterator[str]:
    """What is wrong with a sentence itself."""
    if not text:
        yield "is empty or built at run time"
    if text.count("%(") != len(PLACEHOLDER.findall(text)):
        yield f"has a broken placeholder: {text}"


def catalogue(path: Path) -> dict[str, str]:
    """The texts of a .po file: one msgid and one msgstr each, on one line or several."""
    found = {}
    for block in path.read_text("utf-8").split("\n\n"):
        parts = {}
        for name in ("msgid", "msgstr"):
            lines = re.search(rf'^{name} ((?:".*"\s*)+)', block, re.M)
            parts[name] = "".join(ast.literal_eval(line) for line in re.findall(r'".*"', lines[1])) if lines else ""
        if parts["msgid"]:
            found[parts["msgid"]] = parts["msgstr"]
    return found


def main() -> int:
    wrong = []
    sentences = dict(marked())
    for text, where in marked():
        wrong += [f"{where}: {fault}" for fault in faults(text)]
    for path in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po")):
        texts = catalogue(path)
        for text, where in sentences.items():
            if not texts.get(text):
                wrong.append(f"{where}: not in {path.parent.parent.name}: {text}")
            elif set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(texts[text])):
                wrong.append(f"{where}: other placeholders in {path.parent.parent.name}: {text}")
    print("\n".join(wrong) if wrong else f"{len(sentences)} sentences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
