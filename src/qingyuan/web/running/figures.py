"""Figures for monitoring: how long answers take in every web process, and how the site stands.

Web processes share their figures through files in QINGYUAN_HOME/metrics (prometheus-client's own way), so that any of
them answers for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from qingyuan.boards.running import queries
from qingyuan.boards.running.queries import State
from qingyuan.registry import counts

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)
ANSWERS = Histogram(
    "qingyuan_answer_seconds", "Time to an answer, by address and status", ["address", "status"], buckets=BUCKETS_S
)


class MeasuringMiddleware:
    """Times every answer. The label is the address's name, never the address: it would hold ids and names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        answer = self.get_response(request)
        match = request.resolver_match
        ANSWERS.labels(match.view_name if match else "", str(answer.status_code)).observe(perf_counter() - began)
        return answer


def exposition(*, at: datetime) -> bytes:
    """Everything as Prometheus reads it."""
    standing = CollectorRegistry()
    parts = Gauge("qingyuan_part_well", "1: the part of the site is well, 0: it is not", ["part"], registry=standing)
    for check in queries.checks(at=at):
        parts.labels(check.name).set(check.state is State.WELL)
    Gauge("qingyuan_workers", "Worker processes that live", registry=standing).set(len(queries.pulses(at=at)))
    Gauge("qingyuan_outlets", "Outlets in the register", registry=standing).set(counts.how_many(""))
    last = Gauge("qingyuan_ledger_last_entry", "Number of the last entry of the ledger", registry=standing)
    last.set(queries.last_entry())
    return generate_latest(standing) + generate_latest(_answers())


def _answers() -> CollectorRegistry:
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(ANSWERS)
    return registry
