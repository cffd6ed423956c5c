"""The duties of signboards: one that was made is to be erected, one that is damaged to be mended; and the water that an
assessment has leave the sewer."""

from __future__ import annotations

from django.db.models import Min, OuterRef, Subquery

from qingyuan.boards.tasks.items import DUE
from qingyuan.registry.models import OutletQuerySet
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.words import SignState

PRINTED, DAMAGED = "printed_since", "damaged_since"
"""The annotated days: the board was made, the damage was reported."""


def to_erect(found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets whose board is made and does not stand yet, since it was made."""
    boards = Sign.objects.filter(state=SignState.PRINTED, printed_on__isnull=False)
    day = boards.filter(outlet=OuterRef("pk")).order_by("-number").values("printed_on")[:1]
    return found.filter(pk__in=boards.values("outlet")).annotate(**{PRINTED: Subquery(day)})


def to_mend(found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets whose board is damaged, since it was reported."""
    boards = Sign.objects.filter(state=SignState.DAMAGED, damaged_on__isnull=False)
    day = boards.filter(outlet=OuterRef("pk")).order_by("-number").values("damaged_on")[:1]
    return found.filter(pk__in=boards.values("outlet")).annotate(**{DAMAGED: Subquery(day)})


def to_leave(found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets whose water is to leave the sewer, with the day until when."""
    open_ones = TypeRecord.objects.filter(due__isnull=False, done_on=None)
    first = open_ones.filter(outlet=OuterRef("pk")).order_by().values("outlet").annotate(day=Min("due")).values("day")
    return found.filter(pk__in=open_ones.values("outlet")).annotate(**{DUE: Subquery(first)})
