"""`init` makes a site in one go, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingyuan.places.data.build import BUILT
from tests.sites import Site

pytestmark = pytest.mark.skipif(not (BUILT / "divisions.csv.gz").exists(), reason="division tables are made by set-up")


def test_init_asks_nothing_and_prints_a_one_time_password(site: Site) -> None:
    made = json.loads(site.run("init", "--unit", "140825", "--json").stdout)
    assert made["name"] == "新绛县"
    assert made["packs"] == 9
    assert made["units"] > 40_000
    assert made["administrator"] == "admin"
    assert len(made["password"]) >= 16
    again = site.run("init", "--unit", "140825", expect=1)
    assert "已经建立" in again.stderr
    assert "demo" not in made
    shown = json.loads(site.run("packs", "show", "140825", "--json").stdout)
    assert shown["unit"] == "140825"
    assert json.loads(site.run("ledger", "verify", "--json").stdout)["breaks"] == []


def test_init_for_a_code_nobody_knows_is_refused(site: Site) -> None:
    assert "999999" in site.run("init", "--unit", "999999", expect=1).stderr


def test_a_file_goes_in_twice_and_the_second_time_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.run("init", "--unit", "140825")
    table = tmp_path / "台账.csv"
    table.write_text(
        "入河排污口名称,县区,乡镇,受纳水体名称,经度,纬度\n"
        "运城市新绛县龙兴镇1号农村生活污水散排口,新绛县,龙兴镇,汾河,111.220012,35.610034\n"
        "运城市新绛县龙兴镇2号农村生活污水散排口,新绛县,龙兴镇,汾河,abc,35.610034\n",
        "utf-8",
    )
    tried = json.loads(site.run("outlets", "import", str(table), "--unit", "140825", "--dry-run", "--json").stdout)
    first = json.loads(site.run("outlets", "import", str(table), "--unit", "140825", "--json").stdout)
    again = json.loads(site.run("outlets", "import", str(table), "--unit", "140825", "--json").stdout)
    assert tried["rows"] == first["rows"] == 2
    assert first["rows"] == first["new"] + first["updated"] + first["unchanged"] + first["refused"]
    assert first["new"] >= 1
    assert again["new"] == again["updated"] == 0
    assert {"row", "column", "code", "severity", "text", "suggestion"} <= set(first["findings"][0])
    out = tmp_path / "出.csv"
    site.run("outlets", "export", "--unit", "140825", "--as", "csv", "--out", str(out))
    assert "龙兴镇1号" in out.read_text("utf-8-sig")
    shown = json.loads(site.run("outlets", "show", "1", "--json").stdout)
    assert shown["stage"] == "surveyed"
    assert shown["ledger"][0]["actor"] == "命令行"
    missing = site.run("outlets", "import", str(tmp_path / "无.csv"), "--unit", "140825", expect=1)
    assert "没有找到文件" in missing.stderr
