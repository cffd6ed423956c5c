"""The handbook as text: where it lies, a page as safe HTML, and the places where words occur.

The source is `docs/` of a checkout; an installation has a copy of it beside this file (`make setup` puts it there).
Pages are written by us, yet raw HTML in them is shown as text and links lead to http, to files of the handbook or
nowhere: what a site adds to its own copy cannot run in the reader's browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qingyuan.core.refusal import NotFound

INDEX = "README"
GLOSSARY = "术语表"
PICTURES = "screens"
CHARACTERS_BEFORE, CHARACTERS_AFTER = 30, 90
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_CHECKOUT = Path(__file__).resolve().parents[4]
_COPY = Path(__file__).resolve().parent / "book"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level; `anchor` is empty for what stands before the first one."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the handbook. `html` is without its title, which stands in the page's head."""

    name: str
    title: str
    html: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which all the words occur; `before`, `word` and `after` are cut from its text."""

    name: str
    chapter: str
    anchor: str
    section: str
    before: str
    word: str
    after: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the site addresses a page and a picture of the handbook."""

    page: Callable[[str], str]
    picture: Callable[[str], str]


def book() -> Path:
    """The folder with handbook/, reference/, screens/ and glossary.md."""
    return _CHECKOUT / "docs" if (_CHECKOUT / "pyproject.toml").exists() else _COPY


def names() -> list[str]:
    """The chapters, in the order of the contents; those it does not list come last."""
    found = [INDEX, *(_name_of(link) or "" for link in _links(book() / "handbook" / f"{INDEX}.md"))]
    there = sorted(path.stem for path in (book() / "handbook").glob("*.md"))
    listed = [name for name in dict.fromkeys(found) if name in there]
    return [*listed, *(name for name in there if name not in listed)]


def chapter(name: str, addresses: Addresses) -> Chapter:
    """A page of the handbook: `看进度`, `reference/permissions`, `术语表`.

    Raises
    ------
    NotFound
        There is no such page.
    """
    path = _path_of(name)
    return _read(name, path, path.stat().st_mtime_ns, addresses)


def picture(name: str) -> Path:
    """A screenshot of the handbook.

    Raises
    ------
    NotFound
    """
    path = book() / PICTURES / name
    if not re.fullmatch(r"[\w-]+\.png", name) or not path.is_file():
        raise NotFound("picture", name)
    return path


def search(words: str, addresses: Addresses) -> list[Hit]:
    """The sections of the handbook in which every one of the words occurs, those with a word in the title first."""
    asked = words.casefold().split()
    if not asked:
        return []
    found: list[tuple[bool, Hit]] = []
    for name in (*names(), GLOSSARY):
        one = chapter(name, addresses)
        for section in one.sections:
            whole = f"{one.title} {section.title} {section.text}".casefold()
            if all(word in whole for word in asked):
                titled = any(word in f"{one.title} {section.title}".casefold() for word in asked)
                found.append((not titled, _hit(one, section, asked)))
    return [hit for _order, hit in sorted(found, key=lambda pair: pair[0])]


def _hit(one: Chapter, section: Section, asked: list[str]) -> Hit:
    text, folded = section.text, section.text.casefold()
    at, word = min(((folded.find(word), word) for word in asked if word in folded), default=(0, ""))
    start = max(at - CHARACTERS_BEFORE, 0)
    end = at + len(word)
    return Hit(
        name=one.name,
        chapter=one.title,
        anchor=section.anchor,
        section=section.title,
        before=("…" if start else "") + text[start:at],
        word=text[at:end],
        after=text[end : end + CHARACTERS_AFTER] + ("…" if end + CHARACTERS_AFTER < len(text) else ""),
    )


def _path_of(name: str) -> Path:
    if name == GLOSSARY:
        return book() / "glossary.md"
    folder, _slash, stem = name.rpartition("/")
    path = book() / (folder or "handbook") / f"{stem}.md"
    if folder not in {"", "reference"} or not re.fullmatch(r"[\w-]+", stem) or not path.is_file():
        raise NotFound("handbook", name)
    return path


def _name_of(link: str) -> str | None:
    """The page that a link between files of docs/ leads to; None for a link to anything else."""
    path = PurePosixPath(link.partition("#")[0])
    match path.parts:
        case (stem,) if path.suffix == ".md" and stem:
            return path.stem
        case ("..", "glossary.md"):
            return GLOSSARY
        case ("..", "reference", _) if path.suffix == ".md":
            return f"reference/{path.stem}"
        case ("..", "reference"):
            return "reference/permissions"
        case _:
            return None


def _links(path: Path) -> list[str]:
    tokens = _PARSER.parse(path.read_text("utf-8"))
    inside = [one for token in tokens for one in token.children or []]
    return [unquote(str(one.attrs["href"])) for one in inside if one.type == "link_open"]


@lru_cache(maxsize=64)
def _read(name: str, path: Path, _changed_ns: int, addresses: Addresses) -> Chapter:
    tokens = _PARSER.parse(path.read_text("utf-8"))
    title, tokens = _without_title(tokens, name)
    for token in tokens:
        for one in token.children or []:
            _readdress(one, name, addresses)
        if token.type == "table_open":
            token.attrSet("class", "rows")
        if token.type in {"code_block", "fence"}:
            token.attrSet("tabindex", "0")  # a long line scrolls, and must do so by keyboard too
        if token.type == "th_open":
            token.attrSet("scope", "col")
    sections = _sections(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Chapter(name, title, html, sections)


def _without_title(tokens: list[Token], name: str) -> tuple[str, list[Token]]:
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return tokens[at + 1].content, [*tokens[:at], *tokens[at + 3 :]]
    return name, tokens


def _readdress(token: Token, name: str, addresses: Addresses) -> None:
    """Links between the files become links between the pages; a link to what is not shipped leads to the contents."""
    if token.type == "image":
        token.attrSet("src", addresses.picture(PurePosixPath(str(token.attrs["src"])).name))
        token.attrSet("loading", "lazy")
    if token.type != "link_open" or re.match(r"https?:|#|/", str(token.attrs["href"])):
        return
    link, _hash, anchor = unquote(str(token.attrs["href"])).partition("#")
    if link.endswith(".png"):
        token.attrSet("href", addresses.picture(PurePosixPath(link).name))
        return
    within = "reference/" + link if name.startswith("reference/") and "/" not in link else None
    to = PurePosixPath(within).with_suffix("").as_posix() if within else _name_of(link)
    token.attrSet("href", addresses.page(to or INDEX) + (f"#{anchor}" if anchor else ""))


def _sections(tokens: list[Token]) -> tuple[Section, ...]:
    """What stands under each heading of the second level; gives the headings their anchors."""
    found: list[list[str]] = [["", ""]]
    texts: list[list[str]] = [[]]
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            found.append([f"s{len(found)}", _plain(tokens[at + 1])])
            texts.append([])
            token.attrSet("id", found[-1][0])
        elif token.type == "inline" and tokens[at - 1].tag != "h2":
            texts[-1].append(_plain(token))
        elif token.type in {"code_block", "fence"}:
            texts[-1].append(token.content.strip())
    return tuple(Section(anchor, title, " ".join(text)) for (anchor, title), text in zip(found, texts, strict=True))


def _plain(token: Token) -> str:
    return "".join(one.content for one in token.children or [] if one.type in {"text", "code_inline"})
