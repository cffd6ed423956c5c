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
    cpu: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process has spent so far: s by the clock, of its own, of its main thread waiting for a processor; MB that
    came from the disk and went to it. What is left of the clock is waiting for the disk, a lock or threads of its own.
    """

    clock: float
    own: float
    waited: float
    read: float
    written: float

    @classmethod
    def now(cls) -> Spent:
        """As Linux counts; elsewhere only the clock and the own time."""
        waited = next((line.split()[1] for line in _lines("/proc/self/schedstat")), 0)
        moved = dict(line.split(": ") for line in _lines("/proc/self/io"))
        read, written = (int(moved.get(name, 0)) / 1e6 for name in ("read_bytes", "write_bytes"))
        return cls(time.perf_counter(), time.process_time(), int(waited) / 1e9, read, written)

    def since(self, before: Spent) -> str:
        """What was spent since then, in one line."""
        clock, own, waited = self.clock - before.clock, self.own - before.own, self.waited - before.waited
        disk = f"{self.read - before.read:,.0f} MB read, {self.written - before.written:,.0f} MB written"
        return f"{clock:,.1f} s by the clock, {own:,.1f} s own, {waited:,.1f} s waiting for a processor; {disk}"


def times(run: Callable[[], object], *, rounds: int) -> tuple[float, float, float]:
    """Median and 95th percentile by the clock, median of this process's own time, all in ms; the first round warms and
    is not counted. On SQLite the own time is all of it, whoever else uses the machine."""
    run()
    found, own = [], []
    for _round in range(rounds):
        began, cpu = time.perf_counter(), time.process_time()
        run()
        found.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - cpu) * 1000)
    found.sort()
    own.sort()
    return found[len(found) // 2], found[min(len(found) - 1, int(len(found) * 0.95))], own[len(own) // 2]


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
    p50, p95, cpu = times(run, rounds=rounds)
    if peer is None:
        return Measured(part, what, p50, p95, aim=aim, cpu=cpu)
    other, _p95, _cpu = times(peer, rounds=peer_rounds)
    return Measured(part, what, p50, p95, "ms", aim, peer_name, other, other / p50 if p50 else None, cpu)


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
    names = ("part", "what", "p50", "p95", "own time", "aim", "peer", "peer's value", "better by")
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for row in rows:
        cells = (
            row.part,
            row.what,
            f"{row.p50:,.1f} {row.unit}",
            f"{row.p95:,.1f} {row.unit}",
            f"{row.cpu:,.1f} {row.unit}" if row.cpu is not None else "",
            row.aim,
            row.peer,
            f"{row.peer_value:,.1f} {row.unit}" if row.peer_value is not None else "",
            f"{row.ratio:,.1f}×" if row.ratio is not None else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
