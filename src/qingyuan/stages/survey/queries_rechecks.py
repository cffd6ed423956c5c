"""Asking for second walks: what was drawn, what they found, how much the first team missed and got wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qingyuan.core import draw
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.models_rechecks import Recheck, RecheckFinding, RecheckSegment
from qingyuan.stages.survey.queries import visible_to
from qingyuan.stages.survey.words import FindingKind


@dataclass(frozen=True, slots=True)
class Rates:
    """Outlets the second team saw: agreed on, missed, recorded wrongly. Shares are None while nothing was seen."""

    same: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def seen(self) -> int:
        """All outlets on the segments walked again."""
        return self.same + self.missed + self.wrong

    @property
    def recorded(self) -> int:
        """Those of them the first team found."""
        return self.same + self.wrong

    @property
    def missed_share(self) -> float | None:
        """漏查率: of all outlets there, those the first team did not find."""
        return self.missed / self.seen if self.seen else None

    @property
    def wrong_share(self) -> float | None:
        """差错率: of the outlets the first team found, those it recorded wrongly."""
        return self.wrong / self.recorded if self.recorded else None


def rates(findings: Iterable[RecheckFinding]) -> Rates:
    """Count outlets, not fields: one with two wrong fields is one outlet recorded wrongly."""
    by_outlet: dict[object, str] = {}
    for one in findings:
        key = one.outlet_id or f"{one.part_id} {one.name}"
        if by_outlet.get(key) != FindingKind.WRONG:
            by_outlet[key] = one.kind
    kinds = list(by_outlet.values())
    return Rates(*(kinds.count(kind) for kind in (FindingKind.SAME, FindingKind.MISSED, FindingKind.WRONG)))


def rechecks_of(campaign: Campaign) -> list[tuple[Recheck, Rates, int, int]]:
    """The draws of a campaign, newest first: with their rates, segments walked again and drawn."""
    found = []
    rows = Recheck.objects.filter(campaign=campaign).select_related("team").prefetch_related("segments__findings")
    for one in rows.order_by("-pk"):
        parts = list(one.segments.all())
        findings = [finding for part in parts for finding in part.findings.all()]
        found.append((one, rates(findings), sum(part.done_on is not None for part in parts), len(parts)))
    return found


def recheck(actor: Actor, pk: int) -> Recheck:
    """One draw of a campaign the actor may see; NotFound else."""
    found = (
        Recheck.objects.filter(pk=pk, campaign__in=visible_to(actor)).select_related("campaign__unit", "team").first()
    )
    if found is None:
        raise NotFound("recheck", str(pk))
    return found


def parts_of(found: Recheck) -> list[RecheckSegment]:
    """The drawn segments in the order drawn, with what was found on them."""
    rows = found.segments.select_related("segment__water", "segment__unit", "segment__campaign", "recheck__campaign")
    rows = rows.prefetch_related("findings__outlet")
    return sorted(rows, key=lambda one: draw.place(found.seed, str(one.segment.number)))


def is_as_drawn(found: Recheck) -> bool:
    """Whether the seed and the pool that were written down give the very segments that were walked again."""
    sample = draw.drawn(found.seed, [str(number) for number in found.pool], share=found.share)
    return sorted(sample) == sorted(str(one.segment.number) for one in found.segments.select_related("segment"))
