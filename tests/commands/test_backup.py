"""Backup and restore, rehearsed: whole, aborted, damaged, wrong, into an empty site and over an old one."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from qingyuan.commands.archive import Reader, Writer
from tests.sites import Site, Template


def register_of(site: Site) -> tuple[str, str]:
    """What two sites must agree on: the ledger with its root, the file of one outlet."""
    return site.run("ledger", "verify", "--json").stdout, site.run("outlets", "show", "7", "--json").stdout


def test_a_site_comes_back_whole_from_its_backup(filled: Site, template: Template, tmp_path: Path) -> None:
    kept = tmp_path / "备份.zip"
    made = json.loads(filled.run("backup", str(kept), "--json").stdout)
    assert made["rows"]["registry_outlet"] == 30
    assert made["files"] == 1
    empty = template.copy(tmp_path / "empty")
    try:
        back = json.loads(empty.run("restore", str(kept), "--json").stdout)
        assert back["rows"] == made["rows"]
        assert back["ledger"]["breaks"] == 0
        assert register_of(empty) == register_of(filled)
        assert json.loads(empty.run("tallies", "check", "--json").stdout)["differences"] == []
        # What comes after a restore has ids of its own.
        again = empty.run("ledger", "anchor", "--day", "2024-03-02", "--json")
        assert json.loads(again.stdout)["heads"] > 30
        assert list((empty.home / "library").rglob("*")), "the library's files came back"
    finally:
        empty.drop()


def test_a_backup_of_one_database_comes_back_on_the_other(filled: Site, template: Template, tmp_path: Path) -> None:
    if not filled.database:
        pytest.skip("needs PostgreSQL beside SQLite")
    first, second = tmp_path / "一.zip", tmp_path / "二.zip"
    filled.run("backup", str(first))
    lite = Site(tmp_path / "lite", "")
    lite.run("restore", str(first))
    assert register_of(lite) == register_of(filled)
    lite.run("backup", str(second))
    empty = template.copy(tmp_path / "empty")
    try:
        empty.run("restore", str(second))
        assert register_of(empty) == register_of(filled)
        assert json.loads(empty.run("tallies", "check", "--json").stdout)["differences"] == []
    finally:
        empty.drop()


def test_a_site_that_stands_is_not_written_over_unasked(filled: Site, tmp_path: Path) -> None:
    kept = tmp_path / "备份.zip"
    filled.run("backup", str(kept))
    before = register_of(filled)
    assert "已存在" in filled.run("backup", str(kept), expect=1).stderr
    assert "--replace" in filled.run("restore", str(kept), expect=1).stderr
    filled.run("restore", str(kept), "--replace")
    assert register_of(filled) == before


def test_an_aborted_stream_a_flipped_byte_and_a_wrong_file_leave_the_site_untouched(
    filled: Site, tmp_path: Path
) -> None:
    kept = tmp_path / "备份.zip"
    filled.run("backup", str(kept))
    whole = kept.read_bytes()
    before = register_of(filled)
    bad = tmp_path / "坏.zip"
    faults = {
        "aborted": whole[: len(whole) // 2],
        "one byte short": whole[:-1],
        "flipped at the start": _flipped(whole, 40),
        "flipped in the middle": _flipped(whole, len(whole) // 2),
        "flipped in the seal": _flipped(whole, len(whole) - 5),
        "another zip": _other_zip(tmp_path),
        "no zip": "不是备份".encode(),
        "empty": b"",
    }
    for name, content in faults.items():
        bad.write_bytes(content)
        told = filled.run("restore", str(bad), "--replace", expect=1)
        assert "备份" in told.stderr, name
    assert "没有找到" in filled.run("restore", str(tmp_path / "无.zip"), "--replace", expect=1).stderr
    assert register_of(filled) == before
    assert filled.run("tallies", "check").stdout


def test_a_backup_whose_ledger_was_edited_is_not_restored(filled: Site, template: Template, tmp_path: Path) -> None:
    """Somebody edits the register itself, then backs it up: the archive is whole, its ledger is not."""
    if filled.database:
        pytest.skip("edits the SQLite file directly")
    with sqlite3.connect(filled.home / "qingyuan.sqlite3") as database:
        database.execute("DROP TRIGGER ledger_entry_no_update")
        database.execute("UPDATE ledger_entry SET body = replace(body, '龙兴镇7号', '龙兴镇8号')")
    kept = tmp_path / "备份.zip"
    filled.run("backup", str(kept))
    empty = template.copy(tmp_path / "empty")
    told = empty.run("restore", str(kept), expect=1)
    assert "留痕" in told.stderr
    assert json.loads(empty.run("ledger", "verify", "--json").stdout)["entries"] == 0
    assert not list((empty.home / "library").rglob("*.*"))
    empty.drop()


def test_a_backup_that_misses_a_file_of_the_library_is_not_made(filled: Site, tmp_path: Path) -> None:
    for path in (filled.home / "library").rglob("*"):
        if path.is_file():
            path.write_bytes(b"other bytes")
    kept = tmp_path / "备份.zip"
    assert "缺失或损坏" in filled.run("backup", str(kept), expect=1).stderr
    assert list(tmp_path.glob("*备份*")) == []


def test_a_backup_broken_off_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "备份.zip")
    content = tmp_path / "content"
    content.write_bytes(b"content")
    writer.file(hashlib.sha256(b"content").hexdigest(), content)
    content.unlink()
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_agrees_with_itself_but_lies_about_the_ledger_is_not_restored(
    filled: Site, template: Template, tmp_path: Path
) -> None:
    """Somebody clever changes a table inside the archive and makes manifest and seal agree."""
    kept, false = tmp_path / "备份.zip", tmp_path / "假.zip"
    filled.run("backup", str(kept))
    writer = Writer(false)
    archive = Reader(kept)
    for name, said in archive.members.items():
        content = archive.zip.read(name)
        if name.endswith("ledger_entry.jsonl"):
            content = content.replace("龙兴镇7号".encode(), "龙兴镇6号".encode())
        writer.zip.writestr(name, content)
        writer.members[name] = {**said, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    about = {name: part for name, part in archive.manifest.items() if name not in ("format", "members")}
    writer.close(about)
    empty = template.copy(tmp_path / "empty")
    try:
        assert "留痕" in empty.run("restore", str(false), expect=1).stderr
        assert json.loads(empty.run("ledger", "verify", "--json").stdout)["entries"] == 0
    finally:
        empty.drop()


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _other_zip(folder: Path) -> bytes:
    import zipfile

    path = folder / "other.zip"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("a.txt", "x" * 200)
    return path.read_bytes()
