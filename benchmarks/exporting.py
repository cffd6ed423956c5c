"""The register out to a file, in each form that has an aim: rows a second, peak memory of a process of its own.

Peer: the csv of the same rows in the same run, which costs the reading of the register and little else.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Measured

FORMS = {"csv": "≤ 15 s for 400,000", "xlsx": "≤ 60 s", "gpkg": "≤ 30 s"}
CHILD = """
import json, resource, sys, time
import django; django.setup()
from qingyuan.core import memory; memory.settle()
from pathlib import Path
from django.utils import timezone
from qingyuan.core.access import CONSOLE
from qingyuan.exchange.queries import export_outlets
form, path = sys.argv[1], Path(sys.argv[2])
began, cpu = time.perf_counter(), time.process_time()
done = export_outlets(path, form, by=CONSOLE, on=timezone.localdate())
seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
size = path.stat().st_size / 1024 / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": done.rows, "peak_mb": peak, "size_mb": size}))
"""


def measure() -> list[Measured]:
    """The whole register in each form once."""
    found: list[Measured] = []
    csv_seconds = 0.0
    with tempfile.TemporaryDirectory(prefix="qingyuan-export-") as folder:
        for form, aim in FORMS.items():
            path = Path(folder) / f"out.{form}"
            run = [sys.executable, "-c", CHILD, form, str(path)]
            told = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
            csv_seconds = csv_seconds or told["seconds"]
            what = f"{told['rows']:,} rows {form}, {told['size_mb']:.0f} MB, peak {told['peak_mb']:.0f} MB"
            ratio = csv_seconds / told["seconds"]
            peer = None if form == "csv" else csv_seconds
            found.append(
                Measured(
                    "export",
                    what,
                    told["seconds"],
                    told["seconds"],
                    "s",
                    aim,
                    "csv" if peer else "",
                    peer,
                    ratio if peer else None,
                    told["cpu"],
                )
            )
            path.unlink()
    return found
