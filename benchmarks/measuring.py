"""How things are measured: many times, by wall clock and by this process's own time, beside a peer in the same run."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table. Times in ms unless `unit` says else; `ratio`: how many times better than the peer."""

    part: str
    what: str
    p50: float
    p95: float
    unit: str = "ms"
    aim: str = ""
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None


def times(run: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Median and 95th percentile in ms; the first round warms and is not counted."""
    run()
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        run()
        found.append((time.perf_counter() - began) * 1000)
    found.sort()
    return found[len(found) // 2], found[min(len(found) - 1, int(len(found) * 0.95))]


def beside(
    part: str,
    what: str,
    run: Callable[[], object],
    peer: Callable[[], object] | None = None,
    *,
    rounds: int = 20,
    peer_rounds: int = 3,
    aim: str = "",
    peer_name: str = "",
) -> Measured:
    """A function and its peer, one after the other."""
    p50, p95 = times(run, rounds=rounds)
    if peer is None:
        return Measured(part, what, p50, p95, aim=aim)
    other, _p95 = times(peer, rounds=peer_rounds)
    return Measured(part, what, p50, p95, "ms", aim, peer_name, other, other / p50 if p50 else None)


def hardware() -> str:
    """What it ran on, in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory = next((int(line.split()[1]) // 1024 // 1024 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    load = os.getloadavg()[0]
    machine = f"{os.cpu_count()} cores {model}, {memory} GiB, Python {platform.python_version()}"
    return f"{machine}, load {load:.1f} at the start"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def table(rows: list[Measured]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| part | what | p50 | p95 | aim | peer | peer's value | ours is better by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        value = f"{row.peer_value:,.1f}" if row.peer_value is not None else ""
        ratio = f"{row.ratio:,.1f}×" if row.ratio is not None else ""
        taken = f"{row.p50:,.1f} {row.unit} | {row.p95:,.1f} {row.unit}"
        lines.append(f"| {row.part} | {row.what} | {taken} | {row.aim} | {row.peer} | {value} | {ratio} |")
    return "\n".join(lines) + "\n"
