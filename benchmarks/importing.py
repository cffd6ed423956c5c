"""An import of 100,000 rows of 25 columns with full validation into an empty register, from xlsx and from csv.

Peer: openpyxl merely reading the same workbook. The import runs in a process of its own, so that its memory is its own.
Own time is the processor time of that process; what a server of PostgreSQL needs comes on top. How long other writers
have to wait: the longest own time of a batch, and what a second process waited by the clock that makes an entry in the
ledger, and takes it back, some twenty times a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from benchmarks.measuring import Measured

HEADER = (
    "入河排污口名称",
    "地市",
    "县区",
    "乡镇（街道）",
    "村（社区）",
    "行政区划代码",
    "受纳水体名称",
    "断面区间",
    "经度",
    "纬度",
    "入河方式",
    "入河排污口口门及位置",
    "引流方式",
    "排污责任主体单位名称",
    "排污单位经度",
    "排污单位纬度",
    "排污单位类型",
    "入河排污口分类",
    "整治进展情况",
    "是否完成登记建档",
    "设置审批或排污许可批准时间",
    "排污许可证编号",
    "地方编码",
    "责任区",
    "备注",
)
CHILD = """
import json, resource, sys, time
import django; django.setup()
from qingyuan.core import memory; memory.settle()
from pathlib import Path
from django.utils import timezone
from qingyuan.core.access import CONSOLE
from qingyuan.exchange.actions import entering, run_import
from qingyuan.places.queries import unit
path = Path(sys.argv[1])
held = []
for module, name in ((entering, "_take"),):
    def timed(*args, _work=getattr(module, name), **more):
        began = time.process_time()
        _work(*args, **more)
        held.append(time.process_time() - began)
    setattr(module, name, timed)
began, cpu = time.perf_counter(), time.process_time()
done = run_import(path, path.name, unit=unit("220000"), by=CONSOLE, at=timezone.now())
seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
told = {"seconds": seconds, "cpu": cpu, "rows": done.rows, "new": done.new, "peak_mb": peak, "held": max(held)}
print(json.dumps(told))
"""
NEIGHBOUR = """
import json, select, sys, time
import django; django.setup()
from qingyuan.core import memory; memory.settle()
from django.db import transaction
from django.utils import timezone
from qingyuan.core.access import CONSOLE
from qingyuan.ledger import actions as ledger
waits = []
while not select.select([sys.stdin], [], [], 0.05)[0]:
    began, at = time.perf_counter(), timezone.now()
    with transaction.atomic():
        ledger.record(("benchmark", "1"), "benchmark.wait", by=CONSOLE, at=at, occurred=at)
        waits.append(time.perf_counter() - began)
        transaction.set_rollback(True)
waits.sort()
print(json.dumps({"longest": waits[-1], "p95": waits[int(len(waits) * 0.95)], "asked": len(waits)}))
"""


def measure(rows: int = 100_000) -> list[Measured]:
    """Make the files, import each into a new site, read the workbook with the peer."""
    found = []
    with tempfile.TemporaryDirectory(prefix="qingyuan-import-") as folder:
        home = Path(folder)
        book, text = home / "台账.xlsx", home / "台账.csv"
        _write(book, text, rows)
        peer = _peer(book)
        for path, aim in ((book, "≥ 3,500 rows/s, ≤ 500 MB"), (text, "≥ 3,500 rows/s, ≤ 200 MB")):
            told = _imported(path, home / f"site-{path.suffix[1:]}")
            rate = told["rows"] / told["seconds"]
            size = f"{told['rows']:,} × {len(HEADER)} {path.suffix[1:]}"
            own = f"{told['cpu']:.0f} s of processor ({told['rows'] / told['cpu']:,.0f} rows/s own time)"
            wait = (
                f"a batch takes {told['held']:.2f} s of own time at most, of {told['asked']} writers beside it one in "
                f"twenty waited {told['p95']:.2f} s or more, none more than {told['longest']:.2f} s, by the clock"
            )
            what = f"{size}: {told['new']:,} new, peak {told['peak_mb']:.0f} MB, {own}, {wait}"
            is_book = path is book
            other = rows / peer
            found.append(
                Measured(
                    "import",
                    what,
                    rate,
                    rate,
                    "rows/s",
                    aim,
                    "openpyxl, reading alone" if is_book else "",
                    other if is_book else None,
                    rate / other if is_book else None,
                )
            )
    return found


def _write(book: Path, text: Path, rows: int) -> None:
    from qingyuan.exchange.streaming import write_csv, write_xlsx

    for path, write in ((book, write_xlsx), (text, write_csv)):
        with path.open("wb") as out:
            write(out, HEADER, _rows(rows))


def _rows(count: int):
    """Rows of three counties of 吉林, each outlet in its own county, a few faults among them."""
    random = Random(5)
    counties = (
        ("长春市", "农安县", "220122", "伊通河", (124.9, 125.3, 44.2, 44.6)),
        ("长春市", "榆树市", "220182", "拉林河", (126.3, 126.8, 44.7, 45.0)),
        ("吉林市", "永吉县", "220221", "饮马河", (126.1, 126.5, 43.4, 43.7)),
    )
    for number in range(count):
        city, county, code, water, (west, east, south, north) = counties[number % 3]
        longitude, latitude = random.uniform(west, east), random.uniform(south, north)
        if number % 500 == 499:
            longitude = 0.5
        yield (
            f"{city}{county}演示{number}号农村生活污水散排口",
            city,
            county,
            "",
            "",
            code,
            water,
            "",
            f"{longitude:.6f}",
            f"{latitude:.6f}",
            "沟",
            "堤岸",
            "自流",
            f"演示村{number % 400}村民委员会",
            "",
            "",
            "村集体",
            "农村生活污水散排口",
            "",
            "否",
            "",
            "",
            "",
            "",
            "演示数据",
        )


def _peer(book: Path) -> float:
    from openpyxl import load_workbook

    began = time.perf_counter()  # wall clock, as the import's
    sheet = load_workbook(book, read_only=True).active
    count = sum(1 for _row in sheet.iter_rows(values_only=True))
    assert count > 1
    return time.perf_counter() - began


def _imported(path: Path, home: Path) -> dict[str, float]:
    """Into a site of its own on SQLite; on PostgreSQL into the database that is named, made new."""
    environment = {**os.environ, "QINGYUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "qingyuan.project.settings"}
    environment.setdefault("QINGYUAN_SECRET_KEY", "only-for-benchmarks")
    if os.environ.get("QINGYUAN_IMPORT_DATABASE_URL"):
        environment["QINGYUAN_DATABASE_URL"] = os.environ["QINGYUAN_IMPORT_DATABASE_URL"].replace(
            "SITE", home.name.replace("-", "_")
        )
    else:
        environment["QINGYUAN_DATABASE_URL"] = ""
    begin = [sys.executable, "-m", "qingyuan.commands.main", "init", "--unit", "220000", "--json"]
    subprocess.run(begin, env=environment, check=True, capture_output=True)
    asking = [sys.executable, "-c", NEIGHBOUR]
    beside = subprocess.Popen(asking, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], env=environment, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout) | json.loads(beside.communicate("enough\n")[0])
