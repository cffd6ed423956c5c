"""Checks a sealed pack with nothing but Python: this file lies inside every pack as verify.py.

    python verify.py PACK.zip

Prints one line for each part that is not what was sealed and ends with 1, or says that the pack is whole and ends with
0. It needs no network, no system and no other file. The rules it follows are written in 核验说明.txt of the pack.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable

MANIFEST, SUMS, NOTE, SCRIPT = "manifest.json", "SHA256SUMS", "核验说明.txt", "verify.py"
FORMAT = "qingyuan-sealed-1"
WHEN = (1980, 1, 1, 0, 0, 0)
GENESIS = "0" * 64


def _(text: str) -> str:
    return text


WORDS = {
    "unreadable": _("不是完整的封存包，无法打开"),
    "format": _("不是本平台的封存格式"),
    "changed": _("内容被改动"),
    "missing": _("清单中有而包内没有"),
    "extra": _("清单中没有的文件"),
    "manifest": _("清单被改动"),
    "sums": _("校验和文件被改动"),
    "container": _("压缩包的外壳被改动"),
    "chain": _("变更留痕不连续或被改动"),
    "head": _("变更留痕的末条与清单不符"),
    "anchor": _("变更留痕与锚定值对不上"),
}
"""What is wrong with a part of a pack, by code."""


def canonical(value: object) -> bytes:
    """A value as the one sequence of bytes that is hashed (RFC 8785 without floats)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(content: bytes) -> str:
    """The hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


def write(members: dict[str, bytes]) -> bytes:
    """The members as a zip file: stored, in the order of names, without times. The same members, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, WHEN)
            info.create_system, info.external_attr = 3, 0o644 << 16
            pack.writestr(info, members[name])
    return out.getvalue()


def sums_of(members: dict[str, bytes]) -> bytes:
    """The text `sha256sum -c` reads: every member but itself."""
    return "".join(f"{sha256(members[name])}  {name}\n" for name in sorted(members) if name != SUMS).encode()


def read(pack: bytes) -> dict[str, bytes] | None:
    """The members of a pack; None when it is no zip of stored members or one of them cannot be read at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(pack)) as found:
            infos = found.infolist()
            if any(one.compress_type != zipfile.ZIP_STORED or one.file_size > len(pack) for one in infos):
                return None
            return {one.filename: _bytes_of(found, one, pack) for one in infos}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None


def _bytes_of(found: zipfile.ZipFile, one: zipfile.ZipInfo, pack: bytes) -> bytes:
    """What lies in the pack under a name, whether or not its checksum still holds: the hash will tell."""
    try:
        return found.read(one)
    except (zipfile.BadZipFile, EOFError):
        start = one.header_offset + 30 + len(one.filename.encode())
        return pack[start : start + one.file_size]


def check(pack: bytes) -> list[tuple[str, str]]:
    """What is wrong: (name of the part, code of WORDS), empty when the pack is whole."""
    members = read(pack)
    if members is None:
        return [("", "unreadable")]
    manifest = manifest_of(members)
    if manifest is None:
        return [(MANIFEST, "manifest" if MANIFEST in members else "missing"), *_against_sums(members)]
    if manifest.get("format") != FORMAT:
        return [(MANIFEST, "format")]
    faults = _against_manifest(members, manifest)
    faults += _chains(members, manifest, known={name for name, _code in faults})
    faults += anchor_faults(members, manifest, {"sha256": sha256}) if not faults else []
    if not faults and members.get(SUMS) != sums_of(members):
        faults.append((SUMS, "sums"))
    if not faults and write(members) != pack:
        faults.append(("", "container"))
    return faults


def manifest_of(members: dict[str, bytes]) -> dict | None:
    """The manifest, if it is what was sealed: its seal is the hash of all the rest of it."""
    try:
        manifest = json.loads(members[MANIFEST])
        rest = {key: value for key, value in manifest.items() if key != "seal"}
        listed = {name: (row["sha256"], row["bytes"]) for name, row in manifest["files"].items()}
        whole = canonical(manifest) == members[MANIFEST] and manifest["seal"] == sha256(canonical(rest))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return manifest if whole and listed else None


def _against_manifest(members: dict[str, bytes], manifest: dict) -> list[tuple[str, str]]:
    listed = manifest["files"]
    faults = [(name, "missing") for name in sorted({*listed, SUMS} - set(members))]
    faults += [(name, "extra") for name in sorted(set(members) - {*listed, MANIFEST, SUMS})]
    for name in sorted(set(listed) & set(members)):
        if sha256(members[name]) != listed[name]["sha256"] or len(members[name]) != listed[name]["bytes"]:
            faults.append((name, "changed"))
    return faults


def _against_sums(members: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where the manifest cannot be believed the sums still name what differs from them."""
    try:
        lines = [line.split("  ", 1) for line in members.get(SUMS, b"").decode().splitlines()]
        said = {name: digest for digest, name in lines}
    except ValueError:
        return [(SUMS, "sums")]
    return [
        (name, "changed")
        for name in sorted(members)
        if name not in {MANIFEST, SUMS} and said.get(name) != sha256(members[name])
    ]


def _chains(members: dict[str, bytes], manifest: dict, *, known: set[str]) -> list[tuple[str, str]]:
    """Every chain of the ledger that was sealed holds from its first entry to the head the manifest names."""
    faults = []
    for name, head in sorted(manifest.get("chains", {}).items()):
        if name not in members or name in known:
            continue
        found = chain_head(members[name])
        if found is None:
            faults.append((name, "chain"))
        elif found != (head["number"], head["hash"]):
            faults.append((name, "head"))
    return faults


def chain_head(content: bytes) -> tuple[int, str] | None:
    """The number and hash of a chain's last entry, or None when the chain does not hold. A chain that names another
    hash than sha256 is followed by its links; only the platform can recompute those hashes."""
    previous, number = GENESIS, 0
    try:
        for line in content.decode().splitlines():
            entry = json.loads(line)
            body = entry["body"].encode()
            if entry["previous"] != previous or json.loads(body)["number"] != number + 1:
                return None
            if entry["algorithm"] == "sha256" and sha256(previous.encode() + b"\n" + body) != entry["hash"]:
                return None
            previous, number = entry["hash"], number + 1
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    return number, previous


def leaf(kind: str, subject: str, number: int, digest: str) -> str:
    """The head of a chain as it stands in the tree whose root was anchored."""
    return f"{kind}:{subject}#{number}:{digest}"


def climb(leaf: str, path: list[list[str]], digest: Callable[[bytes], str] = sha256) -> str:
    """The root that a leaf leads to along a path of [side, hash]."""
    found = digest(b"\x00" + leaf.encode())
    for side, beside in path:
        pair = {"left": beside + found, "right": found + beside}[side]
        found = digest(b"\x01" + pair.encode())
    return found


def anchor_faults(
    members: dict[str, bytes], manifest: dict, digests: dict[str, Callable[[bytes], str]]
) -> list[tuple[str, str]]:
    """Every chain that says where it stood when the anchor was made leads to the anchor's root, and the anchor's hash
    is that of what it says. One of another hash than those at hand is left to the platform."""
    proofs, anchor = manifest.get("proofs") or {}, manifest.get("anchor") or {}
    if not proofs:
        return []
    try:
        digest = digests.get(anchor["algorithm"])
        if digest is None:
            return []
        said = {name: anchor[key] for name, key in _ANCHORED.items()}
        if digest(anchor["previous"].encode() + b"\n" + canonical(said)) != anchor["hash"]:
            return [(MANIFEST, "anchor")]
    except (KeyError, ValueError, TypeError, AttributeError):
        return [(MANIFEST, "anchor")]
    return [
        (name, "anchor") for name, proof in sorted(proofs.items()) if not _leads(members, name, proof, anchor, digest)
    ]


_ANCHORED = {"day": "day", "heads": "heads", "last": "last_entry", "root": "root"}
"""What the hash of an anchor covers, by its names in the manifest."""


def _leads(members: dict[str, bytes], name: str, proof: dict, anchor: dict, digest: Callable[[bytes], str]) -> bool:
    """Whether the entry a proof speaks of is the head that was anchored. The entries before it lead to it by their
    own links, so that each of them is proven with it."""
    try:
        line = json.loads(members[name].decode().splitlines()[proof["number"] - 1])
        body = json.loads(line["body"])
        head = leaf(body["kind"], body["subject"], body["number"], line["hash"])
        return body["number"] == proof["number"] > 0 and climb(head, proof["path"], digest) == anchor["root"]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        return False


def anchored(manifest: dict) -> str:
    """How far the ledger in a whole pack reaches the anchor, in words; "" when no path lies in it."""
    proofs = manifest.get("proofs") or {}
    if not proofs:
        return ""
    proven, entries = (
        sum(one["number"] for one in proofs.values()),
        sum(head["number"] for head in manifest["chains"].values()),
    )
    anchor = manifest["anchor"]
    return f"变更留痕 {entries} 条，其中 {proven} 条在 {anchor['day']} 的锚定值 {anchor['hash']} 之下"


def main(arguments: list[str]) -> int:
    """Check the packs named on the command line."""
    if not arguments:
        print(__doc__)
        return 2
    wrong = 0
    for path in arguments:
        with open(path, "rb") as file:
            pack = file.read()
        faults = check(pack)
        for name, code in faults:
            print(f"{path}: {name or '整包'}: {WORDS[code]}")
        print(f"{path}: {'已被改动，不可采信' if faults else '完整，与封存时一致'}")
        if not faults and (said := anchored(manifest_of(read(pack) or {}) or {})):
            print(f"{path}: {said}")
        wrong += bool(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
