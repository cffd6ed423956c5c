"""The catalogues in src/qingyuan/locale: is every sentence marked for translation sound, and translated?

    scripts/catalogue.py             say what is wrong; exit 1 when something is
    scripts/catalogue.py --update    bring every django.po up to date, keeping its texts; list what has no text yet
    scripts/catalogue.py --compile   write the django.mo that the program reads (make setup does it)

Screen texts are Chinese in the source. A marked sentence is a plain string (never built at run time) with well-formed
%(placeholders)s, and every catalogue has a text for it with the same placeholders. Only the .po is kept in the
repository: the .mo follows from it and is built, as the front end is.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "qingyuan"
LOCALE = PACKAGE / "locale"
SOURCES = {"django.utils.translation", "qingyuan.core.refusal"}
# Where a mark's context, sentence and plural stand among its arguments.
MARKS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}
HAN = re.compile("[一-鿿]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ 0-9.]*[sdf]")
LITERAL = r"""\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*"""
IN_TEMPLATE = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(({LITERAL}(?:,{LITERAL})*)")


@dataclass(slots=True)
class Sentence:
    """A marked sentence: its Chinese text, its plural and context if it has them, and the files that say it."""

    text: str
    plural: str = ""
    context: str = ""
    where: list[str] = field(default_factory=list)


def marked() -> Iterator[Sentence]:
    """Every marked sentence with the one place it stands; an empty text where it is built at run time."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from _in_python(path.read_text("utf-8"), str(path.relative_to(PACKAGE)))
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from _in_template(path.read_text("utf-8"), str(path.relative_to(PACKAGE)))


def _in_python(source: str, where: str) -> Iterator[Sentence]:
    tree = ast.parse(source)
    if where.startswith("api/"):
        yield from (Sentence(text, where=[where]) for text in _described(tree) if HAN.search(text))
    names = {}  # a mark goes by the name its file imports it under
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            names |= {one.asname or one.name: one.name for one in node.names if one.name in MARKS}
        if isinstance(node, ast.FunctionDef) and node.name in MARKS:
            names[node.name] = node.name
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
            continue
        given = [_constant(argument) for argument in node.args]
        if (found := _sentence(names[node.func.id], given, where)) is not None:
            yield found


def _described(tree: ast.Module) -> Iterator[str]:
    """What the OpenAPI document says: the names of topics, the summaries of operations and their docstrings, the
    descriptions of fields. They are put into the document as they stand and translated there."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(keywords=given):
                for one in given:
                    match one:
                        case ast.keyword(arg="summary" | "description" | "title", value=ast.Constant(value=str(text))):
                            yield text
                        case ast.keyword(arg="tags", value=ast.List(elts=[ast.Constant(value=str(text))])):
                            yield text
            case ast.FunctionDef(decorator_list=[_, *_]) if text := ast.get_docstring(node):
                yield text
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case (
                            ast.Constant(value="summary" | "description" | "title"),
                            ast.Constant(value=str(text)),
                        ):
                            yield text


def _constant(node: ast.expr) -> str | None:
    """The string itself; empty when it is built at run time; None for a variable, whose words are marked elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr() | ast.BinOp():
            return ""
    return None


def _in_template(source: str, where: str) -> Iterator[Sentence]:
    for found in IN_TEMPLATE.finditer(templatize(source)):
        given = [ast.literal_eval(one.strip()) for one in re.findall(LITERAL, found[2])]
        name = "gettext" if found[1] == "_" else found[1]
        if (sentence := _sentence(name, given, where)) is not None:
            yield sentence


def _sentence(name: str, given: list[str | None], where: str) -> Sentence | None:
    context, text, plural = (None if at is None or at >= len(given) else given[at] for at in MARKS[name])
    return None if text is None else Sentence(text, plural or "", context or "", [where])


def gathered(sentences: Iterable[Sentence]) -> dict[tuple[str, str], Sentence]:
    """Each sentence once, by context and text, with every file that says it; in the order of the files."""
    found: dict[tuple[str, str], Sentence] = {}
    for one in sentences:
        kept = found.setdefault((one.context, one.text), Sentence(one.text, one.plural, one.context))
        kept.plural = kept.plural or one.plural
        kept.where += [place for place in one.where if place not in kept.where]
    return found


def faults(text: str) -> Iterator[str]:
    """What is wrong with a sentence itself."""
    if not text:
        yield "is empty or built at run time"
    if text.count("%(") != len(PLACEHOLDER.findall(text)):
        yield f"has a broken placeholder: {text}"


def catalogues() -> list[Path]:
    """The .po files, one for each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def language(path: Path) -> str:
    """The language a catalogue is in."""
    return path.parent.parent.name


def texts_of(entry: polib.POEntry) -> list[str]:
    """The texts of an entry: one, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def wrong_in(path: Path, sentences: dict[tuple[str, str], Sentence]) -> Iterator[str]:
    """Sentences a catalogue has no text for, or a text with other placeholders."""
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path))}
    for key, sentence in sentences.items():
        entry = entries.get(key)
        if entry is None or not all(texts_of(entry)) or (sentence.plural and not entry.msgid_plural):
            yield f"{sentence.where[0]}: not in {language(path)}: {sentence.text}"
        elif any(set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(sentence.text)) for text in texts_of(entry)):
            yield f"{sentence.where[0]}: other placeholders in {language(path)}: {sentence.text}"


def check() -> list[str]:
    """Everything that is wrong, a line each."""
    found = list(marked())
    wrong = [f"{one.where[0]}: {fault}" for one in found for fault in faults(one.text)]
    sentences = gathered(one for one in found if one.text)
    return wrong + [line for path in catalogues() for line in wrong_in(path, sentences)]


def update(path: Path) -> list[Sentence]:
    """Write a catalogue of exactly the sentences the source has, with the texts known; the sentences without one."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path))}
    renewed = polib.POFile(wrapwidth=110)
    renewed.metadata = polib.pofile(str(path)).metadata
    without = []
    for key, sentence in gathered(one for one in marked() if one.text).items():
        before = known.get(key) or polib.POEntry()
        entry = polib.POEntry(msgid=sentence.text, msgctxt=sentence.context or None)
        entry.occurrences = [(place, "") for place in sentence.where]
        entry.tcomment = before.tcomment
        if PLACEHOLDER.search(sentence.text):
            entry.flags = ["python-format"]
        if sentence.plural:
            entry.msgid_plural = sentence.plural
            entry.msgstr_plural = before.msgstr_plural or {0: before.msgstr, 1: before.msgstr}
        else:
            entry.msgstr = before.msgstr
        renewed.append(entry)
        if not all(texts_of(entry)):
            without.append(sentence)
    renewed.save(str(path))
    return without


def main(words: list[str]) -> int:
    match words:
        case []:
            wrong = check()
            print("\n".join(wrong) if wrong else f"{len(gathered(marked()))} sentences")
            return 1 if wrong else 0
        case ["--update"]:
            for path in catalogues():
                without = update(path)
                print("\n".join(f"{one.where[0]}: {one.text}" for one in without))
                print(f"{language(path)}: {len(without)} sentences without a text")
            return 0
        case ["--compile"]:
            for path in catalogues():
                polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
            return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
