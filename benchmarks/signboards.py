"""1,000 signboards as one PDF of one typesetting run; a hundred in one run beside one by one. Nothing is written.

Where the register has fewer coded outlets, others get a code for the run, in memory.
"""

from __future__ import annotations

from django.utils import timezone

from benchmarks.measuring import Measured, beside
from qingyuan.exchange import signboards
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.standardisation import board
from qingyuan.stages.standardisation.models import Sign

MANY, SOME = 1_000, 100


def measure() -> list[Measured]:
    """Boards of coded outlets of the register, as they would be printed today."""
    at = timezone.now()
    on = timezone.localdate(at)
    found = Outlet.objects.standing().select_related("unit", "party", "water").defer("water__geometry").order_by("pk")
    outlets = list(found.exclude(national_code="")[:MANY])
    for one in found.filter(national_code="").exclude(type_key="")[: MANY - len(outlets)]:
        one.national_code = f"FL-000000-{one.pk:04d}-GY-00"
        outlets.append(one)
    signs = [
        Sign(
            outlet=one,
            code=one.national_code,
            content=board.content_of(one, on=on),
            look=board.look_of(policy_of(one.unit_path, on=on)),
        )
        for one in outlets
    ]
    some = signs[:SOME]
    what = f"{len(signs):,} signboards as one PDF"
    return [
        beside("signboards", what, lambda: signboards.pdf_of(signs, at=at), rounds=1, aim="≤ 60 s own time"),
        beside(
            "signboards",
            f"{len(some)} signboards as one PDF",
            lambda: signboards.pdf_of(some, at=at),
            lambda: [signboards.pdf_of([one], at=at) for one in some],
            rounds=2,
            peer_rounds=1,
            peer_name="one by one",
        ),
    ]
