"""A copy of the site for practice: the same register, nobody's name, and a ribbon on every page."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.sites import Site


def test_a_copy_for_practice_has_the_register_but_nobodys_name_or_password(filled: Site, tmp_path: Path) -> None:
    folder = tmp_path / "演练"
    made = json.loads(filled.run("training", "--to", str(folder), "--json").stdout)
    assert len(made["password"]) >= 16
    copied = Site(folder, "")
    assert (folder / "training").exists()
    shown = json.loads(copied.run("outlets", "show", "7", "--json").stdout)
    assert shown["name"] == json.loads(filled.run("outlets", "show", "7", "--json").stdout)["name"]
    assert json.loads(copied.run("ledger", "verify", "--json").stdout)["breaks"] == []
    with sqlite3.connect(folder / "qingyuan.sqlite3") as one:
        assert one.execute("SELECT count(*) FROM ledger_private WHERE text IS NOT NULL").fetchone() == (0,)
        assert all("演练" in row[0] for row in one.execute("SELECT name FROM access_officer"))
    one.close()
    assert "不是空的" in filled.run("training", "--to", str(folder), expect=1).stderr


def test_the_site_itself_is_only_read(filled: Site, tmp_path: Path) -> None:
    before = filled.run("ledger", "verify", "--json").stdout
    filled.run("training", "--to", str(tmp_path / "演练"))
    assert filled.run("ledger", "verify", "--json").stdout == before
    assert not (filled.home / "training").exists()
