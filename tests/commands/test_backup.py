"""备份与恢复: rehearsed, also with an aborted stream, a flipped byte and the wrong file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile

import pytest

from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refused
from qingyuan.exchange import site_backup, site_restore
from qingyuan.ledger import queries as ledger
from qingyuan.ledger import triggers
from qingyuan.library import queries as library
from qingyuan.library.actions import path_of
from qingyuan.registry import tallies
from qingyuan.registry.models import FiledPaper, Outlet, Standing
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    build.country()
    return build.unit("140213")


@pytest.fixture
def saved(county, tmp_path):
    """A backup of a site with outlets in several stages, and what stood in it."""
    for stage in (Stage.SURVEYED, Stage.ACCEPTED, Stage.SUPERVISED):
        build.outlet(county, stage=stage)
    path = tmp_path / "site.qyb"
    site_backup.write(path, at=build.NOON)
    return path, state()


def state():
    """The register, its intervals and the ledger, row by row."""
    return (
        list(Outlet.objects.order_by("pk").values_list()),
        list(Standing.objects.order_by("pk").values_list()),
        ledger.verify().entries,
        sorted(FiledPaper.objects.values_list("sha256", flat=True)),
    )


def refusal_of(path, **more):
    with pytest.raises(Refused) as caught:
        site_restore.restore(path, replace=True, **more)
    return caught.value.refusal.code


def test_what_was_saved_comes_back_row_by_row_and_proves_itself(saved, county):
    path, before = saved
    build.outlet(county)
    lost = FiledPaper.objects.first().sha256
    path_of(lost).unlink()

    done = site_restore.restore(path, replace=True)

    assert state() == before
    assert done.rows["registry_outlet"] == 3
    assert ledger.verify().whole
    assert tallies.differences() == []
    assert library.damaged() == []
    assert triggers.missing() == []


def test_work_goes_on_after_a_restore(saved, county):
    path, _before = saved
    site_restore.restore(path, replace=True)
    build.outlet(county, stage=Stage.CLASSIFIED)
    assert ledger.verify().whole
    assert tallies.differences() == []


def test_a_site_with_data_is_not_overwritten_unasked(saved):
    path, before = saved
    with pytest.raises(Refused) as caught:
        site_restore.restore(path, replace=False)
    assert caught.value.refusal.code == "backup.not_empty"
    assert state() == before


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_an_aborted_stream_is_refused_and_nothing_changes(saved, tmp_path, share):
    path, before = saved
    whole = path.read_bytes()
    cut = tmp_path / "cut.qyb"
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert refusal_of(cut) == "backup.damaged"
    assert state() == before


@pytest.mark.parametrize("share", [0.001, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_flipped_byte_is_found_wherever_it_lies(saved, tmp_path, share):
    path, before = saved
    whole = bytearray(path.read_bytes())
    whole[int(len(whole) * share)] ^= 0x10
    bad = tmp_path / "bad.qyb"
    bad.write_bytes(whole)
    with contextlib.suppress(Refused):  # a byte that says nothing (a date in the zip) is harmless: all came back
        site_restore.restore(bad, replace=True)
    assert state() == before
    assert ledger.verify().whole


def rewritten(path, target, change):
    """The backup with one table changed and the manifest made to agree: what somebody clever would do."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for name in old.namelist():
            if name == "manifest.json":
                continue
            content = change(name, old.read(name))
            manifest["members"][name]["sha256"] = hashlib.sha256(content).hexdigest()
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def test_a_backup_with_a_falsified_ledger_is_not_taken_in(saved, tmp_path):
    path, before = saved

    def falsify(name, content):
        return content.replace(b"outlet.accept", b"outlet.reject") if name.endswith("ledger_entry.jsonl") else content

    assert refusal_of(rewritten(path, tmp_path / "false.qyb", falsify)) == "backup.unproved"
    assert state() == before
    assert triggers.missing() == []


def test_another_kind_of_file_or_version_is_refused(saved, tmp_path):
    path, before = saved
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal_of(other) == "backup.not_a_backup"
    text = tmp_path / "text.qyb"
    text.write_text("not a zip")
    assert refusal_of(text) == "backup.damaged"
    newer = tmp_path / "newer.qyb"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(newer, "w") as new:
        manifest = json.loads(old.read("manifest.json")) | {"migrations": ["registry.9999_later"]}
        new.writestr("manifest.json", json.dumps(manifest))
    assert refusal_of(newer) == "backup.other_version"
    assert state() == before


def test_a_kill_while_writing_leaves_no_file_under_the_name(county, tmp_path, monkeypatch):
    build.outlet(county)
    path = tmp_path / "site.qyb"

    def die(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(site_backup, "_content", die)
    with pytest.raises(KeyboardInterrupt):
        site_backup.write(path, at=build.NOON)
    assert list(tmp_path.iterdir()) == []


def test_the_commands_say_counts_and_hashes(site, tmp_path):
    file = tmp_path / "site.qyb"
    made = json.loads(site.run("backup", str(file), "--json").stdout)
    assert made["rows"]["registry_outlet"] == 0
    assert set(made["hashes"]) >= {"tables/ledger_entry.jsonl"}
    again = json.loads(site.run("restore", str(file), "--replace", "--json").stdout)
    assert again["rows"] == made["rows"]
