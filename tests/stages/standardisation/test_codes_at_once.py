"""命名编码 by several processes at the same moment: every code once, whichever database keeps them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.sites import Site

ROOT = Path(__file__).resolve().parents[3]
EACH = 6
SET_UP = """
import django; django.setup()
from qingyuan.core.lifecycle import Stage
from tests import build
build.country()
where = build.unit("140825")
print([build.outlet(where, stage=Stage.CLASSIFIED).pk for _one in range({count})])
"""
ISSUE = """
import sys; import django; django.setup()
from datetime import UTC, datetime
from django.utils import timezone
from qingyuan.core.access import CONSOLE
from qingyuan.registry import queries
from qingyuan.stages.standardisation.actions import coding
sys.stdin.readline()
for pk in {pks}:
    at = datetime.now(UTC)
    made = coding.issue_code(queries.outlet(CONSOLE, pk), on=timezone.localdate(at), by=CONSOLE, at=at)
    print(made.text, flush=True)
"""


def run(site: Site, script: str) -> subprocess.Popen:
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "qingyuan.project.settings"}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'src'}"
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", script], env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


def said(process: subprocess.Popen, given: bytes = b"") -> str:
    out, error = process.communicate(given, timeout=300)
    assert process.returncode == 0, error.decode()[-2000:]
    return out.decode()


def test_two_processes_never_give_the_same_code(site: Site):
    pks = json.loads(said(run(site, SET_UP.format(count=2 * EACH))).splitlines()[-1])
    both = [run(site, ISSUE.format(pks=some)) for some in (pks[::2], pks[1::2])]
    for one in both:
        one.stdin.write(b"go\n")
        one.stdin.flush()
    codes = [code for one in both for code in said(one).split()]
    assert sorted(codes) == [f"DB-140825-{number:04d}-GY-00" for number in range(1, 2 * EACH + 1)]
    assert json.loads(site.run("ledger", "verify", "--json").stdout)["breaks"] == []
