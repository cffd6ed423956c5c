"""The generated reference: current, complete, and found out when it is not."""

from __future__ import annotations

from pathlib import Path

from qingyuan.commands import docs, docs_beside
from qingyuan.commands.main import GROUPS
from qingyuan.core.lifecycle import TRANSITIONS
from tests.sites import Site


def test_a_stale_page_is_named_and_nothing_is_written(site: Site, tmp_path: Path) -> None:
    site.run("docs", "generate", "--out", str(tmp_path))
    assert site.run("docs", "generate", "--check", "--out", str(tmp_path)).returncode == 0
    page = tmp_path / "lifecycle.md"
    page.write_text(page.read_text("utf-8") + "手改\n", "utf-8")
    told = site.run("docs", "generate", "--check", "--out", str(tmp_path), expect=1)
    assert "lifecycle.md" in told.stdout
    assert page.read_text("utf-8").endswith("手改\n")


def test_every_setting_that_is_read_has_a_meaning() -> None:
    assert set(docs.settings_read()) == set(docs.SETTINGS)


def test_the_drawing_holds_every_arrow_and_the_page_every_command() -> None:
    drawn = docs.lifecycle_page()
    for move, arrow in TRANSITIONS.items():
        assert f"`{move}`" in drawn
        assert arrow.row in drawn
    page = docs.commands_page()
    for group in GROUPS:
        assert f"`qingyuan {group}" in page


def test_the_page_of_the_packs_has_name_unit_values_clause_and_status_of_every_parameter() -> None:
    page = docs.packs_page()
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    for policy in docs_beside.policies().values():
        assert set(policy.parameters) <= set(rows)
    assert "| 村庄日污水量分界 | m³/d | — | — | 500" in rows["rural.daily_sewage_threshold_m3"]
    assert "（大同 三(六)第三段）" in rows["rural.daily_sewage_threshold_m3"]
    assert "〔议〕（承，平台建议）" in rows["remediation.simultaneous_works"]  # ours, said to be
    assert rows["remediation.simultaneous_works"].count("同左") == 4
