"""The survey share: metres of bank walked of metres to be walked, by the segments of surveys (排查).

Segments of surveys count, those walked again (再排查) or from above (省市技术排查) do not: one stretch of bank is
counted once. A water of the target without a segment has no length yet: the figure says so and is not reached before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from qingyuan.boards.progress.aims import Aim, flags_on, waters_as_bits
from qingyuan.boards.progress.counting import part_of
from qingyuan.boards.progress.where import Asking, Where
from qingyuan.core import coverage
from qingyuan.core.progress import METRES, Figure, Seen, reason_unknown
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import queries as places
from qingyuan.places.paths import within_q
from qingyuan.stages.survey.models import Segment, Walk
from qingyuan.stages.survey.words import CampaignKind, CampaignState

NO_TYPES = _("岸线不分排污口类型")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bank of one water in one unit, of one department or none."""

    unit_path: str
    water_id: int
    body_id: int | None
    flags: int
    walked_m: int
    length_m: int


@dataclass(frozen=True, slots=True)
class Banks:
    """All bank below a unit, and the waters there, on one asking."""

    where: Where
    stretches: tuple[Stretch, ...]
    waters: tuple[tuple[int, int], ...]
    """(id, flags) of the waters that flow through the unit."""

    def figure(self, aim: Aim, where: Where, *, parts: Collection[str] | None = None) -> Figure:
        """A target's figure on a line of the board; `parts`: only what hangs on the unit itself, beside its parts."""
        if where.type_key is not None:
            return Figure(None, None, NO_TYPES)
        wanted = waters_as_bits(aim.target)
        here = [
            one
            for one in self.stretches
            if (wanted is None or one.flags & wanted)
            and (
                _holds(where, one)
                if parts is None
                else part_of(parts, where.path, one.unit_path) == where.path
                and _holds(where.narrowed(exact=False), one)
            )
        ]
        if not here:
            return Figure(None, None, reason_unknown(aim.target.metric))
        cut = {one.water_id for one in here}
        left = 0
        if parts is None and where.path == self.where.path and where.body_id is None and where.water_id is None:
            left = sum((wanted is None or bool(flags & wanted)) and pk not in cut for pk, flags in self.waters)
        return Figure(
            sum(one.walked_m for one in here), sum(one.length_m for one in here), measure=METRES, open_waters=left
        )

    def hang_on(self, parts: Collection[str]) -> bool:
        """Whether any bank hangs on the unit itself, beside its parts."""
        return any(part_of(parts, self.where.path, one.unit_path) == self.where.path for one in self.stretches)


def _holds(where: Where, one: Stretch) -> bool:
    return where.holds(Seen(False, 0, True, one.flags, one.unit_path, one.unit_path, one.body_id, one.water_id))


def banks(where: Where, asking: Asking, aims: Iterable[Aim]) -> Banks | None:
    """The banks below a unit; None where no target asks for them."""
    if not any(aim.is_bank for aim in aims):
        return None
    flags = flags_on(asking)
    stretches = tuple(
        Stretch(path, water, body, flags.get(water, 0), walked, length)
        for path, water, body, walked, length in _measured(segments(where, asking), asking)
    )
    waters = list(places.waters_in(where.path).values_list("pk", flat=True)) if stretches and where.path else []
    asked = [pk for pk in waters if where.water_ids is None or pk in where.water_ids]
    return Banks(where, stretches, tuple((pk, flags.get(pk, 0)) for pk in asked))


def segments(where: Where, asking: Asking) -> QuerySet[Segment]:
    """The segments that count on a day, as known."""
    found = Segment.objects.filter(
        within_q("unit_path", where.path),
        Q(campaign__withdrawn_on=None) | Q(campaign__withdrawn_on__gt=asking.as_of),
        campaign__kind=CampaignKind.SURVEY,
        campaign__drafted_on__lte=asking.as_of,
    )
    if asking.is_now:
        found = found.exclude(campaign__state=CampaignState.WITHDRAWN)
    return found if asking.known_at is None else found.filter(campaign__recorded_at__lte=asking.known_at)


Measured = tuple[str, int, int | None, int, int]


def _measured(found: QuerySet[Segment], asking: Asking) -> Sequence[Measured]:
    """(unit path, water, department, walked, length), added up."""
    keys = ("unit_path", "water_id", "campaign__managing_body")
    if asking.is_now:
        rows = found.order_by().values_list(*keys).annotate(walked=Sum("covered_m"), length=Sum("length_m"))
        return [(path, water, body, walked or 0, length or 0) for path, water, body, walked, length in rows]
    walked = _walked(found, asking)
    sums: dict[tuple[str, int, int | None], list[int]] = defaultdict(lambda: [0, 0])
    for pk, length, *key in found.values_list("pk", "length_m", *keys):
        both = sums[tuple(key)]
        both[0] += walked.get(pk, 0)
        both[1] += length
    return [(*key, *both) for key, both in sums.items()]  # type: ignore[misc]


def _walked(found: QuerySet[Segment], asking: Asking) -> dict[int, int]:
    """Metres of each segment walked by the day, as known."""
    rows = Walk.objects.filter(segment__in=found.order_by().values("pk"), walked_on__lte=asking.as_of)
    if asking.known_at is not None:
        rows = rows.filter(recorded_at__lte=asking.known_at)
    pieces: dict[int, list[Sequence[float]]] = defaultdict(list)
    lengths: dict[int, int] = {}
    for pk, length, some in rows.values_list("segment", "segment__length_m", "pieces"):
        pieces[pk] += some
        lengths[pk] = length
    return {pk: round(coverage.measure(coverage.unite(some, length_m=lengths[pk]))) for pk, some in pieces.items()}
