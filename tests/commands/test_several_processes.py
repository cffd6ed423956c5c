"""Several web processes and several workers on one site: nothing is counted twice and nothing is lost."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser import SERVE, serve
from tests.sites import Site

ROWS = 150


def workbook(folder: Path, number: int) -> Path:
    """A register of its own for each importer."""
    path = folder / f"{number}.csv"
    places = [f"{111 + number / 10},{35 + row / 1000}" for row in range(ROWS)]
    lines = [
        f"运城市新绛县龙兴镇{number}{row:03d}号农村生活污水散排口,新绛县,龙兴镇,汾河,{place}"
        for row, place in enumerate(places)
    ]
    path.write_text("入河排污口名称,县区,乡镇,受纳水体名称,经度,纬度\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def asked(url: str) -> int:
    with urllib.request.urlopen(url + "/sign-in", timeout=20) as answer:
        return int(answer.status)


@pytest.mark.enable_socket
def test_web_processes_and_workers_share_a_site_while_files_are_taken_in(filled: Site, tmp_path: Path) -> None:
    served = serve(filled, tmp_path / "serve.log")
    url = next(served).url
    more = [
        subprocess.Popen([sys.executable, "-c", SERVE, "work"], env=filled.environment, stderr=subprocess.PIPE)
        for _worker in range(2)
    ]
    try:
        with ThreadPoolExecutor(6) as together:
            imports = [
                together.submit(
                    filled.run, "outlets", "import", str(workbook(tmp_path, one)), "--unit", "140825", "--json"
                )
                for one in (1, 2)
            ]
            pages = list(together.map(asked, [url] * 120))
            taken = [json.loads(one.result().stdout) for one in imports]
        assert set(pages) == {200}
        assert [one["new"] + one["refused"] for one in taken] == [ROWS, ROWS]
        assert workers_that_live(url) == 3
    finally:
        for worker in more:
            worker.terminate()
        said = b"".join(worker.communicate(timeout=30)[1] for worker in more)
        served.close()
    assert said == b""
    assert json.loads(filled.run("tallies", "check", "--json").stdout)["differences"] == []
    assert json.loads(filled.run("ledger", "verify", "--json").stdout)["breaks"] == []


def workers_that_live(url: str, patience_s: float = 20) -> int:
    """What /metrics says, once every worker has shown its pulse."""
    end, found = time.monotonic() + patience_s, 0
    while time.monotonic() < end and found < 3:
        with urllib.request.urlopen(url + "/metrics", timeout=20) as answer:
            text = answer.read().decode()
        found = int(float(re.search(r"^qingyuan_workers ([\d.]+)$", text, re.MULTILINE).group(1)))
        time.sleep(0.3)
    return found
