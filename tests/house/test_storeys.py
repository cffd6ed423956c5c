"""The house keeps its own rules: storeys, names, sizes."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "qingyuan"
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
NOBODYS_ROOM = {"utils", "helpers", "common", "services", "misc", "tools"}


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_what_is_above_uses_what_is_below_and_never_the_other_way():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_storey_added_later_joins_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["id"] == "storeys")
    listed = {storey for layer in layers for storey in re.findall(r"\w+", layer)}
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} <= listed


def test_there_is_no_room_for_odds_and_ends():
    assert [name(path) for path in SOURCES if NOBODYS_ROOM & {*path.parts, path.stem}] == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_is_about_one_idea(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400 or "Data only" in text[:600]


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_opens_by_saying_what_it_is_for(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not tree.body or ast.get_docstring(tree)


def test_nothing_happens_by_signal():
    assert [name(path) for path in SOURCES if "django.dispatch" in path.read_text("utf-8")
            or "models.signals import post_save" in path.read_text("utf-8")] == []  # fmt: skip


def test_the_core_has_no_clock():
    clocks = ("date.today(", "datetime.now(", "timezone.now(", "time.time(", "utcnow(")
    core = [path for path in SOURCES if "core" in path.relative_to(PACKAGE).parts[:1]]
    assert [name(path) for path in core if any(clock in path.read_text("utf-8") for clock in clocks)] == []
