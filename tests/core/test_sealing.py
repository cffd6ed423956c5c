"""A sealed pack is whole, or names what is not."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingyuan.core import sealed_check, sealing
from qingyuan.core.proof import DIGESTS, GENESIS, Json, canonical, link, merkle_paths, merkle_root

ABOUT = {"kind": "closing", "subject": "round:1", "title": "演示排污口"}
names = st.from_regex(r"[a-z]{1,6}/[a-z0-9]{1,6}\.(json|jpg)", fullmatch=True)
packs = st.dictionaries(names, st.binary(max_size=200), min_size=1, max_size=4)


def chain(count: int = 3, algorithm: str = "sha256") -> sealing.Chain:
    entries, previous = [], GENESIS
    for number in range(1, count + 1):
        body = canonical({"kind": "outlet", "subject": "7", "number": number, "act": "outlet.accept"})
        digest = link(previous, body, algorithm)
        entries.append((previous, algorithm, body.decode(), digest))
        previous = digest
    return sealing.Chain("outlet", "7", entries)


@settings(max_examples=25, deadline=None)
@given(packs)
def test_what_is_sealed_is_whole(files: dict[str, bytes]) -> None:
    pack = sealing.seal(files, about=ABOUT, chains=[chain()])
    found = sealing.verify(pack)
    assert found.whole
    assert found.about == ABOUT
    assert all(sealing.part(pack, name) == content for name, content in files.items())


@settings(max_examples=25, deadline=None)
@given(packs)
def test_the_same_parts_give_the_same_bytes(files: dict[str, bytes]) -> None:
    backwards = dict(reversed(list(files.items())))
    assert sealing.seal(files, about=ABOUT) == sealing.seal(backwards, about=ABOUT)


@settings(max_examples=25, deadline=None)
@given(packs, st.data())
def test_one_byte_changed_anywhere_is_found(files: dict[str, bytes], data: st.DataObject) -> None:
    pack = bytearray(sealing.seal(files, about=ABOUT, chains=[chain()]))
    place = data.draw(st.integers(0, len(pack) - 1))
    pack[place] ^= data.draw(st.integers(1, 255))
    found = sealing.verify(bytes(pack))
    assert not found.whole
    assert all(fault.text for fault in found.faults)


@settings(max_examples=25, deadline=None)
@given(packs, st.data())
def test_a_byte_changed_in_a_part_names_the_part(files: dict[str, bytes], data: st.DataObject) -> None:
    pack = bytearray(sealing.seal(files, about=ABOUT, chains=[chain()]))
    with zipfile.ZipFile(BytesIO(bytes(pack))) as opened:
        infos = [one for one in opened.infolist() if one.file_size]
    chosen = data.draw(st.sampled_from(infos))
    start = chosen.header_offset + 30 + len(chosen.filename.encode())
    place = data.draw(st.integers(start, start + chosen.file_size - 1))
    pack[place] ^= data.draw(st.integers(1, 255))
    assert [fault.name for fault in sealing.verify(bytes(pack)).faults] == [chosen.filename]


@settings(max_examples=25, deadline=None)
@given(packs, st.integers(1, 100))
def test_a_missing_tail_is_found(files: dict[str, bytes], cut: int) -> None:
    pack = sealing.seal(files, about=ABOUT)
    assert not sealing.verify(pack[:-cut]).whole
    assert not sealing.verify(pack + b"\0" * cut).whole


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_the_answer_is_a_sentence(noise: bytes) -> None:
    assert not sealing.verify(noise).whole


def test_a_part_taken_out_or_put_in_is_named() -> None:
    pack = sealing.seal({"plan.json": b"{}", "photo.jpg": b"x"}, about=ABOUT)
    members = sealed_check.read(pack)
    assert members is not None
    without = {name: content for name, content in members.items() if name != "photo.jpg"}
    assert [(one.name, one.code) for one in sealing.verify(sealed_check.write(without)).faults] == [
        ("photo.jpg", "missing")
    ]
    more = members | {"other.jpg": b"y"}
    assert [(one.name, one.code) for one in sealing.verify(sealed_check.write(more)).faults] == [("other.jpg", "extra")]


def test_a_rewritten_ledger_is_named_even_when_all_sums_are_made_anew() -> None:
    whole = chain()
    previous, algorithm, body, digest = whole.entries[1]
    forged = [whole.entries[0], (previous, algorithm, body.replace("accept", "reject"), digest), whole.entries[2]]
    pack = sealing.seal({"a": b"1"}, about=ABOUT, chains=[sealing.Chain("outlet", "7", forged)])
    assert [(one.name, one.code) for one in sealing.verify(pack).faults] == [("ledger/outlet-7.jsonl", "chain")]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_chains_of_either_hash_are_followed(algorithm: str) -> None:
    assert sealing.verify(sealing.seal({"a": b"1"}, about=ABOUT, chains=[chain(algorithm=algorithm)])).whole


@pytest.mark.parametrize("name", ["../a", "/a", "manifest.json", "verify.py", "a//b", "a\\b"])
def test_a_path_out_of_the_pack_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        sealing.seal({name: b""}, about=ABOUT)


def test_the_script_in_the_pack_checks_it_without_this_system(tmp_path) -> None:
    pack = sealing.seal({"plan.json": b'{"batch":"ban"}'}, about=ABOUT, chains=[chain()])
    (tmp_path / "whole.zip").write_bytes(pack)
    (tmp_path / "changed.zip").write_bytes(pack.replace(b'"ban"', b'"bam"'))
    script = sealing.part(pack, "verify.py")
    assert script is not None
    (tmp_path / "verify.py").write_bytes(script)

    def run(name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-X", "utf8", "verify.py", name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    assert run("whole.zip").returncode == 0
    changed = run("changed.zip")
    assert changed.returncode == 1
    assert "plan.json" in changed.stdout


def test_the_sums_are_those_the_system_s_own_tool_reads() -> None:
    pack = sealing.seal({"plan.json": b"{}"}, about=ABOUT)
    sums = sealing.part(pack, "SHA256SUMS")
    manifest = json.loads(sealing.part(pack, "manifest.json") or b"")
    assert sums is not None
    assert f"{manifest['files']['plan.json']['sha256']}  plan.json" in sums.decode().splitlines()


# --- the way to the anchor -------------------------------------------------------------------------------------------

heads = st.lists(st.from_regex(r"[ -~]{1,12}", fullmatch=True), min_size=1, max_size=33, unique=True)


@given(heads)
def test_every_leaf_leads_to_the_root(leaves: list[str]) -> None:
    paths = merkle_paths(leaves, range(len(leaves)))
    root = merkle_root(leaves)
    assert all(sealed_check.climb(leaf, path) == root for leaf, path in zip(leaves, paths, strict=True))


@given(heads, st.data())
def test_any_flipped_bit_of_leaf_or_path_leads_elsewhere(leaves: list[str], data: st.DataObject) -> None:
    root, chosen = merkle_root(leaves), data.draw(st.integers(0, len(leaves) - 1))
    leaf, (path,) = leaves[chosen], merkle_paths(leaves, [chosen])
    assert sealed_check.climb(flipped(leaf, data), path) != root
    for step, (side, beside) in enumerate(path):
        turned = "left" if side == "right" else "right"
        for wrong in ([side, flipped(beside, data)], [turned, beside]):
            assert sealed_check.climb(leaf, [*path[:step], wrong, *path[step + 1 :]]) != root


def flipped(text: str, data: st.DataObject) -> str:
    """The text with one of its bits turned."""
    content = bytearray(text.encode("ascii"))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    return content.decode("ascii")


def anchored(entries: int, number: int, *, others: int = 5, algorithm: str = "sha256") -> bytes:
    """A pack whose chain had come to `number` when the anchor was made over it and other chains."""
    own = chain(entries, algorithm)
    leaves = [f"item:{other}#1:{'ab' * 32}" for other in range(others)]
    leaves.insert(others // 2, sealed_check.leaf("outlet", "7", number, own.entries[number - 1][3]))
    (steps,) = merkle_paths(leaves, [others // 2], algorithm)
    root = merkle_root(leaves, algorithm)
    said: dict[str, Json] = {"day": "2024-06-01", "heads": len(leaves), "last": 99, "root": root}
    anchor: dict[str, Json] = {"day": "2024-06-01", "heads": len(leaves), "last_entry": 99, "root": root}
    anchor |= {"algorithm": algorithm, "previous": GENESIS, "hash": link(GENESIS, canonical(said), algorithm)}
    proven = sealing.Chain(own.kind, own.subject, own.entries, sealing.Path(number, steps))
    return sealing.seal({"plan.json": b"{}"}, about=ABOUT, chains=[proven], anchor=anchor)


@pytest.mark.parametrize("algorithm", DIGESTS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_pack_says_how_many_of_its_entries_stand_under_the_anchor(number: int, algorithm: str) -> None:
    seen = sealing.verify(anchored(3, number, algorithm=algorithm))
    assert seen.whole
    assert seen.anchored.startswith(f"变更留痕 3 条，其中 {number} 条在 2024-06-01 的锚定值 ")


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.data())
def test_a_pack_sealed_anew_over_a_false_way_to_the_anchor_is_found(number: int, data: st.DataObject) -> None:
    """Not one byte is out of place, every sum is right: only the anchor tells."""
    members = sealed_check.read(anchored(3, number))
    assert members is not None
    manifest = json.loads(members["manifest.json"])
    (proof,) = manifest["proofs"].values()
    match data.draw(st.sampled_from(["path", "number", "root", "day", "hash", "dropped"])):
        case "path":
            step = data.draw(st.sampled_from(proof["path"]))
            step[1] = flipped(step[1], data)
        case "number":
            proof["number"] = number % 3 + 1
        case "dropped":
            proof["path"].pop()
        case "day":
            manifest["anchor"]["day"] = "2024-06-02"
        case name:
            manifest["anchor"][name] = flipped(manifest["anchor"][name], data)
    del manifest["seal"]
    members["manifest.json"] = canonical({**manifest, "seal": sealed_check.sha256(canonical(manifest))})
    members["SHA256SUMS"] = sealed_check.sums_of(members)
    assert {one.code for one in sealing.verify(sealed_check.write(members)).faults} == {"anchor"}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_one_bit_changed_in_a_pack_with_its_way_to_the_anchor_is_found(data: st.DataObject) -> None:
    pack = bytearray(anchored(3, 2))
    pack[data.draw(st.integers(0, len(pack) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not sealing.verify(bytes(pack)).whole
