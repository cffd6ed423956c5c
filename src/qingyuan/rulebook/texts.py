"""Texts of packs: from folders, from YAML to plain mappings, and as one canonical text with its hash.

The YAML reader is the safe one, refuses a key written twice, and refuses a text that its own aliases blow up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import yaml

from qingyuan.core.policy import Pack, PackError, PackFault, read_pack

SHIPPED = Path(str(files("qingyuan"))) / "packs"
MAX_BYTES = 4_000_000
MAX_NODES = 500_000

_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Texts = dict[str, str]
"""The files of one pack: name → text."""


class _Loader(_FastLoader):  # type: ignore[misc, valid-type]
    """The safe loader, which besides refuses a key that is written twice in one table."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({key for key in keys if keys.count(key) > 1 and key != "<<"})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"写了两遍：{'、'.join(twice)}", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_folder(path: Path) -> dict[str, Texts]:
    """The packs in a folder that is a pack, or in a folder of packs: folder name → its texts.

    Raises
    ------
    PackError
        There is no pack, or a file is not UTF-8 or too large.
    """
    folders = [path] if (path / "pack.yaml").is_file() else sorted(one.parent for one in path.glob("*/pack.yaml"))
    if not folders:
        raise PackError([PackFault(str(path), "", "这里没有政策包（缺 pack.yaml）", "POLICY_FILE")])
    return {folder.name: {file.name: _read(file) for file in sorted(folder.glob("*.yaml"))} for folder in folders}


def _read(file: Path) -> str:
    if file.stat().st_size > MAX_BYTES:
        raise PackError([PackFault(file.name, "", "文件过大", "POLICY_FILE")])
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise PackError([PackFault(file.name, "", "不是 UTF-8 文字", "POLICY_FILE")]) from None


def canonical(texts: Mapping[str, str]) -> str:
    """All files of a pack as one text, the same for the same files in any order."""
    return json.dumps(dict(texts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_canonical(text: str) -> Texts:
    """The files of a canonical text."""
    return dict(json.loads(text))


def digest(text: str) -> str:
    """The hash a version is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(texts: Mapping[str, str]) -> tuple[Pack | None, list[PackFault]]:
    """A pack from its texts, or every fault found in them."""
    mappings: dict[str, object] = {}
    faults: list[PackFault] = []
    for name, text in texts.items():
        try:
            mappings[name] = _load(text)
        except yaml.YAMLError as slip:
            mark = getattr(slip, "problem_mark", None)
            where = f"第{mark.line + 1}行" if mark else ""
            faults.append(PackFault(name, where, f"不是合格的 YAML：{getattr(slip, 'problem', slip)}", "POLICY_YAML"))
        except (ValueError, RecursionError) as slip:
            faults.append(PackFault(name, "", f"不是合格的 YAML：{slip}", "POLICY_YAML"))
    pack, more = read_pack(mappings)
    faults += more
    return (None if faults else pack), faults


@lru_cache(maxsize=128)
def parse_canonical(text: str) -> tuple[Pack | None, tuple[PackFault, ...]]:
    """As `parse`, from the canonical text; the same text is read once in a process."""
    pack, faults = parse(json.loads(text))
    return pack, tuple(faults)


def parsed(text: str) -> Pack:
    """The pack of a canonical text that was once found good."""
    pack, faults = parse_canonical(text)
    if pack is None:
        raise PackError(list(faults))
    return pack


def _load(text: str) -> object:
    if len(text.encode()) > MAX_BYTES:
        raise ValueError("文件过大")
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        return None
    if _size(node, {}) > MAX_NODES:
        raise ValueError("别名展开后过大")
    return yaml.load(text, Loader=_Loader)  # noqa: S506  a subclass of the safe loader


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are once aliases are written out; counted without writing them out."""
    if id(node) not in known:
        known[id(node)] = MAX_NODES + 1  # an alias to itself
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.SequenceNode):
            parts = node.value
        elif isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


@lru_cache(maxsize=1)
def shipped_texts() -> dict[str, str]:
    """The packs this release ships: code → canonical text."""
    return {name: canonical(texts) for name, texts in read_folder(SHIPPED).items()}
