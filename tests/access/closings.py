"""Filings, looks back, relapses and batches for the oracle: one where an outlet lies, the same however often asked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.models_closure import Filing, LookBack, Relapse, Review
from tests import build
from tests.access import stays


def filing(outlet: Outlet) -> Filing:
    """A pending filing."""
    found = stays.stay(outlet)
    made, _created = Filing.objects.get_or_create(
        round=found,
        defaults={
            "level": 2,
            "title": "上级备案",
            "unit_path": outlet.unit_path,
            "to_path": outlet.unit_path[:4],
            "proof_sha256": build.paper(f"证明 {outlet.pk}"),
            "filed_on": outlet.stage_since,
            "filed_by": "test",
            "recorded_at": build.NOON,
        },
    )
    return made


def look(outlet: Outlet) -> LookBack:
    """A look back that is due."""
    made, _created = LookBack.objects.get_or_create(
        round=stays.stay(outlet),
        defaults={
            "unit_path": outlet.unit_path,
            "planned_on": outlet.stage_since,
            "planned_by": "test",
            "due": outlet.stage_since + timedelta(30),
            "recorded_at": build.NOON,
        },
    )
    return made


def relapse(outlet: Outlet) -> Relapse:
    """A relapse that somebody reported."""
    made, _created = Relapse.objects.get_or_create(
        outlet=outlet,
        defaults={
            "unit_path": outlet.unit_path,
            "source": "complaint",
            "text": "有异味",
            "paper_sha256": build.paper(f"举报 {outlet.pk}"),
            "happened_on": outlet.stage_since,
            "reported_by": "test",
            "recorded_at": build.NOON,
        },
    )
    return made


def review(outlet: Outlet) -> Review:
    """A batch of one."""
    found = stays.stay(outlet)
    made, _created = Review.objects.get_or_create(
        key=f"oracle-{found.pk}",
        defaults={
            "kind": "accept",
            "unit_path": outlet.unit_path,
            "seed": "种子",
            "share": Decimal(1),
            "pool": [found.pk],
            "drawn": [found.pk],
            "opened_on": outlet.stage_since,
            "opened_by": "test",
            "recorded_at": build.NOON,
        },
    )
    return made
