"""How a command speaks: one JSON document, or lines for people; a refusal is a sentence on the error stream."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable

DONE, WRONG, USAGE = 0, 1, 2


def verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    """Add a verb with its handler and `--json`."""
    parser = verbs.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="只输出一份 JSON")
    parser.set_defaults(run=run)
    return parser


def answer(asked: argparse.Namespace, document: object, lines: Iterable[str], *, ok: bool = True) -> int:
    """Print the document with --json, the lines without; returns the exit code."""
    if asked.json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        for line in lines:
            sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return DONE if ok else WRONG


def refuse(as_json: bool, code: str, text: str, *, clause: str = "") -> int:
    """Say no: the sentence, with the clause it rests on."""
    if as_json:
        refused = {"refused": {"code": code, "text": text, "clause": clause}}
        sys.stdout.write(json.dumps(refused, ensure_ascii=False, indent=1) + "\n")
    sys.stderr.write(text + (f"（{clause}）" if clause else "") + "\n")
    return WRONG


def note(asked: argparse.Namespace, text: str) -> None:
    """A word on the way, for people only."""
    if not asked.json:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
