"""Sealing documents and files into one zip that proves itself: what was sealed, and that no byte of it changed.

A pack holds its parts, `manifest.json` (canonical JSON: what it is about, size and hashes of every part, the heads of
the ledger's chains it holds, the last anchor, a seal over all of that), `SHA256SUMS` for `sha256sum -c`, a note in
plain words and verify.py, which checks the pack without this system. Parts are stored uncompressed, in the order of
their names, without times: the same parts give the same bytes, so that the hash of the pack can stand in the ledger.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from qingyuan.core import sealed_check
from qingyuan.core.proof import DIGESTS, Json, canonical, link
from qingyuan.core.sealed_check import FORMAT, MANIFEST, NOTE, SCRIPT, SUMS

OWN = frozenset({MANIFEST, SUMS, NOTE, SCRIPT})
_NOTE = """核验说明

本包由若干文件组成，封存后任何一个字节被改动都能查出。核验不需要平台，也不需要联网。

一、用 Python 核验（推荐）
    python verify.py 本包文件名.zip
    逐项列出与封存时不一致的文件；全部一致时显示“完整，与封存时一致”。

二、用系统自带工具核验
    解压后在解压目录内执行：sha256sum -c SHA256SUMS
    每一行都应显示“OK”（或“成功”）。

三、清单
    manifest.json 列出包内每个文件的大小和 sha256、sm3 值；其中 seal 是清单其余内容的 sha256 值。
    chains 列出所附变更留痕各链的末条编号和哈希：每条留痕的哈希由上一条的哈希和本条内容算得，
    首条之前为 64 个 0；删去、插入或修改任何一条，其后的哈希都对不上。
    anchor 是封存时最近一次公布的锚定值，可与公布的锚定值比对。
    proofs 是所附各链到锚定值的路径：锚定时的末条记作“类别:编号#序号:哈希”，前加字节 00 取哈希，逐级与
    path 中的哈希按左右相连、前加字节 01 再取哈希，最后得到 anchor 的 root；末条之前的各条由链证明。
    序号大于 number 的留痕在锚定之后登记，尚无路径；下一次锚定后重新封存即有。

四、防止整包替换
    平台在封存当时把本包的 sha256 值记入变更留痕。向出具单位索取该值，与本包文件的 sha256 值比对。
"""


@dataclass(frozen=True, slots=True)
class Path:
    """How a chain reaches the root of an anchor: the number of its head when the anchor was made, and what stands
    beside it on the way up (core.proof.merkle_paths)."""

    number: int
    steps: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of the ledger as it is sealed: every entry's (previous, algorithm, canonical body, hash), in order, and
    its path to the anchor that is sealed with it; None when it began after."""

    kind: str
    subject: str
    entries: Sequence[tuple[str, str, str, str]]
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that is not what was sealed. `name` is the part's path in the pack, "" the pack itself; `code` is one of
    sealed_check.WORDS."""

    name: str
    code: str

    @property
    def text(self) -> str:
        """The sentence in its source language."""
        return sealed_check.WORDS[self.code]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification saw. `about` is what the pack says it is, empty when its manifest cannot be believed;
    `anchored` says how far its ledger reaches the anchor, empty when no path lies in it."""

    faults: tuple[Fault, ...]
    about: Mapping[str, Json]
    files: int
    sha256: str
    anchored: str = ""

    @property
    def whole(self) -> bool:
        """Whether every byte is what was sealed."""
        return not self.faults


def seal(
    files: Mapping[str, bytes],
    *,
    about: Mapping[str, Json],
    chains: Sequence[Chain] = (),
    anchor: Mapping[str, Json] | None = None,
) -> bytes:
    """The pack. `about` says in JSON what it is (kind, subject, title, day, who sealed it).

    Raises
    ------
    ValueError
        No file, or a path that leaves the pack or is one of its own.
    TypeError
        `about` holds a float or something JSON has no word for.
    """
    if not files:
        raise ValueError("nothing to seal")
    members = dict(files)
    heads: dict[str, Json] = {}
    proofs: dict[str, Json] = {}
    for chain in chains:
        name = f"ledger/{chain.kind}-{chain.subject}.jsonl"
        members[name] = _lines(chain)
        if chain.entries:
            heads[name] = {"number": len(chain.entries), "hash": chain.entries[-1][3]}
        if chain.path is not None:
            proofs[name] = {"number": chain.path.number, "path": [list(step) for step in chain.path.steps]}
    for name in members:
        _check_name(name)
    members[NOTE] = _NOTE.encode()
    members[SCRIPT] = inspect.getsource(sealed_check).encode()
    rest: dict[str, Json] = {
        "format": FORMAT,
        "about": dict(about),
        "files": {name: _row(members[name], both=name not in OWN) for name in sorted(members)},
        "chains": heads,
        "anchor": dict(anchor) if anchor else None,
        **({"proofs": proofs} if proofs else {}),
    }
    members[MANIFEST] = canonical({**rest, "seal": sealed_check.sha256(canonical(rest))})
    members[SUMS] = sealed_check.sums_of(members)
    return sealed_check.write(members)


def verify(pack: bytes) -> Verified:
    """Check a pack: every part, the manifest, the sums, the zip around them and the chains of the ledger in it.

    Whatever the bytes are, this answers and never raises.
    """
    faults = [Fault(name, code) for name, code in sealed_check.check(pack)]
    members = sealed_check.read(pack) or {}
    manifest = sealed_check.manifest_of(members) or {}
    if not faults:
        faults = _beyond_the_script(members, manifest)
    about = manifest.get("about", {})
    about = about if isinstance(about, dict) else {}
    anchored = "" if faults else sealed_check.anchored(manifest)
    return Verified(tuple(faults), about, len(members), sealed_check.sha256(pack), anchored)


def part(pack: bytes, name: str) -> bytes | None:
    """One part of a pack, None when it is not there. Verify first."""
    return (sealed_check.read(pack) or {}).get(name)


def _beyond_the_script(members: Mapping[str, bytes], manifest: Mapping[str, Mapping]) -> list[Fault]:
    """What the script cannot recompute without a library: sm3, in the parts, the chains and the way to the anchor."""
    faults = [
        Fault(name, "changed")
        for name, row in manifest["files"].items()
        if row.get("sm3") and DIGESTS["sm3"](members[name]) != row["sm3"]
    ]
    for name in manifest["chains"]:
        for line in members[name].decode().splitlines():
            one = json.loads(line)
            known = one["algorithm"] in DIGESTS
            if not known or link(one["previous"], one["body"].encode(), one["algorithm"]) != one["hash"]:
                faults.append(Fault(name, "chain"))
    return faults or [Fault(*one) for one in sealed_check.anchor_faults(dict(members), dict(manifest), DIGESTS)]


SM3_UP_TO = 64 * 1024
"""Bytes up to which a part also gets its sm3: the library at hand takes seconds a megabyte, photos are left out."""


def _row(content: bytes, *, both: bool) -> dict[str, Json]:
    row: dict[str, Json] = {"sha256": sealed_check.sha256(content), "bytes": len(content)}
    if both and len(content) <= SM3_UP_TO:
        row["sm3"] = DIGESTS["sm3"](content)
    return row


def _lines(chain: Chain) -> bytes:
    names = ("previous", "algorithm", "body", "hash")
    return b"".join(canonical(dict(zip(names, entry, strict=True))) + b"\n" for entry in chain.entries)


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if name in OWN or path.is_absolute() or ".." in path.parts or str(path) != name or "\\" in name or "\n" in name:
        raise ValueError(f"not a path inside a pack: {name!r}")
