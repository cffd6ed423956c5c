"""The site served as in life (`qingyuan web`), asked over a few connections at once: signed-in pages at four, the
roll-up at five. And what a page weighs on the wire with its style and scripts, the map's own left out.

Own time is the processor time of the server's processes for each answer, whoever else uses the machine; the clock
includes the client, which runs on the same two cores.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import pages
from benchmarks.asking import HOST, Door
from benchmarks.measuring import Measured
from benchmarks.people import COUNTY, PROVINCE, Person, auditor, everybody, nation

AIM = "≤ 100 ms"
CONNECTIONS, USERS = 4, 5
EACH = 8  # requests of each connection
DAILY = {
    *("home", "list", "outlet", "scoreboard", "tasks overdue"),
    *("quality", "oversight", "duplicates", "registers"),
}
LIGHT_KB = 250
_ASSETS = re.compile(r'(?:<link rel="stylesheet" href|<script[^>]* src|<img src|<use href)="([^"#]+)')


@dataclass(frozen=True, slots=True)
class Site:
    """A site that answers: its port and the process that keeps it."""

    port: int
    process: int


def measure() -> list[Measured]:
    """Pages of the three at four connections, and their weight."""
    found: list[Measured] = []
    with serving() as site:
        for who in everybody():
            found += [_page(site, who, what, address) for what, address in pages.of(who) if what in DAILY]
        found.append(_page(site, auditor(), *pages.AUDIT[1]))
    return found


def measure_users() -> list[Measured]:
    """The roll-up at five users."""
    with serving() as site:
        return _rollups(site)


def _page(site: Site, who: Person, what: str, address: str) -> Measured:
    cookie = _cookie(who)
    times, own = at_once(site, address, cookie, connections=CONNECTIONS)
    weight = weigh(site, address, cookie)
    heavy = "" if weight <= LIGHT_KB else f", over {LIGHT_KB}"
    said = f"{what}, {who.word}, {weight:.0f} KB on the wire{heavy}"
    return Measured("served", said, _part(times, 0.5), _part(times, 0.95), aim=AIM, cpu=own)


def _rollups(site: Site) -> list[Measured]:
    cookie = _cookie(nation())
    found, p50 = [], {}
    for name, unit in (("county", COUNTY), ("province", PROVINCE), ("nation", "000000")):
        times, own = at_once(site, f"/api/v1/progress/{unit}", cookie, connections=USERS)
        p50[name] = own
        said = f"{name}, now, {USERS} users at once"
        found.append(Measured("roll-up", said, _part(times, 0.5), _part(times, 0.95), aim=AIM, cpu=own))
    ratio = p50["county"] / p50["province"]
    found.append(Measured("roll-up", "county to province, own time", ratio, ratio, "", "≤ 1.2"))
    return found


# --- a server and its clients ------------


@contextmanager
def serving() -> Iterator[Site]:
    """The site of the benchmark, ended afterwards."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qingyuan.commands.main", "web", "--host", HOST, "--port", str(port)]
    running = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        _wait(port, running)
        yield Site(port, running.pid)
    finally:
        running.terminate()
        running.wait(30)


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if running.poll() is not None:
            raise RuntimeError("the site ended before it answered")
        with socket.socket() as knock:
            if knock.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the site does not answer")


def at_once(site: Site, address: str, cookie: str, *, connections: int) -> tuple[list[float], float]:
    """Times of the answers in ms, sorted, and the server's own time for one answer in ms. Every process is warmed
    before, as far as chance lets one."""
    for _turn in range(4):
        _ask(site, address, cookie, 1)
    before = _own_time(site.process)
    times: list[float] = []
    threads = [
        threading.Thread(target=lambda: times.extend(_ask(site, address, cookie, EACH))) for _each in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != connections * EACH:
        raise RuntimeError(f"{address}: {len(times)} answers of {connections * EACH}")
    return sorted(times), (_own_time(site.process) - before) / len(times)


def _ask(site: Site, address: str, cookie: str, number: int) -> list[float]:
    asking, times = http.client.HTTPConnection(HOST, site.port, timeout=120), []
    for _turn in range(number):
        began = time.perf_counter()
        asking.request("GET", _quoted(address), headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
        told = asking.getresponse()
        told.read()
        if told.status != 200:
            raise RuntimeError(f"{address}: {told.status}")
        times.append((time.perf_counter() - began) * 1000)
    asking.close()
    return times


def weigh(site: Site, address: str, cookie: str) -> float:
    """KB of a page and of everything it asks for by itself but the map, as a browser is sent it."""
    page = _sent(site, address, cookie)
    parts = {one for one in _ASSETS.findall(page.decode()) if "/map." not in one and one.startswith("/")}
    return (len(page) + sum(len(_sent(site, one, cookie)) for one in parts)) / 1024


def _sent(site: Site, address: str, cookie: str) -> bytes:
    asking = http.client.HTTPConnection(HOST, site.port, timeout=120)
    asking.request("GET", _quoted(address), headers={"Cookie": cookie, "Accept-Encoding": "br, gzip"})
    body = asking.getresponse().read()
    asking.close()
    return body


def _quoted(address: str) -> str:
    from urllib.parse import quote

    return quote(address, safe="/?=&:~%,.-_")


def _cookie(who: Person) -> str:
    from django.conf import settings

    return f"{settings.SESSION_COOKIE_NAME}={Door(who).client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _part(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _own_time(process: int) -> float:
    """Processor time of a process and all its descendants that live, in ms."""
    tick, family, found = os.sysconf("SC_CLK_TCK"), {process}, 0.0
    rows = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        rows.append((int(stat.parent.name), int(fields[1]), int(fields[11]) + int(fields[12])))
    for pid, parent, used in sorted(rows):
        if pid in family or parent in family:
            family.add(pid)
            found += used * 1000 / tick
    return found
