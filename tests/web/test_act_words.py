"""Nobody reads a raw code in a timeline: every act the rooms can write, and everything it can be about, has a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import qingyuan
from qingyuan.core.lifecycle import MOVES, Move
from qingyuan.web.act_words import ACTS, KINDS, act_words, kind_words

PACKAGE = Path(qingyuan.__file__).parent
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
PARAMETER = re.compile(r"^ +([a-z_]+\.[a-z_]+)(?:\[.*\])?:", re.MULTILINE)
STEMS = {"closing.draw_", "outlet.propose_"}  # the rest of the word is put to them; the whole words are in the table
NO_ACT = {"append", "Refusal", "Fault", "Finding", "finding", "said", "tell", "Problem", "value", "get", "clause_of"}
FILES = (".csv", ".html", ".json", ".zip")
FINDINGS = {"photo", "record", "track", "field", "api"}  # of what a phone sent: words of the survey's own


def writers() -> Iterator[Path]:
    """The modules that write in the ledger, and those they are helped by."""
    for path in sorted(PACKAGE.rglob("*.py")):
        rooms = path.relative_to(PACKAGE).parts
        if rooms[0] in {"core", "packs", "commands", "boards"} or "migrations" in rooms:
            continue
        text = path.read_text("utf-8")
        if "actions" in rooms or re.search(r"\bledger\.record|\bDraft\(", text):
            yield path


def codes(tree: ast.Module) -> Iterator[str]:
    """Every text that looks like an act and stands where an act can stand."""
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            spared |= set(node.args[:1]) if called in NO_ACT else set()
            spared |= {one.value for one in node.keywords if one.arg in {"parameter", "code"}}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spared:
            yield node.value


def acts() -> set[str]:
    parameters = {name for path in PACKAGE.rglob("packs/**/*.yaml") for name in PARAMETER.findall(path.read_text())}
    found = {
        code
        for path in writers()
        for code in codes(ast.parse(path.read_text("utf-8")))
        if CODE.fullmatch(code) and not code.endswith(FILES)
    }
    return {code for code in found - parameters if code.partition(".")[0] not in FINDINGS | {"registry", "officers"}}


def kinds() -> set[str]:
    """The kinds of subjects: the first word of the pair a record is about, or of a draft."""
    found = set()
    for path in writers():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="record"), args=[ast.Tuple(elts=[ast.Constant(value=str(kind)), _]), *_]
                ):
                    found.add(kind)
                case ast.Call(
                    func=ast.Name(id="Draft") | ast.Attribute(attr="Draft"), args=[ast.Constant(value=str(kind)), *_]
                ):
                    found.add(kind)
                case ast.Assign(targets=[ast.Name(id="KIND")], value=ast.Constant(value=str(kind))):
                    found.add(kind)
    return found


def is_said(act: str) -> bool:
    return act in ACTS or act.rpartition(".")[2] in set(Move)


def test_the_walk_finds_the_acts_there_are():
    found = acts()
    assert {"outlet.correct", "officer.delegate", "pack.propose_faulty", "item.issue", "register.publish"} <= found
    assert {"outlet", "body", "officer", "item", "import", "zone"} <= kinds()


def test_every_act_the_rooms_can_write_has_a_name():
    assert sorted(act for act in acts() - STEMS if not is_said(act)) == []


def test_every_kind_of_thing_has_a_name():
    assert sorted(kinds() - set(KINDS)) == []


@pytest.mark.parametrize("move", Move)
def test_a_move_is_called_as_the_life_calls_it(move):
    assert act_words(f"outlet.{move}") == MOVES[move]


def test_names_are_chinese_and_no_two_acts_of_one_kind_share_one():
    assert all(re.search("[一-鿿]", act_words(act)) for act in ACTS)
    assert all(re.search("[一-鿿]", kind_words(kind)) for kind in KINDS)
    named: dict[tuple[str, str], list[str]] = {}
    for act in ACTS:
        named.setdefault((act.partition(".")[0], act_words(act)), []).append(act)
    assert [both for both in named.values() if len(both) > 1] == []
