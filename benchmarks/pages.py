"""Signed-in pages on the whole register: for a county's clerk, a province's reviewer and an officer of the country.

Within one process and one after the other; at four connections they are measured by benchmarks.served.
"""

from __future__ import annotations

from benchmarks.asking import addresses
from benchmarks.measuring import Measured
from benchmarks.people import Person, auditor, everybody

AIM = "≤ 100 ms"


def measure() -> list[Measured]:
    """Every page for every one of them; the audit for who may read it."""
    found: list[Measured] = []
    for who in everybody():
        found += addresses("page", who, of(who), aim=AIM)
    return found + addresses("page", auditor(), AUDIT, aim=AIM)


AUDIT = (("home", "/"), ("audit", "/audit/"), ("audit of one kind", "/audit/?kind=outlet"), ("reads", "/audit/reads"))

REMEDIATION = (
    ("problems", "/problems/"),
    ("problems, leads", "/problems/?tab=leads"),
    ("plans", "/remediation/plans/"),
    ("acceptance", "/remediation/acceptance/"),
    ("filings", "/remediation/filings/"),
    ("look-backs", "/remediation/look-backs/"),
    ("doubts", "/remediation/doubts"),
    ("areas", "/remediation/area/"),
    ("codes", "/codes/"),
    ("codes issued", "/codes/issued"),
    ("signboards", "/signboards/"),
    ("standardisation", "/standardisation/"),
)
"""The lists of remediation and of what follows it."""


def of(who: Person) -> list[tuple[str, str]]:
    """The pages, with an outlet of his own that has a long story."""
    from qingyuan.boards.quality.queries import Fault
    from qingyuan.core.duties import Duty, Group

    outlet = _with_a_story(who)
    return [
        ("home", "/"),
        ("list", "/outlets/"),
        ("list, three filters", "/outlets/?stage=group:remediation&type=GY&position=yes"),
        ("outlet", f"/outlets/{outlet}"),
        ("scoreboard", "/scoreboard/"),
        ("tasks overdue", f"/tasks?group={Group.OVERDUE}"),
        ("tasks, to verify", f"/tasks?group={Group.OVERDUE}&duty={Duty.VERIFY}"),
        ("tasks, shared points", f"/tasks?group={Group.LATER}&duty={Duty.UNSHARE}"),
        ("quality", "/quality/"),
        *((f"quality, {fault}", f"/quality/{fault}") for fault in Fault),
        ("oversight", "/oversight/"),
        ("unowned", "/oversight/unowned"),
        ("duplicates", "/duplicates/"),
        ("registers", "/registers/"),
        ("dispatch", "/dispatch/"),
        ("dispatch board", "/dispatch/board"),
        ("work board", "/work/"),
        ("tracing", "/tracing/"),
        ("parties", "/parties/"),
        ("bodies", "/bodies/"),
        *REMEDIATION,
        ("rules", "/rules/"),
        ("map", "/map/"),
    ]


def _with_a_story(who: Person) -> int:
    """The outlet with most papers among the newest he may see: a full page, not an empty one."""
    from django.db.models import Count

    from qingyuan.registry.models import FiledPaper, Outlet
    from qingyuan.registry.queries import visible_to

    newest = list(visible_to(who.actor).order_by("-pk").values_list("pk", flat=True)[:200])
    filed = FiledPaper.objects.filter(outlet__in=newest).values("outlet").annotate(n=Count("pk")).order_by("-n").first()
    return int(filed["outlet"]) if filed else Outlet.objects.filter(pk__in=newest).values_list("pk", flat=True)[0]
